"""What a wave answered to each rated question."""

import math
from dataclasses import dataclass
from operator import mul

from analysis.data import Questionnaire, RatedQuestion, Status
from analysis.design import Precision, Sample, item_spread
from analysis.estimates import (
    Estimate,
    Share,
    equivalent_se,
    estimate,
    no_estimate,
    spread_estimate,
)
from analysis.intervals import Interval
from analysis.parameters import Parameters
from analysis.publication import DEFAULT, native_decimals
from analysis.shares import share, simple_share
from analysis.tally import CATEGORIES, FIRST_CODE, Tally

#: Share of "non so" and "non previsto" above which an item leaves the next index.
MOSTLY_NOT_APPLICABLE = 0.40
_DONT_KNOW, _NOT_APPLICABLE = FIRST_CODE + Status.DK, FIRST_CODE + Status.NA
_STATUSES = tuple((status, FIRST_CODE + status) for status in Status)
_CODES = range(CATEGORIES - FIRST_CODE)
_SQUARES = tuple(code * code for code in _CODES)


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
    counts: list[int] = tally.total_counts[place].tolist()
    return _summary(sample, questionnaire.rated[place], counts, parameters)


def item_results(sample: Sample, *, parameters: Parameters = DEFAULT) -> tuple[ItemResult, ...]:
    """Summarise every rated question of a wave.

    Parameters
    ----------
    sample : Sample
        What was asked and answered, and how the forms came.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    tuple of ItemResult
        As `item_result` gives them, in the order of the questionnaire.

    Examples
    --------
    >>> from analysis.design import sample_of
    >>> from analysis.examples import example_wave
    >>> [round(found.index.value, 1) for found in item_results(sample_of(example_wave()))]
    [62.1, 63.5, 61.6, 63.1, 62.7]
    """
    counted: list[list[int]] = sample.tally.total_counts.tolist()
    return tuple(
        _summary(sample, question, counts, parameters)
        for question, counts in zip(sample.questionnaire.rated, counted, strict=True)
    )


def _summary(
    sample: Sample, question: RatedQuestion, counts: list[int], parameters: Parameters
) -> ItemResult:
    valid, sets = counts[FIRST_CODE:], (question.satisfied, question.dissatisfied)
    n = sum(valid)
    mean, sd = _mean_and_sd(valid, n)
    alone = sample.alone(question, n)
    if alone is None:
        index = _designed_index(sample, question, n, parameters)
        shares = [share(counts, question, c, parameters=parameters, sample=sample) for c in sets]
    else:
        index = _simple_index(question, mean, sd, n=n, precision=alone, parameters=parameters)
        shares = [simple_share(valid, c, precision=alone, parameters=parameters) for c in sets]
    mean, mean_se, lower, upper, decimals = _native(question, index)
    skipped = counts[_DONT_KNOW] + counts[_NOT_APPLICABLE]
    return ItemResult(
        question=question,
        n=n,
        counts={code: valid[code] for code in question.scale.codes},
        statuses={status: counts[place] for status, place in _STATUSES},
        mean=mean,
        mean_se=mean_se,
        mean_lower=lower,
        mean_upper=upper,
        mean_decimals=decimals,
        sd=sd,
        index=index,
        satisfied=shares[0],
        dissatisfied=shares[1],
        flags=("mostly_not_applicable",) if skipped > MOSTLY_NOT_APPLICABLE * sum(counts) else (),
    )


def _mean_and_sd(valid: list[int], n: int) -> tuple[float | None, float | None]:
    """Mean and standard deviation of the codes as printed; the latter takes two answers."""
    if n == 0:
        return None, None
    total = sum(map(mul, valid, _CODES))
    if n == 1:
        return float(total), None
    # in whole numbers, where the difference loses nothing
    squares = n * sum(map(mul, valid, _SQUARES)) - total * total
    return total / n, math.sqrt(squares / (n * (n - 1)))


def _simple_index(
    question: RatedQuestion,
    mean: float | None,
    sd: float | None,
    *,
    n: int,
    precision: Precision,
    parameters: Parameters,
) -> Estimate:
    """The item on 0-100 from its mean, where answers stand alone and count alike."""
    if mean is None:
        return no_estimate(0, "no_valid_answer")
    low, span = question.scale.lower, question.scale.upper - question.scale.lower
    score = (mean - low) / span
    theta = score if question.higher_is_better else 1 - score
    se = None if sd is None else sd / math.sqrt(n) / span
    return estimate(theta, se, n, df=n - 1, parameters=parameters, precision=precision)


def _designed_index(
    sample: Sample, question: RatedQuestion, n: int, parameters: Parameters
) -> Estimate:
    if n == 0:
        return no_estimate(0, "no_valid_answer")
    return spread_estimate(sample, item_spread(sample, question), n, parameters=parameters)


def _native(
    question: RatedQuestion, index: Estimate
) -> tuple[float | None, float | None, float | None, float | None, int]:
    """Mean, its standard error, ends and decimals, in the codes as printed."""
    scale = question.scale
    span = scale.upper - scale.lower
    start, way = (scale.lower, span) if question.higher_is_better else (scale.upper, -span)
    mean = None if index.value is None else start + index.value / 100 * way
    se = None if index.se is None else index.se / 100 * span
    if index.lower is None or index.upper is None:
        return mean, se, None, None, 1
    ends = start + index.lower / 100 * way, start + index.upper / 100 * way
    lower, upper = ends if way > 0 else ends[::-1]
    decimals = native_decimals(se or equivalent_se(Interval(lower, upper)))
    return mean, se, lower, upper, decimals
