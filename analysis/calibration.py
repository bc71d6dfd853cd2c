"""Means and indices of a calibrated sample, with their linearised standard errors."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.weights import Weighting

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_NOTHING = 1e-15


@dataclass(frozen=True, slots=True)
class CalibratedEstimate:
    """A weighted figure in the units of its answers.

    Attributes
    ----------
    value, se : float or None
        None with a `reason`.
    df : float or None
        Clusters minus strata.
    n : int
        Respondents with a valid answer, unweighted.
    deff : float or None
        Variance over that of a simple random sample of `n`; None when everybody answered alike.
    reason : str or None
        ``no_valid_answer``, ``item_without_answers``, ``one_respondent`` or ``lonely_cluster``.
    """

    value: float | None
    se: float | None
    df: float | None
    n: int
    deff: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the respondents came: clusters (a kiosk and day, a class) and strata.

    Attributes
    ----------
    clusters, strata : ndarray of int64, shape (respondents,), or None
        Labels; None when each respondent is its own cluster, and when there is one stratum.
    """

    clusters: Int | None = None
    strata: Int | None = None


def design_matrix(weighting: Weighting, rows: Int | None = None) -> Float:
    """Columns that calibration holds fixed.

    Parameters
    ----------
    weighting : Weighting
        Of all respondents.
    rows : ndarray of int64, shape (respondents wanted,), optional
        Respondents wanted; all when left out.

    Returns
    -------
    ndarray of float64, shape (respondents, columns)
        A column of ones and, for each class k of each margin but its first, the indicator of k
        minus its users' share times the indicator of having stated a class. Without blanks they
        span the dummies of the margins.

    Examples
    --------
    >>> from analysis.margins import Margin
    >>> from analysis.weights import weigh
    >>> sex = (Margin("sex", (1, 2), (500, 500)), np.repeat([1, 2], [30, 90]))
    >>> design_matrix(weigh([sex], 120), np.array([0, 119])).tolist()
    [[1.0, -0.5], [1.0, 0.5]]
    """
    columns = [np.ones((len(weighting.weights if rows is None else rows), 1))]
    for prepared in weighting.margins:
        codes = (prepared.codes if rows is None else prepared.codes[rows])[:, None]
        margin = prepared.margin
        columns.append((codes == margin.classes[1:]) - (codes >= 0) * margin.shares[1:])
    return np.hstack(columns)


def calibrated_mean(
    values: Float, weighting: Weighting, *, sampling: Sampling | None = None
) -> CalibratedEstimate:
    r"""Weighted mean of one answer.

    Parameters
    ----------
    values : ndarray of float64, shape (respondents,)
        NaN where there is no valid answer.
    weighting : Weighting
        Of the same respondents: those with at least one valid answer to the form.
    sampling : Sampling, optional
        Clusters and strata.

    Returns
    -------
    CalibratedEstimate
        In the units of `values`.

    Notes
    -----
    :math:`\bar y_w = \sum w y / \sum w` over the valid answers. With
    :math:`z_i = r_i (y_i - \bar y_w) \sum w / \sum w r` and :math:`e_i` the residuals of z on the
    margin dummies, regression weighted with the *base* weights,

    .. math:: SE^2 = \frac{n}{n-1} \frac{\sum (w_i e_i - \overline{we})^2}{(\sum w)^2}

    summed within clusters first, over strata last (method, 3.4; Deville & Särndal 1992). A
    frequency-weight formula must never stand in its place.

    Examples
    --------
    >>> from analysis.margins import Margin
    >>> from analysis.weights import weigh
    >>> sex = (Margin("sex", (1, 2), (500, 500)), np.repeat([1, 2], [30, 90]))
    >>> marks = np.r_[np.tile([5.0, 4.0], 15), np.tile([3.0, 2.0], 45)]
    >>> found = calibrated_mean(marks, weigh([sex], 120))
    >>> round(found.value, 6), round(found.se, 6)
    (3.5, 0.052926)
    """
    column = np.asarray(values, dtype=np.float64)[:, None]
    return calibrated_index(column, np.ones(1), weighting, sampling=sampling)


def calibrated_index(
    values: Float, item_weights: Float, weighting: Weighting, *, sampling: Sampling | None = None
) -> CalibratedEstimate:
    r"""Weighted linear index of item means.

    Parameters
    ----------
    values : ndarray of float64, shape (respondents, items)
        On a common scale, NaN where not valid.
    item_weights : ndarray of float64, shape (items,)
        The fixed weights a_j.
    weighting : Weighting
        Of the same respondents.
    sampling : Sampling, optional
        Clusters and strata.

    Returns
    -------
    CalibratedEstimate
        `n` counts respondents with at least one valid item.

    Raises
    ------
    ValueError
        If answers and weights differ in number, or a cluster lies in two strata.

    Notes
    -----
    :math:`\theta = \sum_j a_j m_j`, m_j the weighted mean of item j. Linearised by
    :math:`z_i = \sum_j a_j r_{ij} (x_{ij} - m_j) / (\sum_i w_i r_{ij} / \sum_i w_i)`, then as in
    `calibrated_mean`. Respondents without any valid item are in the sample but not in a mean.

    Examples
    --------
    >>> from analysis.margins import Margin
    >>> from analysis.weights import weigh
    >>> sex = (Margin("sex", (1, 2), (500, 500)), np.repeat([1, 2], [30, 90]))
    >>> marks = np.r_[np.tile([[5.0, 4.0], [4.0, np.nan]], (15, 1)), np.full((90, 2), 3.0)]
    >>> found = calibrated_index(marks, np.array([0.5, 0.5]), weigh([sex], 120))
    >>> round(found.value, 4), round(found.se, 4), found.n
    (3.5417, 0.0433, 120)
    """
    valid = ~np.isnan(values)
    weights = weighting.weights
    if len(values) != len(weights):
        raise ValueError(f"{len(values)} rows of answers for {len(weights)} weights")
    n = int(valid.any(axis=1).sum())
    if n == 0:
        return CalibratedEstimate(None, None, None, 0, reason="no_valid_answer")
    held = weights @ valid
    if bool((held == 0).any()):
        return CalibratedEstimate(None, None, None, n, reason="item_without_answers")
    filled = np.where(valid, values, 0.0)
    means = weights @ filled / held
    theta = float(item_weights @ means)
    if n == 1:
        return CalibratedEstimate(theta, None, None, n, reason="one_respondent")
    scores = ((filled - means) * valid / (held / weights.sum())) @ item_weights
    found = _variance(scores, weighting, sampling or Sampling())
    if found is None:
        return CalibratedEstimate(theta, None, None, n, reason="lonely_cluster")
    variance, df = found
    simple = float(weights @ scores**2 / weights.sum()) / max(len(scores) - 1, 1)
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / simple if simple > _NOTHING else None
    return CalibratedEstimate(theta, math.sqrt(variance), df, n, deff)


def _variance(
    scores: Float, weighting: Weighting, sampling: Sampling
) -> tuple[float, float] | None:
    root = np.sqrt(weighting.base)
    design = design_matrix(weighting)
    slopes = np.linalg.lstsq(root[:, None] * design, root * scores, rcond=None)[0]
    pieces = weighting.weights * (scores - design @ slopes)
    n = len(scores)
    clusters = np.arange(n) if sampling.clusters is None else sampling.clusters
    strata = np.zeros(n, dtype=np.int64) if sampling.strata is None else sampling.strata
    _, start, place = np.unique(clusters, return_index=True, return_inverse=True)
    if bool((strata[start][place] != strata).any()):
        raise ValueError("a cluster lies in two strata")
    totals = np.bincount(place, pieces)
    levels, of_cluster = np.unique(strata[start], return_inverse=True)
    sizes = np.bincount(of_cluster)
    if int(sizes.min()) < 2:
        return None
    centred = totals - (np.bincount(of_cluster, totals) / sizes)[of_cluster]
    squares = np.bincount(of_cluster, centred**2)
    variance = float((sizes / (sizes - 1) * squares).sum() / weighting.weights.sum() ** 2)
    return variance, float(len(totals) - len(levels))
