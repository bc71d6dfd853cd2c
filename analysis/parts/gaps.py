"""How far the service is from what users expect of it or find important: diagnostic only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.apart import exact_gap
from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.importance import Gap
from analysis.importance_sums import gaps_from_groups, paired_sums, servqual_from_groups
from analysis.moments import index_weights
from analysis.parameters import Parameters
from analysis.parts.naming import listed, quoted
from analysis.publication import Publication, index_decimals, publication_class
from analysis.ranks import holm
from analysis.wave import Wave
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
Pair = tuple[RatedQuestion, RatedQuestion]
Float = NDArray[np.float64]
_KINDS = ("expectation", "importance")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ItemGap:
    """Gap of one item.

    Attributes
    ----------
    item, against : RatedQuestion
        The judgement, and the expectation or importance it is held against.
    gap : Gap or None
        On 0-1, judgement minus the other; None with a `reason`.
    n : int
        Respondents with both answers.
    publication : Publication
        No test below `full`.
    p : float or None
        After Holm over the gaps of one kind.
    reason : str or None
        ``other_scale``, ``below_minimum``, or the reason of the gap.
    """

    item: RatedQuestion
    against: RatedQuestion
    gap: Gap | None
    n: int
    publication: Publication
    p: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps of all items that have an expectation or an importance question.

    Attributes
    ----------
    gaps : tuple of ItemGap
        Against expectations first, each in the order of the questionnaire.
    servqual : Gap or None
        Mean of the dimensions' mean gaps against expectations, on 0-1; None with a reason.
    weighted : Gap or None
        The same weighted by the points of the dimensions, where the questionnaire declares them.
    reason : str or None
        ``not_asked`` or ``no_pair_sums``.
    servqual_reason : str or None
        ``expectation_not_asked_of_all_items``, ``fewer_than_two_dimensions`` or ``gap_missing``.
    """

    gaps: tuple[ItemGap, ...] = ()
    servqual: Gap | None = None
    weighted: Gap | None = None
    reason: str | None = None
    servqual_reason: str | None = None


def gaps_of(context: ServiceContext) -> Gaps:
    r"""Hold each judgement against the expectation or the importance of the same respondents.

    Parameters
    ----------
    context : ServiceContext
        Only its wave, index and parameters are used.

    Returns
    -------
    Gaps

    Notes
    -----
    :math:`\bar d = (A_{jk} - A_{kj})/N_{jk}` over the pairs with the paired t, exact; where forms
    share clusters the error is that of the delete-a-group jackknife, as it is for the figures of
    the whole (method, 2.7 and section 4). Only questions on one scale make a gap. The SERVQUAL
    figure is the mean over dimensions of their mean gaps (Parasuraman, Zeithaml & Berry 1988),
    where every item of the index has its expectation.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import DEFAULT, Publication
    >>> from analysis.wave_noise import NO_NOISE
    >>> wave = example_wave("2026", seed=2)
    >>> context = ServiceContext(
    ...     key="urp", wave=wave, earlier=(), index=index_result(wave), change=None,
    ...     publication=Publication.FULL, noise=NO_NOISE, parameters=DEFAULT)
    >>> gaps_of(context).reason
    'not_asked'
    """
    wave = context.wave
    pairs = [
        (item, against)
        for kind in _KINDS
        for item in wave.questionnaire.rated
        if item.role == "item"
        and (against := wave.questionnaire.asked_about(item.key, kind)) is not None
    ]
    if not pairs:
        return Gaps(reason="not_asked", servqual_reason="not_asked")
    if not wave.tally.paired:
        return Gaps(reason="no_pair_sums", servqual_reason="no_pair_sums")
    groups = paired_sums(wave.questionnaire, wave.tally, pairs)
    gaps = _tested([
        _item_gap(pair, _exact(wave, pair, context.parameters) or gap, context.parameters)
        for pair, gap in zip(pairs, gaps_from_groups(groups), strict=True)
    ])  # fmt: skip
    items, shares = context.index.items, wave.questionnaire.points
    known = {one.item.key: k for k, one in enumerate(gaps) if one.against.role == "expectation"}
    reason = _no_servqual(items, {key: gaps[k] for key, k in known.items()})
    if reason is not None:
        return Gaps(gaps, servqual_reason=reason)
    chosen = groups.of([known[item.key] for item in items])
    weighted = None
    if set(shares) == {item.dimension for item in items}:
        weighted = servqual_from_groups(chosen, _point_weights(items, shares))
    plain = servqual_from_groups(chosen, index_weights(items))
    return Gaps(gaps, plain, weighted)


def _no_servqual(items: Sequence[RatedQuestion], known: Mapping[str, ItemGap]) -> str | None:
    """Why the gaps make no figure of the whole."""
    if not items or any(item.key not in known for item in items):
        return "expectation_not_asked_of_all_items"
    if len({item.dimension for item in items}) < 2:
        return "fewer_than_two_dimensions"
    return "gap_missing" if any(known[item.key].gap is None for item in items) else None


def _point_weights(items: Sequence[RatedQuestion], shares: Mapping[str, int]) -> Float:
    """Points of each dimension, shared out among its items."""
    sizes = Counter(item.dimension for item in items)
    return np.array([shares[item.dimension or ""] / 100 / sizes[item.dimension] for item in items])


def same_scale(one: RatedQuestion, two: RatedQuestion) -> bool:
    """Tell whether two questions have the same steps in the same direction.

    Parameters
    ----------
    one, two : RatedQuestion
        In any order.

    Returns
    -------
    bool
        Codes as printed and direction are the same; the names of the scales may differ.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> waiting, courtesy = example_questionnaire().rated[:2]
    >>> same_scale(waiting, courtesy)
    True
    """
    return one.scale.codes == two.scale.codes and one.scale.positive == two.scale.positive


def _exact(wave: Wave, pair: Pair, parameters: Parameters) -> Gap | None:
    if not same_scale(*pair):
        return None
    return exact_gap(wave.questionnaire, wave.tally, pair, confidence=parameters.confidence)


def _item_gap(pair: Pair, gap: Gap, parameters: Parameters) -> ItemGap:
    item, against = pair
    shown = publication_class(gap.n, parameters=parameters)
    if not same_scale(item, against):
        return ItemGap(item, against, None, gap.n, shown, reason="other_scale")
    if shown is Publication.NOT_PUBLISHED:
        return ItemGap(item, against, None, gap.n, shown, reason="below_minimum")
    return ItemGap(item, against, gap, gap.n, shown, reason=gap.reason)


def _tested(gaps: Sequence[ItemGap]) -> tuple[ItemGap, ...]:
    """Adjust the p-values of each kind for their number; none where few answered."""
    found = list(gaps)
    for kind in _KINDS:
        family = {
            k: one.gap.p
            for k, one in enumerate(found)
            if one.against.role == kind and one.publication is Publication.FULL
            if one.gap is not None and one.gap.p is not None
        }
        if not family:
            continue
        adjusted = holm(np.array(list(family.values()), dtype=np.float64))
        for k, p in zip(family, adjusted.tolist(), strict=True):
            found[k] = replace(found[k], p=p)
    return tuple(found)


_WORDS: Mapping[str, tuple[str, str]] = {
    "expectation": (
        "Giudizi sotto le aspettative degli stessi utenti: {names}.",
        "Judgements below the expectations of the same users: {names}.",
    ),
    "importance": (
        "Giudizi sotto l'importanza data dagli stessi utenti: {names}.",
        "Judgements below the importance given by the same users: {names}.",
    ),
    "expectation_none": (
        "Nessun giudizio risulta sotto le aspettative oltre l'errore di rilevazione.",
        "No judgement is found below expectations by more than the error of the survey.",
    ),
    "importance_none": (
        "Nessun giudizio risulta sotto l'importanza data oltre l'errore di rilevazione.",
        "No judgement is found below the importance given by more than the error of the survey.",
    ),
    "diagnostic": (
        "Gli scarti servono a capire dove guardare: nell'indice entrano solo i giudizi.",
        "Gaps tell where to look: only judgements enter the index.",
    ),
}


def gaps_words(found: Gaps, language: str) -> tuple[str, ...]:
    """Name up to three questions of each kind that lie below, the widest gap first.

    Parameters
    ----------
    found : Gaps
        From `gaps_of`.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    tuple of str
        Empty where no gap could be tested.

    Raises
    ------
    ValueError
        If the language has no words.

    Notes
    -----
    A judgement lies below where its gap is negative with p < .05 after Holm.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> from analysis.intervals import Interval
    >>> item, other = example_questionnaire().rated[:2]
    >>> gap = Gap(-0.12, 0.03, Interval(-0.18, -0.06), 0.001, 90)
    >>> against = replace(other, role="expectation")
    >>> found = Gaps((ItemGap(item, against, gap, 90, Publication.FULL, p=0.001),))
    >>> gaps_words(found, "en")[0]
    'Judgements below the expectations of the same users: 1 “waiting” (−12 points).'
    """
    place = LANGUAGES.index(language)
    said = []
    for kind in _KINDS:
        tested = [one for one in found.gaps if one.against.role == kind and one.p is not None]
        if not tested:
            continue
        below = sorted(
            (one.gap.value or 0.0, quoted(one.item, language))
            for one in tested
            if one.gap is not None and (one.gap.value or 0.0) < 0 and (one.p or 0.0) < 0.05
        )
        names = [f"{name} ({points(100 * value, language)})" for value, name in below[:_NAMED]]
        words = listed(names, language, others=max(0, len(below) - _NAMED))
        key = kind if below else f"{kind}_none"
        said.append(_WORDS[key][place].format(names=words))
    return (*said, _WORDS["diagnostic"][place]) if said else ()


def gaps_json(found: Gaps) -> Json:
    """Turn the gaps into their block of the results document, in points of 0-100.

    Parameters
    ----------
    found : Gaps
        From `gaps_of`.

    Returns
    -------
    dict
        Points of 0-100, unrounded, with the decimals to show; None where a figure has a reason not
        to be there, and for the number of pairs of a gap that is not published.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> from analysis.intervals import Interval
    >>> item, other = example_questionnaire().rated[:2]
    >>> gap = Gap(-0.12, 0.03, Interval(-0.18, -0.06), 0.001, 90)
    >>> against = replace(other, role="expectation")
    >>> found = Gaps((ItemGap(item, against, gap, 90, Publication.FULL, p=0.001),))
    >>> told = gaps_json(found)["gaps"][0]
    >>> told["kind"], told["value"], told["n"], told["publication"]
    ('expectation', -12.0, 90, 'full')
    """
    return {
        "reason": found.reason,
        "gaps": [
            {
                "key": one.item.key, "against": one.against.key, "kind": one.against.role,
                **_gap_json(one.gap, _told_pairs(one), one.reason),
                "p": one.p, "publication": one.publication.value,
            }
            for one in found.gaps
        ],
        "servqual": {
            "reason": found.servqual_reason,
            "plain": None if found.servqual is None else _gap_json(found.servqual),
            "weighted": None if found.weighted is None else _gap_json(found.weighted),
        },
        "words": {language: list(gaps_words(found, language)) for language in LANGUAGES},
    }  # fmt: skip


def _told_pairs(one: ItemGap) -> int | None:
    """Respondents of both questions: a crossing, whose handfuls no single question tells."""
    return None if one.n > 0 and one.publication is Publication.NOT_PUBLISHED else one.n


def _gap_json(gap: Gap | None, n: int | None = None, reason: str | None = None) -> Json:
    if gap is None or gap.value is None:
        cells: Json = dict.fromkeys(("value", "se", "lower", "upper"))
        return {**cells, "n": n, "decimals": 0, "reason": reason}
    ends = gap.interval
    return {
        "value": 100 * gap.value,
        "se": None if gap.se is None else 100 * gap.se,
        "lower": None if ends is None else 100 * ends.lower,
        "upper": None if ends is None else 100 * ends.upper,
        "n": gap.n,
        "decimals": 0 if gap.se is None else index_decimals(100 * gap.se),
        "reason": gap.reason,
    }
