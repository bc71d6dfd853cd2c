"""Where a change is: which questions moved, in the services whose verdict calls for a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.gate import excluded_items
from analysis.intervals import Interval, newcombe
from analysis.parts.naming import listed, quoted
from analysis.publication import share_decimals
from analysis.ranks import RankComparison, brunner_munzel, holm
from analysis.tally import FIRST_CODE
from analysis.wave import Wave
from analysis.words import LANGUAGES, Verdict

Json = dict[str, Any]
Counts = NDArray[np.int64]
_LOOKED_INTO = (Verdict.WORSE, Verdict.BETTER, Verdict.SIGNAL)
_NAMED = 3

_TEXTS: Mapping[str, tuple[str, str]] = {
    "down": ("Sono peggiorate: {names}.", "Lower than last time: {names}."),
    "down_one": ("È peggiorata la domanda {names}.", "Lower than last time: {names}."),
    "up": ("Sono migliorate: {names}.", "Higher than last time: {names}."),
    "up_one": ("È migliorata la domanda {names}.", "Higher than last time: {names}."),
    "none": (
        "Nessuna domanda, presa da sola, si è mossa più di quanto possa fare il caso.",
        "No question taken alone moved more than chance can do.",
    ),
    "family_one": (
        "Confronto con la sola rilevazione precedente, su una domanda, senza correzione per "
        "modalità e profilo.",
        "Compared with the survey before alone, over one question, without correction for mode and "
        "profile.",
    ),
    "family": (
        "Confronto con la sola rilevazione precedente, su {n} domande, senza correzione per "
        "modalità e profilo.",
        "Compared with the survey before alone, over {n} questions, without correction for mode "
        "and profile.",
    ),
}


@dataclass(frozen=True, slots=True)
class ShareShift:
    """Share of satisfied answers, in percent, before and after; the difference in points."""

    before: float
    after: float
    difference: float
    lower: float
    upper: float
    decimals: int


@dataclass(frozen=True, slots=True)
class ItemShift:
    """One question, this wave against the one before.

    Attributes
    ----------
    question : RatedQuestion
        As asked in this wave.
    n : tuple of int
        Valid answers before and now; 30 at least.
    ranks : RankComparison
        P(before < now) + P(equal)/2, and the test of one half.
    p_adjusted : float or None
        After Holm over the questions of the service; None where nothing varies.
    satisfied : ShareShift or None
        None where the scale declares no satisfied answers.
    moved : int
        1 up, -1 down, 0 where the adjusted p is not below alpha.
    """

    question: RatedQuestion
    n: tuple[int, int]
    ranks: RankComparison
    p_adjusted: float | None
    satisfied: ShareShift | None
    moved: int


@dataclass(frozen=True, slots=True)
class Where:
    """Questions behind a change.

    Attributes
    ----------
    before : str or None
        Label of the wave compared with.
    items : tuple of ItemShift
        In the order of the form.
    tests : int
        Questions in the family.
    reason : str or None
        Why nothing was looked into: ``no_previous_wave``, ``not_comparable``,
        ``no_verdict_to_explain`` or ``too_few_answers``.
    """

    before: str | None
    items: tuple[ItemShift, ...]
    tests: int
    reason: str | None = None


def where_of(context: ServiceContext) -> Where:
    r"""Compare the questions of a coloured or signalled service with the wave before.

    Parameters
    ----------
    context : ServiceContext
        Its wave, the last of the earlier ones, the verdict and the parameters.

    Returns
    -------
    Where
        Empty with a reason where the verdict does not ask for it.

    Notes
    -----
    Brunner-Munzel, two-sided, from the 2 x K table of each item that both waves asked alike and
    that 30 answered in each; Holm within the service; effect
    :math:`\theta = P(X_b < X_a) + P(X_b = X_a)/2`, Cliff's :math:`\delta = 2\theta - 1`. The share
    of satisfied answers has Newcombe's interval (method, 6.3).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> waves = example_wave("2025"), example_wave("2026", seed=2, shift=-0.5)
    >>> year = body_years([ServiceHistory("urp", "URP", waves)])[-1]
    >>> one = year.services[0]
    >>> context = ServiceContext(
    ...     "urp", one.wave, waves[:1], one.index, one.publication,
    ...     one.change, year.noise, year.parameters,
    ... )
    >>> items = where_of(context).items
    >>> [(item.question.key, item.moved, round(item.ranks.superiority, 3)) for item in items]
    [('waiting', -1, 0.381), ('courtesy', -1, 0.339), ('clarity', -1, 0.387), ('rooms', -1, 0.395)]
    """
    change, earlier = context.change, context.earlier
    previous = earlier[-1] if earlier else None
    if previous is None:
        return Where(None, (), 0, "no_previous_wave")
    if change is None or change.verdict is Verdict.NOT_COMPARABLE:
        return Where(previous.label, (), 0, "not_comparable")
    if change.verdict not in _LOOKED_INTO:
        return Where(previous.label, (), 0, "no_verdict_to_explain")
    shifts = [
        shift
        for question in _asked_alike(previous, context.wave)
        if (shift := _shift(context, previous, question)) is not None
    ]
    if not shifts:
        return Where(previous.label, (), 0, "too_few_answers")
    known = [shift.ranks.p for shift in shifts if shift.ranks.p is not None]
    adjusted = iter(holm(np.array(known, dtype=np.float64)).tolist())
    alpha = context.parameters.alpha
    items = tuple(
        shift if shift.ranks.p is None else _adjusted(shift, next(adjusted), alpha)
        for shift in shifts
    )
    return Where(previous.label, items, len(known))


def _asked_alike(previous: Wave, wave: Wave) -> list[RatedQuestion]:
    before = {one.identity for one in previous.questionnaire.rated}
    out = excluded_items(previous)
    return [
        one
        for one in wave.questionnaire.rated
        if one.role == "item" and one.identity in before and one.key not in out
    ]


def _shift(context: ServiceContext, previous: Wave, question: RatedQuestion) -> ItemShift | None:
    """Compare one question, or nothing where fewer than 30 answered it in either wave."""
    tables = _counts(previous, question.key), _counts(context.wave, question.key)
    n = int(tables[0].sum()), int(tables[1].sum())
    if min(n) < context.parameters.full_minimum:
        return None
    codes = sorted(question.scale.codes, reverse=not question.higher_is_better)
    ranks = brunner_munzel(
        tables[0][codes], tables[1][codes], confidence=context.parameters.confidence
    )
    satisfied = _satisfied(question, tables, n, confidence=context.parameters.confidence)
    return ItemShift(question, n, ranks, None, satisfied, 0)


def _counts(wave: Wave, key: str) -> Counts:
    counts: Counts = wave.tally.total_counts[wave.questionnaire.position(key)]
    return counts[FIRST_CODE:]


def _satisfied(
    question: RatedQuestion,
    tables: tuple[Counts, Counts],
    n: tuple[int, int],
    *,
    confidence: float,
) -> ShareShift | None:
    codes = sorted(question.satisfied)
    if not codes:
        return None
    before, after = (int(table[codes].sum()) for table in tables)
    ends: Interval = newcombe((after, n[1]), (before, n[0]), confidence=confidence).times(100)
    shares = 100 * before / n[0], 100 * after / n[1]
    se = (ends.upper - ends.lower) / (2 * 1.959964)
    return ShareShift(
        *shares, shares[1] - shares[0], ends.lower, ends.upper, share_decimals(se, min(n))
    )


def _adjusted(shift: ItemShift, p: float, alpha: float) -> ItemShift:
    up = shift.ranks.superiority > 0.5
    moved = (1 if up else -1) if p < alpha else 0
    return ItemShift(shift.question, shift.n, shift.ranks, p, shift.satisfied, moved)


def where_json(found: Where) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : Where
        The part.

    Returns
    -------
    dict
        Shares and their differences in percent and points; None where nothing varies.

    Examples
    --------
    >>> where_json(Where("2025", (), 0, "no_verdict_to_explain"))["words"]
    {'it': [], 'en': []}
    """
    return {
        "before": found.before,
        "tests": found.tests,
        "items": [_item_json(one) for one in found.items],
        "reason": found.reason,
        "words": {language: list(where_words(found, language)) for language in LANGUAGES},
    }


def _item_json(one: ItemShift) -> Json:
    ranks, satisfied = one.ranks, one.satisfied

    def cliff(theta: float | None) -> float | None:
        return None if theta is None else 2 * theta - 1

    return {
        "key": one.question.key,
        "n": list(one.n),
        "superiority": ranks.superiority,
        "lower": ranks.lower,
        "upper": ranks.upper,
        "cliff": cliff(ranks.superiority),
        "cliff_lower": cliff(ranks.lower),
        "cliff_upper": cliff(ranks.upper),
        "p": ranks.p,
        "p_adjusted": one.p_adjusted,
        "exact": ranks.exact,
        "moved": {1: "up", -1: "down", 0: None}[one.moved],
        "reason": "no_variance" if ranks.p is None else None,
        "satisfied": None
        if satisfied is None
        else {
            "before": satisfied.before,
            "after": satisfied.after,
            "difference": satisfied.difference,
            "lower": satisfied.lower,
            "upper": satisfied.upper,
            "decimals": satisfied.decimals,
        },
    }


def where_words(found: Where, language: str) -> tuple[str, ...]:
    """Name the questions that moved, at most three each way, those with the least p first.

    Parameters
    ----------
    found : Where
        The part.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where nothing was looked into.

    Examples
    --------
    >>> where_words(Where("2025", (), 0, "no_verdict_to_explain"), "it")
    ()
    """
    if found.reason is not None:
        return ()
    place = LANGUAGES.index(language)
    moved = sorted((one for one in found.items if one.moved), key=lambda one: one.p_adjusted or 0.0)
    sentences = []
    for way, sign in (("down", -1), ("up", 1)):
        names = [quoted(one.question, language) for one in moved if one.moved == sign]
        if names:
            text = _TEXTS[way if len(names) > 1 else f"{way}_one"][place]
            rest = max(0, len(names) - _NAMED)
            sentences.append(text.format(names=listed(names[:_NAMED], language, others=rest)))
    sentences = sentences or [_TEXTS["none"][place]]
    family = _TEXTS["family_one" if found.tests == 1 else "family"][place]
    return (*sentences, family.format(n=found.tests))
