"""The log when a database refuses a row: where and why, and nothing of the row."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from survey.logs import JsonFormatter
from survey.models import Wave
from tests.factories import Factory
from tests.pages import Pages

ANSWERS = {"q_hours": "4", "q_overall": "3", "q_comment": "Più sedie riconoscibili"}
REFUSED = "new row violates a check"
#: as PostgreSQL shows the row
ROW = "\nDETAIL:  Failing row contains (7, Più\nsedie)."


@pytest.mark.parametrize("table", ["response", "comment"])
def test_no_answer_reaches_the_log_when_the_database_refuses_it(
    pages: Pages, session: Session, wave: Wave, log: io.StringIO, table: str
) -> None:
    session.execute(
        text(f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")
    )
    session.commit()
    page = pages.get("collection.form", code=wave.code)
    pages.submit(page, ANSWERS, status=500)
    told = log.getvalue()
    assert "unexpected IntegrityError" in told
    assert "Traceback (most recent call last)" in told
    assert "record_response" in told  # where it happened
    for hidden in ("riconoscibili", "4.3."):
        assert hidden not in told


def test_of_a_refused_row_that_the_database_shows_nothing_is_logged() -> None:
    told = as_logged(ValueError(REFUSED + ROW), LookupError(f"(refused) {REFUSED}{ROW}"))
    assert f"ValueError: {REFUSED}\n" in told
    assert f"LookupError: (refused) {REFUSED}\n" in told
    assert told.index("ValueError:") < told.index("LookupError:")
    assert __file__ in told
    assert "sedie" not in told


def test_an_error_that_is_its_own_cause_is_logged_once() -> None:
    error = ValueError(REFUSED)
    assert as_logged(error, error).count(REFUSED) == 1


def as_logged(cause: Exception, error: Exception) -> str:
    try:
        raise error from cause
    except Exception:
        return JsonFormatter().formatException(sys.exc_info())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the product logs, as its server writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    ours = logging.getLogger("survey")
    ours.addHandler(handler)
    yield written
    ours.removeHandler(handler)


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    return wave
