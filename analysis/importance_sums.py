"""Importance-weighted index and gaps from the pair sums of a tally."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.importance import Gap, SecondaryIndex, WeightedIndex
from analysis.intervals import quasi_wilson_t
from analysis.jackknife import from_parts
from analysis.moments import Moments
from analysis.ranks import lower_tail

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_NOTHING = 1e-15


def weighted_index_from_sums(
    sums: Moments, item_weights: Float, n: int, *, confidence: float = 0.95
) -> WeightedIndex:
    r"""Importance-weighted index from pair sums, equal to the one from respondents.

    Parameters
    ----------
    sums : Moments
        On 0-1, without leading axes: the J performance items, then their J importance questions.
    item_weights : ndarray of float64, shape (J,)
        Fixed weights a_j of the plain index.
    n : int
        Respondents with at least one valid answer among the 2J.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    WeightedIndex

    Raises
    ------
    ValueError
        If the pair sums are not of 2J questions.

    Notes
    -----
    The scores of `analysis.importance.weighted_index` are linear in the 2J centred columns, with
    :math:`c_j = I_j/(N_j\sum I)` for performance and :math:`c_j = (m_j - csi)/(N^I_j \sum I)` for
    importance, so that :math:`SE^2 = \frac{n}{n-1} c'Cc` with C of the method, 3.3.

    Examples
    --------
    The respondents of the example of `analysis.importance.weighted_index`:

    >>> x = np.array([[1.0, 0.5, 1.0, 0.5], [0.75, 0.25, 1.0, 0.5], [1.0, 0.75, 0.75, 0.5]])
    >>> r = np.ones((3, 4))
    >>> sums = Moments(N=r.T @ r, A=x.T @ r, P=x.T @ x)
    >>> found = weighted_index_from_sums(sums, np.array([0.5, 0.5]), 3)
    >>> round(found.csi.value, 4), round(found.difference, 4)
    (76.9608, 6.1275)
    """
    J = len(item_weights)
    if sums.N.shape != (2 * J, 2 * J):
        raise ValueError(f"pair sums of shape {sums.N.shape} for {J} items and importances")
    if n == 0:
        return _nothing(0, "nobody")
    if bool((sums.answers == 0).any()):
        return _nothing(n, "item_without_answers")
    m, weight = sums.means[:J], sums.means[J:]
    total = float(weight.sum())
    if total < _NOTHING:
        return _nothing(n, "no_importance")
    csi = min(max(float(weight @ m) / total, 0.0), 1.0)
    slopes = np.concatenate([weight / total, (m - csi) / total]) / sums.answers
    plain = np.concatenate([item_weights, np.zeros(J)]) / sums.answers
    centred = sums.centred(sums.means)
    difference = 100 * (csi - float(item_weights @ m))
    if n < 2:
        found = SecondaryIndex(100 * csi, None, None, n, "one_respondent")
        return WeightedIndex(found, difference, None, False, *_means(m, weight))
    se, apart = (_root(n / (n - 1) * float(c @ centred @ c)) for c in (slopes, slopes - plain))
    ends = quasi_wilson_t(csi, se, n - 1, n=n, simple=False, confidence=confidence)
    found = SecondaryIndex(100 * csi, 100 * se, ends.times(100), n)
    shown = abs(difference) > max(100 * apart, 1e-9)
    return WeightedIndex(found, difference, 100 * apart, shown, *_means(m, weight))


def _nothing(n: int, reason: str) -> WeightedIndex:
    return WeightedIndex(SecondaryIndex(None, None, None, n, reason), None, None, False)


def _root(variance: float) -> float:
    return float(np.sqrt(variance)) if variance > _NOTHING else 0.0


def _means(m: Float, weight: Float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple((100 * m).tolist()), tuple((100 * weight).tolist())


@dataclass(frozen=True, slots=True)
class SplitErrors:
    """Standard errors of the total change and of its two parts, in points."""

    total: float
    performance: float
    preferences: float


def split_errors(before: tuple[Moments, int], after: tuple[Moments, int]) -> SplitErrors:
    r"""Standard errors of the split of a change of the importance-weighted index.

    Parameters
    ----------
    before, after : tuple of (Moments, int)
        Pair sums on 0-1 of each wave (J items, then their J importance questions, every one with
        answers and the importances not all zero) and its respondents, at least two.

    Returns
    -------
    SplitErrors
        In points of 0-100.

    Notes
    -----
    The waves are independent, and each part is smooth in the 2J means of both: with g the slopes
    in the means of one wave and :math:`c_k = g_k/N_k`, its variance is
    :math:`\sum_t \frac{n_t}{n_t-1} c_t' C_t c_t` with C of the method, 3.3.

    Examples
    --------
    >>> first = np.array([[0.5, 0.75, 1.0, 0.5], [0.75, 0.25, 1.0, 0.75], [1.0, 0.5, 0.75, 0.5]])
    >>> r = np.ones((3, 4))
    >>> waves = [(Moments(r.T @ r, x.T @ r, x.T @ x), 3) for x in (first, first[:, [1, 2, 3, 0]])]
    >>> found = split_errors(*waves)
    >>> round(found.total, 2), round(found.performance, 2), round(found.preferences, 2)
    (10.44, 11.06, 2.69)
    """
    J = before[0].N.shape[-1] // 2
    m1, m2 = before[0].means[:J], after[0].means[:J]
    i1, i2 = before[0].means[J:], after[0].means[J:]
    w1, w2 = i1 / i1.sum(), i2 / i2.sum()
    moved, level, weight, tilt = m2 - m1, (m1 + m2) / 2, (w1 + w2) / 2, (w2 - w1) / 2
    performance = (
        np.concatenate([-weight, (moved - w1 @ moved) / (2 * i1.sum())]),
        np.concatenate([weight, (moved - w2 @ moved) / (2 * i2.sum())]),
    )
    preferences = (
        np.concatenate([tilt, -(level - w1 @ level) / i1.sum()]),
        np.concatenate([tilt, (level - w2 @ level) / i2.sum()]),
    )
    total = tuple(p + q for p, q in zip(performance, preferences, strict=True))
    return SplitErrors(
        *(
            100 * _root(sum(
                n / (n - 1) * float(c @ sums.centred(sums.means) @ c)
                for (sums, n), g in zip((before, after), slopes, strict=True)
                for c in (g / sums.answers,)
            ))
            for slopes in (total, performance, preferences)
        )
    )  # fmt: skip


def gaps_from_groups(groups: Moments, pairs: Sequence[tuple[int, int]]) -> tuple[Gap, ...]:
    """Paired gaps from pair sums by hash group.

    Parameters
    ----------
    groups : Moments
        With a leading axis of groups, on one scale.
    pairs : sequence of (performance, expectation)
        Places of the two questions of each gap.

    Returns
    -------
    tuple of Gap
        Means and pairs are exact: (A_jk - A_kj)/N_jk. The standard error is the delete-a-group
        jackknife's, because pair sums do not hold the squares of an answer over the forms that
        also have the other one; None with reason ``one_pair`` where it cannot be computed.

    Notes
    -----
    Jackknife of the method, section 4; see `analysis.jackknife.delete_a_group`.

    Examples
    --------
    Three forms, each a group of its own, whose gaps are -0.5, -0.25 and -0.25:

    >>> x, one = np.array([[0.5, 1.0], [0.75, 1.0], [0.5, 0.75]]), np.ones((3, 2, 2))
    >>> groups = Moments(one, x[:, :, None] * one, x[:, :, None] * x[:, None, :])
    >>> gap = gaps_from_groups(groups, [(0, 1)])[0]
    >>> round(gap.value, 4), round(gap.se, 4), gap.n
    (-0.3333, 0.0833, 3)
    """
    one = np.ones(1)
    return tuple(_gap(groups, np.array([j]), np.array([k]), one) for j, k in pairs)


def servqual_from_groups(groups: Moments, pairs: Sequence[tuple[int, int]], weights: Float) -> Gap:
    """Weighted mean of paired gaps, with the error that their correlation gives it.

    Parameters
    ----------
    groups : Moments
        With a leading axis of groups, on 0-1.
    pairs : sequence of (performance, expectation)
        Places of the two questions of each gap.
    weights : ndarray of float64, shape (pairs,)
        Adding up to 1: 1/(D J_d) for the plain figure, points/(100 J_d) for the weighted one.

    Returns
    -------
    Gap
        Its n is that of the gap with the fewest pairs.

    Notes
    -----
    Mean over dimensions of the mean gaps of their items (Parasuraman, Zeithaml & Berry 1988).

    Examples
    --------
    >>> x = np.array([[0.5, 0.5, 1.0, 0.5], [0.75, 0.25, 1.0, 0.5], [0.75, 0.5, 0.75, 0.75]])
    >>> one = np.ones((3, 4, 4))
    >>> groups = Moments(one, x[:, :, None] * one, x[:, :, None] * x[:, None, :])
    >>> gap = servqual_from_groups(groups, [(0, 2), (1, 3)], np.array([0.5, 0.5]))
    >>> round(gap.value, 4), round(gap.se, 4), gap.n
    (-0.2083, 0.0417, 3)
    """
    j, k = (np.array(side) for side in zip(*pairs, strict=True))
    return _gap(groups, j, k, weights)


def _gap(groups: Moments, j: Int, k: Int, weights: Float) -> Gap:
    forms, apart = groups.N[:, j, k], groups.A[:, j, k] - groups.A[:, k, j]
    n = int(forms.sum(axis=0).min())
    if n == 0:
        return Gap(None, None, None, None, 0, "no_pairs")
    value = float(weights @ (apart.sum(axis=0) / forms.sum(axis=0)))
    held = (forms > 0).any(axis=1)
    rest = forms.sum(axis=0) - forms[held]
    left = apart.sum(axis=0) - apart[held]
    without = np.divide(left, rest, out=np.full(rest.shape, np.nan), where=rest > 0)
    jackknife = from_parts(np.array([value]), (without @ weights)[:, None])
    se, ends = jackknife.se, jackknife.interval(0)
    if se is None or ends is None:
        return Gap(value, None, None, None, n, "one_pair")
    if float(se[0]) < 1e-12:
        return Gap(value, 0.0, None, None, n, "no_variance")
    p = 2 * lower_tail(-abs(value) / float(se[0]), jackknife.groups - 1)
    return Gap(value, float(se[0]), ends, min(1.0, p), n)
