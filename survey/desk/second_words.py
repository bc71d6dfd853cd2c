"""Which keys the reviewer types, each with its words."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.desk.differences import TYPED
from survey.questionnaire.cell_words import NO_ANSWER
from survey.questionnaire.definition import Question, Status


def what_to_type(question: Question, language: str) -> list[tuple[str, str]]:
    """Return the keys of a question's answers, each with its words; an empty key is any number."""
    keys = [(str(choice.code), choice.label[language]) for choice in question.choices]
    if not keys:
        low, high = question.minimum, question.maximum
        keys = [("", _("un numero da %(low)s a %(high)s", low=low, high=high))]
    outside = (*question.allows, Status.INVALID, Status.BLANK)
    return keys + [(TYPED[status], str(NO_ANSWER[status])) for status in outside]
