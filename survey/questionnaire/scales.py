"""A rating scale as data: ordered codes, words per language, satisfied set, direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Text = Mapping[str, str]


class Polarity(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be ticked: its printed code and its words in each language."""

    code: int
    label: Text
    pictogram: str | None = None
    #: the residual answer of a list: a label like any other, no text is asked
    other: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    name: str
    #: in the order shown, which need not be ascending
    choices: tuple[Choice, ...]
    polarity: Polarity
    satisfied: frozenset[int]
    dissatisfied: frozenset[int]

    @property
    def codes(self) -> tuple[int, ...]:
        return tuple(choice.code for choice in self.choices)

    @property
    def bounds(self) -> tuple[int, int]:
        return min(self.codes), max(self.codes)
