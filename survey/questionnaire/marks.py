"""Closed answers as one short string, a character an answer box: the only encode and decode."""

from __future__ import annotations

from collections.abc import Mapping

from survey.questionnaire.definition import Definition, Question, Status
from survey.questionnaire.kinds import BLANK, KINDS, Answer

_STATUS = {status.value: status for status in Status if status is not Status.VALID}


def width(question: Question) -> int:
    return KINDS[question.kind].width(question)


def marks_length(definition: Definition) -> int:
    return sum(width(question) for question in definition.walk())


def encode(definition: Definition, answers: Mapping[str, Answer]) -> str:
    """Write the answers as marks; a question without an answer is blank."""
    closed = definition.closed_questions
    unknown = set(answers) - {question.key for question in closed}
    if unknown:
        raise ValueError(f"answers to questions that the edition does not have: {sorted(unknown)}")
    return "".join([_encode_one(question, answers.get(question.key, BLANK)) for question in closed])


def decode(definition: Definition, marks: str) -> dict[str, Answer]:
    """Read the answers back, every closed question present."""
    if len(marks) != marks_length(definition):
        raise ValueError(f"{len(marks)} marks for an edition of {marks_length(definition)} boxes")
    answers, start = {}, 0
    for question in definition.closed_questions:
        end = start + width(question)
        answers[question.key] = _decode_one(question, marks[start:end])
        start = end
    return answers


def _encode_one(question: Question, answer: Answer) -> str:
    kind = KINDS[question.kind]
    if not kind.offers(question, answer):
        raise ValueError(f"{question.key}: {answer} is not an answer of this question")
    if answer.status is not Status.VALID:
        return answer.status.value * width(question)
    return kind.encode(question, answer.codes)


def _decode_one(question: Question, marks: str) -> Answer:
    try:
        answer = _read_one(question, marks)
    except ValueError:
        answer = None
    if answer is None or not KINDS[question.kind].offers(question, answer):
        raise ValueError(f"{question.key}: {marks!r} is not an answer of this question")
    return answer


def _read_one(question: Question, marks: str) -> Answer:
    status = _STATUS.get(marks[0])
    if status is None:
        return Answer.valid(*KINDS[question.kind].decode(question, marks))
    if marks != marks[0] * len(marks):
        raise ValueError(marks)
    return Answer(status)
