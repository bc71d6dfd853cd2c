"""Where a service is going over at least four comparable waves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.figures import number
from analysis.gate import Gate, ServicePair, comparability_gate
from analysis.parts.question_trends import QuestionTrend, question_trends
from analysis.publication import index_decimals
from analysis.trend import Line, TrendTest, weighted_line
from analysis.wave import Wave
from analysis.wave_effects import wave_effects
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
_WAVES = 4
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """Line of the index and tests of the questions.

    Attributes
    ----------
    waves : tuple of str
        Labels of the run: the most waves in a row, up to the one under report, that may all be
        compared with one another.
    times : tuple of float
        Years; 0, 1, 2... where `calendar` is False.
    calendar : bool
        Whether all labels are years.
    n : tuple of int
        Respondents of each wave.
    levels, level_ses : tuple of float
        Adjusted index of each wave; empty without a line.
    factors : tuple of str
        What the levels are adjusted for.
    line : Line or None
        None with a `reason`, or with the reason that it carries.
    questions : tuple of QuestionTrend
        Index items that all waves of the run asked alike, then the overall question.
    reason : str or None
        ``fewer_than_four_waves`` or ``confounded``.
    """

    waves: tuple[str, ...]
    times: tuple[float, ...]
    calendar: bool
    n: tuple[int, ...]
    levels: tuple[float, ...] = ()
    level_ses: tuple[float, ...] = ()
    factors: tuple[str, ...] = ()
    line: Line | None = None
    questions: tuple[QuestionTrend, ...] = ()
    reason: str | None = None


def trend_of(context: ServiceContext) -> Trend:
    r"""Straight line through the adjusted levels of a service's comparable waves.

    Parameters
    ----------
    context : ServiceContext
        The wave under report and all before it.

    Returns
    -------
    Trend
        With the reason ``fewer_than_four_waves`` where the run is too short.

    Notes
    -----
    The run grows backwards as long as the gate is open for all its waves together, and so stops at
    a series break (method, 6.1 and 6.6). Levels from one analysis of covariance over the run,
    weights :math:`1/(SE_t^2 + \sigma^2)`. The wave noise of the body, :math:`\tau_w`, is that of a
    change against the mean of two waves, of variance :math:`1.5 \sigma^2`; the line takes it as
    that of a difference of two waves, :math:`\tau_w \sqrt{2/1.5}`. A question is tested when each
    wave of the run has enough answers to it for a test.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> years = range(2022, 2026)
    >>> waves = tuple(example_wave(str(y), seed=y, shift=0.1 * (y - 2022)) for y in years)
    >>> trend = body_years([ServiceHistory("urp", "URP", waves)])[-1].services[0].detail.trend
    >>> round(trend.line.slope, 2), trend.times, trend.factors
    (2.39, (2022.0, 2023.0, 2024.0, 2025.0), ('mode', 'age_class'))
    """
    run, items = _run(context)
    times, calendar = _times([wave.label for wave in run])
    found = Trend(
        tuple(wave.label for wave in run), times, calendar, tuple(w.respondents for w in run)
    )
    if len(run) < _WAVES:
        return replace(found, reason="fewer_than_four_waves")
    found = replace(
        found, questions=question_trends(run, items, np.array(times), context.parameters)
    )
    effects = wave_effects(run, items)
    if effects is None:
        return replace(found, reason="confounded")
    tau = context.noise.against(1)
    ses = np.sqrt(np.maximum(np.diag(effects.covariance), 0.0))
    return replace(
        found,
        levels=tuple(effects.values.tolist()),
        level_ses=tuple(ses.tolist()),
        factors=effects.factors,
        line=weighted_line(
            np.array(times), effects.values, effects.covariance,
            tau=tau, confidence=context.parameters.confidence,
        ),
    )  # fmt: skip


def _run(context: ServiceContext) -> tuple[tuple[Wave, ...], tuple[RatedQuestion, ...]]:
    """Most waves in a row up to the last that may all be compared, and the items they share."""
    waves = (*context.earlier, context.wave)
    if len(waves) < _WAVES:
        return (context.wave,), ()
    whole = _gate(context, waves)  # most often all of them can be compared
    if whole.open:
        return waves, whole.items
    run: tuple[Wave, ...] = (context.wave,)
    items: tuple[RatedQuestion, ...] = ()
    for first in range(len(waves) - 2, 0, -1):
        gate = _gate(context, waves[first:])
        if not gate.open:
            break
        run, items = waves[first:], gate.items
    return run, items


def _gate(context: ServiceContext, waves: tuple[Wave, ...]) -> Gate:
    pair = ServicePair(context.key, waves[:-1], waves[-1])
    return comparability_gate(pair, parameters=context.parameters)


def _times(labels: Sequence[str]) -> tuple[tuple[float, ...], bool]:
    """Years where every label is one, in order; else places.

    Examples
    --------
    >>> _times(["2022", "2024"]), _times(["2022-1", "2022-2"])
    (((2022.0, 2024.0), True), ((0.0, 1.0), False))
    """
    calendar = all(re.fullmatch(r"[0-9]{4}", label) for label in labels)
    if calendar and list(labels) == sorted(set(labels)):
        return tuple(float(label) for label in labels), True
    return tuple(float(place) for place in range(len(labels))), False


_DIRECTION: Mapping[str, tuple[str, str]] = {
    "rising": (
        "Dal {first} al {last} l'indice è cresciuto in media di {size} {pace} (intervallo da "
        "{lower} a {upper}).",
        "From {first} to {last} the index rose by {size} {pace} on average (interval from "
        "{lower} to {upper}).",
    ),
    "falling": (
        "Dal {first} al {last} l'indice è calato in media di {size} {pace} (intervallo da "
        "{lower} a {upper}).",
        "From {first} to {last} the index fell by {size} {pace} on average (interval from "
        "{lower} to {upper}).",
    ),
    "unclear": (
        "Dal {first} al {last} l'indice non mostra una direzione chiara (in media {signed} "
        "{pace}, intervallo da {lower} a {upper}).",
        "From {first} to {last} the index shows no clear direction ({signed} {pace} on average, "
        "interval from {lower} to {upper}).",
    ),
}
_MISFIT = (
    "L'andamento non è regolare: tra una rilevazione e l'altra ci sono salti che una retta non "
    "descrive.",
    "The course is not steady: between surveys there are jumps that a straight line does not "
    "describe.",
)
_CHANCE = (
    "Un servizio che sta fermo ne mostra uno così ripido, per caso, circa una volta su {times}.",
    "A service that stands still shows one so steep by chance about once in {times}.",
)
_RARE = 0.001
_PACE = {
    True: ("l'anno", "a year"),
    False: ("a rilevazione", "a survey"),
}


def trend_words(trend: Trend, language: str) -> tuple[str, ...]:
    """Say the direction of the index, whether it was steady, and which questions moved.

    Parameters
    ----------
    trend : Trend
        As from `trend_of`.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty without a line.

    Examples
    --------
    >>> line = weighted_line(np.arange(2022.0, 2026), np.array([60.0, 61, 63, 64]), np.ones(4))
    >>> trend = Trend(("2022", "2023", "2024", "2025"), (2022, 2023, 2024, 2025), True,
    ...               (200,) * 4, line=line)
    >>> print(trend_words(trend, "it")[0])
    Dal 2022 al 2025 l'indice è cresciuto in media di 1,4 punti l'anno (intervallo da 0,5 a 2,3).
    """
    line, place = trend.line, LANGUAGES.index(language)
    if line is None or line.slope is None or line.interval is None:
        return ()
    decimals = _decimals(line)
    clear = line.interval.lower > 0 or line.interval.upper < 0
    falling = clear and line.slope < 0
    ends = (line.interval.lower, line.interval.upper)
    if falling:
        ends = (-ends[1], -ends[0])
    key = ("falling" if falling else "rising") if clear else "unclear"
    lower, upper = (
        number(end, decimals=decimals, language=language, signed=not clear) for end in ends
    )
    said = [
        _DIRECTION[key][place].format(
            first=trend.waves[0], last=trend.waves[-1], lower=lower, upper=upper,
            size=points(abs(line.slope), language, decimals=decimals, signed=False),
            signed=points(line.slope, language, decimals=decimals),
            pace=_PACE[trend.calendar][place],
        )
    ]  # fmt: skip
    if clear and line.p is not None and line.p >= _RARE:
        # the slopes of all services are no family of tests (method, 6.6): each says its own chance
        said.append(_CHANCE[place].format(times=number(round(1 / line.p), language=language)))
    if line.misfit_p is not None and line.misfit_p < 0.05:
        said.append(_MISFIT[place])
    moved = _moved(trend, language)
    return (*said, moved) if moved else tuple(said)


def _decimals(line: Line) -> int:
    """At least one: two points in five years are less than half a point a year.

    Two where the interval of a clear direction would read as if it touched zero.
    """
    decimals = max(1, index_decimals(line.se or 0.0))
    if line.interval is None or line.interval.lower <= 0 <= line.interval.upper:
        return decimals
    nearest = min(abs(line.interval.lower), abs(line.interval.upper))
    return decimals + (round(nearest, decimals) == 0)


def _moved(trend: Trend, language: str) -> str:
    """Name up to three questions that rise and three that fall, by number."""
    place = LANGUAGES.index(language)
    parts = []
    for sign, words in ((1, ("in salita", "rising")), (-1, ("in calo", "falling"))):
        moved = sorted(
            (one.marks_p, one.question.number)
            for one in trend.questions
            if one.marks_p is not None and one.marks_p < 0.05 and sign * (one.marks.z or 0.0) > 0
        )
        numbers = sorted(asked for _, asked in moved[:_NAMED])
        if numbers:
            listed = ", ".join(str(asked) for asked in numbers)
            more = len(moved) - len(numbers)
            it = " e un'altra" if more == 1 else f" e altre {more}"
            also = (it, f" and {more} more")[place] if more else ""
            parts.append(f"{words[place]} {listed}{also}")
    lead = (
        "Domande che si muovono nello stesso periodo, senza correzione per modalità e profilo",
        "Questions that move meanwhile, without correction for mode and profile",
    )
    return f"{lead[place]}: {'; '.join(parts)}." if parts else ""


def trend_json(trend: Trend) -> Json:
    """Turn a trend into its block of the results document.

    Parameters
    ----------
    trend : Trend
        As from `trend_of`.

    Returns
    -------
    dict
        Plain JSON, not rounded, in points of 0-100; `line` is null without one, and `reason` says
        why.

    Examples
    --------
    >>> few = Trend(("2026",), (2026.0,), True, (200,), reason="fewer_than_four_waves")
    >>> trend_json(few)["reason"], trend_json(few)["line"], trend_json(few)["times"]
    ('fewer_than_four_waves', None, 'years')
    """
    line = trend.line
    reason = trend.reason or (None if line is None else line.reason)
    return {
        "reason": reason,
        "waves": [
            {
                "wave": label,
                "time": time,
                "n": n,
                "level": trend.levels[k] if trend.levels and reason is None else None,
                "se": trend.level_ses[k] if trend.levels and reason is None else None,
                "line": _on(line, time),
            }
            for k, (label, time, n) in enumerate(
                zip(trend.waves, trend.times, trend.n, strict=True)
            )
        ]
        if len(trend.waves) >= _WAVES
        else [],
        "times": "years" if trend.calendar else "places",
        "adjusted_for": list(trend.factors),
        "line": None if line is None or line.slope is None else _line(line),
        "questions": [_question_json(one) for one in trend.questions],
        "words": {language: list(trend_words(trend, language)) for language in LANGUAGES},
    }


def _on(line: Line | None, time: float) -> float | None:
    if line is None or line.slope is None or line.intercept is None or line.centre is None:
        return None
    return min(100.0, max(0.0, line.intercept + line.slope * (time - line.centre)))


def _line(line: Line) -> Json:
    return {
        "slope": line.slope,
        "se": line.se,
        "lower": None if line.interval is None else line.interval.lower,
        "upper": None if line.interval is None else line.interval.upper,
        "p": line.p,
        "decimals": _decimals(line),
        "misfit": line.misfit,
        "misfit_df": line.misfit_df,
        "misfit_p": line.misfit_p,
    }


def _question_json(one: QuestionTrend) -> Json:
    return {
        "key": one.question.key,
        "number": one.question.number,
        "n": one.marks.n,
        "marks": _test(one.marks, one.marks_p),
        "satisfied": _test(one.satisfied, one.satisfied_p),
    }


def _test(test: TrendTest, adjusted: float | None) -> Json:
    return {"z": test.z, "p": test.p, "p_holm": adjusted, "reason": test.reason}
