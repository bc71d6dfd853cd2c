"""Importance-performance map: where each item probably stands, or that it cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.drivers import Drivers
from analysis.jackknife import ItemSums, Jackknife, from_parts

Float = NDArray[np.float64]

_SURE = 0.90
_DERIVED_NEEDS = 500
_STATED_NEEDS = 30
_STILL = 1e-12
_TINY = 1e-100  # stands for zero where it divides
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
    *,
    n: int,
    derived: bool = False,
    level: float = 60.0,
) -> PriorityMap:
    r"""Place items by importance and performance, with the probability of each quadrant.

    Parameters
    ----------
    keys : sequence of str
        The items.
    coordinates : Jackknife
        Importances of all items, then performances, with their joint covariance.
    n : int
        Respondents; 30 are needed for stated importance, 500 for derived importance.
    derived : bool, optional
        Importance is a driver's share and not what users stated.
    level : float, optional
        Where the second horizontal line stands.

    Returns
    -------
    PriorityMap

    Raises
    ------
    ValueError
        If the coordinates are not two for each item.

    Notes
    -----
    The coordinates are taken as jointly normal, with the crosshair at their means (method, 4 and
    8.3): an item's distances from the two lines, :math:`u_j = x_j - \bar x` and
    :math:`v_j = y_j - \bar y`, are then bivariate normal, and the probability of a quadrant is
    that of a quarter of the plane. It is computed by Owen's function (Owen 1956, Annals of
    Mathematical Statistics 27), to which the shares of random draws converge: what is published
    never flickers, on no machine. An item is labelled only when a quadrant has probability of at
    least 0.90.

    Examples
    --------
    >>> four = Jackknife(np.array([90.0, 50.0, 40.0, 80.0]), np.eye(4), 64)
    >>> found = priority_map(["wait", "rooms"], four, n=200)
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
    chances, ellipses = _probabilities(values, covariance), _ellipses(covariance)
    at = values.tolist()
    places = tuple(
        _placed(key, (at[j], at[J + j]), {one: chances[one][j] for one in chances}, ellipses[j])
        for j, key in enumerate(keys)
    )
    return PriorityMap(places, (sum(at[:J]) / J, sum(at[J:]) / J), level)


def _refusal(J: int, n: int, coordinates: Jackknife, *, derived: bool) -> str | None:
    if J < 2:
        return "fewer_than_two_items"
    if n < (_DERIVED_NEEDS if derived else _STATED_NEEDS):
        return "too_few_answers"
    return "no_covariance" if coordinates.covariance is None else None


def _placed(
    key: str,
    at: tuple[float, float],
    chances: Mapping[Quadrant, float],
    ellipse: tuple[float, float, float],
) -> Place:
    # equally likely ones stay in their order, whatever the last bit of their chances
    order = sorted(chances, key=lambda quadrant: -round(chances[quadrant], 9))
    sure = chances[order[0]] >= _SURE
    between = tuple(order[:1] if sure else order[:2])
    return Place(key, *at, chances, order[0] if sure else None, between, ellipse)


def _probabilities(values: Float, covariance: Float) -> dict[Quadrant, list[float]]:
    """Probability of each quadrant, for every item."""
    J = len(values) // 2
    both = values.reshape(2, J)
    distances = (both - both.mean(axis=1, keepdims=True)).ravel()
    spread = covariance.reshape(2, J, 2, J)
    spread = spread - spread.mean(axis=1, keepdims=True)
    spread = (spread - spread.mean(axis=3, keepdims=True)).reshape(2 * J, 2 * J)
    se = np.sqrt(np.maximum(np.diag(spread), 0.0))
    # A distance without spread is above or below as it is; on the line, it is either.
    scale = _STILL * max(1.0, float(np.abs(values).max()))
    still = se < scale
    sides = np.where(np.abs(distances) < scale, 0.0, np.copysign(np.inf, distances))
    z = np.divide(distances, se, out=sides, where=~still)
    together = np.diag(spread[:J, J:])
    rho = np.divide(together, se[:J] * se[J:], out=np.zeros(J), where=~(still[:J] | still[J:]))
    important, good = scipy.special.ndtr(z).reshape(2, J)
    strength = quarter_probability(z[:J], z[J:], rho)
    order = (Quadrant.ACT, Quadrant.STRENGTH, Quadrant.LOW, Quadrant.ENOUGH)
    found = important - strength, strength, 1 - important - good + strength, good - strength
    return dict(zip(order, _between(np.array(found), 0.0, 1.0).tolist(), strict=True))


def _between(values: Float, low: float, high: float) -> Float:
    return np.asarray(np.minimum(np.maximum(values, low), high))


def quarter_probability(h: Float, k: Float, rho: Float) -> Float:
    r"""Probability that two standard normal variables lie below h and k.

    Parameters
    ----------
    h, k : ndarray of float64
        May be infinite.
    rho : ndarray of float64
        Their correlation, from -1 to 1.

    Returns
    -------
    ndarray of float64
        The same as that of lying above -h and -k.

    Notes
    -----
    :math:`\frac12\Phi(h) + \frac12\Phi(k) - T(h, a_h) - T(k, a_k) - \frac12[hk < 0]` with
    :math:`a_h = (k - \rho h)/(h\sqrt{1-\rho^2})` and :math:`a_k` alike (Owen 1956).

    Examples
    --------
    >>> zero, half = np.zeros(1), np.full(1, 0.5)
    >>> round(float(quarter_probability(zero, zero, half)[0]), 6)  # 1/4 + asin(1/2)/(2 pi)
    0.333333
    """
    far = 40.0  # beyond it the normal law has nothing in double precision
    h, k = (np.where(np.abs(x) < _TINY, _TINY, _between(x, -far, far)) for x in (h, k))
    rho = _between(rho, -1 + _STILL, 1 - _STILL)
    root = np.sqrt((1 - rho) * (1 + rho))
    first, second = scipy.special.ndtr(h), scipy.special.ndtr(k)
    found = (
        (first + second) / 2
        - scipy.special.owens_t(h, (k - rho * h) / (h * root))
        - scipy.special.owens_t(k, (h - rho * k) / (k * root))
        - np.where(h * k < 0, 0.5, 0.0)
    )
    return np.asarray(np.minimum(np.maximum(found, 0.0), np.minimum(first, second)))


def _ellipses(covariance: Float) -> list[tuple[float, float, float]]:
    """Semi-axes and angle for every item, from the covariance of its own two coordinates."""
    J = len(covariance) // 2
    own = np.diagonal(covariance.reshape(2, J, 2, J), axis1=1, axis2=3)
    sizes, vectors = np.linalg.eigh(np.moveaxis(own, -1, 0))
    axes = np.sqrt(np.maximum(sizes, 0.0) * _ELLIPSE)
    angles = np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1])
    return list(zip(axes[:, 1].tolist(), axes[:, 0].tolist(), angles.tolist(), strict=True))


def stated_coordinates(groups: ItemSums) -> Jackknife:
    """Mean stated importance and mean performance of items, on 0-100, with their covariance.

    Parameters
    ----------
    groups : ItemSums
        By hash group: the importance questions, then the performance items in the same order.

    Returns
    -------
    Jackknife
        In that order; empty with reason ``undefined`` where a question has no answer.

    Notes
    -----
    Delete-a-group jackknife of the means (method, sections 4 and 8.3).

    Examples
    --------
    Three forms, each a group of its own; items at 0.75 and 0.5, importances at 1 and 0.5:

    >>> x = np.array([[1.0, 0.25, 1.0, 0.5], [1.0, 0.75, 0.75, 0.25], [1.0, 0.5, 0.5, 0.75]])
    >>> found = stated_coordinates(ItemSums(np.ones((3, 4)), x))
    >>> found.values.tolist(), found.se.round(2).tolist()
    ([100.0, 50.0, 75.0, 50.0], [0.0, 14.43, 14.43, 14.43])
    """
    if bool((groups.answers.sum(axis=0) == 0).any()):
        return Jackknife(np.zeros(0), None, 0, "undefined")
    return from_parts(100 * groups.means, 100 * groups.means_without_each_group())


def derived_coordinates(groups: ItemSums, known: Drivers) -> Jackknife:
    """Shares of items in overall satisfaction and their mean performance, with covariance.

    Parameters
    ----------
    groups : ItemSums
        By hash group: the performance items, then the overall question.
    known : Drivers
        Of the same groups, with no item dropped.

    Returns
    -------
    Jackknife
        Shares first, both on 0-100; empty with reason ``undefined`` where an item has no answer or
        the drivers are refused.

    Notes
    -----
    Shares of `analysis.drivers.drivers` and those without each group, joined with the means in one
    delete-a-group jackknife (method, 4 and 8.3).

    Examples
    --------
    >>> from analysis.drivers import drivers
    >>> from analysis.examples import example_wave
    >>> from analysis.jackknife import item_sums
    >>> from analysis.moments import group_moments
    >>> wave = example_wave("2026", seed=2)
    >>> asked = (*wave.questionnaire.index_items[:2], wave.questionnaire.overall)
    >>> of_wave = wave.questionnaire, wave.tally, asked
    >>> known = drivers(group_moments(*of_wave), [item.key for item in asked[:-1]])
    >>> derived_coordinates(item_sums(*of_wave), known).values.round(1).tolist()
    [48.8, 51.2, 63.5, 62.7]
    """
    nobody = bool((groups.answers.sum(axis=0) == 0).any())
    if nobody or known.replicates is None:
        return Jackknife(np.zeros(0), None, 0, "undefined")
    shares = [one.share for one in known.drivers]
    values = np.concatenate([shares, groups.means[:-1]])
    rest = np.hstack([known.replicates, groups.means_without_each_group()[:, :-1]])
    return from_parts(100 * values, 100 * rest)


def quadrant_name(quadrant: Quadrant | None, language: str) -> str:
    """Name of a quadrant; «al confine» for none.

    Parameters
    ----------
    quadrant : Quadrant or None
        None for an item at the border.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there are no words in the language.

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

    Parameters
    ----------
    place : Place
        An item of the map.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str
        Name of the quadrant, or the two between which the item stands.

    Raises
    ------
    ValueError
        If there are no words in the language.

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
