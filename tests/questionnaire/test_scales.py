"""The library of scales, and its use by the model questionnaires."""

from __future__ import annotations

from typing import Any

import pytest

from survey.questionnaire.definition import Definition
from survey.questionnaire.library import (
    library_document,
    library_names,
    scale_document,
    scale_names,
)
from survey.questionnaire.parsing import parse
from survey.questionnaire.scales import Polarity, Scale

NAMES = scale_names()


def parsed(name: str, languages: tuple[str, ...] = ("it", "en")) -> Scale:
    document: dict[str, Any] = {
        "format": "gradimento/questionnaire/1",
        "id": "x",
        "purpose": "staff",
        "languages": list(languages),
        "title": {"it": "x", "en": "x"},
        "scales": {name: scale_document(name)},
        "sections": [
            {
                "key": "s",
                "questions": [
                    {
                        "key": "q",
                        "kind": "rating",
                        "role": "item",
                        "scale": name,
                        "text": {"it": "x", "en": "x"},
                    }
                ],
            }
        ],
    }
    definition: Definition = parse(document)
    return definition.scales[name]


def test_the_library_holds_the_scales_in_use_and_the_verbal_one_comes_first() -> None:
    assert NAMES[0] == "verbal4"
    assert set(NAMES) == {
        "verbal4", "numeric5", "numeric6", "numeric10", "numeric0_10", "faces3", "stars5",
        "judgement5", "yes_no", "inverted5",
    }  # fmt: skip


#: method.md 2.2: satisfied and dissatisfied by length of the scale
METHOD = {
    "faces3": ({3}, {1}),
    "verbal4": ({3, 4}, {1, 2}),
    "numeric5": ({4, 5}, {1, 2}),
    "stars5": ({4, 5}, {1, 2}),
    "numeric10": ({8, 9, 10}, {1, 2, 3, 4, 5}),
    "numeric0_10": ({8, 9, 10}, {0, 1, 2, 3, 4, 5}),
}


@pytest.mark.parametrize("name", METHOD)
def test_the_satisfied_set_is_that_of_the_method(name: str) -> None:
    scale = parsed(name)
    assert (set(scale.satisfied), set(scale.dissatisfied)) == METHOD[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_library_scale_is_complete_in_italian_and_english(name: str) -> None:
    scale = parsed(name)
    for language in ("it", "en"):
        labels = [choice.label[language] for choice in scale.choices]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", NAMES)
def test_the_satisfied_end_is_the_better_end(name: str) -> None:
    scale = parsed(name)
    best = scale.bounds[1] if scale.polarity is Polarity.POSITIVE else scale.bounds[0]
    worst = scale.bounds[0] if scale.polarity is Polarity.POSITIVE else scale.bounds[1]
    assert best in scale.satisfied
    assert worst in scale.dissatisfied


def test_one_scale_has_one_as_the_best() -> None:
    negative = [name for name in NAMES if parsed(name).polarity is Polarity.NEGATIVE]
    assert negative == ["inverted5"]
    assert parsed("inverted5").choices[0].label["it"] == "1 – ottimo"


def test_faces_and_stars_carry_their_pictograms() -> None:
    faces = [choice.pictogram for choice in parsed("faces3").choices]
    stars = [choice.pictogram for choice in parsed("stars5").choices]
    assert faces == ["face-1", "face-2", "face-3"]
    assert stars == [f"star-{i}" for i in range(1, 6)]


@pytest.mark.parametrize("questionnaire", library_names())
def test_the_model_questionnaires_use_library_scales_unchanged(questionnaire: str) -> None:
    scales = library_document(questionnaire)["scales"]
    assert scales == {name: scale_document(name) for name in scales}


def test_a_scale_that_the_library_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        scale_document("likert99")
