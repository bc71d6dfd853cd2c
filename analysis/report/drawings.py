"""The charts of a report: drawn once, written as files and once more inside the page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.charts.drawing import Drawing, taken_apart
from analysis.charts.gallery import Chart
from analysis.charts.parts import PAGE, parts
from analysis.charts.vector import Shared, alone, element
from analysis.report.service import Picture

#: Points that the title of the report and the verdict on the body leave on the first page.
_FIRST_PAGE: Final = 500.0


@dataclass(frozen=True, slots=True)
class Sketch:
    """A chart, drawn: for a phone, and for paper and desk whole and in the parts of a page."""

    name: str
    chart: Chart
    whole: Drawing
    narrow: Drawing
    parts: tuple[tuple[Chart, Drawing], ...]

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        return (*(drawing for _, drawing in self.parts), self.narrow)


def _name(place: int, text: str, *, chart: str) -> str:
    """Name a file from what may be any text: only letters, digits and hyphens remain."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return "-".join(part for part in (f"{place:02d}", plain, chart) if part)


def _drawn(chart: Chart, *, narrow: bool = False) -> Drawing:
    return taken_apart(chart.figure(narrow=narrow))


def _sketch(name: str, chart: Chart, *, first: float) -> Sketch:
    whole = _drawn(chart)
    split = parts(chart, height=whole.height, first=first)
    drawn = [(part, whole if part is chart else _drawn(part)) for part in split]
    return Sketch(name, chart, whole, _drawn(chart, narrow=True), tuple(drawn))


def sketches(charts: Iterable[Chart], *, start: str, place: int) -> list[Sketch]:
    """Draw charts that stand together.

    Parameters
    ----------
    charts : iterable of Chart
        Of the body or of a service.
    start : str
        Whose they are, for the names of the files.
    place : int
        Of the service in the report, from one on; 0 for the body, whose first chart begins on
        the first page.
    """
    return [
        _sketch(
            _name(place, start, chart=chart.name), chart,
            first=PAGE if place or number else _FIRST_PAGE,
        )
        for number, chart in enumerate(charts)
    ]  # fmt: skip


def write_files(drawn: Iterable[Sketch], folder: Path) -> None:
    """Write each chart as two files that need no other."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in drawn:
        words = {"title": one.chart.title, "description": one.chart.alternative().text}
        for suffix, drawing in (("", one.whole), ("-narrow", one.narrow)):
            text = alone(drawing, **words)
            path = folder / f"{one.name}{suffix}.svg"
            path.write_text(text, encoding="utf-8", newline="\n")


def shared_by(drawn: Sequence[Sketch]) -> Shared:
    """Return what all drawings of the page have in common."""
    return Shared("t", [drawing for one in drawn for drawing in one.drawings])


def pictures(drawn: Iterable[Sketch], shared: Shared) -> list[Picture]:
    """Write drawings as elements of a page that holds what they share."""
    return [_picture(one, shared) for one in drawn]


def _picture(one: Sketch, shared: Shared) -> Picture:
    wide = "\n".join(
        _element(part, drawing, shared, name=f"w{one.name}-{place}")
        for place, (part, drawing) in enumerate(one.parts, start=1)
    )
    narrow = _element(one.chart, one.narrow, shared, name=f"n{one.name}")
    return Picture(one.name, one.chart, wide, narrow)


def _element(chart: Chart, drawing: Drawing, shared: Shared, *, name: str) -> str:
    words = chart.alternative().text
    content = shared.content(drawing)
    return element(drawing, content, name=name, title=chart.title, description=words)
