"""The whole demonstration, loaded once for all tests of this folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.collection import clock
from survey.database import upgrade
from survey.demo.load import load


@pytest.fixture(scope="session")
def demo_day() -> dt.date:
    return clock.today()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, demo_day: dt.date) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    shares: list[float] = []
    with Session(engine) as session:
        load(session, today=demo_day, progress=shares.append)
        session.commit()
    engine.dispose()
    assert shares == sorted(shares) and shares[-1] == 1.0
    return path
