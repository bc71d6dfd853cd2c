"""Outlines as short SVG path data: whole steps of a grid, each told from the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.path import Path

#: Letters of path data by matplotlib's codes of lines and curves.
_LETTERS = {2: "l", 3: "q", 4: "c"}
_MOVE, _CLOSE = 1, 79


def decimal(steps: int, digits: int) -> str:
    """Write a number of steps of 10**-digits with as few characters as it takes.

    Examples
    --------
    >>> decimal(1250, 2), decimal(-50, 2), decimal(300, 2), decimal(7, 0)
    ('12.5', '-.5', '3', '7')
    """
    if not digits:
        return str(steps)
    whole, rest = divmod(abs(steps), 10**digits)
    after = f"{rest:0{digits}d}".rstrip("0")
    text = (str(whole) if whole or not after else "") + (f".{after}" if after else "")
    return f"-{text}" if steps < 0 else text


@dataclass(frozen=True, slots=True)
class Contour:
    """One closed or open stretch: where it begins, in steps, and the path data after that."""

    x: int
    y: int
    rest: str


def _joined(numbers: list[int], digits: int) -> str:
    text = ""
    for place, number in enumerate(numbers):
        written = decimal(number, digits)
        text += written if not place or written.startswith("-") else f" {written}"
    return text


def _step(x: int, y: int, *, ends: list[tuple[int, int]], letter: str) -> tuple[str, list[int]]:
    """Tell where to go from a place, and how."""
    apart = [(to_x - x, to_y - y) for to_x, to_y in ends]
    if letter == "l" and apart[0][1] == 0:
        return "h", [apart[0][0]]
    if letter == "l" and apart[0][0] == 0:
        return "v", [apart[0][1]]
    return letter, [number for pair in apart for number in pair]


class _Stretch:
    """A contour that is being written."""

    def __init__(self, x: int, y: int) -> None:
        self.start = self.now = (x, y)
        self.parts: list[tuple[str, list[int]]] = []

    def go(self, ends: list[tuple[int, int]], letter: str) -> None:
        if letter == "l" and ends[0] == self.now:
            return
        self.parts.append(_step(*self.now, ends=ends, letter=letter))
        self.now = ends[-1]

    def end(self, digits: int, *, closed: bool) -> Contour:
        parts = self.parts
        if closed and parts and parts[-1][0] in "lhv" and self.now == self.start:
            parts = parts[:-1]  # closing draws it
        text, before = "", ""
        for letter, numbers in parts:
            written = _joined(numbers, digits)
            if letter == before:
                text += written if written.startswith("-") else f" {written}"
            else:
                text += letter + written
            before = letter
        return Contour(*self.start, text + ("z" if closed else ""))


def contours(path: "Path", *, scale: float, digits: int = 0, down: bool = True) -> list[Contour]:
    """Return the stretches of a path on a grid.

    Parameters
    ----------
    path : matplotlib.path.Path
        Lines and curves.
    scale : float
        Steps a unit of the path.
    digits : int, optional
        A step is 10**-digits of the unit in which the data are written.
    down : bool, optional
        The path grows downwards, as SVG does; else it is turned over.
    """
    return list(_contours(path, scale=scale, digits=digits, turn=1 if down else -1))


def _contours(path: "Path", *, scale: float, digits: int, turn: int) -> Iterator[Contour]:
    stretch: _Stretch | None = None
    for numbers, code in path.iter_segments(simplify=False):
        pairs = [round(float(number) * scale) for number in numbers]
        ends = [(x, turn * y) for x, y in zip(pairs[::2], pairs[1::2], strict=True)]
        if code == _MOVE:
            if stretch is not None and stretch.parts:
                yield stretch.end(digits, closed=False)
            stretch = _Stretch(*ends[0])
        elif stretch is not None and code == _CLOSE:
            yield stretch.end(digits, closed=True)
            stretch = None
        elif stretch is not None:
            stretch.go(ends, _LETTERS[int(code)])
    if stretch is not None and stretch.parts:
        yield stretch.end(digits, closed=False)


def polyline(points: Sequence[tuple[float, float]], *, closed: bool) -> str:
    """Write straight lines between points, to two decimals, as path data."""
    steps = [(round(x * 100), round(y * 100)) for x, y in points]
    stretch = _Stretch(*steps[0])
    for end in steps[1:]:
        stretch.go([end], "l")
    return path_data([stretch.end(2, closed=closed)], digits=2)


def path_data(stretches: list[Contour], *, digits: int = 0, right: int = 0, down: int = 0) -> str:
    """Write stretches as path data, moved by some steps."""
    return "".join(
        f"M{_joined([one.x + right, one.y + down], digits)}{one.rest}" for one in stretches
    )
