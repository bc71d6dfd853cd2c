"""A sheet keyed under a number that is not its own is moved to the one printed on it."""

import pytest
from flask import url_for
from sqlalchemy import select

from survey.desk.actions import Correction, Sheet, correct_sheet, key_sheet
from survey.desk.bundles import SetAside, set_aside
from survey.desk.moves import MovedAlready, SheetTypedTwice, move_sheet
from survey.desk.refusals import (
    AlreadyPublished,
    ReasonMissing,
    SerialElsewhere,
    SerialUnknown,
    SheetDrawn,
    SheetKeyed,
    SheetMissing,
    SheetVoid,
)
from survey.desk.rules import BundleClosed
from survey.desk.second import draw_sheets
from survey.desk.second_queries import last_corrections
from survey.models import (
    AuditEntry,
    BundleState,
    Comment,
    Keying,
    Response,
    Role,
    VoidReason,
    WaveState,
)
from survey.questionnaire.kinds import Answer
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.factories import TODAY
from tests.pages import Pages

ANSWERS = {"hours": Answer.valid(3), "courtesy": Answer.valid(2), "overall": Answer.valid(4)}
WHY = "Letto 7 al posto di 1"


def move(session, bundle, by, *, to=17, serial=7, reason=WHY):
    move_sheet(session, bundle, serial, to, by=by, reason=reason)


def test_answers_texts_and_keying_go_under_the_new_number(session, bundle, clerk):
    move(session, bundle, clerk)
    for table in (Response, Comment, Keying):
        assert session.scalars(select(table.serial)).all() == [17]
    assert session.scalars(select(Response.marks)).one().startswith("324")


def test_register_keeps_both_numbers_who_and_why(session, bundle, clerk):
    move(session, bundle, clerk)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject) == ("response:move", f"wave:{bundle.wave_id}")
    assert entry.before == {"serial": format_serial(7), "bundle": bundle.number}
    assert entry.after == {"serial": format_serial(17), "bundle": bundle.number}
    assert (entry.staff_member_id, entry.reason) == (clerk.id, WHY)


def test_wave_counts_it_among_its_corrections(session, bundle, clerk):
    before = bundle.wave.corrections
    move(session, bundle, clerk)
    session.refresh(bundle.wave)
    assert bundle.wave.corrections == before + 1


def test_language_is_that_of_the_sheets_printed_under_the_new_number(session, bundle, clerk, make):
    make.print_run(bundle.wave, 201, 210).language = "en"
    bundle.last_serial = 210
    session.flush()
    move(session, bundle, clerk, to=205)
    assert session.scalars(select(Response.language)).one() == "en"
    assert session.scalars(select(Comment.language)).one() == "en"


@pytest.mark.parametrize(
    ("to", "refusal"),
    [(150, SerialUnknown), (60, SerialElsewhere), (8, SheetKeyed), (9, SheetVoid)],
)
def test_number_that_cannot_be_the_sheets_is_refused(session, bundle, clerk, to, refusal):
    key_sheet(session, bundle, Sheet(8, TODAY, ANSWERS, {}), by=clerk, today=TODAY)
    set_aside(session, bundle, SetAside(VoidReason.DAMAGED, 9), by=clerk, today=TODAY)
    with pytest.raises(refusal):
        move(session, bundle, clerk, to=to)
    assert 7 in session.scalars(select(Response.serial)).all()


def test_number_keyed_in_another_bundle_is_refused(session, bundle, clerk, make):
    other = make.bundle(bundle.wave)
    key_sheet(session, other, Sheet(30, TODAY, ANSWERS, {}), by=clerk, today=TODAY)
    with pytest.raises(SheetKeyed):
        move(session, bundle, clerk, to=30)


@pytest.mark.parametrize("reason", ["", "  "])
def test_move_without_a_reason_is_refused(session, bundle, clerk, reason):
    with pytest.raises(ReasonMissing):
        move(session, bundle, clerk, reason=reason)


def test_sheet_that_stays_where_it_is_is_not_moved(session, bundle, clerk):
    with pytest.raises(SheetKeyed):
        move(session, bundle, clerk, to=7)


def test_sheet_of_no_keying_is_not_moved(session, bundle, clerk):
    with pytest.raises(SheetMissing):
        move(session, bundle, clerk, serial=6)


def test_move_sent_twice_is_known(session, bundle, clerk, make):
    move(session, bundle, clerk)
    with pytest.raises(MovedAlready):
        move(session, bundle, clerk)
    with pytest.raises(SheetMissing):
        move(session, bundle, make.staff_member(Role.KEYER))


def test_sheet_drawn_and_still_to_type_moves_with_its_draw(session, bundle, clerk):
    draw_sheets(session, bundle, by=clerk, seed=1, everything=True)
    move(session, bundle, clerk)
    rows = session.execute(select(Keying.serial, Keying.round).order_by(Keying.round)).all()
    assert [tuple(row) for row in rows] == [(17, 1), (17, 2)]


def test_drawn_sheet_is_moved_by_whoever_typed_it_alone(session, bundle, clerk, make):
    draw_sheets(session, bundle, by=clerk, seed=1, everything=True)
    with pytest.raises(SheetDrawn):
        move(session, bundle, make.staff_member(Role.KEYER))


def test_sheet_typed_twice_is_not_moved(session, bundle, clerk, make):
    make.keying(bundle, 7, by=make.staff_member(Role.KEYER), round=2, marks="324.")
    with pytest.raises(SheetTypedTwice):
        move(session, bundle, clerk)


def test_closed_bundle_and_published_wave_move_nothing(session, bundle, clerk):
    bundle.wave.state = WaveState.PUBLISHED
    with pytest.raises(AlreadyPublished):
        move(session, bundle, clerk)
    bundle.wave.state = WaveState.OPEN
    close(bundle)
    session.flush()
    with pytest.raises(BundleClosed):
        move(session, bundle, clerk)


def test_correction_made_before_the_move_is_told_of_the_new_number(session, bundle, clerk):
    correction = Correction(7, {"hours": Answer.valid(1)})
    correct_sheet(session, bundle, correction, by=clerk, reason="Riletto", today=TODAY)
    move(session, bundle, clerk)
    told = last_corrections(session, bundle)
    assert {key: entry.reason for key, entry in told.items()} == {(17, "hours"): "Riletto"}


# ---- the page -----------------------------------------------------------------------------------


def test_correction_page_leads_to_the_move_and_the_move_to_the_sheet(pages, bundle, session):
    page = pages.get("desk.sheet", **at(bundle), serial=7)
    link = page.find("a", string="Il numero è sbagliato?")
    page = pages.get(link["href"])
    page = pages.submit(page, {"serial": format_serial(17), "reason": WHY})
    told = page.body.get_text(" ", strip=True)
    assert f"Foglio {format_serial(7)} spostato sul numero {format_serial(17)}." in told
    assert f"Correggi il foglio {format_serial(17)}" in told
    assert session.scalars(select(Response.serial)).all() == [17]


@pytest.mark.parametrize(
    ("fields", "where", "status"),
    [
        ({"serial": "", "reason": WHY}, "serial", 422),
        ({"serial": "00017-9", "reason": WHY}, "serial", 422),
        ({"serial": format_serial(17), "reason": ""}, "reason", 422),
        ({"serial": format_serial(17), "reason": "  "}, "reason", 422),
        ({"serial": format_serial(60), "reason": WHY}, "serial", 422),
        ({"serial": format_serial(7), "reason": WHY}, "serial", 409),
    ],
)
def test_wrong_field_is_named_and_what_was_typed_is_kept(pages, bundle, fields, where, status):
    page = pages.submit(move_page(pages, bundle), fields, status=status)
    assert [link["href"] for link in page.select("[role=alert] a")] == [f"#{where}"]
    assert page.select_one("#serial").get("value", "") == fields["serial"]


def test_form_sent_twice_leads_twice_to_the_moved_sheet(pages, bundle):
    page = move_page(pages, bundle)
    for _ in range(2):
        shown = pages.submit(page, {"serial": format_serial(17), "reason": WHY})
        assert f"Correggi il foglio {format_serial(17)}" in shown.body.get_text(" ", strip=True)


def test_closed_bundle_offers_no_move(pages, bundle, session):
    page = move_page(pages, bundle)
    close(bundle)
    session.commit()
    pages.submit(page, {"serial": format_serial(17), "reason": WHY}, status=409)
    pages.get("desk.move", **at(bundle), serial=7, status=409)
    page = pages.get("desk.sheet", **at(bundle), serial=7)
    assert page.find("a", string="Il numero è sbagliato?") is None


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_page_has_no_accessibility_violation(site, open_page, bundle, session, width):
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, bundle.opener)
    page.goto(site.address("desk.move", **at(bundle), serial=7))
    assert axe_violations(page) == []
    assert not overflows(page)
    page.goto(site.address("desk.sheet", **at(bundle), serial=7))
    assert axe_violations(page) == []
    assert not overflows(page)


def move_page(pages, bundle):
    with pages.app.test_request_context():
        return pages.get(url_for("desk.move", **at(bundle), serial=7))


def at(bundle):
    return {"body_slug": bundle.wave.body.slug, "bundle_id": bundle.id}


def close(bundle):
    bundle.state, bundle.closed_on = BundleState.CLOSED, TODAY
    bundle.closed_by, bundle.seal = bundle.opened_by, "A-17"
    bundle.storage_place, bundle.destroy_on = "Archivio", TODAY


@pytest.fixture
def clerk(make):
    return make.staff_member(Role.KEYER)


@pytest.fixture
def pages(app, clerk, bundle, session):
    session.commit()
    return Pages(app).sign_in(clerk)


@pytest.fixture
def bundle(session, make, clerk):
    """A bundle of the sheets 1 to 50 with one keyed as number 7."""
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave, by=clerk, first_serial=1, last_serial=50)
    sheet = Sheet(7, TODAY, ANSWERS, {"comment": "Più sedie"})
    key_sheet(session, bundle, sheet, by=clerk, today=TODAY)
    return bundle
