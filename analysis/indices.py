"""Item results, shares, dimensions and the satisfaction index, each with its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.data import Questionnaire, RatedQuestion, Status
from analysis.design import (
    Precision,
    Sample,
    Spread,
    index_spread,
    item_spread,
    sample_of,
    wave_weighting,
)
from analysis.estimates import (
    Estimate,
    Share,
    equivalent_se,
    estimate,
    no_estimate,
    share,
)
from analysis.intervals import Interval, quasi_wilson_t
from analysis.parameters import Parameters
from analysis.publication import (
    DEFAULT,
    Publication,
    index_decimals,
    native_decimals,
    publication_class,
)
from analysis.tally import FIRST_CODE, Tally
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

#: Share of "non so" and "non previsto" above which an item leaves the next index.
MOSTLY_NOT_APPLICABLE = 0.40
_STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Everything known about one rated question of one wave.

    Attributes
    ----------
    mean, mean_se, mean_lower, mean_upper : float or None
        In the units of the scale as printed, whatever its direction.
    sd : float or None
        Sample standard deviation (n - 1) in the same units.
    index : Estimate
        The same on 0-100 with 100 best.
    """

    question: RatedQuestion
    n: int
    counts: dict[int, int]
    statuses: dict[Status, int]
    mean: float | None
    mean_se: float | None
    mean_lower: float | None
    mean_upper: float | None
    mean_decimals: int
    sd: float | None
    index: Estimate
    satisfied: Share
    dissatisfied: Share
    flags: tuple[str, ...]


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


def item_result(
    questionnaire: Questionnaire,
    tally: Tally,
    key: str,
    *,
    parameters: Parameters = DEFAULT,
    sample: Sample | None = None,
) -> ItemResult:
    """Summarise one rated question.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    tally : Tally
        What was answered.
    key : str
        A rating question; `ValueError` for any other.
    sample : Sample, optional
        How the forms of the same tally came; without it weights and users are not known.

    Returns
    -------
    ItemResult

    Notes
    -----
    m_j = sum(x count)/n_j; 0-100 is 100 (m_j - L)/(U - L), so that 4 of 1-5 is 75 and not 80
    (method, 2.1). The interval is quasi-Wilson-t with n_j - 1 degrees of freedom, or clusters less
    one where forms share any.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> found = item_result(wave.questionnaire, wave.tally, "courtesy")
    >>> found.n, round(found.mean, 2), round(found.index.value, 1), found.satisfied.count
    (200, 3.54, 63.5, 115)
    """
    sample = sample or Sample(questionnaire, tally)
    place = questionnaire.position(key)
    question = questionnaire.rated[place]
    counts: list[int] = tally.total_counts[place].tolist()
    valid = counts[FIRST_CODE:]
    n = sum(valid)
    index, sd = no_estimate(0, "no_valid_answer"), None
    if n:
        mean = sum(code * count for code, count in enumerate(valid)) / n
        squares = sum((code - mean) ** 2 * count for code, count in enumerate(valid))
        sd = math.sqrt(squares / (n - 1)) if n > 1 else None
        index = _item_index(sample, question, mean, sd=sd, n=n, parameters=parameters)
    ends = _native_ends(question, index)
    span = question.scale.upper - question.scale.lower
    mean_se = None if index.se is None else index.se / 100 * span
    skipped = counts[Status.DK + FIRST_CODE] + counts[Status.NA + FIRST_CODE]
    shares = [
        share(counts, question, chosen, parameters=parameters, sample=sample)
        for chosen in (question.satisfied, question.dissatisfied)
    ]
    return ItemResult(
        question=question,
        n=n,
        counts={code: valid[code] for code in question.scale.codes},
        statuses={status: counts[status + FIRST_CODE] for status in _STATUSES},
        mean=None if index.value is None else _native(question, index.value),
        mean_se=mean_se,
        mean_lower=None if ends is None else ends.lower,
        mean_upper=None if ends is None else ends.upper,
        mean_decimals=1 if ends is None else native_decimals(mean_se or equivalent_se(ends)),
        sd=sd,
        index=index,
        satisfied=shares[0],
        dissatisfied=shares[1],
        flags=("mostly_not_applicable",) if skipped > MOSTLY_NOT_APPLICABLE * sum(counts) else (),
    )


def _item_index(
    sample: Sample,
    question: RatedQuestion,
    mean: float,
    *,
    sd: float | None,
    n: int,
    parameters: Parameters,
) -> Estimate:
    """The item on 0-100: from its counts where forms stand alone and count alike."""
    if not sample.is_simple(question):
        spread = item_spread(sample, question)
        return _dressed(sample, spread, n, parameters)
    low, span = question.scale.lower, question.scale.upper - question.scale.lower
    score = (mean - low) / span
    theta = score if question.higher_is_better else 1 - score
    se = None if sd is None else sd / math.sqrt(n) / span
    precision = Precision(finite=sample.finite(n))
    return estimate(theta, se, n, df=n - 1, parameters=parameters, precision=precision)


def _dressed(sample: Sample, spread: Spread, n: int, parameters: Parameters) -> Estimate:
    precision = sample.precision(spread, n)
    return estimate(
        spread.theta, spread.se, n, df=spread.df, parameters=parameters, precision=precision
    )


def _native(question: RatedQuestion, value: float) -> float:
    """Map a figure on 0-100 back to the codes as printed."""
    scale, part = question.scale, value / 100
    if question.higher_is_better:
        return scale.lower + part * (scale.upper - scale.lower)
    return scale.upper - part * (scale.upper - scale.lower)


def _native_ends(question: RatedQuestion, index: Estimate) -> Interval | None:
    """Map an interval on 0-100 back to the codes as printed."""
    if index.lower is None or index.upper is None:
        return None
    ends = sorted((_native(question, index.lower), _native(question, index.upper)))
    return Interval(*ends)


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
    return tuple(
        item
        for item in wave.questionnaire.index_items
        if item.key not in excluded and _answers(wave, item) >= parameters.publication_minimum
    )


def _answers(wave: Wave, item: RatedQuestion) -> int:
    return wave.tally.answers[wave.questionnaire.position(item.key)]


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
    all_items = wave.questionnaire.index_items
    left_out = tuple(item for item in all_items if item not in items)
    flags = ("items_reduced",) if left_out and items else ()
    asked = wave.questionnaire.index_dimensions
    dimensions: dict[str | None, Estimate] = {}
    weighting = wave_weighting(wave)
    sample = sample_of(wave, weighting)
    for place, name in enumerate(asked, start=1):
        chosen = [item for item in items if item.dimension == name]
        dimensions[name] = _index_of(sample, chosen, place, parameters)
    isu = _index_of(sample, items, 0, parameters)
    unweighted = None
    if sample.weighting is not None:
        unweighted = _index_of(replace(sample, weighting=None), items, 0, parameters)
    return IndexResult(isu, dimensions, items, left_out, flags, unweighted, weighting)


def _index_of(
    sample: Sample, items: Sequence[RatedQuestion], column: int, parameters: Parameters
) -> Estimate:
    """Estimate of the index (column 0 of the respondents) or of a dimension."""
    respondents = int(sample.tally.respondents[:, column].sum())
    if not items:
        asked = sample.questionnaire.index_items
        return no_estimate(respondents, "too_few_answers" if asked else "no_index_items")
    spread = index_spread(sample, items, column)
    return _dressed(sample, spread, respondents, parameters)


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
