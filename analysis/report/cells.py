"""Numbers of the results document as they stand in the cells of a table."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.table import say
from analysis.figures import from_to, is_english, number
from analysis.reasons import why
from analysis.report.html import EMPTY

Json = Mapping[str, Any]
NOTHING = EMPTY


def two(language: str) -> str:
    """Key of the language in a text of the document."""
    return "en" if is_english(language) else "it"


def plain(value: float | None, language: str, *, decimals: int = 0, signed: bool = False) -> str:
    """Write a number, or a dash."""
    if value is None:
        return NOTHING
    return number(value, decimals=decimals, language=language, signed=signed)


def per_cent(value: float | None, language: str, *, decimals: int = 0) -> str:
    """Write a number of 0-100 as a percentage, or a dash."""
    if value is None:
        return NOTHING
    return plain(value, language, decimals=decimals) + "%"


def chance(value: float | None, language: str) -> str:
    """Write a p-value; a small one by its bound.

    Examples
    --------
    >>> chance(0.0004, "it"), chance(0.0312, "en")
    ('< 0,001', '0.031')
    """
    if value is None:
        return NOTHING
    if value < 0.001:
        return "< " + number(0.001, decimals=3, language=language)
    return number(value, decimals=3, language=language)


def with_ends(
    found: Json, language: str, *, decimals: int, signed: bool = False, value: str = "value"
) -> str:
    """Write a value and its interval in brackets, as far as they are known.

    Examples
    --------
    >>> with_ends({"value": -7.6, "lower": -12.1, "upper": -3.0}, "it", decimals=0, signed=True)
    '−8 (da −12 a −3)'
    """
    shown = plain(found[value], language, decimals=decimals, signed=signed)
    if found[value] is None or found["lower"] is None or found["upper"] is None:
        return shown
    ends = [number(found[end], decimals=decimals, language=language, signed=signed)
            for end in ("lower", "upper")]  # fmt: skip
    if not signed:
        said = from_to(found["lower"], found["upper"], decimals=decimals, language=language)
        return f"{shown} ({said})"
    words = say("da {} a {}", "from {} to {}", language=language)
    return f"{shown} ({words.format(*ends)})"


def or_why(shown: str, reason: str | None, language: str, *, part: str = "") -> str:
    """Write a figure, or in its place why there is none."""
    return why(reason, language, part=part) if shown == NOTHING and reason else shown


def words_of(block: Json | None, language: str) -> list[str]:
    """Sentences of a part."""
    return [] if block is None else list(block["words"][two(language)])
