"""Which items go with overall satisfaction: Johnson's relative weights, LMG as a check.

«Associata alla soddisfazione complessiva», never «determina».
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval
from analysis.jackknife import Jackknife, from_parts, without_each_group
from analysis.moments import Moments

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_MINIMUM, _AN_ITEM = 150, 15
_LEAST_R2 = 0.20
_LEAST_EIGENVALUE = 1e-6
_LMG_AT_MOST = 12
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
    """

    drivers: tuple[Driver, ...]
    r_squared: float | None
    n: int
    dropped: tuple[str, ...] = ()
    reason: str | None = None


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


def lmg(correlations: Float, with_overall: Float) -> Float:
    r"""Parts of R-squared by the average gain over all orderings.

    Parameters
    ----------
    correlations : ndarray of float64, shape (items, items)
        At most 12 items.
    with_overall : ndarray of float64, shape (items,)
        Of each item with the overall question.

    Returns
    -------
    ndarray of float64, shape (items,)

    Raises
    ------
    ValueError
        If there are more than 12 items.

    Notes
    -----
    :math:`\sum_{S \not\ni j} \frac{|S|!(J-|S|-1)!}{J!} [R^2(S \cup j) - R^2(S)]` (Lindeman,
    Merenda & Gold 1980; Groemping 2007), from :math:`2^J` regressions on the correlations.

    Examples
    --------
    >>> lmg(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.5, 0.4])).round(4).tolist()
    [0.185, 0.095]
    """
    J = len(correlations)
    if J > _LMG_AT_MOST:
        raise ValueError(f"{J} items have too many orderings, at most {_LMG_AT_MOST}")
    return np.asarray(_gain_weights(J) @ _r_squared_of_subsets(correlations, with_overall))


@lru_cache(maxsize=_LMG_AT_MOST + 1)
def _gain_weights(J: int) -> Float:
    """What R-squared of each subset counts in the average gain of each item, above and below."""
    weights, subsets = np.zeros((J, 1 << J)), np.arange(1 << J)
    chance = np.array([1 / (J * math.comb(J - 1, size)) for size in range(J)])
    for j in range(J):
        outside = subsets[(subsets >> j & 1) == 0]
        weights[j, outside | 1 << j] = chance[np.bitwise_count(outside)]
        weights[j, outside] = -chance[np.bitwise_count(outside)]
    weights.setflags(write=False)
    return weights


def _r_squared_of_subsets(correlations: Float, with_overall: Float) -> Float:
    """R-squared of the regression on every subset; bit j of the place says that j is in it.

    Items are swept out of the correlation matrix one after the other, the last first: each matrix
    splits into one without the item and one with what is left when the item is accounted for. What
    is left of the overall question, which comes first, is what no item of the subset explains.
    """
    J = len(correlations)
    left = np.empty((1, J + 1, J + 1))
    left[0, 0, 0], left[0, 0, 1:], left[0, 1:, 0] = 1.0, with_overall, with_overall
    left[0, 1:, 1:] = correlations
    for size in range(J, 0, -1):
        rest, column = left[:, :size, :size], left[:, :size, size:]
        split = np.empty((len(left), 2, size, size))
        split[:, 0] = rest
        split[:, 1] = rest - column * (column.swapaxes(1, 2) / left[:, size:, size:])
        left = split.reshape(-1, size, size)
    return 1 - left.ravel()


def drivers(groups: Moments, keys: Sequence[str], *, composites: Float | None = None) -> Drivers:
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
    total = groups.total()
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
    without = _shares_without(groups, composites, kept)
    found = from_parts(parts / r_squared, without)
    check = lmg(R[:-1, :-1], R[:-1, -1]) / r_squared if len(kept) <= _LMG_AT_MOST + 1 else None
    made = _each([keys[j] for j in kept[:-1]], found, check)
    return Drivers(made, r_squared, n, dropped)


def driver_shares(groups: Moments) -> tuple[Float, Float]:
    r"""Shares of all items, and the same without each group, to be joined with other statistics.

    Parameters
    ----------
    groups : Moments
        Pair sums by hash group, overall question last, that passed the refusals of `drivers` with
        no item dropped.

    Returns
    -------
    tuple of ndarray of float64, shapes (items,) and (groups that hold anybody, items)
        NaN where they are not defined.

    Notes
    -----
    :math:`\varepsilon_j/R^2` of `relative_weights`; those without each group are the replicates of
    the delete-a-group jackknife (method, sections 4 and 8.1).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.moments import group_moments
    >>> wave = example_wave("2026", seed=2)
    >>> asked = (*wave.questionnaire.index_items, wave.questionnaire.overall)
    >>> groups = group_moments(wave.questionnaire, wave.tally, asked)
    >>> shares, without = driver_shares(groups)
    >>> shares.round(2).tolist(), without.shape
    ([0.25, 0.26, 0.23, 0.26], (60, 4))
    """
    every = np.arange(groups.N.shape[-1])
    tables = (groups.N, groups.A, groups.P)
    whole = Moments(*(table.sum(axis=0, keepdims=True) for table in tables))
    return _shares_of(whole, None, every)[0], _shares_without(groups, None, every)


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
    return _shares_of(without_each_group(groups), composites, kept)


def _shares_of(sums: Moments, composites: Float | None, kept: Int) -> Float:
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
