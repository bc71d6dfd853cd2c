"""A JSON document read field by field, so that every fault has an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from survey.questionnaire.scales import Choice, Text

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
PICTOGRAM = re.compile(r"(face-[1-3]|star-[1-5])\Z")

Choices = tuple[Choice, ...]
E = TypeVar("E", bound=StrEnum)


class DefinitionError(ValueError):
    """The document is not a questionnaire; `place` is a path such as ``sections[0].key``."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class Node:
    """A JSON object with its place, read field by field so that every fault has an address."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise DefinitionError(place, "deve essere un oggetto JSON")
        self.value: dict[str, Any] = value
        self.place = place

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, key: str, reason: str) -> DefinitionError:
        return DefinitionError(self.at(key), reason)

    def only(self, allowed: Iterable[str]) -> None:
        unknown = sorted(set(self.value) - set(allowed))
        if unknown:
            raise self.refuse(unknown[0], "campo non previsto qui")

    def has(self, key: str) -> bool:
        return key in self.value

    def string(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.value.get(key)
        if not isinstance(value, str) or not pattern.match(value):
            raise self.refuse(key, f"atteso un testo come {pattern.pattern}, trovato {value!r}")
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.value.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refuse(key, f"atteso un numero intero tra {low} e {high}, trovato {value!r}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.value.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "deve essere true o false")
        return value

    def one_of(self, key: str, kinds: type[E]) -> E:
        value = self.value.get(key)
        if not isinstance(value, str) or value not in set(kinds):
            raise self.refuse(key, f"deve essere uno di: {', '.join(kinds)}; trovato {value!r}")
        return kinds(value)

    def items(self, key: str, least: int = 1) -> list[Node]:
        return [
            Node(value, f"{self.at(key)}[{i}]") for i, value in enumerate(self.array(key, least))
        ]

    def array(self, key: str, least: int = 1) -> list[Any]:
        value = self.value.get(key)
        if not isinstance(value, list) or len(value) < least:
            raise self.refuse(key, f"deve essere un elenco con almeno {least} elementi")
        return value

    def text(self, key: str, languages: Sequence[str]) -> Text:
        node = Node(self.value.get(key), self.at(key))
        node.only(languages)
        for language in languages:
            value = node.value.get(language)
            if not isinstance(value, str) or not value.strip():
                raise node.refuse(language, "manca il testo in questa lingua")
        return {language: node.value[language] for language in languages}

    def text_or_none(self, key: str, languages: Sequence[str]) -> Text | None:
        return self.text(key, languages) if self.has(key) else None

    def steps(self, key: str, languages: Sequence[str], *, low: int, high: int) -> Choices:
        """Read the steps of a scale; a step may carry a pictogram."""
        return self._choices(key, [node.step(languages, low, high) for node in self.items(key)])

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


def refuse_repeats(places: str, values: Sequence[object]) -> None:
    """Refuse a value met before; `places` holds a ``%d`` for its position."""
    for i, value in enumerate(values):
        if value in values[:i]:
            raise DefinitionError(places % i, f"ripetuto: {value!r}")
