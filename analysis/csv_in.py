"""Read answers files: a fast vectorised way for plain cells, a careful one for the rest.

A file is read in blocks that end at the end of a row, so that memory stays bounded. In a block
without quotation marks and with the right number of cells all separators are found at once and
each column is decoded by one table look-up; every cell that is not plain is looked at alone.
"""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from analysis.cells import weight_of
from analysis.columns import Rows, day_numbers, decoders
from analysis.data import Questionnaire, Responses
from analysis.faults import AnswersError, Fault, FaultList
from analysis.headings import Plan, read_plan
from analysis.kiosk_days import KioskDays, kiosk_forms
from analysis.serials import Serials, cell_hashes

__all__ = ["AnswersError", "iter_answers", "read_answers"]

Progress = Callable[[int, int], None]
_BLOCK = 4 << 20
_LONGEST_ROW = 64 << 20
_BOM = b"\xef\xbb\xbf"
_NEWLINE, _QUOTE = 10, 34
#: The reader of the standard library stops at 131,072 characters a cell; rows are bounded here.
csv.field_size_limit(2 * _LONGEST_ROW)


def read_answers(path: Path | str, questionnaire: Questionnaire) -> Responses:
    r"""Read a whole answers file.

    Parameters
    ----------
    path : Path or str
        CSV in UTF-8, with or without BOM, ``,`` or ``;``, LF or CRLF; one row a form; columns are
        question keys plus optional ``mode``, ``day``, ``serial``, ``place``, ``lang``, ``weight``.
        A cell is an option code, empty (blank), ``NS``, ``NP`` or ``?``. Forms of mode ``kiosk``
        with the same day and place are one cluster.
    questionnaire : Questionnaire
        What was asked.

    Returns
    -------
    Responses
        One row a form, in the order of the file.

    Raises
    ------
    AnswersError
        Listing every fault with line and column; nothing is returned then.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.examples import example_questionnaire
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "answers.csv"
    ...     heading = "waiting,courtesy,clarity,rooms,overall,age"
    ...     _ = path.write_text(heading + "\n4,?,,5,4,2\n", "utf-8")
    ...     read_answers(path, example_questionnaire()).ratings[:, :2].tolist()
    [[4, -4]]
    """
    chunks = list(iter_answers(path, questionnaire))
    weights = [chunk.weight for chunk in chunks if chunk.weight is not None]
    rated, profiles = len(questionnaire.rated), len(questionnaire.profiles)
    return Responses(
        questionnaire=questionnaire,
        ratings=np.vstack([np.empty((0, rated), np.int8), *(c.ratings for c in chunks)]),
        profiles=np.vstack([np.empty((0, profiles), np.int8), *(c.profiles for c in chunks)]),
        mode=np.concatenate([np.empty(0, np.int8), *(c.mode for c in chunks)]),
        cluster=np.concatenate([np.empty(0, np.int64), *(c.cluster for c in chunks)]),
        weight=np.concatenate(weights) if weights else None,
    )


def iter_answers(
    path: Path | str, questionnaire: Questionnaire, *, progress: Progress | None = None
) -> Iterator[Responses]:
    r"""Read an answers file in chunks of bounded memory.

    Chunks come as they are read: keep nothing of them unless the iteration ends without
    `AnswersError`. After the first fault no more chunks come, but the rest is still checked.

    Parameters
    ----------
    path, questionnaire
        As for `read_answers`.
    progress : callable, optional
        Called with bytes read and bytes in all.

    Yields
    ------
    Responses

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.examples import example_questionnaire
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "answers.csv"
    ...     heading = "waiting,courtesy,clarity,rooms,overall,age"
    ...     _ = path.write_text(heading + "\n4,?,,5,4,2\n", "utf-8")
    ...     [len(chunk) for chunk in iter_answers(path, example_questionnaire())]
    [1]
    """
    source = Path(path)
    size = source.stat().st_size
    faults, serials = FaultList(), Serials()
    with source.open("rb") as stream:
        first = stream.readline().removeprefix(_BOM)
        _check_bytes(first, 1)
        plan = read_plan(_first_line(first, size), questionnaire)
        reader = _Reader(plan, faults, serials)
        for block in _blocks(stream):
            chunk = reader.read(block)
            if progress is not None:
                progress(min(stream.tell(), size), size)
            if not faults.total and len(chunk):
                yield chunk
    serial = plan.used_as("serial")
    if serial is not None:
        _name_repeated(source, plan, serial.place, suspects=serials.repeated(), faults=faults)
    faults.stop()


def _first_line(first: bytes, size: int) -> str:
    line = first.decode().rstrip("\r\n")
    if not line.strip():
        raise AnswersError((Fault(0 if not size else 1, 0, "empty_file"),))
    if "\r" in line:
        raise AnswersError((Fault(1, 0, "line_ends"),))
    return line


def _check_bytes(block: bytes, line: int) -> None:
    """Refuse what cannot be text; nothing after it could be trusted."""
    nul = block.find(b"\0")
    if nul >= 0:
        raise AnswersError((Fault(line + block.count(b"\n", 0, nul), 0, "nul"),))
    if block.isascii():
        return
    try:
        block.decode()
    except UnicodeDecodeError as error:
        place = line + block.count(b"\n", 0, error.start)
        raise AnswersError((Fault(place, 0, "not_utf8"),)) from error


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end at the end of a row."""
    rest = b""
    while part := stream.read(_BLOCK):
        rest += part
        end = _last_row_end(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            # Stopping here in silence would lose the rest of the file.
            raise AnswersError((Fault(0, 0, "long_row", expected=f"{_LONGEST_ROW >> 20}"),))
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _last_row_end(block: bytes) -> int:
    """Offset after the last newline that is not inside quotation marks, or 0."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    raw = np.frombuffer(block, dtype=np.uint8)
    newlines = np.flatnonzero(raw == _NEWLINE)
    quotes = np.searchsorted(np.flatnonzero(raw == _QUOTE), newlines)
    outside = newlines[quotes % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


class _Reader:
    """Reads blocks in order, counting lines and forms."""

    def __init__(self, plan: Plan, faults: FaultList, serials: Serials) -> None:
        self._plan = plan
        self._faults = faults
        self._serials = serials
        self._decoders = decoders(plan, faults)
        self._kiosks = KioskDays()
        self._line = 2
        self._forms = 0

    def read(self, block: bytes) -> Responses:
        _check_bytes(block, self._line)
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        rows = _plain_rows(block, self._plan, self._line)
        if rows is None:
            rows = self._careful_rows(block)
        self._line += block.count(b"\n")
        return self._chunk(rows)

    def _careful_rows(self, block: bytes) -> Rows:
        """Parse by the rules of CSV, row by row, into the same shape as plain rows."""
        reader = csv.reader(
            io.StringIO(block.decode(), newline=""), delimiter=self._plan.delimiter, strict=True
        )
        lines: list[int] = []
        cells: list[bytes] = []
        width, before = self._plan.width, 0
        try:
            for row in reader:
                line, before = self._line + before, reader.line_num
                if len(row) == width or (width == 1 and not row):
                    lines.append(line)
                    cells.extend(cell.encode() for cell in row or [""])
                elif row:
                    self._faults.add(Fault(line, 0, "cells", str(len(row)), str(width)))
        except csv.Error:
            self._faults.add(Fault(self._line + before, 0, "quotes"))
        return Rows.from_cells(cells, width, np.array(lines, dtype=np.int64))

    def _chunk(self, rows: Rows) -> Responses:
        plan, size = self._plan, len(rows)
        decoded: dict[str, NDArray[np.int8]] = {
            "rating": np.empty((size, len(plan.questionnaire.rated)), dtype=np.int8),
            "profile": np.empty((size, len(plan.questionnaire.profiles)), dtype=np.int8),
        }
        mode = np.full(size, -1, dtype=np.int8)
        for heading, decoder in zip(plan.headings, self._decoders, strict=True):
            values = decoder.decode(rows, heading)
            if heading.use in decoded:
                decoded[heading.use][:, heading.target] = values
            elif heading.use == "mode":
                mode = values
        serial = plan.used_as("serial")
        if serial is not None:
            self._serials.add(rows, serial.place)
        start, self._forms = self._forms, self._forms + size
        return Responses(
            questionnaire=plan.questionnaire,
            ratings=decoded["rating"],
            profiles=decoded["profile"],
            mode=mode,
            cluster=self._clusters(rows, mode, start),
            weight=self._weights(rows),
        )

    def _clusters(self, rows: Rows, mode: NDArray[np.int8], start: int) -> NDArray[np.int64]:
        """Number the forms; those of one kiosk, place and day alike, where the days are known."""
        day, place = self._plan.used_as("day"), self._plan.used_as("place")
        at = kiosk_forms(mode)
        days = places = np.zeros(len(at), dtype=np.int64)
        if day is not None and len(at):
            days = day_numbers(rows, day.place, at)
        if place is not None and bool(days.any()):
            names, which = np.unique(cell_hashes(rows, place.place, at), return_inverse=True)
            places = self._kiosks.place_numbers(names.tolist())[which]
        return self._kiosks.clusters(start, mode, days=days, places=places)

    def _weights(self, rows: Rows) -> NDArray[np.float64] | None:
        heading = self._plan.used_as("weight")
        if heading is None:
            return None
        weights = np.ones(len(rows))
        for row in range(len(rows)):
            text = rows.text(row, heading.place)
            weight = weight_of(text)
            if weight is None:
                line = int(rows.lines[row])
                fault = Fault(line, heading.place + 1, "weight", text, heading=heading.name)
                self._faults.add(fault)
            else:
                weights[row] = weight
        return weights


def _plain_rows(block: bytes, plan: Plan, line: int) -> Rows | None:
    """Find all cells at once; None where the block needs the rules of CSV."""
    if b'"' in block:
        return None
    raw = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero((raw == ord(plan.delimiter)) | (raw == _NEWLINE))
    if len(ends) % plan.width:
        return None
    grid = ends.reshape(-1, plan.width)
    count = len(grid)
    newlines = raw[grid[:, -1]] == _NEWLINE
    if not bool(newlines.all()) or block.count(b"\n") != count:
        return None
    return Rows(raw, grid, np.arange(line, line + count))


def _name_repeated(
    source: Path, plan: Plan, place: int, *, suspects: set[int], faults: FaultList
) -> None:
    """Read the serial numbers again, only where one seems to be repeated, to name the lines."""
    if not suspects:
        return
    seen = set[str]()
    with source.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=plan.delimiter)
        before = 0
        for row in reader:
            line, before = before + 1, reader.line_num
            if line not in suspects or len(row) <= place:
                continue
            serial = row[place].strip()
            if serial in seen:
                faults.add(Fault(line, place + 1, "duplicate_serial", serial))
            seen.add(serial)
