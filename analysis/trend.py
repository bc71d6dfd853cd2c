"""Trends over at least four comparable waves: of the index, of an item, of a share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.intervals import Interval

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_WAVES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """Straight line through the adjusted effects of the waves.

    Attributes
    ----------
    slope, se : float or None
        Points of 0-100 a year; None with a `reason`.
    interval : Interval or None
        Of the slope.
    p : float or None
        Two-sided, of no slope.
    intercept : float or None
        At the mean time.
    centre : float or None
        Mean time, weighted.
    misfit, misfit_df, misfit_p : float or None
        Q of the deviations from the line, its degrees of freedom, and its p.
    reason : str or None
        ``fewer_than_four_waves`` or ``no_sampling_error``.
    """

    slope: float | None
    se: float | None
    interval: Interval | None
    p: float | None
    intercept: float | None
    centre: float | None
    misfit: float | None
    misfit_df: int | None
    misfit_p: float | None
    reason: str | None = None


def weighted_line(
    times: Float, values: Float, covariance: Float, *, tau: float = 0.0, confidence: float = 0.95
) -> Line:
    r"""Inverse-variance weighted straight line.

    Parameters
    ----------
    times : ndarray of float64, shape (waves,)
        Years, not all the same.
    values : ndarray of float64, shape (waves,)
        Adjusted wave effects of one analysis of covariance, on 0-100.
    covariance : ndarray of float64, shape (waves, waves) or (waves,)
        Their covariance; or their standard errors where they are independent.
    tau : float, optional
        Wave noise tau_w of a *difference* between waves, in points.
    confidence : float, optional
        Coverage of the interval of the slope.

    Returns
    -------
    Line

    Raises
    ------
    ValueError
        If shapes differ or all times are the same.

    Notes
    -----
    Weights :math:`w_t = 1/(SE_t^2 + \tau_w^2/2)`,
    :math:`b = \sum w (t - \bar t)(y - \bar y)/\sum w (t - \bar t)^2`, and
    :math:`Q = \sum w (y - \hat y)^2` on waves - 2 degrees of freedom (method, 6.6). The standard
    error of b is exact for the covariance given plus :math:`\tau_w^2/2` on its diagonal; with
    independent waves it is :math:`1/\sqrt{\sum w (t - \bar t)^2}`.

    Examples
    --------
    >>> found = weighted_line(np.arange(2022.0, 2026), np.array([70.0, 68, 67, 64]), np.ones(4))
    >>> round(found.slope, 4), round(found.se, 4)
    (-1.9, 0.4472)
    """
    waves = len(times)
    matrix = np.diag(covariance**2) if covariance.ndim == 1 else np.array(covariance)
    if values.shape != (waves,) or matrix.shape != (waves, waves):
        raise ValueError(f"{waves} times, {len(values)} values, covariance of {matrix.shape}")
    if waves < _WAVES:
        return _no_line("fewer_than_four_waves")
    if float(np.ptp(times)) == 0:
        raise ValueError(f"all waves are at the same time {times[0]}")
    matrix = matrix + np.eye(waves) * tau**2 / 2
    if float(np.diag(matrix).min()) <= 0:
        return _no_line("no_sampling_error")
    w = 1 / np.diag(matrix)
    centre = float(w @ times / w.sum())
    apart = times - centre
    weights = w * apart / float(w @ apart**2)
    slope, level = float(weights @ values), float(w @ values / w.sum())
    se = math.sqrt(float(weights @ matrix @ weights))
    half = float(scipy.special.ndtri(0.5 + confidence / 2)) * se
    misfit = float(w @ (values - level - slope * apart) ** 2)
    p = min(1.0, 2 * float(scipy.special.ndtr(-abs(slope) / se)))
    return Line(
        slope, se, Interval(slope - half, slope + half), p,
        level, centre, misfit, waves - 2, float(scipy.special.chdtrc(waves - 2, misfit)),
    )  # fmt: skip


def _no_line(reason: str) -> Line:
    return Line(None, None, None, None, None, None, None, None, None, reason)


@dataclass(frozen=True, slots=True)
class TrendTest:
    """Test of a monotone trend.

    Attributes
    ----------
    z : float or None
        Positive when answers (or the share) rise with time; None with a `reason`.
    p : float or None
        Two-sided.
    waves, n : int
        Waves with answers, and answers.
    reason : str or None
        ``fewer_than_four_waves`` or ``no_variance``.
    """

    z: float | None
    p: float | None
    waves: int
    n: int
    reason: str | None = None


def jonckheere(table: Int) -> TrendTest:
    r"""Jonckheere-Terpstra test of an item over waves, with ties, from counts.

    Parameters
    ----------
    table : ndarray of int64, shape (waves, categories)
        Answers by wave (oldest first) and category (worst first). Waves without answers are
        skipped.

    Returns
    -------
    TrendTest

    Notes
    -----
    J is the sum over pairs of waves of the Mann-Whitney counts, ties one half. With n_i answers
    of wave i, t_j of category j, and :math:`f(x) = x(x-1)(2x+5)`, g(x) = x(x-1)(x-2),
    h(x) = x(x-1),

    .. math:: E = (n^2 - \sum n_i^2)/4, \quad
              V = \frac{f(n) - \sum f(n_i) - \sum f(t_j)}{72}
              + \frac{\sum g(n_i) \sum g(t_j)}{36\, g(n)} + \frac{\sum h(n_i) \sum h(t_j)}{8\, h(n)}

    Source: Jonckheere 1954; Lehmann 1975, Nonparametrics.

    Examples
    --------
    >>> found = jonckheere(np.array([[2, 4, 9], [3, 5, 7], [5, 5, 5], [7, 5, 3]]))
    >>> round(found.z, 4)
    -2.6042
    """
    if table.ndim != 2 or (table.size and int(table.min()) < 0):
        raise ValueError(f"counts by wave and category are needed, not shape {table.shape}")
    # a handful of waves and categories: whole numbers are exact, and quicker than arrays
    rows: list[list[int]] = [row for row in table.tolist() if any(row)]
    sizes, ties = [sum(row) for row in rows], [sum(column) for column in zip(*rows, strict=True)]
    waves, n = len(rows), sum(sizes)
    if waves < _WAVES:
        return TrendTest(None, None, waves, n, "fewer_than_four_waves")
    variance = (_f(n) - sum(map(_f, sizes)) - sum(map(_f, ties))) / 72
    variance += sum(map(_g, sizes)) * sum(map(_g, ties)) / (36 * _g(n))
    variance += sum(map(_h, sizes)) * sum(map(_h, ties)) / (8 * _h(n))
    if variance < 1e-9 * n**2:
        return TrendTest(None, None, waves, n, "no_variance")
    centred = 2 * _twice_j(rows) - n**2 + sum(size**2 for size in sizes)  # 4 (J - E)
    z = centred / 4 / math.sqrt(variance)
    return TrendTest(z, min(1.0, 2 * float(scipy.special.ndtr(-abs(z)))), waves, n)


def _twice_j(rows: Sequence[Sequence[int]]) -> int:
    """Twice the Mann-Whitney counts of each wave against all before it together."""
    found, earlier = 0, [0] * len(rows[0])
    for row in rows:
        below = 0
        for place, (before, own) in enumerate(zip(earlier, row, strict=True)):
            found += own * (2 * below + before)
            below += before
            earlier[place] += own
    return found


def _f(x: int) -> int:
    return x * (x - 1) * (2 * x + 5)


def _g(x: int) -> int:
    return x * (x - 1) * (x - 2)


def _h(x: int) -> int:
    return x * (x - 1)


def cochran_armitage(successes: Int, trials: Int, *, times: Float | None = None) -> TrendTest:
    r"""Cochran-Armitage test of a share over waves.

    Parameters
    ----------
    successes, trials : ndarray of int64, shape (waves,)
        Oldest first; waves without trials are skipped.
    times : ndarray of float64, shape (waves,), optional
        Scores of the waves; 1, 2, 3... when left out.

    Returns
    -------
    TrendTest

    Notes
    -----
    :math:`z = \frac{\sum t (x - n p)}{\sqrt{p(1-p)\left[\sum n t^2 - (\sum n t)^2/\sum n\right]}}`
    with p the share of all waves together: binomial variance, so that z^2 is the chi-square of
    R's prop.trend.test (method, 6.6).

    Examples
    --------
    >>> found = cochran_armitage(np.array([80, 75, 70, 60]), np.full(4, 100))
    >>> round(found.z, 4), round(found.p, 5)
    (-3.2113, 0.00132)
    """
    if successes.shape != trials.shape:
        raise ValueError(f"{successes} of {trials} are no shares")
    scores = range(len(trials)) if times is None else times.tolist()
    if len(scores) != len(trials):
        raise ValueError(f"{len(scores)} times for {len(trials)} waves")
    asked = list(zip(successes.tolist(), trials.tolist(), scores, strict=True))
    if not all(0 <= x <= n for x, n, _ in asked):
        raise ValueError(f"{successes} of {trials} are no shares")
    held = [(x, n, t) for x, n, t in asked if n > 0]
    total = sum(n for _, n, _ in held)
    if len(held) < _WAVES:
        return TrendTest(None, None, len(held), total, "fewer_than_four_waves")
    p = sum(x for x, _, _ in held) / total
    centre = sum(n * t for _, n, t in held) / total
    variance = p * (1 - p) * sum(n * (t - centre) ** 2 for _, n, t in held)
    if variance < 1e-12:
        return TrendTest(None, None, len(held), total, "no_variance")
    z = sum((t - centre) * (x - n * p) for x, n, t in held) / math.sqrt(variance)
    return TrendTest(z, min(1.0, 2 * float(scipy.special.ndtr(-abs(z)))), len(held), total)
