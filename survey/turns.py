"""The turn to write into SQLite, where only one can write at a time."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

_TURN = threading.Lock()


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
    line = os.open(f"{database}-turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield
    finally:
        os.close(line)  # which gives the turn back, also when the process is killed
