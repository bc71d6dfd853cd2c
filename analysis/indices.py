"""Item results, shares, dimensions and the satisfaction index, each with its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, RatedQuestion, Status
from analysis.intervals import Interval, quasi_wilson_t, wilson
from analysis.moments import index_weights, linear_index, moments
from analysis.parameters import Parameters
from analysis.publication import (
    DEFAULT,
    Publication,
    index_decimals,
    native_decimals,
    publication_class,
    share_decimals,
)
from analysis.tally import FIRST_CODE, Tally
from analysis.wave import Wave

#: Share of "non so" and "non previsto" above which an item leaves the next index.
MOSTLY_NOT_APPLICABLE = 0.40


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure on 0-100, or the reason why there is none.

    Attributes
    ----------
    value, se, lower, upper : float or None
        Points of 0-100, never rounded.
    n : int
        Valid answers, or respondents with at least one.
    decimals : int
        Decimals to show (method, 3.6).
    reason : str or None
        Why `value` or its interval is None.
    """

    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    n: int
    publication: Publication
    decimals: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the valid answers that falls in a set of codes, in percent, with Wilson ends."""

    codes: tuple[int, ...]
    count: int
    n: int
    value: float | None
    lower: float | None
    upper: float | None
    publication: Publication
    decimals: int = 0
    reason: str | None = None


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
    """The headline index, its dimensions, and the items that entered it."""

    isu: Estimate
    dimensions: dict[str | None, Estimate]
    items: tuple[RatedQuestion, ...]
    left_out: tuple[RatedQuestion, ...]
    flags: tuple[str, ...]


def estimate(
    theta: float, se: float | None, n: int, *, df: float, parameters: Parameters = DEFAULT
) -> Estimate:
    """Dress an unweighted figure on 0-1 with its interval, on 0-100.

    Parameters
    ----------
    theta, se : float
        On 0-1; `se` None when it cannot be computed.
    n : int
        Respondents behind it.
    df : float
        Degrees of freedom of `se`.

    Returns
    -------
    Estimate
        Without interval, and with a reason, when `se` is None.
    """
    shown = publication_class(n, parameters=parameters)
    if se is None:
        reason = "one_respondent" if n < 2 else "no_pair_sums"
        return Estimate(100 * theta, None, None, None, n, shown, reason=reason)
    ends = quasi_wilson_t(theta, se, df, n=n, confidence=parameters.confidence).times(100)
    return Estimate(
        100 * theta, 100 * se, ends.lower, ends.upper, n, shown,
        decimals=index_decimals(100 * se or equivalent_se(ends)),
    )  # fmt: skip


def equivalent_se(ends: Interval) -> float:
    """Standard error that an interval stands for, where everybody answered the same."""
    return (ends.upper - ends.lower) / (2 * 1.959964)


def no_estimate(n: int, reason: str) -> Estimate:
    """Give an empty estimate with its reason."""
    return Estimate(None, None, None, None, n, Publication.NOT_PUBLISHED, reason=reason)


def share(
    counts: NDArray[np.int64],
    question: RatedQuestion,
    codes: frozenset[int],
    *,
    parameters: Parameters = DEFAULT,
) -> Share:
    """Share of the valid answers in `codes`, with Wilson's interval.

    Parameters
    ----------
    counts : ndarray of int64, shape (15,)
        Forms by answer: four statuses, then codes 0..10.
    question : RatedQuestion
        Gives the codes that are on its form.
    codes : frozenset of int
        The set counted, such as the satisfied one.

    Returns
    -------
    Share
        Empty with a reason when nobody answered or the scale declares no such set.
    """
    n = int(counts[FIRST_CODE:].sum())
    count = int(sum(int(counts[code + FIRST_CODE]) for code in codes))
    listed = tuple(sorted(codes))
    shown = publication_class(n, parameters=parameters)
    if not codes or n == 0:
        reason = "no_valid_answer" if codes else "no_set_declared"
        hidden = Publication.NOT_PUBLISHED
        return Share(listed, count, n, None, None, None, hidden, reason=reason)
    ends = wilson(count, n, confidence=parameters.confidence).times(100)
    value = 100 * count / n
    se = math.sqrt(value * (100 - value) / n) or equivalent_se(ends)
    decimals = share_decimals(se, n)
    return Share(listed, count, n, value, ends.lower, ends.upper, shown, decimals)


def item_result(
    questionnaire: Questionnaire, tally: Tally, key: str, *, parameters: Parameters = DEFAULT
) -> ItemResult:
    """Summarise one rated question.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    tally : Tally
        What was answered.
    key : str
        A rating question.

    Returns
    -------
    ItemResult

    Notes
    -----
    m_j = sum(x count)/n_j; 0-100 is 100 (m_j - L)/(U - L), so that 4 of 1-5 is 75 and not 80
    (method, 2.1). The interval is quasi-Wilson-t with n_j - 1 degrees of freedom.
    """
    place = questionnaire.position(key)
    question = questionnaire.rated[place]
    counts = tally.counts[:, place].sum(axis=0)
    valid = counts[FIRST_CODE:].astype(np.float64)
    n, codes = int(valid.sum()), np.arange(len(valid))
    mean = mean_se = sd = None
    index = no_estimate(0, "no_valid_answer")
    low, span = question.scale.lower, question.scale.upper - question.scale.lower
    if n:
        mean = float(codes @ valid / n)
        if n > 1:
            sd = math.sqrt(float((codes - mean) ** 2 @ valid) / (n - 1))
            mean_se = sd / math.sqrt(n)
        score = (mean - low) / span
        theta = score if question.higher_is_better else 1 - score
        se = None if mean_se is None else mean_se / span
        index = estimate(theta, se, n, df=n - 1, parameters=parameters)
    ends = _native_ends(question, index)
    asked = int(counts.sum())
    skipped = int(counts[int(Status.DK) + FIRST_CODE] + counts[int(Status.NA) + FIRST_CODE])
    return ItemResult(
        question=question,
        n=n,
        counts={code: int(valid[code]) for code in question.scale.codes},
        statuses={status: int(counts[int(status) + FIRST_CODE]) for status in Status},
        mean=mean,
        mean_se=mean_se,
        mean_lower=None if ends is None else ends.lower,
        mean_upper=None if ends is None else ends.upper,
        mean_decimals=1 if ends is None else native_decimals(mean_se or equivalent_se(ends)),
        sd=sd,
        index=index,
        satisfied=share(counts, question, question.satisfied, parameters=parameters),
        dissatisfied=share(counts, question, question.dissatisfied, parameters=parameters),
        flags=("mostly_not_applicable",) if skipped > MOSTLY_NOT_APPLICABLE * asked else (),
    )


def _native_ends(question: RatedQuestion, index: Estimate) -> Interval | None:
    """Map an interval on 0-100 back to the codes as printed."""
    if index.lower is None or index.upper is None:
        return None
    low, high, scale = index.lower / 100, index.upper / 100, question.scale
    span = scale.upper - scale.lower
    if question.higher_is_better:
        return Interval(scale.lower + low * span, scale.lower + high * span)
    return Interval(scale.upper - high * span, scale.upper - low * span)


def usable_items(
    wave: Wave, *, excluded: frozenset[str] = frozenset(), parameters: Parameters = DEFAULT
) -> tuple[RatedQuestion, ...]:
    """Index items with enough valid answers and not declared out (method, 2.3)."""
    return tuple(
        item
        for item in wave.questionnaire.index_items
        if item.key not in excluded and _answers(wave, item) >= parameters.publication_minimum
    )


def _answers(wave: Wave, item: RatedQuestion) -> int:
    place = wave.questionnaire.position(item.key)
    return int(wave.tally.counts[:, place, FIRST_CODE:].sum())


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
    """
    items = usable_items(wave, excluded=excluded, parameters=parameters)
    all_items = wave.questionnaire.index_items
    left_out = tuple(item for item in all_items if item not in items)
    flags = ("items_reduced",) if left_out and items else ()
    asked = wave.questionnaire.index_dimensions
    dimensions: dict[str | None, Estimate] = {}
    for place, name in enumerate(asked, start=1):
        chosen = [item for item in items if item.dimension == name]
        respondents = int(wave.tally.respondents[:, place].sum())
        dimensions[name] = _index_of(wave, chosen, respondents, parameters)
    isu = _index_of(wave, items, wave.respondents, parameters)
    return IndexResult(isu, dimensions, items, left_out, flags)


def _index_of(
    wave: Wave, items: Sequence[RatedQuestion], respondents: int, parameters: Parameters
) -> Estimate:
    if not items:
        asked = wave.questionnaire.index_items
        return no_estimate(respondents, "too_few_answers" if asked else "no_index_items")
    sums = moments(wave.questionnaire, wave.tally.pairs.sum(axis=0), items)
    theta, se = linear_index(sums, index_weights(items), respondents)
    if not wave.tally.paired and len(items) > 1:
        se = None
    return estimate(theta, se, respondents, df=respondents - 1, parameters=parameters)


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
    degrees = np.array([index.n - 1.0 for _, index, _ in shown])
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
