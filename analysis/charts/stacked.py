"""Bars of 100 %, the drawing that distributions and mixes share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.canvas import GREY, PALE, Canvas, Sheet, sheet, text_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Part:
    """A category of all bars: the hatch tells it apart where colours do not print."""

    label: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row; `shares` is None where nothing may be shown, and `note` then says why."""

    label: str
    shares: tuple[float, ...] | None
    #: What stands inside each segment.
    texts: tuple[str, ...] = ()
    note: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class _Columns:
    label: float
    bar_from: float
    bar_to: float


def _columns(layout: Sheet, *, side: bool) -> _Columns:
    margin = 46.0 if side else 0.0
    if layout.narrow:
        return _Columns(layout.width, 0.0, layout.width - margin)
    start = 0.36 * layout.width
    return _Columns(start - 12, start, layout.width - margin)


def _legend(canvas: Canvas, parts: Sequence[Part]) -> None:
    size, box = canvas.sheet.small, canvas.sheet.small
    x = 0.0
    canvas.y += size * 1.3
    for part in parts:
        for place, line in enumerate(
            canvas.wrap(part.label, width=canvas.width - box - 4, size=size)
        ):
            needed = box + 4 + canvas.measure(line, size=size)
            if x and (x + needed > canvas.width or place):
                x, canvas.y = 0.0, canvas.y + size * 1.4
            if not place:
                canvas.rectangle(
                    x,
                    canvas.y - box * 0.85,
                    width=box,
                    height=box,
                    colour=part.colour,
                    hatch=part.hatch,
                )
            canvas.text((x + box + 4, canvas.y), text=line, size=size)
            x += needed + 12
    canvas.y += size * 0.9


def _bar(canvas: Canvas, bar: Bar, *, columns: _Columns, parts: Sequence[Part], top: float) -> None:
    height, size = canvas.sheet.body * 1.8, canvas.sheet.small
    x, length = columns.bar_from, columns.bar_to - columns.bar_from
    if bar.shares is None:
        canvas.line(
            [(x, top + height / 2), (x + length, top + height / 2)],
            colour=GREY,
            width=0.8,
            dashed=True,
        )
        return
    canvas.rectangle(x, top, width=length, height=height, colour=PALE)
    for part, share, text in zip(parts, bar.shares, bar.texts, strict=True):
        width = share * length
        if width <= 0:
            continue
        gap = 0.8 if width > 2 else 0.0
        canvas.rectangle(
            x, top, width=width - gap, height=height, colour=part.colour, hatch=part.hatch
        )
        wide = canvas.measure(text, size=size, bold=True)
        if text and wide + 5 <= width:
            middle = x + (width - gap) / 2
            if part.hatch:
                canvas.rectangle(
                    middle - wide / 2 - 2,
                    top + 2,
                    width=wide + 4,
                    height=height - 4,
                    colour=part.colour,
                )
            canvas.text(
                (middle, top + height / 2 + size * 0.36),
                text=text,
                size=size,
                colour=text_on(part.colour),
                bold=True,
                align="center",
            )
        x += width


def _row(canvas: Canvas, bar: Bar, *, columns: _Columns, parts: Sequence[Part]) -> None:
    layout = canvas.sheet
    top, height = canvas.y, layout.body * 1.8
    canvas.paragraph(bar.label, width=columns.label, size=layout.body)
    if layout.narrow and bar.shares is not None:
        top = canvas.y + 2
        canvas.y = top + height
    if not layout.narrow or bar.shares is not None:
        _bar(canvas, bar, columns=columns, parts=parts, top=top)
    if bar.side:
        canvas.text(
            (canvas.width, top + height / 2 + layout.body * 0.36),
            text=bar.side,
            size=layout.body,
            bold=True,
            align="right",
        )
    canvas.paragraph(bar.note, width=columns.label, size=layout.small, colour=GREY)
    canvas.y = max(canvas.y, top + height) + layout.body * 0.9


def draw_stacked(
    bars: Sequence[Bar],
    *,
    parts: Sequence[Part],
    title: str,
    side: str = "",
    nothing: str = "",
    narrow: bool = False,
) -> "Figure":
    """Draw rows of 100 %, with a legend above and a figure at the end of each row.

    `side` heads that figure; `nothing` is written where there are no rows.
    """
    canvas = Canvas(sheet(narrow=narrow))
    canvas.heading(title)
    if not bars:
        canvas.paragraph(nothing, size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    _legend(canvas, parts)
    if side:
        canvas.y += canvas.sheet.small
        canvas.text(
            (canvas.width, canvas.y), text=side, size=canvas.sheet.small, colour=GREY, align="right"
        )
        canvas.y += canvas.sheet.small * 0.5
    columns = _columns(canvas.sheet, side=bool(side))
    for bar in bars:
        _row(canvas, bar, columns=columns, parts=parts)
    return canvas.figure()
