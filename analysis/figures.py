"""Numbers as people read them: the only place of the analysis where a number is rounded."""

from functools import lru_cache
from math import isfinite
from typing import Final

_MINUS: Final = "−"


@lru_cache(maxsize=64)
def is_english(language: str) -> bool:
    """Tell whether sentences and figures come in English; every other language reads Italian."""
    return language.split("-", maxsplit=1)[0].lower() == "en"


def number(value: float, *, decimals: int = 0, language: str = "it", signed: bool = False) -> str:
    """Write a number the way the language does.

    Parameters
    ----------
    value : float
        A finite number.
    decimals : int, optional
        Digits after the comma.
    language : str, optional
        Tag such as ``it`` or ``en-GB``.
    signed : bool, optional
        Whether a positive number carries its plus sign.

    Returns
    -------
    str
        With a true minus sign, and no sign at all where the number is rounded to zero.

    Examples
    --------
    >>> number(1234.56, decimals=1), number(1234.56, decimals=1, language="en")
    ('1.234,6', '1,234.6')
    >>> number(-0.04, decimals=1), number(3, signed=True)
    ('0,0', '+3')
    """
    if not isfinite(value):
        raise ValueError(f"{value} cannot be written as a number")
    if is_english(language):
        text = f"{abs(value):,.{decimals}f}"
    else:
        # 1_234.5 on the way to 1.234,5
        text = f"{abs(value):_.{decimals}f}".replace(".", ",").replace("_", ".")
    sign = _MINUS if value < 0 else "+" if signed else ""
    return sign + text if sign and text.strip("0.,") else text


def percent(share: float, *, decimals: int = 0, language: str = "it") -> str:
    """Write a share of 1 as a percentage.

    Examples
    --------
    >>> percent(0.824), percent(0.8245, decimals=1), percent(0.8245, decimals=1, language="en")
    ('82%', '82,5%', '82.5%')
    """
    return number(100 * share, decimals=decimals, language=language) + "%"


def of_total(count: float, total: float, *, language: str = "it") -> str:
    """Write a count where a percentage would pretend a precision that is not there.

    Examples
    --------
    >>> of_total(7, 12), of_total(7, 12, language="en")
    ('7 su 12', '7 of 12')
    """
    word = "of" if is_english(language) else "su"
    return f"{number(count, language=language)} {word} {number(total, language=language)}"


def from_to(low: float, high: float, *, decimals: int = 0, language: str = "it") -> str:
    """Write an interval in words.

    Examples
    --------
    >>> from_to(67.39, 77.52, decimals=1), from_to(67.39, 77.52, language="en")
    ('da 67,4 a 77,5', 'from 67 to 78')
    """
    before, between = ("from", "to") if is_english(language) else ("da", "a")
    ends = [number(end, decimals=decimals, language=language) for end in (low, high)]
    return f"{before} {ends[0]} {between} {ends[1]}"
