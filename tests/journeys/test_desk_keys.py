"""A clerk with a pile of sheets, no mouse, and Chromium."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.models import Comment, Keying, Response
from survey.questionnaire.library import library_document
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.browser import sign_in
from tests.desk.keying import printed

pytestmark = pytest.mark.browser

#: what is pressed on each of five small sheets, and the marks that it stands for
SMALL = [
    (["4", "3", "4", "Enter", "1"], "4341"),
    (["1", "N", "2", "Enter", "2"], "1N22"),
    (["P", "Enter", "/", "Enter", "Enter"], "P.?."),
    (["n", "p", "1", "Enter", "/"], "NP1?"),
    (["Enter", "4", "Enter", "Enter", "1"], ".4.1"),
]


def test_five_sheets_of_a_pile_take_one_key_more_than_their_questions(desk, small, session):
    desk.type_serial(11)
    for place, (keys, _) in enumerate(SMALL):
        if place:
            assert (desk.serial, desk.focus) == (format_serial(11 + place), "1")
        desk.press(*keys)
        assert desk.focus == "save-sheet"
        desk.press("Enter")
        if place:
            assert desk.keys == len(definition_of(small.wave.edition).questions) + 1
        desk.wait_saved(11 + place)
    stored = session.execute(select(Response.serial, Response.marks).order_by(Response.serial))
    assert stored.all() == [(11 + n, marks) for n, (_, marks) in enumerate(SMALL)]


def test_sheet_of_the_front_office_is_keyed_without_a_click(desk_of, make, session):
    bundle = printed(make, library_document("urp-sportello"))
    desk, definition = desk_of(bundle), definition_of(bundle.wave.edition)
    pressed, wanted = [], {}
    for question in definition.questions:
        if question.is_text:
            pressed.append("Enter")
            continue
        code = question.choices[1].code
        wanted[question.key] = (code,)
        pressed.append(str(code))
        if question.kind == "multiple_choice":
            pressed.append("Enter")  # only the clerk knows when the ticks of a list are over
    desk.type_serial(1)
    desk.press(*pressed, "Enter")
    desk.wait_saved(1)
    desk.press(*pressed, "Enter")
    assert desk.keys == len(definition.questions) + 2
    desk.wait_saved(2)
    assert desk.clicks == 0
    for marks in session.scalars(select(Response.marks)):
        stored = decode(definition, marks)
        assert {key: answer.codes for key, answer in stored.items()} == wanted


def test_pile_out_of_order_opens_at_the_number_of_the_sheet(desk):
    desk.page.locator("#in-order").uncheck()
    desk.page.locator("#serial").focus()
    desk.type_serial(3)
    desk.press("1", "1", "1", "Enter", "1", "Enter")
    desk.wait_saved(3)
    assert (desk.serial, desk.focus) == (format_serial(4), "serial")
    desk.page.reload()
    assert not desk.page.locator("#in-order").is_checked()


def test_mark_between_two_boxes_is_noted_and_taken_down(desk, session):
    desk.type_serial(3)
    desk.press(",")
    assert "Domanda 1: segno tra due caselle" in desk.status
    desk.press("4")
    assert desk.focus == "1"
    assert "sopra la casella 4 non ce n'è un'altra" in desk.status
    desk.press("2", ".", "3", ",", "Enter")
    assert desk.focus == "3"  # a half mark needs its lower box
    desk.press(",", "Enter")
    assert (desk.focus, desk.halves()) == ("4", ["hours", "courtesy"])
    desk.press("Enter", ",")
    assert "«,»" in desk.status  # classes of age are no degrees
    desk.press("1", "Enter")
    desk.wait_saved(3)
    found = session.execute(select(Keying.marks, Keying.half_marks)).one()
    assert tuple(found) == ("23.1", "hours,courtesy")


def test_answer_given_anew_is_no_half_mark(desk):
    desk.type_serial(3)
    desk.press(",", "2", "ArrowUp")
    assert desk.halves() == ["hours"]
    desk.press("2")
    assert desk.halves() == []
    desk.press("ArrowUp", ",", ",", "Enter", "ArrowUp", ",", "Delete")
    assert (desk.chosen("hours"), desk.halves()) == ([""], [])


def test_keys_pressed_while_the_server_answers_go_to_the_next_sheet(desk):
    from playwright.sync_api import expect

    desk.type_serial(3)
    desk.page.route("**/imputa*", slowly)
    desk.press("1", "1", "1", "Enter", "1", "Enter", "2", "3")
    expect(desk.page.locator("#serial")).to_have_value(format_serial(4))
    assert desk.focus == "3"
    assert (desk.chosen("hours"), desk.chosen("courtesy")) == (["2"], ["3"])


def test_second_enter_of_a_bouncing_finger_skips_nothing(desk):
    desk.type_serial(3)
    desk.page.route("**/imputa*", slowly)
    desk.press("1", "1", "1", "Enter", "1", "Enter", "Enter")
    desk.wait_saved(3)
    assert desk.focus == "1"


def test_pace_shows_after_five_sheets_and_counts_what_is_left(desk):
    assert desk.pace == "Foglio 1 di 48 · ne restano 47"
    desk.type_serial(1)
    for serial in range(1, 7):
        assert "l'ora" not in desk.pace
        desk.press("1", "1", "1", "Enter", "1", "Enter")
        desk.wait_saved(serial)
    first, rate, left = desk.pace.split(" · ")
    assert (first, left) == ("Foglio 7 di 48", "ne restano 41")
    assert 0 < int(rate.removesuffix(" l'ora")) < 20_000


def test_last_sheet_is_corrected_by_one_key(desk, session):
    desk.type_serial(3)
    desk.press("1", "1", "1", "Enter", "1", "Enter")
    desk.wait_saved(3)
    desk.press("F2")
    desk.page.get_by_label("Perché si corregge").wait_for()
    desk.wait_ready()
    desk.press("Enter", "4")
    changed = desk.page.locator(".key-changed")
    assert changed.count() == 1
    assert changed.locator(".key-was").inner_text() == "registrato: 1"
    desk.press("End")
    desk.page.keyboard.type("Letto male: era 4")
    desk.press("Enter", "Enter")
    desk.page.get_by_text(f"Foglio {format_serial(3)} corretto: 1 cosa cambiata").wait_for()
    assert session.scalars(select(Response.marks)).one() == "1411"
    assert desk.serial == format_serial(4)


def test_key_out_of_the_scale_is_refused_at_once_and_said(desk):
    desk.type_serial(3)
    desk.press("7")
    assert desk.focus == "1"
    assert desk.chosen("hours") == [""]
    assert "Domanda 1: il tasto «7» qui non vale. Tasti: 1, 2, 3, 4, N, P, /, Invio" in desk.status
    assert desk.page.get_attribute("#key-status", "aria-live") == "polite"
    desk.press("2")
    assert (desk.focus, desk.status) == ("2", "")


def test_aside_key_is_refused_where_the_sheet_has_no_such_box(desk):
    desk.type_serial(3)
    desk.press("1", "1", "n")
    assert desk.focus == "3"
    assert "«N»" in desk.status


def test_clerk_goes_back_and_corrects(desk, session):
    desk.type_serial(3)
    desk.press("1", "2", "3", "ArrowUp", "ArrowUp")
    assert desk.focus == "2"
    desk.press("4", "Backspace")
    assert desk.focus == "2"
    desk.press("Backspace", "Delete", "Enter")
    assert (desk.chosen("hours"), desk.chosen("courtesy")) == ([""], ["4"])
    desk.press("Enter", "Enter", "Enter", "Enter", "Enter")
    desk.wait_saved(3)
    assert session.scalars(select(Response.marks)).one() == ".43."


def test_going_on_with_enter_keeps_what_was_answered(desk):
    desk.type_serial(3)
    desk.press("1", "ArrowUp", "Enter")
    assert desk.chosen("hours") == ["1"]


def test_key_held_down_answers_one_question(desk):
    desk.type_serial(3)
    desk.page.keyboard.down("1")
    for _ in range(5):
        desk.page.keyboard.down("1")
    desk.page.keyboard.up("1")
    assert desk.focus == "2"


def test_text_takes_every_key_and_keeps_its_lines(desk, session):
    desk.type_serial(3)
    desk.press("1", "1", "1")
    desk.page.keyboard.type("N/P? 10 minuti")
    desk.press("Shift+Enter")
    desk.page.keyboard.type("in coda")
    desk.press("Enter", "2", "Enter")
    desk.wait_saved(3)
    assert session.scalars(select(Comment.text)).one() == "N/P? 10 minuti\nin coda"


@pytest.mark.parametrize(
    ("serial", "words"),
    [
        ("00003-5", "cifra di controllo"),
        ("tre", "cifra di controllo"),
        (format_serial(101), "non è tra quelli che si imputano qui"),
    ],
)
def test_wrong_number_of_sheet_is_caught_before_the_answers(desk, serial, words):
    desk.page.keyboard.type(serial)
    desk.press("Enter")
    assert desk.focus == "serial"
    assert words in desk.status


def test_sheet_keyed_before_is_caught_before_the_answers(desk):
    desk.type_serial(3)
    desk.press("1", "1", "1", "Enter", "1", "Enter")
    desk.wait_saved(3)
    desk.press("ArrowUp")
    desk.type_serial(3)
    assert "già stato imputato" in desk.status


def test_check_digit_on_the_screen_is_that_of_the_sheets(desk):
    agree = desk.page.evaluate(
        """async (serials) => {
            const form = document.querySelector("[data-desk]");
            form.dataset.accepted = "1-99999999";
            const field = document.getElementById("serial");
            const status = document.getElementById("key-status");
            const accepted = [];
            for (const serial of serials) {
                field.focus();
                field.value = serial;
                field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
                if (document.activeElement !== field) accepted.push(serial);
            }
            return accepted;
        }""",
        [f"{n:05d}-{digit}" for n in range(1, 60) for digit in range(10)],
    )
    assert agree == [format_serial(n) for n in range(1, 60)]


def test_list_of_keys_opens_and_closes_by_key(desk):
    desk.press("?")
    assert desk.page.locator("#keys").is_visible()
    desk.press("Escape")
    assert not desk.page.locator("#keys").is_visible()
    assert desk.focus == "serial"


def test_keys_can_be_switched_off_and_stay_off(desk):
    desk.page.locator("#quick-keys").uncheck()
    desk.page.reload()
    assert not desk.page.locator("#quick-keys").is_checked()
    desk.page.locator("[name=q_hours][value='']").focus()
    desk.press("3")
    assert desk.chosen("hours") == [""]
    desk.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert desk.chosen("hours") != [""]


def test_enter_pressed_twice_saves_once(desk, session):
    desk.type_serial(3)
    desk.press("1", "1", "1", "Enter", "1")
    desk.page.evaluate(
        "const form = document.querySelector('[data-desk]');"
        "form.requestSubmit(); form.requestSubmit();"
    )
    desk.wait_saved(3)
    assert len(session.scalars(select(Response)).all()) == 1


def test_refused_sheet_comes_back_at_the_first_wrong_question(desk, session):
    desk.type_serial(3)
    desk.press("1", "1", "1")
    desk.page.keyboard.insert_text("x" * 1001)
    desk.press("Enter", "1", "Enter")
    desk.page.get_by_role("alert").wait_for()
    assert desk.focus == "4"
    assert desk.chosen("hours") == ["1"]


def test_without_script_the_screen_is_a_plain_form(open_page, site, small, clerk, session):
    page = open_page(javascript=False)
    sign_in(page, site, clerk)
    slug = small.wave.body.slug
    page.goto(site.address("desk.key", body_slug=slug, bundle_id=small.id))
    assert not page.get_by_text("Tasti rapidi").is_visible()
    page.get_by_label("Numero del foglio").fill(format_serial(5))
    hours = page.get_by_role("group", name="Gli orari sono comodi")
    hours.get_by_label("Abbastanza").check()
    hours.get_by_label("Tra due caselle").check()
    page.get_by_role("group", name="Nel complesso").get_by_label("Illeggibile").check()
    page.get_by_label("Che cosa possiamo migliorare?").fill("Più sedie")
    page.get_by_role("button", name="Salva il foglio").click()
    page.get_by_text(f"Foglio {format_serial(5)} salvato").wait_for()
    assert session.scalars(select(Response.marks)).one() == "3.?."
    assert session.scalars(select(Keying.half_marks)).one() == "hours"
    assert session.scalars(select(Comment.text)).one() == "Più sedie"
    page.get_by_role("link", name="Correggi l'ultimo").click()
    page.get_by_role("group", name="Gli orari sono comodi").get_by_label("Poco").check()
    page.get_by_label("Perché si corregge").fill("Letto male")
    page.get_by_role("button", name="Salva la correzione").click()
    page.get_by_text("corretto: 1 cosa cambiata").wait_for()
    session.expire_all()
    assert session.scalars(select(Response.marks)).one() == "2.?."


def slowly(route):
    """Hold a sheet on its way for half a second."""
    time.sleep(0.5)
    route.continue_()
