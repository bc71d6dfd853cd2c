"""The kinds of question: each class knows what it reads, stores, accepts and asks.

A closed answer travels as a *cell*: the code as a number (``10``), several ticks joined by ``|``,
``NS`` non so, ``NP`` non previsto, ``?`` invalid, empty for blank. The web form, the keying desk
and the answers file all speak in cells.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from survey.questionnaire import faults
from survey.questionnaire.definition import Kind, Question, Role, Status
from survey.questionnaire.document import KEY, Node
from survey.questionnaire.faults import shown
from survey.questionnaire.scales import Scale

ALPHABET = "0123456789ABCDEFGHIJKLM"
MAX_OPTION_CODE = len(ALPHABET) - 1
#: what a column of 16-bit integers and four boxes on paper hold
MAX_NUMBER = 9_999
MAX_TEXT_LENGTH = 5_000
TICK_SEPARATOR = "|"
CELL_OF = {Status.BLANK: "", Status.DK: "NS", Status.NA: "NP", Status.INVALID: "?"}
STATUS_OF = {cell: status for status, cell in CELL_OF.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A closed answer: its status and, when valid, the codes ticked or the number written."""

    status: Status
    codes: tuple[int, ...] = ()

    @classmethod
    def valid(cls, *codes: int) -> Answer:
        return cls(Status.VALID, codes)


BLANK = Answer(Status.BLANK)


@dataclass(frozen=True, slots=True)
class Known:
    """What a question may refer to: languages, scales and dimensions of its document."""

    languages: tuple[str, ...]
    scales: Mapping[str, Scale]
    dimensions: frozenset[str]


class QuestionKind(ABC):
    #: fields of the document that only this kind has
    fields: ClassVar[tuple[str, ...]] = ()
    #: whether "non so" and "non previsto" may be offered
    may_allow: ClassVar[bool] = False
    #: whether the answer is free text, stored apart from the marks
    is_text: ClassVar[bool] = False
    #: whether several boxes may be ticked
    takes_many: ClassVar[bool] = False
    #: whether the answer is written in figures rather than ticked
    is_written: ClassVar[bool] = False
    #: whether the boxes are degrees, so that a mark on paper can stand between two of them
    has_degrees: ClassVar[bool] = False

    @abstractmethod
    def read(self, node: Node, role: Role, known: Known) -> dict[str, Any]:
        """Read this kind's own fields of the document."""

    @abstractmethod
    def width(self, question: Question) -> int:
        """Return how many boxes the question takes in the string of marks."""

    def encode(self, question: Question, codes: tuple[int, ...]) -> str:
        return ALPHABET[codes[0]]

    def decode(self, question: Question, marks: str) -> tuple[int, ...]:
        return (ALPHABET.index(marks),)

    def accepts(self, question: Question, codes: tuple[int, ...]) -> bool:
        """Tell whether the codes are an answer that this question offers."""
        return len(codes) == 1 and codes[0] in {choice.code for choice in question.choices}

    def offers(self, question: Question, answer: Answer) -> bool:
        """Tell whether somebody can have given the answer: blank and invalid always can."""
        if answer.status is Status.VALID:
            return self.accepts(question, answer.codes)
        offered = answer.status in (Status.BLANK, Status.INVALID, *question.allows)
        return offered and not answer.codes

    def may_be_half(self, question: Question, answer: Answer) -> bool:
        """Tell whether the answer can be the lower of two boxes that a mark stood between."""
        return self.has_degrees and any(
            answer.codes < (choice.code,) for choice in question.choices if answer.codes
        )

    def to_cell(self, answer: Answer) -> str:
        if answer.status is not Status.VALID:
            return CELL_OF[answer.status]
        return TICK_SEPARATOR.join(str(code) for code in answer.codes)

    def from_cell(self, question: Question, cell: str) -> Answer:
        """Read a cell; `ValueError` when it is not an answer of this question.

        A "non so" that the question does not offer is refused too: nobody can have ticked it.
        """
        if cell in STATUS_OF:
            answer = Answer(STATUS_OF[cell])
        else:
            answer = Answer.valid(*(_whole(part) for part in cell.split(TICK_SEPARATOR)))
        if not self.offers(question, answer):
            raise ValueError(f"{shown(cell)} is not an answer of this question")
        return Answer(answer.status, self.in_order(question, answer.codes))

    def in_order(self, question: Question, codes: tuple[int, ...]) -> tuple[int, ...]:
        """Put the codes in the order of the form, whatever the order of ticking."""
        return codes


class Rating(QuestionKind):
    fields = ("scale", "dimension", "core", "reversed", "of")
    may_allow = True
    has_degrees = True

    def read(self, node: Node, role: Role, known: Known) -> dict[str, Any]:
        name = node.string("scale", KEY)
        if name not in known.scales:
            raise node.refuse("scale", faults.NO_SUCH_SCALE, found=shown(name))
        dimension = node.string("dimension", KEY) if node.has("dimension") else None
        if dimension is not None and dimension not in known.dimensions:
            raise node.refuse("dimension", faults.NO_SUCH_DIMENSION, found=shown(dimension))
        if (role in (Role.IMPORTANCE, Role.EXPECTATION)) != node.has("of"):
            raise node.refuse("of", faults.ONLY_ABOUT)
        return {
            "scale": known.scales[name],
            "dimension": dimension,
            "core": node.flag("core", default=role is Role.ITEM),
            "reversed": node.flag("reversed", default=False),
            "of": node.string("of", KEY) if node.has("of") else None,
        }

    def width(self, question: Question) -> int:
        return 1


class SingleChoice(QuestionKind):
    fields = ("options",)
    may_allow = True

    def read(self, node: Node, role: Role, known: Known) -> dict[str, Any]:
        options = node.options("options", known.languages, low=1, high=MAX_OPTION_CODE)
        return {"options": options}

    def width(self, question: Question) -> int:
        return 1


class MultipleChoice(SingleChoice):
    may_allow = False
    takes_many = True

    def width(self, question: Question) -> int:
        return len(question.options)

    def encode(self, question: Question, codes: tuple[int, ...]) -> str:
        return "".join("01"[option.code in codes] for option in question.options)

    def decode(self, question: Question, marks: str) -> tuple[int, ...]:
        if set(marks) - {"0", "1"}:
            raise ValueError(marks)
        pairs = zip(question.options, marks, strict=True)
        return tuple(option.code for option, mark in pairs if mark == "1")

    def accepts(self, question: Question, codes: tuple[int, ...]) -> bool:
        known = {option.code for option in question.options}
        return bool(codes) and len(set(codes)) == len(codes) and set(codes) <= known

    def in_order(self, question: Question, codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(option.code for option in question.options if option.code in codes)


class Number(QuestionKind):
    fields = ("minimum", "maximum")
    may_allow = True
    is_written = True

    def read(self, node: Node, role: Role, known: Known) -> dict[str, Any]:
        low = node.whole("minimum", 0, MAX_NUMBER)
        return {"minimum": low, "maximum": node.whole("maximum", max(low, 1), MAX_NUMBER)}

    def width(self, question: Question) -> int:
        return len(str(question.maximum))

    def encode(self, question: Question, codes: tuple[int, ...]) -> str:
        return str(codes[0]).zfill(self.width(question))

    def decode(self, question: Question, marks: str) -> tuple[int, ...]:
        return (_whole(marks),)

    def accepts(self, question: Question, codes: tuple[int, ...]) -> bool:
        return len(codes) == 1 and question.minimum <= codes[0] <= question.maximum


class ShortText(QuestionKind):
    fields = ("max_length",)
    is_text = True
    default_length: ClassVar[int] = 200

    def read(self, node: Node, role: Role, known: Known) -> dict[str, Any]:
        length = node.whole("max_length", 1, MAX_TEXT_LENGTH, self.default_length)
        return {"max_length": length}

    def width(self, question: Question) -> int:
        return 0


class LongText(ShortText):
    default_length: ClassVar[int] = 1_000


KINDS: Mapping[Kind, QuestionKind] = {
    Kind.RATING: Rating(),
    Kind.SINGLE_CHOICE: SingleChoice(),
    Kind.MULTIPLE_CHOICE: MultipleChoice(),
    Kind.SHORT_TEXT: ShortText(),
    Kind.LONG_TEXT: LongText(),
    Kind.NUMBER: Number(),
}


def _whole(text: str) -> int:
    """Read plain ASCII digits only: no sign, blank, underscore or exotic numeral."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER))):
        raise ValueError(f"{shown(text)} is not a whole number")
    return int(text)
