"""Shares of the valid answers to a question, with their intervals."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.data import RatedQuestion
from analysis.design import SIMPLE, Precision, Sample, share_spread
from analysis.estimates import Share, corrected, equivalent_se
from analysis.intervals import Interval, wilson
from analysis.parameters import Parameters
from analysis.publication import DEFAULT, Publication, publication_class, share_decimals
from analysis.tally import FIRST_CODE


def share(
    counts: Sequence[int] | NDArray[np.int64],
    question: RatedQuestion,
    codes: frozenset[int],
    *,
    parameters: Parameters = DEFAULT,
    sample: Sample | None = None,
) -> Share:
    """Share of the valid answers in `codes`, with its interval.

    Parameters
    ----------
    counts : sequence of int, 15 of them
        Forms by answer: four statuses, then codes 0..10.
    question : RatedQuestion
        Gives the codes that are on its form.
    codes : frozenset of int
        The set counted, such as the satisfied one.
    parameters : Parameters, optional
        Choices of the body: coverage of the interval, thresholds of publication.
    sample : Sample, optional
        How the forms came; each alone and alike when left out.

    Returns
    -------
    Share
        Empty with a reason when nobody answered or the scale declares no such set. `count` is
        always the number of forms, also where `value` is weighted.

    Notes
    -----
    Wilson's interval; with weights or clusters the same with n* = p(1-p)/SE^2 trials and Student's
    quantile; with a finite population n/factor^2 trials (method, 3.2 and 3.5).

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> question, counts = example_questionnaire().rated[0], np.zeros(15, np.int64)
    >>> counts[FIRST_CODE + 1 : FIRST_CODE + 6] = 2, 3, 10, 50, 35
    >>> found = share(counts, question, question.satisfied)
    >>> found.count, found.n, found.value, round(found.lower, 2), round(found.upper, 2)
    (85, 100, 85.0, 76.72, 90.69)
    """
    valid = [int(count) for count in counts[FIRST_CODE:]]
    n = sum(valid)
    alone = SIMPLE if sample is None else sample.alone(question, n)
    if sample is None or alone is not None or n == 0 or not codes:
        return simple_share(valid, codes, precision=alone or SIMPLE, parameters=parameters)
    count = sum(valid[code] for code in codes)
    spread = share_spread(sample, question, codes)
    precision = sample.precision(spread, n)
    shown = publication_class(n, effective=precision.kish, parameters=parameters)
    listed, value = tuple(sorted(codes)), 100 * spread.theta
    if spread.se is None:
        reason = precision.reason or "one_respondent"
        return Share(listed, count, n, value, None, None, shown, reason=reason, precision=precision)
    ends, se = corrected(
        spread.theta, spread.se, n, df=spread.df, parameters=parameters, precision=precision
    )
    decimals = share_decimals(100 * (se or equivalent_se(ends)), n)
    return Share(
        listed, count, n, value, 100 * ends.lower, 100 * ends.upper, shown, decimals,
        precision=precision,
    )  # fmt: skip


def simple_share(
    valid: Sequence[int],
    codes: frozenset[int],
    *,
    precision: Precision = SIMPLE,
    parameters: Parameters = DEFAULT,
) -> Share:
    """Share of answers that stand alone and count alike.

    Parameters
    ----------
    valid : sequence of int, 11 of them
        Forms by code, 0..10.
    codes : frozenset of int
        The set counted.
    precision : Precision, optional
        Gives the correction for a finite population.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    Share
        As `share` gives it.

    Examples
    --------
    >>> found = simple_share([0, 2, 3, 10, 50, 35, 0, 0, 0, 0, 0], frozenset({4, 5}))
    >>> found.value, round(found.lower, 2), round(found.upper, 2)
    (85.0, 76.72, 90.69)
    """
    n, count = sum(valid), sum([valid[code] for code in codes])
    listed = tuple(sorted(codes))
    if not codes or n == 0:
        reason = "no_valid_answer" if codes else "no_set_declared"
        return Share(
            listed, count, n, None, None, None, Publication.NOT_PUBLISHED, reason=reason
        )  # fmt: skip
    value, factor = count / n, precision.finite.factor
    if factor == 0:
        ends = Interval(value, value)
    else:
        trials = n / factor**2
        ends = wilson(value * trials, trials, confidence=parameters.confidence)
    se = math.sqrt(value * (1 - value) / n)
    return Share(
        listed, count, n, 100 * value, 100 * ends.lower, 100 * ends.upper,
        publication_class(n, parameters=parameters),
        share_decimals(100 * (se or equivalent_se(ends)), n), None, precision,
    )  # fmt: skip
