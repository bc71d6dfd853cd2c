"""Answers in words: the code, and what the sheet prints beside it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.questionnaire.definition import Question, Status
from survey.questionnaire.kinds import STATUS_OF, TICK_SEPARATOR

NO_ANSWER: Mapping[Status, object] = {
    Status.BLANK: _l("in bianco"),
    Status.INVALID: _l("due segni, o illeggibile"),
    Status.DK: _l("non so"),
    Status.NA: _l("non previsto"),
}


def cell_words(question: Question, cell: str, language: str) -> str:
    """Write a cell for who reads it: ``4 Molto``, ``1 Sito, 3 Sportello``, ``in bianco``."""
    if cell in STATUS_OF:
        return str(NO_ANSWER[STATUS_OF[cell]])
    labels = {str(choice.code): choice.label[language] for choice in question.choices}
    codes = cell.split(TICK_SEPARATOR)
    return ", ".join(_one(code, labels.get(code, "")) for code in codes)


def _one(code: str, label: str) -> str:
    return code if label in {"", code} else f"{code} {label}"
