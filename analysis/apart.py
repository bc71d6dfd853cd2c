"""How far apart two answers of one form are: squares that pair sums do not hold."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, RatedQuestion
from analysis.importance import Gap
from analysis.intervals import Interval, student_quantile
from analysis.ranks import lower_tail
from analysis.tally import Tally

_STILL = 1e-12


def exact_gap(
    questionnaire: Questionnaire,
    tally: Tally,
    pair: tuple[RatedQuestion, RatedQuestion],
    *,
    confidence: float = 0.95,
) -> Gap | None:
    r"""Paired t of two questions on one scale, from whole numbers alone.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the tally belongs to.
    tally : Tally
        What was answered, with its pair sums.
    pair : (RatedQuestion, RatedQuestion)
        The judgement, and the expectation or importance asked of it.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    Gap or None
        On 0-1 with 1 best, as `analysis.importance.paired_gap` has it from respondents. None
        where forms share clusters or the tally does not hold the squares: then the hash groups
        give the error.

    Notes
    -----
    With S the sum of the differences d of the codes and Q that of their squares over the n pairs,
    :math:`s^2 = (nQ - S^2) / (n(n-1))` and :math:`SE = s/\sqrt n` (method, 2.7).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> exact_gap(wave.questionnaire, wave.tally, wave.questionnaire.rated[:2]) is None
    True
    """
    places = tuple(questionnaire.position(one.key) for one in pair)
    known = questionnaire.beside
    if places not in known or len(tally.squares) != len(known) or _shared(tally, places):
        return None
    n, apart, squares = _differences(tally, places, pair, tally.squares[known.index(places)])
    step = 1 / (pair[0].scale.upper - pair[0].scale.lower)
    if n == 0:
        return Gap(None, None, None, None, 0, "no_pairs")
    mean = step * apart / n
    if n == 1:
        return Gap(mean, None, None, None, 1, "one_pair")
    se = step * math.sqrt((n * squares - apart * apart) / (n * n * (n - 1)))
    if se < _STILL:
        return Gap(mean, 0.0, None, None, n, "no_variance")
    half = student_quantile(n - 1, confidence) * se
    p = min(1.0, 2 * lower_tail(-abs(mean) / se, n - 1))
    return Gap(mean, se, Interval(mean - half, mean + half), p, n)


def _shared(tally: Tally, places: Sequence[int]) -> bool:
    """Whether forms that answered the first question share a cluster."""
    rated = tally.counts.shape[1]
    return bool(tally.cluster_extra[places[0] - rated])


def _differences(
    tally: Tally,
    places: tuple[int, int],
    pair: tuple[RatedQuestion, RatedQuestion],
    own: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Pairs, and sums of the differences of the codes and of their squares, 0 being worst."""
    (j, k), (N, A, P) = places, tally.total_pairs
    n, first, second, product = (int(one) for one in (N[j, k], A[j, k], A[k, j], P[j, k]))
    (a, s), (b, t) = (
        (-one.scale.lower, 1) if one.higher_is_better else (one.scale.upper, -1) for one in pair
    )
    apart = (a - b) * n + s * first - t * second
    squares = int(own.sum()) - 2 * s * t * product + (a - b) * (2 * apart - (a - b) * n)
    return n, apart, squares
