"""Respondents and staff are told what is wrong in their own language."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel, gettext
from werkzeug.datastructures import MultiDict

from survey.questionnaire import faults, messages
from survey.questionnaire.definition import Definition
from survey.questionnaire.faults import DefinitionError
from survey.questionnaire.form import build_form
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import parse

Definitions = Callable[[str], Definition]
ENGLISH = {
    "Scegli una risposta.": "Choose an answer.",
    "Scrivi un numero intero tra %(min)d e %(max)d.": "Write a number from %(min)d to %(max)d.",
    faults.REPEATED: "written twice: %(found)s",
    faults.MISSING: "is missing",
}


def test_every_sentence_to_a_respondent_is_found_by_message_extraction() -> None:
    source = BytesIO(inspect.getsource(messages).encode())
    found = {
        m for _, m, _, _ in extract("python", source, keywords={**DEFAULT_KEYWORDS, "_l": None})
    }
    assert {str(value) for name, value in vars(messages).items() if name.isupper()} == found


def test_a_respondent_is_told_in_the_language_of_the_page(
    english: Flask, definition_of: Definitions
) -> None:
    posted = MultiDict({"q_minutes": "300", "q_comment": "ok", "q_reason": "1", "q_wishes": "1"})
    with english.test_request_context():
        form = build_form(definition_of("required"), Mode.WEB)(formdata=posted)
        form.validate()
        assert {name: [str(e) for e in errors] for name, errors in form.errors.items()} == {
            "q_waiting_time": ["Choose an answer."],
            "q_minutes": ["Write a number from 5 to 120."],
        }


def test_an_author_is_told_in_the_language_of_the_page(
    english: Flask, document: dict[str, Any]
) -> None:
    document["languages"] = ["it", "it"]
    with pytest.raises(DefinitionError) as repeated:
        parse(document)
    with pytest.raises(DefinitionError) as missing:
        parse({})
    with english.test_request_context():
        assert repeated.value.told(gettext) == "written twice: 'it'"
        assert missing.value.told(gettext) == "is missing"


@pytest.fixture
def english(tmp_path: Path) -> Flask:
    """An application whose pages speak English, with a catalogue of a few sentences."""
    catalogue = Catalog(locale="en")
    for italian, words in ENGLISH.items():
        catalogue.add(italian, words, flags=["python-format"])
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "en", default_translation_directories=str(tmp_path))
    return app
