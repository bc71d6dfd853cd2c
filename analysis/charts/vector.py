"""From a figure to the bytes of a picture, the same bytes for the same figure."""

import hashlib
import io
import re
import threading
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: matplotlib keeps its settings in one global table: one drawing at a time may change it.
_settings: Final = threading.Lock()


def _raw(figure: "Figure") -> str:
    import matplotlib

    stream = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with _settings, matplotlib.rc_context({"svg.hashsalt": "gradimento", "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata=nothing)
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _attributes(style: "re.Match[str]") -> str:
    parts = [part.split(":", 1) for part in style.group(1).split(";") if ":" in part]
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in parts)


def _path(data: "re.Match[str]") -> str:
    return 'd="' + re.sub(r"\s*([MLCQz])\s*", r"\1", data.group(1)).strip() + '"'


def _glyph(use: "re.Match[str]") -> str:
    """Place a letter by its x alone; a glyph unit is a hundredth of the size of the type."""
    return f'<use href="#{use.group(1)}" x="{float(use.group(2)):.1f}"/>'


def _lean(body: str) -> str:
    """Drop what a reader of the file does not need: two thirds of the bytes."""
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style\b.*?</style>", "", body, flags=re.S)
    body = re.sub(r'style="([^"]*)"', _attributes, body)
    body = re.sub(r'\bd="([^"]*)"', _path, body)
    for blank in set(re.findall(r'<path id="([^"]+)" transform="[^"]*"/>', body)):
        body = re.sub(rf'<(?:path id="|use xlink:href="#){re.escape(blank)}"[^>]*/>', "", body)
    body = body.replace("xlink:href", "href").replace(
        ' xmlns:xlink="http://www.w3.org/1999/xlink"', ""
    )
    body = re.sub(r'<use href="#([^"]+)" transform="translate\(([-\d.]+) 0\)"/>', _glyph, body)
    body = re.sub(r"<defs>\s*</defs>", "", body)
    return re.sub(r"\s*\n\s*", "\n", body)


def _named(body: str, prefix: str) -> str:
    """Give short names of their own to what is referred to, and none to the rest."""
    wanted = dict.fromkeys(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    names = {old: f"{prefix}{place:x}" for place, old in enumerate(wanted)}

    def rename(found: "re.Match[str]") -> str:
        name = names.get(found.group(1))
        return f' id="{name}"' if name else ""

    body = re.sub(r' id="([^"]+)"', rename, body)
    return re.sub(
        r'(href="#|url\(#)([^")]+)', lambda found: found.group(1) + names[found.group(2)], body
    )


def _words(text: str) -> str:
    """Escape a text for XML, which knows no control characters at all."""
    return escape("".join(c if c.isprintable() else " " for c in text).strip())


def svg(figure: "Figure", *, title: str, description: str) -> str:
    """Write a figure as an SVG element that may be a file or stand inside a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What one of the drawing functions returned.
    title, description : str
        Name and long description for those who do not see the drawing.

    Returns
    -------
    str
        The same bytes for the same figure and words. There is no style element and no style
        attribute, so that a strict content security policy leaves it whole; identifiers begin
        with a digest of the drawing, so that several may stand in one page.
    """
    body = _lean(_raw(figure))
    name, long = _words(title), _words(description)
    digest = hashlib.sha256(f"{name}\n{long}\n{body}".encode()).hexdigest()
    prefix = f"c{digest[:8]}-"
    head, rest = _named(body, prefix).split(">", 1)
    return (
        f'{head} role="img" aria-labelledby="{prefix}title" aria-describedby="{prefix}desc"'
        f' stroke-linejoin="round" stroke-linecap="butt">\n<title id="{prefix}title">{name}</title>'
        f'\n<desc id="{prefix}desc">{long}</desc>{rest}'
    )


def png(figure: "Figure", *, dpi: int = 144) -> bytes:
    """Write a figure as a PNG picture, for documents that cannot hold SVG."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
    return stream.getvalue()
