"""The model questionnaires that the product ships."""

from __future__ import annotations

import pytest

from survey.questionnaire.definition import Kind, Role, Variable
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.parsing import parse

NAMES = library_names()


def test_the_library_ships_the_front_office_and_the_social_services() -> None:
    assert NAMES == ("servizi-sociali", "urp-sportello")


@pytest.mark.parametrize("name", NAMES)
def test_a_model_questionnaire_is_named_like_its_file(name: str) -> None:
    assert parse(library_document(name)).id == name


@pytest.mark.parametrize("name", NAMES)
def test_a_model_questionnaire_is_complete_in_italian_and_english(name: str) -> None:
    definition = parse(library_document(name))
    assert definition.languages == ("it", "en")
    assert definition.intro
    assert definition.privacy
    assert definition.thanks


@pytest.mark.parametrize("name", NAMES)
def test_every_item_has_a_dimension_and_every_dimension_an_item(name: str) -> None:
    definition = parse(library_document(name))
    items = [question for question in definition.walk() if question.role is Role.ITEM]
    assert all(item.core and item.scale and item.scale.name == "verbal4" for item in items)
    assert {item.dimension for item in items} == {d.key for d in definition.dimensions}


@pytest.mark.parametrize("name", NAMES)
def test_the_profile_comes_last_and_the_overall_judgement_after_the_items(name: str) -> None:
    roles = [question.role for question in parse(library_document(name)).walk()]
    first_profile = roles.index(Role.PROFILE)
    assert set(roles[first_profile:]) == {Role.PROFILE}
    assert roles.count(Role.OVERALL) == 1
    last_item = max(i for i, role in enumerate(roles) if role is Role.ITEM)
    assert roles.index(Role.OVERALL) == last_item + 1


@pytest.mark.parametrize("name", NAMES)
def test_the_comment_asks_not_to_write_names(name: str) -> None:
    definition = parse(library_document(name))
    (comment,) = (question for question in definition.walk() if question.role is Role.COMMENT)
    assert comment.hint
    assert "Non scrivere nomi" in comment.hint["it"]
    assert "do not write names" in comment.hint["en"]


def test_the_front_office_asks_ten_items_and_the_full_profile() -> None:
    definition = parse(library_document("urp-sportello"))
    roles = [question.role for question in definition.walk()]
    assert roles.count(Role.ITEM) == 10
    assert roles.count(Role.NEED) == 1
    assert {question.variable for question in definition.walk() if question.variable} == {
        Variable.ACCESS_CHANNEL,
        Variable.AGE_CLASS,
        Variable.SEX,
        Variable.RESIDENCE,
        Variable.HELPED,
    }


def test_the_social_services_card_is_short_and_asks_little_of_the_person() -> None:
    definition = parse(library_document("servizi-sociali"))
    assert len(definition.questions) == 9
    assert sum(question.role is Role.ITEM for question in definition.walk()) == 5
    profile = [question for question in definition.walk() if question.role is Role.PROFILE]
    assert {question.variable for question in profile} == {Variable.CAPACITY, Variable.AGE_CLASS}
    assert all(len(question.options) <= 3 for question in profile)


def test_no_model_questionnaire_forces_an_answer() -> None:
    for name in NAMES:
        assert not any(question.required for question in parse(library_document(name)).walk())


def test_a_document_can_be_changed_without_touching_the_library() -> None:
    library_document("urp-sportello")["sections"].clear()
    assert library_document("urp-sportello")["sections"]


def test_a_name_that_is_not_in_the_library_is_refused() -> None:
    with pytest.raises(KeyError):
        library_document("../definition")


def test_the_residual_option_is_marked() -> None:
    definition = parse(library_document("urp-sportello"))
    wishes = definition.question("wishes")
    assert wishes.kind is Kind.MULTIPLE_CHOICE
    assert [option.label["it"] for option in wishes.options if option.other] == ["Altro"]
