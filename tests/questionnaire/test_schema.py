"""The published JSON Schema and the parser agree, as far as a schema can say."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from survey.questionnaire.definition import FORMAT, Kind, Purpose, Role, Variable
from survey.questionnaire.document import MAX_WORDS
from survey.questionnaire.kinds import KINDS, MAX_NUMBER, MAX_OPTION_CODE, MAX_TEXT_LENGTH
from survey.questionnaire.parsing import (
    ALLOWS,
    MAX_SCALE_CODE,
    RESERVED_KEYS,
    DefinitionError,
    parse,
)
from survey.questionnaire.scales import Polarity

SCHEMA = json.loads((files("survey.questionnaire") / "definition.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
#: the document is copied before it is spoilt, so one fixture serves all examples
ENOUGH = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


def test_every_definition_validates(each_document: dict[str, Any]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(each_document)] == []


def test_the_schema_names_the_same_words_as_the_program() -> None:
    question = SCHEMA["$defs"]["question"]["properties"]
    assert question["kind"]["enum"] == list(Kind)
    assert question["role"]["enum"] == list(Role)
    assert question["variable"]["enum"] == list(Variable)
    assert set(question["key"]["not"]["enum"]) == RESERVED_KEYS
    assert SCHEMA["properties"]["purpose"]["enum"] == list(Purpose)
    assert SCHEMA["$defs"]["scale"]["properties"]["polarity"]["enum"] == list(Polarity)


def test_the_schema_sets_the_same_limits_as_the_program() -> None:
    defs, rules = SCHEMA["$defs"], SCHEMA["$defs"]["question"]["allOf"]
    fields = {name: rule for r in rules for name, rule in r["then"].get("properties", {}).items()}
    assert defs["code"]["maximum"] == MAX_SCALE_CODE
    assert defs["options"]["maxItems"] == MAX_OPTION_CODE
    assert defs["options"]["items"]["properties"]["code"]["maximum"] == MAX_OPTION_CODE
    assert defs["text"]["additionalProperties"]["maxLength"] == MAX_WORDS
    assert fields["maximum"]["maximum"] == MAX_NUMBER
    assert fields["max_length"]["maximum"] == MAX_TEXT_LENGTH
    assert fields["allows"]["items"]["enum"] == list(ALLOWS)


def test_the_schema_knows_the_fields_of_every_kind() -> None:
    rules = SCHEMA["$defs"]["question"]["allOf"]
    for name, kind in KINDS.items():
        expected = set(kind.fields) | ({"allows"} if kind.may_allow else set())
        found = {
            field
            for rule in rules
            if name in _kinds_of(rule)
            for field in rule["then"].get("properties", {})
        }
        assert found == expected


@ENOUGH
@given(st.data())
def test_what_the_schema_refuses_the_parser_refuses(
    document: dict[str, Any], data: st.DataObject
) -> None:
    spoilt = _spoil(document, data)
    assume(not VALIDATOR.is_valid(spoilt))
    with pytest.raises(DefinitionError):
        parse(spoilt)


#: what only a program can see: another part of the document, or how a number is written
BEYOND_A_SCHEMA = {
    "ripetuto: %(found)s",
    "manca il testo in questa lingua",
    "lingua non elencata in «languages»",
    "codice che la scala non ha: %(found)s",
    "un codice non può stare anche in «satisfied»: %(found)s",
    "già usata da un’altra domanda: %(found)s",
    "la scala %(found)s non è definita in «scales»",
    "la dimensione %(found)s non è in «dimensions»",
    "indica una domanda che non c’è, o che non è un aspetto valutato: %(found)s",
    "un’altra domanda chiede già la stessa cosa di %(found)s",
    "c’è già una domanda sul giudizio complessivo",
    "variabile di profilo chiesta due volte: %(found)s",
    # 1.0 is a whole number to JSON Schema; the least maximum of a number is its minimum
    "deve essere un numero intero tra %(low)d e %(high)d; trovato %(found)s",
}


@ENOUGH
@given(st.data())
def test_what_the_parser_refuses_the_schema_refuses_unless_beyond_it(
    document: dict[str, Any], data: st.DataObject
) -> None:
    spoilt = _spoil(document, data)
    fault = _fault(spoilt)
    if fault is not None and fault.message not in BEYOND_A_SCHEMA:
        assert not VALIDATOR.is_valid(spoilt), str(fault)


WORDS = st.sampled_from(
    ["", " ", "it", "rating", "item", "profile", "sex", "dk", "three", "access", "hours", "Ab",
     "a-b", "single_choice", "multiple_choice", "number", "other", "a" * 41, "a\x01b",
     "face-1", "mode"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-1, 12) | st.sampled_from([1.0, 2.5]) | WORDS
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(WORDS, SCALARS, max_size=2)
DELETE, RENAME, REPLACE = range(3)


def _spoil(document: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Delete, rename or replace one thing anywhere in the document."""
    spoilt = copy.deepcopy(document)
    holder, key = data.draw(st.sampled_from(list(_places(spoilt))))
    what = data.draw(st.sampled_from([DELETE, RENAME, REPLACE, REPLACE]))
    if what == DELETE:
        del holder[key]
    elif what == RENAME and isinstance(holder, dict):
        holder[data.draw(WORDS)] = holder.pop(key)
    else:
        holder[key] = data.draw(VALUES)
    return spoilt


def _fault(document: dict[str, Any]) -> DefinitionError | None:
    try:
        parse(document)
    except DefinitionError as error:
        return error
    return None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _kinds_of(rule: dict[str, Any]) -> list[str]:
    condition = rule["if"]["properties"].get("kind", {})
    return [condition["const"]] if "const" in condition else condition.get("enum", [])
