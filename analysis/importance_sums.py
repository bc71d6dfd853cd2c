"""Importance-weighted index and gaps from the pair sums of a tally."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, RatedQuestion
from analysis.importance import Gap, SecondaryIndex, WeightedIndex
from analysis.intervals import Interval, quasi_wilson_t, student_quantile
from analysis.moments import Moments, slope
from analysis.ranks import lower_tail
from analysis.tally import Tally

Float = NDArray[np.float64]
_NOTHING = 1e-15
_STILL = 1e-12


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
    answers = sums.answers
    if bool((answers == 0).any()):
        return _nothing(n, "item_without_answers")
    means = sums.means
    m, weight = means[:J], means[J:]
    total = float(weight.sum())
    if total < _NOTHING:
        return _nothing(n, "no_importance")
    csi = min(max(float(weight @ m) / total, 0.0), 1.0)
    slopes = np.concatenate([weight / total, (m - csi) / total])
    beside = slopes - np.concatenate([item_weights, np.zeros(J)])
    difference = 100 * (csi - float(item_weights @ m))
    if n < 2:
        found = SecondaryIndex(100 * csi, None, None, n, "one_respondent")
        return WeightedIndex(found, difference, None, False, *_means(m, weight))
    variances = _variances(np.stack([slopes, beside]) / answers, sums.centred(means), n)
    se, apart = (_root(variance) for variance in variances.tolist())
    ends = quasi_wilson_t(csi, se, n - 1, n=n, simple=False, confidence=confidence)
    found = SecondaryIndex(100 * csi, 100 * se, ends.times(100), n)
    shown = abs(difference) > max(100 * apart, 1e-9)
    return WeightedIndex(found, difference, 100 * apart, shown, *_means(m, weight))


def _nothing(n: int, reason: str) -> WeightedIndex:
    return WeightedIndex(SecondaryIndex(None, None, None, n, reason), None, None, False)


def _variances(rows: Float, centred: Float, n: int) -> Float:
    """Variances n/(n-1) c'Cc of linear figures, each row the c of one."""
    return np.asarray(n / (n - 1) * ((rows @ centred) * rows).sum(axis=1))


def _root(variance: float) -> float:
    return math.sqrt(variance) if variance > _NOTHING else 0.0


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
    means = before[0].means, after[0].means
    (m1, m2), (i1, i2) = ([one[:J] for one in means], [one[J:] for one in means])
    w1, w2 = i1 / i1.sum(), i2 / i2.sum()
    moved, level, weight, tilt = m2 - m1, (m1 + m2) / 2, (w1 + w2) / 2, (w2 - w1) / 2
    # slopes in the means of performance, then of importance: of either part in either wave
    slopes = (
        np.array([[-weight, (moved - w1 @ moved) / (2 * i1.sum())],
                  [tilt, -(level - w1 @ level) / i1.sum()]]),
        np.array([[weight, (moved - w2 @ moved) / (2 * i2.sum())],
                  [tilt, (level - w2 @ level) / i2.sum()]]),
    )  # fmt: skip
    variances = np.zeros(3)
    for (sums, n), around, parts in zip((before, after), means, slopes, strict=True):
        rows = parts.reshape(2, 2 * J)
        rows = np.vstack([rows.sum(axis=0), rows]) / sums.answers
        variances += _variances(rows, sums.centred(around), n)
    total, own, theirs = (100 * _root(variance) for variance in variances.tolist())
    return SplitErrors(total, own, theirs)


@dataclass(frozen=True, slots=True)
class PairedSums:
    """What gaps are made of, by hash group.

    Attributes
    ----------
    forms : ndarray of float64, shape (groups, pairs)
        Forms with both answers valid.
    apart : ndarray of float64, shape (groups, pairs)
        Sum over these of the first answer minus the second, on 0-1 with 1 best.
    """

    forms: Float
    apart: Float

    def of(self, places: Sequence[int]) -> "PairedSums":
        """Take some pairs, in the order wanted."""
        return PairedSums(self.forms[:, places], self.apart[:, places])


def paired_sums(
    questionnaire: Questionnaire, tally: Tally, pairs: Sequence[tuple[RatedQuestion, RatedQuestion]]
) -> PairedSums:
    """Forms with both answers of each pair, and how far these are apart, by hash group.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the tally belongs to.
    tally : Tally
        What was answered, with its pair sums.
    pairs : sequence of (RatedQuestion, RatedQuestion)
        At least one; the judgement, and the expectation or importance it is held against.

    Returns
    -------
    PairedSums
        N_jk and A_jk - A_kj of `analysis.moments.group_moments`, for these pairs alone.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> found = paired_sums(wave.questionnaire, wave.tally, [wave.questionnaire.rated[:2]])
    >>> found.forms.shape, float(found.forms.sum()), round(float(found.apart.sum()), 2)
    ((64, 1), 200.0, -2.75)
    """
    sides = list(zip(*pairs, strict=True))
    j, k = ([questionnaire.position(one.key) for one in side] for side in sides)
    first, second = (np.array([slope(one) for one in side]).T for side in sides)
    forms = tally.group_pairs[:, 0, j, k].astype(np.float64)
    codes, others = tally.group_pairs[:, 1, j, k], tally.group_pairs[:, 1, k, j]
    apart = (first[0] - second[0]) * forms + first[1] * codes - second[1] * others
    return PairedSums(forms, apart)


def gaps_from_groups(groups: PairedSums) -> tuple[Gap, ...]:
    r"""Paired gaps from sums by hash group.

    Parameters
    ----------
    groups : PairedSums
        With a leading axis of groups.

    Returns
    -------
    tuple of Gap
        Means and pairs are exact: (A_jk - A_kj)/N_jk. The standard error is the delete-a-group
        jackknife's, for forms that share clusters (`analysis.apart.exact_gap` has the paired t);
        None with reason ``one_pair`` where it cannot be computed.

    Notes
    -----
    Jackknife of the method, section 4; see `analysis.jackknife.delete_a_group`.

    Examples
    --------
    Three forms, each a group of its own, whose gaps are -0.5, -0.25 and -0.25:

    >>> groups = PairedSums(np.ones((3, 1)), np.array([[-0.5], [-0.25], [-0.25]]))
    >>> gap = gaps_from_groups(groups)[0]
    >>> round(gap.value, 4), round(gap.se, 4), gap.n
    (-0.3333, 0.0833, 3)
    """
    values, moved = _without_each_group(groups)
    columns = (
        values, (moved**2).sum(axis=0), (groups.forms > 0).sum(axis=0), groups.forms.sum(axis=0),
    )  # fmt: skip
    return tuple(
        _gap(value, squares, groups=held, n=int(forms))
        for value, squares, held, forms in zip(*(one.tolist() for one in columns), strict=True)
    )


def servqual_from_groups(groups: PairedSums, weights: Float) -> Gap:
    """Weighted mean of paired gaps, with the error that their correlation gives it.

    Parameters
    ----------
    groups : PairedSums
        Of the pairs in the mean.
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
    >>> apart = np.array([[-0.5, 0.0], [-0.25, -0.25], [0.0, -0.25]])
    >>> gap = servqual_from_groups(PairedSums(np.ones((3, 2)), apart), np.array([0.5, 0.5]))
    >>> round(gap.value, 4), round(gap.se, 4), gap.n
    (-0.2083, 0.0417, 3)
    """
    values, moved = _without_each_group(groups)
    forms = groups.forms.sum(axis=0)
    held = int((groups.forms > 0).any(axis=1).sum())
    # without the only group of a pair there is no gap of that pair
    alone = bool((groups.forms == forms).any())
    along = moved @ weights
    return _gap(
        float(weights @ values), float(along @ along),
        groups=1 if alone else held, n=int(forms.min()),
    )  # fmt: skip


def _without_each_group(groups: PairedSums) -> tuple[Float, Float]:
    """Mean gaps, and by how much each moves without each group: not at all without an empty one."""
    forms, apart = groups.forms.sum(axis=0), groups.apart.sum(axis=0)
    values = apart / np.maximum(forms, 1.0)
    rest = forms - groups.forms
    return values, np.where(rest > 0, (apart - groups.apart) / np.maximum(rest, 1.0) - values, 0.0)


def _gap(value: float, squares: float, *, groups: int, n: int) -> Gap:
    """Gap whose value moves by `squares` in all, without one of the groups that hold it."""
    if n == 0:
        return Gap(None, None, None, None, 0, "no_pairs")
    if groups < 2:
        return Gap(value, None, None, None, n, "one_pair")
    se = math.sqrt((groups - 1) / groups * squares)
    if se < _STILL:
        return Gap(value, 0.0, None, None, n, "no_variance")
    half = student_quantile(groups - 1) * se
    p = min(1.0, 2 * lower_tail(-abs(value) / se, groups - 1))
    return Gap(value, se, Interval(value - half, value + half), p, n)
