"""The services of a body beside one another: a funnel or pairs, and never a ranking."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.calibrated_cells import weigh_cells
from analysis.data import CELL_VARIABLES
from analysis.design import index_spread, sample_of
from analysis.funnel import (
    Funnel,
    FunnelPoint,
    PairDifference,
    ServiceScore,
    band_words,
    funnel,
    pairwise,
)
from analysis.indices import IndexResult
from analysis.margins import Margin
from analysis.parts.standing_out import funnel_words, pair_decimals, pair_words
from analysis.publication import Publication, index_decimals
from analysis.tally import NOT_STATED
from analysis.wave import Wave
from analysis.weights import Weighting
from analysis.words import LANGUAGES

Json = dict[str, Any]
#: What scores are standardised to; response mode never is (method, 7).
_VARIABLES = ("age_class", "sex")


@dataclass(frozen=True, slots=True)
class ComparedService:
    """What of a service is needed to compare it: its wave, its index, its class."""

    key: str
    name: str
    wave: Wave
    index: IndexResult
    publication: Publication

    @property
    def identities(self) -> frozenset[tuple[str, int, str, str]]:
        """Which questions, in which words and on which scale, make its index."""
        return frozenset(item.identity for item in self.index.items)


@dataclass(frozen=True, slots=True)
class Scored:
    """One service of the comparison.

    Attributes
    ----------
    score : ServiceScore or None
        At the profile of all services together; None with a `reason`.
    standardised : bool
        Whether the score differs from the plain index.
    flags : tuple of str
        Of the weighting to the profile.
    reason : str or None
        ``below_minimum``, ``too_few_responses``, ``other_questions`` or ``no_standard_error``.
    coarse : bool
        A combination of the classes has 1 to 9 respondents: the exact effective number of
        answers, with the weights, could tell how many.
    """

    service: ComparedService
    score: ServiceScore | None
    standardised: bool = False
    flags: tuple[str, ...] = ()
    reason: str | None = None
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Services of one body in one wave.

    Attributes
    ----------
    rows : tuple of Scored
        All services, in the order given.
    variables : tuple of str
        What scores are standardised to; empty where nothing is asked alike.
    funnel : Funnel
        Without points where there are fewer than ten services.
    pairs : tuple of PairDifference
        With fewer than ten services only.
    """

    rows: tuple[Scored, ...]
    variables: tuple[str, ...]
    funnel: Funnel
    pairs: tuple[PairDifference, ...]


def comparison_of(services: Sequence[ComparedService]) -> Comparison:
    r"""Compare services that asked the same questions on the same scale.

    Parameters
    ----------
    services : sequence of ComparedService
        Of one body in one wave, in any order: it is kept.

    Returns
    -------
    Comparison
        A service that cannot be compared has a row without score, with a reason.

    Notes
    -----
    Compared are the services of full class whose index is made of the same questions as that of
    most of them. Each index is standardised to the age classes and sexes of the users of all of
    them together, where the body knows these for every service, else of their respondents: raked
    as in the method, 3.4, and left alone where there are too few answers for that. Response mode
    is not standardised: nobody knows how many users would answer on paper (method, 1 and 7).
    Standard errors know clusters and weights, and no finite population: the question is whether
    the services differ, not these users.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> waves = {"Desk": example_wave(), "Library": example_wave(seed=2, shift=0.5)}
    >>> found = comparison_of([
    ...     ComparedService(name, name, wave, index_result(wave), Publication.FULL)
    ...     for name, wave in waves.items()
    ... ])
    >>> [round(row.score.value, 1) for row in found.rows], found.variables, found.funnel.reason
    ([62.6, 75.3], ('age_class',), 'fewer_than_ten_services')
    """
    full = [s for s in services if s.publication is Publication.FULL and s.index.items]
    asked = Counter(s.identities for s in full)
    most = asked.most_common(1)[0][0] if asked else frozenset()
    alike = [s for s in full if s.identities == most]
    margins = _margins(alike, _variables([s.wave for s in alike]))
    rows = tuple(_scored(s, most, margins) for s in services)
    scores = [row.score for row in rows if row.score is not None]
    found = funnel(scores)
    variables = tuple(margin.name for margin in margins)
    return Comparison(rows, variables, found, () if found.points else pairwise(scores))


def _variables(waves: Sequence[Wave]) -> tuple[str, ...]:
    """Age and sex, where every service asked them with the same options."""
    found = []
    for variable in _VARIABLES:
        options = [wave.questionnaire.cell_profile(variable) for wave in waves]
        codes = {None if profile is None else profile.codes for profile in options}
        if len(codes) == 1 and None not in codes:
            found.append(variable)
    return tuple(found)


def _margins(services: Sequence[ComparedService], variables: Sequence[str]) -> tuple[Margin, ...]:
    """Users, or else respondents, of each class over all services."""
    margins = []
    for variable in variables:
        known = all(variable in one.wave.users_by for one in services)
        totals: dict[int, float] = {}
        for one in services:
            people = one.wave.users_by[variable] if known else _respondents(one.wave, variable)
            for code, count in people:
                totals[code] = totals.get(code, 0.0) + count
        classes = tuple(sorted(code for code, count in totals.items() if count > 0))
        if len(classes) > 1:
            margins.append(Margin(variable, classes, tuple(totals[c] for c in classes)))
    return _agreeing(margins)


def _agreeing(margins: Sequence[Margin]) -> tuple[Margin, ...]:
    """The same margins, brought to the total of the first: only their shares count."""
    if not margins:
        return ()
    total = margins[0].total
    return tuple(
        Margin(one.name, one.classes, tuple(n * total / one.total for n in one.users))
        for one in margins
    )


def _respondents(wave: Wave, variable: str) -> tuple[tuple[int, float], ...]:
    """Respondents of each class; those who did not state it belong to none."""
    column = 1 + CELL_VARIABLES.index(variable)
    levels, sizes = wave.tally.keys[:, column], wave.tally.respondents[:, 0]
    stated = [int(code) for code in np.unique(levels) if code > 0]
    return tuple((code, float(sizes[levels == code].sum())) for code in stated)


def _scored(
    one: ComparedService,
    most: frozenset[tuple[str, int, str, str]],
    margins: tuple[Margin, ...],
) -> Scored:
    if one.publication is Publication.NOT_PUBLISHED:
        return Scored(one, None, reason="below_minimum")
    if one.publication is not Publication.FULL:
        return Scored(one, None, reason="too_few_responses")
    if not most or one.identities != most:
        return Scored(one, None, reason="other_questions")
    weighting = _weighting(one.wave, margins)
    standardised = weighting is not None and weighting.method != "none"
    sample = sample_of(one.wave, weighting)
    spread = index_spread(sample, one.index.items)
    if not spread.se:
        return Scored(one, None, reason="no_standard_error")
    n = one.wave.respondents
    # Kish's number under weights: n over the design effect can exceed the people who answered
    effective = spread.kish or sample.precision(spread, n).effective or float(n)
    coarse = standardised and _small_cells(one.wave, margins)
    score = ServiceScore(
        one.key, 100 * spread.theta, 100 * spread.se, effective, float(n), told=not coarse
    )
    flags = () if weighting is None else weighting.flags
    return Scored(one, score, standardised=standardised, flags=flags, coarse=coarse)


def _small_cells(wave: Wave, margins: tuple[Margin, ...]) -> bool:
    columns = [1 + CELL_VARIABLES.index(margin.name) for margin in margins]
    keys, respondents = wave.tally.keys[:, columns].tolist(), wave.tally.respondents[:, 0].tolist()
    sizes: Counter[tuple[int, ...]] = Counter()
    for key, n in zip(keys, respondents, strict=True):
        sizes[tuple(key)] += n
    return any(0 < n < 10 for n in sizes.values())


def _weighting(wave: Wave, margins: tuple[Margin, ...]) -> Weighting | None:
    """Weights of the respondents of one service to the profile of all."""
    if not margins:
        return None
    levels = []
    for margin in margins:
        codes = wave.tally.keys[:, 1 + CELL_VARIABLES.index(margin.name)]
        known = np.where((codes[:, None] == margin.classes).any(axis=1), codes, NOT_STATED)
        levels.append((margin, known))
    try:
        return weigh_cells(levels, wave.tally.respondents[:, 0])
    except ValueError:  # margins that contradict one another through empty combinations
        return None


_THEMSELVES = (
    "Servizi diversi sono cose diverse: ciascuno va confrontato prima di tutto con se stesso nel "
    "tempo.",
    "Different services are different things: each is to be compared with itself over time first.",
)


def comparison_words(comparison: Comparison, language: str) -> tuple[str, ...]:
    """Say which services stand out, or which pairs differ, in the order given.

    Parameters
    ----------
    comparison : Comparison
        As from `comparison_of`.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where fewer than two services can be compared.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> waves = {"Desk": example_wave(), "Library": example_wave(seed=2, shift=0.5)}
    >>> found = comparison_of([
    ...     ComparedService(name, name, wave, index_result(wave), Publication.FULL)
    ...     for name, wave in waves.items()
    ... ])
    >>> print(comparison_words(found, "en")[0])
    Differences in points between services larger than chance allows: Desk – Library (−13).
    """
    place = LANGUAGES.index(language)
    names = {row.service.key: row.service.name for row in comparison.rows}
    if comparison.funnel.points:
        said = funnel_words(comparison.funnel, names, language)
    elif comparison.pairs:
        said = (pair_words(comparison.pairs, names, language),)
    else:
        return ()
    return (*said, _THEMSELVES[place])


def comparison_json(comparison: Comparison) -> Json:
    """Turn a comparison into its block of the results document.

    Parameters
    ----------
    comparison : Comparison
        As from `comparison_of`.

    Returns
    -------
    dict
        Plain JSON, not rounded, in points of 0-100; `n` is null where it may not be told, and what
        could not be computed is null.

    Examples
    --------
    >>> block = comparison_json(comparison_of([]))
    >>> block["reason"], block["services"], block["pairs"]
    ('fewer_than_ten_services', [], [])
    """
    found = comparison.funnel
    points = {point.service.name: point for point in found.points}
    dispersion = found.dispersion
    return {
        "reason": found.reason,
        "standardised_to": list(comparison.variables),
        "target": found.target,
        "spread": found.spread,
        "tau2": None if dispersion is None else dispersion.tau2,
        "tau2_published": None if dispersion is None else dispersion.tau2_published,
        "expected_outside": found.expected_outside,
        "services": [
            _row(row, points.get(row.service.key), found.spread) for row in comparison.rows
        ],
        "pairs": [_pair(pair) for pair in comparison.pairs],
        "words": {language: list(comparison_words(comparison, language)) for language in LANGUAGES},
    }


def _row(row: Scored, point: FunnelPoint | None, spread: float | None) -> Json:
    score = row.score
    band = None if point is None else point.band
    return {
        "service": row.service.key,
        "n": None if row.reason == "below_minimum" else row.service.wave.respondents,
        "n_eff": _shown_size(row, spread),
        "value": None if score is None else score.value,
        "se": None if score is None else score.se,
        "decimals": 0 if score is None else index_decimals(score.se),
        "standardised": row.standardised,
        "z": None if point is None else point.z,
        "z_published": None if point is None else point.z_published,
        "band": band,
        "label": None if band is None else {lang: band_words(band, lang) for lang in LANGUAGES},
        "stabilised": None if point is None else point.stabilised,
        "flags": list(row.flags),
        "reason": row.reason,
    }


def _shown_size(row: Scored, spread: float | None) -> float | None:
    """Effective answers; where they would give a handful away, those that the error implies.

    Kish's number follows from the classes alone. A standard error depends on what was answered,
    so that the place of the point in the funnel tells nobody's class.
    """
    score = row.score
    if score is None or not row.coarse:
        return None if score is None else score.n
    return None if spread is None else (spread / score.se) ** 2


def _pair(pair: PairDifference) -> Json:
    return {
        "first": pair.first,
        "second": pair.second,
        "difference": pair.difference,
        "lower": None if pair.interval is None else pair.interval.lower,
        "upper": None if pair.interval is None else pair.interval.upper,
        "p": pair.p,
        "p_holm": pair.p_holm,
        "decimals": pair_decimals(pair),
    }
