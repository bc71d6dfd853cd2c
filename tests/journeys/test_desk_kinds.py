"""A clerk with a pile of sheets and Chromium: questions of every kind, each with its own keys."""

from __future__ import annotations

import pytest

from tests.desk.keying import printed
from tests.factories import document

pytestmark = pytest.mark.browser


def test_ten_has_one_key_on_both_scales(desk_of, make, session):
    for name, key, wanted in [("scale-numeric10", "0", 10), ("scale-numeric0-10", "*", 10),
                              ("scale-numeric0-10", "x", 10), ("scale-numeric0-10", "0", 0),
                              ("scale-numeric10", "1", 1)]:  # fmt: skip
        desk = desk_of(printed(make, document(name)))
        desk.type_serial(1)
        desk.press(key)
        first = desk.page.locator("[data-question='1'] input:checked").get_attribute("value")
        assert (name, key, first) == (name, key, str(wanted))
        assert desk.focus != "1"


def test_long_list_waits_for_the_second_figure_only_when_there_may_be_one(desk_of, make):
    desk = desk_of(printed(make, long_list(12)))
    desk.type_serial(1)
    desk.press("1")
    assert desk.focus == "1"
    assert "1…" in desk.status
    desk.press("2")
    assert (desk.chosen("topic"), desk.focus) == (["12"], "2")
    desk.press("ArrowUp", "1", "Enter")
    assert (desk.chosen("topic"), desk.focus) == (["1"], "2")
    desk.press("ArrowUp", "7")
    assert (desk.chosen("topic"), desk.focus) == (["7"], "2")
    desk.press("ArrowUp", "1", "9")
    assert (desk.chosen("topic"), desk.focus) == (["7"], "1")
    assert "«19»" in desk.status


def test_several_answers_are_toggled_and_left_with_enter(desk_of, make):
    desk = desk_of(printed(make, document("kind-multiple-choice")))
    question = first_of("kind-multiple-choice", "multiple_choice")
    number, key = str(question.number), question.key
    desk.type_serial(1)
    while desk.focus != number:
        desk.press("ArrowDown")
    desk.press("1", "2", "1")
    assert (desk.focus, desk.chosen(key)) == (number, ["2"])
    desk.press("/")
    assert desk.chosen(key) == ["?"]
    desk.press("ArrowUp")
    desk.press("2")
    assert desk.chosen(key) == ["2"]
    desk.press("Delete")
    assert desk.chosen(key) == []


def test_written_number_goes_on_when_full_and_refuses_what_is_out_of_range(desk_of, make):
    question = first_of("kind-number", "number")
    desk = desk_of(printed(make, document("kind-number")))
    desk.type_serial(1)
    while desk.focus != str(question.number):
        desk.press("ArrowDown")
    desk.press("h")
    assert "«H»" in desk.status
    desk.press(*str(question.maximum + 1)[: len(str(question.maximum))])
    field = f"#q_{question.key}"
    typed = desk.page.locator(field).input_value()
    if int(typed) > question.maximum:
        assert desk.focus == str(question.number)
    desk.page.locator(field).fill("")
    desk.page.locator(field).focus()
    desk.press(*str(question.maximum))
    assert desk.page.locator(field).input_value() == str(question.maximum)
    assert desk.focus != str(question.number)


def first_of(name, kind):
    from survey.questionnaire.parsing import parse

    return next(q for q in parse(document(name)).questions if q.kind == kind)


def long_list(length):
    doc = document("small")
    topic = {
        "key": "topic",
        "kind": "single_choice",
        "role": "other",
        "text": {"it": "Per che cosa?", "en": "What for?"},
        "options": [
            {"code": n, "label": {"it": f"Voce {n}", "en": f"Entry {n}"}}
            for n in range(1, length + 1)
        ],
    }
    doc["sections"][0]["questions"].insert(0, topic)
    return doc
