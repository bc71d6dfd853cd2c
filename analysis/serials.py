"""Tell serial numbers and places apart among millions of rows without keeping the texts."""

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Rows

_PRIME = np.uint64(0x100000001B3)
#: cells alike in so many bytes are taken for the same
_HASHED = 256
_START = np.uint64(0xCBF29CE484222325)


class Serials:
    """Hashes of the serial numbers seen, with their lines (16 bytes a row)."""

    def __init__(self) -> None:
        self._hashes: list[NDArray[np.uint64]] = []
        self._lines: list[NDArray[np.int64]] = []

    def add(self, rows: Rows, column: int) -> None:
        """Note the serial numbers of some rows; empty ones do not count."""
        starts = rows.starts(column)
        ends = rows.ends[:, column].copy()
        filled = np.flatnonzero(ends > starts)
        starts, ends = _stripped(rows, starts[filled], ends[filled])
        kept = starts < ends
        self._hashes.append(_hashes(rows.raw, starts[kept], ends[kept]))
        self._lines.append(rows.lines[filled][kept])

    def repeated(self) -> set[int]:
        """Lines whose serial number seems to occur again (same hash)."""
        if not self._hashes:
            return set()
        hashes, lines = np.concatenate(self._hashes), np.concatenate(self._lines)
        order = np.argsort(hashes, kind="stable")
        same = hashes[order][1:] == hashes[order][:-1]
        twins = np.concatenate([order[1:][same], order[:-1][same]])
        return {int(line) for line in lines[twins]}


def cell_hashes(rows: Rows, column: int, at: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash the cells of some rows, blanks around them forgiven, so that equal cells are equal."""
    starts, ends = _stripped(rows, rows.starts(column)[at], rows.ends[at, column])
    return _hashes(rows.raw, starts, ends)


def _stripped(
    rows: Rows, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Forgive blanks around a serial number."""
    starts, ends = starts.copy(), ends.copy()
    while len(blank := np.flatnonzero((starts < ends) & (rows.padded[starts] == 32))):
        starts[blank] += 1
    while len(blank := np.flatnonzero((starts < ends) & (rows.padded[ends - 1] == 32))):
        ends[blank] -= 1
    return starts, ends


def _hashes(
    raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """FNV-1a of the beginning of each cell, all cells at once."""
    result = np.full(len(starts), _START, dtype=np.uint64)
    left = np.flatnonzero(starts < ends)
    place = 0
    while len(left) and place < _HASHED:
        result[left] = (result[left] ^ raw[starts[left] + place].astype(np.uint64)) * _PRIME
        place += 1
        left = left[starts[left] + place < ends[left]]
    return result
