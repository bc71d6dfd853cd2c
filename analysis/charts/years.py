"""The index of one service through the years, with intervals, breaks and annotations."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.axis import Axis
from analysis.charts.canvas import BLUE, GREY, INK, RULE, Canvas, sheet
from analysis.charts.frame import Sign, key
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import from_to, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class YearPoint:
    """One wave; `value` is None where too few answered, and nothing else of the wave shows."""

    #: Where the wave stands in time: a calendar year, or its place in the series.
    year: int
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    decimals: int = 0
    #: Published with a warning because few answered: the dot is hollow.
    few: bool = False
    #: Why the wave cannot be compared with the one before; the line is cut there.
    break_before: str = ""
    #: What happened that year.
    note: str = ""
    reason: str = ""
    #: Name of the wave where it is not simply the year.
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or str(self.year)


@dataclass(frozen=True, slots=True)
class YearsLine:
    """Straight line from one wave to another, and what it says."""

    first: tuple[int, float]
    last: tuple[int, float]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Years:
    """Waves in order; a year without a wave is left out and leaves a gap."""

    points: tuple[YearPoint, ...]
    bounds: tuple[float, float] = (0.0, 100.0)
    #: Trend over the waves that can be compared.
    line: YearsLine | None = None

    def __post_init__(self) -> None:
        years = [point.year for point in self.points]
        if years != sorted(set(years)):
            raise ValueError(f"years must rise, once each: {years}")

    def axis(self) -> Axis:
        values = [v for p in self.points for v in (p.value, p.low, p.high) if v is not None]
        values += [] if self.line is None else [self.line.first[1], self.line.last[1]]
        return Axis.around(values, bounds=self.bounds)

    def remarks(self, language: str) -> list[tuple[YearPoint, str]]:
        """Return breaks and annotations, in the order in which they are numbered."""
        words = ("non confrontabile con prima", "not comparable with earlier years")
        found = []
        for point in self.points:
            if point.break_before:
                broken = say(*words, language=language)
                found.append((point, f"{point.name}: {broken} ({point.break_before})"))
            if point.note:
                found.append((point, f"{point.name}: {point.note}"))
        return found


class _Drawing:
    """Where things stand on the sheet of one chart."""

    def __init__(self, data: Years, *, language: str, narrow: bool) -> None:
        self.data, self.language = data, language
        self.canvas = Canvas(sheet(narrow=narrow))
        self.axis = data.axis()
        self.height = 150.0 if narrow else 170.0
        self.left, self.right = 30.0, self.canvas.width - 4
        self.top = 0.0
        first, last = (data.points[0].year, data.points[-1].year) if data.points else (0, 0)
        self.slot = (self.right - self.left) / (last - first + 1)
        self.first = first

    def x(self, year: int) -> float:
        return self.left + (year - self.first + 0.5) * self.slot

    def y(self, value: float) -> float:
        return self.top + (1 - self.axis.place(value)) * self.height

    def grid(self) -> None:
        canvas, size = self.canvas, self.canvas.sheet.small
        self.top = canvas.y + size
        for tick in self.axis.ticks:
            y = self.y(tick)
            canvas.line([(self.left, y), (self.right, y)], colour=RULE, width=0.5)
            canvas.text(
                (self.left - 6, y + size * 0.36),
                text=number(tick, language=self.language),
                size=size,
                colour=GREY,
                align="right",
            )
        canvas.y = self.top + self.height

    def trend(self) -> None:
        """Draw the straight line behind the points; dashed, so that no path is read into it."""
        line = self.data.line
        if line is not None:
            ends = [(self.x(year), self.y(value)) for year, value in (line.first, line.last)]
            self.canvas.line(ends, colour=GREY, width=1.2, dashed=True)

    def join(self) -> None:
        """Join neighbouring years: never over a gap, a break or a wave that does not show."""
        for one, two in zip(self.data.points, self.data.points[1:], strict=False):
            near = two.year == one.year + 1 and not two.break_before
            if near and one.value is not None and two.value is not None:
                ends = [(self.x(p.year), self.y(p.value or 0.0)) for p in (one, two)]
                self.canvas.line(ends, colour=BLUE, width=1.4)

    def point(self, point: YearPoint) -> None:
        canvas, size = self.canvas, self.canvas.sheet.body
        if point.value is None:
            return
        x, y = self.x(point.year), self.y(point.value)
        top = y
        if point.low is not None and point.high is not None:
            top, bottom = self.y(point.high), self.y(point.low)
            canvas.line([(x, top), (x, bottom)], colour=BLUE, width=2.2)
            for end in (top, bottom):
                canvas.line([(x - 3, end), (x + 3, end)], colour=BLUE, width=1.2)
        canvas.marker(x, y, hollow=point.few)
        text = number(point.value, decimals=point.decimals, language=self.language)
        ends = (self.data.points[0], self.data.points[-1])
        if point in ends or canvas.measure(text, size=size, bold=True) + 3 <= self.slot:
            canvas.text((x, top - 4), text=text, size=size, bold=True, align="center")

    def labels(self, last: int) -> None:
        """Write the years, as many as fit, and under each how many answered."""
        canvas, size = self.canvas, self.canvas.sheet.small
        names = {point.year: point.name for point in self.data.points}
        widest = max(canvas.measure(name, size=size) for name in ["2026", *names.values()])
        every = 1
        while every * self.slot < widest + 4:
            every += 1
        canvas.y += size * 1.5
        for year in range(self.first, last + 1):
            if (last - year) % every == 0:
                half = canvas.measure(name := names.get(year, str(year)), size=size) / 2
                x = min(max(self.x(year), half), canvas.width - half)
                canvas.text((x, canvas.y), text=name, size=size, align="center")
        canvas.y += size * 0.6
        if self.room():
            self.counts()

    def room(self) -> bool:
        """Tell whether the number of answers fits under every year."""
        size, language = self.canvas.sheet.small, self.language
        texts = ["< 10", *(number(p.n, language=language) for p in self.data.points)]
        hidden = any(point.value is None for point in self.data.points)
        widest = max(self.canvas.measure(text, size=size) for text in texts[not hidden :])
        return widest + 3 <= self.slot

    def counts(self) -> None:
        canvas, size = self.canvas, self.canvas.sheet.small
        canvas.y += size * 0.9
        canvas.text((self.left - 6, canvas.y), text="n", size=size, colour=GREY, align="right")
        for point in self.data.points:
            text = number(point.n, language=self.language)
            if point.value is None:
                text = "—" if point.reason else "< 10"
            at = self.x(point.year), canvas.y
            canvas.text(at, text=text, size=size, colour=GREY, align="center")
        canvas.y += size * 0.6

    def signs(self) -> None:
        """Number the years that have a remark, and cut the plot where the series breaks."""
        canvas, size = self.canvas, self.canvas.sheet.small
        above: dict[int, list[str]] = {}
        for place, (point, _) in enumerate(self.data.remarks(self.language), start=1):
            above.setdefault(point.year, []).append(f"[{place}]")
        for year, marks in above.items():
            at = self.x(year), self.top - 3
            canvas.text(at, text=" ".join(marks), size=size, colour=GREY, align="center")
        for point in self.data.points:
            if point.break_before:
                x = self.x(point.year) - self.slot / 2
                ends = [(x, self.top), (x, self.top + self.height)]
                canvas.line(ends, colour=INK, width=1.0, dashed=True)

    def footnotes(self) -> None:
        canvas, points, language = self.canvas, self.data.points, self.language
        remarks = enumerate(self.data.remarks(language), start=1)
        lines = [f"[{place}] {text}" for place, (_, text) in remarks]
        for point in points:
            if point.value is None:
                lines.append(f"{point.name}: {withheld(point.reason, language=language)}")
        sizes = [point.n for point in points if point.value is not None]
        if sizes and not self.room():
            lines.append(f"n: {from_to(min(sizes), max(sizes), language=language)}")
        if any(point.few and point.value is not None for point in points):
            words = ("vuoto: poche risposte", "hollow: few answers")
            lines.append(say(*words, language=language))
        canvas.y += canvas.sheet.small * 0.4
        for line in lines:
            canvas.paragraph(line, size=canvas.sheet.small, colour=GREY)
        if self.data.line is not None:
            words = ("tendenza, a parità di modalità e profilo",
                     "trend, at equal mode and profile")  # fmt: skip
            sign = Sign(say(*words, language=language), colour=GREY, dashed=True, width=1.2)
            key(canvas, [sign])
            canvas.paragraph(self.data.line.words, size=canvas.sheet.small, colour=GREY)


def draw_years(data: Years, *, title: str, language: str = "it", narrow: bool = False) -> "Figure":
    """Draw the index of each year with its interval.

    Parameters
    ----------
    data : Years
        A wave whose value is None leaves a gap and says why under the chart.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone.
    """
    drawing = _Drawing(data, language=language, narrow=narrow)
    canvas = drawing.canvas
    canvas.heading(title)
    if not data.points:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    if data.remarks(language):
        canvas.y += canvas.sheet.small
    drawing.grid()
    drawing.trend()
    drawing.join()
    for point in data.points:
        drawing.point(point)
    drawing.labels(data.points[-1].year)
    drawing.signs()
    drawing.footnotes()
    return canvas.figure()


def describe_years(data: Years, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_years` shows.

    Examples
    --------
    >>> points = (YearPoint(2025, 74.2, 70.1, 78.0, n=196), YearPoint(2026, None))
    >>> describe_years(Years(points), title="Un anno solo").text
    'Un anno solo. 2025: 74, da 70 a 78, n 196. 2026: n < 10: non pubblicato.'
    """
    sentences, rows = [title.rstrip(".")], []
    remarks = data.remarks(language)
    for point in data.points:
        said = "; ".join(text.split(": ", 1)[1] for other, text in remarks if other is point)
        if point.value is None:
            reason = withheld(point.reason, language=language)
            sentences.append(f"{point.name}: {'; '.join(p for p in (reason, said) if p)}")
            rows.append((point.name, reason, "", "", said))
            continue
        value = number(point.value, decimals=point.decimals, language=language)
        interval = (
            from_to(point.low, point.high, decimals=point.decimals, language=language)
            if point.low is not None and point.high is not None
            else ""
        )
        n = number(point.n, language=language)
        parts = [part for part in (value, interval, f"n {n}") if part]
        sentences.append(f"{point.name}: {', '.join(parts)}{'; ' + said if said else ''}")
        rows.append((point.name, value, interval, n, said))
    if data.line is not None and data.line.words:
        sentences.append(data.line.words.rstrip("."))
    if not data.points:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Anno", "Year", language=language),
        say("Indice", "Index", language=language),
        say("Intervallo al 95%", "95% interval", language=language),
        "n",
        say("Annotazioni", "Remarks", language=language),
    )
    width = len(header) if remarks else len(header) - 1
    return Alternative(
        ". ".join(sentences) + ".", header[:width], tuple(row[:width] for row in rows)
    )
