"""The one walk: a definition in one language, as every face shows it.

Web form, kiosk, printed sheet and keying screen all read a `Face`, so texts, numbers, order and
options cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.questionnaire.definition import Definition, Kind, Question, Status
from survey.questionnaire.kinds import CELL_OF, KINDS
from survey.questionnaire.scales import Text

FIELD_PREFIX = "q_"
#: words beside the boxes that stand outside the scale, for the languages we ship
ASIDE: Mapping[str, Mapping[Status, str]] = {
    "it": {Status.DK: "Non so", Status.NA: "Non previsto"},
    "en": {Status.DK: "Don't know", Status.NA: "Not applicable"},
    "de": {Status.DK: "Weiß nicht", Status.NA: "Nicht zutreffend"},
    "fr": {Status.DK: "Je ne sais pas", Status.NA: "Sans objet"},
    "sl": {Status.DK: "Ne vem", Status.NA: "Ni primerno"},
}
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class FaceOption:
    #: what the form posts and the clerk keys: ``3``, ``10``, ``NS``, ``NP``
    cell: str
    label: str
    pictogram: str | None = None


@dataclass(frozen=True, slots=True)
class FaceQuestion:
    number: int
    key: str
    kind: Kind
    text: str
    hint: str | None
    #: the boxes of the scale or list, in the order shown
    options: tuple[FaceOption, ...]
    #: "non so" and "non previsto", where the question offers them
    aside: tuple[FaceOption, ...]
    required: bool
    max_length: int
    minimum: int
    maximum: int

    @property
    def field(self) -> str:
        """Name of the field in a posted form."""
        return FIELD_PREFIX + self.key

    @property
    def is_text(self) -> bool:
        return KINDS[self.kind].is_text

    @property
    def has_degrees(self) -> bool:
        return KINDS[self.kind].has_degrees

    @property
    def template(self) -> str:
        """Folder name of this kind's templates."""
        return self.kind.value


@dataclass(frozen=True, slots=True)
class FaceSection:
    key: str
    title: str | None
    hint: str | None
    questions: tuple[FaceQuestion, ...]


@dataclass(frozen=True, slots=True)
class Face:
    language: str
    title: str
    intro: str | None
    privacy: str | None
    thanks: str | None
    sections: tuple[FaceSection, ...]

    @property
    def questions(self) -> tuple[FaceQuestion, ...]:
        return tuple(question for section in self.sections for question in section.questions)


def show(definition: Definition, language: str) -> Face:
    """Resolve a definition into one of its languages."""
    if language not in definition.languages:
        raise ValueError(f"{definition.id} is not written in {language!r}")
    sections = tuple(
        FaceSection(
            section.key,
            _in(section.title, language),
            _in(section.hint, language),
            tuple(_question(question, language) for question in section.questions),
        )
        for section in definition.sections
    )
    return Face(
        language,
        definition.title[language],
        _in(definition.intro, language),
        _in(definition.privacy, language),
        _in(definition.thanks, language),
        sections,
    )


def _in(text: Text | None, language: str) -> str | None:
    return None if text is None else text[language]


def _question(question: Question, language: str) -> FaceQuestion:
    words = ASIDE.get(language, ASIDE[_FALLBACK_LANGUAGE])
    return FaceQuestion(
        number=question.number,
        key=question.key,
        kind=question.kind,
        text=question.text[language],
        hint=_in(question.hint, language),
        options=tuple(
            FaceOption(str(choice.code), choice.label[language], choice.pictogram)
            for choice in question.choices
        ),
        aside=tuple(FaceOption(CELL_OF[status], words[status]) for status in question.allows),
        required=question.required,
        max_length=question.max_length,
        minimum=question.minimum,
        maximum=question.maximum,
    )
