"""Two people at one bundle in the same moment, on both databases."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.desk import bundle_queries, bundles
from survey.desk.actions import Sheet, key_sheet
from survey.desk.bundles import Counts, Opening, Sealing, SetAside
from survey.desk.rules import BundleClosed
from survey.errors import SurveyError
from survey.models import Bundle, Response, Role, StaffMember, VoidReason, Wave
from survey.questionnaire.kinds import Answer
from tests.factories import TODAY, Factory

SEALING = Sealing("A-17", "Archivio", dt.date(2031, 11, 22), "prova")
ANSWERS = {"hours": Answer.valid(3), "courtesy": Answer.valid(2), "overall": Answer.valid(4)}
Deed = Callable[[Session, Bundle, StaffMember], object]


def close(session: Session, bundle: Bundle, by: StaffMember) -> None:
    bundles.close_bundle(session, bundle, SEALING, by=by, today=TODAY)


def key(serial: int) -> Deed:
    def deed(session: Session, bundle: Bundle, by: StaffMember) -> None:
        sheet = Sheet(serial, TODAY, ANSWERS, {})
        key_sheet(session, bundle, sheet, by=by, today=TODAY)

    return deed


def void(session: Session, bundle: Bundle, by: StaffMember) -> None:
    aside = SetAside(VoidReason.DAMAGED)
    bundles.set_aside(session, bundle, aside, by=by, today=TODAY)


def test_sheet_keyed_while_the_bundle_is_closed_waits_and_is_refused(url: str, ids: dict) -> None:
    with Session(create_engine(url)) as closing:
        close(
            closing, closing.get_one(Bundle, ids["bundle"]), closing.get_one(StaffMember, ids["by"])
        )
        keying = Alone(url, ids, key(5))
        assert keying.waits(), "the bundle is held: the keyer's transaction stands in line"
        closing.commit()
        assert isinstance(keying.outcome(), BundleClosed)
        assert closing.scalar(select(func.count()).select_from(Response)) == 0
    closing.get_bind().dispose()


def test_sheet_keyed_first_is_counted_by_the_closing(url: str, ids: dict) -> None:
    with Session(create_engine(url)) as keying:
        key(5)(
            keying, keying.get_one(Bundle, ids["bundle"]), keying.get_one(StaffMember, ids["by"])
        )
        closing = Alone(url, ids, close)
        assert closing.waits()
        keying.commit()
        assert closing.outcome() is None
        row = bundle_queries.bundle_row(keying, keying.get_one(Bundle, ids["bundle"]))
        assert (row.balance.keyed, row.bundle.state) == (1, "closed")
    keying.get_bind().dispose()


@pytest.mark.parametrize("rounds", [4])
def test_deeds_on_two_bundles_of_a_wave_never_block_each_other_for_good(
    url: str, ids: dict, rounds: int
) -> None:
    deeds: list[tuple[str, Deed]] = []
    for n in range(rounds):
        deeds += [
            ("bundle", key(10 + n)),
            ("other", key(30 + n)),
            ("bundle", void),
            ("other", void),
        ]
    running = [Alone(url, ids | {"bundle": ids[which]}, deed) for which, deed in deeds]
    assert [one.outcome() for one in running] == [None] * len(deeds)
    engine = create_engine(url)
    with Session(engine) as session:
        wave = session.get_one(Wave, ids["wave"])
        assert (wave.void, session.scalar(select(func.count()).select_from(Response))) == (8, 8)
    engine.dispose()


def test_boxes_opened_in_the_same_moment_get_numbers_of_their_own(url: str, ids: dict) -> None:
    def open_one(session: Session, bundle: Bundle, by: StaffMember) -> None:
        opening = Opening(TODAY, "Uno", "Due", Counts(found=1))
        bundles.open_bundle(session, bundle.wave, opening, by=by, today=TODAY)

    running = [Alone(url, ids, open_one) for _ in range(6)]
    assert [one.outcome() for one in running] == [None] * 6
    engine = create_engine(url)
    with Session(engine) as session:
        numbers = session.scalars(select(Bundle.number).order_by(Bundle.number)).all()
        assert numbers == list(range(1, 9))
    engine.dispose()


class Alone:
    """A deed in a thread and a session of its own."""

    def __init__(self, url: str, ids: dict, deed: Deed) -> None:
        self.error: SurveyError | None = None
        self.thread = threading.Thread(target=self._run, args=(url, ids, deed))
        self.thread.start()

    def _run(self, url: str, ids: dict, deed: Deed) -> None:
        engine = create_engine(url)
        try:
            with Session(engine) as session:
                member = session.get_one(StaffMember, ids["by"])
                deed(session, session.get_one(Bundle, ids["bundle"]), member)
                session.commit()
        except SurveyError as error:
            self.error = error
        finally:
            engine.dispose()

    def waits(self) -> bool:
        self.thread.join(timeout=1)
        return self.thread.is_alive()

    def outcome(self) -> SurveyError | None:
        self.thread.join(timeout=60)
        assert not self.thread.is_alive()
        return self.error


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, empty_file: Path, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(empty_file, tmp_path)}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ids(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with Session(engine) as session:
        make = Factory(session)
        wave = make.wave()
        make.print_run(wave)
        by = make.staff_member(Role.KEYER)
        made = {"wave": wave.id, "by": by.id}
        made["bundle"] = make.bundle(wave, by=by, number=1).id
        made["other"] = make.bundle(wave, by=by, number=2).id
        session.commit()
    engine.dispose()
    return made
