"""Do the questions of a dimension, and those of the index, measure together?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.drivers import pairwise_covariance
from analysis.figures import number
from analysis.intervals import Interval, normal_quantile
from analysis.moments import Moments, index_weights, total_moments
from analysis.reliability import Alpha, Omega, band, band_words, cronbach, omega_total
from analysis.words import LANGUAGES

Json = dict[str, Any]
Float = NDArray[np.float64]

_LEAST_ITEMS, _LEAST_ALPHA = 3, 50
_LEAST_ITEMS_OMEGA, _LEAST_OMEGA = 4, 100
_CONSTANT = 1e-12

_TEXTS: Mapping[str, tuple[str, str]] = {
    "whole": (
        "Le domande dell'indice, lette insieme: {band} (alfa di Cronbach {value}, {ends}).",
        "The questions of the index, read together: {band} (Cronbach's alpha {value}, {ends}).",
    ),
    "whole_incoherent": (
        "Le domande dell'indice, lette insieme, sono poco coerenti (alfa di Cronbach {value}, "
        "{ends}): possono misurare cose diverse, da leggere dimensione per dimensione.",
        "The questions of the index, read together, hang together little (Cronbach's alpha "
        "{value}, {ends}): they may measure different things, to be read dimension by dimension.",
    ),
    "incoherent": (
        "Dimensione «{label}», alfa di Cronbach {value}: {band}.",
        "Dimension “{label}”, Cronbach's alpha {value}: {band}.",
    ),
    "negative": (
        "Dimensione «{label}»: le risposte si contraddicono (alfa di Cronbach {value}). "
        "Controllare se una domanda è formulata al contrario.",
        "Dimension “{label}”: the answers contradict one another (Cronbach's alpha {value}). "
        "Check whether a question is worded the other way round.",
    ),
    "overall": (
        "L'indice e la domanda complessiva vanno insieme con correlazione {value} ({ends}), su "
        "{n} questionari.",
        "The index and the overall question go together with correlation {value} ({ends}), over "
        "{n} forms.",
    ),
    "ends": ("intervallo da {lower} a {upper}", "interval from {lower} to {upper}"),
}
#: The band's words speak of a dimension, which the whole index is not.
_WHOLE_INCONSISTENT = ("poco coerenti tra loro", "hanging together little")


@dataclass(frozen=True, slots=True)
class Coherence:
    """Alpha and omega of some items.

    Attributes
    ----------
    key : str or None
        Dimension; None for the items of the whole index.
    label : mapping of language to text, or None
        Its name.
    items : tuple of str
        In the order of the questionnaire.
    n : int
        Fewest forms in which any two of the items are valid; it gives the degrees of freedom.
    alpha : Alpha or None
        None with a `reason`.
    omega : Omega or None
        None with an `omega_reason`.
    reason : str or None
        ``fewer_than_three_items``, ``too_few_answers`` (n < 50), ``no_variance`` or
        ``no_pair_sums`` (a wave of counts).
    omega_reason : str or None
        One of those with 4 items and n >= 100 wanted (``fewer_than_four_items``), or of `Omega`.
    """

    key: str | None
    label: Mapping[str, str] | None
    items: tuple[str, ...]
    n: int
    alpha: Alpha | None
    omega: Omega | None
    reason: str | None = None
    omega_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """Correlation of the index with the overall question.

    Attributes
    ----------
    value : float or None
        None with a `reason`: ``no_overall_question``, ``no_pair_sums``, ``too_few_answers``
        (n < 30) or ``no_variance``.
    interval : Interval or None
        Fisher's.
    n : int
        Fewest forms in which the overall question and an item, or two items, are valid.
    """

    value: float | None
    interval: Interval | None
    n: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Coherences:
    """Every dimension, the whole index, and its correlation with the overall question."""

    dimensions: tuple[Coherence, ...]
    whole: Coherence
    overall: Correlation


def coherence_of(context: ServiceContext) -> Coherences:
    """Compute the coherence of a wave from its pair sums.

    Parameters
    ----------
    context : ServiceContext
        Only its wave, index and parameters are used.

    Returns
    -------
    Coherences
        Over the items in the index, turned so that more is better (method, 5.1 and 2.3).

    Notes
    -----
    Alpha, omega total (`analysis.reliability`) and a correlation, of the pairwise covariances.

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
    >>> found = coherence_of(context)
    >>> round(found.whole.alpha.value, 2), round(found.overall.value, 2), found.whole.n
    (0.78, 0.69, 200)
    """
    wave, items = context.wave, context.index.items
    overall = next((q for q in wave.questionnaire.rated if q.role == "overall"), None)
    asked = (*items, overall) if overall is not None else items
    sums = None
    if wave.tally.paired and items:
        # summed first: turning the items is linear, and cells are many
        sums = total_moments(wave.questionnaire, wave.tally, asked)
    names = wave.questionnaire.dimensions
    order = dict.fromkeys(item.dimension for item in items)
    return Coherences(
        dimensions=tuple(
            _coherence(key, names[key], sums=sums, items=items) for key in order if key is not None
        ),
        whole=_coherence(None, None, sums=sums, items=items),
        overall=_with_overall(
            sums, items, asked=overall is not None, least=context.parameters.full_minimum
        ),
    )


def _coherence(
    key: str | None,
    label: Mapping[str, str] | None,
    *,
    sums: Moments | None,
    items: Sequence[RatedQuestion],
) -> Coherence:
    places = [j for j, item in enumerate(items) if key is None or item.dimension == key]
    names = tuple(items[j].key for j in places)
    n = 0 if sums is None or not places else int(sums.N[places][:, places].min())
    reason = None
    if len(places) < _LEAST_ITEMS:
        reason = "fewer_than_three_items"
    elif sums is None:
        reason = "no_pair_sums"
    elif n < _LEAST_ALPHA:
        reason = "too_few_answers"
    covariance = None if sums is None or reason else pairwise_covariance(sums.of(places))
    if covariance is None:
        return Coherence(key, label, names, n, None, None, reason, reason)
    alpha = cronbach(covariance, n)
    if alpha.value is None:
        return Coherence(key, label, names, n, None, None, alpha.reason, alpha.reason)
    omega, omega_reason = _omega(covariance, n)
    return Coherence(key, label, names, n, alpha, omega, None, omega_reason)


def _omega(covariance: Float, n: int) -> tuple[Omega | None, str | None]:
    if len(covariance) < _LEAST_ITEMS_OMEGA:
        return None, "fewer_than_four_items"
    if n < _LEAST_OMEGA:
        return None, "too_few_answers"
    found = omega_total(covariance, n)
    return (found, None) if found.value is not None else (None, found.reason)


def _with_overall(
    sums: Moments | None, items: Sequence[RatedQuestion], *, asked: bool, least: int
) -> Correlation:
    r"""Correlate the index with the overall question.

    Notes
    -----
    With :math:`\Sigma` the pairwise covariances, a the weights of the index and o the overall
    question: :math:`r = a'\Sigma_{\cdot o} / \sqrt{a'\Sigma a \cdot \Sigma_{oo}}`; Fisher's
    interval :math:`\tanh(\operatorname{artanh} r \pm z / \sqrt{n - 3})`. Where nobody skipped a
    question it is the correlation of the scores of the respondents.
    """
    if not asked:
        return Correlation(None, None, 0, "no_overall_question")
    if sums is None:
        return Correlation(None, None, 0, "no_pair_sums" if items else "too_few_answers")
    n = int(sums.N.min())
    if n < least:
        return Correlation(None, None, n, "too_few_answers")
    covariance = pairwise_covariance(sums)
    weights = index_weights(items)
    if covariance is None:
        return Correlation(None, None, n, "too_few_answers")
    own = float(weights @ covariance[:-1, :-1] @ weights)
    if min(own, float(covariance[-1, -1])) < _CONSTANT:
        return Correlation(None, None, n, "no_variance")
    r = float(weights @ covariance[:-1, -1]) / math.sqrt(own * float(covariance[-1, -1]))
    if abs(r) >= 1 - _CONSTANT:
        # everybody on one line; pairwise sums can also overshoot
        return Correlation(math.copysign(1.0, r), None, n)
    half, middle = normal_quantile(0.95) / math.sqrt(n - 3), math.atanh(r)
    return Correlation(r, Interval(math.tanh(middle - half), math.tanh(middle + half)), n)


def coherence_json(found: Coherences) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : Coherences
        From `coherence_of`.

    Returns
    -------
    dict
        Unrounded; None where a figure has a reason not to be there.

    Examples
    --------
    >>> nothing = Coherence(None, None, ("q1",), 0, None, None, "no_pair_sums", "no_pair_sums")
    >>> found = Coherences((), nothing, Correlation(None, None, 0, "no_pair_sums"))
    >>> coherence_json(found)["overall"]
    {'value': None, 'lower': None, 'upper': None, 'n': 0, 'reason': 'no_pair_sums'}
    """
    return {
        "dimensions": [_one_json(one) for one in found.dimensions],
        "whole": _one_json(found.whole),
        "overall": {
            "value": found.overall.value,
            **_ends_json(found.overall.interval),
            "n": found.overall.n,
            "reason": found.overall.reason,
        },
        "words": {language: list(coherence_words(found, language)) for language in LANGUAGES},
    }


def _item_json(one: Coherence, place: int, key: str) -> Json:
    alpha = one.alpha
    rest = None if alpha is None else alpha.item_rest[place]
    without = None if alpha is None else alpha.if_deleted[place]
    flat = None if rest is not None and without is not None else "no_variance"
    return {
        "key": key,
        "item_rest": rest,
        "alpha_if_deleted": without,
        "reason": one.reason or flat,
    }


def _one_json(one: Coherence) -> Json:
    alpha, omega = one.alpha, one.omega
    of_omega = None if omega is None else omega.value
    return {
        "key": one.key,
        "items": [_item_json(one, j, key) for j, key in enumerate(one.items)],
        "n": one.n,
        "alpha": {
            "value": None if alpha is None else alpha.value,
            **_ends_json(None if alpha is None else alpha.interval),
            **_band_json(one.key, None if alpha is None else alpha.value),
            "reason": one.reason,
        },
        "omega": {"value": of_omega, **_band_json(one.key, of_omega), "reason": one.omega_reason},
        "flags": [] if alpha is None else list(alpha.flags),
    }


def _ends_json(ends: Interval | None) -> Json:
    return {
        "lower": None if ends is None else ends.lower,
        "upper": None if ends is None else ends.upper,
    }


def _band_json(key: str | None, value: float | None) -> Json:
    name = None if value is None else band(value)
    if name == "inconsistent" and key is None:
        return {"band": name, "label": dict(zip(LANGUAGES, _WHOLE_INCONSISTENT, strict=True))}
    words = None if name is None else {lang: band_words(name, lang) for lang in LANGUAGES}
    return {"band": name, "label": words}


def coherence_words(found: Coherences, language: str) -> tuple[str, ...]:
    """Say what it means: the whole index, the dimension that hangs together least, the overall.

    Parameters
    ----------
    found : Coherences
        From `coherence_of`.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        If the language has no words.

    Examples
    --------
    >>> from analysis.reliability import cronbach
    >>> alpha = cronbach(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]]), 100)
    >>> whole = Coherence(None, None, ("q1", "q2", "q3"), 100, alpha, None)
    >>> found = Coherences((), whole, Correlation(None, None, 0, "no_overall_question"))
    >>> print(*coherence_words(found, "it"))
    Le domande dell'indice, lette insieme: coerente (alfa di Cronbach 0,75, intervallo da 0,65 a
    0,82).
    """
    said = []
    if found.whole.alpha is not None:
        weak_whole = found.whole.alpha.band == "inconsistent"
        said.append(
            _say("whole_incoherent" if weak_whole else "whole", language, found.whole.alpha)
        )
    weak = [one for one in found.dimensions if one.alpha is not None and one.alpha.flags]
    if weak:
        worst = min(weak, key=_size)
        name = (worst.label or {}).get(language) or (worst.label or {}).get("it") or worst.key
        key = "negative" if _size(worst) < 0 else "incoherent"
        said.append(_say(key, language, worst.alpha, label=name))
    r = found.overall
    if r.value is not None and r.interval is not None:
        said.append(
            _text("overall", language, value=_two(r.value, language),
                  ends=_between(r.interval, language), n=number(r.n, language=language))
        )  # fmt: skip
    return tuple(said)


def _size(one: Coherence) -> float:
    return 0.0 if one.alpha is None or one.alpha.value is None else one.alpha.value


def _say(key: str, language: str, alpha: Alpha | None, *, label: str | None = None) -> str:
    if alpha is None or alpha.value is None or alpha.interval is None or alpha.band is None:
        return ""
    return _text(
        key, language,
        value=_two(alpha.value, language), ends=_between(alpha.interval, language),
        band=band_words(alpha.band, language), label=label,
    )  # fmt: skip


def _between(ends: Interval, language: str) -> str:
    return _text(
        "ends", language, lower=_two(ends.lower, language), upper=_two(ends.upper, language)
    )


def _two(value: float, language: str) -> str:
    return number(value, decimals=2, language=language)


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)
