"""From the rows of a file to filled-in questionnaires: all of them, or every fault by its place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.faults import LISTED, FaultList
from survey.collection.actions import Filled
from survey.desk.imports.columns import (
    CLOSED,
    DAY,
    LANG,
    MODE,
    PLACE,
    SERIAL,
    TEXT,
    TICK,
    CellFault,
    Column,
    Plan,
)
from survey.desk.imports.faults import FileFault
from survey.desk.imports.table import Table
from survey.models import Place
from survey.questionnaire.kinds import BLANK, Answer
from survey.questionnaire.modes import Mode
from survey.serials import format_serial

#: called with what is done and what there is to do
Progress = Callable[[int, int], None]
#: different cells of a column that are remembered: a code has few, a free text is never kept
_REMEMBERED = 1_000
#: rows between two words on how far the reading has got
_STEP = 5_000
#: stands for a cell whose fault has been told
_WRONG = object()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every row that does not say otherwise."""

    language: str
    mode: Mode | None = None
    day: dt.date | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Serials:
    """The sheets of the wave: printed, keyed already, set aside."""

    ranges: Sequence[tuple[int, int]] = ()
    keyed: Collection[int] = ()
    void: Collection[int] = ()

    def fault_of(self, serial: int) -> str | None:
        if not any(first <= serial <= last for first, last in self.ranges):
            return "serial_unknown"
        if serial in self.keyed:
            return "serial_keyed"
        return "serial_void" if serial in self.void else None


@dataclass(slots=True)
class Reading:
    """A file that can be imported as it is."""

    plan: Plan
    batch: list[Filled] = field(default_factory=list)
    #: rows without a single answer: they are no questionnaires
    empty: int = 0
    #: rows that another program kept of people who never sent the form
    unsent: int = 0
    #: rows without a serial number that repeat another to the letter
    identical: int = 0
    #: questionnaires with the day, mode and answers of one that the wave has already
    repeated: int = 0
    #: whether so many that an earlier file seems to be in this one
    looks_repeated: bool = False

    @property
    def forms(self) -> int:
        return len(self.batch)

    @property
    def modes(self) -> dict[Mode, int]:
        counted = Counter(filled["mode"] for filled in self.batch)
        return {mode: counted[mode] for mode in Mode if counted[mode]}


def read_rows(
    table: Table,
    plan: Plan,
    *,
    defaults: Defaults,
    serials: Serials,
    progress: Progress | None = None,
    listed: int = LISTED,
) -> Reading:
    """Read every row; `AnswersError` lists the faults by line and column, `listed` at most."""
    reader = _Reader(plan, defaults, serials, FaultList(listed))
    reader.check_defaults()
    rows, total = 0, table.length
    for line, cells in table.rows(reader.faults):
        reader.read(line, cells)
        rows += 1
        if progress is not None and not rows % _STEP:
            progress(min(rows, total), total)
    if not rows and not reader.faults.total:
        reader.faults.add(FileFault(0, 0, "no_rows"))
    elif not reader.faults.total and not reader.reading.batch:
        code = "nothing_sent" if reader.reading.unsent else "nothing_answered"
        reader.faults.add(FileFault(0, 0, code))
    reader.faults.stop()
    return reader.reading


class _Reader:
    def __init__(self, plan: Plan, defaults: Defaults, serials: Serials, faults: FaultList) -> None:
        self.faults = faults
        self.reading = Reading(plan)
        self._defaults, self._serials = defaults, serials
        self._columns: list[tuple[Column, dict[str, Any]]] = [(one, {}) for one in plan.columns]
        self._serial_place = next((one for one in plan.columns if one.use == SERIAL), None)
        self._seen_serials: set[int] = set()
        self._seen_rows: set[tuple[str, ...]] = set()

    def check_defaults(self) -> None:
        """Tell once, and not by every row, what neither the file nor the choice for all says."""
        for use, given in ((MODE, self._defaults.mode), (DAY, self._defaults.day)):
            if given is None and not self.reading.plan.speaks_of(use):
                self.faults.add(FileFault(0, 0, f"{use}_nowhere"))

    def read(self, line: int, cells: list[str]) -> None:
        if self._is_unsent(cells):
            self.reading.unsent += 1
            return
        before = self.faults.total
        values: dict[str, Any] = {CLOSED: {}, TICK: {}, TEXT: {}}
        for column, known in self._columns:
            value = self._value(line, column, cells[column.place], known)
            if column.key:
                _add(values[column.use], column, value)
            else:
                values[column.use] = value
        filled = self._filled(line, values)
        if self.faults.total > before or filled is None:
            return
        if self.faults.total == 0:
            self.reading.batch.append(filled)
        if filled.get("serial") is None:
            self._count_identical(cells)

    def _is_unsent(self, cells: list[str]) -> bool:
        plan = self.reading.plan
        return plan.undated_is_unsent and any(
            one.use == DAY and not cells[one.place].strip() for one in plan.columns
        )

    def _value(self, line: int, column: Column, cell: str, known: dict[str, Any]) -> Any:
        value = known.get(cell)
        if value is None and cell not in known:
            try:
                value = column.read(cell)
            except CellFault as found:
                value = found
            if column.use not in (TEXT, SERIAL) and len(known) < _REMEMBERED:
                known[cell] = value
        if isinstance(value, CellFault):
            place = column.place + 1
            self.faults.add(
                FileFault(line, place, value.code, value.value, value.expected, column.name)
            )
            return _WRONG
        return value

    def _filled(self, line: int, values: dict[str, Any]) -> Filled | None:
        """Put the values of a row together; None for a row that nobody answered."""
        answers: dict[str, Answer] = values[CLOSED]
        for key, codes in values[TICK].items():
            answers[key] = Answer.valid(*codes) if codes else BLANK
        if not values[TEXT] and all(answer == BLANK for answer in answers.values()):
            self.reading.empty += 1
            return None
        given = self._defaults
        mode = self._needed(line, MODE, values.get(MODE) or given.mode)
        day = self._needed(line, DAY, values.get(DAY) or given.day)
        serial = values.get(SERIAL)
        if isinstance(serial, int):
            self._check_serial(line, serial, mode)
        return {
            "answers": answers,
            "comments": values[TEXT],
            "mode": mode,
            "day": day,
            "language": values.get(LANG) or given.language,
            "place": values.get(PLACE) or given.place,
            "serial": serial,
        }

    def _needed(self, line: int, use: str, value: Any) -> Any:
        if value is None and self.reading.plan.speaks_of(use):
            place = next((one.place + 1 for one, _ in self._columns if one.use == use), 0)
            self.faults.add(FileFault(line, place, f"{use}_missing"))
        return value

    def _check_serial(self, line: int, serial: int, mode: Any) -> None:
        place = self._serial_place.place + 1 if self._serial_place else 0
        if isinstance(mode, Mode) and mode is not Mode.PAPER:
            self.faults.add(FileFault(line, place, "serial_not_paper", format_serial(serial)))
        if serial in self._seen_serials:
            self.faults.add(FileFault(line, place, "duplicate_serial", format_serial(serial)))
            return
        self._seen_serials.add(serial)
        code = self._serials.fault_of(serial)
        if code is not None:
            self.faults.add(FileFault(line, place, code, format_serial(serial)))

    def _count_identical(self, cells: list[str]) -> None:
        row = tuple(cells)
        if row in self._seen_rows:
            self.reading.identical += 1
        self._seen_rows.add(row)


def _add(values: dict[str, Any], column: Column, value: Any) -> None:
    if column.use == TICK:
        ticked = values.setdefault(column.key, [])
        if isinstance(value, int):
            ticked.append(value)
    elif column.use == CLOSED:
        values[column.key] = value if isinstance(value, Answer) else BLANK
    elif isinstance(value, str) and value:
        values[column.key] = value
