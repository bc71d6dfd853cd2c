"""A plot with two scales, its key, and numbers that keep out of each other's way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import cos, hypot, pi, sin

from analysis.charts.axis import Axis, LogAxis
from analysis.charts.canvas import BLUE, GREY, INK, RULE, Canvas
from analysis.figures import number

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sign:
    """One entry of the key: a marker, or without a shape a piece of line."""

    text: str
    shape: str = ""
    colour: str = INK
    hollow: bool = False
    dashed: bool = False
    width: float = 1.0
    #: The piece of line stands as it does in the plot.
    upright: bool = False


def key(canvas: Canvas, signs: Sequence[Sign]) -> None:
    """Write the key under a chart, as many entries in a line as fit."""
    size = canvas.sheet.small
    x, begun = 0.0, False
    for sign in dict.fromkeys(signs):
        lines = canvas.wrap(sign.text, width=canvas.width - 18, size=size)
        needed = 18 + max((canvas.measure(line, size=size) for line in lines), default=0.0)
        if not begun or x + needed > canvas.width:
            x, canvas.y = 0.0, canvas.y + size * 1.45
        begun = True
        middle = canvas.y - size * 0.35
        if sign.shape:
            canvas.marker(
                x + 7, middle, shape=sign.shape, colour=sign.colour, hollow=sign.hollow, size=6
            )
        else:
            ends = [(x + 1, middle), (x + 13, middle)]
            if sign.upright:
                ends = [(x + 7, middle - 4.5), (x + 7, middle + 4.5)]
            canvas.line(ends, colour=sign.colour, width=sign.width, dashed=sign.dashed)
        for place, line in enumerate(lines):
            canvas.y += size * 1.25 if place else 0.0
            canvas.text((x + 18, canvas.y), text=line, size=size, colour=GREY)
        x += needed + 12
    canvas.y += size * 0.4


class Frame:
    """A rectangle of a canvas between two scales."""

    def __init__(self, canvas: Canvas, *, across: Axis | LogAxis, up: Axis, height: float) -> None:
        self.canvas, self.across, self.up = canvas, across, up
        self.left, self.right = 30.0, canvas.width - 6.0
        self.height, self.top = height, 0.0

    def widen(self, *, language: str, unit: str = "") -> None:
        """Make room for long numbers at the left."""
        size = self.canvas.sheet.small
        texts = [self._level(tick, language, unit) for tick in self.up.ticks]
        widest = max(self.canvas.measure(text, size=size) for text in texts)
        self.left = min(max(30.0, widest + 7), self.canvas.width / 2)

    def _level(self, tick: float, language: str, unit: str) -> str:
        return number(tick, decimals=self.up.decimals, language=language) + unit

    def x(self, value: float) -> float:
        return self.left + self.across.place(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.top + (1 - self.up.place(value)) * self.height

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def begin(self, label: str) -> None:
        """Write what is measured upwards, and fix where the plot stands."""
        canvas, size = self.canvas, self.canvas.sheet.small
        canvas.paragraph(label, size=size, colour=GREY)
        self.top = canvas.y + size * 0.8
        canvas.y = self.bottom

    def levels(self, *, language: str, unit: str = "") -> None:
        """Draw the horizontal lines and their numbers."""
        canvas, size = self.canvas, self.canvas.sheet.small
        for tick in self.up.ticks:
            y = self.y(tick)
            canvas.line([(self.left, y), (self.right, y)], colour=RULE, width=0.5)
            text = self._level(tick, language, unit)
            at = (self.left - 5, y + size * 0.36)
            canvas.text(at, text=text, size=size, colour=GREY, align="right")

    def feet(self, label: str, *, language: str) -> None:
        """Write the numbers of the horizontal scale, and under them what it measures."""
        canvas, size = self.canvas, self.canvas.sheet.small
        bare = canvas.y <= self.bottom
        canvas.y += size * 1.4
        end = 0.0
        for tick in self.across.ticks:
            x = self.x(tick)
            text = number(tick, decimals=self.across.decimals, language=language)
            half = canvas.measure(text, size=size) / 2
            middle = min(x, canvas.width - half)
            if bare:
                canvas.line([(x, self.bottom), (x, self.bottom + 3)], colour=GREY, width=0.8)
            if middle - half >= end:
                at = (middle, canvas.y)
                canvas.text(at, text=text, size=size, colour=GREY, align="center")
                end = middle + half + 4
        for line in canvas.wrap(label, width=self.right, size=size):
            canvas.y += size * 1.25
            at = (self.right, canvas.y)
            canvas.text(at, text=line, size=size, colour=GREY, align="right")
        canvas.y += size * 0.5


class Numbers:
    """Short texts beside points, each where no other text and no point stands."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._taken: list[Box] = []
        self._lines: list[tuple[float, float]] = []

    def avoid(self, points: Sequence[tuple[float, float]]) -> None:
        """Let no text stand on a line where there is other room nearby."""
        for (x, y), (right, down) in pairwise(points):
            count = max(1, int(hypot(right - x, down - y) / 3))
            self._lines += [
                (x + (right - x) * k / count, y + (down - y) * k / count) for k in range(count)
            ]

    def keep(self, x: float, y: float, *, radius: float = 4.5) -> None:
        """Let no text stand on a point."""
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def write(self, x: float, y: float, text: str) -> None:
        """Write as near to the point as there is room, with a thread to it from farther off."""
        canvas = self._frame.canvas
        size = canvas.sheet.small
        half, rise = canvas.measure(text, size=size, bold=True) / 2 + 1.0, size * 0.55
        near = ((place, True) for place in _around(half, rise, rings=3))
        far = ((place, False) for place in _around(half, rise, rings=40))
        for (thread, across, down), strict in chain(near, far):
            middle, centre = x + across, y + down
            box = (middle - half, centre - rise, middle + half, centre + rise)
            if not self._free(box) or (strict and self._crossed(box)):
                continue
            self._taken.append(box)
            if thread:
                share = 1 - (half + 1) / hypot(across, down)
                ends = [(x, y), (x + across * share, y + down * share)]
                canvas.line(ends, colour=GREY, width=0.6)
            at = (middle, centre + size * 0.36)
            canvas.text(at, text=text, size=size, bold=True, align="center")
            return

    def _crossed(self, box: Box) -> bool:
        return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in self._lines)

    def _free(self, box: Box) -> bool:
        frame = self._frame
        inside = (
            box[0] >= frame.left and box[2] <= frame.right
            and box[1] >= frame.top and box[3] <= frame.bottom
        )  # fmt: skip
        return inside and not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self._taken
        )


def _around(half: float, rise: float, *, rings: int) -> Iterator[tuple[bool, float, float]]:
    """Yield places around a point, the nearest first, and whether they need a thread."""
    for ring in range(rings):
        turns, out = (16, 5.0 + 7.0 * ring) if ring else (8, 5.0)
        for turn in range(turns):
            angle = -2 * pi * turn / turns
            yield ring > 1, (out + half) * cos(angle), (out + rise) * sin(angle)


def numbered(canvas: Canvas, entries: Sequence[tuple[str, str]]) -> None:
    """Write what the numbers in a plot stand for, and in grey what is said of each."""
    size = canvas.sheet.small
    indent = canvas.measure(f"{len(entries)}", size=size, bold=True) + 6
    beside = 0.42 * canvas.width
    canvas.y += size * 0.3
    for place, (label, note) in enumerate(entries, start=1):
        top = canvas.y
        at = (0, top + size * 1.05)
        canvas.text(at, text=str(place), size=size, bold=True, colour=BLUE)
        if canvas.sheet.narrow:
            canvas.paragraph(label or "—", x=indent, size=size)
            canvas.paragraph(note, x=indent, size=size, colour=GREY)
        else:
            canvas.paragraph(label or "—", x=indent, width=beside - indent - 10, size=size)
            under, canvas.y = canvas.y, top
            canvas.paragraph(note, x=beside, size=size, colour=GREY)
            canvas.y = max(under, canvas.y)
        canvas.y += size * 0.2
