"""Not worse, and the same: claims that need their own tests."""

from dataclasses import dataclass

import scipy

from analysis.intervals import Interval, newcombe, student_quantile, wilson

_ONE_SIDED = 0.90


@dataclass(frozen=True, slots=True)
class Claim:
    """A one-sided or two-sided claim at 5 %.

    Attributes
    ----------
    holds : bool or None
        None with a `reason`; False means only that it was not shown.
    bounds : Interval or None
        90 % interval whose end (or ends) decides.
    p : float or None
        Of the opposite; None where the interval alone decides.
    reason : str or None
        ``no_cases``.
    """

    holds: bool | None
    bounds: Interval | None
    p: float | None = None
    reason: str | None = None


def at_least_minimum(successes: int, trials: int, minimum: float, *, margin: float = 0.0) -> Claim:
    """Guaranteed minimum: is the share shown to be no lower than p_min - margin.

    Parameters
    ----------
    successes, trials : int
        Cases kept, and cases in all.
    minimum : float
        p_min, on 0-1.
    margin : float, optional
        How far below still counts as kept, on 0-1.

    Returns
    -------
    Claim
        `holds` is None without cases.

    Raises
    ------
    ValueError
        If the minimum does not lie on 0-1, or the margin is negative.

    Notes
    -----
    Holds when the lower one-sided 95 % Wilson bound reaches p_min - margin (method, 9.4).

    Examples
    --------
    >>> at_least_minimum(170, 200, 0.80).holds, at_least_minimum(165, 200, 0.80).holds
    (True, False)
    """
    if not 0 <= minimum <= 1 or not margin >= 0:
        raise ValueError(f"a minimum of {minimum} with a margin of {margin} is impossible")
    if trials == 0:
        return Claim(None, None, reason="no_cases")
    ends = wilson(successes, trials, confidence=_ONE_SIDED)
    return Claim(ends.lower >= minimum - margin, ends)


def no_worse(before: tuple[int, int], after: tuple[int, int], *, margin: float = 0.03) -> Claim:
    """No worse than last year, by less than `margin`.

    Parameters
    ----------
    before, after : tuple of (successes, trials)
        The two waves.
    margin : float, optional
        On 0-1.

    Returns
    -------
    Claim

    Raises
    ------
    ValueError
        If the margin is not positive.

    Notes
    -----
    Holds when the lower end of the 90 % Newcombe interval of after - before exceeds -margin.

    Examples
    --------
    >>> no_worse((800, 1000), (810, 1000)).holds
    True
    """
    return _shares(before, after, margin, both=False)


def same_share(before: tuple[int, int], after: tuple[int, int], *, margin: float) -> Claim:
    """Equivalence of two shares: the 90 % Newcombe interval lies inside (-margin, margin).

    Parameters
    ----------
    before, after : tuple of (successes, trials)
        The two waves.
    margin : float
        Positive, on 0-1.

    Returns
    -------
    Claim
        `holds` is None where a wave has no cases.

    Raises
    ------
    ValueError
        If the margin is not positive.

    Notes
    -----
    Two one-sided tests at 5 % (Schuirmann 1987), by the interval of Newcombe (1998, method 10) for
    after - before (method, 9.4).

    Examples
    --------
    >>> same_share((800, 1000), (810, 1000), margin=0.05).holds
    True
    """
    return _shares(before, after, margin, both=True)


def _shares(before: tuple[int, int], after: tuple[int, int], margin: float, *, both: bool) -> Claim:
    if not margin > 0:
        raise ValueError(f"a margin must be positive, not {margin}")
    if before[1] == 0 or after[1] == 0:
        return Claim(None, None, reason="no_cases")
    ends = newcombe(after, before, confidence=_ONE_SIDED)
    return Claim(ends.lower > -margin and (not both or ends.upper < margin), ends)


def same_mean(difference: float, se: float, df: float, *, margin: float) -> Claim:
    r"""Two one-sided tests: is a difference shown to be smaller than a margin.

    Parameters
    ----------
    difference, se : float
        In the same units as `margin`; `se` may be 0, and then the difference itself decides.
    df : float
        Degrees of freedom of `se`.
    margin : float
        Positive.

    Returns
    -------
    Claim

    Raises
    ------
    ValueError
        If the margin is not positive, or the standard error is negative.

    Notes
    -----
    :math:`p = \max\{P(T > (d + m)/SE), P(T < (d - m)/SE)\}` (Schuirmann 1987).

    Examples
    --------
    >>> found = same_mean(1.0, 1.5, 200, margin=5)
    >>> found.holds, round(found.p, 4)
    (True, 0.0041)
    """
    if not margin > 0 or not se >= 0:
        raise ValueError(f"margin {margin} and standard error {se} are impossible")
    if se == 0:
        return Claim(abs(difference) < margin, Interval(difference, difference))
    half = student_quantile(df, _ONE_SIDED) * se
    p = max(
        float(scipy.special.stdtr(df, -(difference + margin) / se)),
        float(scipy.special.stdtr(df, (difference - margin) / se)),
    )
    return Claim(p < 0.05, Interval(difference - half, difference + half), p)
