"""Numbers, dates and intervals as the reader writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, gettext

#: shown where there is no number; the reason stands beside it
NO_NUMBER = "–"


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with that many decimals, rounding half to even only here."""
    if value is None:
        return NO_NUMBER
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = str(format_decimal(value, format=pattern, locale=_reader()))
    return text.replace("-", "−") if _is_seen(text) else text.lstrip("-")


def signed(value: float | None, decimals: int = 0) -> str:
    """Write a change with its sign: +3, −2, 0."""
    if value is None:
        return NO_NUMBER
    text = number(abs(value), decimals)
    if not _is_seen(text):
        return text
    return ("+" if value > 0 else "−") + text


def percent(share: float | None, decimals: int = 0) -> str:
    """Write a share 0..1 as a percentage."""
    if share is None:
        return NO_NUMBER
    gap = "" if _reader().language == "en" else "\N{NO-BREAK SPACE}"
    return f"{number(share * 100, decimals)}{gap}%"


def interval(low: float | None, high: float | None, decimals: int = 0) -> str:
    if low is None or high is None:
        return NO_NUMBER
    ends = {"low": number(low, decimals), "high": number(high, decimals)}
    return str(gettext("da %(low)s a %(high)s", **ends))


def date(day: dt.date | None, style: str = "long") -> str:
    if day is None:
        return NO_NUMBER
    return str(format_date(day, format=style, locale=_reader()))


def _reader() -> Locale:
    """Return whose habits to follow: English is that of Europe, where the month is no first word.

    Outside a request, as in a command, the reader is Italian.
    """
    locale = get_locale()
    if locale is None:
        return Locale("it")
    return Locale("en", "GB") if locale.language == "en" else locale


def init_formatting(app: Flask) -> None:
    filters: dict[str, Any] = {
        "number": number,
        "signed": signed,
        "percent": percent,
        "date": date,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["interval"] = interval


def _is_seen(text: str) -> bool:
    """Tell whether anything but noughts is left of a number after rounding: nought has no sign."""
    return any(digit in text for digit in "123456789")
