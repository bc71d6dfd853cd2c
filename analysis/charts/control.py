"""Months of a process with its limits: what changed, and what is only noise."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.axis import Axis
from analysis.charts.canvas import BLUE, GREY, INK, ORANGE, Canvas, sheet
from analysis.charts.frame import Frame, Sign, key
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import from_to, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BAND = "#E3ECF5"
#: What a month may signal, the strongest first: Italian, English, shape, colour.
_SIGNALS = (
    ("beyond", "oltre i limiti", "beyond the limits", "D", ORANGE),
    ("near", "2 di 3 oltre due sigma", "2 of 3 beyond two sigma", "^", ORANGE),
    ("run", "8 o più di fila da un lato", "8 or more in a row on one side", "s", INK),
)


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One month; `value` is None where too few answered, and nothing else of it shows."""

    label: str
    value: float | None
    lower: float = 0.0
    upper: float = 0.0
    #: Which rules this month breaks: ``beyond``, ``near``, ``run``.
    signals: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ControlPlot:
    """Months in order around their mean."""

    points: tuple[ControlPoint, ...]
    centre: float | None = None
    #: Written after each number, such as ``%``.
    unit: str = ""
    decimals: int = 0
    #: Limits never leave it.
    bounds: tuple[float, float] | None = None
    #: Fewer than 20 points: limits are still rough.
    few_points: bool = False
    #: What the values are.
    what: str = ""
    #: Why there is no chart.
    reason: str = ""

    def __post_init__(self) -> None:
        known = {name for name, *_ in _SIGNALS}
        for point in self.points:
            if not point.signals <= known:
                raise ValueError(f"{point.label}: no rule among {sorted(point.signals - known)}")

    @property
    def shown(self) -> tuple[ControlPoint, ...]:
        return tuple(point for point in self.points if point.value is not None)

    def write(self, value: float, language: str) -> str:
        return number(value, decimals=self.decimals, language=language) + self.unit


def _spoken(point: ControlPoint, language: str) -> str:
    found = [say(it, en, language=language) for name, it, en, *_ in _SIGNALS
             if name in point.signals]  # fmt: skip
    return "; ".join(found)


def _strongest(point: ControlPoint) -> tuple[str, str, str, str, str] | None:
    """Return the signal that gives a month its shape."""
    return next((signal for signal in _SIGNALS if signal[0] in point.signals), None)


def _frame(data: ControlPlot, canvas: Canvas) -> Frame:
    values = [v for p in data.shown for v in (p.value, p.lower, p.upper) if v is not None]
    return Frame(
        canvas,
        across=Axis(-0.5, len(data.points) - 0.5, 1.0),
        up=Axis.tight([*values, *([] if data.centre is None else [data.centre])],
                      bounds=data.bounds),
        height=160.0 if canvas.sheet.narrow else 180.0,
    )  # fmt: skip


def _limits(data: ControlPlot, frame: Frame, language: str) -> None:
    """Draw the limits of each month as wide as the month: they may differ."""
    canvas = frame.canvas
    shown = [(place, point) for place, point in enumerate(data.points) if point.value is not None]
    for place, point in shown:
        left, right = frame.x(place - 0.5), frame.x(place + 0.5)
        top, bottom = frame.y(point.upper), frame.y(point.lower)
        canvas.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour=_BAND)
    frame.levels(language=language, unit=data.unit)
    for place, point in shown:
        for end in (frame.y(point.upper), frame.y(point.lower)):
            ends = [(frame.x(place - 0.5), end), (frame.x(place + 0.5), end)]
            canvas.line(ends, colour=GREY, width=1.0)
    if data.centre is not None:
        y = frame.y(data.centre)
        canvas.line([(frame.left, y), (frame.right, y)], width=1.0, dashed=True)


def _series(data: ControlPlot, frame: Frame) -> None:
    """Draw the months: joined where they are neighbours, and in the shape of their signal."""
    canvas = frame.canvas
    places = [
        None if point.value is None else (frame.x(place), frame.y(point.value))
        for place, point in enumerate(data.points)
    ]
    for one, two in itertools.pairwise(places):
        if one is not None and two is not None:
            canvas.line([one, two], colour=BLUE, width=1.2)
    small = len(places) > (24 if canvas.sheet.narrow else 48)
    for point, at in zip(data.points, places, strict=True):
        if at is None:
            continue
        _, _, _, shape, colour = _strongest(point) or ("", "", "", "o", BLUE)
        plain = shape == "o"
        canvas.marker(*at, shape=shape, colour=colour, size=(3.5 if small else 5) if plain else 7)


def _months(data: ControlPlot, frame: Frame) -> None:
    """Write the names of months, as many as fit, and always the last."""
    canvas, size = frame.canvas, frame.canvas.sheet.small
    canvas.y += size * 1.4
    edge = canvas.width + 6  # the last name fits also where it is pushed in from the side
    for place in range(len(data.points) - 1, -1, -1):
        label = (canvas.wrap(data.points[place].label, width=canvas.width / 2, size=size) or [""])[
            0
        ]
        half = canvas.measure(label, size=size) / 2
        middle = min(max(frame.x(place), half), canvas.width - half)
        if label and middle + half + 6 <= edge:
            canvas.line([(frame.x(place), frame.bottom), (frame.x(place), frame.bottom + 3)],
                        colour=GREY, width=0.8)  # fmt: skip
            canvas.text((middle, canvas.y), text=label, size=size, colour=GREY, align="center")
            edge = middle - half
    canvas.y += size * 0.5


def _signs(data: ControlPlot, language: str) -> list[Sign]:
    signs = []
    if data.centre is not None:
        words = (f"media {data.write(data.centre, language)}",
                 f"mean {data.write(data.centre, language)}")  # fmt: skip
        signs.append(Sign(say(*words, language=language), dashed=True))
    words = ("limiti di controllo (tre sigma)", "control limits (three sigma)")
    signs.append(Sign(say(*words, language=language), colour=GREY))
    drawn = {_strongest(point) for point in data.shown}
    signs += [
        Sign(say(signal[1], signal[2], language=language), *signal[3:])
        for signal in _SIGNALS
        if signal in drawn
    ]
    return signs


def _remarks(data: ControlPlot, language: str) -> list[str]:
    """Return what is written under the chart: signals, months that do not show, few months."""
    lines = []
    for point in data.points:
        if point.value is None:
            lines.append(f"{point.label}: {withheld(point.reason, language=language)}")
    for name, it, en, *_ in _SIGNALS:
        found = [
            f"{point.label} ({data.write(point.value, language)})"
            for point in data.points
            if point.value is not None and name in point.signals
        ]
        if found:
            lines.append(f"{say(it, en, language=language)}: {', '.join(found)}")
    if data.few_points and data.shown:
        words = ("Meno di 20 punti: i limiti sono ancora approssimativi",
                 "Fewer than 20 points: the limits are still rough")  # fmt: skip
        lines.append(say(*words, language=language))
    return lines


def draw_control(
    data: ControlPlot, *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw a p-chart or a chart of individual values.

    Parameters
    ----------
    data : ControlPlot
        A month whose value is None leaves a gap and says why under the chart.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone.
    """
    canvas = Canvas(sheet(narrow=narrow))
    canvas.heading(title)
    if not data.points:
        text = data.reason or nothing_to_show(language)
        canvas.paragraph(text, size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    if data.shown:
        frame = _frame(data, canvas)
        frame.widen(language=language, unit=data.unit)
        frame.begin(data.what)
        _limits(data, frame, language)
        _series(data, frame)
        _months(data, frame)
        key(canvas, _signs(data, language))
    canvas.y += canvas.sheet.small * 0.3
    for line in _remarks(data, language):
        canvas.paragraph(line, size=canvas.sheet.small, colour=GREY)
    return canvas.figure()


def describe_control(data: ControlPlot, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_control` shows.

    Examples
    --------
    >>> months = (ControlPoint("gen", 80, 68, 92), ControlPoint("feb", 60, 68, 92,
    ...           frozenset({"beyond"})))
    >>> describe_control(ControlPlot(months, 80, unit="%"), title="Febbraio è fuori").text
    'Febbraio è fuori. Media 80%; 2 punti. oltre i limiti: feb (60%).'
    """
    sentences = [title.rstrip(".")]
    if data.shown and data.centre is not None:
        mean, count = data.write(data.centre, language), len(data.shown)
        words = (f"Media {mean}; {count} punti", f"Mean {mean}; {count} points")
        sentences.append(say(*words, language=language))
    sentences += _remarks(data, language)
    if not data.points:
        sentences.append((data.reason or nothing_to_show(language)).rstrip("."))
    header = (
        say("Periodo", "Period", language=language),
        say("Valore", "Value", language=language),
        say("Limiti di controllo", "Control limits", language=language),
        say("Segnale", "Signal", language=language),
    )
    rows = [_row(point, data, language) for point in data.points]
    return Alternative(". ".join(sentences) + ".", header, tuple(rows))


def _row(point: ControlPoint, data: ControlPlot, language: str) -> tuple[str, ...]:
    if point.value is None:
        return point.label, withheld(point.reason, language=language), "", ""
    ends = from_to(point.lower, point.upper, decimals=data.decimals, language=language)
    return point.label, data.write(point.value, language), ends, _spoken(point, language)
