"""Numbers and dates as Italian and English readers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from survey import formatting

DAY = dt.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [("it", "04/03/26", "4 marzo 2026"), ("en", "04/03/2026", "4 March 2026")],
)
def test_dates_put_the_day_first(app: Flask, language: str, short: str, long: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert formatting.date(DAY, "short") == short
        assert formatting.date(DAY) == long


@pytest.mark.parametrize(
    ("language", "number", "percent"),
    [("it", "1.234,5", "12,5\N{NO-BREAK SPACE}%"), ("en", "1,234.5", "12.5%")],
)
def test_numbers_follow_the_reader(app: Flask, language: str, number: str, percent: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert formatting.number(1234.5, 1) == number
        assert formatting.percent(0.125, 1) == percent


@pytest.mark.parametrize(
    ("value", "text"), [(3.2, "+3"), (-3.2, "−3"), (0.4, "0"), (-0.4, "0"), (None, "–")]
)
def test_a_change_carries_its_sign_unless_it_shows_as_zero(
    app: Flask, value: float | None, text: str
) -> None:
    with app.test_request_context("/?lang=it"):
        assert formatting.signed(value) == text


def test_what_is_missing_is_a_dash_never_a_zero(app: Flask) -> None:
    with app.test_request_context("/"):
        assert formatting.number(None) == formatting.percent(None) == formatting.date(None) == "–"
        assert formatting.interval(None, 3) == "–"


def test_what_rounds_to_nought_has_no_sign(app: Flask) -> None:
    with app.test_request_context("/"):
        told = [formatting.number(value, 2) for value in (-1e-9, -0.0, -0.004, -0.006)]
        assert told == ["0,00", "0,00", "0,00", "−0,01"]


def test_half_rounds_to_even(app: Flask) -> None:
    with app.test_request_context("/?lang=it"):
        assert (formatting.number(0.5), formatting.number(1.5)) == ("0", "2")
