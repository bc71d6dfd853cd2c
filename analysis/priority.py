"""Importance-performance map: where each item probably stands, or that it cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.jackknife import Jackknife, delete_a_group
from analysis.moments import Moments

Float = NDArray[np.float64]

_SURE = 0.90
_DERIVED_NEEDS = 500
_STATED_NEEDS = 30
_ELLIPSE = 4.605170185988092  # 0.90 quantile of chi-square with 2 degrees of freedom: -2 ln 0.1


class Quadrant(StrEnum):
    """Quarter of the map: importance first, performance second."""

    ACT = "high_low"
    STRENGTH = "high_high"
    LOW = "low_low"
    ENOUGH = "low_high"


_NAMES: Mapping[Quadrant, tuple[str, str]] = {
    Quadrant.ACT: ("Priorità di intervento", "Priority for action"),
    Quadrant.STRENGTH: ("Punti di forza", "Strengths"),
    Quadrant.LOW: ("Bassa priorità", "Low priority"),
    Quadrant.ENOUGH: ("Presidio da non aumentare", "Effort not to be increased"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One item on the map.

    Attributes
    ----------
    importance, performance : float
        Coordinates.
    probabilities : mapping of Quadrant to float
        They add up to 1.
    quadrant : Quadrant or None
        Only where its probability is at least 0.90; otherwise the item is «al confine».
    between : tuple of Quadrant
        The most probable quadrants: one, or two at the border.
    ellipse : tuple of float
        Semi-axes of the 90 % ellipse (larger first) and the angle of the first, in radians from
        the importance axis.
    """

    key: str
    importance: float
    performance: float
    probabilities: Mapping[Quadrant, float]
    quadrant: Quadrant | None
    between: tuple[Quadrant, ...]
    ellipse: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PriorityMap:
    """The map of one service and wave, or the reason why there is none.

    Attributes
    ----------
    places : tuple of Place
        In the order of the items.
    crosshair : tuple of float or None
        Mean importance and mean performance of the items: a relative reading, something is always
        below it.
    level : float or None
        Second, horizontal line at the level of the charter (60 where there is none).
    reason : str or None
        ``too_few_answers``, ``fewer_than_two_items`` or ``no_covariance``.
    """

    places: tuple[Place, ...]
    crosshair: tuple[float, float] | None
    level: float | None = None
    reason: str | None = None


def priority_map(
    keys: Sequence[str],
    coordinates: Jackknife,
    rng: np.random.Generator,
    *,
    n: int,
    derived: bool = False,
    level: float = 60.0,
) -> PriorityMap:
    """Place items by importance and performance, with the probability of each quadrant.

    Parameters
    ----------
    keys : sequence of str
        The items.
    coordinates : Jackknife
        Importances of all items, then performances, with their joint covariance.
    rng : Generator
        Seeded by body, service and wave, so that what is published never flickers.
    n : int
        Respondents; 30 are needed for stated importance, 500 for derived importance.
    derived : bool, optional
        Importance is a driver's share and not what users stated.
    level : float, optional
        Where the second horizontal line stands.

    Returns
    -------
    PriorityMap

    Notes
    -----
    5,000 draws from the normal distribution of the coordinates, with the crosshair at the means of
    each draw (method, section 4 and 8.3). An item is labelled only when a quadrant has probability
    of at least 0.90.

    Examples
    --------
    >>> four = Jackknife(np.array([90.0, 50.0, 40.0, 80.0]), np.eye(4), 64)
    >>> found = priority_map(["wait", "rooms"], four, np.random.default_rng(1), n=200)
    >>> [quadrant_name(place.quadrant, "it") for place in found.places]
    ['Priorità di intervento', 'Presidio da non aumentare']
    """
    J = len(keys)
    if coordinates.covariance is not None and len(coordinates.values) != 2 * J:
        raise ValueError(f"{len(coordinates.values)} coordinates for {J} items")
    reason = _refusal(J, n, coordinates, derived=derived)
    if reason is not None or coordinates.covariance is None:
        return PriorityMap((), None, level, reason)
    values, covariance = coordinates.values, coordinates.covariance
    draws = rng.multivariate_normal(values, covariance, 5000, method="eigh")
    high = _above(draws[:, :J]), _above(draws[:, J:])
    chances = _probabilities(*high)
    places = []
    for j, key in enumerate(keys):
        of_item = {quadrant: float(share[j]) for quadrant, share in chances.items()}
        order = sorted(of_item, key=lambda quadrant: -of_item[quadrant])
        sure = of_item[order[0]] >= _SURE
        own = covariance[np.ix_([j, J + j], [j, J + j])]
        places.append(
            Place(
                key,
                float(values[j]),
                float(values[J + j]),
                of_item,
                order[0] if sure else None,
                tuple(order[:1] if sure else order[:2]),
                _ellipse(own),
            )
        )
    cross = (float(values[:J].mean()), float(values[J:].mean()))
    return PriorityMap(tuple(places), cross, level)


def _refusal(J: int, n: int, coordinates: Jackknife, *, derived: bool) -> str | None:
    if J < 2:
        return "fewer_than_two_items"
    if n < (_DERIVED_NEEDS if derived else _STATED_NEEDS):
        return "too_few_answers"
    return "no_covariance" if coordinates.covariance is None else None


def _above(draws: Float) -> NDArray[np.bool_]:
    return np.asarray(draws >= draws.mean(axis=1, keepdims=True))


def _probabilities(important: NDArray[np.bool_], good: NDArray[np.bool_]) -> dict[Quadrant, Float]:
    return {
        Quadrant.ACT: (important & ~good).mean(axis=0),
        Quadrant.STRENGTH: (important & good).mean(axis=0),
        Quadrant.LOW: (~important & ~good).mean(axis=0),
        Quadrant.ENOUGH: (~important & good).mean(axis=0),
    }


def _ellipse(covariance: Float) -> tuple[float, float, float]:
    sizes, vectors = np.linalg.eigh(covariance)
    axes = np.sqrt(np.maximum(sizes, 0.0) * _ELLIPSE)
    return float(axes[1]), float(axes[0]), float(np.arctan2(vectors[1, 1], vectors[0, 1]))


def stated_coordinates(groups: Moments) -> Jackknife:
    """Mean stated importance and mean performance of items, on 0-100, with their covariance.

    Parameters
    ----------
    groups : Moments
        Pair sums by hash group on 0-1: the performance items, then their importance questions.

    Returns
    -------
    Jackknife
        Importances first.
    """
    J = groups.N.shape[-1] // 2

    def means(sums: Moments) -> Float | None:
        if bool((sums.answers == 0).any()):
            return None
        return np.asarray(100 * np.roll(sums.means, -J))

    return delete_a_group(groups, means)


def quadrant_name(quadrant: Quadrant | None, language: str) -> str:
    """Name of a quadrant; «al confine» for none.

    Examples
    --------
    >>> quadrant_name(None, "it"), quadrant_name(Quadrant.STRENGTH, "en")
    ('al confine', 'Strengths')
    """
    if language not in ("it", "en"):
        raise ValueError(f"no words in language {language!r}")
    english = language == "en"
    if quadrant is None:
        return "at the border" if english else "al confine"
    return _NAMES[quadrant][english]


def place_words(place: Place, language: str) -> str:
    """Where an item stands, in words.

    Examples
    --------
    >>> item = Place("q", 1, 1, {}, None, (Quadrant.ACT, Quadrant.LOW), (1, 1, 0))
    >>> place_words(item, "it")
    'al confine tra «Priorità di intervento» e «Bassa priorità»'
    """
    if place.quadrant is not None:
        return quadrant_name(place.quadrant, language)
    first, second = (quadrant_name(quadrant, language) for quadrant in place.between)
    if language == "en":
        return f"at the border between “{first}” and “{second}”"
    return f"al confine tra «{first}» e «{second}»"
