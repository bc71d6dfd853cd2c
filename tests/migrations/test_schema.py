"""The migrated schema is the models' schema, to the letter of the DDL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from survey.database import downgrade, upgrade
from survey.models import Base


def ddl(url: str) -> dict[str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        ).all()
    engine.dispose()
    return {
        name: _settled(sql)
        for name, sql in rows
        if name != "alembic_version" and not name.startswith("sqlite_")
    }


def _settled(sql: str) -> str:
    """Ignore white space, the order of constraints, and the quotes that a rebuilt table gets."""
    sql = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql)
    lines = [re.sub(r"\s+", " ", line).strip().rstrip(",") for line in sql.splitlines()]
    return "\n".join(sorted(line for line in lines if line))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'migrated.sqlite'}"


def test_migrating_gives_the_same_ddl_as_the_models(url: str, tmp_path: Path) -> None:
    upgrade(url)
    modelled = f"sqlite:///{tmp_path / 'modelled.sqlite'}"
    engine = create_engine(modelled)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert ddl(url) == ddl(modelled)


def test_a_fresh_sqlite_database_is_in_write_ahead_mode(url: str) -> None:
    upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    engine.dispose()


def test_upgrading_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    before = ddl(url)
    upgrade(url)
    assert ddl(url) == before


def test_going_all_the_way_down_leaves_nothing(url: str) -> None:
    upgrade(url)
    downgrade(url, "base")
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_a_new_sqlite_file_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "nuovo.sqlite"
    upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE prova (id INTEGER)")
        assert {one.stat().st_mode & 0o077 for one in tmp_path.iterdir()} == {0}
    engine.dispose()
