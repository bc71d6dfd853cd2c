"""A first match between another program's columns and our questions, for a person to put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.faults import FaultList
from survey.desk.imports.mapping import (
    BOX,
    DMY,
    FORM,
    MDY,
    NOT_TICKED,
    QUESTION,
    TICKED,
    TICKED_WORDS,
    UNTICKED_WORDS,
    normal,
    read_day,
    split_labels,
)
from survey.desk.imports.private import distinct, holds_private, is_private_name, split_code
from survey.desk.imports.table import Table
from survey.questionnaire.definition import Definition, Question, Status
from survey.questionnaire.kinds import CELL_OF, KINDS

#: a column with more different cells than this, or longer ones, holds free text
_MOST_LABELS, _LONGEST_LABEL = 40, 200
#: a cell that nobody has decided about
UNDECIDED = "-"
#: whole moments that other programs write first; of several the day of sending is the one
_DAY_NAMES = ("submitdate", "informazioni cronologiche", "timestamp", "data invio",
              "data di invio", "date submitted", "ora di invio")  # fmt: skip
_LANGUAGE_NAMES = ("startlanguage", "lingua iniziale", "start language")
_SUBQUESTION = re.compile(r"(?P<whole>.*?)\s*\[(?P<part>[^\]]*)\]\s*", re.DOTALL)
#: a number alone is a code; LimeSurvey's own (A2, SQ002) count boxes in their order
_CODE = re.compile(r"(AO|A|SQ)?(0*)(\d{1,2})", re.IGNORECASE)
#: a label as LimeSurvey and people write the option that is none of the others
_OTHER_WORDS = frozenset({"-oth-", "altro", "altra", "other"})
_WORDS = {
    Status.DK: ("non so", "non saprei", "don't know", "non so / non rispondo"),
    Status.NA: ("non previsto", "non applicabile", "non pertinente", "not applicable"),
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """One column as it stands proposed: its target, and our cell for each of its labels."""

    name: str
    target: str = ""
    #: never the cells of a column of free text
    cells: Mapping[str, str] = field(default_factory=dict)
    is_private: bool = False
    #: our cell for every label that is not among them; undecided, such a label is refused
    other: str = UNDECIDED


def propose(definition: Definition, table: Table) -> list[Sketch]:
    """Propose what each column of a file gives."""
    seen: list[dict[str, None]] = [{} for _ in table.names]
    names = distinct(table.names)
    private = [is_private_name(name) for name in names]
    faults = FaultList()
    for _, row in table.rows(faults):
        for place, cell in enumerate(row):
            if len(seen[place]) <= _MOST_LABELS and cell.strip():
                seen[place][cell.strip()] = None
    faults.stop()
    found: list[Sketch] = []
    for name, cells, is_private in zip(names, seen, private, strict=True):
        if is_private or holds_private(cells):
            found.append(Sketch(name, is_private=True))
            continue
        target = _target(definition, name, taken={one.target for one in found})
        found.append(with_labels(definition, Sketch(name, target), cells))
    return found


def with_labels(definition: Definition, sketch: Sketch, cells: Iterable[str]) -> Sketch:
    """Propose our cell for each label, as the target has it; what was decided before stays."""
    labels = list(cells)
    question = question_of(definition, sketch.target)
    long = len(labels) > _MOST_LABELS or any(len(label) > _LONGEST_LABEL for label in labels)
    if question is None and (sketch.target or long):
        return replace(sketch, cells={})
    if question is None:  # left out for now: its few labels wait for another target
        return replace(sketch, cells=dict.fromkeys(labels, UNDECIDED))
    if question.is_text or KINDS[question.kind].is_written:
        return replace(sketch, cells={})
    if sketch.target.startswith(BOX):
        return _with_box_labels(sketch, labels)
    if KINDS[question.kind].takes_many:
        known = {normal(text): "" for text in _own_labels(question)}
        labels = [part for label in labels for part in split_labels(label, known)]
    labels = [*labels, *_not_seen(question, labels)]
    decided = {label: cell for label, cell in sketch.cells.items() if cell != UNDECIDED}
    found = {one: decided.get(one, _cell(question, one)) for one in labels}
    order = {str(choice.code): place for place, choice in enumerate(question.choices)}
    last = len(order)
    in_order = sorted(found.items(), key=lambda pair: order.get(pair[1], last))
    return replace(sketch, cells=dict(in_order))


def _with_box_labels(sketch: Sketch, labels: list[str]) -> Sketch:
    """Tell ticked from not ticked; in the column of "other" whatever was written is a tick."""
    plain = {one: _box_cell(one) for one in labels if _box_cell(one) != UNDECIDED}
    decided = {one: cell for one, cell in sketch.cells.items() if cell in (TICKED, NOT_TICKED)}
    is_written = len(plain) < len(labels) and sketch.other == UNDECIDED
    return replace(sketch, cells=plain | decided, other=TICKED if is_written else sketch.other)


def _not_seen(question: Question, labels: Sequence[str]) -> list[str]:
    """Return the answers that the file could have as well: somebody will give them next time."""
    seen = {normal(label) for label in labels}
    tongues = [[choice.label[one] for choice in question.choices] for one in question.text]
    known = [sum(normal(word) in seen for word in words) for words in tongues]
    found = list(tongues[known.index(max(known))]) if any(known) else []
    codes = [str(choice.code) for choice in question.choices]
    for label in labels:
        code = _CODE.fullmatch(label.strip())
        if code is not None and _cell(question, label) in codes:
            width = len(code[2] + code[3])
            found += [f"{code[1] or ''}{one.zfill(width)}" for one in codes]
    fresh = {normal(one): one for one in reversed(found) if normal(one) not in seen}
    return list(fresh.values())


def is_code(label: str) -> bool:
    """Tell whether a label is a code of another program, whose order nobody here knows."""
    return _CODE.fullmatch(label.strip()) is not None


def question_of(definition: Definition, target: str) -> Question | None:
    kind, _, rest = target.partition(".")
    if kind not in (QUESTION, BOX):
        return None
    key = rest.partition(".")[0]
    return next((one for one in definition.walk() if one.key == key), None)


def day_order(table: Table, place: int) -> str:
    """Tell whether the month comes first: some day above 12 then stands second."""
    for _, row in table.rows(FaultList()):
        if read_day(row[place], MDY) is not None and read_day(row[place], DMY) is None:
            return MDY
    return DMY


def _target(definition: Definition, name: str, *, taken: set[str]) -> str:
    code, words = split_code(name)
    ways = dict.fromkeys(one for one in (name, words, code) if one)
    for names, target in ((_DAY_NAMES, f"{FORM}.day"), (_LANGUAGE_NAMES, f"{FORM}.lang")):
        if any(normal(way) in names for way in ways):
            return "" if target in taken else target
    found = next(filter(None, (_by_words(definition, way) for way in ways)), "")
    return "" if found in taken else found


def _by_words(definition: Definition, name: str) -> str:
    part = _SUBQUESTION.fullmatch(name)
    found = _by_name(definition, normal(name))
    if not found and part is not None:
        found = _by_part(definition, normal(part["whole"]), normal(part["part"]))
    return found


def _by_name(definition: Definition, plain: str) -> str:
    for question in definition.walk():
        key = question.key.casefold()
        names = {key, key.replace("_", ""), *(normal(text) for text in question.text.values())}
        if plain in names:
            return f"{QUESTION}.{question.key}"
    return ""


def _by_part(definition: Definition, whole: str, part: str) -> str:
    """Match a row of a grid with its item, and a box of several with its option."""
    target = _by_name(definition, whole)
    question = question_of(definition, target)
    if question is None or not KINDS[question.kind].takes_many:
        return _by_name(definition, part)
    code = _cell(question, part)
    return f"{BOX}.{question.key}.{code}" if code not in (UNDECIDED, "") else ""


def _cell(question: Question, label: str) -> str:
    """Return our cell for another program's label, or that nobody knows."""
    plain = normal(label)
    for choice in question.choices:
        if plain in {normal(text) for text in choice.label.values()}:
            return str(choice.code)
    for status in question.allows:
        if plain in _WORDS.get(status, ()) or plain == CELL_OF[status].casefold():
            return CELL_OF[status]
    code, codes = _CODE.fullmatch(label.strip()), [choice.code for choice in question.choices]
    # where codes do not follow the order, nobody knows which of the two was meant
    is_sure = code is not None and (not code[1] or codes == sorted(codes))
    if code is not None and is_sure and int(code[3]) in codes:
        return str(int(code[3]))
    if plain in ("n/a", ""):
        return ""
    return _other_choice(question) if plain in _OTHER_WORDS else UNDECIDED


def _other_choice(question: Question) -> str:
    found = [
        str(choice.code)
        for choice in question.choices
        if any(normal(text).split(" ")[0] in _OTHER_WORDS for text in choice.label.values())
    ]
    return found[0] if len(found) == 1 else UNDECIDED


def _box_cell(label: str) -> str:
    if normal(label) in TICKED_WORDS:
        return TICKED
    return NOT_TICKED if normal(label) in UNTICKED_WORDS else UNDECIDED


def _own_labels(question: Question) -> list[str]:
    return [text for choice in question.choices for text in choice.label.values()]
