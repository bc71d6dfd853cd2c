"""The boxes of the demonstration: every sheet in one, all in balance but the one at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.demo import town
from survey.demo.paper import LEFT
from survey.desk.bundle_queries import wave_bundles
from survey.models import BundleState, Keying, Response, Wave, WaveState


def test_every_paper_form_of_the_running_year_lies_in_a_bundle(loaded: Session) -> None:
    keyed = select(Keying.wave_id, Keying.serial, Keying.marks)
    stored = select(Response.wave_id, Response.serial, Response.marks).join(Response.wave)
    stored = stored.where(Wave.state == WaveState.OPEN, Response.serial.is_not(None))
    rows = {tuple(row) for row in loaded.execute(stored)}
    assert rows and {tuple(row) for row in loaded.execute(keyed)} == rows


def test_one_bundle_is_at_work_and_the_others_are_sealed_in_balance(loaded: Session) -> None:
    rows = [row for wave in waves(loaded) for row in wave_bundles(loaded, wave)]
    at_work = [row for row in rows if row.bundle.state is BundleState.OPEN]
    assert [row.balance.left for row in at_work] == [LEFT]
    assert [row.balance.void for row in at_work] == [1]
    assert at_work[0].bundle.wave.service.slug == town.AT_WORK
    assert all(row.balance.is_even for row in rows if row not in at_work)


def test_no_box_gives_back_more_than_was_given_out(loaded: Session) -> None:
    for wave in waves(loaded):
        for row in wave_bundles(loaded, wave):
            assert row.balance.missing is not None and row.balance.missing >= 0


def waves(session: Session) -> list[Wave]:
    return list(session.scalars(select(Wave).where(Wave.state == WaveState.OPEN)))


@pytest.fixture
def loaded(demo_file: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{demo_file}")
    with Session(engine) as session:
        yield session
    engine.dispose()
