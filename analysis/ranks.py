"""Rank comparison of two ordered distributions, from counts."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankComparison:
    """Whether answers moved up or down.

    Attributes
    ----------
    superiority : float
        P(before < after) + P(equal)/2; above one half when answers went up.
    lower, upper : float or None
        Its interval, cut at 0 and 1; None when the variance is zero.
    p : float or None
        Two-sided; None when both distributions are one same category.
    exact : bool
        True when the samples do not overlap and p is that of the permutation test.
    """

    superiority: float
    lower: float | None
    upper: float | None
    p: float | None
    exact: bool = False


def brunner_munzel(
    before: NDArray[np.int64], after: NDArray[np.int64], *, confidence: float = 0.95
) -> RankComparison:
    """Compare two frequency tables over the same ordered categories.

    Parameters
    ----------
    before, after : ndarray of int64, shape (categories,)
        Answers in each category, worst first; each sample has at least two.
    confidence : float, optional
        Coverage of the interval of the superiority.

    Returns
    -------
    RankComparison

    Raises
    ------
    ValueError
        If a sample has fewer than two answers.

    Notes
    -----
    Brunner & Munzel 2000, Biometrical Journal 42: unequal variances and ties are allowed. With
    placements P1 = F2(x) in the first sample and P2 = F1(y) in the second (F normalised, ties
    counted half), theta = mean(P2), variance s1^2/n1 + s2^2/n2 of the placements, Student's t with
    Satterthwaite's degrees of freedom. Samples that do not overlap have zero variance: p is then
    2 / C(n1 + n2, n1), the exact Mann-Whitney value, tiny but not missing.

    Examples
    --------
    >>> result = brunner_munzel(np.array([2, 4, 9]), np.array([6, 6, 3]))
    >>> round(result.superiority, 4), round(result.p, 4)
    (0.2733, 0.0175)
    """
    # a handful of categories: plain numbers are quicker than arrays
    first: list[float] = np.asarray(before).tolist()
    second: list[float] = np.asarray(after).tolist()
    n1, n2 = sum(first), sum(second)
    if min(n1, n2) < 2:
        raise ValueError(f"two answers are needed in each sample, found {n1:.0f} and {n2:.0f}")
    place1, place2 = _placements(second, n2), _placements(first, n1)
    theta = sum(count * place for count, place in zip(second, place2, strict=True)) / n2
    part1 = _spread(first, place1, 1 - theta) / (n1 - 1) / n1
    part2 = _spread(second, place2, theta) / (n2 - 1) / n2
    total = part1 + part2
    if total < 1e-24:
        apart = theta in (0.0, 1.0)
        p = separated_p(int(n1), int(n2)) if apart else None
        return RankComparison(theta, None, None, p, exact=apart)
    df = total**2 / (part1**2 / (n1 - 1) + part2**2 / (n2 - 1))
    se = math.sqrt(total)
    half = float(scipy.special.stdtrit(df, 0.5 + confidence / 2)) * se
    p = min(1.0, 2 * float(scipy.special.stdtr(df, -abs(theta - 0.5) / se)))
    return RankComparison(theta, max(0.0, theta - half), min(1.0, theta + half), p)


def _placements(counts: Sequence[float], total: float) -> list[float]:
    """Share of a sample below each category, ties counted half."""
    upto = itertools.accumulate(counts)
    return [(below - own / 2) / total for below, own in zip(upto, counts, strict=True)]


def _spread(counts: Sequence[float], places: Sequence[float], centre: float) -> float:
    return sum(own * (place - centre) ** 2 for own, place in zip(counts, places, strict=True))


def separated_p(n1: int, n2: int) -> float:
    """Two-sided exact p of two samples that do not overlap: 2 / C(n1 + n2, n1), never zero.

    Parameters
    ----------
    n1, n2 : int
        Answers in each sample.

    Returns
    -------
    float
        Above 0 and at most 1.

    Examples
    --------
    >>> round(separated_p(3, 3), 12)
    0.1
    """
    log = math.log(2) - float(
        scipy.special.gammaln(n1 + n2 + 1)
        - scipy.special.gammaln(n1 + 1)
        - scipy.special.gammaln(n2 + 1)
    )
    return max(min(1.0, math.exp(max(log, -700.0))), float(np.finfo(np.float64).tiny))


def lower_tail(statistic: float, df: float | None) -> float:
    """P(T <= statistic) for Student's t with `df`, or the normal law where `df` is None.

    Parameters
    ----------
    statistic : float
        A t or a z.
    df : float or None
        Degrees of freedom; None for the normal law.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> round(lower_tail(-1.96, None), 4), round(lower_tail(-1.96, 10), 4)
    (0.025, 0.0392)
    """
    return (
        float(scipy.special.ndtr(statistic))
        if df is None
        else float(scipy.special.stdtr(df, statistic))
    )


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust a family of p-values by Holm's step-down method.

    Parameters
    ----------
    p_values : ndarray of float64, shape (tests,)
        No NaN: untestable hypotheses are left out before, they do not count in the family.

    Returns
    -------
    ndarray of float64, shape (tests,)

    Raises
    ------
    ValueError
        If a value is not a probability.

    Notes
    -----
    Sorted p_(1) <= ... <= p_(m): adjusted p_(i) = max over k <= i of min(1, (m - k + 1) p_(k))
    (Holm 1979, Scandinavian Journal of Statistics 6).

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    if not bool(np.all((p_values >= 0) & (p_values <= 1))):
        raise ValueError(f"not all probabilities: {p_values}")
    order = np.argsort(p_values, kind="stable")
    steps = np.minimum(p_values[order] * np.arange(len(order), 0, -1), 1.0)
    adjusted = np.empty_like(steps)
    adjusted[order] = np.maximum.accumulate(steps)
    return adjusted
