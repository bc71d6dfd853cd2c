"""How the answers to each question are spread, from the worst category to the best."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.canvas import BLUE, ORANGE
from analysis.charts.stacked import Bar, Part, draw_stacked
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import number, of_total, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LIGHT_BLUE, _LIGHT_ORANGE, _MIDDLE = "#A9CDF0", "#F5C796", "#D5DCE3"
_STATUSES = (("non so", "don't know"), ("non previsto", "not applicable"),
             ("in bianco", "left blank"), ("non valide", "invalid"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Counts of one question; `counts` is None where too few answered, and nothing else shows."""

    label: str
    #: Valid answers by category, worst first.
    counts: tuple[int, ...] | None
    dk: int = 0
    na: int = 0
    blank: int = 0
    invalid: int = 0
    #: Part of the users who are satisfied, on 0-1, where it is weighted and not that of the counts.
    share: float | None = None
    #: Why there are no counts; "" means that they rest on fewer than 10 answers.
    reason: str = ""

    @property
    def n(self) -> int:
        return sum(self.counts or ())

    @property
    def aside(self) -> tuple[int, int, int, int]:
        """Return what is counted and enters no share: don't know, n/a, blank, invalid."""
        return self.dk, self.na, self.blank, self.invalid


@dataclass(frozen=True, slots=True)
class Distribution:
    """Questions that share one scale."""

    #: Labels of the categories, worst first.
    categories: tuple[str, ...]
    #: Positions in `categories`.
    satisfied: frozenset[int]
    dissatisfied: frozenset[int]
    questions: tuple[Question, ...]
    #: Whether they judge the service; of what people find important nobody is satisfied.
    judged: bool = True

    @property
    def told(self) -> bool:
        """Whether a share of satisfied answers stands beside each question."""
        return self.judged and bool(self.satisfied)

    def heading(self, language: str) -> str:
        """Head the shares beside the questions; "" where there are none."""
        if not self.told:
            return ""
        if any(question.share is not None for question in self.questions):
            return say("soddisfatti, secondo gli utenti serviti",
                       "satisfied, weighted to the users served", language=language)  # fmt: skip
        return say("soddisfatti", "satisfied", language=language)

    def __post_init__(self) -> None:
        for question in self.questions:
            if question.counts is not None and len(question.counts) != len(self.categories):
                raise ValueError(
                    f"{question.label}: {len(question.counts)} counts for"
                    f" {len(self.categories)} categories"
                )


def _mix(one: str, two: str, *, share: float) -> str:
    pairs = [(int(one[i : i + 2], 16), int(two[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def scale_parts(data: Distribution) -> list[Part]:
    good, bad = sorted(data.satisfied), sorted(data.dissatisfied)
    parts = []
    for place, label in enumerate(data.categories):
        if place in data.satisfied:
            depth = (good.index(place) + 1) / len(good)
            parts.append(Part(label, _mix(_LIGHT_BLUE, BLUE, share=depth**1.5)))
        elif place in data.dissatisfied:
            depth = 1 - bad.index(place) / len(bad)
            parts.append(Part(label, _mix(_LIGHT_ORANGE, ORANGE, share=depth**1.5), "//"))
        else:
            parts.append(Part(label, _MIDDLE))
    return parts


def _amount(count: int, total: int, *, language: str, short: bool = False) -> str:
    """Write a share the way its base allows: under 30 answers as a count (method, 3.6)."""
    if total >= 30:
        return percent(count / total, language=language)
    return number(count, language=language) if short else of_total(count, total, language=language)


def _satisfied(data: Distribution, question: Question) -> int:
    return sum(count for i, count in enumerate(question.counts or ()) if i in data.satisfied)


def _note(question: Question, *, language: str) -> str:
    if question.counts is None:
        return withheld(question.reason, language=language)
    forms = question.n + sum(question.aside)
    parts = [f"n {number(question.n, language=language)}"]
    for words, count in zip(_STATUSES, question.aside, strict=True):
        if count:
            amount = _amount(count, forms, language=language, short=True)
            parts.append(f"{say(*words, language=language)} {amount}")
    return " · ".join(parts)


def _side(data: Distribution, question: Question, language: str) -> str:
    if question.share is not None and question.n >= 30:
        return percent(question.share, language=language)
    return _amount(_satisfied(data, question), question.n, language=language)


def _bar(data: Distribution, question: Question, *, language: str) -> Bar:
    note = _note(question, language=language)
    if question.counts is None or not question.n:
        none = say("nessuna risposta valida", "no valid answers", language=language)
        return Bar(question.label, None, note=note if question.counts is None else none)
    n = question.n
    side = _side(data, question, language) if data.told else ""
    return Bar(
        question.label,
        tuple(count / n for count in question.counts),
        tuple(_amount(count, n, language=language, short=True) for count in question.counts),
        note=note,
        side=side,
    )


def draw_distribution(
    data: Distribution, *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw a bar of 100 % for each question.

    Parameters
    ----------
    data : Distribution
        Counts; a question whose counts are None shows its reason and no bar.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone: labels stand above the bars.
    """
    return draw_stacked(
        [_bar(data, question, language=language) for question in data.questions],
        parts=scale_parts(data),
        title=title,
        side=data.heading(language),
        nothing=nothing_to_show(language),
        narrow=narrow,
    )


def describe_distribution(data: Distribution, *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_distribution` shows.

    Examples
    --------
    >>> scale = Distribution(("Poco", "Molto"), frozenset({1}), frozenset({0}),
    ...                      (Question("Cortesia", (20, 80), dk=5), Question("Orari", None)))
    >>> describe_distribution(scale, title="La cortesia convince").text
    'La cortesia convince. Cortesia: 80% soddisfatti, n 100 · non so 5%. Orari: n < 10: non
    pubblicato.'
    """
    sentences = [title.rstrip(".")]
    rows = []
    happy = say("soddisfatti", "satisfied", language=language)
    for question in data.questions:
        bar = _bar(data, question, language=language)
        lead = f"{bar.side} {happy}, " if bar.side else ""
        sentences.append(f"{question.label}: {lead}{bar.note}")
        rows.append(_table_row(data, question, bar=bar, language=language))
    if not data.questions:
        sentences.append(nothing_to_show(language).rstrip("."))
    occurring = _occurring(data)
    header = [say("Domanda", "Question", language=language), "n", *data.categories]
    header += [say(*_STATUSES[place], language=language) for place in occurring]
    header += [data.heading(language)] if data.told else []
    return Alternative(". ".join(sentences) + ".", tuple(header), tuple(rows))


def _occurring(data: Distribution) -> list[int]:
    """Return which statuses any question that is shown has at all."""
    shown = [question.aside for question in data.questions if question.counts is not None]
    return [place for place in range(len(_STATUSES)) if any(aside[place] for aside in shown)]


def _table_row(
    data: Distribution, question: Question, *, bar: Bar, language: str
) -> tuple[str, ...]:
    occurring = _occurring(data)
    width = len(data.categories) + len(occurring) + data.told
    if question.counts is None:
        return (question.label, bar.note, *[""] * width)
    forms = question.n + sum(question.aside)
    cells = [question.label, number(question.n, language=language)]
    cells += bar.texts or [""] * len(data.categories)
    cells += [
        _amount(question.aside[place], forms, language=language, short=True) if forms else "0"
        for place in occurring
    ]
    return (*cells, bar.side) if data.told else tuple(cells)
