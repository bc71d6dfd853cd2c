"""The second keyer settles their own differences, as the product wants it: and it is told."""

import pytest
from sqlalchemy import select

from survey.desk.differences import Reading, Settlement, resolve_difference
from survey.desk.quality import bundle_quality
from survey.models import AuditEntry
from tests.desk.twice import type_twice
from tests.factories import TODAY
from tests.pages import Pages


def settle(session, keying, by):
    settlement = Settlement("hours", Reading.SECOND)
    resolve_difference(session, keying, settlement, by=by, today=TODAY)
    session.commit()
    session.expire_all()


def told(session):
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "keying:resolve")).one()
    return entry.after.get("typed_by_resolver")


@pytest.mark.parametrize("round_", [1, 2])
def test_register_says_that_who_settled_had_typed_the_sheet(session, twice, people, round_):
    settle(session, twice, people[round_ - 1])
    assert told(session) == round_


def test_register_says_nothing_of_a_third_person(session, twice, make):
    settle(session, twice, make.staff_member())
    assert told(session) is None


@pytest.mark.parametrize(("by", "counted"), [("keyer", 1), ("third", 0)])
def test_pages_say_who_settled_and_whether_they_had_typed_it(
    app, session, twice, people, make, *, by, counted
):
    third = make.staff_member()
    settle(session, twice, {"keyer": people[1], "third": third}[by])
    assert bundle_quality(session, twice.bundle).own_settled == counted
    pages = Pages(app).sign_in(third)
    at = {"body_slug": twice.bundle.wave.body.slug, "bundle_id": twice.bundle_id}
    page = pages.get("desk.second_differences", **at, foglio=1)
    shown = page.select_one(".second-stands").get_text(" ", strip=True)
    assert ("che aveva imputato il foglio" in shown) == bool(counted)
    assert {"keyer": people[1], "third": third}[by].name in shown
    quality = pages.get("desk.second_quality", **at).main.get_text(" ", strip=True)
    assert ("l'ha risolta chi aveva imputato il foglio" in quality) == bool(counted)


@pytest.fixture
def people(make):
    return make.staff_member(), make.staff_member()


@pytest.fixture
def twice(make, people):
    wave = make.wave()
    make.print_run(wave)
    return type_twice(make, make.bundle(wave), 1, by=people, marks="3N?.")
