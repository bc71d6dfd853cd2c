"""A chart with many rows as several charts, each no taller than a sheet of paper."""

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.distribution import Distribution
from analysis.charts.dots import Dots
from analysis.charts.table import say

if TYPE_CHECKING:
    from analysis.charts.gallery import Chart, Data

#: Points of an A4 page between margins of 18 mm, less a line.
PAGE: Final = 725.0
#: A chart a tenth taller is printed a tenth smaller, which reads better than two halves.
ALMOST: Final = 1.1
#: Title, scale and key stand in each part again, in points.
_AROUND: Final = 70.0


def _rows(data: "Data") -> tuple[Any, ...]:
    if isinstance(data, Dots):
        return data.rows
    if isinstance(data, Distribution):
        return data.questions
    return data if isinstance(data, tuple) else ()


def _with(data: "Data", rows: tuple[Any, ...]) -> "Data":
    """Return the data of some rows, on the scale of all."""
    if isinstance(data, Dots):
        return replace(data, rows=rows, span=data.shown)
    if isinstance(data, Distribution):
        return replace(data, questions=rows)
    return rows


def _sizes(count: int, *, height: float, first: float) -> list[int]:
    """Return how many rows each part has; the rows are taken to be equally high."""
    row = (height - _AROUND) / count
    room = max(1, int((PAGE - _AROUND) / row))
    begun = 0 if first >= PAGE else min(count, max(1, int((first - _AROUND) / row)))
    others = ceil((count - begun) / room)
    if begun:  # not one row alone on the second page
        begun = min(begun, ceil(count / (others + 1)))
    left = count - begun
    sizes = [left * (k + 1) // others - left * k // others for k in range(others)]
    return [size for size in (begun, *sizes) if size]


def parts(chart: "Chart", *, height: float, first: float = PAGE) -> list["Chart"]:
    """Split a chart that is taller than there is room for.

    Parameters
    ----------
    chart : Chart
        Any chart; those that are no list of rows stay whole.
    height : float
        Of the whole chart, in points.
    first : float, optional
        Room on the page on which it begins, in points.

    Returns
    -------
    list of Chart
        Parts with the same scale, each with its place in the title; the chart itself where it
        has room.
    """
    rows = _rows(chart.data)
    room = first if first < PAGE else ALMOST * PAGE
    if height <= room or len(rows) < 2:
        return [chart]
    found: list[tuple[Any, ...]] = []
    for size in _sizes(len(rows), height=height, first=first):
        found.append(rows[:size])
        rows = rows[size:]
    words = say("{} – parte {} di {}", "{} – part {} of {}", language=chart.language)
    return [
        replace(
            chart,
            title=words.format(chart.title, place, len(found)),
            data=_with(chart.data, some),
        )
        for place, some in enumerate(found, start=1)
    ]
