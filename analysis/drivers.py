"""Which items go with overall satisfaction: Johnson's relative weights, LMG as a check.

«Associata alla soddisfazione complessiva», never «determina».
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval
from analysis.jackknife import delete_a_group
from analysis.moments import Moments

Float = NDArray[np.float64]

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

    Returns
    -------
    ndarray of float64, shape (items, items), or None
        None when some pair has fewer than two forms.

    Notes
    -----
    cov_jk = [P_jk - A_jk A_kj / N_jk]/(N_jk - 1) (method, 3.3).
    """
    if bool((sums.N < 2).any()):
        return None
    return np.asarray((sums.P - sums.A * sums.A.T / sums.N) / (sums.N - 1))


def relative_weights(correlations: Float, with_overall: Float) -> Float:
    r"""Parts of R-squared by Johnson's relative weights.

    Parameters
    ----------
    correlations : ndarray of float64, shape (items, items)
        Among the items, positive definite.
    with_overall : ndarray of float64, shape (items,)
        Of each item with the overall question.

    Returns
    -------
    ndarray of float64, shape (items,)
        None negative; they add up to R-squared.

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
    root = (vectors * np.sqrt(squares)) @ vectors.T
    beta = np.linalg.solve(root, with_overall)
    return np.asarray(root**2 @ beta**2)


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
    gains = np.zeros(1 << J)
    for subset in range(1, 1 << J):
        kept = [j for j in range(J) if subset >> j & 1]
        chosen = with_overall[kept]
        gains[subset] = chosen @ np.linalg.solve(correlations[np.ix_(kept, kept)], chosen)
    subsets = np.arange(1 << J)
    sizes = np.array([int(subset).bit_count() for subset in subsets.tolist()])
    chance = np.array([1 / (J * math.comb(J - 1, s)) if s < J else 0.0 for s in range(J + 1)])
    found = np.zeros(J)
    for j in range(J):
        outside = subsets[(subsets >> j & 1) == 0]
        found[j] = chance[sizes[outside]] @ (gains[outside | 1 << j] - gains[outside])
    return found


def drivers(groups: Moments, keys: Sequence[str]) -> Drivers:
    """Relative weights of items for the overall question, with jackknife intervals.

    Parameters
    ----------
    groups : Moments
        Pair sums by hash group, shape (groups, items + 1, items + 1), overall question last.
    keys : sequence of str
        The items, in the order of the sums.

    Returns
    -------
    Drivers
        Refused with fewer than max(150, 15 items) forms behind a correlation, R-squared below
        .20, or a smallest eigenvalue of the items' correlations below 1e-6 (method, 8.1).

    Notes
    -----
    Correlations are pairwise: every form with both answers counts. Items without variance are
    dropped and named.
    """
    total = groups.total()
    if len(keys) + 1 != len(total.N):
        raise ValueError(f"{len(keys)} items for sums of {len(total.N)} questions")
    n = int(total.N.min())
    covariance = pairwise_covariance(total)
    if not keys or covariance is None:
        return Drivers((), None, n, reason="too_few_answers" if keys else "no_items")
    moving = np.diag(covariance) > _CONSTANT
    dropped = tuple(key for key, moves in zip(keys, moving[:-1], strict=True) if not moves)
    reason = _refusal(n, covariance, moving)
    if reason is not None:
        return Drivers((), None, n, dropped, reason)
    kept = np.flatnonzero(moving)
    names = [keys[j] for j in kept[:-1]]
    R = _correlations(covariance[np.ix_(kept, kept)])
    parts = relative_weights(R[:-1, :-1], R[:-1, -1])
    r_squared = float(parts.sum())
    if r_squared < _LEAST_R2:
        return Drivers((), r_squared, n, dropped, "explains_too_little")
    box = np.ix_(np.arange(len(groups.N)), kept, kept)
    found = delete_a_group(Moments(groups.N[box], groups.A[box], groups.P[box]), _shares)
    check = lmg(R[:-1, :-1], R[:-1, -1]) / r_squared if len(names) <= _LMG_AT_MOST else None
    ends = [_cut(found.interval(j)) for j in range(len(names))]
    made = tuple(
        Driver(
            key=name,
            share=float(parts[j] / r_squared),
            se=None if found.se is None else float(found.se[j]),
            interval=ends[j],
            lmg=None if check is None else float(check[j]),
            level_with=tuple(
                other for k, other in enumerate(names) if k != j and _overlap(ends[j], ends[k])
            ),
        )
        for j, name in enumerate(names)
    )
    return Drivers(made, r_squared, n, dropped)


def _refusal(n: int, covariance: Float, moving: NDArray[np.bool_]) -> str | None:
    items = int(moving[:-1].sum())
    if n < max(_MINIMUM, _AN_ITEM * items):
        return "too_few_answers"
    if not moving[-1]:
        return "overall_has_no_variance"
    if items == 0:
        return "no_items"
    kept = np.flatnonzero(moving)
    sizes = np.linalg.eigvalsh(_correlations(covariance[np.ix_(kept, kept)])[:-1, :-1])
    return "nearly_collinear" if float(sizes[0]) < _LEAST_EIGENVALUE else None


def _correlations(covariance: Float) -> Float:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _shares(sums: Moments) -> Float | None:
    covariance = pairwise_covariance(sums)
    if covariance is None or bool((np.diag(covariance) <= _CONSTANT).any()):
        return None
    R = _correlations(covariance)
    if float(np.linalg.eigvalsh(R[:-1, :-1])[0]) < _LEAST_EIGENVALUE:
        return None
    parts = relative_weights(R[:-1, :-1], R[:-1, -1])
    return np.asarray(parts / parts.sum()) if float(parts.sum()) > 0 else None


def _cut(ends: Interval | None) -> Interval | None:
    return None if ends is None else Interval(max(0.0, ends.lower), min(1.0, ends.upper))


def _overlap(one: Interval | None, two: Interval | None) -> bool:
    return one is None or two is None or (one.lower <= two.upper and two.lower <= one.upper)
