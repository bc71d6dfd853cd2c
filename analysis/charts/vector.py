"""From a figure to the bytes of a picture, the same bytes for the same figure."""

import base64
import hashlib
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from analysis.charts.drawing import Drawing, Mark, points, taken_apart
from analysis.charts.letters import Letters

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _words(text: str) -> str:
    """Escape a text for XML, which knows no control characters at all."""
    return escape("".join(c if c.isprintable() else " " for c in text).strip())


def _mark(mark: Mark) -> str:
    if not mark.data:
        return f"<circle {mark.attributes}/>\n"
    return f'<path d="{mark.data}" {mark.attributes}/>\n'


class Shared:
    """The letters that drawings of one page or file have in common, defined once.

    Parameters
    ----------
    prefix : str
        What all identifiers begin with.
    drawings : sequence of Drawing
        All that will be written with it.
    """

    def __init__(self, prefix: str, drawings: Sequence[Drawing]) -> None:
        self._letters = Letters(prefix, [line for one in drawings for line in one.lines])

    def content(self, drawing: Drawing) -> str:
        """Write what stands on a drawing."""
        marks = "".join(_mark(mark) for mark in drawing.marks)
        return marks + "".join(self._letters.write(line) for line in drawing.lines)

    def definitions(self) -> str:
        """Return all that what was written so far refers to."""
        return f"<defs>\n{self._letters.outlines()}</defs>\n"


def element(
    drawing: Drawing, content: str, *, name: str, title: str, description: str, space: str = ""
) -> str:
    """Write the SVG element of a drawing, with its words for those who do not see it."""
    width, height = points(drawing.width), points(drawing.height)
    return (
        f'<svg width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"{space}'
        f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
        ' stroke-linejoin="round">\n'
        f'<title id="{name}-title">{_words(title)}</title>\n'
        f'<desc id="{name}-desc">{_words(description)}</desc>\n'
        f'<path d="M0 0h{width}v{height}H0z" fill="#fff"/>\n{content}</svg>'
    )


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
    return alone(taken_apart(figure), title=title, description=description)


def alone(drawing: Drawing, *, title: str, description: str) -> str:
    """Write a drawing as an SVG element that needs no other."""
    whole = repr((title, description, drawing)).encode()
    digest = base64.b32encode(hashlib.sha256(whole).digest()).decode().lower()
    name = f"c{digest[:6]}"
    shared = Shared(name, [drawing])
    content = shared.content(drawing)
    return element(
        drawing, shared.definitions() + content, name=name, title=title, description=description,
        space=' xmlns="http://www.w3.org/2000/svg"',
    )  # fmt: skip


def png(figure: "Figure", *, dpi: int = 144) -> bytes:
    """Write a figure as a PNG picture, for documents that cannot hold SVG."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
    return stream.getvalue()
