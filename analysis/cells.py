"""Turn the cells of one column of an answers file into numbers, or into a fault."""

import datetime
import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.data import MODE_NOT_STATED, MODES, Status
from analysis.faults import Fault
from analysis.form import Column

#: A code no cell can have: look at it slowly.
ODD = -128
_STATUS_CELLS = {"": Status.BLANK, "NS": Status.DK, "NP": Status.NA, "?": Status.INVALID}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What a checker says of one cell: a whole number, or the kind of fault and what is allowed.
Verdict = int | tuple[str, str]


def coded(column: Column) -> dict[str, int]:
    """Every cell that a coded question accepts, with its code or status."""
    accepted = {
        text: int(status) for text, status in _STATUS_CELLS.items() if status in column.statuses
    }
    return accepted | {str(code): code for code in column.codes}


def mode_cells() -> dict[str, int]:
    """Every cell of the column ``mode``; empty means not stated."""
    return {name: place for place, name in enumerate(MODES)} | {"": MODE_NOT_STATED}


def code_table(accepted: dict[str, int]) -> NDArray[np.int8]:
    """Answer for each cell of at most two bytes: ``table[first + 256 * second]``, or `ODD`."""
    table = np.full(65_536, ODD, dtype=np.int8)
    for text, code in accepted.items():
        raw = text.encode()
        if len(raw) <= 2:
            table[sum(byte << (8 * place) for place, byte in enumerate(raw))] = code
    return table


def checker(column: Column) -> Callable[[str], Verdict]:
    """Return the slow, careful reading of one cell of `column`, blanks around it forgiven."""
    if column.kind == "number":
        return lambda text: _number(text.strip(), column)
    accepted = coded(column)
    allowed = ", ".join(name for name in accepted if name)
    if column.kind == "multiple_choice":
        return lambda text: _several(text.strip(), accepted, allowed)
    return lambda text: accepted.get(text.strip(), ("unknown_code", allowed))


def _number(text: str, column: Column) -> Verdict:
    status = _STATUS_CELLS.get(text)
    if status is not None and status in column.statuses:
        return int(status)
    low, high = column.bounds or (0, 0)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return ("unknown_code", f"{low}-{high}")
    return 0 if low <= int(text) <= high else ("out_of_range", f"{low}-{high}")


def _several(text: str, accepted: dict[str, int], allowed: str) -> Verdict:
    if text in accepted:
        return 0
    parts = text.split("|")
    fine = all(accepted.get(part, -1) >= 0 for part in parts) and len(set(parts)) == len(parts)
    return 0 if fine else ("unknown_code", allowed)


def check_mode(text: str) -> Verdict:
    """Read a response mode."""
    return mode_cells().get(text.strip(), ("mode", ", ".join(MODES)))


def check_day(text: str) -> Verdict:
    """Accept an empty cell or an ISO date."""
    stripped = text.strip()
    if not stripped:
        return 0
    if not _DAY.fullmatch(stripped):
        return ("day", "")
    try:
        datetime.date.fromisoformat(stripped)
    except ValueError:
        return ("day", "")
    return 0


def weight_of(text: str) -> float | None:
    """Read a positive weight with point or comma, or None."""
    plain = text.strip().replace(",", ".")
    if not plain.isascii() or "_" in plain:
        return None  # Python would read them as a number
    try:
        weight = float(plain)
    except ValueError:
        return None
    return weight if math.isfinite(weight) and weight > 0 else None


def fault_at(
    line: int, column: int, verdict: tuple[str, str], *, value: str, heading: str
) -> Fault:
    """Place the verdict of a checker in the file."""
    return Fault(line, column, verdict[0], value, verdict[1], heading)
