"""Secondary indices: weighted by importance, three questions, recommendation, paired gaps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.intervals import Interval, normal_quantile, quasi_wilson_t, student_quantile

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_NOTHING = 1e-15


@dataclass(frozen=True, slots=True)
class SecondaryIndex:
    """An index on 0-100 (the recommendation one on -100..100).

    Attributes
    ----------
    value, se : float or None
        None with a `reason`.
    interval : Interval or None
        95 % unless asked otherwise.
    n : int
        Respondents with at least one valid answer that enters it.
    reason : str or None
        ``nobody``, ``item_without_answers``, ``no_importance``, ``one_respondent`` or
        ``no_variance``.
    """

    value: float | None
    se: float | None
    interval: Interval | None
    n: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WeightedIndex:
    """Importance-weighted index beside the plain one.

    Attributes
    ----------
    csi : SecondaryIndex
        Weighted by mean stated importance.
    difference, difference_se : float or None
        csi minus isu in points, and its standard error.
    shown : bool
        True only if the difference exceeds its standard error: usually it does not.
    performance, importance : tuple of float
        Item means on 0-100; empty with a reason.
    """

    csi: SecondaryIndex
    difference: float | None
    difference_se: float | None
    shown: bool
    performance: tuple[float, ...] = ()
    importance: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSplit:
    """Change of an importance-weighted index, in points; the parts add up exactly.

    Attributes
    ----------
    total : float
        After minus before.
    performance : float
        Part due to the item means: the only change in the service.
    preferences : float
        Part due to what users find important.
    by_item : tuple of (float, float)
        The two parts of each item.
    """

    total: float
    performance: float
    preferences: float
    by_item: tuple[tuple[float, float], ...]


def weighted_index(
    performance: Float, importance: Float, item_weights: Float, *, confidence: float = 0.95
) -> WeightedIndex:
    r"""Index of item means weighted by mean stated importance.

    Parameters
    ----------
    performance, importance : ndarray of float64, shape (respondents, items)
        On 0-1 with 1 best (most important), NaN where not valid.
    item_weights : ndarray of float64, shape (items,)
        Fixed weights a_j of the plain index, for the comparison.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    WeightedIndex

    Notes
    -----
    :math:`csi = \sum_j I_j m_j / \sum_j I_j` with mean importances, never products within a
    respondent (method, 2.4). Scores of the linearisation, weights being estimated too (3.3):
    :math:`\sum_j \frac{I_j}{\sum I} \frac{r_{ij}(x_{ij}-m_j)}{N_j} + \frac{m_j - csi}{\sum I}
    \frac{r^I_{ij}(I_{ij}-I_j)}{N^I_j}`; :math:`SE^2 = \frac{n}{n-1} \sum_i score_i^2`.

    Examples
    --------
    >>> x = np.array([[1.0, 0.5], [0.75, 0.25], [1.0, 0.75]])
    >>> weight = np.array([[1.0, 0.5], [1.0, 0.5], [0.75, 0.5]])
    >>> found = weighted_index(x, weight, np.array([0.5, 0.5]))
    >>> round(found.csi.value, 4), round(found.difference, 4)
    (76.9608, 6.1275)
    """
    valid, stated = ~np.isnan(performance), ~np.isnan(importance)
    n = int((valid | stated).any(axis=1).sum())
    if n == 0:
        return _no_index(0, "nobody")
    answers, statements = valid.sum(axis=0), stated.sum(axis=0)
    if bool((answers == 0).any() or (statements == 0).any()):
        return _no_index(n, "item_without_answers")
    x, weight = np.where(valid, performance, 0.0), np.where(stated, importance, 0.0)
    m, mean_weight = x.sum(axis=0) / answers, weight.sum(axis=0) / statements
    total = float(mean_weight.sum())
    if total < _NOTHING:
        return _no_index(n, "no_importance")
    csi = min(max(float(mean_weight @ m) / total, 0.0), 1.0)
    around = valid * (x - m) / answers
    scores = around @ (mean_weight / total)
    scores += (stated * (weight - mean_weight) / statements) @ ((m - csi) / total)
    beside = scores - around @ item_weights
    difference = 100 * (csi - float(item_weights @ m))
    shown_se = _spread(beside, n)
    return WeightedIndex(
        _dressed(csi, scores, n, confidence),
        difference,
        None if shown_se is None else 100 * shown_se,
        shown_se is not None and abs(difference) > max(100 * shown_se, 1e-9),
        tuple((100 * m).tolist()),
        tuple((100 * mean_weight).tolist()),
    )


def _no_index(n: int, reason: str) -> WeightedIndex:
    return WeightedIndex(SecondaryIndex(None, None, None, n, reason), None, None, False)


def _spread(scores: Float, n: int) -> float | None:
    """Standard error from the linearised scores, whose sum is zero."""
    if n < 2:
        return None
    variance = n / (n - 1) * float(scores @ scores)
    return math.sqrt(variance) if variance > _NOTHING else 0.0


def _dressed(theta: float, scores: Float, n: int, confidence: float) -> SecondaryIndex:
    se = _spread(scores, n)
    if se is None:
        return SecondaryIndex(100 * theta, None, None, n, "one_respondent")
    ends = quasi_wilson_t(theta, se, n - 1, n=n, simple=False, confidence=confidence)
    return SecondaryIndex(100 * theta, 100 * se, ends.times(100), n)


def split_change(
    before: tuple[Sequence[float], Sequence[float]], after: tuple[Sequence[float], Sequence[float]]
) -> ChangeSplit:
    r"""Split the change of an importance-weighted index into performance and preferences.

    Parameters
    ----------
    before, after : tuple of (performance, importance), each of shape (items,)
        Item means of the two waves, same items in the same order, performance on 0-100.

    Returns
    -------
    ChangeSplit

    Notes
    -----
    With :math:`w = I/\sum I` and bars the averages of the two waves,
    :math:`\Delta csi = \sum_j \bar w_j \Delta m_j + \sum_j \Delta w_j \bar m_j` (method, 2.4).

    Examples
    --------
    >>> found = split_change(([80, 60], [50, 50]), ([80, 64], [25, 75]))
    >>> found.total, found.performance, found.preferences
    (-2.0, 2.5, -4.5)
    """
    m1, i1 = (np.asarray(part, dtype=np.float64) for part in before)
    m2, i2 = (np.asarray(part, dtype=np.float64) for part in after)
    if not (m1.shape == m2.shape == i1.shape == i2.shape):
        raise ValueError(f"waves of {m1.shape} and {m2.shape} items cannot be split")
    if not (i1.sum() > 0 and i2.sum() > 0):
        raise ValueError("importances must have a positive sum in both waves")
    w1, w2 = i1 / i1.sum(), i2 / i2.sum()
    moved = (w1 + w2) / 2 * (m2 - m1)
    preferred = (w2 - w1) * (m1 + m2) / 2
    return ChangeSplit(
        float(w2 @ m2 - w1 @ m1),
        float(moved.sum()),
        float(preferred.sum()),
        tuple(zip(moved.tolist(), preferred.tolist(), strict=True)),
    )


def three_question_index(
    values: Float, weights: Sequence[float] = (1 / 3, 1 / 3, 1 / 3), *, confidence: float = 0.95
) -> SecondaryIndex:
    r"""«Indice a tre domande (metodo ACSI semplificato)»: never to be called ACSI.

    Parameters
    ----------
    values : ndarray of float64, shape (respondents, 3)
        Overall judgement, confirmation of expectations, closeness to the ideal, each on 0-1
        ((mark - 1)/9 on 1-10); NaN where not valid.
    weights : sequence of three floats, optional
        Positive, adding up to 1.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    SecondaryIndex

    Notes
    -----
    :math:`100 \sum_k v_k (m_k - 1)/9` (method, 2.5; after Fornell et al. 1996, with fixed weights).

    Examples
    --------
    >>> marks = np.array([[8, 7, 7], [9, 8, 6], [10, 10, 9]], dtype=float)
    >>> round(three_question_index((marks - 1) / 9).value, 2)
    80.25
    """
    v = np.asarray(weights, dtype=np.float64)
    if v.shape != (3,) or bool((v <= 0).any()) or abs(float(v.sum()) - 1) > 1e-9:
        raise ValueError(f"three positive weights that add up to 1 are needed, not {weights}")
    if values.ndim != 2 or values.shape[1] != 3:
        raise ValueError(f"three questions are needed, not shape {values.shape}")
    valid = ~np.isnan(values)
    n, answers = int(valid.any(axis=1).sum()), valid.sum(axis=0)
    if n == 0:
        return SecondaryIndex(None, None, None, 0, "nobody")
    if bool((answers == 0).any()):
        return SecondaryIndex(None, None, None, n, "item_without_answers")
    x = np.where(valid, values, 0.0)
    means = x.sum(axis=0) / answers
    theta = min(max(float(v @ means), 0.0), 1.0)
    return _dressed(theta, (valid * (x - means) / answers) @ v, n, confidence)


def recommendation(counts: Int, *, confidence: float = 0.95) -> SecondaryIndex:
    r"""Promoters minus detractors of a 0-10 question; off by default for public services.

    Parameters
    ----------
    counts : ndarray of int64, shape (11,)
        Valid answers 0 to 10.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    SecondaryIndex
        On -100..100, interval cut there. Without interval when everybody falls in one group.

    Notes
    -----
    :math:`100(p_{9-10} - p_{0-6})`,
    :math:`SE = 100\sqrt{[p_+ + p_- - (p_+ - p_-)^2]/(n-1)}` (method, 2.6).

    Examples
    --------
    >>> found = recommendation(np.array([2, 0, 0, 1, 2, 5, 5, 10, 25, 30, 20]))
    >>> found.value, round(found.se, 4)
    (35.0, 7.2995)
    """
    if counts.shape != (11,) or bool((counts < 0).any()):
        raise ValueError(f"answers 0 to 10 are needed, not {counts}")
    n = int(counts.sum())
    if n == 0:
        return SecondaryIndex(None, None, None, 0, "nobody")
    for_it, against = float(counts[9:].sum()) / n, float(counts[:7].sum()) / n
    value = 100 * (for_it - against)
    if n == 1:
        return SecondaryIndex(value, None, None, 1, "one_respondent")
    variance = (for_it + against - (for_it - against) ** 2) / (n - 1)
    if variance < _NOTHING:
        return SecondaryIndex(value, 0.0, None, n, "no_variance")
    se = 100 * math.sqrt(variance)
    half = normal_quantile(confidence) * se
    return SecondaryIndex(
        value, se, Interval(max(-100.0, value - half), min(100.0, value + half)), n
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """Performance minus expectation (or importance) of one item; diagnostic only.

    Attributes
    ----------
    value, se : float or None
        In the units of the answers.
    interval : Interval or None
        Student's.
    p : float or None
        Two-sided, of no gap.
    n : int
        Respondents with both answers.
    reason : str or None
        ``no_pairs``, ``one_pair`` or ``no_variance``.
    """

    value: float | None
    se: float | None
    interval: Interval | None
    p: float | None
    n: int
    reason: str | None = None


def paired_gap(performance: Float, expectation: Float, *, confidence: float = 0.95) -> Gap:
    r"""Mean difference of two answers of the same respondents on the same scale.

    Parameters
    ----------
    performance, expectation : ndarray of float64, shape (respondents,)
        Oriented answers on one scale, NaN where not valid.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    Gap

    Notes
    -----
    Paired t: :math:`\bar d \pm t_{n-1}\, s_d/\sqrt n` over the pairs (method, 2.7).

    Examples
    --------
    >>> found = paired_gap(np.array([4.0, 3, 5, 2]), np.array([5.0, 4, 4, np.nan]))
    >>> round(found.value, 4), found.n
    (-0.3333, 3)
    """
    if performance.shape != expectation.shape:
        raise ValueError(f"{performance.shape} and {expectation.shape} answers are no pairs")
    d = performance - expectation
    d = d[~np.isnan(d)]
    n = len(d)
    if n == 0:
        return Gap(None, None, None, None, 0, "no_pairs")
    mean = float(d.mean())
    if n == 1:
        return Gap(mean, None, None, None, 1, "one_pair")
    se = float(d.std(ddof=1)) / math.sqrt(n)
    if se < 1e-12:
        return Gap(mean, 0.0, None, None, n, "no_variance")
    half = student_quantile(n - 1, confidence) * se
    p = min(1.0, 2 * float(scipy.special.stdtr(n - 1, -abs(mean) / se)))
    return Gap(mean, se, Interval(mean - half, mean + half), p, n)


def servqual_gap(gaps: Sequence[float], points: Sequence[float] | None = None) -> float:
    """Mean gap over the dimensions, plain or weighted by points that add up to 100.

    Parameters
    ----------
    gaps, points : sequence of float, the points optional
        One entry a dimension; gaps in any unit, which the result keeps.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Without any gap, or with points that are negative or do not add up to 100.

    Examples
    --------
    >>> servqual_gap([-1.0, 0.0, -0.5]), servqual_gap([-1.0, 0.0, -0.5], [50, 30, 20])
    (-0.5, -0.6)
    """
    if not gaps:
        raise ValueError("no dimension has a gap")
    if points is None:
        return float(np.mean(gaps))
    if len(points) != len(gaps) or min(points) < 0 or abs(sum(points) - 100) > 1e-6:
        raise ValueError(f"points of the dimensions must add up to 100, not {tuple(points)}")
    return float(np.dot(gaps, points)) / 100
