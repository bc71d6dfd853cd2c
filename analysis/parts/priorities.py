"""Which questions matter much and fare badly, or that it cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.context import ServiceContext
from analysis.data import RatedQuestion
from analysis.jackknife import item_sums
from analysis.parts.drivers import ServiceDrivers, drivers_of
from analysis.parts.naming import listed, quoted
from analysis.priority import (
    Place,
    PriorityMap,
    Quadrant,
    derived_coordinates,
    place_words,
    priority_map,
    quadrant_name,
    stated_coordinates,
)
from analysis.words import LANGUAGES

Json = dict[str, Any]
#: Where no charter says otherwise (method, 8.3).
LEVEL = 60.0
_LEAST_DERIVED = 500
_NAMED = 3
_QUADRANTS = {quadrant: quadrant.value for quadrant in Quadrant}


@dataclass(frozen=True, slots=True)
class Priorities:
    """Importance-performance map of one wave.

    Attributes
    ----------
    basis : str or None
        ``stated`` where importance was asked of every item, ``derived`` where it comes from the
        drivers; None without a map.
    found : PriorityMap
        With its own reason, or a reason why importance is not known: ``importance_not_known``
        (not asked of all items, and fewer than 500 forms to derive it from, or more than 12
        items), ``no_pair_sums``, ``below_minimum``, ``an_item_has_no_variance``, or a reason of the
        drivers.
    n : int
        Fewest forms behind any coordinate.
    items : tuple of RatedQuestion
        Those placed.
    """

    basis: str | None
    found: PriorityMap
    n: int
    items: tuple[RatedQuestion, ...]


def priorities_of(context: ServiceContext, known: ServiceDrivers | None = None) -> Priorities:
    """Place the items of the index by importance and performance.

    Parameters
    ----------
    context : ServiceContext
        Only its wave, index and parameters are used.
    known : ServiceDrivers, optional
        Those of the same wave, where they are at hand.

    Returns
    -------
    Priorities
        Without places, and with a reason, where importance is not known.

    Notes
    -----
    Stated importance where it was asked of every item of the index (30 answers or more to each
    question), else the shares of the drivers with 500 forms or more; crosshair at the means of the
    items, a label only with probability .90 (method, 8.2 and 8.3).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> year = body_years([ServiceHistory("urp", "URP", (example_wave(n=600),))])[0]
    >>> made = year.services[0].detail.priorities
    >>> made.basis, made.n, [round(float(end), 1) for end in made.found.crosshair]
    ('derived', 600, [25.0, 64.1])
    """
    wave, items = context.wave, context.index.items
    asked = [wave.questionnaire.asked_about(item.key, "importance") for item in items]
    stated = [question for question in asked if question is not None]
    if not wave.tally.paired:
        return _nothing(items, 0, "no_pair_sums")
    if items and len(stated) == len(items):
        groups = item_sums(wave.questionnaire, wave.tally, [*stated, *items])
        n = int(groups.answers.sum(axis=0).min())
        if n < context.parameters.publication_minimum:
            return _nothing(items, n, "below_minimum")
        found = priority_map(
            [item.key for item in items], stated_coordinates(groups), n=n, level=LEVEL
        )
        return Priorities("stated", found, n, items)
    return _derived(context, known or drivers_of(context))


def _derived(context: ServiceContext, known: ServiceDrivers) -> Priorities:
    """Take the shares of the drivers for importance, where there is enough to take them from."""
    items, made = known.items, known.found
    if made.n < _LEAST_DERIVED or known.by != "items":
        return _nothing(items, made.n, "importance_not_known")
    wave, overall = context.wave, context.wave.questionnaire.overall
    if made.reason is not None or made.dropped or overall is None:
        return _nothing(items, made.n, made.reason or "an_item_has_no_variance")
    keys = [item.key for item in items]
    groups = item_sums(wave.questionnaire, wave.tally, [*items, overall])
    coordinates = derived_coordinates(groups, made)
    found = priority_map(keys, coordinates, n=made.n, derived=True, level=LEVEL)
    return Priorities("derived", found, made.n, items)


def _nothing(items: Sequence[RatedQuestion], n: int, reason: str) -> Priorities:
    return Priorities(None, PriorityMap((), None, LEVEL, reason), n, tuple(items))


_WORDS: Mapping[str, tuple[str, str]] = {
    "act": (
        "Priorità di intervento, con probabilità di almeno il 90%: {names}.",
        "Priority for action, with probability of at least 90%: {names}.",
    ),
    "none": (
        "Per nessuna domanda si può dire, con probabilità di almeno il 90%, che sia una priorità "
        "di intervento.",
        "Of no question can it be said, with probability of at least 90%, that it is a priority "
        "for action.",
    ),
    "border": (
        "Domande al confine tra due riquadri: {count} su {all}.",
        "Questions at the border between two quadrants: {count} of {all}.",
    ),
    "relative": (
        "La mappa confronta le domande tra loro: qualcuna sta sempre sotto la media, anche quando "
        "tutte vanno bene.",
        "The map compares the questions with one another: some are always below the mean, even "
        "when all fare well.",
    ),
}


def _priorities_words(made: Priorities, language: str) -> tuple[str, ...]:
    """Name the priorities that are known, and say how many questions are at a border.

    Returns
    -------
    tuple of str
        Empty without a map.
    """
    place, places = LANGUAGES.index(language), made.found.places
    if not places:
        return ()
    names = [quoted(_item(made, one), language) for one in places if one.quadrant is Quadrant.ACT]
    words = listed(names[:_NAMED], language, others=max(0, len(names) - _NAMED))
    said = [_WORDS["act" if names else "none"][place].format(names=words)]
    border = sum(one.quadrant is None for one in places)
    if border:
        said.append(_WORDS["border"][place].format(count=border, all=len(places)))
    return (*said, _WORDS["relative"][place])


def _item(made: Priorities, one: Place) -> RatedQuestion:
    return next(item for item in made.items if item.key == one.key)


def priorities_json(made: Priorities) -> Json:
    """Turn the map into its block of the results document; coordinates on 0-100.

    Parameters
    ----------
    made : Priorities
        Of one wave.

    Returns
    -------
    dict
        Plain JSON, not rounded; `n` is null below 10, `basis` and `crosshair` are null without a
        map, `quadrant` is null at a border.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> year = body_years([ServiceHistory("urp", "URP", (example_wave(n=200),))])[0]
    >>> block = priorities_json(year.services[0].detail.priorities)
    >>> block["reason"], block["n"], block["places"]
    ('importance_not_known', 200, [])
    """
    found = made.found
    cross = found.crosshair
    return {
        "reason": found.reason,
        "basis": None if found.reason else made.basis,
        "n": made.n if made.n >= 10 else None,
        "crosshair": None if cross is None else {"importance": cross[0], "performance": cross[1]},
        "quadrants": {
            language: {name: quadrant_name(one, language) for one, name in _QUADRANTS.items()}
            for language in LANGUAGES
        },
        "level": found.level,
        "charter": False,
        "places": [
            {
                "key": one.key,
                "importance": one.importance,
                "performance": one.performance,
                "probabilities": {
                    name: one.probabilities[quadrant] for quadrant, name in _QUADRANTS.items()
                },
                "quadrant": None if one.quadrant is None else one.quadrant.value,
                "between": [quadrant.value for quadrant in one.between],
                "label": {language: place_words(one, language) for language in LANGUAGES},
                "ellipse": dict(zip(("long", "short", "angle"), one.ellipse, strict=True)),
            }
            for one in found.places
        ],
        "words": {language: list(_priorities_words(made, language)) for language in LANGUAGES},
    }
