"""Two people who prepare the wave of one service and year in the same moment, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.authoring.actions import create_wave
from survey.authoring.refusals import WaveExists
from survey.database import upgrade
from survey.errors import SurveyError
from survey.models import AuditEntry, Edition, Service, StaffMember, Wave
from tests.factories import Factory

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
LATE = 60


def prepare(session: Session, ids: dict[str, int]) -> None:
    create_wave(
        session,
        session.get_one(Service, ids["service"]),
        session.get_one(Edition, ids["edition"]),
        by=session.get_one(StaffMember, ids["by"]),
        year=2026,
        opens_on=FIRST,
        closes_on=LAST,
    )


def test_second_wave_of_the_year_is_refused_in_words(url: str, ids: dict[str, int]) -> None:
    engine = create_engine(url)
    refusals: list[SurveyError] = []

    def late() -> None:
        with Session(engine) as session:
            try:
                prepare(session, ids)
            except SurveyError as refusal:
                refusals.append(refusal)
                # what else the request does goes on
                assert session.scalar(select(func.count()).select_from(Service)) == 1
            session.commit()

    with Session(engine) as early:
        prepare(early, ids)
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive(), "it stands in line for the service"
        early.commit()
        thread.join(timeout=LATE)
        assert [type(refusal) for refusal in refusals] == [WaveExists]
        assert "2026" in str(refusals[0])
        assert early.scalar(select(func.count()).select_from(Wave)) == 1
        assert early.scalar(select(func.count()).select_from(AuditEntry)) == 1
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'waves.sqlite'}"
        upgrade(url)
        return url
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ids(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with Session(engine) as session:
        make = Factory(session)
        made = {
            "service": make.service().id,
            "edition": make.edition().id,
            "by": make.staff_member().id,
        }
        session.commit()
    engine.dispose()
    return made
