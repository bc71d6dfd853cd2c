"""Two people who put right the same sheet in the same moment, on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.desk.actions import Correction, Sheet, correct_sheet, find_stored, key_sheet
from survey.models import AuditEntry, Bundle, Response, Role, StaffMember
from survey.questionnaire.kinds import Answer
from tests.factories import TODAY, Factory

ANSWERS = {"hours": Answer.valid(3), "courtesy": Answer.valid(2), "overall": Answer.valid(4)}


def put_right(session: Session, ids: dict[str, int], key: str, code: int, *, by: str) -> None:
    bundle = session.get_one(Bundle, ids["bundle"])
    correction = Correction(5, {key: Answer.valid(code)})
    member = session.get_one(StaffMember, ids[by])
    correct_sheet(session, bundle, correction, by=member, reason=f"Riletto da {by}", today=TODAY)


def test_register_tells_what_stood_when_the_sheet_was_put_right(url: str, ids: dict) -> None:
    engine = create_engine(url)
    with Session(engine) as late, Session(engine) as early:
        bundle = late.get_one(Bundle, ids["bundle"])
        # the page reads the sheet first, and holds what it read while somebody else puts it right
        seen = find_stored(late, bundle, 5, by=late.get_one(StaffMember, ids["by"]))
        assert seen.response.marks[0] == "3"
        put_right(early, ids, "hours", 1, by="other")
        early.commit()
        put_right(late, ids, "hours", 2, by="by")
        late.commit()
        entries = late.scalars(
            select(AuditEntry).where(AuditEntry.action == "response:correct").order_by("id")
        )
        told = [(entry.before["q_hours"], entry.after["q_hours"]) for entry in entries]
        assert told == [("3", "1"), ("1", "2")]
        assert late.scalars(select(Response.marks)).one()[0] == "2"
    engine.dispose()


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
        by, other = make.staff_member(Role.KEYER), make.staff_member(Role.KEYER)
        bundle = make.bundle(wave, by=by)
        key_sheet(session, bundle, Sheet(5, TODAY, ANSWERS, {}), by=by, today=TODAY)
        made = {"bundle": bundle.id, "by": by.id, "other": other.id}
        session.commit()
    engine.dispose()
    return made
