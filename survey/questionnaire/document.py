"""A JSON document read field by field, so that every fault has an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from survey.questionnaire import faults
from survey.questionnaire.faults import DefinitionError, shown
from survey.questionnaire.scales import Choice, Text

#: every text of a document fits a screen; what does not is a pasted file
MAX_WORDS = 2_000
#: everything that neither paper nor page can show: C0 but tab and line feed, DEL, half characters
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a short technical text is written, and what to say when it is not."""

    pattern: re.Pattern[str]
    fault: str


KEY = Spelling(re.compile(r"[a-z][a-z0-9_]{0,39}\Z"), faults.NOT_A_KEY)
DOCUMENT_ID = Spelling(re.compile(r"[a-z][a-z0-9_-]{0,39}\Z"), faults.NOT_AN_ID)
LANGUAGE = Spelling(re.compile(r"[a-z]{2,3}\Z"), faults.NOT_A_LANGUAGE)
PICTOGRAM = Spelling(re.compile(r"(face-[1-3]|star-[1-5])\Z"), faults.NOT_A_PICTOGRAM)

Choices = tuple[Choice, ...]
E = TypeVar("E", bound=StrEnum)


class Node:
    """A JSON object with its place."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise DefinitionError(place, faults.NOT_AN_OBJECT)
        self.value: dict[str, Any] = value
        self.place = place

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, key: str, message: str, **params: object) -> DefinitionError:
        return DefinitionError(self.at(key), message, **params)

    def only(self, allowed: Iterable[str], fault: str = faults.NOT_EXPECTED) -> None:
        unknown = sorted(str(key) for key in self.value if key not in set(allowed))
        if unknown:
            raise self.refuse(unknown[0], fault)

    def has(self, key: str) -> bool:
        return key in self.value

    def given(self, key: str) -> Any:
        if key not in self.value:
            raise self.refuse(key, faults.MISSING)
        return self.value[key]

    def string(self, key: str, spelling: Spelling) -> str:
        return spelled(self.given(key), spelling, self.at(key))

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.given(key) if default is None else self.value.get(key, default)
        if not is_whole(value) or not low <= value <= high:
            found = shown(value)
            raise self.refuse(key, faults.NOT_A_WHOLE_NUMBER, low=low, high=high, found=found)
        return int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.value.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, faults.NOT_A_FLAG)
        return value

    def one_of(self, key: str, kinds: type[E]) -> E:
        value = self.given(key)
        if not isinstance(value, str) or value not in set(kinds):
            choices = ", ".join(kinds)
            raise self.refuse(key, faults.NOT_ONE_OF, choices=choices, found=shown(value))
        return kinds(value)

    def items(self, key: str, least: int = 1) -> list[Node]:
        return [
            Node(value, f"{self.at(key)}[{i}]") for i, value in enumerate(self.array(key, least))
        ]

    def array(self, key: str, least: int = 1) -> list[Any]:
        value = self.given(key)
        if not isinstance(value, list):
            raise self.refuse(key, faults.NOT_A_LIST)
        if len(value) < least:
            raise self.refuse(key, faults.TOO_FEW, least=least)
        return value

    def text(self, key: str, languages: Sequence[str]) -> Text:
        node = Node(self.given(key), self.at(key))
        node.only(languages, faults.NOT_A_LANGUAGE_HERE)
        return {language: node.words(language) for language in languages}

    def words(self, language: str) -> str:
        """Read the words in one language: some, not too many, and printable."""
        value = self.value.get(language)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(language, faults.NO_WORDS)
        if len(value) > MAX_WORDS:
            sizes = {"length": len(value), "most": MAX_WORDS}
            raise self.refuse(language, faults.TOO_MANY_WORDS, **sizes)
        if _UNPRINTABLE.search(value):
            raise self.refuse(language, faults.CONTROL_CHARACTERS)
        return value

    def text_or_none(self, key: str, languages: Sequence[str]) -> Text | None:
        return self.text(key, languages) if self.has(key) else None

    def steps(self, key: str, languages: Sequence[str], *, low: int, high: int) -> Choices:
        """Read the steps of a scale, at least two; a step may carry a pictogram."""
        nodes = self.items(key, least=2)
        return self._choices(key, [node.step(languages, low, high) for node in nodes])

    def options(self, key: str, languages: Sequence[str], *, low: int, high: int) -> Choices:
        """Read a list of answers; one may be marked as the residual "other"."""
        return self._choices(key, [node.option(languages, low, high) for node in self.items(key)])

    def _choices(self, key: str, choices: Sequence[Choice]) -> Choices:
        refuse_repeats(f"{self.at(key)}[%d].code", [choice.code for choice in choices])
        return tuple(choices)

    def step(self, languages: Sequence[str], low: int, high: int) -> Choice:
        self.only(("code", "label", "pictogram"))
        pictogram = self.string("pictogram", PICTOGRAM) if self.has("pictogram") else None
        return Choice(self.whole("code", low, high), self.text("label", languages), pictogram)

    def option(self, languages: Sequence[str], low: int, high: int) -> Choice:
        self.only(("code", "label", "other"))
        code, label = self.whole("code", low, high), self.text("label", languages)
        return Choice(code, label, other=self.flag("other", default=False))


def is_whole(value: object) -> bool:
    """Tell whole numbers from ``true`` and from ``3.0``, which Python takes for 1 and 3."""
    return isinstance(value, int) and not isinstance(value, bool)


def spelled(value: object, spelling: Spelling, place: str) -> str:
    if not isinstance(value, str):
        raise DefinitionError(place, faults.NOT_A_TEXT)
    if not spelling.pattern.match(value):
        raise DefinitionError(place, spelling.fault, found=shown(value))
    return value


def refuse_repeats(places: str, values: Sequence[object]) -> None:
    """Refuse a value met before; `places` holds a ``%d`` for its position."""
    for i, value in enumerate(values):
        if value in values[:i]:
            raise DefinitionError(places % i, faults.REPEATED, found=shown(value))
