"""Sheets of a bundle that is closed, or published: they are looked at, and never changed."""

import datetime as dt

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.desk.actions import Sheet, key_sheet
from survey.desk.second import draw_sheets
from survey.models import BundleState, Response, Role, WaveState
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.desk.keying import printed
from tests.desk.twice import MARKS, type_once
from tests.factories import TODAY, document
from tests.pages import Pages, token

WORDS = {
    "closed": "Il plico 1 è chiuso dal 22 novembre 2026",
    "published": "I risultati della rilevazione sono pubblicati",
}
TEXT = "Più sedie in attesa"


@pytest.mark.parametrize("state", WORDS)
def test_list_says_why_nothing_can_be_changed(clerk, bundle, session, state):
    end(session, bundle, state)
    page = clerk.get("desk.sheets", **at(bundle))
    assert WORDS[state] in page.select_one(".staff-notice").get_text()
    links = page.select(".key-sheets a")
    assert [link.get_text() for link in links] == [format_serial(n) for n in (5, 6, 7)]
    assert "Trova e correggi" not in page.main.get_text()
    assert page.find("a", string="Torna all'imputazione") is None


@pytest.mark.parametrize("state", WORDS)
def test_sheet_is_shown_as_it_stands_and_offers_no_change(clerk, bundle, session, state):
    end(session, bundle, state)
    page = clerk.get("desk.sheet", **at(bundle), serial=6)
    assert WORDS[state] in page.select_one(".staff-notice").get_text()
    assert page.select("main form, main input, main button") == []
    told = [row.get_text(" ", strip=True) for row in page.select("main tbody td")]
    assert told[0] == "4 Molto (segno tra due caselle)"
    assert (told[1], told[2], told[-1]) == ("non so", "due segni, o illeggibile", "in bianco")
    assert "1 gennaio 2026" in page.main.get_text()


def test_sheets_lead_from_one_to_the_next(clerk, bundle, session):
    end(session, bundle, "closed")
    page = clerk.get("desk.sheet", **at(bundle), serial=6)
    for words, serial in (("precedente", 5), ("successivo", 7)):
        link = page.find("a", string=lambda text, words=words: text and words in text)
        assert link["href"].endswith(f"/fogli/{serial}")


def test_number_asked_for_leads_to_the_sheet(clerk, bundle, session):
    end(session, bundle, "closed")
    path = f"/ente/ente-1/plichi/{bundle.id}/fogli?numero={format_serial(6)}"
    assert clerk.client.get(path).headers["Location"].endswith(f"/{bundle.id}/fogli/6")


def test_free_text_is_shown_to_who_may_read_comments_alone(app, clerk, bundle, make, session):
    office = make.staff_member()
    end(session, bundle, "closed")
    page = clerk.get("desk.sheet", **at(bundle), serial=6)
    assert TEXT not in page.main.get_text()
    assert "lo legge chi può leggere i commenti" in page.main.get_text()
    page = Pages(app).sign_in(office).get("desk.sheet", **at(bundle), serial=6)
    assert TEXT in page.main.get_text()


def test_bundle_leads_to_its_sheets_when_closed(clerk, bundle, session):
    end(session, bundle, "closed")
    page = clerk.get("desk.bundle", **at(bundle))
    assert page.find("a", string="Guarda i fogli")["href"].endswith("/fogli")


def test_correction_sent_from_a_page_that_grew_old_is_refused(clerk, bundle, session):
    page = clerk.get("desk.sheet", **at(bundle), serial=6)
    end(session, bundle, "closed")
    clerk.submit(page, {"q_hours": "1", "reason": "Letto male"}, status=409)
    assert session.scalars(select(Response.marks)).all() == [MARKS] * 3


def test_who_may_not_key_may_not_look(app, bundle, make, session, body):
    body.bar_own_service = True
    service_id = bundle.wave.service_id
    own = make.staff_member(Role.KEYER, service_id=service_id)
    manager = make.staff_member(Role.MANAGER)
    elsewhere = make.staff_member(Role.KEYER, service_id=make.service().id)
    end(session, bundle, "closed")
    for member in (own, manager, elsewhere):
        pages = Pages(app).sign_in(member)
        pages.get("desk.sheets", **at(bundle), status=403)
        pages.get("desk.sheet", **at(bundle), serial=6, status=403)


def test_who_may_not_key_sees_no_answers_among_the_differences_either(
    app, bundle, make, session, body
):
    body.bar_own_service = True
    grants = {"office": {}, "own": {"service_id": bundle.wave.service_id}}
    people = {name: make.staff_member(Role.QUALITY_OFFICE, **one) for name, one in grants.items()}
    session.commit()
    for state in ("open", "closed"):
        if state == "closed":
            end(session, bundle, state)
        Pages(app).sign_in(people["office"]).get("desk.second_differences", **at(bundle))
        own = Pages(app).sign_in(people["own"])
        own.get("desk.second_differences", **at(bundle), status=403)
        sent = {"csrf_token": token(own.get("desk.second_quality", **at(bundle)))}
        own.post("desk.second_resolve", sent, **at(bundle), status=403)


def test_drawn_sheet_hides_from_the_second_keyer_until_the_bundle_is_closed(
    clerk, bundle, make, session
):
    draw_sheets(session, bundle, by=make.staff_member(), seed=1, everything=True)
    session.commit()
    clerk.get("desk.sheet", **at(bundle), serial=6, status=403)
    end(session, bundle, "closed")
    clerk.get("desk.sheet", **at(bundle), serial=6)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_read_only_pages_have_no_accessibility_violation(site, open_page, bundle, session, width):
    end(session, bundle, "closed")
    page = open_page(width=width)
    sign_in(page, site, bundle.opener)
    for endpoint, more in (("desk.sheets", {}), ("desk.sheet", {"serial": 6})):
        page.goto(site.address(endpoint, **at(bundle), **more))
        assert axe_violations(page) == []
        assert not overflows(page)


def at(bundle):
    return {"body_slug": "ente-1", "bundle_id": bundle.id}


def end(session, bundle, state):
    if state == "closed":
        bundle.state, bundle.closed_on = BundleState.CLOSED, TODAY
        bundle.closed_by, bundle.seal = bundle.opened_by, "A-17"
        bundle.storage_place, bundle.destroy_on = "Archivio", TODAY
    else:
        bundle.wave.state = WaveState.PUBLISHED
    session.commit()


@pytest.fixture
def body(make):
    return make.body(slug="ente-1")


@pytest.fixture
def clerk(app, make, session, body):
    member = make.staff_member(Role.KEYER)
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def bundle(make, session, body):
    bundle = printed(make, document("small"), found=3)
    typist = make.staff_member(Role.KEYER)
    for serial in (5, 7):
        type_once(make, bundle, range(serial, serial + 1), by=typist)
    answers = decode(definition_of(bundle.wave.edition), MARKS)
    sheet = Sheet(6, dt.date(2026, 1, 1), answers, {"comment": TEXT}, ("hours",))
    key_sheet(session, bundle, sheet, by=typist, today=TODAY)
    session.commit()
    return bundle
