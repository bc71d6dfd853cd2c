"""Figures on 0-100 with their intervals, whatever the design behind them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import RatedQuestion
from analysis.design import SIMPLE, Precision, Sample, share_spread
from analysis.intervals import Interval, quasi_wilson_t, wilson
from analysis.parameters import Parameters
from analysis.publication import (
    DEFAULT,
    Publication,
    index_decimals,
    publication_class,
    share_decimals,
)
from analysis.tally import FIRST_CODE


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure on 0-100, or the reason why there is none.

    Attributes
    ----------
    value, se, lower, upper : float or None
        Points of 0-100, never rounded.
    n : int
        Valid answers, or respondents with at least one.
    decimals : int
        Decimals to show (method, 3.6).
    reason : str or None
        Why `value` or its interval is None.
    precision : Precision
        Weights, clusters and the correction for a finite population, all of them within `se` and
        the interval.
    df : float or None
        Degrees of freedom of `se`.
    """

    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    n: int
    publication: Publication
    decimals: int = 0
    reason: str | None = None
    precision: Precision = SIMPLE
    df: float | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the valid answers that falls in a set of codes, in percent, with Wilson ends.

    Attributes
    ----------
    count : int
        Forms in the set.
    precision : Precision
        Weights, clusters and finite population behind `value` and the interval.
    """

    codes: tuple[int, ...]
    count: int
    n: int
    value: float | None
    lower: float | None
    upper: float | None
    publication: Publication
    decimals: int = 0
    reason: str | None = None
    precision: Precision = SIMPLE


def estimate(
    theta: float,
    se: float | None,
    n: int,
    *,
    df: float,
    parameters: Parameters = DEFAULT,
    precision: Precision = SIMPLE,
) -> Estimate:
    """Dress a figure on 0-1 with its interval, on 0-100.

    Parameters
    ----------
    theta, se : float
        On 0-1; `se` None when it cannot be computed. Not yet corrected for a finite population.
    n : int
        Respondents behind it.
    df : float
        Degrees of freedom of `se`.
    parameters : Parameters, optional
        Choices of the body: coverage of the interval, thresholds of publication.
    precision : Precision, optional
        Weights, clusters and finite population behind the figure.

    Returns
    -------
    Estimate
        Without interval, and with a reason, when `se` is None. A point when all users answered.

    Notes
    -----
    The quasi-Wilson-t interval of the method, 3.1, with the correction of 3.5.

    Examples
    --------
    >>> found = estimate(0.7, 0.02, 150, df=149)
    >>> round(found.value, 1), round(found.se, 1), round(found.lower, 2), round(found.upper, 2)
    (70.0, 2.0, 65.91, 73.79)
    >>> estimate(0.7, None, 1, df=0).reason
    'one_respondent'
    """
    shown = publication_class(n, effective=precision.kish, parameters=parameters)
    if se is None:
        reason = precision.reason or ("one_respondent" if n < 2 else "no_pair_sums")
        return Estimate(
            100 * theta, None, None, None, n, shown, reason=reason, precision=precision
        )  # fmt: skip
    ends, se = corrected(theta, se, n, df=df, parameters=parameters, precision=precision)
    ends = ends.times(100)
    return Estimate(
        100 * theta, 100 * se, ends.lower, ends.upper, n, shown,
        decimals=index_decimals(100 * se or equivalent_se(ends)), precision=precision, df=df,
    )  # fmt: skip


def corrected(
    theta: float, se: float, n: int, *, df: float, parameters: Parameters, precision: Precision
) -> tuple[Interval, float]:
    """Interval on 0-1 and standard error, corrected for users that were largely observed.

    Parameters
    ----------
    theta, se : float
        On 0-1, not yet corrected.
    n : int
        Answers or respondents behind the figure.
    df : float
        Degrees of freedom of `se`.
    parameters : Parameters
        Give the coverage of the interval.
    precision : Precision
        Weights, clusters and finite population behind the figure.

    Returns
    -------
    Interval
        On 0-1.
    float
        The standard error times the factor.

    Notes
    -----
    The factor of the method, 3.5, on the standard error; where nothing varies, on the effective
    number of answers, which becomes n_eff / factor^2. With all users observed, a point.

    Examples
    --------
    >>> ends, se = corrected(0.7, 0.02, 150, df=149, parameters=DEFAULT, precision=SIMPLE)
    >>> round(ends.lower, 4), round(ends.upper, 4), se
    (0.6591, 0.7379, 0.02)
    """
    factor = precision.finite.factor
    if factor == 0:
        return Interval(theta, theta), 0.0
    size = (precision.effective or n) / factor**2
    simple = precision.effective is None
    ends = quasi_wilson_t(
        theta, se * factor, df, n=size, simple=simple, confidence=parameters.confidence
    )
    return ends, se * factor


def one_sided(found: Estimate) -> Interval:
    """One-sided 95 % bounds of a figure with a standard error, on 0-100.

    Parameters
    ----------
    found : Estimate
        With value, standard error and degrees of freedom.

    Returns
    -------
    Interval
        The ends of its 90 % quasi-Wilson-t interval, of positive width also where everybody
        answered the same (method, 3.1 and 9.2); a point where all users answered.

    Raises
    ------
    ValueError
        If `found` has no value, no standard error or no degrees of freedom.

    Examples
    --------
    >>> alike = Estimate(100.0, 0.0, 88.3, 100.0, 30, Publication.FULL, df=29.0)
    >>> round(one_sided(alike).lower, 2)
    91.22
    """
    if found.value is None or found.se is None or not found.df:
        raise ValueError("a figure without standard error has no bounds")
    precision = found.precision
    if precision.finite.factor == 0:
        return Interval(found.value, found.value)
    size = (precision.effective or found.n) / precision.finite.factor**2
    ends = quasi_wilson_t(
        found.value / 100, found.se / 100, found.df, n=size,
        simple=precision.effective is None, confidence=0.90,
    )  # fmt: skip
    return ends.times(100)


def equivalent_se(ends: Interval) -> float:
    """Standard error that an interval stands for, where everybody answered the same.

    Parameters
    ----------
    ends : Interval
        Two-sided, 95 %, in any unit.

    Returns
    -------
    float
        Half of the width over 1.96, in the same unit.

    Examples
    --------
    >>> round(equivalent_se(Interval(88.3, 100.0)), 3)
    2.985
    """
    return (ends.upper - ends.lower) / (2 * 1.959964)


def no_estimate(n: int, reason: str) -> Estimate:
    """Give an empty estimate with its reason.

    Parameters
    ----------
    n : int
        Answers or respondents there were.
    reason : str
        Why there is no figure.

    Returns
    -------
    Estimate
        Without value and interval, not published.

    Examples
    --------
    >>> found = no_estimate(0, "no_valid_answer")
    >>> found.value is None, found.reason, found.publication.value
    (True, 'no_valid_answer', 'not_published')
    """
    return Estimate(None, None, None, None, n, Publication.NOT_PUBLISHED, reason=reason)


def share(
    counts: Sequence[int] | NDArray[np.int64],
    question: RatedQuestion,
    codes: frozenset[int],
    *,
    parameters: Parameters = DEFAULT,
    sample: Sample | None = None,
) -> Share:
    """Share of the valid answers in `codes`, with its interval.

    Parameters
    ----------
    counts : sequence of int, 15 of them
        Forms by answer: four statuses, then codes 0..10.
    question : RatedQuestion
        Gives the codes that are on its form.
    codes : frozenset of int
        The set counted, such as the satisfied one.
    parameters : Parameters, optional
        Choices of the body: coverage of the interval, thresholds of publication.
    sample : Sample, optional
        How the forms came; each alone and alike when left out.

    Returns
    -------
    Share
        Empty with a reason when nobody answered or the scale declares no such set. `count` is
        always the number of forms, also where `value` is weighted.

    Notes
    -----
    Wilson's interval; with weights or clusters the same with n* = p(1-p)/SE^2 trials and Student's
    quantile; with a finite population n/factor^2 trials (method, 3.2 and 3.5).

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> question, counts = example_questionnaire().rated[0], np.zeros(15, np.int64)
    >>> counts[FIRST_CODE + 1 : FIRST_CODE + 6] = 2, 3, 10, 50, 35
    >>> found = share(counts, question, question.satisfied)
    >>> found.count, found.n, found.value, round(found.lower, 2), round(found.upper, 2)
    (85, 100, 85.0, 76.72, 90.69)
    """
    n = int(sum(counts[FIRST_CODE:]))
    count = int(sum(counts[code + FIRST_CODE] for code in codes))
    listed = tuple(sorted(codes))
    if not codes or n == 0:
        reason = "no_valid_answer" if codes else "no_set_declared"
        hidden = Publication.NOT_PUBLISHED
        return Share(listed, count, n, None, None, None, hidden, reason=reason)
    spread, precision = None, SIMPLE
    if sample is not None and not sample.is_simple(question):
        spread = share_spread(sample, question, codes)
        precision = sample.precision(spread, n)
    elif sample is not None:
        precision = Precision(finite=sample.finite(n))
    value = count / n if spread is None else spread.theta
    shown = publication_class(n, effective=precision.kish, parameters=parameters)
    if spread is not None:
        if spread.se is None:
            reason = precision.reason or "one_respondent"
            return Share(
                listed, count, n, 100 * value, None, None, shown,
                reason=reason, precision=precision,
            )  # fmt: skip
        ends, _ = corrected(
            value, spread.se, n, df=spread.df, parameters=parameters, precision=precision
        )
        se = spread.se * precision.finite.factor
    else:
        ends = _wilson(value, n, precision.finite.factor, parameters)
        se = math.sqrt(value * (1 - value) / n)
    ends = ends.times(100)
    decimals = share_decimals(100 * se or equivalent_se(ends), n)
    return Share(
        listed, count, n, 100 * value, ends.lower, ends.upper, shown, decimals, precision=precision
    )


def _wilson(value: float, n: int, factor: float, parameters: Parameters) -> Interval:
    if factor == 0:
        return Interval(value, value)
    trials = n / factor**2
    return wilson(value * trials, trials, confidence=parameters.confidence)
