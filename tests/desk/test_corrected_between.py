"""A stored answer that was corrected away from what both keyers typed is looked up on the sheet."""

import pytest
from sqlalchemy import select

from survey.desk.actions import Correction, correct_sheet
from survey.desk.differences import NoDifference, Reading, Settlement, resolve_difference
from survey.desk.quality import Proposal, bundle_quality
from survey.desk.refusals import SheetMoved
from survey.desk.second import NotJudgeable, accept_bundle
from survey.desk.second_queries import last_corrections, sheets_differing
from survey.models import KeyingResolution, Response, Role
from survey.questionnaire.kinds import Answer
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.desk.twice import MARKS, type_once, type_twice
from tests.factories import TODAY
from tests.pages import Pages

WHY = "Riletto il foglio"
#: what the register says of a correction that follows from a settled difference
WHY_SETTLED = "seconda imputazione"


def settle(session, keying, by, reading, **values):
    settlement = Settlement("hours", reading, **values)
    return resolve_difference(session, keying, settlement, by=by, today=TODAY)


def correct(session, bundle, by, code, *, reason=WHY):
    correction = Correction(1, {"hours": Answer.valid(code)})
    correct_sheet(session, bundle, correction, by=by, reason=reason, today=TODAY)


def stored(session):
    return session.scalars(select(Response.marks).where(Response.serial == 1)).one()


def found(session, agreed):
    session.expire_all()
    return [one for sheet in sheets_differing(session, agreed.bundle) for one in sheet.differences]


def test_stored_answer_that_neither_keyer_typed_is_a_difference(session, agreed):
    (one,) = found(session, agreed)
    assert (one.question.key, one.first, one.second, one.stored) == ("hours", "4", "4", "2")
    assert not one.is_typed
    assert not one.is_settled


def test_register_tells_who_corrected_it_and_why(session, agreed, clerk):
    told = last_corrections(session, agreed.bundle)[(1, "hours")]
    assert (told.staff_member, told.reason) == (clerk, WHY)


def test_reason_typed_in_the_words_of_a_settlement_is_told_like_any_other(session, agreed, clerk):
    correct(session, agreed.bundle, clerk, 1, reason=WHY_SETTLED)
    told = last_corrections(session, agreed.bundle)[(1, "hours")]
    assert (told.staff_member, told.reason) == (clerk, WHY_SETTLED)


def test_error_rate_of_the_first_keying_does_not_count_it(session, agreed):
    quality = bundle_quality(session, agreed.bundle)
    assert (quality.quality.discordant, quality.quality.compared) == (0, 8)
    assert (quality.unresolved, quality.corrected) == (1, 1)
    assert [one.discordant for one in quality.questions] == [0] * 4
    assert [(one.wrong, one.unsettled) for one in quality.keyers] == [(0, 0)] * 2


def test_error_rate_does_not_count_it_once_settled_either(session, agreed, office):
    settle(session, agreed, office, Reading.STORED, seen="2")
    session.expire_all()
    quality = bundle_quality(session, agreed.bundle)
    assert quality.quality.discordant == 0
    assert [(one.wrong, one.unsettled) for one in quality.keyers] == [(0, 0)] * 2


def test_bundle_is_not_accepted_before_it_is_settled(session, agreed, office):
    with pytest.raises(NotJudgeable):
        accept_bundle(session, agreed.bundle, by=office, today=TODAY, reason="Pochi fogli")
    settle(session, agreed, office, Reading.FIRST)
    session.expire_all()
    assert bundle_quality(session, agreed.bundle).proposal is Proposal.ACCEPT


def test_what_both_typed_is_put_back(session, agreed, office):
    assert settle(session, agreed, office, Reading.FIRST) == "4"
    assert stored(session) == MARKS
    (one,) = found(session, agreed)
    assert one.is_settled
    kept = session.scalars(select(KeyingResolution)).one()
    assert (kept.cell_first, kept.cell_second, kept.cell) == ("4", "4", "4")


def test_correction_is_confirmed(session, agreed, office):
    assert settle(session, agreed, office, Reading.STORED, seen="2") == "2"
    assert stored(session) == "2N?."
    assert found(session, agreed)[0].is_settled


def test_correction_that_moved_on_since_the_page_was_drawn_is_not_confirmed(
    session, agreed, office, clerk
):
    correct(session, agreed.bundle, clerk, 1)
    with pytest.raises(SheetMoved):
        settle(session, agreed, office, Reading.STORED, seen="2")


def test_correction_after_the_settlement_opens_it_again(session, agreed, office, clerk):
    settle(session, agreed, office, Reading.FIRST)
    correct(session, agreed.bundle, clerk, 3)
    (one,) = found(session, agreed)
    assert (one.stored, one.is_settled) == ("3", False)
    settle(session, agreed, office, Reading.STORED, seen="3")
    assert session.scalars(select(KeyingResolution.cell)).all() == ["3"]


def test_answer_that_the_settlement_replaced_is_told_of_no_earlier_corrector(
    session, agreed, office, clerk
):
    settle(session, agreed, office, Reading.OTHER, typed="3")
    assert last_corrections(session, agreed.bundle) == {}
    correct(session, agreed.bundle, clerk, 1)
    told = last_corrections(session, agreed.bundle)[(1, "hours")]
    assert told.after["q_hours"] == "1"


def test_settled_difference_that_is_corrected_is_settled_anew(session, agreed, make, office, clerk):
    people = (clerk, make.staff_member(Role.KEYER))
    keying = type_twice(make, agreed.bundle, 3, by=people, marks="3N?.")
    settle(session, keying, office, Reading.SECOND)
    correction = Correction(3, {"hours": Answer.valid(1)})
    correct_sheet(session, agreed.bundle, correction, by=clerk, reason=WHY, today=TODAY)
    one = found(session, agreed)[1]
    assert (one.is_typed, one.is_settled, one.stored) == (True, False, "1")


def test_sheet_put_back_by_hand_has_no_difference(session, agreed, clerk, office):
    correct(session, agreed.bundle, clerk, 4)
    assert found(session, agreed) == []
    with pytest.raises(NoDifference):
        settle(session, agreed, office, Reading.FIRST)


def test_page_shows_what_stands_now_and_the_correction(app, session, agreed, office, clerk):
    session.commit()
    pages = Pages(app).sign_in(office)
    page = pages.get(**where(agreed, "second_differences"))
    shown = page.select_one(".second-difference").get_text(" ", strip=True)
    assert "Le due imputazioni" in shown
    assert "Registrata ora" in shown
    assert clerk.name in shown
    assert WHY in shown
    assert "Non conta nel tasso d'errore" in page.main.get_text(" ", strip=True)
    quality = pages.get(**where(agreed, "second_quality")).main.get_text(" ", strip=True)
    assert "non conta nel tasso" in quality
    form = page.select_one(".second-difference form")
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    pages.post(form["action"], sent | {"reading": "stored"}, status=302)
    page = pages.get(**where(agreed, "second_differences"))
    assert "Tutte le differenze sono risolte" in page.main.get_text(" ", strip=True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_correction_is_confirmed_with_one_key(site, open_page, session, agreed, width):
    office = agreed.bundle.opener
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, office)
    at = where(agreed, "second_differences")
    page.goto(site.address(at.pop("where"), **at))
    assert axe_violations(page) == []
    assert not overflows(page)
    page.keyboard.press("2")
    page.get_by_text("Tutte le differenze sono risolte").wait_for()
    assert stored(session) == "2N?."


def where(keying, endpoint):
    slug = keying.bundle.wave.body.slug
    return {"where": f"desk.{endpoint}", "body_slug": slug, "bundle_id": keying.bundle_id}


@pytest.fixture
def office(make):
    return make.staff_member()


@pytest.fixture
def clerk(make):
    return make.staff_member(Role.KEYER)


@pytest.fixture
def agreed(session, make, office, clerk):
    """Sheet 1 of two, typed alike both times; its first answer was corrected from 4 to 2."""
    wave = make.wave()
    make.print_run(wave)
    bundle, other = make.bundle(wave, by=office), make.staff_member(Role.KEYER)
    type_once(make, bundle, range(1, 2), by=clerk)
    correct(session, bundle, clerk, 2)
    type_twice(make, bundle, 2, by=(clerk, other), marks=MARKS)
    return make.keying(bundle, 1, by=other, marks=MARKS, round=2)
