"""Two indices with questions of their own, beside the satisfaction index: never in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.context import ServiceContext
from analysis.figures import from_to, number
from analysis.importance import SecondaryIndex, recommendation
from analysis.intervals import quasi_wilson_t
from analysis.moments import linear_index, total_moments
from analysis.parameters import Parameters
from analysis.publication import Publication, index_decimals, publication_class
from analysis.tally import FIRST_CODE
from analysis.wave import Wave
from analysis.words import LANGUAGES

Json = dict[str, Any]
#: «Metodo ACSI semplificato»: the index of that name has weights of its own, which are not public.
THREE_LABEL = (
    "indice a tre domande (metodo ACSI semplificato)",
    "three-question index (simplified ACSI method)",
)
RECOMMEND_LABEL = (
    "saldo di chi consiglierebbe il servizio",
    "balance of those who would recommend the service",
)
_THREE_ROLES = ("overall", "confirmation", "ideal")
_ONE_TO_TEN = tuple(range(1, 11))
_ZERO_TO_TEN = tuple(range(11))


@dataclass(frozen=True, slots=True)
class Special:
    """Indices of declared questions.

    Attributes
    ----------
    three : SecondaryIndex
        Reason ``not_asked``, ``not_on_one_to_ten``, ``no_pair_sums`` or ``below_minimum``.
    recommend : SecondaryIndex
        On -100..100; reason ``not_asked``, ``not_on_zero_to_ten``, ``below_minimum`` or
        ``no_variance``.
    """

    three: SecondaryIndex
    recommend: SecondaryIndex


def special_of(context: ServiceContext) -> Special:
    r"""Compute the indices whose questions the questionnaire declares.

    Parameters
    ----------
    context : ServiceContext
        Only its wave and parameters are used.

    Returns
    -------
    Special

    Notes
    -----
    Three questions on 1-10: :math:`100 \sum_k (m_k - 1)/27` (method, 2.5), quasi-Wilson-t interval
    with the fewest answers to any of them for n. Recommendation on 0-10, only where a question has
    that role: :math:`100(p_{9-10} - p_{0-6})` (method, 2.6).

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
    >>> special_of(context).recommend.reason
    'not_asked'
    """
    return Special(
        _three(context.wave, context.parameters), _recommend(context.wave, context.parameters)
    )


def _three(wave: Wave, parameters: Parameters) -> SecondaryIndex:
    found = [wave.questionnaire.with_role(role) for role in _THREE_ROLES]
    asked = [question for question in found if question is not None]
    if len(asked) < len(_THREE_ROLES):
        return _nothing(0, "not_asked")
    if any(tuple(sorted(question.scale.codes)) != _ONE_TO_TEN for question in asked):
        return _nothing(0, "not_on_one_to_ten")
    if not wave.tally.paired:
        return _nothing(0, "no_pair_sums")
    sums = total_moments(wave.questionnaire, wave.tally, asked)
    n = int(sums.answers.min())
    if publication_class(n, parameters=parameters) is Publication.NOT_PUBLISHED:
        return _nothing(n, "below_minimum")
    theta, se = linear_index(sums, np.full(3, 1 / 3), n)
    if se is None:
        return _nothing(n, "one_respondent")
    ends = quasi_wilson_t(theta, se, n - 1, n=n, simple=False, confidence=parameters.confidence)
    return SecondaryIndex(100 * theta, 100 * se, ends.times(100), n)


def _recommend(wave: Wave, parameters: Parameters) -> SecondaryIndex:
    asked = wave.questionnaire.with_role("recommend")
    if asked is None:
        return _nothing(0, "not_asked")
    if tuple(sorted(asked.scale.codes)) != _ZERO_TO_TEN or not asked.higher_is_better:
        return _nothing(0, "not_on_zero_to_ten")
    place = wave.questionnaire.position(asked.key)
    counts = wave.tally.total_counts[place, FIRST_CODE : FIRST_CODE + 11]
    n = int(counts.sum())
    if publication_class(n, parameters=parameters) is Publication.NOT_PUBLISHED:
        return _nothing(n, "below_minimum")
    return recommendation(counts, confidence=parameters.confidence)


def _nothing(n: int, reason: str) -> SecondaryIndex:
    return SecondaryIndex(None, None, None, n, reason)


_WORDS: Mapping[str, tuple[str, str]] = {
    "three": (
        "Indice a tre domande (metodo ACSI semplificato): {value} (intervallo {ends}), su {n} "
        "risposte.",
        "Three-question index (simplified ACSI method): {value} (interval {ends}), over {n} "
        "answers.",
    ),
    "recommend": (
        "Chi consiglierebbe il servizio meno chi non lo consiglierebbe: {value} punti (intervallo "
        "{ends}), su {n} risposte. Dove non c'è un altro servizio tra cui scegliere la domanda "
        "dice poco.",
        "Those who would recommend the service less those who would not: {value} points (interval "
        "{ends}), over {n} answers. Where there is no other service to choose the question says "
        "little.",
    ),
}


def special_words(found: Special, language: str) -> tuple[str, ...]:
    """Say the value of each index that there is.

    Parameters
    ----------
    found : Special
        From `special_of`.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    tuple of str
        Empty where the questionnaire declares none.

    Raises
    ------
    ValueError
        If the language has no words.

    Examples
    --------
    >>> from analysis.intervals import Interval
    >>> three = SecondaryIndex(72.04, 1.2, Interval(69.6, 74.3), 210)
    >>> found = Special(three, SecondaryIndex(None, None, None, 0, "not_asked"))
    >>> special_words(found, "en")
    ('Three-question index (simplified ACSI method): 72 (interval from 70 to 74), over 210
    answers.',)
    """
    place = LANGUAGES.index(language)
    said = []
    for name, one in (("three", found.three), ("recommend", found.recommend)):
        if one.value is None or one.interval is None:
            continue
        decimals = index_decimals(one.se or 0.0)
        signed = name == "recommend"
        ends = from_to(one.interval.lower, one.interval.upper, decimals=decimals, language=language)
        said.append(_WORDS[name][place].format(
            value=number(one.value, decimals=decimals, language=language, signed=signed),
            ends=ends, n=number(one.n, language=language),
        ))  # fmt: skip
    return tuple(said)


def special_json(found: Special) -> Json:
    """Turn the indices into their block of the results document.

    Parameters
    ----------
    found : Special
        From `special_of`.

    Returns
    -------
    dict
        Unrounded, with the decimals to show; None where an index has a reason not to be there.

    Examples
    --------
    >>> from analysis.intervals import Interval
    >>> three = SecondaryIndex(72.04, 1.2, Interval(69.6, 74.3), 210)
    >>> found = Special(three, SecondaryIndex(None, None, None, 0, "not_asked"))
    >>> told = special_json(found)
    >>> told["three_questions"]["value"], told["recommendation"]["reason"]
    (72.04, 'not_asked')
    """
    return {
        "three_questions": _index_json(found.three, THREE_LABEL),
        "recommendation": _index_json(found.recommend, RECOMMEND_LABEL),
        "words": {language: list(special_words(found, language)) for language in LANGUAGES},
    }


def _index_json(one: SecondaryIndex, label: tuple[str, str]) -> Json:
    ends = one.interval
    return {
        "label": dict(zip(LANGUAGES, label, strict=True)),
        "value": one.value,
        "se": one.se,
        "lower": None if ends is None else ends.lower,
        "upper": None if ends is None else ends.upper,
        "n": one.n,
        "decimals": 0 if one.se is None else index_decimals(one.se),
        "reason": one.reason,
    }
