"""Importance-weighted index and gaps from the pair sums of a tally."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.importance import Gap, SecondaryIndex, WeightedIndex
from analysis.intervals import quasi_wilson_t
from analysis.jackknife import from_parts
from analysis.moments import Moments
from analysis.ranks import lower_tail

Float = NDArray[np.float64]
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

    Notes
    -----
    The scores of `analysis.importance.weighted_index` are linear in the 2J centred columns, with
    :math:`c_j = I_j/(N_j\sum I)` for performance and :math:`c_j = (m_j - csi)/(N^I_j \sum I)` for
    importance, so that :math:`SE^2 = \frac{n}{n-1} c'Cc` with C of the method, 3.3.
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
    """
    return tuple(_gap(groups, j, k) for j, k in pairs)


def _gap(groups: Moments, j: int, k: int) -> Gap:
    forms, apart = groups.N[:, j, k], groups.A[:, j, k] - groups.A[:, k, j]
    n = int(forms.sum())
    if n == 0:
        return Gap(None, None, None, None, 0, "no_pairs")
    value = float(apart.sum() / n)
    held = forms > 0
    rest = n - forms[held]
    without = np.divide(
        apart.sum() - apart[held], rest, out=np.full(len(rest), np.nan), where=rest > 0
    )
    jackknife = from_parts(np.array([value]), without[:, None])
    se, ends = jackknife.se, jackknife.interval(0)
    if se is None or ends is None:
        return Gap(value, None, None, None, n, "one_pair")
    if float(se[0]) < 1e-12:
        return Gap(value, 0.0, None, None, n, "no_variance")
    p = 2 * lower_tail(-abs(value) / float(se[0]), jackknife.groups - 1)
    return Gap(value, float(se[0]), ends, min(1.0, p), n)
