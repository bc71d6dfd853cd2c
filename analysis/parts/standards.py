"""The promises of the charter: were they kept, and what to propose for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.context import ServiceContext
from analysis.equivalence import at_least_minimum
from analysis.figures import number
from analysis.gate import ServicePair, comparability_gate
from analysis.parts.measures import MEASURES, Measured, asked_question, share_standard
from analysis.prediction import process_wobble
from analysis.promises import PromisedStandard
from analysis.publication import index_decimals
from analysis.recommendation import Action, Outlook, Proposal, proposal_words, recommend
from analysis.standards import (
    Check,
    ManyStandards,
    Verdict,
    is_sure_miss,
    many_standards,
    verdict_words,
)
from analysis.wave import Wave
from analysis.words import LANGUAGES
from analysis.words import Verdict as Change

Json = dict[str, Any]
_WOBBLE = 0.02
_MOST_DECIMALS = 3
_NOTHING_COUNTED = frozenset({"below_minimum", "not_asked", "no_register_value"})


@dataclass(frozen=True, slots=True)
class KeptStandard:
    """One promise in the wave under report.

    Attributes
    ----------
    minimum_kept : bool or None
        Whether the guaranteed minimum is shown to be kept; None without one or without a test.
    proposal : Proposal or None
        None where too little is known for any.
    """

    standard: PromisedStandard
    measured: Measured
    minimum_kept: bool | None
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Standards:
    """All promises of a service, in the order of its charter."""

    rows: tuple[KeptStandard, ...]
    many: ManyStandards


def standards_of(context: ServiceContext) -> Standards:
    """Hold the promises of a service against what was found.

    Parameters
    ----------
    context : ServiceContext
        The wave with its standards, and the waves before it.

    Returns
    -------
    Standards
        Without rows where the service promises nothing.

    Notes
    -----
    Method, 9. Verdicts by one-sided 95 % bounds, that of a register by the plain fact. With fewer
    than 30 answers there is no verdict: nothing is tested on so few. Proposals look at the last
    two waves and follow the present promise back in time; for a mean none of them names a new
    value, since the method predicts shares only.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> promise = PromisedStandard("p1", {"it": "p1", "en": "p1"}, "satisfied_share", 70.0)
    >>> wave = replace(example_wave(), standards=(promise,))
    >>> detail = body_years([ServiceHistory("urp", "URP", (wave,))])[0].services[0].detail
    >>> row = detail.standards.rows[0]
    >>> row.measured.cases, row.measured.check.verdict.value, row.proposal.action.value
    ((101, 200), 'not_met', 'find_causes')
    """
    rows = tuple(_kept(standard, context) for standard in context.wave.standards)
    return Standards(rows, many_standards([family_check(row) for row in rows]))


def family_check(row: KeptStandard) -> Check:
    """Check of a promise as one of many tests; that of a register is a fact, and no test.

    Parameters
    ----------
    row : KeptStandard
        One promise.

    Returns
    -------
    Check
        Without p where all cases were counted: its verdict cannot be wrong by chance, and it makes
        no other promise harder to miss (method, 9.2).

    Examples
    --------
    >>> promise = PromisedStandard("days", {"it": "Entro 30 giorni"}, "register_share", 90.0,
    ...                            register={"2026": (80, 100)})
    >>> from analysis.examples import example_wave
    >>> counted = MEASURES["register_share"](promise, example_wave(), ())
    >>> row = KeptStandard(promise, counted, None, None)
    >>> counted.check.p_not_met < 0.01, family_check(row).p_not_met
    (True, None)
    """
    check = row.measured.check
    if row.standard.kind == "register_share":
        return replace(check, p_not_met=None)
    return check


def _kept(standard: PromisedStandard, context: ServiceContext) -> KeptStandard:
    measure = MEASURES[standard.kind]
    now = measure(standard, context.wave, context.earlier)
    before = [
        measure(standard, wave, context.earlier[:place])
        for place, wave in enumerate(context.earlier)
    ]
    return KeptStandard(
        standard, now, _minimum_kept(standard, now), _proposal(standard, now, before, context)
    )


def _minimum_kept(standard: PromisedStandard, now: Measured) -> bool | None:
    """Guaranteed minimum: at least so much, shown by the bound; of a register, by the fact."""
    minimum, check = standard.minimum, now.check
    if minimum is None or check.observed is None or not standard.at_least:
        return None
    if standard.kind == "register_share":
        return check.observed >= minimum / 100
    if standard.kind == "mean_index":
        tested = now.reason is None and check.bounds is not None
        return check.bounds.lower >= minimum if tested and check.bounds is not None else None
    return None if now.cases is None else at_least_minimum(*now.cases, minimum / 100).holds


def _proposal(
    standard: PromisedStandard,
    now: Measured,
    before: Sequence[Measured],
    context: ServiceContext,
) -> Proposal | None:
    if now.check.observed is None or now.reason is not None:
        return None
    last = before[-1] if before else None
    if standard.kind == "mean_index":
        both = last is not None and last.reason is None
        return _of_mean((last.check, now.check) if both and last is not None else (now.check,))
    if now.cases is None:
        return None
    alike = [one for one, wave in zip(before, context.earlier, strict=True)
             if _same_question(standard, wave, context.wave)]  # fmt: skip
    known = [one.cases for one in (*alike, now) if one.cases is not None]
    waves = [now.cases] if last is None or last.cases is None else [last.cases, now.cases]
    outlook = Outlook(
        now.cases[1],
        comparable=_comparable(standard, context),
        declined=context.change is not None and context.change.verdict is Change.WORSE,
        wobble=_wobble(known),
    )
    return recommend(waves, share_standard(standard), outlook)


def _wobble(known: Sequence[tuple[int, int]]) -> float:
    """Between waves, from at least five of them, and never below two points.

    Five waves of 200 answers show no wobble at all in three cases of ten where it is two points:
    that is not a process known to be stable (method, 9.3).
    """
    if any(trials < 2 for _, trials in known):
        return _WOBBLE
    return max(_WOBBLE, process_wobble(known) or 0.0)


def _of_mean(checks: tuple[Check, ...]) -> Proposal:
    verdicts = [check.verdict for check in checks]
    twice = len(verdicts) == 2
    if is_sure_miss(checks[-1]) or (twice and set(verdicts) == {Verdict.NOT_MET}):
        return Proposal(Action.FIND_CAUSES, checks)
    if twice and set(verdicts) == {Verdict.NOT_CONCLUSIVE}:
        return Proposal(Action.ASK_MORE, checks)
    return Proposal(Action.KEEP, checks)


def _comparable(standard: PromisedStandard, context: ServiceContext) -> bool:
    """Whether the last two waves measured alike; a register always does."""
    if standard.kind == "register_share":
        return True
    if not context.earlier:
        return False
    pair = (context.earlier[-1], context.wave)
    return (
        _same_question(standard, *pair)
        and comparability_gate(
            ServicePair(context.key, pair[:1], pair[1]), parameters=context.parameters
        ).open
    )


def _same_question(standard: PromisedStandard, before: Wave, after: Wave) -> bool:
    """Whether both waves asked the question alike, with the same cut; a register asks none."""
    if standard.kind == "register_share":
        return True
    one, two = asked_question(standard, before), asked_question(standard, after)
    if one is None or two is None:
        return False
    return (one.identity, one.satisfied) == (two.identity, two.satisfied)


def standards_words(standards: Standards, language: str) -> tuple[str, ...]:
    """Count the verdicts, and say how many may be wrong.

    Parameters
    ----------
    standards : Standards
        Of one service in one wave.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where nothing was tested; the second sentence only where two verdicts or more were
        found.

    Examples
    --------
    >>> standards_words(Standards((), many_standards([])), "it")
    ()
    """
    place = LANGUAGES.index(language)
    verdicts = [row.measured.check.verdict for row in standards.rows if not _silent(row)]
    if not verdicts:
        return ()
    parts = [
        f"{verdict_words(verdict, language)} {verdicts.count(verdict)}"
        for verdict in Verdict
        if verdict in verdicts
    ]
    said = f"Standard: {', '.join(parts)}."
    wrong = standards.many.wrong_each_side
    tested = sum(p is not None for p in standards.many.p_holm)
    if tested < 2:
        return (said,)
    expected = number(wrong, decimals=1, language=language)
    return (
        said,
        (
            "Con {count} standard verificati insieme ci si può attendere fino a {expected} "
            "verdetti sbagliati per parte.",
            "With {count} standards checked together up to {expected} wrong verdicts are to be "
            "expected on each side.",
        )[place].format(count=tested, expected=expected),
    )


def _silent(row: KeptStandard) -> bool:
    return row.measured.check.observed is None or row.measured.reason == "too_few_answers"


def standards_json(standards: Standards) -> Json:
    """Turn the promises of a service into their block of the results document.

    Parameters
    ----------
    standards : Standards
        Of one service in one wave.

    Returns
    -------
    dict
        Plain JSON, not rounded, shares on 0-100; `verdict` is null where nothing was tested, `n`
        where nothing was counted, and `reason` says why.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> promise = PromisedStandard("p1", {"it": "p1", "en": "p1"}, "satisfied_share", 70.0)
    >>> wave = replace(example_wave(), standards=(promise,))
    >>> detail = body_years([ServiceHistory("urp", "URP", (wave,))])[0].services[0].detail
    >>> row = standards_json(detail.standards)["rows"][0]
    >>> row["value"], round(row["upper"], 2), row["verdict"]
    (50.5, 56.27, 'not_met')
    """
    return {
        "rows": [
            _row(row, p) for row, p in zip(standards.rows, standards.many.p_holm, strict=True)
        ],
        "wrong_each_side": standards.many.wrong_each_side,
        "words": {language: list(standards_words(standards, language)) for language in LANGUAGES},
    }


def _row(row: KeptStandard, p_holm: float | None) -> Json:
    standard, now, check = row.standard, row.measured, row.measured.check
    scale = 1.0 if standard.kind == "mean_index" else 100.0
    ends = check.bounds
    tested = not _silent(row)
    proposal = row.proposal
    return {
        "key": standard.key,
        "text": dict(standard.text),
        "kind": standard.kind,
        "unit": "points" if standard.kind == "mean_index" else "percent",
        "promised": standard.promised,
        "at_least": standard.at_least,
        "minimum": standard.minimum,
        "register": standard.kind == "register_share",
        "n": None if now.reason in _NOTHING_COUNTED else now.n,
        "value": None if check.observed is None else scale * check.observed,
        "lower": None if ends is None else scale * ends.lower,
        "upper": None if ends is None else scale * ends.upper,
        "decimals": _decimals(row, scale),
        "reached": check.reached,
        "verdict": check.verdict.value if tested else None,
        "label": {language: verdict_words(check.verdict, language) for language in LANGUAGES}
        if tested
        else None,
        "p": check.p_not_met,
        "p_holm": p_holm,
        "minimum_kept": row.minimum_kept,
        "weighted": now.weighted,
        "reason": now.reason,
        "proposal": None
        if proposal is None
        else {
            "action": proposal.action.value,
            "new_value": None if proposal.new_value is None else 100 * proposal.new_value,
            "chance_to_miss": None
            if proposal.chance_to_miss is None
            else 100 * proposal.chance_to_miss,
            "answers_needed": proposal.answers_needed,
        },
        "words": {
            language: [] if proposal is None else [proposal_words(proposal, language)]
            for language in LANGUAGES
        },
    }


def _decimals(row: KeptStandard, scale: float) -> int:
    """As for any share or index, from the width of the bounds (method, 3.6).

    With more of them where the value would read like a promise that it misses or passes.
    """
    check, promised = row.measured.check, row.standard.promised
    ends, n, decimals = check.bounds, row.measured.n, 0
    if ends is not None and not (scale > 1 and n < 100):
        decimals = index_decimals(scale * (ends.upper - ends.lower) / (2 * 1.644854))
    value = promised if check.observed is None else scale * check.observed
    while decimals < _MOST_DECIMALS and _reads_like(value, promised, decimals):
        decimals += 1
    return decimals


def _reads_like(value: float, promised: float, decimals: int) -> bool:
    apart = abs(value - promised) > 1e-9
    return apart and round(value, decimals) == round(promised, decimals)
