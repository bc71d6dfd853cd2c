"""The third migration meets a database that has a body, a wave and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from survey import extensions  # noqa: F401  # its listener turns foreign keys on, as in the product
from survey.database import downgrade, upgrade

BEFORE, HERE = "0002", "0003"
ROWS = (
    "INSERT INTO public_body (id, slug, name) VALUES (1, 'ente', 'Comune')",
    "INSERT INTO service (id, body_id, slug, name, first_year)"
    " VALUES (1, 1, 'anagrafe', 'Anagrafe', 2020)",
    "INSERT INTO questionnaire (id, body_id, slug, title) VALUES (1, 1, 'q', 'Q')",
    "INSERT INTO edition (id, body_id, questionnaire_id, number, document, digest, published_on)"
    " VALUES (1, 1, 1, 1, '{}', 'd', '2026-01-01')",
    "INSERT INTO wave (id, body_id, service_id, edition_id, year, code, state, opens_on, closes_on,"
    " design, handed_out, refused, void, practical_threshold) VALUES (1, 1, 1, 1, 2026, 'c',"
    " 'open', '2026-01-01', '2026-12-31', 'open_link', 9, 0, 0, 5)",
    "INSERT INTO response (id, body_id, wave_id, mode, day, language, serial, flags, marks)"
    " VALUES (1, 1, 1, 'paper', '2026-02-02', 'it', 7, '', '45')",
)
BUNDLE = (
    "INSERT INTO bundle (id, body_id, wave_id, number, opened_on, place_note, opened_by, refused,"
    " blank, second_keying, first_opener, second_opener, first_serial, last_serial, found, state,"
    " closed_on) VALUES (1, 1, 1, 1, '2026-11-20', '', 1, 0, 0, 'none', THESE)"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with rows, as the second migration left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'before.sqlite'}"
        upgrade(url, BEFORE)
    else:
        url = request.getfixturevalue("postgres_url")
        downgrade(url, BEFORE)
    with connected(url) as connection:
        for row in ROWS:
            connection.execute(text(row))
        connection.commit()
    return url


def test_a_wave_and_its_answers_come_through_the_migration(url: str) -> None:
    upgrade(url, HERE)
    with connected(url) as connection:
        wave = connection.execute(text("SELECT handed_out, corrections FROM wave")).one()
        body = connection.execute(text("SELECT bar_own_service, paper_years FROM public_body"))
        assert tuple(wave) == (9, 0)
        assert tuple(body.one()) == (False, 5)
        assert connection.scalar(text("SELECT marks FROM response")) == "45"


def test_a_wave_and_its_answers_come_through_the_way_back(url: str) -> None:
    upgrade(url, HERE)
    downgrade(url, BEFORE)
    with connected(url) as connection:
        assert connection.scalar(text("SELECT handed_out FROM wave")) == 9
        assert connection.scalar(text("SELECT marks FROM response")) == "45"


def test_the_rebuilt_tables_keep_their_checks_and_their_foreign_keys(url: str) -> None:
    upgrade(url, HERE)
    for statement in (
        "UPDATE wave SET state = 'asleep'",
        "UPDATE wave SET practical_threshold = 99",
        "UPDATE wave SET corrections = -1",
        "UPDATE public_body SET paper_years = 51",
        "UPDATE response SET wave_id = 2",
    ):
        with connected(url) as connection, pytest.raises(IntegrityError):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "values",
    [
        "'Anna', 'ANNA', NULL, NULL, 5, 'open', NULL",
        "'Uno', 'Due', 3, NULL, 5, 'open', NULL",
        "'Uno', 'Due', 4, 3, 5, 'open', NULL",
        "'Uno', 'Due', NULL, NULL, -1, 'open', NULL",
        "'Uno', 'Due', NULL, NULL, 5, 'closed', NULL",
        "'Uno', 'Due', NULL, NULL, 5, 'open', '2026-11-22'",
    ],
)
def test_the_database_refuses_a_bundle_that_cannot_be(url: str, values: str) -> None:
    upgrade(url, HERE)
    with connected(url) as connection:
        connection.execute(
            text(
                "INSERT INTO staff_member (id, email, name, password_hash, is_active,"
                " failed_sign_ins) VALUES (1, 'a@b.it', 'A', 'x', true, 0)"
            )
        )
        with pytest.raises(IntegrityError):
            connection.execute(text(BUNDLE.replace("THESE", values)))


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
