"""The string of marks, one response and a whole wave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.data import read_questionnaire, responses_from_columns
from survey.questionnaire.columns import CODE_OF_STATUS, decode_columns
from survey.questionnaire.definition import Definition, Status
from survey.questionnaire.kinds import BLANK, KINDS, Answer
from survey.questionnaire.marks import decode, encode, marks_length
from survey.questionnaire.parsing import parse
from tests.questionnaire.strategies import answers, definitions

Definitions = Callable[[str], Definition]


@settings(deadline=None)
@given(st.data())
def test_answers_come_back_from_their_marks(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    given_answers = data.draw(answers(definition))
    marks = encode(definition, given_answers)
    assert len(marks) == marks_length(definition)
    assert marks.isascii()
    assert decode(definition, marks) == given_answers


@settings(deadline=None)
@given(st.data())
def test_answers_come_back_from_their_cells(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    for key, answer in data.draw(answers(definition)).items():
        question = definition.question(key)
        kind = KINDS[question.kind]
        assert kind.from_cell(question, kind.to_cell(answer)) == answer


@settings(deadline=None)
@given(st.data())
def test_columns_say_what_decode_says(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    wave = data.draw(st.lists(answers(definition), max_size=5))
    blob = "".join(encode(definition, one) for one in wave).encode()
    columns = decode_columns(definition, blob, len(wave))
    single = [q for q in definition.closed_questions if not KINDS[q.kind].takes_many]
    assert list(columns) == [question.key for question in single]
    for key, column in columns.items():
        assert column.dtype == np.int16
        assert column.tolist() == [number_of(one[key]) for one in wave]


@settings(deadline=None)
@given(st.data())
def test_marks_that_decode_refuses_have_no_columns(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    assume(not any(KINDS[question.kind].takes_many for question in definition.walk()))
    boxes = marks_length(definition)
    marks = data.draw(st.text("0123456789ABM.NP?xé", min_size=boxes, max_size=boxes))
    blob = marks.encode("latin-1")
    if not_decoded(definition, marks):
        with pytest.raises(ValueError, match="is not an answer of this question"):
            decode_columns(definition, blob, 1)
    else:
        decode_columns(definition, blob, 1)


def test_the_marks_of_a_known_form(document: dict[str, Any]) -> None:
    definition = parse(document)
    filled = {
        "hours": Answer.valid(2),
        "all": Answer(Status.DK),
        "wishes": Answer.valid(3, 1),
        "minutes": Answer.valid(7),
        "age": Answer(Status.INVALID),
    }
    assert encode(definition, filled) == "2.N101007?"
    assert decode(definition, "2.N101007?")["wishes"] == Answer.valid(1, 3)
    assert decode(definition, "2.N101007?")["hours_imp"] == BLANK


def test_codes_from_ten_on_are_letters(definition_of: Definitions) -> None:
    definition = definition_of("all-options")
    filled = {"services": Answer.valid(22), "main_service": Answer.valid(22)}
    assert encode(definition, filled) == "0" * 21 + "1M"
    ten = definition_of("scale-numeric10")
    assert encode(ten, {"waiting_time": Answer.valid(10)}) == "A.."


def test_a_status_fills_every_box_of_its_question(definition_of: Definitions) -> None:
    definition = definition_of("kind-number")
    assert encode(definition, {"minutes": Answer(Status.NA)}) == "PPP."


@pytest.mark.parametrize(
    "filled",
    [
        {"nowhere": BLANK},
        {"comment": BLANK},
        {"hours": Answer.valid(4)},
        {"hours": Answer.valid()},
        {"hours": Answer.valid(1, 2)},
        {"hours": Answer(Status.DK)},
        {"hours": Answer(Status.BLANK, (1,))},
        {"wishes": Answer.valid()},
        {"wishes": Answer.valid(1, 1)},
        {"wishes": Answer(Status.NA)},
        {"minutes": Answer.valid(121)},
    ],
)
def test_what_cannot_be_answered_is_not_encoded(
    document: dict[str, Any], filled: dict[str, Answer]
) -> None:
    with pytest.raises(ValueError, match=next(iter(filled))):
        encode(parse(document), filled)


@pytest.mark.parametrize(
    ("marks", "named"),
    [
        ("4.N101007?", "hours"),
        ("N.N101007?", "hours"),
        ("x.N101007?", "hours"),
        ("V.N101007?", "hours"),
        ("2.N10?007?", "wishes"),
        ("2.N000007?", "wishes"),
        ("2.N201007?", "wishes"),
        ("2.N...0.7?", "minutes"),
        ("2.N....07?", "minutes"),
        ("2.N...121?", "minutes"),
        ("2.N...NNN?", "minutes"),
        ("2.N...0077", "age"),
    ],
)
def test_marks_that_are_no_answer_are_refused_by_name(
    document: dict[str, Any], marks: str, named: str
) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        decode(parse(document), marks)


@pytest.mark.parametrize("marks", ["", "2.N101007", "2.N101007?."])
def test_marks_of_another_length_are_refused(document: dict[str, Any], marks: str) -> None:
    with pytest.raises(ValueError, match="10 boxes"):
        decode(parse(document), marks)


def test_columns_of_known_responses(document: dict[str, Any]) -> None:
    blob = b"2.N101007?" + b"3?P...???2" + b"1311001201"
    columns = decode_columns(parse(document), blob, 3)
    assert {key: column.tolist() for key, column in columns.items()} == {
        "hours": [2, 3, 1],
        "hours_imp": [-3, -4, 3],
        "all": [-1, -2, 1],
        "minutes": [7, -4, 120],
        "age": [-4, 2, 1],
    }


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [(b"4.N101007?", "hours: '4'"), (b"2.N...0.7?", "minutes: '0.7'"), (b"2.N...NNN?", "minutes")],
)
def test_columns_name_the_question_and_the_response_that_fail(
    document: dict[str, Any], spoilt: bytes, named: str
) -> None:
    with pytest.raises(ValueError, match=f"^{named}.*response 2"):
        decode_columns(parse(document), b"2.N101007?" + spoilt, 2)


@pytest.mark.parametrize("blob", [b"", b"2.N101007?", b"2.N101007?" * 3])
def test_columns_of_another_length_are_refused(document: dict[str, Any], blob: bytes) -> None:
    with pytest.raises(ValueError, match="2 responses of 10 boxes"):
        decode_columns(parse(document), blob, 2)


def test_no_response_gives_empty_columns(document: dict[str, Any]) -> None:
    columns = decode_columns(parse(document), b"", 0)
    assert [len(column) for column in columns.values()] == [0] * 5


def test_a_questionnaire_of_texts_alone_has_no_columns(definition_of: Definitions) -> None:
    definition = definition_of("kind-long-text")
    assert encode(definition, {}) == ""
    assert decode(definition, "") == {}
    assert decode_columns(definition, b"", 4) == {}


def not_decoded(definition: Definition, marks: str) -> bool:
    try:
        decode(definition, marks)
    except ValueError:
        return True
    return False


def number_of(answer: Answer) -> int:
    if answer.status is not Status.VALID:
        return CODE_OF_STATUS[answer.status]
    return answer.codes[0]


def test_numpy_waits_until_a_column_is_asked_for() -> None:
    program = (
        "import sys, survey.questionnaire.columns, survey.questionnaire.form;"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_analysis_takes_the_columns_of_every_definition(each_document: dict[str, Any]) -> None:
    definition, questionnaire = parse(each_document), read_questionnaire(each_document)
    assert [column.key for column in questionnaire.columns] == [q.key for q in definition.walk()]
    columns = decode_columns(definition, encode(definition, {}).encode() * 3, 3)
    responses = responses_from_columns(questionnaire, columns, mode=np.zeros(3, dtype=np.int8))
    assert (responses.ratings == CODE_OF_STATUS[Status.BLANK]).all()
    assert len(responses) == 3
