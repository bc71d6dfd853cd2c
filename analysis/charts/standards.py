"""Promises of the charter against what was found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.charts.canvas import BLUE, GREY, INK, ORANGE, PALE, Canvas, sheet
from analysis.charts.frame import Sign, key
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Outcome = Literal["met", "not_met", "not_conclusive"]
#: Shape, colour and whether it is hollow.
_MARKS: dict[Outcome, tuple[str, str, bool]] = {
    "met": ("o", BLUE, False), "not_met": ("v", ORANGE, False), "not_conclusive": ("D", INK, True),
}  # fmt: skip
_BARS: dict[Outcome, str] = {"met": "#A9CDF0", "not_met": "#F5C796", "not_conclusive": "#C6CFD7"}
_KEPT = "#E1EDF9"


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One promise, in the units it is written in; where `value` is None nothing was found."""

    label: str
    target: float
    value: float | None
    outcome: Outcome = "not_conclusive"
    #: The verdict in words.
    tag: str = ""
    #: One-sided 95 % bounds; None for a full register, which has no sampling error.
    lower: float | None = None
    upper: float | None = None
    #: Guaranteed minimum, never to be undercut.
    floor: float | None = None
    at_least: bool = True
    n: int = 0
    unit: str = "%"
    decimals: int = 0
    scale: tuple[float, float] = (0.0, 100.0)
    #: All cases were counted.
    register: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.scale[1] > self.scale[0]:
            raise ValueError(f"{self.label}: a scale needs two different ends, not {self.scale}")

    @property
    def bound(self) -> float | None:
        """Return the bound on the side of the promise: the one that decides."""
        if self.value is None or self.register:
            return None
        return self.lower if self.value >= self.target else self.upper

    def write(self, value: float, language: str, *, decimals: int | None = None) -> str:
        places = self.decimals if decimals is None else decimals
        text = number(value, decimals=places, language=language)
        return text + (self.unit if self.unit == "%" or not self.unit else f" {self.unit}")

    def given(self, value: float, language: str) -> str:
        """Write what was decided and not measured: 20 days, and not 20,0."""
        return self.write(value, language, decimals=0 if value == round(value) else self.decimals)

    def promise(self, language: str) -> str:
        words = ("almeno", "at least") if self.at_least else ("al massimo", "at most")
        return f"{say(*words, language=language)} {self.given(self.target, language)}"

    def place(self, value: float) -> float:
        return min(1.0, max(0.0, (value - self.scale[0]) / (self.scale[1] - self.scale[0])))


def _bound_words(row: StandardRow, language: str) -> str:
    if row.value is None:
        return ""
    if row.register:
        return say("tutti i casi, non un campione", "all cases, not a sample", language=language)
    if row.bound is None:
        return ""
    side = (
        ("limite inferiore", "lower bound")
        if row.bound == row.lower and row.value >= row.target
        else ("limite superiore", "upper bound")
    )
    # A bound that reads like the promise would leave open on which side of it it lies.
    same = row.write(row.bound, language) == row.write(row.target, language)
    bound = row.write(row.bound, language, decimals=row.decimals + same)
    return f"{say(*side, language=language)} {bound}"


def _note(row: StandardRow, language: str) -> str:
    promised = f"{say('promesso', 'promised', language=language)} {row.promise(language)}"
    floor = ""
    if row.floor is not None:
        words = ("minimo garantito", "guaranteed minimum")
        floor = f"{say(*words, language=language)} {row.given(row.floor, language)}"
    if row.value is None:
        parts = [promised, floor, withheld(row.reason, language=language)]
    else:
        n = f"n {number(row.n, language=language)}"
        parts = [promised, floor, _bound_words(row, language), n]
    return " · ".join(part for part in parts if part)


class _Drawing:
    """Where things stand on the sheet of one chart."""

    def __init__(self, data: tuple[StandardRow, ...], *, language: str, narrow: bool) -> None:
        self.canvas = Canvas(sheet(narrow=narrow))
        self.language = language
        width, size = self.canvas.width, self.canvas.sheet.body
        texts = [row.write(row.value, language) for row in data if row.value is not None]
        widest = max((self.canvas.measure(t, size=size, bold=True) for t in texts), default=0.0)
        self.left = 6.0 if narrow else 0.42 * width
        self.right = width - min(widest + 12, 0.3 * width)
        self.label_width = width if narrow else self.left - 16
        self.height = size * 1.7

    def x(self, row: StandardRow, value: float) -> float:
        return self.left + row.place(value) * (self.right - self.left)

    def row(self, row: StandardRow) -> None:
        canvas, layout = self.canvas, self.canvas.sheet
        top = canvas.y
        canvas.paragraph(row.label, width=self.label_width, size=layout.body)
        bar = canvas.y + 5 if layout.narrow else top + 3
        if layout.narrow:
            canvas.y = bar + self.height + 2
        self.bullet(row, bar)
        under = self.ends(row, bar + self.height)
        if layout.narrow:
            canvas.y = under
        canvas.paragraph(_note(row, self.language), width=self.label_width, size=layout.small,
                         colour=GREY)  # fmt: skip
        self.verdict(row)
        canvas.y = max(canvas.y, under) + layout.body * 0.9

    def bullet(self, row: StandardRow, top: float) -> None:
        """Draw track, promise, floor, and what was found with the bound that decides."""
        canvas, bottom = self.canvas, top + self.height
        target, middle = self.x(row, row.target), top + self.height / 2
        canvas.rectangle(
            self.left, top, width=self.right - self.left, height=self.height, colour=PALE
        )
        kept = (target, self.right) if row.at_least else (self.left, target)
        canvas.rectangle(kept[0], top, width=kept[1] - kept[0], height=self.height, colour=_KEPT)
        if row.value is not None:
            self.found(row, middle)
        if row.floor is not None:
            x = self.x(row, row.floor)
            canvas.line([(x, top - 1), (x, bottom + 1)], colour=GREY, width=1.4, dashed=True)
        canvas.line([(target, top - 3), (target, bottom + 3)], colour=INK, width=2.6)
        if row.value is not None:
            shape, colour, hollow = _MARKS[row.outcome]
            at = (self.x(row, row.value), middle)
            canvas.marker(*at, shape=shape, colour=colour, hollow=hollow, size=6)

    def found(self, row: StandardRow, middle: float) -> None:
        canvas, size, value = self.canvas, self.canvas.sheet.body, row.value or 0.0
        x = self.x(row, value)
        half = self.height * 0.22
        canvas.rectangle(
            self.left, middle - half, width=x - self.left, height=2 * half,
            colour=_BARS[row.outcome],
        )  # fmt: skip
        if row.bound is not None:
            end = self.x(row, row.bound)
            canvas.line([(x, middle), (end, middle)], colour=INK, width=1.6)
            canvas.line([(end, middle - 6), (end, middle + 6)], colour=INK, width=1.6)
        lines = canvas.wrap(row.write(value, self.language), width=canvas.width - self.right - 6,
                            size=size, bold=True)  # fmt: skip
        canvas.text((canvas.width, middle + size * 0.36), text=lines[0], size=size, bold=True,
                    align="right")  # fmt: skip

    def ends(self, row: StandardRow, bottom: float) -> float:
        """Write the two ends of the scale under the bar, and return where they end."""
        canvas, size = self.canvas, self.canvas.sheet.small
        y = bottom + size * 1.35
        low, high = (
            canvas.wrap(row.given(end, self.language), width=self.right - self.left, size=size)[0]
            for end in row.scale
        )
        canvas.text((self.left, y), text=low, size=size, colour=GREY)
        if canvas.measure(low + high, size=size) + 8 < self.right - self.left:
            canvas.text((self.right, y), text=high, size=size, colour=GREY, align="right")
        return y + size * 0.3

    def verdict(self, row: StandardRow) -> None:
        canvas, size = self.canvas, self.canvas.sheet.small
        if row.value is None or not row.tag:
            return
        shape, colour, hollow = _MARKS[row.outcome]
        canvas.marker(5, canvas.y + size * 0.85, shape=shape, colour=colour, hollow=hollow, size=6)
        canvas.paragraph(row.tag, x=14, width=self.label_width - 14, size=size, bold=True)


def _signs(data: tuple[StandardRow, ...], language: str) -> list[Sign]:
    words = ("promesso", "promised")
    signs = [Sign(say(*words, language=language), width=2.6, upright=True)]
    if any(row.floor is not None for row in data):
        words = ("minimo garantito", "guaranteed minimum")
        signs.append(
            Sign(say(*words, language=language), colour=GREY, dashed=True, width=1.4, upright=True)
        )
    if any(row.bound is not None for row in data):
        words = ("limite al 95%, da un lato", "one-sided 95% bound")
        signs.append(Sign(say(*words, language=language), width=1.6))
    return signs


def draw_standards(
    data: tuple[StandardRow, ...], *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw a bullet for each promise, in the order given.

    Parameters
    ----------
    data : tuple of StandardRow
        A promise whose value is None shows why, and no bar.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone: labels stand above the bars.
    """
    drawing = _Drawing(data, language=language, narrow=narrow)
    canvas = drawing.canvas
    canvas.heading(title)
    if not data:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    for row in data:
        drawing.row(row)
    key(canvas, _signs(data, language))
    return canvas.figure()


def describe_standards(
    data: tuple[StandardRow, ...], *, title: str, language: str = "it"
) -> Alternative:
    """Say in words and as a table what `draw_standards` shows.

    Examples
    --------
    >>> row = StandardRow("Entro 30 giorni", 80, 85, "met", "rispettato", 80.4, 88.6, n=200)
    >>> describe_standards((row,), title="Standard rispettato").text
    'Standard rispettato. Entro 30 giorni: 85%, rispettato, promesso almeno 80% · limite inferiore
    80,4% · n 200.'
    """
    sentences, rows = [title.rstrip(".")], []
    for row in data:
        shown = row.value is not None
        value = "" if row.value is None else row.write(row.value, language)
        said = [value, row.tag if shown else "", _note(row, language)]
        sentences.append(f"{row.label}: {', '.join(part for part in said if part)}")
        rows.append(
            (
                row.label,
                row.promise(language),
                "" if row.floor is None else row.given(row.floor, language),
                value or withheld(row.reason, language=language),
                _bound_words(row, language),
                number(row.n, language=language) if shown else "",
                row.tag if shown else "",
            )
        )
    if not data:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Standard", "Standard", language=language),
        say("Promesso", "Promised", language=language),
        say("Minimo garantito", "Guaranteed minimum", language=language),
        say("Valore rilevato", "Value found", language=language),
        say("Limite al 95%, da un lato", "One-sided 95% bound", language=language),
        "n",
        say("Esito", "Verdict", language=language),
    )
    return Alternative(". ".join(sentences) + ".", header, tuple(rows))
