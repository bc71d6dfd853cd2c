"""A dot with its interval for each service, or for each dimension of quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.charts.axis import Axis
from analysis.charts.canvas import BLUE, GREY, INK, ORANGE, PALE, RULE, Canvas, sheet
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import from_to, is_english, number
from analysis.words import Verdict, label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Tone = Literal["plain", "worse", "better", "watch"]
#: Shape and colour: the shape alone tells them apart.
_MARKS: dict[Tone, tuple[str, str]] = {
    "plain": ("o", BLUE), "worse": ("v", ORANGE), "better": ("^", BLUE), "watch": ("D", INK),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dot:
    """One row; `value` is None where too few answered, and nothing else of the row shows."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    decimals: int = 0
    #: Published with a warning because few answered: the dot is hollow.
    few: bool = False
    #: Words beside the row, such as the verdict, and the shape that goes with them.
    tag: str = ""
    tone: Tone = "plain"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows on one scale, with the value they are read against where there is one."""

    rows: tuple[Dot, ...]
    bounds: tuple[float, float] = (0.0, 100.0)
    reference: float | None = None
    reference_label: str = ""
    #: What a row is, and what is measured: they head the first two columns of the table.
    what: str = ""
    measure: str = ""
    #: Stands after each value, such as ``%``.
    unit: str = ""
    #: Values are differences, and carry their sign.
    signed: bool = False
    #: Values of other charts that are read beside this one, which the scale holds as well.
    span: tuple[float, ...] = ()

    def say(self, value: float, *, decimals: int, language: str) -> str:
        return number(value, decimals=decimals, language=language, signed=self.signed) + self.unit

    @property
    def shown(self) -> tuple[float, ...]:
        """Return every value that the scale has to hold."""
        found = [
            value for row in self.rows if row.value is not None
            for value in (row.value, row.low, row.high) if value is not None
        ]  # fmt: skip
        return (*found, *(() if self.reference is None else (self.reference,)), *self.span)

    def axis(self) -> Axis:
        return Axis.around(self.shown, bounds=self.bounds)


def _value(row: Dot, data: Dots, *, language: str) -> str:
    if row.value is None:
        return ""
    return data.say(row.value, decimals=row.decimals, language=language)


def _interval(row: Dot, *, language: str) -> str:
    if row.value is None or row.low is None or row.high is None:
        return ""
    return from_to(row.low, row.high, decimals=row.decimals, language=language)


def _note(row: Dot, *, language: str) -> str:
    if row.value is None:
        return withheld(row.reason, language=language)
    few = say("poche risposte", "few answers", language=language) if row.few else ""
    parts = [_interval(row, language=language), f"n {number(row.n, language=language)}", few]
    return " · ".join(part for part in parts if part)


class _Drawing:
    """Where things stand on the sheet of one chart."""

    def __init__(self, data: Dots, *, language: str, narrow: bool) -> None:
        self.canvas = Canvas(sheet(narrow=narrow))
        self.language = language
        self.axis = data.axis()
        width = self.canvas.width
        self.left = 8.0 if narrow else 0.40 * width
        self.right = width - (44.0 if not narrow else 40.0)
        self.label_width = width if narrow else self.left - 16

    def x(self, value: float) -> float:
        return self.left + self.axis.place(value) * (self.right - self.left)

    def row(self, row: Dot, *, data: Dots) -> None:
        canvas, layout = self.canvas, self.canvas.sheet
        top = canvas.y
        canvas.paragraph(row.label, width=self.label_width, size=layout.body)
        if layout.narrow:
            middle = canvas.y + layout.body * 0.9
            if row.value is not None:
                self.lines(data, top=middle - 7, bottom=middle + 7)
                canvas.y += layout.body * 1.8
        else:
            middle = top + layout.body * 0.9
        self.mark(row, middle, data=data)
        canvas.paragraph(
            _note(row, language=self.language),
            width=self.label_width,
            size=layout.small,
            colour=GREY,
        )
        canvas.paragraph(row.tag, width=self.label_width, size=layout.small, bold=True)
        canvas.y = max(canvas.y, top + layout.body * 1.8) + layout.body * 0.7

    def lines(self, data: Dots, *, top: float, bottom: float) -> None:
        """Draw the lines of the axis and of the reference; on a phone, beside each dot alone."""
        for tick in self.axis.ticks:
            x = self.x(tick)
            self.canvas.line([(x, top), (x, bottom)], colour=RULE, width=0.5, under=True)
        if data.reference is not None:
            x = self.x(data.reference)
            ends = [(x, top), (x, bottom)]
            self.canvas.line(ends, colour=INK, width=1.0, dashed=True, under=True)

    def mark(self, row: Dot, y: float, *, data: Dots) -> None:
        canvas, size = self.canvas, self.canvas.sheet.body
        if row.value is None:
            return
        canvas.line([(self.left, y), (self.right, y)], colour=PALE, width=1.0)
        shape, colour = _MARKS[row.tone]
        if row.low is not None and row.high is not None:
            ends = self.x(row.low), self.x(row.high)
            canvas.line([(ends[0], y), (ends[1], y)], colour=colour, width=2.2)
            for end in ends:
                canvas.line([(end, y - 3), (end, y + 3)], colour=colour, width=1.2)
        canvas.marker(self.x(row.value), y, shape=shape, colour=colour, hollow=row.few)
        canvas.text(
            (canvas.width, y + size * 0.36),
            text=_value(row, data, language=self.language),
            size=size,
            bold=True,
            align="right",
        )

    def scale(self) -> None:
        """Write the numbers of the axis under the rows."""
        canvas, size = self.canvas, self.canvas.sheet.small
        canvas.y += size * 1.1
        for tick in self.axis.ticks:
            text = number(tick, language=self.language)
            at = self.x(tick), canvas.y
            canvas.text(at, text=text, size=size, colour=GREY, align="center")
        canvas.y += size * 0.5

    def reference(self, data: Dots) -> None:
        """Write what the dashed line is, above it."""
        if data.reference is None or not data.reference_label:
            return
        canvas, size = self.canvas, self.canvas.sheet.small
        half = canvas.measure(data.reference_label, size=size) / 2
        x = min(max(self.x(data.reference), half), canvas.width - half)
        canvas.y += size * 1.3
        canvas.text((x, canvas.y - 3), text=data.reference_label, size=size, align="center")


def _key(drawing: _Drawing, rows: Sequence[Dot]) -> None:
    """Explain the shapes that occur, in one line each."""
    verdicts: dict[Tone, Verdict] = {
        "worse": Verdict.WORSE, "better": Verdict.BETTER, "watch": Verdict.SIGNAL,
    }  # fmt: skip
    canvas, size = drawing.canvas, drawing.canvas.sheet.small
    language = "en" if is_english(drawing.language) else "it"
    few = any(row.value is not None and row.few for row in rows)
    lines = [
        (*_MARKS[tone], False, label(verdicts[tone], language).lower())
        for tone in verdicts
        if any(row.tone == tone and row.value is not None for row in rows)
    ]
    if few:
        text = say("vuoto: poche risposte", "hollow: few answers",
                   language=drawing.language)  # fmt: skip
        lines.append(("o", BLUE, True, text))
    x = 5.0
    for shape, colour, hollow, text in lines:
        needed = 10 + canvas.measure(text, size=size)
        if x == 5.0 or x + needed > canvas.width:
            x, canvas.y = 5.0, canvas.y + size * 1.4
        canvas.marker(x, canvas.y - size * 0.35, shape=shape, colour=colour, hollow=hollow, size=6)
        canvas.text((x + 8, canvas.y), text=text, size=size, colour=GREY)
        x += needed + 14


def draw_dots(data: Dots, *, title: str, language: str = "it", narrow: bool = False) -> "Figure":
    """Draw the rows in the order given: no ranking is made here.

    Parameters
    ----------
    data : Dots
        Values with intervals; a row whose value is None shows its reason and no dot.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone: labels stand above the dots.
    """
    drawing = _Drawing(data, language=language, narrow=narrow)
    canvas = drawing.canvas
    canvas.heading(title)
    if not data.rows:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    drawing.reference(data)
    top = canvas.y
    canvas.y += 4
    for row in data.rows:
        drawing.row(row, data=data)
    if not narrow:
        drawing.lines(data, top=top, bottom=canvas.y)
    if any(row.value is not None for row in data.rows):
        drawing.scale()
    _key(drawing, data.rows)
    return canvas.figure()


def describe_dots(data: Dots, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_dots` shows.

    Examples
    --------
    >>> rows = (Dot("Anagrafe", 74.2, 70.1, 78.0, n=196), Dot("Tributi", None))
    >>> describe_dots(Dots(rows), title="Anagrafe convince").text
    'Anagrafe convince. Anagrafe: 74, da 70 a 78 · n 196. Tributi: n < 10: non pubblicato.'
    """
    sentences, rows = [title.rstrip(".")], []
    tagged = any(row.tag for row in data.rows)
    for row in data.rows:
        value, note = _value(row, data, language=language), _note(row, language=language)
        said = ", ".join(part for part in (value, note, row.tag.rstrip(".")) if part)
        sentences.append(f"{row.label}: {said}")
        shown = row.value is not None
        cells = (
            row.label,
            value or note,
            _interval(row, language=language),
            number(row.n, language=language) if shown else "",
        )
        rows.append((*cells, row.tag) if tagged else cells)
    if data.reference is not None:
        sentences.append(data.reference_label)
    if not data.rows:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        data.what or say("Voce", "Entry", language=language),
        data.measure or say("Indice", "Index", language=language),
        say("Intervallo al 95%", "95% interval", language=language),
        "n",
    )
    last = (say("Esito", "Verdict", language=language),) if tagged else ()
    return Alternative(". ".join(sentences) + ".", (*header, *last), tuple(rows))
