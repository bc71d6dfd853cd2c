"""What a synthetic survey asks, and of whom: the parameters of the generator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: Shares of the answers, worst first, that an average item of a decent service receives.
_USUAL = {
    2: (0.20, 0.80),
    3: (0.10, 0.28, 0.62),
    4: (0.05, 0.15, 0.44, 0.36),
    5: (0.03, 0.07, 0.18, 0.42, 0.30),
    6: (0.02, 0.05, 0.10, 0.21, 0.37, 0.25),
}
#: People call nearly everything important: the ceiling that stated importance is known for.
_IMPORTANCE = {4: (0.01, 0.05, 0.34, 0.60), 5: (0.01, 0.03, 0.11, 0.35, 0.50)}


def usual_shares(categories: int) -> tuple[float, ...]:
    """Give believable shares of the answers on a scale, from the worst category to the best.

    Parameters
    ----------
    categories : int
        How many categories the scale has, at least 2.

    Returns
    -------
    tuple of float
        Shares that sum to 1. Five categories are those of the specification; beyond six a
        beta-binomial with parameters (3.4, 1.2), which has the same lean.

    Examples
    --------
    >>> usual_shares(5)
    (0.03, 0.07, 0.18, 0.42, 0.3)
    >>> round(sum(usual_shares(11)), 12)
    1.0
    """
    if categories < 2:
        raise ValueError(f"a scale has at least 2 categories, not {categories}")
    if categories in _USUAL:
        return _USUAL[categories]
    top, a, b = categories - 1, 3.4, 1.2
    shares = [
        comb(top, k) * scipy.special.beta(k + a, top - k + b) / scipy.special.beta(a, b)
        for k in range(categories)
    ]
    return tuple(float(share / sum(shares)) for share in shares)


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating question as the generator sees it."""

    key: str
    #: Codes from the worst answer to the best: descending where 1 is the best mark.
    codes: tuple[int, ...] = (1, 2, 3, 4, 5)
    #: Expected shares of the categories, worst first, for an average user of an average service.
    shares: tuple[float, ...] = (0.03, 0.07, 0.18, 0.42, 0.30)
    dimension: str = ""
    #: How much easier (above 0) than the average item it is to be content with, latent units.
    offset: float = 0.0
    dk: float = 0.0
    na: float = 0.0
    #: Modes that print the question.
    modes: tuple[str, ...] = ("web", "kiosk", "paper", "phone")

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.shares) or len(self.codes) < 2:
            raise ValueError(f"{self.key}: {len(self.codes)} codes, {len(self.shares)} shares")
        if abs(sum(self.shares) - 1) > 1e-9 or min(self.shares) <= 0:
            raise ValueError(f"{self.key}: shares must be above 0 and sum to 1: {self.shares}")
        if min(self.dk, self.na) < 0 or self.dk + self.na >= 1:
            raise ValueError(f"{self.key}: dk {self.dk} and na {self.na} are not probabilities")

    @property
    def thresholds(self) -> FloatArray:
        """Return the cuts of the latent answer: one less than the categories."""
        cuts: FloatArray = scipy.special.ndtri(np.cumsum(self.shares)[:-1])
        return cuts


@dataclass(frozen=True, slots=True)
class Choice:
    """A single-choice question about the respondent that has no effect on the answers."""

    key: str
    codes: tuple[int, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.shares) or abs(sum(self.shares) - 1) > 1e-9:
            raise ValueError(f"{self.key}: one share a code, summing to 1: {self.shares}")


@dataclass(frozen=True, slots=True)
class Dirt:
    """What goes wrong between the opinion and the file; each a probability."""

    blank: float = 0.02
    #: Two crosses on one line: only a printed form lets one do that.
    invalid_on_paper: float = 0.0
    straightline: float = 0.02
    straightline_at_kiosk: float = 0.06
    duplicate: float = 0.01
    keying_error: float = 0.005
    profile_blank: float = 0.0


CLEAN = Dirt(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Design:
    """A questionnaire and a population; the defaults are the specification of the method."""

    items: tuple[Rating, ...]
    overall: Rating | None = None
    importance: tuple[Rating, ...] = ()
    choices: tuple[Choice, ...] = ()
    #: Names of the two columns that do have an effect; "" leaves the column out.
    age_key: str = "age_class"
    sex_key: str = "sex"
    age_codes: tuple[int, ...] = (1, 2, 3, 4)
    age_shares: tuple[float, ...] = (0.22, 0.28, 0.28, 0.22)
    sex_codes: tuple[int, ...] = (1, 2)
    sex_shares: tuple[float, ...] = (0.5, 0.5)
    #: Per mode the probabilities by age class; they sum to 1 within each class.
    modes: Mapping[str, tuple[float, ...]] = field(
        default_factory=lambda: {
            "paper": (0.25, 0.35, 0.50, 0.70),
            "web": (0.55, 0.45, 0.30, 0.10),
            "kiosk": (0.20, 0.20, 0.20, 0.20),
        }
    )
    mode_effects: Mapping[str, float] = field(default_factory=lambda: {"web": -0.25, "kiosk": 0.15})
    dirt: Dirt = Dirt()
    service_sd: float = 0.25
    service_item_sd: float = 0.15

    def __post_init__(self) -> None:
        by_age = np.sum([self.modes[mode] for mode in self.modes], axis=0)
        if by_age.shape != (len(self.age_shares),) or not np.allclose(by_age, 1):
            raise ValueError(f"mode shares must sum to 1 in each age class: {by_age.tolist()}")
        if len(self.age_codes) != len(self.age_shares):
            raise ValueError(f"{len(self.age_codes)} age codes, {len(self.age_shares)} shares")
        if not self.items:
            raise ValueError("a design has at least one item")

    @property
    def ratings(self) -> tuple[Rating, ...]:
        """Return items, overall judgement and importance in the order of the columns."""
        return (*self.items, *((self.overall,) if self.overall else ()), *self.importance)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.dimension for item in self.items))

    def clean(self) -> "Design":
        """Return the design without mode effects and without dirt (A0 of the acceptance)."""
        return replace(self, dirt=CLEAN, mode_effects={})


def _specification() -> Design:
    offsets = (0.25, -0.10, 0.05, -0.30, 0.15, -0.05, 0.10, -0.10)
    unknown = (0.02, 0.03, 0.10, 0.05, 0.15, 0.02, 0.04, 0.08)
    items = tuple(
        Rating(f"item{j + 1}", dimension=f"dimension{j // 2 + 1}", offset=offset, dk=dk)
        for j, (offset, dk) in enumerate(zip(offsets, unknown, strict=True))
    )
    importance = tuple(
        Rating(
            f"importance{j + 1}",
            shares=_IMPORTANCE[5],
            offset=0.1 - 0.2 * (j % 2),
            modes=("web", "paper"),
        )
        for j in range(8)
    )
    return Design(items=items, overall=Rating("overall"), importance=importance)


#: 8 items in 4 dimensions on a scale 1-5, overall judgement, importance on web and paper.
SPECIFICATION = _specification()


def _spread(position: int) -> float:
    """Return a fixed, uneven offset: items of one questionnaire are never equally easy."""
    wheel = (0.20, -0.10, 0.05, -0.25, 0.15, -0.05, 0.10, -0.15, 0.30, -0.35)
    return wheel[position % len(wheel)]


def _questions(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [question for section in document["sections"] for question in section["questions"]]


def _rating(document: Mapping[str, Any], question: Mapping[str, Any], *, position: int) -> Rating:
    scale = document["scales"][question["scale"]]
    downward = (scale["polarity"] == "negative") != bool(question.get("reversed", False))
    codes = sorted((int(code["code"]) for code in scale["codes"]), reverse=downward)
    wanted = question["role"] in ("importance", "expectation")
    shares = usual_shares(len(codes))
    allows = question.get("allows", ())
    return Rating(
        str(question["key"]),
        codes=tuple(codes),
        shares=_IMPORTANCE.get(len(codes), shares) if wanted else shares,
        dimension=str(question.get("dimension", "")),
        offset=_spread(position) if question["role"] == "item" else 0.0,
        dk=0.02 + 0.01 * (position % 4) if "dk" in allows else 0.0,
        na=0.01 + 0.02 * (position % 3) if "na" in allows else 0.0,
    )


def _choice(question: Mapping[str, Any]) -> Choice:
    codes = tuple(int(option["code"]) for option in question["options"])
    raw = [1 / (rank + 1.5) for rank in range(len(codes))]
    return Choice(str(question["key"]), codes, tuple(value / sum(raw) for value in raw))


def _ages(codes: tuple[int, ...]) -> dict[str, Any]:
    """Fit the age classes of a form to the four of the specification."""
    places = np.linspace(0, 3, len(codes))
    known = SPECIFICATION
    shares = np.interp(places, range(4), known.age_shares)
    modes = {mode: tuple(np.interp(places, range(4), known.modes[mode])) for mode in known.modes}
    return {"age_codes": codes, "age_shares": tuple(shares / shares.sum()), "modes": modes}


def design_for(document: Mapping[str, Any]) -> Design:
    """Build the design of a questionnaire document, with believable parameters.

    Parameters
    ----------
    document : mapping
        A questionnaire as of docs/questionnaire-format.md, already checked.

    Returns
    -------
    Design
        Every rating question and every single-choice profile question of the document; the
        caller changes what it wants with `dataclasses.replace`.

    Examples
    --------
    >>> from analysis.simulate.files import document_of
    >>> found = design_for(document_of())
    >>> len(found.items) == len(SPECIFICATION.items), found.items[0].codes
    (True, (1, 2, 3, 4, 5))
    """
    questions = _questions(document)
    rated = [q for q in questions if q["kind"] == "rating"]
    by_role: dict[str, list[Rating]] = {}
    for position, question in enumerate(rated):
        by_role.setdefault(question["role"], []).append(
            _rating(document, question, position=position)
        )
    profile = {
        str(q.get("variable", q["key"])): _choice(q)
        for q in questions
        if q["kind"] == "single_choice" and q["role"] == "profile"
    }
    age, sex = profile.pop("age_class", None), profile.pop("sex", None)
    fitted: dict[str, Any] = _ages(age.codes) if age else {}
    if sex:
        shares = (0.54, 0.45, *(0.01 / max(1, len(sex.codes) - 2) for _ in sex.codes[2:]))
        total = sum(shares[: len(sex.codes)])
        fitted |= {"sex_codes": sex.codes, "sex_shares": tuple(s / total for s in shares)}
    return Design(
        items=tuple(by_role.get("item", ())),
        overall=by_role.get("overall", [None])[0],
        importance=(*by_role.get("importance", ()), *by_role.get("expectation", ())),
        choices=tuple(profile.values()),
        age_key=age.key if age else "",
        sex_key=sex.key if sex else "",
        **fitted,
    )
