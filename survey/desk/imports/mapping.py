"""How the columns of another program answer our questions: kept in a document, read from it.

The document is ``{"day_order": "dmy", "columns": [{"name", "target", "cells"}]}``. A target is
empty (the column is left out), ``form.day``, ``form.lang``, ``form.place``, ``question.KEY`` or,
where each box of a question has a column of its own, ``box.KEY.CODE``. ``cells`` gives our cell
for each label; a text has none. ``other``, where it is there, gives our cell for all other labels:
what somebody wrote beside "other". Of columns with the same name the second is ``NAME (2)``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.faults import FaultList
from survey.desk.imports.columns import (
    CLOSED,
    DAY,
    LANG,
    PLACE,
    TICK,
    CellFault,
    Column,
    Frame,
    Plan,
    closed_reader,
    day_reader,
    form_column,
    question_column,
)
from survey.desk.imports.faults import FileFault
from survey.desk.imports.private import distinct, is_private_name, looks_private
from survey.desk.imports.refusals import MappingOutdated
from survey.models import ImportMapping, ImportSource
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.kinds import BLANK, KINDS, TICK_SEPARATOR, Answer

#: orders of day and month
DMY, MDY = "dmy", "mdy"
FORM, QUESTION, BOX = "form", "question", "box"
#: cells of a column that holds one box
TICKED, NOT_TICKED = "1", ""
#: what programs write in a box: without capitals, as `normal` gives it
TICKED_WORDS = frozenset(
    {"y", "yes", "sì", "si", "1", "x", "vero", "true", "selezionato", "checked"}
)
UNTICKED_WORDS = frozenset(
    {"n", "no", "n/a", "0", "falso", "false", "non selezionato", "not selected", "unchecked"}
)
#: LimeSurvey's word for a question that was not shown
_NOT_SHOWN = "n/a"
_SEPARATOR = re.compile("[,;]")
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?=$|[ T,])")
#: LimeSurvey writes this day where the real one was not to be kept
_NO_DAY = dt.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Match:
    """One column of the other program's file and what it gives here."""

    name: str
    target: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    #: our cell for any label that is not among them; None: such a label is a fault
    other: str | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """Return what it is, of what, and which box: as the target says."""
        kind, _, rest = self.target.partition(".")
        key, _, code = rest.partition(".")
        return kind, key, code


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """All columns of a kind of file."""

    matches: tuple[Match, ...]
    day_order: str = DMY


def as_document(mapping: ColumnMapping) -> dict[str, Any]:
    return {
        "day_order": mapping.day_order,
        "columns": [
            {"name": one.name, "target": one.target, "cells": dict(one.cells)}
            | ({} if one.other is None else {"other": one.other})
            for one in mapping.matches
        ],
    }


def from_document(document: Mapping[str, Any]) -> ColumnMapping:
    matches = tuple(
        Match(one["name"], one["target"], dict(one["cells"]), one.get("other"))
        for one in document["columns"]
    )
    return ColumnMapping(matches, document["day_order"])


def plan_mapped(frame: Frame, mapping: ImportMapping, names: tuple[str, ...]) -> Plan:
    """Match a file's heading with a kept mapping: each of its columns must be spoken of."""
    known = from_document(mapping.document)
    matches = {match.name: match for match in known.matches}
    faults, columns, ignored, names = FaultList(), [], [], distinct(names)
    for place, name in enumerate(names):
        if name not in matches:
            faults.add(FileFault(1, place + 1, "column_not_mapped", name))
        elif not matches[name].target:
            ignored.append(name)
        elif is_private_name(name):  # kept when the name was not known yet
            faults.add(FileFault(1, place + 1, "private_column", name))
        else:
            columns.append(_column(frame, place, matches[name], mapping.name, known.day_order))
    for match in known.matches:
        if match.target and match.name not in names:
            faults.add(FileFault(1, 0, "column_gone", match.name))
    faults.stop()
    answered = {column.key for column in columns}
    unasked = [one.key for one in frame.definition.walk() if one.key not in answered]
    # LimeSurvey gives every form that was sent a day, and none to those left halfway
    is_dated = mapping.source is ImportSource.LIMESURVEY
    return Plan(tuple(columns), tuple(ignored), tuple(unasked), undated_is_unsent=is_dated)


def _column(frame: Frame, place: int, match: Match, mapping: str, day_order: str) -> Column:
    kind, key, code = match.parts
    if kind == FORM:
        return _form_column(frame, place, match, day_order)
    question = _question(frame.definition, key, code)
    if question is None:
        raise MappingOutdated(name=mapping, key=key)
    if kind == BOX:
        return Column(place, match.name, TICK, _box_reader(match, int(code)), key)
    if question.is_text:
        return _text_column(place, match.name, question)
    return Column(place, match.name, CLOSED, _label_reader(question, match), key)


def _form_column(frame: Frame, place: int, match: Match, day_order: str) -> Column:
    use = match.parts[1]
    if use == DAY:
        read = day_reader(frame, lambda cell: read_day(cell, day_order) or _refuse_day(cell))
        return Column(place, match.name, DAY, lambda text: None if _hidden(text) else read(text))
    if use not in (LANG, PLACE):
        raise MappingOutdated(name=match.name, key=match.target)
    return form_column(place, match.name, use, frame)


def _question(definition: Definition, key: str, code: str) -> Question | None:
    """Find what a target names in this edition."""
    try:
        question = definition.question(key)
    except KeyError:
        return None
    codes = {str(choice.code) for choice in question.choices}
    takes_box = KINDS[question.kind].takes_many and code in codes
    return question if takes_box or not code else None


def _text_column(place: int, name: str, question: Question) -> Column:
    """Read a free text, unless it is the address of somebody."""
    column = question_column(place, name, question)

    def read(text: str) -> object:
        if looks_private(text):
            raise CellFault("private")
        return column.read(text)

    return Column(place, name, column.use, read, column.key)


def _label_reader(question: Question, match: Match) -> Callable[[str], Answer]:
    """Read an answer by its label; several ticked ones stand in one cell with separators."""
    read = closed_reader(question)
    labels = {_NOT_SHOWN: "", **{normal(label): cell for label, cell in match.cells.items()}}
    kind = KINDS[question.kind]

    def by_label(text: str) -> Answer:
        if not text.strip():
            return BLANK
        parts = split_labels(text, labels) if kind.takes_many else [text]
        if kind.is_written and normal(text) not in labels:
            return read(text)
        found = [_cell_of(part, labels, match.other) for part in parts]
        return read(TICK_SEPARATOR.join(cell for cell in dict.fromkeys(found) if cell))

    return by_label


def _box_reader(match: Match, code: int) -> Callable[[str], int | None]:
    plain = dict.fromkeys(TICKED_WORDS, TICKED) | dict.fromkeys(UNTICKED_WORDS, NOT_TICKED)
    labels = plain | {normal(label): cell for label, cell in match.cells.items()}

    def read(text: str) -> int | None:
        if not text.strip():
            return None
        return code if _cell_of(text, labels, match.other) == TICKED else None

    return read


def _cell_of(label: str, labels: Mapping[str, str], other: str | None) -> str:
    cell = labels.get(normal(label), other)
    if cell is None:
        raise CellFault("label_not_mapped", label.strip())
    return cell


def split_labels(text: str, known: Mapping[str, object]) -> list[str]:
    """Split ticked labels at commas and semicolons, but for those that hold one themselves."""
    ends = [*(found.start() for found in _SEPARATOR.finditer(text)), len(text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    longest = 1 + max((len(_SEPARATOR.findall(label)) for label in known), default=0)
    found: list[str] = []
    at = 0
    while at < len(ends):
        last = min(at + longest, len(ends))
        pieces = ((end, text[starts[at] : ends[end - 1]].strip()) for end in range(last, at, -1))
        alone = (at + 1, text[starts[at] : ends[at]].strip())
        at, label = next((one for one in pieces if normal(one[1]) in known), alone)
        if label:
            found.append(label)
    return found


def normal(text: str) -> str:
    """Make labels comparable: capitals, white space and closing marks do not count."""
    return " ".join(text.split()).casefold().strip(" .:*?")


def read_day(cell: str, order: str = DMY) -> dt.date | None:
    """Read the day of a moment as LimeSurvey, a form of Google or a spreadsheet writes it."""
    found = _DATE.match(cell.strip())
    if found is None:
        return None
    first, second, third = found.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    else:
        year = third
        day, month = (first, second) if order == DMY else (second, first)
    try:
        return dt.date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _refuse_day(cell: str) -> dt.date:
    raise CellFault("day_unreadable", cell)


def _hidden(text: str) -> bool:
    return read_day(text) == _NO_DAY
