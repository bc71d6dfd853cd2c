"""A sheet to draw on, measured in points, that grows downwards.

matplotlib is imported when the first chart is drawn, not before: a web process that only shows
tables and text alternatives never pays for it.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

INK: Final = "#17324D"
GREY: Final = "#4C5B69"
RULE: Final = "#C6CFD7"
PALE: Final = "#EDF1F5"
BLUE: Final = "#0066CC"
ORANGE: Final = "#B4540A"
WHITE: Final = "#FFFFFF"

#: Around every drawing, so that no letter touches the edge.
MARGIN: Final = 3.0

_FALLBACK: Final = "DejaVu Sans"
_fonts: list[str] = [_FALLBACK]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Width between the margins and letter sizes of a layout, in points."""

    width: float
    title: float
    body: float
    small: float
    narrow: bool


#: The 170 mm between the margins of an A4 page.
WIDE: Final = Sheet(476.0, 12.0, 9.5, 8.5, narrow=False)
#: 328 CSS pixels: a phone of 360 less its margins. 8.25 points are 11 pixels.
NARROW: Final = Sheet(240.0, 11.0, 9.0, 8.25, narrow=True)


def sheet(*, narrow: bool) -> Sheet:
    return NARROW if narrow else WIDE


def use_fonts(folder: Path) -> None:
    """Draw with the Titillium Web found in a folder of TrueType files.

    A folder that holds none leaves the face as it was.
    """
    from matplotlib import font_manager

    names = []
    for path in sorted(folder.rglob("*.ttf")):
        font_manager.fontManager.addfont(path)
        names.append(font_manager.get_font(str(path)).family_name)
    # The light and semibold cuts call themselves families of their own.
    if "Titillium Web" in names:
        _fonts[:] = ["Titillium Web", _FALLBACK]
        _measured.cache_clear()


def _properties(size: float, *, bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(_fonts), size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=65536)
def _measured(text: str, size: float, *, bold: bool) -> float:
    from matplotlib.textpath import TextToPath

    paths = TextToPath()
    properties = _properties(size, bold=bold)
    width, _, _ = paths.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


def width_of(text: str, *, size: float, bold: bool = False) -> float:
    """Return the width in points of one line of text that can be drawn."""
    return _measured(text, size, bold=bold)


@lru_cache(maxsize=1)
def _last_resort() -> "FT2Font":
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=_FALLBACK)))


def drawable(text: str) -> str:
    """Put spaces for control characters and a box for what no font at hand can draw."""
    font = _last_resort()
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join(c if font.get_char_index(ord(c)) else "□" for c in plain)


def text_on(colour: str) -> str:
    """Return ink or white, whichever reads better on a colour (WCAG relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Contrast with white is 1.05 / (L + .05); with the ink, whose luminance is .031, the rest.
    return WHITE if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.081 else INK


Align = Literal["left", "center", "right"]


class Canvas:
    """Things to draw, in points from the top left corner; `y` is where the next row begins."""

    def __init__(self, layout: Sheet) -> None:
        self.sheet = layout
        self.width = layout.width
        self.y = 0.0
        self._artists: list[Artist] = []
        self._under = 0

    def measure(self, text: str, *, size: float, bold: bool = False) -> float:
        """Return the width of one line of text in points."""
        return _measured(drawable(text), size, bold=bold)

    def wrap(self, text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
        """Break a text into lines no wider than `width`, within a word where it must be."""
        lines: list[str] = []
        line = ""
        for word in drawable(text).split(" "):
            longer = f"{line} {word}".strip()
            if _measured(longer, size, bold=bold) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while _measured(line, size, bold=bold) > width and len(line) > 1:
                keep = len(line) - 1
                while keep > 1 and _measured(line[:keep], size, bold=bold) > width:
                    keep -= 1
                lines.append(line[:keep])
                line = line[keep:]
        return [*lines, line] if line else lines

    def text(
        self,
        at: tuple[float, float],
        *,
        text: str,
        size: float,
        colour: str = INK,
        bold: bool = False,
        align: Align = "left",
    ) -> None:
        """Write one line whose baseline is at a height and whose `align` end is at a place."""
        from matplotlib.text import Text

        self._artists.append(
            Text(
                *at,
                drawable(text),
                color=colour,
                fontproperties=_properties(size, bold=bold),
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
            )
        )

    def rectangle(
        self,
        x: float,
        y: float,
        *,
        width: float,
        height: float,
        colour: str,
        hatch: str = "",
    ) -> None:
        from matplotlib.patches import Rectangle

        extra: dict[str, Any] = {"hatch": hatch, "hatchcolor": WHITE} if hatch else {}
        self._artists.append(
            Rectangle((x, y), width, height, facecolor=colour, linewidth=0, **extra)
        )

    def polygon(self, points: list[tuple[float, float]], *, colour: str) -> None:
        from matplotlib.patches import Polygon

        self._artists.append(Polygon(points, closed=True, facecolor=colour, linewidth=0))

    def line(
        self,
        points: list[tuple[float, float]],
        *,
        colour: str = INK,
        width: float = 1.0,
        dashed: bool = False,
        under: bool = False,
    ) -> None:
        """Draw a line; `under` all that is not, such as an axis that is known at the end."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        line = Line2D(
            xs, ys, color=colour, linewidth=width, linestyle=(0, (3, 2)) if dashed else "-"
        )
        if under:
            self._artists.insert(self._under, line)
            self._under += 1
        else:
            self._artists.append(line)

    def marker(
        self,
        x: float,
        y: float,
        *,
        shape: str = "o",
        size: float = 7.0,
        colour: str = BLUE,
        hollow: bool = False,
    ) -> None:
        from matplotlib.lines import Line2D

        self._artists.append(
            Line2D(
                [x],
                [y],
                marker=shape,
                markersize=size,
                linestyle="none",
                markerfacecolor=WHITE if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=1.6 if hollow else 0.8,
            )
        )

    def paragraph(
        self,
        text: str,
        *,
        x: float = 0.0,
        width: float | None = None,
        size: float,
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write wrapped lines from `y` downwards, and move `y` below them."""
        room = (self.width - x) if width is None else width
        for line in self.wrap(text, width=room, size=size, bold=bold):
            self.y += size * 1.25
            self.text((x, self.y - size * 0.2), text=line, size=size, colour=colour, bold=bold)

    def heading(self, title: str) -> None:
        """Write the finding at the top of the sheet."""
        self.paragraph(title, size=self.sheet.title, bold=True)
        self.y += self.sheet.title * 0.6

    def figure(self) -> "Figure":
        """Return the drawing on a white sheet that ends just below `y`."""
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        width, height = self.width + 2 * MARGIN, self.y + 2 * MARGIN
        figure = Figure(figsize=(width / 72, height / 72), facecolor=WHITE)
        # Without axes: nothing here needs scales, and they take longer than all the rest.
        turned = Affine2D().scale(1 / 72, -1 / 72).translate(MARGIN / 72, (self.y + MARGIN) / 72)
        place = turned + figure.dpi_scale_trans
        for artist in self._artists:
            artist.set_transform(place)
            figure.add_artist(artist)
        return figure
