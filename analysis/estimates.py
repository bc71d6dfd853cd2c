"""Figures on 0-100 with their intervals, whatever the design behind them."""

from dataclasses import dataclass

from analysis.design import SIMPLE, Precision, Sample, Spread
from analysis.intervals import Interval, quasi_wilson_t
from analysis.parameters import Parameters
from analysis.publication import (
    DEFAULT,
    Publication,
    index_decimals,
    publication_class,
)


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
    return Estimate(
        100 * theta, 100 * se, 100 * ends.lower, 100 * ends.upper, n, shown,
        index_decimals(100 * (se or equivalent_se(ends))), None, precision, df,
    )  # fmt: skip


def spread_estimate(
    sample: Sample, spread: Spread, n: int, *, parameters: Parameters = DEFAULT
) -> Estimate:
    """Dress a figure of a sample with its interval.

    Parameters
    ----------
    sample : Sample
        How the forms came.
    spread : Spread
        The figure on 0-1, as `index_spread` or `item_spread` gives it.
    n : int
        Respondents behind it.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    Estimate
        As `estimate` gives it.

    Examples
    --------
    >>> from analysis.design import index_spread, sample_of
    >>> from analysis.examples import example_wave
    >>> sample = sample_of(example_wave())
    >>> spread = index_spread(sample, sample.questionnaire.index_items)
    >>> round(spread_estimate(sample, spread, 200).value, 1)
    62.6
    """
    precision = sample.precision(spread, n)
    return estimate(
        spread.theta, spread.se, n, df=spread.df, parameters=parameters, precision=precision
    )


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
