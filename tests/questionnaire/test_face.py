"""The one walk, in one language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey.questionnaire.definition import Definition, Kind
from survey.questionnaire.face import ASIDE, Face, FaceOption, show
from survey.questionnaire.kinds import KINDS
from survey.questionnaire.parsing import parse

Definitions = Callable[[str], Definition]


def test_a_face_keeps_numbers_order_and_options(each_document: dict[str, Any]) -> None:
    definition = parse(each_document)
    face = show(definition, definition.languages[0])
    assert [q.number for q in face.questions] == list(range(1, len(face.questions) + 1))
    assert [q.key for q in face.questions] == [q.key for q in definition.walk()]
    for shown, asked in zip(face.questions, definition.walk(), strict=True):
        assert [option.cell for option in shown.options] == [str(c.code) for c in asked.choices]
        assert len(shown.aside) == len(asked.allows)


def test_two_languages_differ_in_words_alone(each_document: dict[str, Any]) -> None:
    definition = parse(each_document)
    outlines = {outline(show(definition, language)) for language in definition.languages}
    assert len(outlines) == 1


def test_every_cell_shown_is_an_answer_that_is_accepted(each_document: dict[str, Any]) -> None:
    definition = parse(each_document)
    for question in show(definition, definition.languages[0]).questions:
        asked = definition.question(question.key)
        for option in (*question.options, *question.aside):
            assert KINDS[asked.kind].from_cell(asked, option.cell)


def test_texts_come_in_the_language_asked_for(definition_of: Definitions) -> None:
    definition = definition_of("sections")
    italian, english = show(definition, "it"), show(definition, "en")
    assert (italian.title, english.title) == ("Prova", "Trial")
    assert (italian.intro, english.privacy, english.thanks) == (
        "Due righe\nd’introduzione.",
        "Anonymous.",
        "Thank you.",
    )
    assert [section.title for section in english.sections] == ["First part", None, "Last part"]
    assert english.sections[0].hint == "One answer a line."
    assert english.questions[0].text == "Waiting time"
    assert english.questions[0].hint == "From ticket to answer."
    assert english.questions[0].options[3] == FaceOption("4", "Very")


def test_a_language_that_is_not_written_is_refused(definition_of: Definitions) -> None:
    with pytest.raises(ValueError, match="is not written in 'de'"):
        show(definition_of("scale-verbal4"), "de")


def test_non_so_and_non_previsto_stand_only_where_offered(definition_of: Definitions) -> None:
    face = show(definition_of("aside"), "it")
    assert [[option.cell for option in question.aside] for question in face.questions] == [
        ["NS", "NP"],
        ["NP"],
        ["NS"],
        [],
    ]
    assert face.questions[0].aside[0].label == "Non so"


@pytest.mark.parametrize("language", ["it", "de", "sl", "fr", "en"])
def test_the_asides_speak_the_language_of_the_form(
    definition_of: Definitions, language: str
) -> None:
    labels = [option.label for option in show(definition_of("many-languages"), language)
              .questions[0].aside]  # fmt: skip
    assert labels == list(ASIDE[language].values())


def test_a_language_without_words_for_the_asides_borrows_english(
    definition_of: Definitions,
) -> None:
    face = show(definition_of("right-to-left"), "ar")
    assert [option.label for option in face.questions[0].aside] == ["Don't know"]
    assert face.questions[0].text == "وقت الانتظار"


def test_a_face_carries_what_a_form_needs(definition_of: Definitions) -> None:
    face = show(definition_of("required"), "it")
    minutes, comment = face.questions[3], face.questions[4]
    assert (minutes.minimum, minutes.maximum, minutes.required) == (5, 120, True)
    assert (comment.max_length, comment.is_text, comment.template) == (50, True, "long_text")
    assert minutes.field == "q_minutes"
    assert not minutes.is_text


def test_pictograms_reach_the_face(definition_of: Definitions) -> None:
    options = show(definition_of("kiosk-faces"), "it").questions[0].options
    assert [option.pictogram for option in options] == ["face-1", "face-2", "face-3"]


def test_a_scale_is_shown_in_its_own_order(definition_of: Definitions) -> None:
    face = show(definition_of("scale-judgement5"), "it")
    assert [option.cell for option in face.questions[0].options] == ["5", "4", "3", "2", "1"]


def test_naughty_texts_pass_through_to_the_letter(definition_of: Definitions) -> None:
    face = show(definition_of("naughty-texts"), "it")
    assert face.title == '<script>alert("1")</script>'
    assert face.questions[2].text == (
        '#set page(fill: red) $x^2$ *a* _b_ `c` [d] @e <f> \\ #eval("1")'
    )


def outline(face: Face) -> tuple[tuple[int, str, Kind, tuple[str, ...]], ...]:
    return tuple(
        (q.number, q.key, q.kind, tuple(option.cell for option in (*q.options, *q.aside)))
        for q in face.questions
    )
