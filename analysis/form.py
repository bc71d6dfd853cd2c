"""What a questionnaire asks, as far as statistics need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from analysis.kept import Kept
from analysis.refusals import DocumentError

FORMAT = "gradimento/questionnaire/1"
MODES = ("web", "kiosk", "paper", "phone")
#: A form whose mode nobody wrote down.
MODE_NOT_STATED = -1
#: The profile variables that form a weighting cell, in the order of the cell key.
CELL_VARIABLES = ("age_class", "sex", "access_channel")
#: Columns that every answers file may have beside the questions.
FORM_COLUMNS = ("mode", "day", "serial", "place", "lang", "weight")
HIGHEST_RATING = 10
HIGHEST_OPTION = 22


class Status(IntEnum):
    """Why an answer is not a number; a valid code is never negative."""

    DK = -1
    NA = -2
    BLANK = -3
    INVALID = -4


#: As documents call them.
STATUS_NAMES: Final = {status: status.name.lower() for status in Status}


@dataclass(frozen=True, slots=True)
class Scale:
    """The codes printed beside a rating question, in the order shown."""

    name: str
    codes: tuple[int, ...]
    labels: Mapping[int, Mapping[str, str]]
    positive: bool
    satisfied: frozenset[int]
    dissatisfied: frozenset[int]
    lower: int = field(init=False, repr=False, compare=False)
    upper: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", min(self.codes))
        object.__setattr__(self, "upper", max(self.codes))


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """A question answered on a scale."""

    key: str
    number: int
    section: str
    role: str
    text: Mapping[str, str]
    scale: Scale
    dimension: str | None
    core: bool
    reversed: bool
    wording: int
    of: str | None
    #: Text, wording, scale and block: what must not change for two waves to be comparable.
    identity: tuple[str, int, str, str] = field(init=False, repr=False, compare=False)
    higher_is_better: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        codes = ",".join(map(str, self.scale.codes))
        turned = "-" if self.reversed else "+"
        sign = "+" if self.scale.positive else "-"
        scale = f"{self.scale.name}:{codes}:{sign}{turned}"
        object.__setattr__(self, "identity", (self.key, self.wording, scale, self.section))
        object.__setattr__(self, "higher_is_better", self.scale.positive != self.reversed)

    @property
    def satisfied(self) -> frozenset[int]:
        """Codes that say "satisfied" for this question; a reversed one swaps the two sets."""
        return self.scale.dissatisfied if self.reversed else self.scale.satisfied

    @property
    def dissatisfied(self) -> frozenset[int]:
        return self.scale.satisfied if self.reversed else self.scale.dissatisfied


@dataclass(frozen=True, slots=True)
class ProfileQuestion:
    """A single-choice question about the user."""

    key: str
    number: int
    variable: str
    text: Mapping[str, str]
    labels: Mapping[int, Mapping[str, str]]

    @property
    def codes(self) -> tuple[int, ...]:
        return tuple(self.labels)


@dataclass(frozen=True, slots=True)
class Column:
    """What a cell under this heading of an answers file may hold."""

    key: str
    kind: str
    codes: frozenset[int]
    statuses: frozenset[Status]
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The part of a questionnaire document that statistics need.

    What is read off it again and again is kept in `kept`.
    """

    id: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    dimensions: Mapping[str, Mapping[str, str]]
    rated: tuple[RatedQuestion, ...]
    profiles: tuple[ProfileQuestion, ...]
    columns: tuple[Column, ...]
    #: What each dimension weighs among the gaps, 100 in all; empty where not declared.
    points: Mapping[str, int] = field(default_factory=dict)
    kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)
    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _about: Mapping[tuple[str | None, str], RatedQuestion] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        places = {question.key: place for place, question in enumerate(self.rated)}
        about = {(question.of, question.role): question for question in reversed(self.rated)}
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_about", about)

    @property
    def index_items(self) -> tuple[RatedQuestion, ...]:
        """Core items with a dimension; all core items where the document names no dimension."""
        return tuple(
            question
            for question in self.rated
            if question.role == "item"
            and question.core
            and (question.dimension is not None or not self.dimensions)
        )

    @property
    def index_dimensions(self) -> tuple[str | None, ...]:
        """Dimensions that have an index item, in the order of the document."""
        used = {item.dimension for item in self.index_items}
        if not self.dimensions:
            return (None,) if used else ()
        return tuple(key for key in self.dimensions if key in used)

    @property
    def overall(self) -> RatedQuestion | None:
        return self.with_role("overall")

    def asked_about(self, key: str, role: str) -> RatedQuestion | None:
        """The first question of a role, ``importance`` or ``expectation``, about item `key`."""
        return self._about.get((key, role))

    @property
    def beside(self) -> tuple[tuple[int, int], ...]:
        """Columns of each item and of what was asked of it: its importance, its expectation."""
        places = self._places
        return self.kept.once(
            "beside",
            lambda: tuple(
                (places[one.of], place)
                for place, one in enumerate(self.rated)
                if one.of is not None and one.of in places
            ),
        )

    def with_role(self, role: str) -> RatedQuestion | None:
        """The first question with a role."""
        return next((question for question in self.rated if question.role == role), None)

    def position(self, key: str) -> int:
        """Column of rated question `key` in every array of ratings."""
        try:
            return self._places[key]
        except KeyError:
            raise DocumentError("no_rated", key=key, id=self.id) from None

    def cell_profile(self, variable: str) -> ProfileQuestion | None:
        """The question that asks `variable`, if the questionnaire asks it."""
        return next((p for p in self.profiles if p.variable == variable), None)
