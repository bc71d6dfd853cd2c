"""Serial numbers of printed sheets, with a check digit that catches a slip of the keyer.

The check digit is Damm's: every single wrong digit and every exchange of two neighbours shows.
"""

from __future__ import annotations

#: longest serial that a sheet can carry
MAX_SERIAL = 99_999_999
#: digits that every sheet shows, so that sheets of a pile look alike
SHOWN_DIGITS = 5

#: a totally antisymmetric quasigroup of order 10 (Damm, H. M., 2004, "Total anti-symmetrische
#: Quasigruppen", Philipps-Universität Marburg); the row is the digit so far, the column the next
_STEPS = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _check(digits: str) -> int:
    """Walk the digits through the table; leading zeros do not move it."""
    interim = 0
    for digit in digits:
        interim = _STEPS[interim][int(digit)]
    return interim


def format_serial(serial: int) -> str:
    """Write a serial number as it is printed: ``00017-4``, check digit last."""
    if not 1 <= serial <= MAX_SERIAL:
        raise ValueError(f"{serial} is not a serial number")
    return f"{serial:0{SHOWN_DIGITS}d}-{_check(str(serial))}"


def parse_serial(text: str) -> int:
    """Read what a keyer typed: dash, spaces and leading zeros may be left out, the check digit not.

    Raises
    ------
    ValueError
        If it is not a serial number, or the check digit says that a digit is wrong.
    """
    digits = "".join(text.split()).replace("-", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) >= 2):
        raise ValueError(f"{text!r} is not a serial number")
    serial = int(digits[:-1]) if len(digits) <= 20 else 0
    if not 1 <= serial <= MAX_SERIAL or _check(digits) != 0:
        raise ValueError(f"{text!r} is not a serial number")
    return serial
