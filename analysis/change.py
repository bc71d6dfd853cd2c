"""Did satisfaction change? Gate, adjusted change, tests over the services of a body, verdict."""

import math
from collections.abc import Sequence
from dataclasses import replace

from analysis.adjust import AdjustedChange
from analysis.common_shift import CommonShift, Moved, find_common_shift
from analysis.comparisons import Comparisons
from analysis.gate import (
    Gate,
    ServicePair,
    comparability_gate,
    field_period_differs,
    mode_mix_changed,
)
from analysis.indices import equivalent_se
from analysis.intervals import Interval, normal_quantile, quasi_wilson_t, student_quantile
from analysis.parameters import Parameters
from analysis.publication import DEFAULT
from analysis.ranks import RankComparison, brunner_munzel, lower_tail, separated_p
from analysis.tally import FIRST_CODE
from analysis.verdict_texts import DOUBTS
from analysis.verdicts import BodyChange, ServiceChange, adjust_families
from analysis.wave import Wave
from analysis.wave_noise import NO_NOISE, WaveNoise
from analysis.words import (
    LANGUAGES,
    Movement,
    Verdict,
    comparison,
    not_comparable,
)

_ENOUGH_OVERALL = 10
#: Points of 0-100 that are rounding of the arithmetic.
_STILL = 1e-9


__all__ = [
    "BodyChange",
    "CommonShift",
    "Gate",
    "ServiceChange",
    "ServicePair",
    "comparability_gate",
    "compare_services",
]


def compare_services(
    pairs: Sequence[ServicePair],
    parameters: Parameters = DEFAULT,
    *,
    noise: WaveNoise = NO_NOISE,
    comparisons: Comparisons | None = None,
    lifted: str | None = None,
) -> BodyChange:
    """Judge the change of every service of a body in one wave.

    Parameters
    ----------
    pairs : sequence of ServicePair
        All services of the body: they are one family of tests in each direction.
    parameters : Parameters, optional
        delta and error rate.
    noise : WaveNoise, optional
        Wobble between waves, from the years before this one.
    comparisons : Comparisons, optional
        Where changes that were computed before are kept.
    lifted : str, optional
        Signed reason for which the common-shift guard is taken away in this wave.

    Returns
    -------
    BodyChange
        One `ServiceChange` for each pair, in the same order.

    Notes
    -----
    z = change / sqrt(SE^2 + tau_w^2), one-sided in each direction, Holm over the services that
    pass the gate. With five of them and a precision-weighted mean change of at least 2 points with
    p < .001, the common shift is taken out of z (not out of the change that is held against
    delta), and how differently they share in it joins the error: when all services move together,
    the first suspect is the survey (method, 6.3; `analysis.common_shift`).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> before, after = example_wave("2025"), example_wave("2026", seed=2, shift=-0.5)
    >>> one = compare_services([ServicePair("urp", (before,), after)]).services[0]
    >>> one.verdict.value, round(one.change.adjusted, 1)
    ('peggioramento_accertato', -10.5)
    """
    known = Comparisons() if comparisons is None else comparisons
    judged = [_measure(pair, parameters, noise=noise, known=known) for pair in pairs]
    shift = _common_shift(judged, lifted)
    judged = [_test(one, pair, shift) for one, pair in zip(judged, pairs, strict=True)]
    judged = adjust_families(judged)
    tested = [one for one in judged if one.p_worse_adjusted is not None]
    final = tuple(
        _judge(one, pair, services=len(tested), parameters=parameters)
        for one, pair in zip(judged, pairs, strict=True)
    )
    return BodyChange(final, len(tested), shift, parameters)


def _measure(
    pair: ServicePair, parameters: Parameters, *, noise: WaveNoise, known: Comparisons
) -> ServiceChange:
    waves = (*pair.previous, pair.last)
    gate = known.gate(waves, parameters)
    change, reasons = known.change(waves, parameters), gate.reasons
    if gate.open and change is None:
        reasons = ("confounded",)
    last_year = None
    if change is not None:
        last_year = known.change(waves[-2:], parameters, by_mode=False)
    tau = noise.against(len(pair.previous))
    lower = upper = se = mde = None
    if change is not None:
        se = math.hypot(change.se, tau)
        ends = _interval(change, se, waves=waves, parameters=parameters)
        lower, upper = ends.lower, ends.upper
        mde = (1.644853627 + 0.841621234) * (se or equivalent_se(ends))
    return ServiceChange(
        service=pair.service,
        verdict=Verdict.NOT_COMPARABLE,
        reasons=reasons,
        items=tuple(item.key for item in gate.items),
        base_waves=tuple(wave.label for wave in pair.previous),
        n=tuple(wave.respondents for wave in waves),
        change=change,
        last_year=last_year,
        tau=tau,
        se=se,
        lower=lower,
        upper=upper,
        p=None,
        p_worse=None,
        p_better=None,
        p_worse_adjusted=None,
        p_better_adjusted=None,
        mde=mde,
        overall=_overall(pair) if change is not None else None,
        flags=_flags(change, waves),
        words={},
    )


def _interval(
    change: AdjustedChange, se: float, *, waves: Sequence[Wave], parameters: Parameters
) -> Interval:
    """Interval of the change; where nothing varies, Newcombe's from the intervals of the waves."""
    middle, confidence = change.adjusted, parameters.confidence
    if se > 0:
        half = se * _quantile(change, se, confidence)
        return Interval(middle - half, middle + half)
    down, up = [], []
    for place, (wave, value, own) in enumerate(
        zip(waves, change.values, change.value_ses, strict=True), start=1
    ):
        n = wave.respondents
        ends = quasi_wilson_t(value / 100, own / 100, n - 1, n=n, confidence=confidence).times(100)
        low, high = value - ends.lower, ends.upper - value
        base = len(waves) - 1
        down.append(low if place == len(waves) else high / base)
        up.append(high if place == len(waves) else low / base)
    return Interval(middle - math.hypot(*down), middle + math.hypot(*up))


def shown_se(one: ServiceChange) -> float:
    """Error that says how many decimals to show, also where nothing varies.

    Parameters
    ----------
    one : ServiceChange
        A judged change.

    Returns
    -------
    float
        Points of 0-100: its standard error; where that is 0, the error that has its interval; 0
        where there is no interval.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> pair = ServicePair("urp", (example_wave("2025"),), example_wave("2026", seed=2))
    >>> round(shown_se(compare_services([pair]).services[0]), 2)
    1.76
    """
    if one.se or one.lower is None or one.upper is None:
        return one.se or 0.0
    return equivalent_se(Interval(one.lower, one.upper))


def _quantile(change: AdjustedChange, se: float, confidence: float) -> float:
    """Student's quantile, or the normal one when wave noise is part of the error."""
    noisy = se > change.se
    return normal_quantile(confidence) if noisy else student_quantile(change.df, confidence)


def _flags(change: AdjustedChange | None, waves: Sequence[Wave]) -> tuple[str, ...]:
    flags: list[str] = []
    if change is not None:
        beyond = min(abs(change.adjusted) - change.se, abs(change.crude) - change.crude_se)
        if change.adjusted * change.crude < 0 and beyond > _STILL:
            flags.append("simpson")
        if change.interaction_p is not None and change.interaction_p < 0.01:
            flags.append("cambia_in_modo_diverso_per_canale")
    if len(waves) > 1 and mode_mix_changed(waves[-2], waves[-1]):
        flags.append("mode_mix_changed")
    if any(field_period_differs(wave, waves[-1]) for wave in waves[:-1]):
        flags.append("field_period_differs")
    return tuple(flags)


def _overall(pair: ServicePair) -> RankComparison | None:
    """Ranks of the overall question, where both waves asked the same one."""
    before, after = pair.previous[-1], pair.last
    one, two = before.questionnaire.overall, after.questionnaire.overall
    if one is None or two is None or one.identity != two.identity:
        return None
    codes = sorted(two.scale.codes, reverse=not two.higher_is_better)
    tables = [
        wave.tally.total_counts[wave.questionnaire.position(two.key), FIRST_CODE:][codes]
        for wave in (before, after)
    ]
    if min(table.sum() for table in tables) < _ENOUGH_OVERALL:
        return None
    return brunner_munzel(*tables)


def _common_shift(judged: Sequence[ServiceChange], lifted: str | None) -> CommonShift | None:
    moved = [
        Moved(one.change.adjusted, one.change.se, one.tau)
        for one in judged
        if one.change is not None and one.change.se > 0
    ]
    return find_common_shift(moved, lifted=lifted)


def _test(one: ServiceChange, pair: ServicePair, shift: CommonShift | None) -> ServiceChange:
    change = one.change
    if change is None or one.se is None:
        return one
    if change.se == 0:
        return _test_without_variance(one, pair, change)
    centre, spread = (shift.value, shift.spread) if shift is not None and shift.active else (0, 0)
    df = None if one.tau > 0 or spread > 0 else change.df
    z = (change.adjusted - centre) / math.hypot(one.se, spread)
    return replace(
        one,
        p=two_sided(change),
        p_worse=lower_tail(z, df),
        p_better=lower_tail(-z, df),
        flags=(*one.flags, "spostamento_comune")
        if shift is not None and shift.raised
        else one.flags,
    )


def _test_without_variance(
    one: ServiceChange, pair: ServicePair, change: AdjustedChange
) -> ServiceChange:
    """Everybody answered alike in each wave: ranks of the overall question decide (method, 6.4).

    Where the overall question is one same category too it did not move: p is 1. Wave noise, where
    it is known, is all the error there is.
    """
    flags = (*one.flags, "no_variance")
    if abs(change.adjusted) < 1e-9:
        return replace(one, flags=flags)
    ranks = one.overall
    if ranks is None:
        p, up = separated_p(one.n[-2], pair.last.respondents), change.adjusted > 0
    else:
        p, up = 1.0 if ranks.p is None else ranks.p, ranks.superiority > 0.5
    worse, better = (1 - p / 2, p / 2) if up else (p / 2, 1 - p / 2)
    if one.tau > 0:
        z = change.adjusted / one.tau
        worse, better = max(worse, lower_tail(z, None)), max(better, lower_tail(-z, None))
    return replace(one, p=p, p_worse=worse, p_better=better, flags=flags)


def two_sided(change: AdjustedChange) -> float | None:
    """Two-sided p of a change, without wave noise; None where nothing varies.

    Parameters
    ----------
    change : AdjustedChange
        With its degrees of freedom.

    Returns
    -------
    float or None

    Notes
    -----
    Twice the tail of Student's t beyond the change over its standard error.

    Examples
    --------
    >>> from analysis.adjust import adjusted_change
    >>> from analysis.examples import example_wave
    >>> waves = example_wave("2025"), example_wave("2026", seed=2)
    >>> round(two_sided(adjusted_change(waves, waves[0].questionnaire.index_items)), 3)
    0.397
    """
    if change.se == 0:
        return None
    return min(1.0, 2 * lower_tail(-abs(change.adjusted) / change.se, change.df))


def _judge(
    one: ServiceChange, pair: ServicePair, *, services: int, parameters: Parameters
) -> ServiceChange:
    change = one.change
    if change is None or one.lower is None or one.upper is None:
        words = {
            language: not_comparable(one.reasons[0], language, minimum=parameters.full_minimum)
            for language in LANGUAGES
        }
        return replace(one, words=words)
    verdict, flags = _verdict(one, change, parameters), one.flags
    if verdict in (Verdict.WORSE, Verdict.BETTER) and _contradicted(one.overall, verdict):
        verdict, flags = Verdict.SIGNAL, (*flags, "distribuzione_cambiata")
    last_year = None if len(one.n) < 3 or one.last_year is None else one.last_year.adjusted
    movement = Movement(
        base=sum(change.values[:-1]) / (len(change.values) - 1),
        last=change.values[-1],
        difference=change.adjusted,
        crude=change.crude,
        lower=one.lower,
        upper=one.upper,
        se=shown_se(one),
        last_year=last_year,
        signal=None if _stands_out(one, change, parameters) else last_year,
        base_n=sum(one.n[:-1]),
        last_n=one.n[-1],
        services=services,
        delta=parameters.delta,
        mde=one.mde or 0.0,
        doubt=next((flag for flag in DOUBTS if flag in flags), ""),
        profile=len(change.factors) > 1,
        common=_common(one, pair),
    )
    words = {language: comparison(verdict, movement, language) for language in LANGUAGES}
    return replace(one, verdict=verdict, flags=flags, words=words)


def _common(one: ServiceChange, pair: ServicePair) -> int | None:
    """Questions that the waves compared share, where any of them asked more for its index."""
    asked = [len(wave.questionnaire.index_items) for wave in (*pair.previous, pair.last)]
    return len(one.items) if max(asked) > len(one.items) else None


def _contradicted(ranks: RankComparison | None, verdict: Verdict) -> bool:
    if ranks is None or ranks.p is None or ranks.p >= 0.05:
        return False
    return (ranks.superiority > 0.5) == (verdict is Verdict.WORSE)


def _verdict(one: ServiceChange, change: AdjustedChange, parameters: Parameters) -> Verdict:
    """First rule that matches (method, 6.4)."""
    delta, alpha = parameters.delta, parameters.alpha
    if one.p is None:
        return Verdict.STABLE
    below, above = (one.upper or 0.0) < 0, (one.lower or 0.0) > 0  # as the sentence shows it
    if (one.p_worse_adjusted or 0.0) < alpha and change.adjusted <= -delta and below:
        return Verdict.WORSE
    if (one.p_better_adjusted or 0.0) < alpha and change.adjusted >= delta and above:
        return Verdict.BETTER
    if _stands_out(one, change, parameters) or _seen_last_year(one, parameters):
        return Verdict.SIGNAL
    if one.p < alpha:
        return Verdict.SMALL
    se = one.se or 0.0
    half = se * _quantile(change, se, 0.90)
    if abs(change.adjusted) + half < delta:
        return Verdict.STABLE
    return Verdict.UNKNOWN


def _stands_out(one: ServiceChange, change: AdjustedChange, parameters: Parameters) -> bool:
    """Whether the change from its base is a signal by itself."""
    # where nothing varies there is no error to hold the change against: it is not «cannot tell»
    seen = change.se == 0 or (one.p is not None and one.p < parameters.alpha)
    return seen and abs(change.adjusted) >= parameters.delta


def _seen_last_year(one: ServiceChange, parameters: Parameters) -> bool:
    """Whether the last wave differs from the one before, when the base has more than one wave."""
    if len(one.base_waves) < 2 or one.last_year is None:
        return False
    p, size = two_sided(one.last_year), abs(one.last_year.adjusted)
    return p is not None and p < parameters.alpha and size >= parameters.delta
