"""Whatever is pressed, what the screen shows is what the database holds."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.models import Comment, Keying, Response, Role
from survey.questionnaire.kinds import KINDS, TICK_SEPARATOR
from survey.questionnaire.marks import decode
from survey.serials import format_serial, parse_serial
from tests.desk.keying import Desk, printed
from tests.factories import document

pytestmark = pytest.mark.browser

KEYS = [*"0123456789", *"0123456789", *"npxNP/*,.a-", " ", "Enter", "Enter", "Backspace", "Delete",
        "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End",
        "Shift+Enter", "F8"]  # fmt: skip
SHEETS, KEYS_A_SHEET = 4, 60
#: what stands on the screen in the moment of sending, as a reader sees it
WATCH = """
    addEventListener("submit", ({ target }) => {
        const shown = [...target.querySelectorAll("input, textarea")]
            .filter((one) => one.name && one.type !== "hidden")
            .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
            .map((one) => [one.name, one.value]);
        sessionStorage.setItem("shown", JSON.stringify(
            [...JSON.parse(sessionStorage.getItem("shown") ?? "[]"), shown]));
    }, true);
"""


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "name", ["small", "kind-number", "kind-multiple-choice", "scale-numeric0-10"]
)
def test_any_keys_leave_a_sheet_that_is_stored_as_it_is_shown(desk_of, make, session, name, seed):
    rng = random.Random(seed)  # noqa: S311  # to be repeated, no secret
    bundle = printed(make, document(name))
    desk = desk_of(bundle)
    for _ in range(SHEETS):
        desk.type_serial(free_serial(session, rng))
        for key in rng.choices(KEYS, k=KEYS_A_SHEET):
            desk.page.keyboard.press(key)
        finish(desk, free_serial(session, rng))
    told = shown_sheets(desk)
    stored = stored_sheets(session, bundle)
    assert stored, "no sheet at all was saved"
    definition = definition_of(bundle.wave.edition)
    for serial, sheet in stored.items():
        assert sheet in [as_read(definition, shown) for shown in told if number(shown) == serial]


def finish(desk, serial):
    """End a sheet whatever its state, as a clerk would: by a number that is good, and Enter."""
    desk.page.wait_for_timeout(400)  # the last of the keys may have saved a sheet just now
    desk.wait_ready()
    desk.page.locator("#serial").fill(format_serial(serial))
    first = desk.page.locator("[data-question] [data-cap]").first
    if not desk.page.locator("[data-cap]:checked").count():
        first.focus()
        desk.page.keyboard.press(str(first.get_attribute("data-cap")))
    desk.page.locator("#save-sheet").focus()
    desk.page.keyboard.press("Enter")
    desk.page.get_by_text(f"Foglio {format_serial(serial)} salvato").wait_for()
    desk.page.wait_for_timeout(400)
    desk.page.locator("#serial").focus()


def shown_sheets(desk):
    return desk.page.evaluate("JSON.parse(sessionStorage.getItem('shown'))")


def number(shown):
    try:
        return parse_serial(dict(shown).get("serial", ""))
    except ValueError:
        return None


def as_read(definition, shown):
    """Return answers, texts and half marks as they stood on the screen."""
    cells = {}
    for name, value in shown:
        cells.setdefault(name, []).extend([value] if value.strip() else [])
    answers = {}
    for question in definition.closed_questions:
        cell = TICK_SEPARATOR.join(cells.get(f"q_{question.key}", []))
        answers[question.key] = KINDS[question.kind].from_cell(question, cell)
    texts = {
        question.key: text.replace("\r\n", "\n")
        for question in definition.text_questions
        for text in cells.get(f"q_{question.key}", [])
    }
    return answers, texts, set(cells.get("mezzo", []))


def stored_sheets(session, bundle):
    session.expire_all()
    definition, found = definition_of(bundle.wave.edition), {}
    for serial, marks in session.execute(select(Response.serial, Response.marks)).all():
        texts = select(Comment.question_key, Comment.text).where(Comment.serial == serial)
        halves = session.scalars(select(Keying.half_marks).where(Keying.serial == serial)).one()
        noted = {key for key in halves.split(",") if key}
        found[serial] = (decode(definition, marks), dict(session.execute(texts).all()), noted)
    return found


def free_serial(session, rng):
    session.expire_all()
    taken = set(session.scalars(select(Response.serial)))
    return rng.choice([serial for serial in range(1, 101) if serial not in taken])


@pytest.fixture
def desk_of(open_page, site, make, session):
    def open_desk(bundle):
        member = make.staff_member(Role.KEYER)
        session.commit()
        page = open_page(width=1366, height=768)
        page.add_init_script(WATCH)
        return Desk(page, site, bundle, member)

    return open_desk
