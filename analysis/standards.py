"""Promises of the charter: were they kept."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy

from analysis.intervals import Interval, quasi_wilson_t, student_quantile, wilson
from analysis.ranks import holm, lower_tail

_ONE_SIDED = 0.90  # the ends of a 90 % interval are one-sided 95 % bounds
_SURE = 0.01


class Verdict(StrEnum):
    """Whether a promise was kept."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_CONCLUSIVE = "not_conclusive"


_WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.MET: ("rispettato", "met"),
    Verdict.NOT_MET: ("non rispettato", "not met"),
    Verdict.NOT_CONCLUSIVE: (
        "non si può dire (compatibile con lo standard)",
        "cannot tell (compatible with the standard)",
    ),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """A promise about a share.

    Attributes
    ----------
    promised : float
        p0, strictly between 0 and 1.
    at_least : bool
        False when less is better, such as a share of complaints.
    minimum : float or None
        Level guaranteed by law or regulator; never proposed to be undercut.
    register : bool
        All cases were counted, and not a sample asked.
    """

    promised: float
    at_least: bool = True
    minimum: float | None = None
    register: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.promised < 1:
            raise ValueError(f"a promised share lies strictly between 0 and 1, not {self.promised}")
        if self.minimum is not None and not 0 <= self.minimum <= 1:
            raise ValueError(f"a guaranteed level lies between 0 and 1, not {self.minimum}")


@dataclass(frozen=True, slots=True)
class Check:
    """A promise against what was found.

    Attributes
    ----------
    observed : float or None
        «Valore rilevato»; None with a `reason`.
    bounds : Interval or None
        One-sided 95 % bounds.
    reached : bool or None
        The plain fact.
    verdict : Verdict
        From the bounds, or from the plain fact for a full register.
    p_not_met : float or None
        One-sided p of "the promise was kept"; small when it was not.
    reason : str or None
        ``no_cases`` or ``no_sampling_error`` (of a mean).
    """

    observed: float | None
    bounds: Interval | None
    reached: bool | None
    verdict: Verdict
    p_not_met: float | None
    reason: str | None = None


def check_share(successes: int, trials: int, standard: Standard) -> Check:
    r"""Three-valued verdict on a promised share.

    Parameters
    ----------
    successes, trials : int
        Cases that kept the promise's condition, of all.
    standard : Standard
        The promise.

    Returns
    -------
    Check
        ``not_conclusive`` with a reason when there are no cases.

    Notes
    -----
    Lower one-sided 95 % Wilson bound at or above p0: ``met``; upper bound below p0: ``not_met``;
    otherwise ``not_conclusive`` (method, 9.2). For a full register the fact x/n >= p0 is the
    verdict about that year. p from the score test the bounds invert:
    :math:`\Phi((\hat p - p_0)/\sqrt{p_0 q_0/n})`.

    Examples
    --------
    >>> found = check_share(170, 200, Standard(0.80))
    >>> found.verdict.value, round(100 * found.bounds.lower, 2)
    ('met', 80.38)
    >>> check_share(170, 200, Standard(0.85)).verdict.value
    'not_conclusive'
    """
    if trials == 0:
        return Check(None, None, None, Verdict.NOT_CONCLUSIVE, None, "no_cases")
    ends = wilson(successes, trials, confidence=_ONE_SIDED)
    observed, p0 = successes / trials, standard.promised
    z = (observed - p0) / math.sqrt(p0 * (1 - p0) / trials)
    return _check(
        observed, ends, standard, float(scipy.special.ndtr(z if standard.at_least else -z))
    )


def check_weighted_share(
    observed: float, se: float, df: float, *, n_eff: float, standard: Standard
) -> Check:
    """Verdict on a promised share from weighted or clustered answers.

    Parameters
    ----------
    observed, se : float
        On 0-1, with the design-based standard error.
    df : float
        Degrees of freedom of `se`.
    n_eff : float
        Kish's effective respondents.
    standard : Standard
        The promise.

    Returns
    -------
    Check

    Notes
    -----
    Quasi-Wilson-t bounds (method, 3.1 and 3.2); p from the number of trials as precise as `se`.

    Examples
    --------
    >>> check_weighted_share(0.85, 0.03, 150, n_eff=120, standard=Standard(0.75)).verdict.value
    'met'
    """
    ends = quasi_wilson_t(observed, se, df, n=n_eff, simple=False, confidence=_ONE_SIDED)
    plain = se <= 0 or observed in (0.0, 1.0)
    trials = n_eff if plain else observed * (1 - observed) / se**2
    p0 = standard.promised
    z = (observed - p0) / math.sqrt(p0 * (1 - p0) / trials)
    return _check(
        observed, ends, standard, float(scipy.special.ndtr(z if standard.at_least else -z))
    )


def _check(observed: float, ends: Interval, standard: Standard, p: float) -> Check:
    p0, sign = standard.promised, 1 if standard.at_least else -1
    reached = sign * (observed - p0) >= 0
    if standard.register:
        return Check(observed, ends, reached, Verdict.MET if reached else Verdict.NOT_MET, p)
    return Check(observed, ends, reached, _verdict(ends, p0, at_least=standard.at_least), p)


def _verdict(ends: Interval, promised: float, *, at_least: bool) -> Verdict:
    if at_least:
        met, missed = ends.lower >= promised, ends.upper < promised
    else:
        met, missed = ends.upper <= promised, ends.lower > promised
    if met:
        return Verdict.MET
    return Verdict.NOT_MET if missed else Verdict.NOT_CONCLUSIVE


def check_mean(
    mean: float,
    se: float | None,
    df: float,
    *,
    promised: float,
    at_least: bool = True,
    bounds: Interval | None = None,
) -> Check:
    """Verdict on a promised mean, such as 20 days at most or an index of 75.

    Parameters
    ----------
    mean, se : float
        In the units of the promise; `se` None when it cannot be computed.
    df : float
        Degrees of freedom of `se`.
    promised : float
        The promise.
    at_least : bool, optional
        False when less is better.
    bounds : Interval, optional
        One-sided 95 % bounds of a mean on a bounded scale (method, 3.1); Student's when left out.

    Returns
    -------
    Check
        With `se` of 0 Student's bounds are the mean itself; p is None (see `alike_p`).

    Examples
    --------
    >>> check_mean(17.5, 1.2, 80, promised=20, at_least=False).verdict.value
    'met'
    """
    reached = mean >= promised if at_least else mean <= promised
    if se is None:
        return Check(mean, None, reached, Verdict.NOT_CONCLUSIVE, None, "no_sampling_error")
    half = student_quantile(df, _ONE_SIDED) * se
    ends = bounds or Interval(mean - half, mean + half)
    p = None
    if se > 0:
        t = (mean - promised) / se
        p = lower_tail(t if at_least else -t, df)
    return Check(mean, ends, reached, _verdict(ends, promised, at_least=at_least), p)


def alike_p(
    mean: float, trials: float, df: float, *, promised: float, at_least: bool = True
) -> float:
    r"""One-sided p of "the promise was kept" where everybody answered the same.

    Parameters
    ----------
    mean, promised : float
        On 0-1, of a bounded scale.
    trials : float
        Answers, or those of an equally precise simple sample; more than 0.
    df : float
        Degrees of freedom, more than 0.
    at_least : bool, optional
        False when less is better.

    Returns
    -------
    float
        Between 0 and 1; 0 or 1 where the end of the scale is promised.

    Notes
    -----
    :math:`(m - p_0)/\sqrt{p_0 q_0/n}` held against Student's t: the test that the quasi-Wilson-t
    bounds invert (method, 3.1 and 9.2), so that p is below .05 exactly where they miss the promise.

    Examples
    --------
    >>> round(alike_p(1.0, 30, 29, promised=0.92, at_least=False), 3)
    0.059
    """
    sign = 1 if at_least else -1
    spread = promised * (1 - promised) / trials
    if spread <= 0:
        return 1.0 if sign * (mean - promised) >= 0 else 0.0
    return lower_tail(sign * (mean - promised) / math.sqrt(spread), df)


@dataclass(frozen=True, slots=True)
class ManyStandards:
    """What many verdicts at once mean.

    Attributes
    ----------
    wrong_each_side : float
        Wrong ``met`` (and wrong ``not_met``) verdicts to expect at most: 5 % of the standards.
    p_holm : tuple of float or None
        p of "kept" of each standard, adjusted within the body, for consequences that need it.
    """

    wrong_each_side: float
    p_holm: tuple[float | None, ...]


def many_standards(checks: Sequence[Check]) -> ManyStandards:
    """Tell how many wrong verdicts to expect, and adjust for consequences.

    Parameters
    ----------
    checks : sequence of Check
        One a standard; those without a p, such as means without spread, are not counted.

    Returns
    -------
    ManyStandards
        Its `p_holm` is in the order of `checks`, None where a check has no p.

    Notes
    -----
    Each bound is one-sided at 95 %, so at most 5 % of the tested standards go wrong on each side;
    Holm (1979) over the standards of the body where consequences hang on them (method, 9.2).

    Examples
    --------
    >>> kept, missed = check_share(90, 100, Standard(0.8)), check_share(60, 100, Standard(0.8))
    >>> many_standards([kept, missed]).wrong_each_side
    0.1
    """
    tested = [k for k, check in enumerate(checks) if check.p_not_met is not None]
    values = holm(np.array([checks[k].p_not_met for k in tested], dtype=np.float64))
    adjusted = dict(zip(tested, values.tolist(), strict=True))
    return ManyStandards(0.05 * len(tested), tuple(adjusted.get(k) for k in range(len(checks))))


def verdict_words(verdict: Verdict, language: str) -> str:
    """Words of a verdict, in Italian or English.

    Parameters
    ----------
    verdict : Verdict
        Of a `Check`.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    str
        Without a full stop.

    Raises
    ------
    ValueError
        If the language has no words.

    Examples
    --------
    >>> verdict_words(Verdict.NOT_CONCLUSIVE, "it")
    'non si può dire (compatibile con lo standard)'
    """
    if language not in ("it", "en"):
        raise ValueError(f"no words in language {language!r}")
    return _WORDS[verdict][language == "en"]


def is_sure_miss(check: Check) -> bool:
    """Whether a single wave is enough to ask for a plan: not met with p < .01.

    Parameters
    ----------
    check : Check
        Of one wave.

    Returns
    -------
    bool
        False also where the check has no p (method, 9.3).

    Examples
    --------
    >>> is_sure_miss(check_share(60, 100, Standard(0.8)))
    True
    >>> is_sure_miss(check_share(72, 100, Standard(0.8)))
    False
    """
    return (
        check.verdict is Verdict.NOT_MET and check.p_not_met is not None and check.p_not_met < _SURE
    )
