"""Which items go with overall satisfaction: Johnson's relative weights, LMG as a check.

«Associata alla soddisfazione complessiva», never «determina».
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval
from analysis.jackknife import Jackknife, from_parts, without_each_group
from analysis.lmg import LMG_AT_MOST, lmg
from analysis.moments import Moments

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_MINIMUM, _AN_ITEM = 150, 15
_LEAST_R2 = 0.20
_LEAST_EIGENVALUE = 1e-6
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True)
class Driver:
    """Share of one item in the explained part of overall satisfaction, on 0-1.

    Attributes
    ----------
    share : float
        Not negative; shares add up to 1.
    se : float or None
        By delete-a-group jackknife.
    interval : Interval or None
        Cut at 0 and 1.
    lmg : float or None
        The same by averaging over all orderings, up to 12 items.
    level_with : tuple of str
        Items whose intervals overlap with this one: «a pari merito».
    """

    key: str
    share: float
    se: float | None
    interval: Interval | None
    lmg: float | None
    level_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drivers:
    """Drivers of one service and wave, or the reason why there are none.

    Attributes
    ----------
    drivers : tuple of Driver
        In the order of the items; empty with a `reason`.
    r_squared : float or None
        Explained part of the variance of the overall question.
    n : int
        Fewest forms behind any correlation.
    dropped : tuple of str
        Items without variance.
    reason : str or None
        ``no_items``, ``overall_has_no_variance``, ``too_few_answers``, ``nearly_collinear`` or
        ``explains_too_little``.
    replicates : ndarray of float64, shape (groups that hold anybody, drivers), or None
        Shares without each group, to be joined with other statistics; NaN where not defined.
    """

    drivers: tuple[Driver, ...]
    r_squared: float | None
    n: int
    dropped: tuple[str, ...] = ()
    reason: str | None = None
    replicates: Float | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Shares:
    """What all forms together say, before any error: the items kept, and their shares.

    Attributes
    ----------
    kept : ndarray of int64, shape (drivers + 1,)
        Places of the items with variance, and of the overall question last.
    correlations : ndarray of float64, shape (drivers + 1, drivers + 1)
        Among these.
    values : ndarray of float64, shape (drivers,)
        Not negative; they add up to 1.
    r_squared, n, dropped
        As `Drivers` has them.
    """

    kept: Int
    correlations: Float
    values: Float
    r_squared: float
    n: int
    dropped: tuple[str, ...]


def pairwise_covariance(sums: Moments) -> Float | None:
    """Covariance of each pair of items over the forms where both are valid.

    Parameters
    ----------
    sums : Moments
        With or without leading axes.

    Returns
    -------
    ndarray of float64, shape (..., items, items), or None
        None when some pair has fewer than two forms.

    Notes
    -----
    cov_jk = [P_jk - A_jk A_kj / N_jk]/(N_jk - 1) (method, 3.3).

    Examples
    --------
    >>> x = np.array([[0.0, 0.0], [0.5, 1.0], [1.0, 1.0]])
    >>> sums = Moments(np.full((2, 2), 3.0), np.tile(x.sum(axis=0)[:, None], 2), x.T @ x)
    >>> pairwise_covariance(sums).round(4).tolist()
    [[0.25, 0.25], [0.25, 0.3333]]
    """
    if bool((sums.N < 2).any()):
        return None
    turned = np.swapaxes(sums.A, -1, -2)
    return np.asarray((sums.P - sums.A * turned / sums.N) / (sums.N - 1))


def relative_weights(correlations: Float, with_overall: Float) -> Float:
    r"""Parts of R-squared by Johnson's relative weights.

    Parameters
    ----------
    correlations : ndarray of float64, shape (..., items, items)
        Among the items, positive definite.
    with_overall : ndarray of float64, shape (..., items)
        Of each item with the overall question.

    Returns
    -------
    ndarray of float64, shape (..., items)
        None negative; they add up to R-squared. NaN where the smallest eigenvalue of the
        correlations is below 1e-6.

    Notes
    -----
    :math:`R_{xx} = V\Lambda^2V'`, :math:`L = V\Lambda V'`, :math:`\beta = L^{-1}r_{xy}`,
    :math:`\varepsilon_j = \sum_k L_{jk}^2 \beta_k^2` (Johnson 2000, Multivariate Behavioral
    Research 35).

    Examples
    --------
    >>> relative_weights(np.eye(2), np.array([0.6, 0.3])).round(4).tolist()
    [0.36, 0.09]
    """
    squares, vectors = np.linalg.eigh(correlations)
    sound = squares[..., :1] >= _LEAST_EIGENVALUE
    sizes = np.sqrt(np.where(sound, squares, 1.0))[..., None, :]
    turned = np.swapaxes(vectors, -1, -2)
    root = (vectors * sizes) @ turned
    beta = ((vectors / sizes) @ turned) @ with_overall[..., None]
    return np.where(sound, (root**2 @ beta**2)[..., 0], np.nan)


def overall_shares(
    total: Moments, keys: Sequence[str], *, composites: Float | None = None
) -> Shares | Drivers:
    """Shares of items in overall satisfaction on all forms, or the drivers that are refused.

    Parameters
    ----------
    total : Moments
        Pair sums of all forms, overall question last.
    keys : sequence of str
        As `drivers` has them.
    composites : ndarray of float64, shape (keys, items), optional
        As `drivers` has them.

    Returns
    -------
    Shares or Drivers
        Drivers with a reason, as `drivers` refuses them: no hash group needs to be looked at.

    Raises
    ------
    ValueError
        If the sums are not of one question more than there are items.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.moments import total_moments
    >>> wave = example_wave("2026", seed=2)
    >>> asked = (*wave.questionnaire.index_items, wave.questionnaire.overall)
    >>> total = total_moments(wave.questionnaire, wave.tally, asked)
    >>> overall_shares(total, [item.key for item in asked[:-1]]).values.round(2).tolist()
    [0.25, 0.26, 0.23, 0.26]
    """
    if (len(keys) if composites is None else composites.shape[1]) + 1 != len(total.N):
        raise ValueError(f"{len(keys)} items for sums of {len(total.N)} questions")
    n = int(total.N.min())
    covariance = _covariance(total, composites)
    if not keys or covariance is None:
        return Drivers((), None, n, reason="too_few_answers" if keys else "no_items")
    moving = np.diag(covariance) > _CONSTANT
    dropped = tuple(key for key, moves in zip(keys, moving[:-1], strict=True) if not moves)
    reason = _refusal(n, moving)
    if reason is not None:
        return Drivers((), None, n, dropped, reason)
    kept = np.flatnonzero(moving)
    R = _correlations(covariance[np.ix_(kept, kept)])
    parts = relative_weights(R[:-1, :-1], R[:-1, -1])
    if bool(np.isnan(parts).any()):
        return Drivers((), None, n, dropped, "nearly_collinear")
    r_squared = min(float(parts.sum()), 1.0)  # rounding, where an item is the overall question
    if r_squared < _LEAST_R2:
        return Drivers((), r_squared, n, dropped, "explains_too_little")
    return Shares(kept, R, parts / r_squared, r_squared, n, dropped)


def drivers(
    groups: Moments,
    keys: Sequence[str],
    *,
    composites: Float | None = None,
    shares: Shares | None = None,
) -> Drivers:
    """Relative weights of items for the overall question, with jackknife intervals.

    Parameters
    ----------
    groups : Moments
        Pair sums by hash group, shape (groups, items + 1, items + 1), overall question last.
    keys : sequence of str
        What the shares are of: the items in the order of the sums, or the rows of `composites`.
    composites : ndarray of float64, shape (keys, items), optional
        Means of items to take in the place of single ones, such as dimensions: each row holds the
        weights of the items in one mean.
    shares : Shares, optional
        From `overall_shares` of all groups together, where it is at hand.

    Returns
    -------
    Drivers
        Refused with fewer than max(150, 15 items) forms behind a correlation, R-squared below
        .20, or a smallest eigenvalue of the items' correlations below 1e-6 (method, 8.1).

    Raises
    ------
    ValueError
        If the sums are not of one question more than there are items.

    Notes
    -----
    Correlations are pairwise: every form with both answers counts. Items without variance are
    dropped and named.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.moments import group_moments
    >>> wave = example_wave("2026", seed=2)
    >>> asked = (*wave.questionnaire.index_items, wave.questionnaire.overall)
    >>> groups = group_moments(wave.questionnaire, wave.tally, asked)
    >>> found = drivers(groups, [item.key for item in asked[:-1]])
    >>> [(one.key, round(one.share, 2)) for one in found.drivers]
    [('waiting', 0.25), ('courtesy', 0.26), ('clarity', 0.23), ('rooms', 0.26)]
    >>> round(found.r_squared, 2), found.n
    (0.48, 200)
    """
    whole = shares or overall_shares(groups.total(), keys, composites=composites)
    if isinstance(whole, Drivers):
        return whole
    without = _shares_without(groups, composites, whole.kept)
    check, R = None, whole.correlations
    if len(whole.values) <= LMG_AT_MOST:
        check = lmg(R[:-1, :-1], R[:-1, -1]) / whole.r_squared
    names = [keys[j] for j in whole.kept[:-1].tolist()]
    made = _each(names, from_parts(whole.values, without), check)
    return Drivers(made, whole.r_squared, whole.n, whole.dropped, replicates=without)


def _covariance(sums: Moments, composites: Float | None) -> Float | None:
    """Covariances of items, or of means of items, and of the overall question last."""
    covariance = pairwise_covariance(sums)
    if covariance is None or composites is None:
        return covariance
    J = composites.shape[1]
    turn = np.zeros((len(composites) + 1, J + 1))
    turn[:-1, :-1], turn[-1, -1] = composites, 1.0
    return np.asarray(turn @ covariance @ turn.T)


def _shares_without(groups: Moments, composites: Float | None, kept: Int) -> Float:
    """Shares without each group; a row of NaN where they are not defined."""
    sums = without_each_group(groups)
    missing = np.full((len(sums.N), len(kept) - 1), np.nan)
    covariance = _covariance(sums, composites)
    if covariance is None:
        return missing
    covariance = covariance[..., kept, :][..., kept]
    spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0))
    if bool((spread**2 <= _CONSTANT).any()):
        return missing
    R = covariance / (spread[..., :, None] * spread[..., None, :])
    parts = relative_weights(R[..., :-1, :-1], R[..., :-1, -1])
    explained = parts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(parts, explained, out=missing, where=explained > 0))


def _each(names: Sequence[str], found: Jackknife, check: Float | None) -> tuple[Driver, ...]:
    ends, se = [_cut(one) for one in found.intervals()], found.se
    nothing = [None] * len(names)
    columns = (
        names, found.values.tolist(), nothing if se is None else se.tolist(), ends,
        nothing if check is None else check.tolist(),
    )  # fmt: skip
    return tuple(
        Driver(
            name, share, error, own, other_share,
            tuple(
                other for other, its in zip(names, ends, strict=True)
                if other != name and _overlap(own, its)
            ),
        )
        for name, share, error, own, other_share in zip(*columns, strict=True)
    )  # fmt: skip


def _refusal(n: int, moving: NDArray[np.bool_]) -> str | None:
    items = int(moving[:-1].sum())
    if n < max(_MINIMUM, _AN_ITEM * items):
        return "too_few_answers"
    if not moving[-1]:
        return "overall_has_no_variance"
    return "no_items" if items == 0 else None


def _correlations(covariance: Float) -> Float:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _cut(ends: Interval | None) -> Interval | None:
    return None if ends is None else Interval(max(0.0, ends.lower), min(1.0, ends.upper))


def _overlap(one: Interval | None, two: Interval | None) -> bool:
    return one is None or two is None or (one.lower <= two.upper and two.lower <= one.upper)
