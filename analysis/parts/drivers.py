"""Which questions go with overall satisfaction, and how far they can be told apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.drivers import Driver, Drivers, drivers, overall_shares
from analysis.figures import number, percent
from analysis.moments import group_moments, total_moments
from analysis.parts.naming import listed, pick, quoted
from analysis.publication import share_decimals
from analysis.wave import Wave
from analysis.words import LANGUAGES

Json = dict[str, Any]
Float = NDArray[np.float64]
_MOST_ITEMS = 12
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ServiceDrivers:
    """Drivers of one wave.

    Attributes
    ----------
    found : Drivers
        With its own reason, or ``no_overall_question``, ``no_pair_sums`` or
        ``fewer_than_two_items``.
    by : str
        ``items``, or ``dimensions`` where there are more than 12 items.
    items : tuple of RatedQuestion
        Those looked at.
    labels : mapping of key to mapping of language to text
        Names of the dimensions; empty by items.
    """

    found: Drivers
    by: str = "items"
    items: tuple[RatedQuestion, ...] = ()
    labels: Mapping[str, Mapping[str, str]] | None = None


def drivers_of(context: ServiceContext) -> ServiceDrivers:
    """Share out the explained part of overall satisfaction among the items of the index.

    Parameters
    ----------
    context : ServiceContext
        Only its wave and index are used.

    Returns
    -------
    ServiceDrivers
        Without drivers, and with a reason, where they are refused.

    Notes
    -----
    Johnson's relative weights from pairwise correlations, with delete-a-group jackknife
    intervals, LMG beside as a check; refused with n < max(150, 15 J), R-squared < .20 or nearly
    collinear items; the mean of each dimension in the place of its items where J > 12 (method,
    8.1).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> year = body_years([ServiceHistory("urp", "URP", (example_wave(),))])[0]
    >>> found = year.services[0].detail.drivers.found
    >>> round(found.r_squared, 2), [(one.key, round(one.share, 2)) for one in found.drivers]
    (0.4, [('waiting', 0.3), ('courtesy', 0.36), ('clarity', 0.09), ('rooms', 0.25)])
    """
    wave, items = context.wave, context.index.items
    overall, reason = wave.questionnaire.overall, _unknown(wave, items)
    if overall is None or reason is not None:
        return ServiceDrivers(Drivers((), None, 0, reason=reason), items=items)
    asked = (*items, overall)
    if len(items) <= _MOST_ITEMS:
        return ServiceDrivers(_drivers(wave, asked, [item.key for item in items]), items=items)
    names = list(dict.fromkeys(item.dimension for item in items if item.dimension is not None))
    if len(names) < 2:
        few = Drivers((), None, 0, reason="fewer_than_two_items")
        return ServiceDrivers(few, "dimensions", items)
    found = _drivers(wave, asked, names, composites=_means(items, names))
    labels = {name: wave.questionnaire.dimensions[name] for name in names}
    return ServiceDrivers(found, "dimensions", items, labels)


def _unknown(wave: Wave, items: Sequence[RatedQuestion]) -> str | None:
    """Why there is nothing to share out."""
    if wave.questionnaire.overall is None:
        return "no_overall_question"
    if not wave.tally.paired:
        return "no_pair_sums"
    return "fewer_than_two_items" if len(items) < 2 else None


def _drivers(
    wave: Wave,
    asked: Sequence[RatedQuestion],
    names: Sequence[str],
    *,
    composites: Float | None = None,
) -> Drivers:
    """Look at the hash groups only where the drivers are not refused."""
    total = total_moments(wave.questionnaire, wave.tally, asked)
    shares = overall_shares(total, names, composites=composites)
    if isinstance(shares, Drivers):
        return shares
    groups = group_moments(wave.questionnaire, wave.tally, asked)
    return drivers(groups, names, composites=composites, shares=shares)


def _means(items: Sequence[RatedQuestion], names: Sequence[str]) -> Float:
    """Weights that make the mean of the items of each dimension."""
    sizes = Counter(item.dimension for item in items)
    return np.array([
        [1 / sizes[name] if item.dimension == name else 0.0 for item in items] for name in names
    ])  # fmt: skip


_WORDS: Mapping[str, tuple[str, str]] = {
    "one": (
        "La {noun} più associata alla soddisfazione complessiva è {names}.",
        "The {noun} that most goes with overall satisfaction is {names}.",
    ),
    "level": (
        "Più associate alla soddisfazione complessiva, a pari merito: {names}.",
        "Most associated with overall satisfaction, level with one another: {names}.",
    ),
    "none": (
        "Nessuna {noun} si distingue: tutte sono associate alla soddisfazione complessiva in "
        "misura simile.",
        "No {noun} stands out: all go with overall satisfaction to a similar degree.",
    ),
    "explained": (
        "Insieme rendono conto del {share} delle differenze tra i giudizi complessivi ({n} "
        "questionari): un'associazione, non una causa.",
        "Together they account for {share} of the differences between overall judgements ({n} "
        "forms): an association, not a cause.",
    ),
}


_NOUNS = {"items": ("domanda", "question"), "dimensions": ("dimensione", "dimension")}


def drivers_words(made: ServiceDrivers, language: str) -> tuple[str, ...]:
    """Name what goes most with overall satisfaction, or say that nothing stands out.

    Parameters
    ----------
    made : ServiceDrivers
        Of one wave.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where there are no drivers.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> year = body_years([ServiceHistory("urp", "URP", (example_wave(),))])[0]
    >>> print(drivers_words(year.services[0].detail.drivers, "en")[1])
    Together they account for 40% of the differences between overall judgements (200 forms):
    an association, not a cause.
    """
    place, found = LANGUAGES.index(language), made.found.drivers
    if not found or made.found.r_squared is None:
        return ()
    first = max(found, key=lambda one: one.share)
    top = [one for one in found if one.key == first.key or one.key in first.level_with]
    top.sort(key=lambda one: -one.share)
    names = [_name(made, one, language) for one in top[:_NAMED]]
    key = "none" if len(top) == len(found) else ("level" if len(top) > 1 else "one")
    words = listed(names, language, others=max(0, len(top) - _NAMED))
    explained = percent(made.found.r_squared, language=language)
    return (
        _WORDS[key][place].format(names=words, noun=_NOUNS[made.by][place]),
        _WORDS["explained"][place].format(
            share=explained, n=number(made.found.n, language=language)
        ),
    )


def _name(made: ServiceDrivers, one: Driver, language: str) -> str:
    share = percent(one.share, language=language)
    if made.labels is not None:
        text = pick(made.labels[one.key], language)
        return f"“{text}” ({share})" if language == "en" else f"«{text}» ({share})"
    item = next(item for item in made.items if item.key == one.key)
    return f"{quoted(item, language)} ({share})"


def drivers_json(made: ServiceDrivers) -> Json:
    """Turn the drivers into their block of the results document; shares on 0-100.

    Parameters
    ----------
    made : ServiceDrivers
        Of one wave.

    Returns
    -------
    dict
        Plain JSON, not rounded; `n` is null below 10, and what could not be computed is null.

    Examples
    --------
    >>> block = drivers_json(ServiceDrivers(Drivers((), None, 0, reason="no_overall_question")))
    >>> block["reason"], block["n"], block["drivers"]
    ('no_overall_question', None, [])
    """
    found = made.found
    return {
        "reason": found.reason,
        "n": found.n if found.n >= 10 else None,
        "by": made.by,
        "r_squared": found.r_squared,
        "dropped": list(found.dropped),
        "drivers": [
            {
                "key": one.key,
                "label": None if made.labels is None else dict(made.labels[one.key]),
                "share": 100 * one.share,
                "se": None if one.se is None else 100 * one.se,
                "lower": None if one.interval is None else 100 * one.interval.lower,
                "upper": None if one.interval is None else 100 * one.interval.upper,
                "lmg": None if one.lmg is None else 100 * one.lmg,
                "decimals": 0 if one.se is None else share_decimals(100 * one.se, found.n),
                "level_with": list(one.level_with),
            }
            for one in found.drivers
        ],
        "words": {language: list(drivers_words(made, language)) for language in LANGUAGES},
    }
