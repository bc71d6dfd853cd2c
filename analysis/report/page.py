"""One HTML page with everything in it: style, drawings, words and tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis.charts.gallery import Chart
from analysis.charts.table import Alternative, say
from analysis.figures import from_to, is_english, number
from analysis.report.sentences import collection_line, flags_in_words, method_lines
from analysis.report.style import STYLE

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as it is drawn: for paper and desk, and for a phone."""

    name: str
    chart: Chart
    wide: str
    narrow: str


def _text(words: object) -> str:
    """Escape a text; control characters have no place in a page."""
    return escape("".join(c if c.isprintable() else " " for c in str(words)))


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(f"<p>{_text(line)}</p>" for line in lines if line)


def _list(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return "<ul>\n" + "\n".join(f"<li>{_text(line)}</li>" for line in lines) + "\n</ul>"


def _cells(row: Sequence[str]) -> str:
    """Write the cells after the first; words may wrap and stand left, numbers stand right."""
    written = []
    for cell in row:
        words = ' class="words"' if sum(c.isalpha() for c in cell) > 15 else ""
        written.append(f"<td{words}>{_text(cell)}</td>")
    return "".join(written)


def _table(said: Alternative, *, name: str, caption: str) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in said.header)
    rows = "\n".join(
        f'<tr><th scope="row">{_text(row[0])}</th>' + _cells(row[1:]) + "</tr>" for row in said.rows
    )
    # A region that can be reached by keyboard, because it may scroll sideways on a phone.
    return (
        f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f'<caption id="{name}"><span>{_text(caption)}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def _figure(picture: Picture, *, whose: str) -> str:
    chart = picture.chart
    table = _table(
        chart.alternative(), name=f"table-{picture.name}", caption=f"{whose} – {chart.title}"
    )
    return (
        f'<figure>\n<div class="wide">{picture.wide}</div>\n'
        f'<div class="narrow">{picture.narrow}</div>\n</figure>\n{table}'
    )


def _section(title: str, content: Sequence[str], *, name: str) -> str:
    inside = "\n".join(part for part in content if part)
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{_text(title)}</h2>\n{inside}\n'
        "</section>"
    )


def _estimate(found: Json, *, language: str) -> str:
    if found["value"] is None:
        return say("non pubblicato", "not published", language=language)
    decimals = int(found["decimals"])
    value = number(found["value"], decimals=decimals, language=language)
    if found["lower"] is None or found["upper"] is None:
        return value
    interval = from_to(found["lower"], found["upper"], decimals=decimals, language=language)
    return f"{value} ({interval}, n {number(found['n'], language=language)})"


def _service(
    entry: Json, pictures: Sequence[Picture], *, results: Json, place: int, language: str
) -> str:
    wave = entry["waves"][-1]
    minimum = int(results["parameters"]["publication_minimum"])
    change = wave["change"]
    words = change["words"]["en" if is_english(language) else "it"] if change else None
    lead = say("Indice di soddisfazione {}", "Satisfaction index {}", language=language)
    content = [
        f'<p class="index"><strong>{_text(lead.format(wave["wave"]))}: '
        f"{_text(_estimate(wave['isu'], language=language))}</strong></p>",
        f'<p class="verdict">{_text(words["headline"])}</p>' if words else "",
        _paragraphs([words["detail"]] if words else []),
        _paragraphs([collection_line(wave, minimum=minimum, language=language)]),
        _list(flags_in_words(wave, language)),
        *[_figure(picture, whose=entry["name"]) for picture in pictures],
    ]
    return _section(entry["name"], content, name=f"service-{place}")


def _body(results: Json, pictures: Sequence[Picture], *, language: str) -> str:
    title = say("Tutti i servizi", "All services", language=language)
    year = results["years"][-1]
    shift = year["common_shift"]
    raised = shift["words"] if shift and shift["raised"] else None
    known = year["weighting"] == "users_served"
    lead = say("Indice dell'ente", "Index of the body", language=language)
    if not known:
        lead = say("Media delle risposte dell'ente (utenti serviti non noti)",
                   "Mean of the answers of the body (users served not known)",
                   language=language)  # fmt: skip
    content = [
        f'<p class="index"><strong>{_text(lead)} {_text(year["wave"])}: '
        f"{_text(_estimate(year['isu'], language=language))}</strong></p>",
        _paragraphs([raised["en" if is_english(language) else "it"]] if raised else []),
        *[_figure(picture, whose=title) for picture in pictures],
    ]
    return _section(title, content, name="services")


def _contents(results: Json, *, language: str) -> str:
    label = say("Indice della pagina", "Contents", language=language)
    links = [
        f'<li><a href="#service-{place}">{_text(entry["name"])}</a></li>'
        for place, entry in enumerate(results["services"], start=1)
    ]
    return f'<nav aria-label="{label}">\n<ol>\n' + "\n".join(links) + "\n</ol>\n</nav>"


def _method(results: Json, *, language: str) -> str:
    hashes = [
        f"{entry['name']}, {wave['wave']}: {wave['data_hash']}"
        for entry in results["services"]
        for wave in entry["waves"]
        if wave["data_hash"] is not None
    ]
    version = say("Versione del metodo: {}", "Version of the method: {}", language=language)
    prints = say("Impronte dei dati", "Digests of the data", language=language)
    content = [
        _list(method_lines(results, language)),
        _paragraphs([version.format(results["method_version"])]),
        f'<h3>{prints}</h3>\n<div class="digests">{_list(hashes)}</div>' if hashes else "",
    ]
    title = say("Come leggere i numeri", "How to read the numbers", language=language)
    return _section(title, content, name="method")


def page(
    results: Json,
    *,
    body: Sequence[Picture],
    services: Mapping[str, Sequence[Picture]],
    language: str = "it",
) -> str:
    """Return the report as one page of HTML.

    Parameters
    ----------
    results : mapping
        A results document.
    body : sequence of Picture
        Charts over all services; none leaves that section out.
    services : mapping of str to sequence of Picture
        Charts of each service, by its key.
    language : str, optional
        ``it`` or ``en``.
    """
    entries = results["services"]
    whose = results["body"] or (entries[0]["name"] if len(entries) == 1 else "")
    title = say("La soddisfazione degli utenti", "The satisfaction of users", language=language)
    years = [str(year["wave"]) for year in results["years"]]
    subtitle = " · ".join(part for part in (whose, years[-1]) if part)
    parts = [
        _contents(results, language=language) if len(entries) > 1 else "",
        _body(results, body, language=language) if body else "",
        *[
            _service(entry, services[str(entry["service"])], results=results, place=place,
                     language=language)
            for place, entry in enumerate(entries, start=1)
        ],
        _method(results, language=language),
    ]  # fmt: skip
    main = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{"en" if is_english(language) else "it"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)} · {_text(subtitle)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<header>\n<h1>{_text(title)}</h1>\n<p>{_text(subtitle)}</p>\n</header>\n"
        f"<main>\n{main}\n</main>\n</body>\n</html>\n"
    )
