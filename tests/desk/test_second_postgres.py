"""The second keying on PostgreSQL, and two people who type the same sheet at once on both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.desk import second
from survey.extensions import db
from survey.models import Bundle, Keying, Response, Role, SecondKeying, StaffMember
from survey.questionnaire.marks import decode
from survey.settings import Settings
from tests.conftest import SECRET
from tests.desk.twice import MARKS, type_once
from tests.factories import TODAY
from tests.pages import Pages

AT_ONCE = 6


def test_of_people_typing_the_same_sheet_at_once_one_is_kept(app, make, session, drawn):
    bundle, people = drawn, [make.staff_member(Role.KEYER) for _ in range(AT_ONCE)]
    session.commit()
    with app.app_context():
        engine = db.engine
    outcomes = race(engine, bundle.id, [person.id for person in people])
    assert sorted(outcomes) == ["KeyedTwice"] * (AT_ONCE - 1) + ["kept"]
    rows = session.scalars(select(Keying).where(Keying.round == 2, Keying.marks.is_not(None)))
    assert len(rows.all()) == 1


def test_whole_second_keying_through_the_pages(app, make, session, drawn):
    reviewer, typist = make.staff_member(), make.staff_member(Role.KEYER)
    session.commit()
    office, keyer = Pages(app).sign_in(reviewer), Pages(app).sign_in(typist)
    at: dict[str, Any] = {"body_slug": "ente-1", "bundle_id": drawn.id}
    page = keyer.get("desk.second_key", **at)
    again = {"q_hours": "3", "q_courtesy": "NS", "q_overall": "?", "q_age": ""}
    keyer.submit(page, again)
    page = office.get("desk.second_differences", **at)
    form = page.select_one(".second-difference form")
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    office.post(form["action"], sent | {"reading": "second"}, status=302)
    assert session.scalars(select(Response.marks)).one() == "3N?."
    office.submit(office.get("desk.second_quality", **at), {"reason": "Un foglio solo"})
    session.refresh(drawn)
    assert drawn.second_keying is SecondKeying.ACCEPTED


def race(engine, bundle_id, people):
    def type_it(person_id: int) -> str:
        with Session(engine) as own:
            bundle = own.get_one(Bundle, bundle_id)
            answers = decode(definition_of(bundle.wave.edition), MARKS)
            try:
                second.key_again(
                    own,
                    bundle,
                    second.SecondSheet(1, answers),
                    by=own.get_one(StaffMember, person_id),
                    today=TODAY,
                )
            except second.KeyedTwice as refusal:
                return type(refusal).__name__
            own.commit()
            return "kept"

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(type_it, people))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Put the whole application on each of the two databases in turn."""
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("postgres_url")
    return Settings(secret_key=SECRET, database_url=url, secure_cookies=False, cheap_passwords=True)


@pytest.fixture
def drawn(make, session):
    """One sheet typed and drawn."""
    make.body(slug="ente-1")
    wave = make.wave()
    make.print_run(wave)
    bundle, typist = make.bundle(wave), make.staff_member(Role.KEYER)
    type_once(make, bundle, range(1, 2), by=typist)
    second.draw_sheets(session, bundle, by=typist, seed=1)
    session.commit()
    return bundle
