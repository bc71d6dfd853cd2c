"""The form that checks what comes back: the web asks more than paper, paper may be marred."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey.questionnaire import messages
from survey.questionnaire.definition import Definition, Status
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.kinds import BLANK, Answer
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import parse
from tests.questionnaire.strategies import definitions

Definitions = Callable[[str], Definition]
Pairs = list[tuple[str, str]]
SPOKEN = [Mode.WEB, Mode.KIOSK, Mode.PHONE]


def filled(definition: Definition, mode: Mode, posted: Pairs) -> ResponseForm:
    return build_form(definition, mode)(formdata=MultiDict(posted))


def errors_of(form: ResponseForm) -> dict[str, list[str]]:
    assert form.validate() is not bool(form.errors)
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_answers_and_comments_are_read(definition_of: Definitions) -> None:
    definition = definition_of("required")
    form = filled(
        definition,
        Mode.WEB,
        [
            ("q_waiting_time", "4"),
            ("q_reason", "2"),
            ("q_wishes", "2"),
            ("q_wishes", "1"),
            ("q_minutes", " 15 "),
            ("q_comment", "Uno\r\ndue\rtre"),
        ],
    )
    assert errors_of(form) == {}
    assert form.answers() == {
        "waiting_time": Answer.valid(4),
        "reason": Answer.valid(2),
        "wishes": Answer.valid(1, 2),
        "minutes": Answer.valid(15),
    }
    assert form.comments() == {"comment": "Uno\ndue\ntre"}
    assert not form.is_empty()


@pytest.mark.parametrize("mode", SPOKEN)
def test_a_required_answer_is_asked_for_where_somebody_can_be_asked(
    definition_of: Definitions, mode: Mode
) -> None:
    errors = errors_of(filled(definition_of("required"), mode, [("q_comment", " \n ")]))
    closed = ["q_waiting_time", "q_reason", "q_wishes"]
    assert errors == {
        **{name: [str(messages.REQUIRED)] for name in closed},
        "q_minutes": [str(messages.REQUIRED_NUMBER)],
        "q_comment": [str(messages.REQUIRED_TEXT)],
    }


def test_paper_may_leave_a_required_answer_blank(definition_of: Definitions) -> None:
    form = filled(definition_of("required"), Mode.PAPER, [])
    assert errors_of(form) == {}
    assert set(form.answers().values()) == {BLANK}
    assert form.is_empty()


def test_a_required_answer_may_be_non_so(document: dict[str, Any]) -> None:
    document["sections"][0]["questions"][2]["required"] = True
    form = filled(parse(document), Mode.WEB, [("q_all", "NS")])
    assert errors_of(form) == {}
    assert form.answers()["all"] == Answer(Status.DK)


@pytest.mark.parametrize("mode", SPOKEN)
def test_an_invalid_mark_exists_on_paper_alone(definition_of: Definitions, mode: Mode) -> None:
    definition = definition_of("scale-verbal4")
    posted = [("q_waiting_time", "?")]
    assert errors_of(filled(definition, mode, posted)) == {
        "q_waiting_time": [str(messages.NOT_AN_OPTION)]
    }
    paper = filled(definition, Mode.PAPER, posted)
    assert errors_of(paper) == {}
    assert paper.answers()["waiting_time"] == Answer(Status.INVALID)
    assert not paper.is_empty()


@pytest.mark.parametrize("mode", list(Mode))
def test_two_answers_to_one_question_are_refused(definition_of: Definitions, mode: Mode) -> None:
    form = filled(
        definition_of("scale-verbal4"), mode, [("q_waiting_time", "1"), ("q_waiting_time", "2")]
    )
    assert errors_of(form) == {"q_waiting_time": [str(messages.ONE_ANSWER)]}
    assert form.answers()["waiting_time"] == BLANK


@pytest.mark.parametrize("cell", ["5", "x", "NS", "NP", "1|2", "1\x00"])
@pytest.mark.parametrize("mode", list(Mode))
def test_what_the_form_does_not_offer_is_refused(
    definition_of: Definitions, mode: Mode, cell: str
) -> None:
    form = filled(definition_of("scale-verbal4"), mode, [("q_waiting_time", cell)])
    assert errors_of(form) == {"q_waiting_time": [str(messages.NOT_AN_OPTION)]}


@pytest.mark.parametrize("mode", list(Mode))
def test_non_so_is_taken_where_it_is_offered(definition_of: Definitions, mode: Mode) -> None:
    form = filled(definition_of("aside"), mode, [("q_waiting_time", "NS"), ("q_courtesy", "NP")])
    assert errors_of(form) == {}
    assert form.answers()["waiting_time"] == Answer(Status.DK)
    assert form.answers()["courtesy"] == Answer(Status.NA)


@pytest.mark.parametrize("cell", ["241", "-1", "3,5", "tre"])
def test_a_wrong_number_is_told_its_bounds(definition_of: Definitions, cell: str) -> None:
    form = filled(definition_of("kind-number"), Mode.WEB, [("q_minutes", cell)])
    assert errors_of(form) == {"q_minutes": ["Scrivi un numero intero tra 0 e 240."]}


def test_a_refused_answer_is_not_also_called_missing(definition_of: Definitions) -> None:
    form = filled(
        definition_of("required"), Mode.WEB, [("q_waiting_time", "9"), ("q_comment", "x" * 51)]
    )
    errors = errors_of(form)
    assert errors["q_waiting_time"] == [str(messages.NOT_AN_OPTION)]
    assert errors["q_comment"] == [
        "Il testo è troppo lungo: al massimo 50 caratteri, ne hai scritti 51."
    ]


def test_a_text_of_exactly_the_length_allowed_is_taken(definition_of: Definitions) -> None:
    text = "è" * 48 + "\r\n" + "x"
    form = filled(definition_of("required"), Mode.PAPER, [("q_comment", text)])
    assert errors_of(form) == {}
    assert form.comments() == {"comment": "è" * 48 + "\nx"}


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
@pytest.mark.parametrize("mode", list(Mode))
def test_characters_that_no_database_keeps_are_refused(
    definition_of: Definitions, mode: Mode, text: str
) -> None:
    form = filled(definition_of("kind-short-text"), mode, [("q_office", text)])
    assert errors_of(form) == {"q_office": [str(messages.CONTROL_CHARACTERS)]}
    assert form.cells()["q_office"] == ["ab"]


def test_a_text_of_blanks_is_no_comment(definition_of: Definitions) -> None:
    form = filled(definition_of("kind-short-text"), Mode.WEB, [("q_office", " \n\t")])
    assert errors_of(form) == {}
    assert form.comments() == {}
    assert form.is_empty()


def test_what_was_typed_is_kept_to_show_it_again(definition_of: Definitions) -> None:
    form = filled(
        definition_of("required"),
        Mode.WEB,
        [("q_wishes", "1"), ("q_wishes", "8"), ("q_minutes", "tanti"), ("q_comment", "<b>ciao")],
    )
    form.validate()
    assert form.cells() == {
        "q_waiting_time": [],
        "q_reason": [],
        "q_wishes": ["1", "8"],
        "q_minutes": ["tanti"],
        "q_comment": ["<b>ciao"],
    }


def test_fields_that_the_form_does_not_have_are_ignored(definition_of: Definitions) -> None:
    form = filled(definition_of("kind-short-text"), Mode.WEB, [("q_x", "1"), ("mode", "paper")])
    assert errors_of(form) == {}
    assert form.is_empty()


def test_questions_named_like_parts_of_a_form_do_no_harm(definition_of: Definitions) -> None:
    form = filled(
        definition_of("naughty-texts"),
        Mode.WEB,
        [("q_submit", "1"), ("q_data", "ciao"), ("q_constructor", "2")],
    )
    assert errors_of(form) == {}
    assert form.answers()["submit"] == Answer.valid(1)
    assert form.comments() == {"data": "ciao"}


def test_an_unsent_form_is_empty(definition_of: Definitions) -> None:
    form = build_form(definition_of("required"), Mode.PAPER)(formdata=None)
    assert form.is_empty()
    assert set(form.answers().values()) == {BLANK}


def test_the_form_of_an_edition_is_made_once(definition_of: Definitions) -> None:
    definition = definition_of("required")
    assert build_form(definition, Mode.WEB) is build_form(definition, Mode.WEB)
    assert build_form(definition, Mode.WEB) is not build_form(definition, Mode.PAPER)
    assert build_form(definition_of("required"), Mode.WEB) is not build_form(definition, Mode.WEB)


@pytest.mark.parametrize("body", [{"q_waiting_time": 4}, [1], "x"])
def test_a_json_body_is_not_a_filled_in_form(definition_of: Definitions, body: object) -> None:
    with Flask(__name__).test_request_context("/", method="POST", json=body):
        form = build_form(definition_of("scale-verbal4"), Mode.WEB)()
        assert form.validate()
        assert form.is_empty()


def test_a_posted_form_is_read_from_the_request(definition_of: Definitions) -> None:
    form_class = build_form(definition_of("scale-verbal4"), Mode.WEB)
    app = Flask(__name__)
    with app.test_request_context("/", method="POST", data={"q_waiting_time": "3"}):
        assert form_class().answers()["waiting_time"] == Answer.valid(3)
    with app.test_request_context("/?q_waiting_time=3"):
        assert form_class().is_empty()


def test_an_uploaded_file_is_not_an_answer(definition_of: Definitions) -> None:
    with Flask(__name__).test_request_context(
        "/", method="POST", data={"q_office": (BytesIO(b"ciao"), "a.txt")}
    ):
        assert build_form(definition_of("kind-short-text"), Mode.WEB)().is_empty()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_posted_is_an_answer_or_an_error(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    names = [f"q_{question.key}" for question in definition.walk()]
    cells = st.sampled_from(["", "0", "1", "7", "10", "22", "NS", "NP", "?", "1|2", "x"])
    cells |= st.text(max_size=5)
    posted = data.draw(st.lists(st.tuples(st.sampled_from(names), cells), max_size=12))
    mode = data.draw(st.sampled_from(list(Mode)))
    form = filled(definition, mode, posted)
    errors_of(form)
    assert set(form.answers()) == {question.key for question in definition.closed_questions}
    form.cells()
