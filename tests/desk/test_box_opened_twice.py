"""The form that opens a box is sent again: there is one bundle all the same."""

import datetime as dt
from threading import Thread

import pytest
from flask import url_for
from sqlalchemy import func, select

from survey.collection import clock
from survey.desk.bundles import Counts, Opening, open_bundle
from survey.models import AuditEntry, Bundle
from survey.serials import parse_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.pages import Pages

FILLED = {"second_opener": "Seconda Persona", "found": "42"}


@pytest.fixture
def clerk(app, wave, make, session):
    member = make.staff_member()
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def wave(make):
    make.body(slug="ente-1")
    wave = make.wave()
    make.print_run(wave)
    return wave


def form_for(pages, wave):
    with pages.app.test_request_context():
        address = url_for("desk.open_box", body_slug="ente-1", wave_id=wave.id)
    return pages.get(pages.client.get(address).headers["Location"])


def bundles(session):
    return session.scalar(select(func.count()).select_from(Bundle))


def test_form_sent_twice_leads_twice_to_the_one_bundle(clerk, wave, session):
    page = form_for(clerk, wave)
    clerk.submit(page, FILLED)
    shown = clerk.submit(page, FILLED)
    assert "Il plico 1 è già aperto" in shown.body.get_text()
    assert bundles(session) == 1
    opened = select(func.count()).where(AuditEntry.action == "bundle:open")
    assert session.scalar(opened) == 1


def test_form_sent_in_the_moment_in_which_it_opens_its_box_reads_that_it_is_open(
    clerk, wave, session, make
):
    page = form_for(clerk, wave)
    sent = {field["name"]: field["value"] for field in page.select("main input[value]")} | FILLED
    opening = Opening(
        dt.date.fromisoformat(sent["opened_on"]),
        sent["first_opener"],
        sent["second_opener"],
        Counts(int(sent["found"])),
        first_serial=parse_serial(sent["first_serial"]),
        last_serial=parse_serial(sent["last_serial"]),
        nonce=sent["nonce"],
    )
    # the first click has opened the box, and stands just before its commit
    open_bundle(session, wave, opening, by=make.staff_member(), today=clock.today())
    shown: list[str] = []
    second = Thread(target=lambda: shown.append(clerk.submit(page, FILLED).body.get_text()))
    second.start()
    second.join(timeout=0.5)
    assert not shown, "the second click waits"
    session.commit()
    second.join(timeout=60)
    assert "Il plico 1 è già aperto" in shown[0]
    assert bundles(session) == 1


def test_form_sent_again_with_other_figures_is_refused_and_says_where_to_go(clerk, wave, session):
    page = form_for(clerk, wave)
    clerk.submit(page, FILLED)
    page = clerk.submit(page, FILLED | {"found": "7"}, status=409)
    assert (
        "con questa pagina è già stato aperto il plico 1"
        in page.select_one("[role=alert]").get_text()
    )
    assert page.select_one("[name=found]")["value"] == "7"
    assert bundles(session) == 1


def test_second_box_of_the_same_figures_is_opened_from_a_page_of_its_own(clerk, wave, session):
    for _ in range(2):
        clerk.submit(form_for(clerk, wave), FILLED)
    assert bundles(session) == 2


def test_form_with_a_fault_keeps_its_own_number(clerk, wave, session):
    page = form_for(clerk, wave)
    again = clerk.submit(page, FILLED | {"found": ""}, status=422)
    assert number_of(again) == number_of(page)
    clerk.submit(again, FILLED)
    clerk.submit(page, FILLED)
    assert bundles(session) == 1


@pytest.mark.parametrize("sent", ["", "x" * 32, "0" * 31])
def test_form_without_a_number_of_ours_is_shown_again_with_one(clerk, wave, session, sent):
    page = clerk.submit(form_for(clerk, wave), FILLED | {"nonce": sent}, status=422)
    assert len(number_of(page)) == 32
    assert bundles(session) == 0
    clerk.submit(page, FILLED)
    assert bundles(session) == 1


def test_same_number_in_another_wave_is_another_box(clerk, wave, make, session):
    other = make.wave(make.service())
    make.print_run(other)
    session.commit()
    page = form_for(clerk, wave)
    clerk.submit(page, FILLED)
    clerk.submit(form_for(clerk, other), FILLED | {"nonce": number_of(page)})
    assert bundles(session) == 2


def number_of(page):
    return page.select_one("[name=nonce]")["value"]


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_page_gone_back_to_leads_to_the_bundle_or_to_another_box(desk, session, javascript):
    page = filled(desk, javascript=javascript)
    page.get_by_role("button", name="Apri il plico").click()
    page.get_by_role("heading", name="Plico 1").wait_for()
    page.go_back()
    page.get_by_text("Con questa pagina è già stato aperto il plico 1").wait_for()
    assert page.get_by_role("link", name="Vai al plico 1").count() == 1
    page.get_by_role("link", name="Apri un'altra urna").click()
    fill(page)
    page.get_by_role("button", name="Apri il plico").click()
    page.get_by_role("heading", name="Plico 2").wait_for()
    assert bundles(session) == 2


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_double_click_on_the_button_opens_one_box(desk, session, javascript):
    page = filled(desk, javascript=javascript)
    page.get_by_role("button", name="Apri il plico").dblclick()
    page.get_by_role("heading", name="Plico 1").wait_for()
    assert bundles(session) == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_page_of_a_form_used_has_no_accessibility_violation(desk, width):
    page = filled(desk, width=width)
    address = page.url
    page.get_by_role("button", name="Apri il plico").click()
    page.get_by_role("heading", name="Plico 1").wait_for()
    page.goto(address)
    assert axe_violations(page) == []
    assert not overflows(page)


def filled(desk, **view):
    site, open_page, member, wave = desk
    page = open_page(**view)
    sign_in(page, site, member)
    page.goto(site.address("desk.open_box", body_slug="ente-1", wave_id=wave.id))
    fill(page)
    return page


def fill(page):
    page.fill("[name=second_opener]", "Seconda Persona")
    page.fill("[name=found]", "42")


@pytest.fixture
def desk(site, open_page, wave, make, session):
    member = make.staff_member()
    session.commit()
    return site, open_page, member, wave
