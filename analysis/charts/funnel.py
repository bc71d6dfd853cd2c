"""Services against what chance allows: a funnel, and never a ranking."""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from analysis.charts.axis import Axis, LogAxis
from analysis.charts.canvas import BLUE, GREY, INK, ORANGE, PALE, Canvas, sheet
from analysis.charts.frame import Frame, Numbers, Sign, key, numbered
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import from_to, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INNER, OUTER = 1.96, 3.09
Band = Literal["in_line", "above", "below", "far_above", "far_below"]
#: Shape, colour and whether it is hollow: filled triangles lie beyond the outer limit.
_MARKS: dict[Band, tuple[str, str, bool]] = {
    "in_line": ("o", BLUE, False),
    "above": ("^", BLUE, True),
    "below": ("v", ORANGE, True),
    "far_above": ("^", BLUE, False),
    "far_below": ("v", ORANGE, False),
}
_INSIDE = "#D3E4F6"


@dataclass(frozen=True, slots=True)
class FunnelService:
    """One service; `value` is None where it takes no part, and nothing else of it shows."""

    label: str
    value: float | None
    #: Effective respondents.
    n: float = 0.0
    band: Band = "in_line"
    #: The band in words.
    tag: str = ""
    decimals: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """Services of one body around their common mean."""

    services: tuple[FunnelService, ...]
    target: float
    #: Standard deviation of one respondent's score, and the variance between services.
    spread: float
    tau2: float
    #: Services that leave the inner limits by chance alone.
    expected_outside: float = 0.0
    bounds: tuple[float, float] = (0.0, 100.0)

    def __post_init__(self) -> None:
        for service in self.shown:
            if not service.n > 0:
                raise ValueError(f"{service.label}: a service has respondents, not {service.n}")

    @property
    def shown(self) -> tuple[FunnelService, ...]:
        return tuple(service for service in self.services if service.value is not None)

    def limits(self, n: float, times: float) -> tuple[float, float]:
        """Return the limits at `n` effective respondents, within the scale."""
        half = times * sqrt(self.spread**2 / n + self.tau2)
        return max(self.bounds[0], self.target - half), min(self.bounds[1], self.target + half)


def _across(data: FunnelPlot) -> Axis | LogAxis:
    """Choose a plain scale, or where few services would press all others together, a log one."""
    sizes = sorted(service.n for service in data.shown)
    if sizes[-1] > 8 * sizes[len(sizes) // 2]:
        return LogAxis(0.8 * sizes[0], 1.1 * sizes[-1])
    # Services of like size would stand in a corner of a plot that begins at nobody.
    start = 0.8 * sizes[0] if sizes[0] > 0.4 * sizes[-1] else 0.0
    return Axis.tight([start, 1.05 * sizes[-1]])


def _frame(data: FunnelPlot, canvas: Canvas) -> Frame:
    smallest = min(service.n for service in data.shown)
    values = [service.value for service in data.shown if service.value is not None]
    values += [data.target, *data.limits(smallest, OUTER)]
    up = Axis.around(values, bounds=data.bounds)
    height = 190.0 if canvas.sheet.narrow else 230.0
    return Frame(canvas, across=_across(data), up=up, height=height)


def _limits(data: FunnelPlot, frame: Frame, *, language: str) -> list[list[tuple[float, float]]]:
    """Draw both funnels, from the smallest service to the right end, and return their lines."""
    first, last = min(service.n for service in data.shown), frame.across.high
    first = max(0.8 * first, 0.02 * last) if isinstance(frame.across, Axis) else frame.across.low
    steps = [first * (last / first) ** (k / 60) for k in range(61)]
    curves = {}
    for times in (OUTER, INNER):
        ends = [data.limits(n, times) for n in steps]
        low = [(frame.x(n), frame.y(end[0])) for n, end in zip(steps, ends, strict=True)]
        high = [(frame.x(n), frame.y(end[1])) for n, end in zip(steps, ends, strict=True)]
        curves[times] = low, high
        colour = PALE if times == OUTER else _INSIDE
        frame.canvas.polygon([*low, *reversed(high)], colour=colour)
    frame.levels(language=language)
    for times, lines in curves.items():
        for line in lines:
            frame.canvas.line(line, colour=GREY, width=1.0, dashed=times == INNER)
    y = frame.y(data.target)
    middle = [(frame.left, y), (frame.right, y)]
    frame.canvas.line(middle, colour=INK, width=1.2)
    return [middle, *(line for lines in curves.values() for line in lines)]


def _mark(
    data: FunnelPlot, frame: Frame, lines: list[list[tuple[float, float]]]
) -> list[tuple[str, str]]:
    """Draw the services; those outside get a number, and their names are returned."""
    numbers, outside, named = Numbers(frame), [], []
    for line in lines:
        numbers.avoid(line)
    for service in sorted(data.shown, key=lambda one: one.band != "in_line"):
        at = frame.x(service.n), frame.y(service.value or 0.0)
        shape, colour, hollow = _MARKS[service.band]
        size = 5.0 if service.band == "in_line" else 7.5
        frame.canvas.marker(*at, shape=shape, colour=colour, hollow=hollow, size=size)
        numbers.keep(*at)
        if service.band != "in_line":
            outside.append((service, at))
    for place, (service, at) in enumerate(outside, start=1):
        numbers.write(*at, str(place))
        named.append((service.label, service.tag))
    return named


def _signs(data: FunnelPlot, *, language: str) -> list[Sign]:
    mean = number(data.target, language=language)
    inner, outer = (number(times, decimals=2, language=language) for times in (INNER, OUTER))
    words = (f"media dei servizi {mean}", f"mean of the services {mean}")
    signs = [
        Sign(say(*words, language=language), width=1.2),
        Sign(say(f"limiti a {inner} (95%)", f"limits at {inner} (95%)", language=language),
             colour=GREY, dashed=True),
        Sign(say(f"limiti a {outer} (99,8%)", f"limits at {outer} (99.8%)", language=language),
             colour=GREY),
    ]  # fmt: skip
    for band, (shape, colour, hollow) in _MARKS.items():
        tags = [one.tag for one in data.shown if one.band == band and one.tag]
        if tags:
            signs.append(Sign(tags[0], shape, colour, hollow))
    return signs


def _by_chance(data: FunnelPlot, language: str) -> str:
    expected = number(data.expected_outside, decimals=1, language=language)
    words = (
        f"Anche se nessun servizio fosse diverso dagli altri, circa {expected} su"
        f" {len(data.shown)} uscirebbero dai limiti al 95% per caso.",
        f"Even if no service differed, about {expected} of {len(data.shown)} would leave the 95%"
        " limits by chance.",
    )
    return say(*words, language=language) if data.expected_outside else ""


def draw_funnel(
    data: FunnelPlot, *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw the services by how many answered, with the limits of 1.96 and 3.09.

    Parameters
    ----------
    data : FunnelPlot
        A service whose value is None is named under the chart with its reason.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone.
    """
    canvas = Canvas(sheet(narrow=narrow))
    canvas.heading(title)
    if not data.services:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    if data.shown:
        frame = _frame(data, canvas)
        frame.widen(language=language)
        scale = from_to(*data.bounds, language=language)
        frame.begin(say(f"Indice, {scale}", f"Index, {scale}", language=language))
        named = _mark(data, frame, _limits(data, frame, language=language))
        log = say(" (scala logaritmica)", " (logarithmic scale)", language=language)
        words = say("Risposte efficaci", "Effective answers", language=language)
        frame.feet(words + (log if isinstance(frame.across, LogAxis) else ""), language=language)
        key(canvas, _signs(data, language=language))
        numbered(canvas, named)
        canvas.y += canvas.sheet.small * 0.3
        canvas.paragraph(_by_chance(data, language), size=canvas.sheet.small, colour=GREY)
    for service in data.services:
        if service.value is None:
            line = f"{service.label}: {withheld(service.reason, language=language)}"
            canvas.paragraph(line, size=canvas.sheet.small, colour=GREY)
    return canvas.figure()


def describe_funnel(data: FunnelPlot, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_funnel` shows.

    Examples
    --------
    >>> services = (FunnelService("Anagrafe", 74.2, 196, tag="in linea"),
    ...             FunnelService("Tributi", None))
    >>> describe_funnel(FunnelPlot(services, 73.0, 20.0, 4.0), title="Tutti in linea").text
    'Tutti in linea. Media dei servizi: 73. Anagrafe: 74, in linea. Tributi: n < 10: non
    pubblicato.'
    """
    sentences = [title.rstrip(".")]
    rows: list[tuple[str, ...]] = []
    if data.shown:
        mean = number(data.target, language=language)
        words = (f"Media dei servizi: {mean}", f"Mean of the services: {mean}")
        sentences.append(say(*words, language=language))
    for service in data.services:
        if service.value is None:
            reason = withheld(service.reason, language=language)
            sentences.append(f"{service.label}: {reason}")
            rows.append((service.label, reason, "", "", "", ""))
            continue
        value = number(service.value, decimals=service.decimals, language=language)
        said = ", ".join(part for part in (value, service.tag) if part)
        sentences.append(f"{service.label}: {said}")
        ends = [number(end, decimals=service.decimals, language=language)
                for end in data.limits(service.n, INNER)]  # fmt: skip
        n = number(service.n, language=language)
        rows.append((service.label, value, n, *ends, service.tag))
    if data.shown and data.expected_outside:
        sentences.append(_by_chance(data, language).rstrip("."))
    if not data.services:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Servizio", "Service", language=language),
        say("Indice", "Index", language=language),
        say("Risposte efficaci", "Effective answers", language=language),
        say("Limite inferiore al 95%", "Lower 95% limit", language=language),
        say("Limite superiore al 95%", "Upper 95% limit", language=language),
        say("Esito", "Finding", language=language),
    )
    return Alternative(". ".join(sentences) + ".", header, tuple(rows))
