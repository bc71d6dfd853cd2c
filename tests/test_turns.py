"""The turn to write into SQLite: one at a time, in line, and free again whatever happens."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from survey import turns
from survey.turns import in_turn

#: long enough for a thread to take a free turn, and short for a test
A_MOMENT, LONG = 0.2, 10


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "turns.sqlite"


@contextmanager
def working_on(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def take(url: str, taken: threading.Event) -> None:
    with working_on(url) as session, in_turn(session):
        taken.set()


def test_a_writer_waits_for_another_process(database: Path) -> None:
    taken = threading.Event()
    other = os.open(f"{database}-turn", os.O_CREAT | os.O_RDWR)  # as another process would hold it
    fcntl.flock(other, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(take, f"sqlite:///{database}", taken)
        assert not taken.wait(A_MOMENT)
        os.close(other)
        assert taken.wait(LONG)
        done.result(LONG)


def test_a_writer_waits_for_another_thread(database: Path) -> None:
    taken = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with working_on(f"sqlite:///{database}") as session, in_turn(session):
            done = pool.submit(take, f"sqlite:///{database}", taken)
            assert not taken.wait(A_MOMENT)
        assert taken.wait(LONG)
        done.result(LONG)


def test_an_error_gives_the_turn_back(database: Path) -> None:
    with working_on(f"sqlite:///{database}") as session:
        with pytest.raises(LookupError), in_turn(session):
            raise LookupError
        taken = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(take, f"sqlite:///{database}", taken).result(LONG)
        assert taken.is_set()


def test_the_file_of_the_line_belongs_to_its_owner_alone(database: Path) -> None:
    with working_on(f"sqlite:///{database}") as session, in_turn(session):
        line = Path(f"{database}-turn")
        assert line.stat().st_mode & 0o777 == 0o600


def test_two_names_of_a_database_are_one_line(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "link.sqlite"
    other.symlink_to(database)
    with working_on(f"sqlite:///{other}") as session, in_turn(session):
        assert [path.name for path in tmp_path.glob("*-turn")] == [f"{database.name}-turn"]


def test_where_no_line_can_be_kept_it_is_written_all_the_same(
    database: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_told", set())
    Path(f"{database}-turn").mkdir()  # as unusable as the file of another user, for root too
    with working_on(f"sqlite:///{database}") as session:
        for _ in range(3):
            with in_turn(session):
                session.execute(text("CREATE TABLE IF NOT EXISTS answer (id INTEGER)"))
                session.commit()
    assert [record.message for record in caplog.records] == [
        "no line of writers beside the database: Is a directory"
    ]


def test_a_disk_without_locks_is_written_to_all_the_same(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int, _deed: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    before = set(Path("/proc/self/fd").iterdir())
    with working_on(f"sqlite:///{database}") as session, in_turn(session):
        assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_leaves_no_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with working_on(url) as session, in_turn(session):
        assert list(tmp_path.iterdir()) == []


def test_a_database_that_needs_no_turns_is_not_kept_waiting(tmp_path: Path) -> None:
    taken = threading.Event()
    here, there = f"sqlite:///{tmp_path / 'turns.sqlite'}", "postgresql+psycopg://nobody@here/none"
    with working_on(here) as session, in_turn(session), ThreadPoolExecutor(1) as pool:
        pool.submit(take, there, taken).result(LONG)
    assert taken.is_set()
