"""What each column of a file gives: an answer, a text, or how the form was filled in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from analysis.faults import FaultList
from survey.desk.imports.faults import FileFault
from survey.models import Place
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.form import printable
from survey.questionnaire.kinds import CELL_OF, KINDS, Answer
from survey.questionnaire.modes import Mode
from survey.serials import MAX_SERIAL, parse_serial

#: a code has no zeros before it; a number written in boxes may
_PADDED = re.compile(r"(^|\|)0\d")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
#: columns of the format that are no questions
MODE, DAY, SERIAL, PLACE, LANG, WEIGHT = "mode", "day", "serial", "place", "lang", "weight"
#: how a column is used, besides the form's own: a closed answer, one box of several, free text
CLOSED, TICK, TEXT = "closed", "tick", "text"


class CellFault(Exception):
    def __init__(self, code: str, value: str = "", expected: str = "") -> None:
        super().__init__(code)
        self.code, self.value, self.expected = code, value, expected


@dataclass(frozen=True, slots=True)
class Column:
    """One column in use; `read` turns a cell into its value or raises `CellFault`."""

    place: int
    name: str
    use: str
    read: Callable[[str], object]
    #: of a question
    key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read the rows of one file, and what of it and of the form goes without."""

    columns: tuple[Column, ...]
    #: columns of the file that are not imported
    ignored: tuple[str, ...] = ()
    #: questions that no column answers
    unasked: tuple[str, ...] = ()
    #: whether a row without a day is of somebody who never sent the form
    undated_is_unsent: bool = False

    def speaks_of(self, use: str) -> bool:
        return any(column.use == use for column in self.columns)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the wave allows, whatever the file."""

    definition: Definition
    places: tuple[Place, ...]
    first_day: dt.date
    last_day: dt.date


def plan_answers(frame: Frame, names: tuple[str, ...]) -> Plan:
    """Match the heading of an answers file with the questionnaire, or name every faulty column."""
    questions = {question.key: question for question in frame.definition.walk()}
    known = {*questions, MODE, DAY, SERIAL, PLACE, LANG, WEIGHT}
    faults, columns, ignored = FaultList(), [], []
    for place, name in enumerate(names):
        if name in names[:place]:
            faults.add(FileFault(1, place + 1, "duplicate_column", name))
        elif name in questions:
            columns.append(question_column(place, name, questions[name]))
        elif name == WEIGHT:
            ignored.append(name)
        elif name in (MODE, DAY, SERIAL, PLACE, LANG):
            columns.append(form_column(place, name, name, frame))
        else:
            faults.add(_unknown_column(place, name, known))
    spelled = {_spelling(name) for name in names}
    for question in frame.definition.closed_questions:
        if question.key not in spelled:
            faults.add(FileFault(1, 0, "missing_column", question.key))
    faults.stop()
    unasked = [one.key for one in frame.definition.text_questions if one.key not in names]
    return Plan(tuple(columns), tuple(ignored), tuple(unasked))


def _unknown_column(place: int, name: str, known: set[str]) -> FileFault:
    meant = _spelling(name)
    if meant in known:
        return FileFault(1, place + 1, "column_spelled", name, meant)
    return FileFault(1, place + 1, "unknown_column" if name else "nameless_column", name)


def _spelling(name: str) -> str:
    """Write a name as a key would be: a spreadsheet or a person likes capitals and blanks."""
    return name.casefold().replace(" ", "_")


def question_column(place: int, name: str, question: Question) -> Column:
    if question.is_text:
        return Column(place, name, TEXT, _text_reader(question), question.key)
    return Column(place, name, CLOSED, closed_reader(question), question.key)


def closed_reader(question: Question) -> Callable[[str], Answer]:
    kind, expected = KINDS[question.kind], _expected(question)

    def read(text: str) -> Answer:
        cell = text.strip()
        try:
            if not kind.is_written and _PADDED.search(cell):
                raise ValueError(cell)
            return kind.from_cell(question, cell)
        except ValueError:
            is_number = kind.is_written and cell.isascii() and cell.isdigit()
            code = "out_of_range" if is_number else "unknown_code"
            raise CellFault(code, cell, expected) from None

    return read


def _expected(question: Question) -> str:
    if KINDS[question.kind].is_written:
        return f"{question.minimum}-{question.maximum}"
    statuses = [CELL_OF[status] for status in question.allows]
    return ", ".join([*statuses, "?", *(str(choice.code) for choice in question.choices)])


def _text_reader(question: Question) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text:
            return ""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if printable(text) != text:
            raise CellFault("unprintable")
        if len(text) > question.max_length:
            raise CellFault("text_too_long", str(len(text)), str(question.max_length))
        return text if text.strip() else ""

    return read


def form_column(place: int, name: str, use: str, frame: Frame) -> Column:
    readers: Mapping[str, Callable[[str], object]] = {
        MODE: _mode,
        DAY: day_reader(frame, iso_day),
        SERIAL: _serial,
        PLACE: _place_reader(frame.places),
        LANG: _language_reader(frame.definition.languages),
    }
    return Column(place, name, use, readers[use])


def _mode(text: str) -> Mode | None:
    cell = text.strip()
    try:
        return Mode(cell) if cell else None
    except ValueError:
        raise CellFault("mode", cell, ", ".join(Mode)) from None


def day_reader(frame: Frame, parse: Callable[[str], dt.date]) -> Callable[[str], dt.date | None]:
    """Read a day, never the hour beside it, that lies within the wave."""

    def read(text: str) -> dt.date | None:
        cell = text.strip()
        if not cell:
            return None
        day = parse(cell)
        if not frame.first_day <= day <= frame.last_day:
            raise CellFault("day_outside", day.isoformat(), period(frame))
        return day

    return read


def period(frame: Frame) -> str:
    return f"{frame.first_day.isoformat()} / {frame.last_day.isoformat()}"


def iso_day(cell: str) -> dt.date:
    try:
        if _ISO.fullmatch(cell):
            return dt.date.fromisoformat(cell)
    except ValueError:
        pass
    raise CellFault("day", cell)


def _serial(text: str) -> int | None:
    """Read a number as printed, with its check digit after a dash, or the plain number."""
    cell = text.strip()
    if not cell:
        return None
    try:
        serial = parse_serial(cell) if "-" in cell else int(_digits(cell))
    except ValueError:
        raise CellFault("serial", cell) from None
    if not 1 <= serial <= MAX_SERIAL:
        raise CellFault("serial", cell)
    return serial


def _digits(cell: str) -> str:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 20):
        raise ValueError(cell)
    return cell


def _place_reader(places: Iterable[Place]) -> Callable[[str], Place | None]:
    """Find a place by its code or its name, whatever the capitals."""
    known: dict[str, Place] = {}
    codes = [place.code for place in places]
    for place in places:
        known.setdefault(place.name.casefold(), place)
    for place in places:  # a code wins over another place's name
        known[place.code.casefold()] = place

    def read(text: str) -> Place | None:
        cell = text.strip()
        if not cell:
            return None
        if cell.casefold() not in known:
            raise CellFault("place", cell, ", ".join(codes) or "-")
        return known[cell.casefold()]

    return read


def _language_reader(languages: tuple[str, ...]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        cell = text.strip().lower()
        if cell and cell not in languages:
            raise CellFault("lang", cell, ", ".join(languages))
        return cell or None

    return read
