"""The index weighted by what users find important, and how much of its change is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.figures import from_to, number
from analysis.importance import ChangeSplit, WeightedIndex, split_change
from analysis.importance_sums import SplitErrors, split_errors, weighted_index_from_sums
from analysis.intervals import student_quantile
from analysis.moments import Moments, index_weights, total_moments
from analysis.parameters import Parameters
from analysis.publication import Publication, index_decimals, publication_class
from analysis.wave import Wave
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
_SEEN = 0.05  # less is written as 0.0 points


@dataclass(frozen=True, slots=True)
class Split:
    """Change of the weighted index against the wave before, in its two parts.

    Attributes
    ----------
    base_wave : str
        Label of the wave before.
    n : tuple of int
        Fewest answers to any of the questions, before and now.
    parts : ChangeSplit
        Performance and preferences add up to the total.
    errors : SplitErrors
        Standard errors of the three, in points.
    quantile : float
        Student's, for their intervals.
    """

    base_wave: str
    n: tuple[int, int]
    parts: ChangeSplit
    errors: SplitErrors
    quantile: float


@dataclass(frozen=True, slots=True)
class Importance:
    """Importance-weighted index of one wave.

    Attributes
    ----------
    items : tuple of RatedQuestion
        Items of the index, in the order of the questionnaire.
    n : int
        Fewest valid answers to any item or importance question: it decides what is published.
    answers : tuple of (int, int)
        Valid answers to each item and to its importance question.
    found : WeightedIndex or None
        None with a `reason`.
    split : Split or None
        None with a `split_reason`.
    reason : str or None
        ``importance_not_asked``, ``importance_of_some_items`` (an index weighted over fewer items
        would be another index), ``no_pair_sums``, ``below_minimum`` or ``no_importance``.
    split_reason : str or None
        ``no_previous_wave``, ``series_break``, ``asked_differently``, ``below_minimum``, or the
        `reason` of either wave.
    """

    items: tuple[RatedQuestion, ...] = ()
    n: int = 0
    answers: tuple[tuple[int, int], ...] = ()
    found: WeightedIndex | None = None
    split: Split | None = None
    reason: str | None = None
    split_reason: str | None = None


def importance_of(context: ServiceContext) -> Importance:
    r"""Weight the index by stated importance, and split its change.

    Parameters
    ----------
    context : ServiceContext
        The wave under report and the one before it.

    Returns
    -------
    Importance

    Notes
    -----
    :math:`csi = \sum_j I_j m_j / \sum_j I_j` over the items of the index, shown only where it
    differs from the plain index by more than the standard error of the difference; the change
    since the wave before is split exactly where both asked the same items and importances
    (method, 2.4). The correction n/(n-1) of the standard errors takes the respondents of the
    index for n.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import DEFAULT, publication_class
    >>> from analysis.wave_noise import NO_NOISE
    >>> wave, before = example_wave("2026", seed=2), example_wave("2025")
    >>> context = ServiceContext("urp", wave, (before,), index_result(wave),
    ...                          publication_class(wave.respondents), None, NO_NOISE, DEFAULT)
    >>> importance_of(context).reason
    'importance_not_asked'
    """
    wave, items = context.wave, context.index.items
    stated = _importances(wave, items)
    now, sums = _weighted(wave, items, stated, context.parameters)
    if now.found is None or sums is None:
        return replace(now, split_reason=now.reason)
    before = context.earlier[-1] if context.earlier else None
    reason = _apart(wave, before, [*items, *stated])
    if reason is not None or before is None:
        return replace(now, split_reason=reason)
    then, earlier = _weighted(before, items, _importances(before, items), context.parameters)
    if then.found is None or earlier is None:
        return replace(now, split_reason=then.reason)
    first, last = then.found, now.found
    split = Split(
        before.label,
        (then.n, now.n),
        split_change((first.performance, first.importance), (last.performance, last.importance)),
        split_errors((earlier, before.respondents), (sums, wave.respondents)),
        student_quantile(before.respondents + wave.respondents - 2, context.parameters.confidence),
    )
    return replace(now, split=split)


def _weighted(
    wave: Wave,
    items: Sequence[RatedQuestion],
    stated: Sequence[RatedQuestion],
    parameters: Parameters,
) -> tuple[Importance, Moments | None]:
    """Weight the index of one wave; with the pair sums of what was asked, where it is weighted."""
    if not stated:
        return Importance(reason="importance_not_asked"), None
    if len(stated) < len(items):
        return Importance(reason="importance_of_some_items"), None
    if not wave.tally.paired:
        return Importance(reason="no_pair_sums"), None
    sums = total_moments(wave.questionnaire, wave.tally, [*items, *stated])
    counts = [int(count) for count in sums.answers.tolist()]
    n, J = min(counts), len(items)
    answers = tuple(zip(counts[:J], counts[J:], strict=True))
    if publication_class(n, parameters=parameters) is Publication.NOT_PUBLISHED:
        return Importance(tuple(items), n, reason="below_minimum"), None
    found = weighted_index_from_sums(
        sums, index_weights(items), wave.respondents, confidence=parameters.confidence
    )
    if found.csi.value is None:
        return Importance(tuple(items), n, answers, reason=found.csi.reason), None
    return Importance(tuple(items), n, answers, found), sums


def _importances(wave: Wave, items: Sequence[RatedQuestion]) -> list[RatedQuestion]:
    found = (wave.questionnaire.asked_about(item.key, "importance") for item in items)
    return [question for question in found if question is not None]


def _apart(wave: Wave, before: Wave | None, asked: Sequence[RatedQuestion]) -> str | None:
    """Why the change since the wave before cannot be split."""
    if before is None:
        return "no_previous_wave"
    if wave.series_break is not None:
        return "series_break"
    items = {one.key for one in asked if one.role == "item"}
    then = [one for one in before.questionnaire.index_items if one.key in items]
    alike = [*then, *_importances(before, then)]
    same = [one.identity for one in asked] == [one.identity for one in alike]
    return None if same else "asked_differently"


_WORDS: Mapping[str, tuple[str, str]] = {
    "shown": (
        "Dando a ogni domanda il peso che le danno gli utenti, l'indice è {csi} (intervallo "
        "{ends}), {size} rispetto a quello in cui tutte le dimensioni pesano allo stesso modo.",
        "With the weight that users give to each question the index is {csi} (interval {ends}), "
        "{size} against the one in which all dimensions weigh the same.",
    ),
    "alike": (
        "Il peso che gli utenti danno alle domande non cambia l'indice più del suo errore.",
        "The weight that users give to the questions does not change the index by more than its "
        "error.",
    ),
    "ends": ("intervallo da {low} a {high}", "interval from {low} to {high}"),
    "hardly": (
        "Il peso che gli utenti danno alle domande sposta l'indice di meno di 0,1 punti.",
        "The weight that users give to the questions moves the index by less than 0.1 points.",
    ),
    "split": (
        "Rispetto al {wave} l'indice pesato varia di {total} ({ends}): {performance} per i giudizi "
        "sulle domande, {preferences} per l'importanza che gli utenti danno loro.",
        "Since {wave} the weighted index varies by {total} ({ends}): {performance} in the "
        "judgements on the questions, {preferences} in the importance that users give them.",
    ),
}


def importance_words(found: Importance, language: str) -> tuple[str, ...]:
    """Say whether importance changes the index, and what its change is made of.

    Parameters
    ----------
    found : Importance
        As `importance_of` gives it.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where importance was not asked of all items.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.importance import weighted_index
    >>> marks = np.tile([[1.0, 0.5], [0.75, 0.25], [1.0, 0.75]], (20, 1))
    >>> weights = np.tile([[1.0, 0.5], [1.0, 0.5], [0.75, 0.5]], (20, 1))
    >>> index = weighted_index(marks, weights, np.array([0.5, 0.5]))
    >>> print(*importance_words(Importance(n=60, found=index), "en"))
    With the weight that users give to each question the index is 77 (interval from 73 to 80),
    +6.1 points against the one in which all dimensions weigh the same.
    """
    place, index = LANGUAGES.index(language), found.found
    if index is None or index.csi.value is None or index.csi.interval is None:
        return ()
    decimals = index_decimals(index.csi.se or 0.0)
    ends = index.csi.interval
    said = [_WORDS["alike"][place]]
    if index.shown and index.difference is not None and abs(index.difference) < _SEEN:
        said = [_WORDS["hardly"][place]]
    elif index.shown and index.difference is not None:
        said = [_WORDS["shown"][place].format(
            csi=number(index.csi.value, decimals=decimals, language=language),
            ends=from_to(ends.lower, ends.upper, decimals=decimals, language=language),
            size=points(index.difference, language, decimals=1),
        )]  # fmt: skip
    if found.split is not None:
        parts, half = found.split.parts, found.split.quantile * found.split.errors.total
        low, high = (number(end, decimals=1, language=language, signed=True)
                     for end in (parts.total - half, parts.total + half))  # fmt: skip
        said.append(_WORDS["split"][place].format(
            wave=found.split.base_wave,
            total=points(parts.total, language, decimals=1),
            ends=_WORDS["ends"][place].format(low=low, high=high),
            performance=number(parts.performance, decimals=1, language=language, signed=True),
            preferences=number(parts.preferences, decimals=1, language=language, signed=True),
        ))  # fmt: skip
    return tuple(said)


def importance_json(found: Importance) -> Json:
    """Turn the weighted index into its block of the results document.

    Parameters
    ----------
    found : Importance
        As `importance_of` gives it.

    Returns
    -------
    dict
        Plain JSON, in points of 0-100; None with a `reason` or `change_reason`.

    Examples
    --------
    >>> block = importance_json(Importance(reason="importance_not_asked"))
    >>> block["value"], block["reason"], block["words"]["en"]
    (None, 'importance_not_asked', [])
    """
    index = found.found
    csi = None if index is None else index.csi
    ends = None if csi is None else csi.interval
    se = None if csi is None else csi.se
    return {
        "value": None if csi is None else csi.value,
        "se": se,
        "lower": None if ends is None else ends.lower,
        "upper": None if ends is None else ends.upper,
        "n": found.n,
        "decimals": index_decimals(se) if se is not None else 0,
        "reason": found.reason,
        "difference": None if index is None else index.difference,
        "difference_se": None if index is None else index.difference_se,
        "shown": index is not None and index.shown,
        "items": [] if index is None else _items_json(found, index),
        "change": None if found.split is None else _split_json(found),
        "change_reason": found.split_reason,
        "words": {language: list(importance_words(found, language)) for language in LANGUAGES},
    }


def _items_json(found: Importance, index: WeightedIndex) -> list[Json]:
    columns = (found.items, found.answers, index.performance, index.importance)
    return [
        {
            "key": item.key,
            "performance": performance, "performance_n": answers[0],
            "importance": importance, "importance_n": answers[1],
        }
        for item, answers, performance, importance in zip(*columns, strict=True)
    ]  # fmt: skip


def _split_json(found: Importance) -> Json | None:
    split = found.split
    if split is None:
        return None
    half = split.quantile
    return {
        "base_wave": split.base_wave,
        "n": list(split.n),
        **{
            name: {
                "value": value, "se": se, "lower": value - half * se, "upper": value + half * se,
            }
            for name, value, se in (
                ("total", split.parts.total, split.errors.total),
                ("performance", split.parts.performance, split.errors.performance),
                ("preferences", split.parts.preferences, split.errors.preferences),
            )
        },
        "decimals": 1,
        "items": [
            {"key": item.key, "performance": one, "preferences": two}
            for item, (one, two) in zip(found.items, split.parts.by_item, strict=True)
        ],
    }  # fmt: skip
