"""The bars of the keying screen, measured in a real browser on a real server."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.models import Keying, Response, Role
from survey.questionnaire.library import library_document
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.browser import PHONE, axe_violations, overflows
from tests.desk.keying import Desk, printed, twelve_items

pytestmark = pytest.mark.browser

FORMS, MOST_KEYS, SLOWEST = 30, 14, 0.1


def test_thirty_forms_of_twelve_items_take_fourteen_keys_at_most_and_no_click(
    desk, session, rng, server_times
):
    definition = definition_of(desk.bundle.wave.edition)
    truth = {serial: read_sheet(definition, rng) for serial in range(1, FORMS + 1)}
    desk.type_serial(1)
    spent = []
    for serial, sheet in truth.items():
        assert (desk.serial, desk.focus) == (format_serial(serial), "1")
        desk.press(*(key for key, _ in sheet.values()), "Enter")
        spent.append(desk.keys)
        desk.wait_saved(serial)
    rows = session.execute(select(Response.serial, Response.marks)).all()
    stored = {serial: decode(definition, marks) for serial, marks in rows}
    assert {
        serial: {key: (answer.status.name, answer.codes) for key, answer in answers.items()}
        for serial, answers in stored.items()
    } == {
        serial: {key: told for key, (_, told) in sheet.items()} for serial, sheet in truth.items()
    }
    assert max(spent[1:]) == len(definition.questions) + 1 <= MOST_KEYS
    assert desk.clicks == 0
    assert sorted(server_times)[len(server_times) // 2] < SLOWEST


@pytest.mark.parametrize("height", [768, 660])
def test_form_of_twelve_items_is_all_in_view_on_a_small_screen(desk_of, make, height):
    desk = desk_of(printed(make, twelve_items()), width=1366, height=height)
    desk.type_serial(1)
    desk.press("7")  # a message must not push anything away either
    seen = desk.page.evaluate(
        """() => [document.documentElement.scrollHeight <= innerHeight,
            [...document.querySelectorAll("[data-question]"), document.getElementById("save-sheet")]
                .filter((one) => {
                    const { top, bottom } = one.getBoundingClientRect();
                    return top >= 0 && bottom <= innerHeight;
                }).length]"""
    )
    assert seen == [True, 13]


def test_words_of_the_sheet_are_all_on_the_dense_screen(desk_of, make):
    desk = desk_of(printed(make, library_document("urp-sportello")), width=1366, height=768)
    cut = desk.page.eval_on_selector_all(
        ".key-text, .key-box:not(.key-own) .key-label",
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)"
        ".map(one => one.textContent)",
    )
    assert cut == []


def test_two_clerks_on_one_bundle_key_each_their_own_sheets(desk_of, bundle, session):
    first, second = desk_of(bundle), desk_of(bundle)
    first.type_serial(1)
    second.type_serial(50)
    for step in range(3):
        first.press(*"1" * 12)
        second.press(*"2" * 12)
        first.press("Enter")
        second.press("Enter")
        first.wait_saved(1 + step)
        second.wait_saved(50 + step)
    rows = session.execute(select(Keying.serial, Keying.staff_member_id).order_by(Keying.serial))
    one, other = first.member.id, second.member.id
    assert rows.all() == [(1, one), (2, one), (3, one), (50, other), (51, other), (52, other)]
    second.open()
    assert second.pace == "Foglio 7 di 48 · ne restano 41"


def test_sheet_that_a_colleague_has_just_keyed_is_refused_and_nothing_typed_is_lost(
    desk_of, bundle, session
):
    first, second = desk_of(bundle), desk_of(bundle)
    for desk, key in ((first, "1"), (second, "2")):
        desk.type_serial(7)
        desk.press(*key * 12)
    first.press("Enter")
    first.wait_saved(7)
    second.press("Enter")
    second.page.get_by_role("alert").wait_for()
    assert "già stato imputato" in second.page.get_by_role("alert").inner_text()
    assert second.chosen("courtesy") == ["2"]
    assert len(session.scalars(select(Response)).all()) == 1
    # the number was read wrongly: put right, the sheet is saved
    second.wait_ready()
    second.page.locator("#serial").fill(format_serial(8))
    second.page.locator("#save-sheet").focus()
    second.press("Enter")
    second.wait_saved(8)


def test_one_sheet_sent_from_two_tabs_is_kept_once(desk, session):
    twin = desk.page.context.new_page()
    twin.goto(desk.address)
    for page in (desk.page, twin):
        page.locator("[data-desk][data-ready]").wait_for()
        page.locator("#serial").fill(format_serial(9))
        for box in page.locator("[data-question] input[value='3']").all():
            box.evaluate("box => { box.checked = true; }")
    for page in (desk.page, twin):
        page.evaluate("document.querySelector('[data-desk]').requestSubmit()")
    for page in (desk.page, twin):
        page.get_by_text(f"Foglio {format_serial(9)} salvato").wait_for()
    assert len(session.scalars(select(Response)).all()) == 1
    assert len(session.scalars(select(Keying)).all()) == 1


def test_same_sheet_posted_at_once_from_many_threads_is_kept_once(app, make, session, bundle):
    from tests.pages import Pages, token

    member = make.staff_member(Role.KEYER)
    session.commit()
    clerks = [Pages(app).sign_in(member) for _ in range(4)]
    address = f"/ente/{bundle.wave.body.slug}/plichi/{bundle.id}/imputa"
    sheets = [
        {"csrf_token": token(one.get(address)), "serial": format_serial(5), "day": "2026-03-04",
         "q_overall": "3"}
        for one in clerks
    ]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: pair[0].client.post(address, data=pair[1]),
                                zip(clerks, sheets, strict=True)))  # fmt: skip
    assert [answer.status_code for answer in answers] == [302] * 4
    assert len(session.scalars(select(Response)).all()) == 1


@pytest.mark.parametrize("width", [PHONE, 1366])
def test_list_of_sheets_and_correction_have_no_accessibility_violation(
    desk_of, site, bundle, width
):
    desk = desk_of(bundle, width=width, height=768)
    desk.type_serial(1)
    desk.press(",", *"2" * 12)
    assert axe_violations(desk.page) == []
    desk.press("Enter")
    desk.wait_saved(1)
    assert axe_violations(desk.page) == []
    slug = bundle.wave.body.slug
    for endpoint, more in (("desk.sheets", {}), ("desk.sheet", {"serial": 1})):
        place = {"body_slug": slug, "bundle_id": bundle.id} | more
        desk.page.goto(site.address(endpoint, **place))
        assert axe_violations(desk.page) == []
        assert not overflows(desk.page)


def read_sheet(definition, rng):
    """Mark a sheet at random: for each question the key pressed, and the answer it stands for."""
    sheet = {}
    for question in definition.questions:
        aside = [{"DK": ("n", "DK"), "NA": ("p", "NA")}[one.name] for one in question.allows]
        asides = [*aside, ("/", "INVALID"), ("Enter", "BLANK")]
        if rng.random() < 0.8:
            code = rng.choice(question.choices).code
            sheet[question.key] = (str(code), ("VALID", (code,)))
        else:
            key, status = rng.choice(asides)
            sheet[question.key] = (key, (status, ()))
    return sheet


@pytest.fixture
def rng():
    return random.Random(20261122)  # noqa: S311  # to be repeated, no secret


@pytest.fixture
def server_times(app):
    """How long the server worked on each sheet saved, in seconds of processor.

    By the clock it would measure what else the machine has to do; docs/bench/keying.py does that.
    """
    times = []
    whole = app.wsgi_app

    def timed(environ, start_response):
        began = time.thread_time()
        answer = whole(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/imputa"):
            times.append(time.thread_time() - began)
        return answer

    app.wsgi_app = timed
    return times


@pytest.fixture
def bundle(make):
    return printed(make, twelve_items())


@pytest.fixture
def desk_of(open_page, site, make, session):
    def open_desk(bundle, **size):
        member = make.staff_member(Role.KEYER)
        session.commit()
        return Desk(open_page(**size), site, bundle, member)

    return open_desk


@pytest.fixture
def desk(desk_of, bundle):
    return desk_of(bundle)
