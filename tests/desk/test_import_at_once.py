"""Files imported on both databases, and the same file by two people in the same moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.database import upgrade
from survey.desk.imports.actions import Upload, import_answers
from survey.desk.imports.counts import CountsWave, import_counts
from survey.desk.imports.reading import Defaults
from survey.desk.imports.refusals import ImportedBefore, WaveTakesNoFile, YearTaken
from survey.errors import SurveyError
from survey.models import (
    AuditEntry,
    Comment,
    Edition,
    ImportedFile,
    Response,
    Service,
    Wave,
    WaveState,
    WaveTally,
)
from tests.factories import TODAY, Factory, small_document

ROWS = 12_000  # more than are written at a time
ANSWERS = (
    "mode,day,hours,courtesy,overall,age,comment\n"
    + "web,2026-03-31,4,3,4,1,«Però» 𝒳\n"
    + "phone,2026-04-01,1,NS,2,,\n" * (ROWS - 1)
).encode()
COUNTS = b"item;code;n\nhours;1;10\nhours;4;40\ncourtesy;1;20\ncourtesy;4;30\n"
Deed = Callable[[Session], object]


def bring_answers(session: Session) -> None:
    upload = Upload(ANSWERS, Defaults(language="it"))
    wave = session.scalars(select(Wave)).one()
    import_answers(session, wave, upload, by=None, today=TODAY)


def bring_counts(session: Session) -> None:
    service, edition = session.scalars(select(Service)).one(), session.scalars(select(Edition))
    wanted = CountsWave(service, edition.one(), 2019, dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    import_counts(session, wanted, COUNTS, by=None)


def test_file_of_answers_comes_in_whole_and_only_once(url: str) -> None:
    assert Alone(url, bring_answers).outcome() is None
    again = Alone(url, bring_answers).outcome()
    assert isinstance(again, ImportedBefore)
    assert str(again.details["forms"]) == str(ROWS)
    assert stored(url, Response, Comment, ImportedFile, AuditEntry) == [ROWS, 1, 1, 1]


def test_of_two_imports_of_a_file_in_the_same_moment_the_second_waits_and_is_refused(
    url: str,
) -> None:
    engine = create_engine(url)
    with Session(engine) as first:
        bring_answers(first)
        second = Alone(url, bring_answers)
        assert second.waits()
        first.commit()
        assert isinstance(second.outcome(), ImportedBefore)
    engine.dispose()
    assert stored(url, Response, Comment, ImportedFile, AuditEntry) == [ROWS, 1, 1, 1]


def test_import_that_is_given_up_leaves_the_way_to_who_waited(url: str) -> None:
    engine = create_engine(url)
    with Session(engine) as first:
        bring_answers(first)
        second = Alone(url, bring_answers)
        assert second.waits()
        first.rollback()
        assert second.outcome() is None
    engine.dispose()
    assert stored(url, Response, Comment, ImportedFile, AuditEntry) == [ROWS, 1, 1, 1]


def test_wave_published_while_a_file_is_read_takes_it_no_more_and_says_so(url: str) -> None:
    engine = create_engine(url)

    def publish(_done: int, _total: int) -> None:
        with Session(engine) as other:
            other.scalars(select(Wave)).one().state = WaveState.PUBLISHED
            other.commit()

    with Session(engine) as session:
        wave, upload = session.scalars(select(Wave)).one(), Upload(ANSWERS, Defaults(language="it"))
        with pytest.raises(WaveTakesNoFile):
            import_answers(session, wave, upload, by=None, today=TODAY, progress=publish)
        session.rollback()
    engine.dispose()
    assert stored(url, Response, ImportedFile, AuditEntry) == [0, 0, 0]


def test_file_of_counts_comes_in_once(url: str) -> None:
    assert Alone(url, bring_counts).outcome() is None
    assert isinstance(Alone(url, bring_counts).outcome(), YearTaken)
    assert stored(url, Wave, WaveTally, AuditEntry) == [2, 1, 1]


def test_of_two_imports_of_counts_in_the_same_moment_the_second_waits_and_is_refused(
    url: str,
) -> None:
    engine = create_engine(url)
    with Session(engine) as first:
        bring_counts(first)
        second = Alone(url, bring_counts)
        assert second.waits()
        first.commit()
        assert isinstance(second.outcome(), YearTaken)
    engine.dispose()
    assert stored(url, Wave, WaveTally, AuditEntry) == [2, 1, 1]


class Alone:
    """An import in a thread and a session of its own."""

    def __init__(self, url: str, deed: Deed) -> None:
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=(url, deed))
        self.thread.start()

    def _run(self, url: str, deed: Deed) -> None:
        engine = create_engine(url)
        try:
            with Session(engine) as session:
                deed(session)
                session.commit()
        except Exception as error:
            self.error = error
        finally:
            engine.dispose()

    def waits(self) -> bool:
        self.thread.join(timeout=3)
        return self.thread.is_alive()

    def outcome(self) -> SurveyError | None:
        self.thread.join(timeout=60)
        assert not self.thread.is_alive()
        if self.error is not None and not isinstance(self.error, SurveyError):
            raise self.error
        return self.error


def stored(url: str, *kinds: type) -> list[int]:
    engine = create_engine(url)
    with Session(engine) as session:
        found = [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]
    engine.dispose()
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with one open wave and no answer."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
        upgrade(url)
    else:
        url = str(request.getfixturevalue("postgres_url"))
    engine = create_engine(url)
    with Session(engine) as session:
        make = Factory(session)
        make.wave(None, make.edition(small_document()))
        session.commit()
    engine.dispose()
    return url
