"""The second keying in a real browser: two people type, a third one settles, all by keys."""

import pytest
from sqlalchemy import select

from survey.models import Keying, KeyingResolution, Response, Role
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.desk.twice import MARKS, type_once, type_twice
from tests.factories import TODAY

pytestmark = pytest.mark.browser

#: what is pressed for the answers 4, non so, unreadable, no text, blank
FIRST_KEYS = ("4", "n", "/", "Enter", "Enter")
#: the same for hours 3 and age class 1; texts are not typed a second time
OTHER_KEYS = ("3", "n", "/", "1")
SAME_KEYS = ("4", "n", "/", "Enter")


def test_two_people_type_and_the_office_settles_with_one_key_a_difference(
    make, session, site, open_page, bundle
):
    first, second = make.staff_member(Role.KEYER), make.staff_member(Role.KEYER)
    office = make.staff_member()
    session.commit()
    page = enter(open_page(), site, first, "key", bundle)
    for serial in (1, 2):
        page.fill("#serial", format_serial(serial))
        press(page, "Enter", *FIRST_KEYS)
        save(page)
    page = enter(open_page(), site, office, "second_keying", bundle)
    page.click("text=Estrai tutti i fogli")
    page.wait_for_selector("text=Sono estratti tutti")

    page = enter(open_page(), site, second, "second_key", bundle)
    press(page, "Enter", *OTHER_KEYS)
    save(page)
    assert page.input_value("#serial") == format_serial(2)
    press(page, "Enter", *SAME_KEYS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/seconda")

    page = enter(open_page(), site, office, "second_differences", bundle)
    press(page, "2")
    page.wait_for_selector("text=vale «3 Abbastanza»")
    press(page, "3", "2", "Enter")
    page.wait_for_selector("text=Tutte le differenze sono risolte")
    session.expire_all()
    stored = session.scalars(select(Response.marks).order_by(Response.serial)).all()
    assert stored == ["3N?2", MARKS]
    typed = session.scalars(select(Keying.marks).order_by(Keying.round, Keying.serial)).all()
    assert typed == [MARKS, MARKS, "3N?1", MARKS]


def test_second_keying_of_a_sheet_takes_a_key_an_answer_and_two_more(
    make, session, site, open_page, drawn
):
    keyer = make.staff_member(Role.KEYER)
    session.commit()
    page = enter(open_page(), site, keyer, "second_key", drawn)
    page.evaluate(
        "window.pressed = 0; addEventListener('keydown', () => { window.pressed += 1; }, true)"
    )
    press(page, "Enter", *OTHER_KEYS)
    save(page)
    assert page.evaluate("window.pressed") == len(OTHER_KEYS) + 2
    assert (
        session.scalars(select(Keying.marks).where(Keying.round == 2, Keying.serial == 1)).one()
        == "3N?1"
    )


def test_keys_act_in_a_difference_that_holds_the_focus_alone(make, session, site, open_page, twice):
    office = make.staff_member()
    session.commit()
    page = enter(open_page(), site, office, "second_differences", twice)
    page.focus("h1 ~ section a, .staff-crumbs a")
    press(page, "1", "2")
    assert resolved(session) == []
    page.focus(".second-difference button")
    press(page, "ArrowDown", "1")
    page.wait_for_selector("text=vale «in bianco»")
    assert resolved(session) == ["age"]


def test_digits_typed_in_the_field_are_an_answer_and_no_command(
    make, session, site, open_page, twice
):
    office = make.staff_member()
    session.commit()
    page = enter(open_page(), site, office, "second_differences", twice)
    press(page, "3", "1", "Enter")
    page.wait_for_selector("text=vale «1 Per nulla»")
    assert session.scalars(select(Response.marks).where(Response.serial == 1)).one() == "1N?."


def test_review_works_without_javascript(make, session, site, open_page, twice):
    office = make.staff_member()
    session.commit()
    page = enter(open_page(javascript=False), site, office, "second_differences", twice)
    page.click(".second-difference button[value=second]")
    page.wait_for_selector("text=vale «3 Abbastanza»")
    page.locator(".second-difference").nth(1).locator("input[type=text]").fill("-")
    page.locator(".second-difference").nth(1).locator("input[type=text]").press("Enter")
    page.wait_for_selector("text=Tutte le differenze sono risolte")
    assert sorted(resolved(session)) == ["age", "hours"]


def test_second_keying_works_without_javascript(make, session, site, open_page, drawn):
    keyer = make.staff_member(Role.KEYER)
    session.commit()
    page = enter(open_page(javascript=False), site, keyer, "second_key", drawn)
    page.locator("input[name=q_hours][value='3']").check(force=True)
    page.click("#save-sheet")
    page.wait_for_selector(f"#serial[value='{format_serial(2)}']")
    assert (
        session.scalars(select(Keying.marks).where(Keying.round == 2, Keying.serial == 1)).one()
        == "3..."
    )


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_have_no_accessibility_violation(make, session, site, open_page, *, twice, width):
    type_once(make, twice, range(9, 10), by=make.staff_member())
    make.keying(twice, 9, by=make.staff_member(), round=2, **WAITING)
    office = make.staff_member()
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, office)
    for endpoint in ("second_keying", "second_key", "second_differences", "second_quality"):
        page.goto(address(site, endpoint, twice))
        assert axe_violations(page) == [], endpoint
        assert not overflows(page), endpoint


WAITING = {"marks": None, "staff_member_id": None, "keyed_on": None}


def enter(page, site, member, endpoint, bundle):
    sign_in(page, site, member)
    page.goto(address(site, endpoint, bundle))
    # the screen takes an Enter right after loading for the bounce of the one before
    page.wait_for_timeout(400)
    return page


def address(site, endpoint, bundle):
    return site.address(f"desk.{endpoint}", body_slug="ente-1", bundle_id=bundle.id)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def save(page):
    """Press Enter on the button at the end, and wait for the sheet to be kept."""
    page.keyboard.press("Enter")
    page.wait_for_selector("text=salvato.")
    page.wait_for_timeout(400)


def resolved(session):
    session.expire_all()
    return list(session.scalars(select(KeyingResolution.question_key)))


@pytest.fixture
def bundle(make, session):
    make.body(slug="ente-1")
    wave = make.wave(opens_on=TODAY.replace(year=2020))
    make.print_run(wave)
    bundle = make.bundle(wave)
    session.commit()
    return bundle


@pytest.fixture
def drawn(make, session, bundle):
    """Two sheets typed once and drawn."""
    typist = make.staff_member(Role.KEYER)
    type_once(make, bundle, range(1, 3), by=typist)
    for serial in (1, 2):
        make.keying(bundle, serial, by=typist, round=2, **WAITING)
    session.commit()
    return bundle


@pytest.fixture
def twice(make, session, bundle):
    """A sheet whose two keyings differ in hours and in age."""
    people = (make.staff_member(Role.KEYER), make.staff_member(Role.KEYER))
    type_twice(make, bundle, 1, by=people, marks="3N?1")
    session.commit()
    return bundle
