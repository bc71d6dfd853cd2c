"""Read answers from Parquet: the columns and the faults of an answers CSV, in chunks.

Needs the extra `scale` (pyarrow). Every distinct value of a chunk is written as the cell a CSV
would hold and judged once by the reading of the CSV, so that both formats accept the same answers.
"""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cells import Verdict, check_day, check_mode, checker, fault_at, weight_of
from analysis.columns import Rows
from analysis.data import MODE_NOT_STATED, Questionnaire, Responses
from analysis.faults import Fault, FaultList
from analysis.headings import Heading, Plan, read_plan
from analysis.kiosk_days import KioskDays, kiosk_forms
from analysis.serials import Serials

Progress = Callable[[int, int], None]
SUFFIX = ".parquet"
_ROWS = 1 << 17
_HEADING = 1
_UNSAFE = str.maketrans(dict.fromkeys(',;"\r\n', " "))


class PyarrowMissingError(RuntimeError):
    """The program is installed without the extra `scale`."""


class NotParquetError(ValueError):
    """The file cannot be opened or read as Parquet."""


def iter_parquet(
    path: Path | str, questionnaire: Questionnaire, *, progress: Progress | None = None
) -> Iterator[Responses]:
    """Read a Parquet file of answers in chunks of bounded memory.

    Chunks come as they are read: keep nothing of them unless the iteration ends without
    `AnswersError`.

    Parameters
    ----------
    path : Path or str
        Columns as in an answers CSV (docs/questionnaire-format.md). A cell is text as in the CSV,
        or a whole number (also held as floating point), or null for blank; `day` may be a date and
        several ticks may be a list.
    questionnaire : Questionnaire
        What was asked.
    progress : callable, optional
        Called with bytes read, in proportion to the rows, and bytes in all.

    Yields
    ------
    Responses

    Raises
    ------
    AnswersError
        Listing every fault; rows are numbered as in the CSV of the same table, headings first.
    PyarrowMissingError
        Without the extra `scale`.
    NotParquetError
        If the file is damaged or of another format.
    OSError
        If the file cannot be opened.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise PyarrowMissingError("pyarrow is not installed: install the extra 'scale'") from error
    source = Path(path)
    size = source.stat().st_size
    try:
        with source.open("rb") as stream:
            yield from _chunks(pq.ParquetFile(stream), questionnaire, size, progress)
    except pa.ArrowException as error:
        raise NotParquetError(str(error).splitlines()[0]) from error
    except OSError as error:
        if error.errno is not None:
            raise
        # What pyarrow cannot make sense of; the disk itself always gives a number.
        raise NotParquetError(str(error).splitlines()[0]) from error


def _chunks(
    file: Any, questionnaire: Questionnaire, size: int, progress: Progress | None
) -> Iterator[Responses]:
    names = [str(name) for name in file.schema_arrow.names]
    plan = read_plan(",".join(name.translate(_UNSAFE) for name in names), questionnaire)
    faults, serials = FaultList(), Serials()
    read = [heading for heading in plan.headings if heading.use != "skip"]
    reader = _Reader(plan, read, faults)
    serial = plan.used_as("serial")
    rows = max(1, file.metadata.num_rows)
    columns = [names[heading.place] for heading in read]
    for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
        if serial is not None:
            lines = np.arange(reader.line, reader.line + batch.num_rows)
            cells = _column_texts(batch.column(names[serial.place]))
            serials.add(Rows.from_cells([cell.encode() for cell in cells], 1, lines), 0)
        chunk = reader.read([batch.column(name) for name in columns], batch.num_rows)
        if progress is not None:
            progress(size * (reader.line - _HEADING - 1) // rows, size)
        if not faults.total and len(chunk):
            yield chunk
    if serial is not None:
        _name_repeated(file, names[serial.place], serial, serials.repeated(), faults)
    faults.stop()


class _Reader:
    """Reads batches in order, counting rows."""

    def __init__(self, plan: Plan, read: list[Heading], faults: FaultList) -> None:
        self._questionnaire = plan.questionnaire
        self._read = read
        self._faults = faults
        self._kiosks = KioskDays()
        self.line = _HEADING + 1

    def read(self, columns: list[Any], rows: int) -> Responses:
        questionnaire = self._questionnaire
        decoded = {
            "rating": np.empty((rows, len(questionnaire.rated)), dtype=np.int8),
            "profile": np.empty((rows, len(questionnaire.profiles)), dtype=np.int8),
        }
        mode = np.full(rows, MODE_NOT_STATED, dtype=np.int8)
        weight = None
        for heading, column in zip(self._read, columns, strict=True):
            if heading.use == "weight":
                weight = self._weights(heading, column)
            elif heading.use not in ("serial", "place"):
                values = self._codes(heading, column)
                if heading.use == "mode":
                    mode = values
                elif heading.use in decoded:
                    decoded[heading.use][:, heading.target] = values
        start = self.line - _HEADING - 1
        self.line += rows
        return Responses(
            questionnaire=questionnaire,
            ratings=decoded["rating"],
            profiles=decoded["profile"],
            mode=mode,
            cluster=self._clusters(columns, mode, start),
            weight=weight,
        )

    def _clusters(
        self, columns: list[Any], mode: NDArray[np.int8], start: int
    ) -> NDArray[np.int64]:
        """Number the forms; those of one kiosk, place and day alike, where the days are known."""
        named = {heading.use: column for heading, column in zip(self._read, columns, strict=True)}
        at = kiosk_forms(mode)
        days = places = np.zeros(len(at), dtype=np.int64)
        if "day" in named and len(at):
            texts, place = _distinct(named["day"])
            days = np.array([_day_number(text) for text in texts], dtype=np.int64)[place[at]]
        if "place" in named and bool(days.any()):
            texts, place = _distinct(named["place"])
            places = self._kiosks.place_numbers(text.strip() for text in texts)[place[at]]
        return self._kiosks.clusters(start, mode, days=days, places=places)

    def _codes(self, heading: Heading, column: Any) -> NDArray[np.int8]:
        """Codes of a column; a faulty cell is noted, and is 0 in the codes nobody will use."""
        texts, place = _distinct(column)
        check = _checker(heading)
        verdicts = [check(text) for text in texts]
        for number, verdict in enumerate(verdicts):
            if isinstance(verdict, tuple):
                self._note(heading, np.flatnonzero(place == number), texts[number], verdict)
        codes = [0 if isinstance(verdict, tuple) else verdict for verdict in verdicts]
        return np.array(codes, dtype=np.int8)[place]

    def _weights(self, heading: Heading, column: Any) -> NDArray[np.float64]:
        texts, place = _distinct(column)
        known = [weight_of(text) for text in texts]
        for number, weight in enumerate(known):
            if weight is None:
                rows = np.flatnonzero(place == number)
                self._note(heading, rows, texts[number], ("weight", ""))
        return np.array([1.0 if weight is None else weight for weight in known])[place]

    def _note(
        self, heading: Heading, rows: NDArray[np.int64], text: str, verdict: tuple[str, str]
    ) -> None:
        for row in rows.tolist():
            line, column = self.line + row, heading.place + 1
            self._faults.add(fault_at(line, column, verdict, value=text, heading=heading.name))


def _checker(heading: Heading) -> Callable[[str], Verdict]:
    if heading.use == "mode":
        return check_mode
    if heading.use == "day" or heading.column is None:
        return check_day
    return checker(heading.column)


def _day_number(text: str) -> int:
    """Write a day as YYYYMMDD, or 0 where the cell is empty or faulty."""
    return int(text.strip().replace("-", "")) if text.strip() and check_day(text) == 0 else 0


def _distinct(column: Any) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct cells of a column as text, and for each row the place of its cell among them."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kinds.is_nested(column.type):
        found, place = np.unique(np.array(_column_texts(column), dtype=object), return_inverse=True)
        return found.tolist(), place.astype(np.int64)
    if kinds.is_floating(column.type):
        column = column.cast(pa.float64())  # half floats have no dictionary
    encoded = column.dictionary_encode()
    texts = [_cell(value) for value in encoded.dictionary.to_pylist()]
    place = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int64)
    return [*texts, ""], place


def _column_texts(column: Any) -> list[str]:
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: object) -> str:
    """Write a value as the cell of a CSV."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join(_cell(part) for part in value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)


def _name_repeated(
    file: Any, name: str, heading: Heading, suspects: set[int], faults: FaultList
) -> None:
    """Read the serial numbers again, only where one seems to be repeated, to name the rows."""
    if not suspects:
        return
    seen = set[str]()
    line = _HEADING
    for batch in file.iter_batches(batch_size=_ROWS, columns=[name]):
        for cell in _column_texts(batch.column(0)):
            line += 1
            if line not in suspects:
                continue
            serial = cell.strip()
            if serial in seen:
                faults.add(Fault(line, heading.place + 1, "duplicate_serial", serial))
            seen.add(serial)
