"""What a questionnaire is: one parsed, frozen document that all four faces walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey.questionnaire.scales import Choice, Scale, Text

FORMAT = "gradimento/questionnaire/1"


class Purpose(StrEnum):
    SATISFACTION = "satisfaction"
    NEEDS = "needs"
    STAFF = "staff"
    EMOTICON = "emoticon"


class Kind(StrEnum):
    RATING = "rating"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"


class Role(StrEnum):
    ITEM = "item"
    OVERALL = "overall"
    IMPORTANCE = "importance"
    EXPECTATION = "expectation"
    #: did the service meet expectations, and how close is it to an ideal one: with the overall
    #: judgement, the three questions of the index of that name
    CONFIRMATION = "confirmation"
    IDEAL = "ideal"
    RECOMMEND = "recommend"
    NEED = "need"
    COMMENT = "comment"
    PROFILE = "profile"
    OTHER = "other"


class Variable(StrEnum):
    """What a profile question asks about the person."""

    AGE_CLASS = "age_class"
    SEX = "sex"
    ACCESS_CHANNEL = "access_channel"
    FREQUENCY = "frequency"
    RESIDENCE = "residence"
    CITIZENSHIP = "citizenship"
    EDUCATION = "education"
    OCCUPATION = "occupation"
    CAPACITY = "capacity"
    HELPED = "helped"


class Status(StrEnum):
    """State of an answer; the value is its mark in the stored string."""

    VALID = "V"
    BLANK = "."
    DK = "N"
    NA = "P"
    INVALID = "?"


@dataclass(frozen=True, slots=True)
class Dimension:
    key: str
    label: Text
    #: what the dimension weighs among the gaps from expectations; of all dimensions or of none
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    #: place in the walk, from 1; the same on the web, on paper and at the keying desk
    number: int
    kind: Kind
    role: Role
    text: Text
    hint: Text | None = None
    scale: Scale | None = None
    dimension: str | None = None
    core: bool = False
    reversed: bool = False
    wording: int = 1
    required: bool = False
    #: answers besides the codes that the respondent may tick: ``Status.DK``, ``Status.NA``
    allows: tuple[Status, ...] = ()
    options: tuple[Choice, ...] = ()
    max_length: int = 0
    minimum: int = 0
    maximum: int = 0
    #: key of the item that an importance or expectation question is about
    of: str | None = None
    variable: Variable | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The boxes that can be ticked, in the order shown."""
        return self.scale.choices if self.scale else self.options

    @property
    def is_text(self) -> bool:
        return self.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    questions: tuple[Question, ...]
    title: Text | None = None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    id: str
    purpose: Purpose
    #: the first is the default
    languages: tuple[str, ...]
    title: Text
    intro: Text | None
    privacy: Text | None
    thanks: Text | None
    dimensions: tuple[Dimension, ...]
    scales: Mapping[str, Scale]
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Question]:
        """Yield every question in the order of every face."""
        for section in self.sections:
            yield from section.questions

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self.walk())

    @property
    def closed_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.walk() if not question.is_text)

    @property
    def text_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.walk() if question.is_text)

    def question(self, key: str) -> Question:
        for question in self.walk():
            if question.key == key:
                return question
        raise KeyError(key)

    def language_or_default(self, wanted: str | None) -> str:
        return wanted if wanted in self.languages else self.languages[0]
