"""What was found about one promise in one wave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.data import RatedQuestion
from analysis.design import sample_of, share_spread, wave_weighting
from analysis.estimates import Estimate, one_sided
from analysis.gate import excluded_items
from analysis.indices import index_result, item_result
from analysis.promises import PromisedStandard
from analysis.publication import Publication
from analysis.standards import (
    Check,
    Standard,
    Verdict,
    alike_p,
    check_mean,
    check_share,
    check_weighted_share,
)
from analysis.tally import FIRST_CODE
from analysis.wave import Wave

_TESTED = 30
#: Points: a smaller standard error is none.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class Measured:
    """A promise against one wave.

    Attributes
    ----------
    check : Check
        On 0-1 for shares, on 0-100 for means.
    n : int
        Valid answers, or cases of a register.
    cases : tuple of (int, int) or None
        Successes and trials of the same precision as the answers; None for means, and where there
        are fewer than thirty answers.
    weighted : bool
        Whether users known by class, or clusters, stand behind the bounds.
    reason : str or None
        ``below_minimum``, ``too_few_answers``, ``no_cases``, ``not_asked``, ``no_register_value``
        or ``no_sampling_error``.
    """

    check: Check
    n: int
    cases: tuple[int, int] | None = None
    weighted: bool = False
    reason: str | None = None


def _unknown(n: int, reason: str) -> Measured:
    check = Check(None, None, None, Verdict.NOT_CONCLUSIVE, None, reason)
    return Measured(check, n, reason=reason)


def _untested(check: Check, n: int) -> Measured:
    """Ten to 29 answers: a value with its bounds, and no test."""
    plain = Check(check.observed, check.bounds, check.reached, Verdict.NOT_CONCLUSIVE, None)
    return Measured(plain, n, reason="too_few_answers")


def share_standard(standard: PromisedStandard) -> Standard:
    """The promise as a share on 0-1.

    Parameters
    ----------
    standard : PromisedStandard
        Of a share; its numbers are per cent.

    Returns
    -------
    Standard
        With promised value and minimum on 0-1.

    Raises
    ------
    ValueError
        If the promised value does not lie strictly between 0 and 100.

    Examples
    --------
    >>> promise = PromisedStandard("s1", {"it": "Utenti soddisfatti"}, "satisfied_share", 85.0)
    >>> share_standard(promise).promised
    0.85
    """
    return Standard(
        standard.promised / 100,
        at_least=standard.at_least,
        minimum=None if standard.minimum is None else standard.minimum / 100,
        register=standard.kind == "register_share",
    )


def _register(standard: PromisedStandard, wave: Wave, earlier: Sequence[Wave]) -> Measured:
    """Cases counted by the office itself: no sample, and nobody who answered."""
    if wave.label not in standard.register:
        return _unknown(0, "no_register_value")
    kept, cases = standard.register[wave.label]
    check = check_share(kept, cases, share_standard(standard))
    return Measured(check, cases, (kept, cases) if cases else None, reason=check.reason)


def asked_question(standard: PromisedStandard, wave: Wave) -> RatedQuestion | None:
    """The question that a promise is about; the overall one where it names none.

    Parameters
    ----------
    standard : PromisedStandard
        Its `question` is a key, or None.
    wave : Wave
        Only its questionnaire is used.

    Returns
    -------
    RatedQuestion or None
        None where the wave did not ask it.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> promise = PromisedStandard("s1", {"it": "Utenti soddisfatti"}, "satisfied_share", 85.0)
    >>> asked_question(promise, example_wave()).key
    'overall'
    """
    if standard.question is None:
        return wave.questionnaire.overall
    rated = wave.questionnaire.rated
    return next((one for one in rated if one.key == standard.question), None)


def _satisfied(standard: PromisedStandard, wave: Wave, earlier: Sequence[Wave]) -> Measured:
    question = asked_question(standard, wave)
    if question is None or not question.satisfied:
        return _unknown(0, "not_asked")
    counts = wave.tally.total_counts[wave.questionnaire.position(question.key)]
    valid = counts[FIRST_CODE:]
    n, x = int(valid.sum()), int(valid[sorted(question.satisfied)].sum())
    if n < 10:
        return _unknown(0, "below_minimum" if n else "no_cases")
    promise = share_standard(standard)
    sample = sample_of(wave, wave_weighting(wave))
    if sample.is_simple(question):
        check = check_share(x, n, promise)
        return _untested(check, n) if n < _TESTED else Measured(check, n, (x, n))
    spread = share_spread(sample, question, question.satisfied)
    effective = sample.precision(spread, n).effective or float(n)
    if spread.se is None or not spread.df > 0:
        return _unknown(n, "no_sampling_error")
    check = check_weighted_share(
        spread.theta, spread.se, spread.df, n_eff=effective, standard=promise
    )
    if effective < _TESTED:
        return _untested(check, n)
    trials = round(effective)
    return Measured(check, n, (round(spread.theta * trials), trials), weighted=True)


def _mean(standard: PromisedStandard, wave: Wave, earlier: Sequence[Wave]) -> Measured:
    found = _index(standard, wave, earlier)
    if found is None:
        return _unknown(0, "not_asked")
    if found.publication is Publication.NOT_PUBLISHED or found.value is None:
        return _unknown(0, "below_minimum")
    se = found.se if found.df and found.df > 0 else None
    check = check_mean(
        found.value, se, found.df or 1.0, promised=standard.promised, at_least=standard.at_least,
        bounds=None if se is None else one_sided(found),
    )  # fmt: skip
    if se is not None and se < _ROUNDING:
        check = replace(check, p_not_met=_alike(found, standard))
    if found.publication is not Publication.FULL:
        return _untested(check, found.n)
    weighted = found.precision.effective is not None
    return Measured(check, found.n, weighted=weighted, reason=check.reason)


def _alike(found: Estimate, standard: PromisedStandard) -> float:
    """The p of an index without spread; of users who all answered, as of any other answers.

    What is proposed is about the process, not about those users (method, 3.5).
    """
    precision = found.precision
    return alike_p(
        (found.value or 0.0) / 100,
        (precision.effective or found.n) / (precision.finite.factor or 1.0) ** 2,
        found.df or 1.0,
        promised=standard.promised / 100,
        at_least=standard.at_least,
    )


def _index(standard: PromisedStandard, wave: Wave, earlier: Sequence[Wave]) -> Estimate | None:
    """The index of the whole service, of a dimension or of a question."""
    if standard.question is not None:
        question = asked_question(standard, wave)
        if question is None:
            return None
        sample = sample_of(wave, wave_weighting(wave))
        return item_result(wave.questionnaire, wave.tally, question.key, sample=sample).index
    found = index_result(wave, excluded=excluded_items(earlier[-1] if earlier else None))
    if standard.dimension is None:
        return found.isu
    return found.dimensions.get(standard.dimension)


#: How each kind of indicator is measured.
MEASURES: Mapping[str, Callable[[PromisedStandard, Wave, Sequence[Wave]], Measured]] = {
    "satisfied_share": _satisfied,
    "mean_index": _mean,
    "register_share": _register,
}
