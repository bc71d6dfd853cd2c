"""The satisfaction index and its dimensions, each with its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.data import RatedQuestion
from analysis.design import Sample, index_spreads, sample_of, wave_weighting
from analysis.estimates import (
    Estimate,
    Share,
    equivalent_se,
    estimate,
    no_estimate,
    spread_estimate,
)
from analysis.intervals import quasi_wilson_t
from analysis.items import MOSTLY_NOT_APPLICABLE, ItemResult, item_result
from analysis.parameters import Parameters
from analysis.publication import (
    DEFAULT,
    Publication,
    index_decimals,
    publication_class,
)
from analysis.shares import share
from analysis.wave import Wave
from analysis.weights import Weighting

__all__ = [
    "MOSTLY_NOT_APPLICABLE",
    "BodyIndex",
    "Estimate",
    "IndexResult",
    "ItemResult",
    "Share",
    "body_index",
    "equivalent_se",
    "estimate",
    "index_result",
    "item_result",
    "no_estimate",
    "share",
    "usable_items",
]


@dataclass(frozen=True, slots=True)
class IndexResult:
    """The headline index, its dimensions, and the items that entered it.

    Attributes
    ----------
    isu, dimensions
        Weighted where `weighting` has weights, by clusters and finite population in any case.
    unweighted : Estimate or None
        The headline with every respondent alike, where `isu` is weighted.
    weighting : Weighting or None
        None where users are not known by class; its method is ``"none"`` with too few answers.
    """

    isu: Estimate
    dimensions: dict[str | None, Estimate]
    items: tuple[RatedQuestion, ...]
    left_out: tuple[RatedQuestion, ...]
    flags: tuple[str, ...]
    unweighted: Estimate | None = None
    weighting: Weighting | None = None


def usable_items(
    wave: Wave, *, excluded: frozenset[str] = frozenset(), parameters: Parameters = DEFAULT
) -> tuple[RatedQuestion, ...]:
    """Index items with enough valid answers and not declared out (method, 2.3).

    Parameters
    ----------
    wave : Wave
        What was asked and answered.
    excluded : frozenset of str, optional
        Keys of items declared out before the wave.
    parameters : Parameters, optional
        Its `publication_minimum` is the least number of valid answers.

    Returns
    -------
    tuple of RatedQuestion
        In the order of the questionnaire; empty where none has enough.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> [item.key for item in usable_items(example_wave(), excluded=frozenset({"rooms"}))]
    ['waiting', 'courtesy', 'clarity']
    """
    answers, position = wave.tally.answers, wave.questionnaire.position
    return tuple(
        item
        for item in wave.questionnaire.index_items
        if item.key not in excluded
        and answers[position(item.key)] >= parameters.publication_minimum
    )


def index_result(
    wave: Wave, *, excluded: frozenset[str] = frozenset(), parameters: Parameters = DEFAULT
) -> IndexResult:
    """Compute the satisfaction index of a wave and of its dimensions.

    Parameters
    ----------
    wave : Wave
        With one tally.
    excluded : frozenset of str, optional
        Items declared out before the wave, such as those mostly not applicable the year before.

    Returns
    -------
    IndexResult
        `isu` has a reason instead of a value when no item has enough answers.

    Notes
    -----
    isu = (1/D) sum_d (1/J_d) sum_(j in d) m_j: a mean of item means, so nobody is dropped for one
    "non so" (method, 2.3). Variance from the pair matrices (3.3), interval quasi-Wilson-t.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> round(index_result(example_wave()).isu.value, 1)
    62.6
    """
    items = usable_items(wave, excluded=excluded, parameters=parameters)
    used = {item.key for item in items}
    left_out = tuple(item for item in wave.questionnaire.index_items if item.key not in used)
    flags = ("items_reduced",) if left_out and items else ()
    weighting = wave_weighting(wave)
    sample = sample_of(wave, weighting)
    isu, *dimensions = _index_estimates(sample, items, parameters)
    unweighted = None
    if sample.weighting is not None:
        unweighted = _index_estimates(sample_of(wave), items, parameters)[0]
    asked = wave.questionnaire.index_dimensions
    by_dimension = dict(zip(asked, dimensions, strict=True))
    return IndexResult(isu, by_dimension, items, left_out, flags, unweighted, weighting)


def _index_estimates(
    sample: Sample, items: Sequence[RatedQuestion], parameters: Parameters
) -> list[Estimate]:
    """Estimate of the index, then of each dimension in the order of the questionnaire."""
    reason = "too_few_answers" if sample.questionnaire.index_items else "no_index_items"
    return [
        no_estimate(n, reason)
        if spread is None
        else spread_estimate(sample, spread, n, parameters=parameters)
        for n, spread in zip(sample.respondents, index_spreads(sample, items), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class BodyIndex:
    """The index of a whole body, and how services were weighted."""

    isu: Estimate
    weighting: str
    services: int
    left_out: tuple[str, ...]
    df: float | None


def body_index(
    services: Sequence[tuple[str, Estimate, int | None]], *, parameters: Parameters = DEFAULT
) -> BodyIndex:
    """Average services into the index of the body.

    Parameters
    ----------
    services : sequence of (name, index, users served or None)
        One entry a service. Services that are not published stay out, so that nobody can find
        their index by subtraction.

    Returns
    -------
    BodyIndex
        `weighting` is ``users_served``, or ``responses`` when any service does not know its users.

    Notes
    -----
    sum N_s isu_s / sum N_s with variance sum (N_s / sum N)^2 SE_s^2 (method, 2.8); degrees of
    freedom by Satterthwaite: (sum v_s)^2 / sum v_s^2/(n_s - 1), v_s the terms of the variance.

    Examples
    --------
    >>> urp, other = estimate(0.6, 0.02, 80, df=79), estimate(0.8, 0.01, 90, df=89)
    >>> round(body_index([("urp", urp, 3000), ("anagrafe", other, 1000)]).isu.value, 1)
    65.0
    """
    hidden = Publication.NOT_PUBLISHED
    shown = [s for s in services if s[1].value is not None and s[1].publication is not hidden]
    left_out = tuple(s[0] for s in services if s not in shown)
    known = all(users is not None for _, _, users in shown)
    weighting = "users_served" if known else "responses"
    respondents = sum(index.n for _, index, _ in shown)
    if not shown:
        return BodyIndex(no_estimate(0, "no_published_service"), weighting, 0, left_out, None)
    sizes = np.array([float(users or 0) if known else index.n for _, index, users in shown])
    weights = sizes / sizes.sum()
    values = np.array([index.value for _, index, _ in shown], dtype=np.float64)
    theta = min(max(float(weights @ values) / 100, 0.0), 1.0)
    if any(index.se is None for _, index, _ in shown):
        isu = estimate(theta, None, respondents, df=1, parameters=parameters)
        return BodyIndex(isu, weighting, len(shown), left_out, None)
    terms = np.array(
        [(w * (s[1].se or 0.0) / 100) ** 2 for w, s in zip(weights, shown, strict=True)]
    )
    degrees = np.array([index.df or index.n - 1.0 for _, index, _ in shown])
    df = float(degrees.sum())
    if terms.sum() > 0:
        df = float(terms.sum() ** 2 / (terms**2 / degrees).sum())
    se = math.sqrt(float(terms.sum()))
    ends = quasi_wilson_t(
        theta, se, df, n=respondents, simple=False, confidence=parameters.confidence
    ).times(100)
    isu = Estimate(
        100 * theta, 100 * se, ends.lower, ends.upper, respondents,
        publication_class(respondents, parameters=parameters),
        decimals=index_decimals(100 * se or equivalent_se(ends)),
    )  # fmt: skip
    return BodyIndex(isu, weighting, len(shown), left_out, df)
