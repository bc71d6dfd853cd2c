"""What matters to users against how well it is done, with how sure each place is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING

from analysis.charts.axis import Axis
from analysis.charts.canvas import BLUE, GREY, ORANGE, PALE, RULE, Align, Canvas, sheet
from analysis.charts.frame import Frame, Numbers, Sign, key, numbered
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class PriorityItem:
    """One question; `importance` is None where too few answered, and nothing else shows."""

    label: str
    importance: float | None
    performance: float = 0.0
    #: Semi-axes of the 90 % ellipse and the angle of the first from the importance axis.
    ellipse: tuple[float, float, float] | None = None
    #: The quadrant in words, or between which two the item stands.
    tag: str = ""
    #: The quadrant is known with a probability of 90 %; otherwise the dot is hollow.
    sure: bool = False
    #: Surely important and surely below the others.
    act: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PriorityPlot:
    """Questions of one service and wave."""

    items: tuple[PriorityItem, ...]
    #: Mean importance and mean performance.
    crosshair: tuple[float, float] | None = None
    #: A second horizontal line.
    level: float | None = None
    #: Names of the quadrants: low and high importance above, low and high importance below.
    quadrants: tuple[str, str, str, str] = ("", "", "", "")
    #: What is measured across; "" is the importance stated by users.
    importance: str = ""
    importance_bounds: tuple[float, float] = (0.0, 100.0)
    bounds: tuple[float, float] = (0.0, 100.0)
    #: The level is that of the charter.
    charter: bool = False

    @property
    def shown(self) -> tuple[PriorityItem, ...]:
        return tuple(item for item in self.items if item.importance is not None)


def _outline(item: PriorityItem) -> list[tuple[float, float]]:
    """Return points along the ellipse, in the units of the two scales."""
    if item.ellipse is None or item.importance is None:
        return []
    long, short, turn = item.ellipse
    steps = [2 * pi * k / 48 for k in range(49)]
    return [
        (
            item.importance + long * cos(t) * cos(turn) - short * sin(t) * sin(turn),
            item.performance + long * cos(t) * sin(turn) + short * sin(t) * cos(turn),
        )
        for t in steps
    ]


def reach(item: PriorityItem) -> tuple[float, float]:
    """Return how far the ellipse of a question reaches across and up."""
    if item.ellipse is None:
        return 0.0, 0.0
    long, short, turn = item.ellipse
    return hypot(long * cos(turn), short * sin(turn)), hypot(long * sin(turn), short * cos(turn))


def _frame(data: PriorityPlot, canvas: Canvas) -> Frame:
    across, up = [], []
    for item in data.shown:
        wide, high = reach(item)
        across += [(item.importance or 0.0) - wide, (item.importance or 0.0) + wide]
        up += [item.performance - high, item.performance + high]
    if data.crosshair is not None:
        across.append(data.crosshair[0])
        up.append(data.crosshair[1])
    if data.level is not None:
        up.append(data.level)
    return Frame(
        canvas,
        across=Axis.around(across, bounds=data.importance_bounds),
        up=Axis.around(up, bounds=data.bounds),
        height=220.0 if canvas.sheet.narrow else 270.0,
    )


def _corners(canvas: Canvas, names: Sequence[str]) -> None:
    """Write two names of quadrants, one at each end of the line."""
    size, room = canvas.sheet.small, (canvas.width - 36) / 2 - 6
    lines = [canvas.wrap(name, width=room, size=size, bold=True) for name in names]
    top = canvas.y
    sides: tuple[tuple[float, Align], ...] = ((30.0, "left"), (canvas.width - 6.0, "right"))
    for (x, align), texts in zip(sides, lines, strict=True):
        for place, text in enumerate(texts, start=1):
            at = x, top + place * size * 1.25
            canvas.text(at, text=text, size=size, bold=True, colour=GREY, align=align)
    canvas.y = top + max(len(texts) for texts in lines) * size * 1.25


def _cross(data: PriorityPlot, frame: Frame) -> list[list[tuple[float, float]]]:
    """Return the crosshair, and below it the level of the charter, where there are such."""
    lines = []
    if data.crosshair is not None:
        x, y = frame.x(data.crosshair[0]), frame.y(data.crosshair[1])
        lines += [[(x, frame.top), (x, frame.bottom)], [(frame.left, y), (frame.right, y)]]
    if data.level is not None:
        y = frame.y(data.level)
        lines.append([(frame.left, y), (frame.right, y)])
    return lines


def _lines(data: PriorityPlot, frame: Frame) -> None:
    lines = _cross(data, frame)
    if data.level is not None:
        frame.canvas.line(lines.pop(), colour=ORANGE, width=1.2, dashed=True)
    for line in lines:
        frame.canvas.line(line, width=1.0)


def _mark(data: PriorityPlot, frame: Frame) -> None:
    canvas = frame.canvas
    outlines = [
        [(frame.x(x), frame.y(y)) for x, y in outline]
        for outline in map(_outline, data.shown)
        if outline
    ]
    for outline in outlines:
        canvas.polygon(outline, colour=PALE)
    for tick in frame.across.ticks:
        x = frame.x(tick)
        canvas.line([(x, frame.top), (x, frame.bottom)], colour=RULE, width=0.5)
    _lines(data, frame)
    for outline in outlines:
        canvas.line(outline, colour=GREY, width=0.7)
    numbers = Numbers(frame)
    for line in [*_cross(data, frame), *outlines]:
        numbers.avoid(line)
    places = [(frame.x(item.importance or 0.0), frame.y(item.performance)) for item in data.shown]
    for item, at in zip(data.shown, places, strict=True):
        shape, colour = ("v", ORANGE) if item.act else ("o", BLUE)
        canvas.marker(*at, shape=shape, colour=colour, hollow=not item.sure)
        numbers.keep(*at)
    for place, at in enumerate(places, start=1):
        numbers.write(*at, str(place))


def _signs(data: PriorityPlot, *, language: str) -> list[Sign]:
    signs = []
    if data.crosshair is not None:
        words = ("medie delle domande", "means of the questions")
        signs.append(Sign(say(*words, language=language)))
    if data.level is not None:
        level = number(data.level, language=language)
        words = (f"soglia {level}", f"threshold {level}")
        if data.charter:
            words = (f"livello della carta {level}", f"level of the charter {level}")
        signs.append(Sign(say(*words, language=language), colour=ORANGE, dashed=True, width=1.2))
    if any(item.ellipse is not None for item in data.shown):
        words = ("ellisse al 90%", "90% ellipse")
        signs.append(Sign(say(*words, language=language), colour=GREY, width=0.7))
    if any(item.act for item in data.shown):
        words = ("da affrontare per prima", "to be dealt with first")
        signs.append(Sign(say(*words, language=language), "v", ORANGE))
    if any(item.sure and not item.act for item in data.shown):
        words = ("riquadro con probabilità di almeno il 90%",
                 "quadrant with probability of at least 90%")  # fmt: skip
        signs.append(Sign(say(*words, language=language), "o", BLUE))
    if any(not item.sure for item in data.shown):
        words = ("vuoto: al confine", "hollow: at the border")
        signs.append(Sign(say(*words, language=language), "o", BLUE, hollow=True))
    return signs


def _across_label(data: PriorityPlot, language: str) -> str:
    words = ("Importanza dichiarata", "Stated importance")
    return data.importance or say(*words, language=language)


def draw_priority(
    data: PriorityPlot, *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw the questions by importance and performance, each within its 90 % ellipse.

    Parameters
    ----------
    data : PriorityPlot
        A question whose importance is None is named under the chart with its reason.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone.
    """
    canvas = Canvas(sheet(narrow=narrow))
    canvas.heading(title)
    if not data.items:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    if data.shown:
        frame = _frame(data, canvas)
        canvas.paragraph(say("Soddisfazione", "Satisfaction", language=language),
                         size=canvas.sheet.small, colour=GREY)  # fmt: skip
        _corners(canvas, data.quadrants[:2])
        frame.begin("")
        frame.levels(language=language)
        _mark(data, frame)
        _corners(canvas, data.quadrants[2:])
        frame.feet(_across_label(data, language), language=language)
        key(canvas, _signs(data, language=language))
        numbered(canvas, [(item.label, item.tag) for item in data.shown])
    for item in data.items:
        if item.importance is None:
            line = f"{item.label}: {withheld(item.reason, language=language)}"
            canvas.paragraph(line, size=canvas.sheet.small, colour=GREY)
    return canvas.figure()


def describe_priority(data: PriorityPlot, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_priority` shows.

    Examples
    --------
    >>> items = (PriorityItem("Attesa", 88.0, 52.0, tag="Priorità di intervento", sure=True),
    ...          PriorityItem("Orari", None))
    >>> describe_priority(PriorityPlot(items), title="Prima l'attesa").text
    "Prima l'attesa. Attesa: importanza 88, soddisfazione 52, Priorità di intervento. Orari: n < 10:
    non pubblicato."
    """
    sentences = [title.rstrip(".")]
    rows: list[tuple[str, ...]] = []
    words = say("importanza {}", "importance {}", language=language)
    done = say("soddisfazione {}", "satisfaction {}", language=language)
    for item in data.items:
        if item.importance is None:
            reason = withheld(item.reason, language=language)
            sentences.append(f"{item.label}: {reason}")
            rows.append((item.label, reason, "", ""))
            continue
        pair = [number(v, language=language) for v in (item.importance, item.performance)]
        said = [words.format(pair[0]), done.format(pair[1]), item.tag]
        sentences.append(f"{item.label}: {', '.join(part for part in said if part)}")
        rows.append((item.label, *pair, item.tag))
    if data.shown and data.crosshair is not None:
        pair = [number(value, language=language) for value in data.crosshair]
        means = say("Medie", "Means", language=language)
        sentences.append(f"{means}: {words.format(pair[0])}, {done.format(pair[1])}")
    if not data.items:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Domanda", "Question", language=language),
        _across_label(data, language),
        say("Soddisfazione", "Satisfaction", language=language),
        say("Quadrante", "Quadrant", language=language),
    )
    return Alternative(". ".join(sentences) + ".", header, tuple(rows))
