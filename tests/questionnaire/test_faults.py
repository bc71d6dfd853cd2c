"""A fault can be told in the reader's language."""

from __future__ import annotations

import inspect
import re
from io import BytesIO
from typing import Any

import pytest
from babel.messages.extract import extract

from survey.questionnaire import faults
from survey.questionnaire.faults import DefinitionError, shown
from survey.questionnaire.parsing import parse

SENTENCES = {
    name: value for name, value in vars(faults).items() if name.isupper() and isinstance(value, str)
}


def test_every_sentence_is_found_by_message_extraction() -> None:
    source = BytesIO(inspect.getsource(faults).encode())
    found = {message for _, message, _, _ in extract("python", source)}
    assert set(SENTENCES.values()) <= found
    assert len(SENTENCES) > 30


def test_a_fault_is_told_through_the_translation_given(document: dict[str, Any]) -> None:
    english = {faults.NOT_ONE_OF: "must be one of: %(choices)s; found %(found)s"}
    document["purpose"] = "sales"
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    told = caught.value.told(lambda message: english[message])
    assert told == "must be one of: satisfaction, needs, staff, emoticon; found 'sales'"
    assert str(caught.value).startswith("purpose: deve essere uno di: satisfaction")


def test_a_fault_keeps_its_place_its_sentence_and_its_values() -> None:
    fault = DefinitionError("sections[0]", faults.TOO_FEW, least=1)
    assert (fault.place, fault.message, fault.params) == (
        "sections[0]",
        faults.TOO_FEW,
        {"least": 1},
    )
    assert str(fault) == "sections[0]: l’elenco è troppo corto: elementi richiesti 1 o più"
    assert isinstance(fault, ValueError)


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert DefinitionError("x", "al 100 %").told() == "al 100 %"


@pytest.mark.parametrize("message", SENTENCES.values())
def test_placeholders_are_named_so_that_a_translator_can_move_them(message: str) -> None:
    assert not re.search(r"%(?!\(\w+\)[sd])", message)


def test_a_short_value_is_shown_whole_and_a_long_one_cut() -> None:
    assert shown("sì") == "'sì'"
    assert len(shown("x" * 1_000)) == 61
