"""Breaks, imported files and waves of counts: each migration meets a database with rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from survey import extensions  # noqa: F401  # its listener turns foreign keys on, as in the product
from survey.database import downgrade, upgrade
from tests.migrations.test_paper_desk import ROWS

BEFORE, BREAKS, FILES, COUNTS, FORMS = "0003", "0004", "0005", "0006", "0007"
MEMBER = (
    "INSERT INTO staff_member (id, email, name, password_hash, is_active, failed_sign_ins)"
    " VALUES (1, 'a@b.it', 'A', 'x', true, 0)"
)
TALLY = "INSERT INTO wave_tally (wave_id, body_id, responses, payload) VALUES (1, 1, 1, 'abc')"
BREAK = (
    "INSERT INTO series_break (id, body_id, service_id, year, reason, recorded_by, recorded_on)"
    " VALUES (ID, 1, 1, YEAR, REASON, 1, '2026-11-22')"
)
FILE = (
    "INSERT INTO imported_file (id, body_id, wave_id, digest, forms, imported_on, imported_by)"
    " VALUES (ID, 1, WAVE, 'd', FORMS, '2026-11-22', NULL)"
)


@pytest.mark.parametrize("revision", [BREAKS, FILES, COUNTS, FORMS])
def test_wave_its_answers_and_its_tally_come_through_and_back(url: str, revision: str) -> None:
    before = told(url)
    upgrade(url, revision)
    assert told(url) == before
    downgrade(url, BEFORE)
    assert told(url) == before


def test_break_of_a_series_holds_to_its_service_its_year_and_its_reason(url: str) -> None:
    upgrade(url, BREAKS)
    run(url, fill(BREAK, ID=1, YEAR=2026, REASON="'Sportello unico'"))
    for wrong in (
        fill(BREAK, ID=2, YEAR=2026, REASON="'Un altro'"),
        fill(BREAK, ID=2, YEAR=1900, REASON="'Presto'"),
        fill(BREAK, ID=2, YEAR=2027, REASON="'  '"),
        "UPDATE series_break SET service_id = 9",
    ):
        with pytest.raises(IntegrityError):
            run(url, wrong)
    downgrade(url, BEFORE)
    assert "series_break" not in tables(url)


def test_imported_file_is_known_once_to_its_wave(url: str) -> None:
    upgrade(url, FILES)
    run(url, fill(FILE, ID=1, WAVE=1, FORMS=2))
    for wrong in (
        fill(FILE, ID=2, WAVE=1, FORMS=2),
        fill(FILE, ID=2, WAVE=9, FORMS=2),
        "UPDATE imported_file SET forms = 0",
        "UPDATE imported_file SET imported_by = 9",
    ):
        with pytest.raises(IntegrityError):
            run(url, wrong)
    downgrade(url, BREAKS)
    assert "imported_file" not in tables(url)


def test_tally_that_is_there_was_counted_from_answers(url: str) -> None:
    upgrade(url, COUNTS)
    with connected(url) as connection:
        rows = connection.execute(text("SELECT wave_id, responses, counts_only FROM wave_tally"))
        assert [tuple(row) for row in rows] == [(1, 1, False)]


def test_rebuilt_tallies_keep_their_key_and_always_say_where_they_come_from(url: str) -> None:
    upgrade(url, COUNTS)
    for wrong in (
        "UPDATE wave_tally SET counts_only = NULL",
        "UPDATE wave_tally SET wave_id = 9",
        "INSERT INTO wave_tally (wave_id, body_id, responses, payload, counts_only)"
        " VALUES (1, 1, 1, 'x', false)",
    ):
        with pytest.raises(IntegrityError):
            run(url, wrong)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with a wave, an answer and a tally, as the third migration left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'before.sqlite'}"
        upgrade(url, "0002")
    else:
        url = str(request.getfixturevalue("postgres_url"))
        downgrade(url, "0002")
    for row in (*ROWS, MEMBER, TALLY):
        run(url, row)
    upgrade(url, BEFORE)
    return url


def fill(statement: str, **values: object) -> str:
    for name, value in values.items():
        statement = statement.replace(name, str(value), 1)
    return statement


def run(url: str, statement: str) -> None:
    with connected(url) as connection:
        connection.execute(text(statement))
        connection.commit()


def told(url: str) -> list[tuple[object, ...]]:
    with connected(url) as connection:
        rows = connection.execute(
            text(
                "SELECT wave.code, wave.corrections, response.marks, wave_tally.responses,"
                " wave_tally.payload FROM wave JOIN response ON response.wave_id = wave.id"
                " JOIN wave_tally ON wave_tally.wave_id = wave.id"
            )
        )
        found = [tuple(row) for row in rows]
    assert len(found) == 1
    return found


def tables(url: str) -> list[str]:
    with connected(url) as connection:
        return inspect(connection).get_table_names()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
