"""Rows of an answers file as offsets into its bytes, and the decoding of whole columns."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.cells import (
    ODD,
    Verdict,
    check_day,
    check_mode,
    checker,
    code_table,
    coded,
    fault_at,
    mode_cells,
)
from analysis.faults import FaultList
from analysis.headings import Heading, Plan

_LONGEST_WORD = 8
_DIGITS, _DASHES = [0, 1, 2, 3, 5, 6, 8, 9], [4, 7]
_POWERS = 10 ** np.arange(7, -1, -1)


@dataclass(frozen=True)
class Rows:
    """Cells of some rows, not yet decoded.

    Attributes
    ----------
    raw : ndarray of uint8
        The bytes; a separator or a newline follows each cell.
    ends : ndarray of int64, shape (rows, columns)
        Place of the byte after each cell.
    lines : ndarray of int64, shape (rows,)
        Line of the file where each row starts.
    """

    raw: NDArray[np.uint8]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]

    @classmethod
    def from_cells(cls, cells: list[bytes], width: int, lines: NDArray[np.int64]) -> "Rows":
        """Lay cells out one after the other."""
        lengths = np.array([len(cell) + 1 for cell in cells], dtype=np.int64)
        raw = np.frombuffer(b"".join(cell + b"\n" for cell in cells), dtype=np.uint8)
        return cls(raw, (np.cumsum(lengths) - 1).reshape(-1, width), lines)

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def padded(self) -> NDArray[np.uint8]:
        """The bytes with room to look past the last cell."""
        return np.concatenate([self.raw, np.zeros(_LONGEST_WORD, dtype=np.uint8)])

    def starts(self, column: int) -> NDArray[np.int64]:
        """Place of the first byte of each cell of a column."""
        if column:
            return self.ends[:, column - 1] + 1
        return np.concatenate([[0], self.ends[:-1, -1] + 1])[: len(self)]

    def text(self, row: int, column: int) -> str:
        """One cell as text."""
        if column:
            start = self.ends[row, column - 1] + 1
        else:
            start = self.ends[row - 1, -1] + 1 if row else 0
        return self.raw[start : self.ends[row, column]].tobytes().decode()


class Decoder:
    """Decodes one column: plain cells by table, the others one by one, remembering each answer."""

    def __init__(
        self, faults: FaultList, check: Callable[[str], Verdict], *, accepted: dict[str, int]
    ) -> None:
        self._faults = faults
        self._check = check
        self._known: dict[str, Verdict] = {}
        self._table = code_table(accepted)
        self._words = {text: code for text, code in accepted.items() if len(text) > 2}

    def decode(self, rows: Rows, heading: Heading) -> NDArray[np.int8]:
        """Codes of a column; a faulty cell is noted, and is 0 in the codes nobody will use."""
        values = self._plain(rows, heading.place)
        for row in np.flatnonzero(values == ODD).tolist():
            text = rows.text(row, heading.place)
            verdict = self._known.get(text)
            if verdict is None:
                verdict = self._check(text)
                if len(self._known) < 100_000:
                    self._known[text] = verdict
            if isinstance(verdict, tuple):
                line, column = int(rows.lines[row]), heading.place + 1
                fault = fault_at(line, column, verdict, value=text, heading=heading.name)
                self._faults.add(fault)
                verdict = 0
            values[row] = verdict
        return values

    def _plain(self, rows: Rows, column: int) -> NDArray[np.int8]:
        starts = rows.starts(column)
        lengths = rows.ends[:, column] - starts
        first = np.where(lengths > 0, rows.padded[starts], 0).astype(np.int32)
        second = np.where(lengths > 1, rows.padded[starts + 1], 0).astype(np.int32)
        values = self._table[first + (second << 8)]
        values[lengths > 2] = ODD
        for word, code in self._words.items():
            values[_equal_to(word, rows, starts, lengths)] = code
        return values


def _equal_to(
    word: str, rows: Rows, starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    raw = word.encode()
    found = np.flatnonzero(lengths == len(raw))
    for place, byte in enumerate(raw):
        found = found[rows.padded[starts[found] + place] == byte]
    return found


class _Days(Decoder):
    """A column of days: each distinct day is judged once."""

    def _plain(self, rows: Rows, column: int) -> NDArray[np.int8]:
        numbers, place = np.unique(_plain_days(rows, column), return_inverse=True)
        days = [f"{n // 10_000:04}-{n // 100 % 100:02}-{n % 100:02}" for n in numbers.tolist()]
        odd = [bool(n) and check_day(day) != 0 for n, day in zip(numbers, days, strict=True)]
        return np.where(odd, ODD, 0).astype(np.int8)[place]


def day_numbers(rows: Rows, column: int, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Write the days of some rows as YYYYMMDD, 0 where the cell is empty or faulty."""
    numbers = _plain_days(rows, column, at)
    for place in np.flatnonzero(numbers < 0).tolist():
        text = rows.text(int(at[place]), column).strip()
        numbers[place] = int(text.replace("-", "")) if text and check_day(text) == 0 else 0
    return numbers


def _plain_days(
    rows: Rows, column: int, at: NDArray[np.int64] | slice = slice(None)
) -> NDArray[np.int64]:
    """YYYYMMDD of cells of that shape, 0 for empty ones, -1 for what must be looked at."""
    starts = rows.starts(column)[at]
    lengths = rows.ends[at, column] - starts
    numbers = np.where(lengths == 0, 0, -1)
    full = np.flatnonzero(lengths == 10)
    cells = rows.raw[starts[full, np.newaxis] + np.arange(10)]
    digits = cells[:, _DIGITS] - np.uint8(ord("0"))  # anything else wraps around to above 9
    dashes = (cells[:, _DASHES] == ord("-")).all(axis=1)
    fine = (digits <= 9).all(axis=1) & dashes
    numbers[full[fine]] = digits[fine] @ _POWERS
    return numbers


class _Skip(Decoder):
    """A column whose cells may hold anything."""

    def __init__(self, faults: FaultList) -> None:
        super().__init__(faults, lambda _text: 0, accepted={})

    def decode(self, rows: Rows, heading: Heading) -> NDArray[np.int8]:
        return np.zeros(len(rows), dtype=np.int8)


def decoders(plan: Plan, faults: FaultList) -> list[Decoder]:
    """One decoder for each column of a file."""
    return [_decoder(heading, faults) for heading in plan.headings]


def _decoder(heading: Heading, faults: FaultList) -> Decoder:
    if heading.use == "mode":
        return Decoder(faults, check_mode, accepted=mode_cells())
    if heading.use == "day":
        return _Days(faults, check_day, accepted={"": 0})
    if heading.column is None or heading.use == "skip":
        return _Skip(faults)
    accepted = {} if heading.column.kind == "number" else coded(heading.column)
    return Decoder(faults, checker(heading.column), accepted=accepted)
