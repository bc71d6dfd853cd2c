"""How the answers of a wave stand for its users: weights, clusters, finite population."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.context import ServiceContext
from analysis.data import CELL_VARIABLES
from analysis.figures import number
from analysis.indices import Estimate
from analysis.parts.naming import listed
from analysis.population import FinitePopulation, may_say_margin_of_error
from analysis.wave import Wave
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
#: Points between the weighted and the plain index that deserve a sentence (method, 3.4).
_WORTH_SAYING = 2.0
#: Design effect of clusters that deserves a sentence.
_NOTICEABLE = 1.05
_SMALL = 10

_VARIABLES = {
    "age_class": ("età", "age"),
    "sex": ("sesso", "sex"),
    "access_channel": ("canale di accesso", "access channel"),
}
_CORRECTED = (
    "L'indice è corretto secondo gli utenti serviti per {by}: {moved}.",
    "The index is corrected to the users served by {by}: {moved}.",
)
_MOVED = (
    "senza correzione sarebbe {plain} ({difference})",
    "without it, it would be {plain} ({difference})",
)
_HARDLY = (
    "la correzione lo sposta di meno di {limit}",
    "this moves it by less than {limit}",
)
_SENTENCES = {
    "years": (
        "Confronto tra gli anni, scarti, importanza e priorità usano le risposte senza questa "
        "correzione.",
        "Comparison of years, gaps, importance and priorities use the answers without this "
        "correction.",
    ),
    "extreme": (
        "Poche risposte pesano per molti utenti: leggere anche l'indice senza correzione.",
        "A few answers stand for many users: read the index without correction too.",
    ),
    "not_weighted_small_n": (
        "Gli utenti per {by} sono noti, ma le risposte sono poche per correggere l'indice: "
        "tutti i questionari contano allo stesso modo.",
        "Users by {by} are known, but answers are too few to correct the index: "
        "every form counts alike.",
    ),
    "clusters": (
        "Le risposte dello stesso totem nello stesso giorno si somigliano: l'intervallo ne tiene "
        "conto, come se le risposte fossero {effective} su {n}.",
        "Answers of one kiosk on one day are alike: the interval allows for it, as if there were "
        "{effective} answers out of {n}.",
    ),
    "margin": (
        "Il margine di errore dell'indice è di {half} in più o in meno.",
        "The margin of error of the index is {half} either way.",
    ),
    "finite": (
        "Ha risposto il {part}% degli utenti: il margine di errore ne tiene conto ed è di {half} "
        "in più o in meno.",
        "{part}% of the users answered: the margin of error allows for it and is {half} either "
        "way.",
    ),
    "everybody": (
        "Hanno risposto tutti gli utenti: l'indice di quest'anno non ha margine di errore.",
        "All users answered: this year's index has no margin of error.",
    ),
    "more_answers_than_users": (
        "Le risposte sono più degli utenti dichiarati: il numero di utenti va controllato.",
        "There are more answers than declared users: check the number of users.",
    ),
}


@dataclass(frozen=True, slots=True)
class Weighted:
    """What was done to the index of a wave, and what it would be without.

    Attributes
    ----------
    method : str
        ``post_stratified``, ``raked`` or ``none``.
    reason : str or None
        Why there are no weights: ``users_not_known``, ``no_pair_sums``, ``one_class`` or
        ``not_weighted_small_n``.
    variables : tuple of str
        Variables whose users are known.
    merged : tuple of (str, tuple of int)
        Classes put together because one had hardly any answers.
    flags : tuple of str
        Those of `analysis.weights.Weighting`, and ``differs`` where the index moves by more than
        two points.
    isu, unweighted : Estimate
        The published index, and the one where every form counts alike.
    effective : float or None
        Kish's effective number of answers; None where a class or a combination of classes has 1 to
        9 respondents: the number follows from those alone, and even rounded it can give them away.
    effective_exact : bool
        Whether `effective` is told.
    clusters : int
        Clusters among the respondents; a form that stands alone is one.
    design_effect : float or None
        Variance of the index over that of a simple sample of as many answers; 1 for a simple
        sample, None where nothing varies.
    finite : FinitePopulation
        Correction for users that were largely observed.
    users : int or None
        Users served.
    design : str
        How people were asked.
    """

    method: str
    reason: str | None
    variables: tuple[str, ...]
    merged: tuple[tuple[str, tuple[int, ...]], ...]
    flags: tuple[str, ...]
    isu: Estimate
    unweighted: Estimate
    effective: float | None
    effective_exact: bool
    clusters: int
    design_effect: float | None
    finite: FinitePopulation
    users: int | None
    design: str

    @property
    def difference(self) -> float | None:
        """Points that the weights add to the index."""
        if self.method == "none" or self.isu.value is None or self.unweighted.value is None:
            return None
        return self.isu.value - self.unweighted.value

    @property
    def half_width(self) -> float | None:
        """Half of the interval, where it may be called a margin of error."""
        if not may_say_margin_of_error(self.design):
            return None
        if self.isu.lower is None or self.isu.upper is None:
            return None
        return (self.isu.upper - self.isu.lower) / 2


def weighting_of(context: ServiceContext) -> Weighted:
    """Describe the weights, clusters and finite population behind the index of a wave.

    Parameters
    ----------
    context : ServiceContext
        Whose `index` was computed with the users by class of its wave.

    Returns
    -------
    Weighted

    Notes
    -----
    Method, 3.4 and 3.5. Years are always compared unweighted: the change is adjusted for the same
    variables (6.2).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.parameters import Parameters
    >>> from analysis.publication import Publication
    >>> from analysis.wave_noise import WaveNoise
    >>> wave = replace(example_wave(), users_by={"age_class": ((1, 300), (2, 100), (3, 100))})
    >>> context = ServiceContext(
    ...     "urp", wave, (), index_result(wave), Publication.FULL,
    ...     None, WaveNoise(0.0, 0), Parameters(),
    ... )
    >>> found = weighting_of(context)
    >>> found.method, round(found.effective, 1), round(found.difference, 2)
    ('post_stratified', 139.9, -0.51)
    """
    wave, index = context.wave, context.index
    found, isu = index.weighting, index.isu
    plain = index.unweighted or isu
    used = found is not None and found.method != "none"
    flags: tuple[str, ...] = () if found is None else found.flags
    if used and abs((isu.value or 0.0) - (plain.value or 0.0)) > _WORTH_SAYING:
        flags = (*flags, "differs")
    exact = not used or not _small_cells(wave)
    kish = isu.precision.kish
    return Weighted(
        method="none" if found is None else found.method,
        reason=None if used else _reason(wave, flags),
        variables=tuple(wave.users_by),
        merged=tuple(
            (one.margin.name, group)
            for one in (() if found is None else found.margins)
            for group in one.merged
        ),
        flags=flags,
        isu=isu,
        unweighted=plain,
        effective=kish if exact else None,
        effective_exact=exact,
        clusters=wave.respondents - int(wave.tally.cluster_extra[0]),
        design_effect=_design_effect(isu),
        finite=isu.precision.finite,
        users=wave.users_served,
        design=wave.design,
    )


def _reason(wave: Wave, flags: Sequence[str]) -> str:
    if not wave.users_by:
        return "users_not_known"
    if not wave.tally.paired:
        return "no_pair_sums"
    return "not_weighted_small_n" if "not_weighted_small_n" in flags else "one_class"


def _design_effect(isu: Estimate) -> float | None:
    if isu.se is None or isu.precision.reason is not None:
        return None
    effective = isu.precision.effective
    if effective is None:
        return 1.0
    return None if isu.se == 0 else isu.n / effective


def _small_cells(wave: Wave) -> bool:
    """Whether a combination of the weighting classes has 1 to 9 respondents."""
    columns = [1 + CELL_VARIABLES.index(variable) for variable in wave.users_by]
    _, place = np.unique(wave.tally.keys[:, columns], axis=0, return_inverse=True)
    sizes = np.bincount(place, weights=wave.tally.respondents[:, 0])
    return bool(((sizes > 0) & (sizes < _SMALL)).any())


def weighting_words(found: Weighted, language: str) -> tuple[str, ...]:
    """Say what was corrected and what the interval allows for, in at most three sentences.

    Parameters
    ----------
    found : Weighted
        The part.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where every form counts alike and no margin of error may be told.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> history = ServiceHistory("urp", "URP", (example_wave(),))
    >>> found = body_years([history])[-1].services[0].detail.weighting
    >>> weighting_words(replace(found, design="census_invited"), "en")
    ('The margin of error of the index is 2.5 points either way.',)
    """
    said = [*_about_weights(found, language), *_about_interval(found, language)]
    return tuple(said[:3])


def _about_weights(found: Weighted, language: str) -> list[str]:
    place = LANGUAGES.index(language)
    by = listed([_VARIABLES[name][place] for name in found.variables], language)
    difference, plain = found.difference, found.unweighted
    if difference is None or plain.value is None:
        if found.reason == "not_weighted_small_n":
            return [_SENTENCES["not_weighted_small_n"][place].format(by=by)]
        return []
    decimals = found.isu.decimals
    if abs(difference) > _WORTH_SAYING:
        moved = _MOVED[place].format(
            plain=number(plain.value, decimals=decimals, language=language),
            difference=points(-difference, language, decimals=decimals),
        )
    else:
        moved = _HARDLY[place].format(limit=points(_WORTH_SAYING, language, signed=False))
    extreme = ["extreme"] if "weights_extreme" in found.flags else []
    said = [_SENTENCES[name][place] for name in (*extreme, "years")]
    return [_CORRECTED[place].format(by=by, moved=moved), *said]


def _about_interval(found: Weighted, language: str) -> list[str]:
    place = LANGUAGES.index(language)
    said = []
    if found.finite.reason == "more_answers_than_users":
        said.append(_SENTENCES["more_answers_than_users"][place])
    deff = found.design_effect
    if found.method == "none" and deff is not None and deff > _NOTICEABLE:
        n = found.isu.n
        said.append(
            _SENTENCES["clusters"][place].format(
                effective=number(n / deff, language=language), n=number(n, language=language)
            )
        )
    half = found.half_width
    if half is None:
        return said
    text = points(half, language, decimals=1, signed=False)
    if not found.finite.applied:
        return [*said, _SENTENCES["margin"][place].format(half=text)]
    if half == 0:
        return [*said, _SENTENCES["everybody"][place]]
    part = number(100 * found.isu.n / (found.users or found.isu.n), language=language)
    return [*said, _SENTENCES["finite"][place].format(part=part, half=text)]


def weighting_json(found: Weighted) -> Json:
    """Turn it into its block of the results document.

    Parameters
    ----------
    found : Weighted
        The part.

    Returns
    -------
    dict
        Points of 0-100; None where `Weighted` has None.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> history = ServiceHistory("urp", "URP", (example_wave(),))
    >>> block = weighting_json(body_years([history])[-1].services[0].detail.weighting)
    >>> block["method"], block["reason"], block["n"], block["design_effect"]
    ('none', 'users_not_known', 200, 1.0)
    """
    return {
        "method": found.method,
        "reason": found.reason,
        "variables": list(found.variables),
        "merged": [{"variable": name, "codes": list(codes)} for name, codes in found.merged],
        "flags": list(found.flags),
        "unweighted": None if found.method == "none" else _figure(found.unweighted),
        "difference": found.difference,
        "n": found.isu.n,
        "n_effective": found.effective,
        "n_effective_exact": found.effective_exact,
        "n_effective_reason": None if found.effective_exact else "below_minimum",
        "clusters": found.clusters,
        "design_effect": found.design_effect,
        "design_effect_reason": _no_design_effect(found),
        "df": found.isu.df,
        "finite_population": {
            "applied": found.finite.applied,
            "factor": found.finite.factor,
            "reason": found.finite.reason,
        },
        "margin_of_error": found.half_width,
        "words": {language: list(weighting_words(found, language)) for language in LANGUAGES},
    }


def _no_design_effect(found: Weighted) -> str | None:
    if found.design_effect is not None:
        return None
    return found.isu.precision.reason or found.isu.reason or "no_variance"


def _figure(one: Estimate) -> Json:
    return {
        "value": one.value,
        "se": one.se,
        "lower": one.lower,
        "upper": one.upper,
        "n": one.n,
        "publication": one.publication.value,
        "decimals": one.decimals,
        "reason": one.reason,
    }
