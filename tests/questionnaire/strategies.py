"""Any questionnaire there can be, and any answers to it, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from survey.questionnaire.definition import FORMAT, Definition, Question, Status
from survey.questionnaire.kinds import BLANK, KINDS, MAX_NUMBER, Answer
from survey.questionnaire.parsing import parse

WORDS = {"it": "parole"}


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    scales = {f"scale{i}": draw(_scales()) for i in range(draw(st.integers(1, 3)))}
    questions = draw(st.lists(_questions(list(scales)), min_size=1, max_size=8))
    for i, question in enumerate(questions):
        question["key"] = f"q{i}"
    document = {
        "format": FORMAT,
        "id": "any",
        "purpose": "needs",
        "languages": ["it"],
        "title": WORDS,
        "scales": scales,
        "sections": [{"key": "s", "questions": questions}],
    }
    return parse(document)


def answers(definition: Definition) -> st.SearchStrategy[dict[str, Answer]]:
    """Draw what somebody may have answered, every closed question present."""
    return st.fixed_dictionaries(
        {question.key: _answer(question) for question in definition.closed_questions}
    )


@st.composite
def _scales(draw: st.DrawFn) -> dict[str, Any]:
    codes = draw(st.lists(st.integers(0, 10), min_size=2, max_size=11, unique=True))
    return {
        "codes": [{"code": code, "label": WORDS} for code in codes],
        "polarity": draw(st.sampled_from(["positive", "negative"])),
        "satisfied": [codes[0]],
        "dissatisfied": [codes[1]],
    }


@st.composite
def _questions(draw: st.DrawFn, scales: list[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(KINDS)))
    question: dict[str, Any] = {"kind": kind.value, "role": "other", "text": WORDS}
    if KINDS[kind].may_allow:
        question["allows"] = draw(st.lists(st.sampled_from(["dk", "na"]), unique=True))
    if "scale" in KINDS[kind].fields:
        question["scale"] = draw(st.sampled_from(scales))
    if "options" in KINDS[kind].fields:
        codes = draw(st.lists(st.integers(1, 22), min_size=1, max_size=22, unique=True))
        question["options"] = [{"code": code, "label": WORDS} for code in codes]
    if "maximum" in KINDS[kind].fields:
        question["maximum"] = draw(st.integers(1, MAX_NUMBER))
        question["minimum"] = draw(st.integers(0, question["maximum"]))
    return question


def _answer(question: Question) -> st.SearchStrategy[Answer]:
    kind = KINDS[question.kind]
    invalid = Answer(Status.INVALID)
    asides = st.sampled_from([BLANK, invalid, *(Answer(status) for status in question.allows)])
    codes = [choice.code for choice in question.choices]
    if kind.takes_many:
        ticked = st.sets(st.sampled_from(codes), min_size=1)
        valid = ticked.map(lambda some: Answer.valid(*(code for code in codes if code in some)))
    elif kind.is_written:
        valid = st.integers(question.minimum, question.maximum).map(Answer.valid)
    else:
        valid = st.sampled_from(codes).map(Answer.valid)
    return asides | valid
