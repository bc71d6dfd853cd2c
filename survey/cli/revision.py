"""Whether a database is at the revision of this program."""

from __future__ import annotations

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from survey.database import alembic_config


def revisions(url: str) -> tuple[str | None, str | None]:
    """Return the revision of a database, None when it has none, and the newest known."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not _exists(address.database):
        return None, head
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), head
    finally:
        engine.dispose()


def require_current(url: str) -> None:
    found, head = revisions(url)
    if found != head:
        raise click.ClickException(
            f"Il database è alla revisione {found or 'zero'} e il programma chiede la {head}: "
            "esegui `survey db upgrade`."
        )


def _exists(path: str | None) -> bool:
    """Tell whether the file is there: connecting would create it, empty."""
    from pathlib import Path

    return bool(path) and Path(str(path)).is_file()
