"""The style of the report: a screen of 360 pixels, a desk, an A4 sheet."""

STYLE = """
:root { color: #17324d; background: #fff; line-height: 1.5;
  font-family: "Titillium Web", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 1rem; overflow-wrap: anywhere; }
header { border-bottom: 4px solid #0066cc; margin-bottom: 1.5rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p, ul, ol { margin: .5rem 0; }
a { color: #0066cc; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #b4540a; outline-offset: 2px; }
.index { font-size: 1.15rem; }
.verdict { border-left: 4px solid #0066cc; padding-left: .75rem; }
figure { margin: 1.5rem 0 .5rem; }
figure svg { display: block; width: 100%; height: auto; }
.wide svg { max-width: 48rem; }
.wide svg + svg { margin-top: 1rem; }
.shapes { position: absolute; }
.narrow { display: none; }
.narrow svg { max-width: 24rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; overflow-wrap: normal;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: .85rem; color: #4c5b69; padding: .25rem 0; }
th, td { border-bottom: 1px solid #c6cfd7; padding: .25rem .5rem; text-align: right;
  vertical-align: top; }
th:first-child { text-align: left; min-width: 8rem; padding-left: 0; }
td { white-space: nowrap; }
td.words { white-space: normal; text-align: left; min-width: 9rem; }
td.left, th.left { text-align: left; }
.missing { color: #4c5b69; font-size: .9rem; }
caption span { display: block; max-width: calc(100vw - 2rem); }
thead th { vertical-align: bottom; }
tbody th { font-weight: normal; }
.digests { font-size: .75rem; color: #4c5b69; }
@media screen {
  main > section { content-visibility: auto; contain-intrinsic-size: auto 900rem; }
}
@media screen and (max-width: 40rem) {
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  @page { size: A4; margin: 18mm 20mm; }
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  h2 { break-after: avoid; }
  main > section + section { break-before: page; }
  h3 { break-after: avoid; }
  figure svg, tr { break-inside: avoid; }
  figure svg { max-height: 256mm; }
  figure { margin: .75rem 0 .25rem; }
  .table { overflow: visible; }
  table { font-size: 8.5pt; line-height: 1.3; }
  th, td { padding: .1rem .4rem; }
  caption, thead { break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  caption span { max-width: none; }
  a { color: inherit; text-decoration: none; }
}
"""
