"""Intervals for shares, their differences, and means on a bounded scale.

Formulas of the method, section 3. Quantiles come from `scipy.special`, which loads ten times faster
than `scipy.stats`; everywhere it is named in full, so that SciPy loads it when it is first called.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import scipy

#: A standard error on the 0-1 scale that is only rounding of the arithmetic.
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper end; the unit is that of the estimate."""

    lower: float
    upper: float

    def times(self, factor: float) -> "Interval":
        """Multiply both ends, such as from 0-1 to 0-100."""
        return Interval(self.lower * factor, self.upper * factor)


@lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """Two-sided standard normal quantile: 1.959964 for 0.95.

    Parameters
    ----------
    confidence : float
        Two-sided coverage, strictly between 0 and 1.

    Returns
    -------
    float
        z with P(-z < Z < z) = `confidence`.

    Raises
    ------
    ValueError
        If `confidence` is impossible.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6), round(normal_quantile(0.90), 6)
    (1.959964, 1.644854)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies strictly between 0 and 1, not {confidence}")
    return float(scipy.special.ndtri(0.5 + confidence / 2))


@lru_cache(maxsize=8192)
def student_quantile(df: float, confidence: float = 0.95) -> float:
    """Two-sided Student quantile for `df` > 0 degrees of freedom.

    Parameters
    ----------
    df : float
        Degrees of freedom, not necessarily whole.
    confidence : float, optional
        Two-sided coverage, strictly between 0 and 1.

    Returns
    -------
    float
        t with P(-t < T < t) = `confidence`.

    Raises
    ------
    ValueError
        If `df` or `confidence` is impossible.

    Examples
    --------
    >>> round(student_quantile(9), 6), round(student_quantile(1e9), 6)
    (2.262157, 1.959964)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies strictly between 0 and 1, not {confidence}")
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive, not {df}")
    return float(scipy.special.stdtrit(df, 0.5 + confidence / 2))


def _check_share(successes: float, trials: float) -> None:
    if not (trials > 0 and 0 <= successes <= trials):
        raise ValueError(f"{successes} of {trials} is not a share")


def _score(estimate: float, trials: float, quantile: float) -> Interval:
    """Invert the score statistic of a proportion; the common core of Wilson and quasi-Wilson."""
    pull = quantile * quantile / trials
    scale = 1 + pull
    centre = (estimate + pull / 2) / scale
    half = quantile / scale * math.sqrt((estimate * (1 - estimate) + pull / 4) / trials)
    low, high = centre - half, centre + half
    # a quantile beyond all numbers leaves no ends: then the whole scale
    return Interval(
        min(estimate, low) if estimate > 0 and low > 0 else 0.0,
        max(estimate, high) if estimate < 1 and high < 1 else 1.0,
    )


def wilson(successes: float, trials: float, *, confidence: float = 0.95) -> Interval:
    r"""Wilson interval of a share, without continuity correction.

    Parameters
    ----------
    successes, trials : float
        `trials` > 0 and 0 <= `successes` <= `trials`.
    confidence : float, optional
        Two-sided coverage. The ends of a 0.90 interval are the one-sided 95 % bounds.

    Returns
    -------
    Interval
        On the 0-1 scale; never NaN.

    Raises
    ------
    ValueError
        If there are no trials: a share of nothing is not defined.

    Notes
    -----
    With p = x/n and z the normal quantile,

    .. math:: \frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}

    Source: Wilson 1927; Brown, Cai & DasGupta 2001, Statistical Science 16.

    Examples
    --------
    >>> shown = wilson(75, 100).times(100)
    >>> round(shown.lower, 4), round(shown.upper, 4)
    (65.6955, 82.4548)
    >>> round(wilson(170, 200, confidence=0.90).times(100).lower, 2)
    80.38
    """
    _check_share(successes, trials)
    return _score(successes / trials, trials, normal_quantile(confidence))


def newcombe(
    first: tuple[float, float], second: tuple[float, float], *, confidence: float = 0.95
) -> Interval:
    """Interval of the difference of two independent shares, first minus second.

    Parameters
    ----------
    first, second : tuple of float
        Successes and trials.
    confidence : float, optional
        Two-sided coverage.

    Returns
    -------
    Interval
        On the -1..1 scale.

    Raises
    ------
    ValueError
        If either has no trials.

    Notes
    -----
    Hybrid score, method 10 of Newcombe 1998, Statistics in Medicine 17:873. With l, u the Wilson
    ends of each share and d = p1 - p2: d - sqrt((p1-l1)^2 + (u2-p2)^2) to
    d + sqrt((u1-p1)^2 + (p2-l2)^2).

    Examples
    --------
    >>> shown = newcombe((58, 100), (75, 100)).times(100)
    >>> round(shown.lower, 3), round(shown.upper, 3)
    (-29.308, -3.914)
    """
    one, two = wilson(*first, confidence=confidence), wilson(*second, confidence=confidence)
    p1, p2 = first[0] / first[1], second[0] / second[1]
    difference = p1 - p2
    return Interval(
        difference - math.hypot(p1 - one.lower, two.upper - p2),
        difference + math.hypot(one.upper - p1, p2 - two.lower),
    )


def clopper_pearson(successes: float, trials: float, *, confidence: float = 0.95) -> Interval:
    """Exact interval of a share, for contractual guarantees only.

    Parameters
    ----------
    successes, trials : float
        `trials` > 0 and 0 <= `successes` <= `trials`.
    confidence : float, optional
        Two-sided coverage.

    Returns
    -------
    Interval
        On the 0-1 scale; never NaN.

    Raises
    ------
    ValueError
        If there are no trials: a share of nothing is not defined.

    Notes
    -----
    Beta quantiles: B(alpha/2; x, n-x+1) and B(1-alpha/2; x+1, n-x). Source: Clopper & Pearson
    1934.

    Examples
    --------
    >>> round(clopper_pearson(0, 300, confidence=0.90).upper, 4)
    0.0099
    """
    _check_share(successes, trials)
    tail = (1 - confidence) / 2
    failures = trials - successes
    lower = (
        0.0 if successes == 0 else float(scipy.special.betaincinv(successes, failures + 1, tail))
    )
    upper = (
        1.0 if failures == 0 else float(scipy.special.betaincinv(successes + 1, failures, 1 - tail))
    )
    return Interval(lower, upper)


def jeffreys(successes: float, trials: float, *, confidence: float = 0.95) -> Interval:
    """Equal-tailed interval under Jeffreys' prior; a cross-check, never displayed.

    Parameters
    ----------
    successes, trials : float
        `trials` > 0 and 0 <= `successes` <= `trials`.
    confidence : float, optional
        Two-sided coverage.

    Returns
    -------
    Interval
        On the 0-1 scale; never NaN.

    Raises
    ------
    ValueError
        If there are no trials: a share of nothing is not defined.

    Notes
    -----
    Beta(x + 1/2, n - x + 1/2) quantiles, with the end at 0 or 1 when x is 0 or n (Brown, Cai &
    DasGupta 2001).

    Examples
    --------
    >>> round(jeffreys(75, 100).lower, 4)
    0.6588
    """
    _check_share(successes, trials)
    tail = (1 - confidence) / 2
    a, b = successes + 0.5, trials - successes + 0.5
    lower = 0.0 if successes == 0 else float(scipy.special.betaincinv(a, b, tail))
    upper = 1.0 if successes == trials else float(scipy.special.betaincinv(a, b, 1 - tail))
    return Interval(lower, upper)


def agresti_coull(successes: float, trials: float, *, confidence: float = 0.95) -> Interval:
    """Wald interval around the Wilson centre; a cross-check, never displayed.

    Parameters
    ----------
    successes, trials : float
        `trials` > 0 and 0 <= `successes` <= `trials`.
    confidence : float, optional
        Two-sided coverage.

    Returns
    -------
    Interval
        On the 0-1 scale; never NaN.

    Raises
    ------
    ValueError
        If there are no trials: a share of nothing is not defined.

    Notes
    -----
    With n' = n + z^2 and p' = (x + z^2/2)/n': p' +/- z sqrt(p'(1-p')/n'), cut at 0 and 1.
    Source: Agresti & Coull 1998, The American Statistician 52.

    Examples
    --------
    >>> round(agresti_coull(75, 100).lower, 4)
    0.6565
    """
    _check_share(successes, trials)
    z = normal_quantile(confidence)
    size = trials + z * z
    centre = (successes + z * z / 2) / size
    half = z * math.sqrt(centre * (1 - centre) / size)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def quasi_wilson_t(
    estimate: float,
    se: float,
    df: float,
    *,
    n: float,
    simple: bool = True,
    confidence: float = 0.95,
) -> Interval:
    """Interval of a mean, an index or a share on the 0-1 scale, under any design.

    Parameters
    ----------
    estimate : float
        Between 0 and 1.
    se : float
        Standard error on the same scale, 0 when everybody answered the same.
    df : float
        Degrees of freedom of `se`, more than 0.
    n : float
        Respondents (Kish's effective number when weighted).
    simple : bool, optional
        Unweighted and without clusters: the equivalent number of trials is then never below `n`.
    confidence : float, optional
        Two-sided coverage.

    Returns
    -------
    Interval
        Inside [0, 1], of positive width, never NaN.

    Raises
    ------
    ValueError
        If `estimate` lies outside [0, 1] or `se`, `df`, `n` are impossible.

    Notes
    -----
    A variable bounded in [0, 1] with mean m has variance at most m(1-m), so its mean is as precise
    as a proportion with at least n trials. With n* = m(1-m)/SE^2 (n itself where SE = 0 or m is
    0 or 1; at least n when `simple`, at least one in any case) and q the Student quantile, the
    interval is Wilson's for n* trials with q in the place of z (method, 3.1).

    Examples
    --------
    >>> import numpy as np
    >>> marks = np.repeat([1, 2, 3, 4, 5], [4, 6, 15, 45, 30])
    >>> se = float(marks.std(ddof=1)) / 10 / 4
    >>> found = quasi_wilson_t((float(marks.mean()) - 1) / 4, se, 99, n=100).times(100)
    >>> round(found.lower, 5), round(found.upper, 5)
    (67.39215, 77.52114)
    >>> found = quasi_wilson_t(1.0, 0.0, 17, n=18).times(100)
    >>> round(found.lower, 4), found.upper
    (80.1735, 100.0)
    """
    if not 0 <= estimate <= 1:
        raise ValueError(f"estimate must lie on the 0-1 scale, not {estimate}")
    if not (se >= 0 and n > 0):
        raise ValueError(f"se {se} and n {n} are impossible")
    trials = n
    if se > _CONSTANT and 0 < estimate < 1:
        trials = max(estimate * (1 - estimate) / (se * se), n if simple else 1.0)
    return _score(estimate, trials, student_quantile(df, confidence))
