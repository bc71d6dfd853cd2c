"""Upkeep of the database itself: migrating, and SQLite's journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine

from survey.share import share


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(share("migrations")).replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision.

    A fresh SQLite file also gets its write-ahead journal here, once and before any worker
    starts: several workers switching it at the same time lock each other out.
    """
    engine = create_engine(url)
    _keep_from_others(engine.url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                connection.commit()
            with _tables_may_be_rebuilt(connection):
                config = alembic_config()
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
    finally:
        engine.dispose()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """Hold SQLite's foreign keys off up to the commit, and see that each still leads somewhere.

    SQLite changes a table by making it anew: dropping the old one would count as taking away what
    other tables point to.
    """
    if connection.dialect.name != "sqlite":
        yield
        connection.commit()
        return
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.commit()
    yield
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows point nowhere after the migration")
    connection.commit()


def _keep_from_others(url: URL) -> None:
    """Create a SQLite file that its owner alone can read; its journals take after it."""
    name = url.database
    if url.get_backend_name() == "sqlite" and name and not name.startswith((":", "file:")):
        with suppress(FileExistsError, FileNotFoundError):  # a missing folder is told on connecting
            os.close(os.open(name, os.O_CREAT | os.O_EXCL, 0o600))


def downgrade(url: str, revision: str) -> None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection, _tables_may_be_rebuilt(connection):
            config = alembic_config()
            config.attributes["connection"] = connection
            command.downgrade(config, revision)
    finally:
        engine.dispose()
