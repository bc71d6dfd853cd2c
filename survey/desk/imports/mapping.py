"""How the columns of another program answer our questions: kept in a document, read from it.

The document is ``{"day_order": "dmy", "columns": [{"name", "target", "cells"}]}``. A target is
empty (the column is left out), ``form.day``, ``form.lang``, ``form.place``, ``question.KEY`` or,
where each box of a question has a column of its own, ``box.KEY.CODE``. ``cells`` gives our cell
for each label; a text has none.
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
from survey.desk.imports.private import looks_private
from survey.desk.imports.refusals import MappingOutdated
from survey.models import ImportMapping
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.kinds import BLANK, KINDS, TICK_SEPARATOR, Answer

#: orders of day and month
DMY, MDY = "dmy", "mdy"
FORM, QUESTION, BOX = "form", "question", "box"
#: cells of a column that holds one box
TICKED, NOT_TICKED = "1", ""
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?=$|[ T,])")
#: LimeSurvey writes this day where the real one was not to be kept
_NO_DAY = dt.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Match:
    """One column of the other program's file and what it gives here."""

    name: str
    target: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

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
            for one in mapping.matches
        ],
    }


def from_document(document: Mapping[str, Any]) -> ColumnMapping:
    matches = tuple(
        Match(one["name"], one["target"], dict(one["cells"])) for one in document["columns"]
    )
    return ColumnMapping(matches, document["day_order"])


def plan_mapped(frame: Frame, mapping: ImportMapping, names: tuple[str, ...]) -> Plan:
    """Match a file's heading with a kept mapping: each of its columns must be spoken of."""
    known = from_document(mapping.document)
    matches = {match.name: match for match in known.matches}
    faults, columns, ignored = FaultList(), [], []
    for place, name in enumerate(names):
        if name in names[:place]:
            faults.add(FileFault(1, place + 1, "duplicate_column", name))
        elif name not in matches:
            faults.add(FileFault(1, place + 1, "column_not_mapped", name))
        elif not matches[name].target:
            ignored.append(name)
        else:
            columns.append(_column(frame, place, matches[name], mapping.name, known.day_order))
    for match in known.matches:
        if match.target and match.name not in names:
            faults.add(FileFault(1, 0, "column_gone", match.name))
    faults.stop()
    answered = {column.key for column in columns}
    unasked = [one.key for one in frame.definition.walk() if one.key not in answered]
    return Plan(tuple(columns), tuple(ignored), tuple(unasked))


def _column(frame: Frame, place: int, match: Match, mapping: str, day_order: str) -> Column:
    kind, key, code = match.parts
    if kind == FORM:
        return _form_column(frame, place, match, day_order)
    question = _question(frame.definition, key, code)
    if question is None:
        raise MappingOutdated(name=mapping, key=key)
    if kind == BOX:
        return Column(place, match.name, TICK, _box_reader(match.cells, int(code)), key)
    if question.is_text:
        return _text_column(place, match.name, question)
    return Column(place, match.name, CLOSED, _label_reader(question, match.cells), key)


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


def _label_reader(question: Question, cells: Mapping[str, str]) -> Callable[[str], Answer]:
    """Read an answer by its label; several ticked ones stand in one cell with commas."""
    read = closed_reader(question)
    labels = {normal(label): cell for label, cell in cells.items()}
    many = KINDS[question.kind].takes_many

    def by_label(text: str) -> Answer:
        if not text.strip():
            return BLANK
        parts = split_labels(text, labels) if many else [text]
        found = []
        for part in parts:
            if normal(part) not in labels:
                if KINDS[question.kind].is_written:
                    return read(text)
                raise CellFault("label_not_mapped", part.strip())
            found.append(labels[normal(part)])
        return read(TICK_SEPARATOR.join(cell for cell in dict.fromkeys(found) if cell))

    return by_label


def _box_reader(cells: Mapping[str, str], code: int) -> Callable[[str], int | None]:
    labels = {normal(label): cell for label, cell in cells.items()}

    def read(text: str) -> int | None:
        if not text.strip():
            return None
        if normal(text) not in labels:
            raise CellFault("label_not_mapped", text.strip())
        return code if labels[normal(text)] == TICKED else None

    return read


def split_labels(text: str, known: Mapping[str, object]) -> list[str]:
    """Split ticked labels at their commas, but for those that hold one themselves."""
    pieces = [piece.strip() for piece in text.split(",")]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        ends = range(len(pieces), at, -1)
        joined = ((end, ", ".join(pieces[at:end])) for end in ends)
        end, label = next(
            ((end, label) for end, label in joined if normal(label) in known), (at + 1, pieces[at])
        )
        if label:
            found.append(label)
        at = end
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
