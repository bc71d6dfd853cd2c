"""The turn to write into SQLite, where only one can write at a time."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)

_TURN = threading.Lock()
_told: set[int | None] = set()


@contextmanager
def in_turn(session: Session) -> Iterator[None]:
    """Hold the turn to write; what is written commits within. Other databases need no turns.

    SQLite's writers ask again and again, each time after a longer pause, until they find it free:
    the disk lies idle and the unlucky wait for long. Here they stand in line: the threads of a
    process behind one another, the processes of a machine behind a lock on a file beside the
    database. Who writes without it is still kept apart by SQLite itself.
    """
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        yield
        return
    with _TURN, _line(engine.url.database):
        yield


@contextmanager
def _line(database: str | None) -> Iterator[None]:
    if not database or database.startswith((":", "file:")):  # in memory: one process alone
        yield
        return
    line = _stand_in_line(f"{os.path.realpath(database)}-turn")  # one file, whatever its names
    try:
        yield
    finally:
        if line is not None:
            os.close(line)  # which gives the turn back, also when the process is killed


def _stand_in_line(name: str) -> int | None:
    """Wait for the turn; None where no line can be kept: the answer is written all the same.

    The file may be somebody else's (a server once started by root leaves one), the folder closed
    to new files, the disk of a kind that knows no locks.
    """
    try:
        line = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        _tell(error)
        return None
    try:
        fcntl.flock(line, fcntl.LOCK_EX)
    except OSError as error:
        os.close(line)
        _tell(error)
        return None
    return line


def _tell(error: OSError) -> None:
    if error.errno not in _told:  # once a process: not a line for each answer
        _told.add(error.errno)
        logger.warning("no line of writers beside the database: %s", error.strerror)
