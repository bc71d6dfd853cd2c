"""What stands on a figure, as SVG elements and lines of text.

Only what a `Canvas` puts there is known: rectangles, polygons, lines, markers and texts, measured
in points. matplotlib's own writer takes ten times as long and as many bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.charts.canvas import MARGIN, width_of
from analysis.charts.letters import Line, words_of
from analysis.charts.outline import Contour, contours, decimal, path_data, polyline

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

Point = tuple[float, float]
_INCH: Final = 72.0
#: A step of the grid is a hundredth of a point: a pixel of a screen is 75 of them.
_STEPS: Final = 100
#: Where the stripes of a hatch run: those points at which x and y, so weighed, are a multiple of
#: the distance, how much of it is added, and how many of them each sign brings to an inch.
_HATCHES: Final = {
    "/": (1, 1, 0.0, 3), "\\": (1, -1, 0.0, 3), "-": (0, 1, 0.5, 6), "|": (1, 0, 0.5, 6),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """An SVG element: a path with its attributes, or without path data a disc."""

    data: str
    attributes: str
    #: Neighbours with the same attributes may be the same path.
    merges: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure, taken apart: first the marks, from the ground upwards, then the texts."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]


def points(value: float) -> str:
    """Write a length in points with at most two decimals."""
    return decimal(round(value * _STEPS), 2)


@lru_cache(maxsize=256)
def _short(colour: str) -> str:
    from matplotlib.colors import to_hex

    text = to_hex(colour)
    return f"#{text[1::2]}" if text[1::2] == text[2::2] else text


def _colour(value: object) -> str:
    return _short(value if isinstance(value, str) else tuple(value))  # type: ignore[arg-type]  # matplotlib gives numbers


def _side(corners: Sequence[Point], *, along: tuple[int, int], limit: float) -> list[Point]:
    """Return the part of a convex outline at which ``along · point`` is at most the limit."""
    kept: list[Point] = []
    beyond = [along[0] * x + along[1] * y - limit for x, y in corners]
    for place, (x, y) in enumerate(corners):
        before, now = beyond[place - 1], beyond[place]
        if (before > 0) != (now > 0):
            share = before / (before - now)
            old_x, old_y = corners[place - 1]
            kept.append((old_x + share * (x - old_x), old_y + share * (y - old_y)))
        if now <= 0:
            kept.append((x, y))
    return kept


def _stripes(corners: Sequence[Point], hatch: str) -> str:
    """Write the stripes of a hatch, cut at the edges: printers turn patterns into pictures."""
    a, b, start, density = _HATCHES[hatch[0]]
    apart = _INCH / (density * len(hatch))
    half = hypot(a, b) / 2
    along = [a * x + b * y for x, y in corners]
    first = ceil((min(along) - half) / apart - start)
    last = floor((max(along) + half) / apart - start)
    text = ""
    for number in range(first, last + 1):
        middle = (number + start) * apart
        stripe = _side(corners, along=(a, b), limit=middle + half)
        stripe = _side(stripe, along=(-a, -b), limit=half - middle)
        text += polyline(stripe, closed=True) if len(stripe) > 2 else ""
    return text


def _patch(patch: "Patch") -> Iterator[Mark]:
    from matplotlib.patches import Polygon, Rectangle

    if isinstance(patch, Rectangle):
        corners: list[Point] = [(float(x), float(y)) for x, y in patch.get_corners()]
    elif isinstance(patch, Polygon):
        corners = [(float(x), float(y)) for x, y in patch.get_xy()]
    else:
        raise TypeError(f"a canvas draws no {type(patch).__name__}")
    corners = [(x + MARGIN, y + MARGIN) for x, y in corners]
    yield Mark(polyline(corners, closed=True), f'fill="{_colour(patch.get_facecolor())}"')
    hatch = patch.get_hatch()
    stripes = _stripes(corners, hatch) if hatch else ""
    if stripes:
        yield Mark(stripes, f'fill="{_colour(patch.get_hatchcolor())}"')


def _places(line: "Line2D") -> list[Point]:
    return [(float(x) + MARGIN, float(y) + MARGIN) for x, y in np.asarray(line.get_xydata())]


def _line(line: "Line2D") -> Mark:
    path = _places(line)
    attributes = f'fill="none" stroke="{_colour(line.get_color())}"'
    width = float(line.get_linewidth())
    if width != 1.0:
        attributes += f' stroke-width="{points(width)}"'
    if line.is_dashed():
        # matplotlib counts dashes in widths of the line: (3, 2) is all that a canvas draws.
        dashes = f"{points(3 * width)} {points(2 * width)}"
        return Mark(polyline(path, closed=False), f'{attributes} stroke-dasharray="{dashes}"')
    attributes += ' stroke-linecap="square"'
    return Mark(polyline(path, closed=False), attributes, merges=True)


@lru_cache(maxsize=64)
def _shape(name: str, size: float) -> list[Contour]:
    from matplotlib.markers import MarkerStyle
    from matplotlib.transforms import Affine2D

    style = MarkerStyle(name)
    # Shapes of markers are given upwards.
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(size, -size))
    return contours(path, scale=_STEPS, digits=2)


def _marker(line: "Line2D") -> Mark:
    ((x, y),), size = _places(line), float(line.get_markersize())
    attributes = f'fill="{_colour(line.get_markerfacecolor())}"'
    attributes += f' stroke="{_colour(line.get_markeredgecolor())}"'
    attributes += f' stroke-width="{points(float(line.get_markeredgewidth()))}"'
    name = str(line.get_marker())
    if name == "o":
        where = f'cx="{points(x)}" cy="{points(y)}" r="{points(size / 2)}"'
        return Mark("", f"{where} {attributes}")
    right, down = round(x * _STEPS), round(y * _STEPS)
    data = path_data(_shape(name, size), digits=2, right=right, down=down)
    return Mark(data, f'{attributes} stroke-linejoin="miter"')


def _text(text: "Text") -> Line:
    (x, y), size = text.get_position(), float(text.get_fontsize())
    faces, weight = tuple(text.get_fontfamily()), str(text.get_fontweight())
    words, align = text.get_text(), text.get_horizontalalignment()
    if align != "left":
        width = width_of(words, size=size, bold=weight == "bold")
        x = float(x) - width * (0.5 if align == "center" else 1.0)
    colour = _colour(text.get_color())
    placed = words_of(words, faces, weight)
    return Line(float(x) + MARGIN, float(y) + MARGIN, size, colour, placed)


def _merged(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Write neighbours that look alike as one path."""
    last: Mark | None = None
    for mark in marks:
        if last is not None and last.merges and last.attributes == mark.attributes:
            last = Mark(last.data + mark.data, mark.attributes, merges=True)
            continue
        if last is not None:
            yield last
        last = mark
    if last is not None:
        yield last


def taken_apart(figure: "Figure") -> Drawing:
    """Take a figure apart.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What a `Canvas` returned.

    Raises
    ------
    TypeError
        Where it holds what no canvas draws.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    patches: list[Mark] = []
    lines: list[Mark] = []
    texts: list[Line] = []
    for artist in figure.artists:
        if isinstance(artist, Patch):
            patches += _patch(artist)
        elif isinstance(artist, Line2D):
            alone = str(artist.get_marker()) != "None"
            lines.append(_marker(artist) if alone else _line(artist))
        elif isinstance(artist, Text):
            texts += [_text(artist)] if artist.get_text() else []
        else:
            raise TypeError(f"a canvas draws no {type(artist).__name__}")
    width, height = (float(inches) * _INCH for inches in figure.get_size_inches())
    return Drawing(width, height, tuple(_merged([*patches, *lines])), tuple(texts))
