"""Delete-a-group jackknife over the hash groups of a tally."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, RatedQuestion
from analysis.intervals import Interval, student_quantile
from analysis.moments import Moments, slope
from analysis.tally import Tally

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jackknife:
    """A vector of statistics with its covariance.

    Attributes
    ----------
    values : ndarray of float64, shape (statistics,)
        On all groups; empty with reason ``undefined``.
    covariance : ndarray of float64, shape (statistics, statistics), or None
        None with a `reason`.
    groups : int
        Groups that hold anybody; degrees of freedom are one less.
    reason : str or None
        ``undefined``, ``fewer_than_two_groups`` or ``undefined_without_a_group``.
    """

    values: Float
    covariance: Float | None
    groups: int
    reason: str | None = None

    @property
    def se(self) -> Float | None:
        """Standard errors, never NaN."""
        if self.covariance is None:
            return None
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))

    def interval(self, place: int, *, confidence: float = 0.95) -> Interval | None:
        """Student interval of one statistic; None where there is no standard error."""
        return self.intervals(confidence=confidence)[place]

    def intervals(self, *, confidence: float = 0.95) -> tuple[Interval | None, ...]:
        """Student intervals of all statistics."""
        se = self.se
        if se is None:
            return (None,) * len(self.values)
        half = student_quantile(self.groups - 1, confidence) * se
        ends = zip((self.values - half).tolist(), (self.values + half).tolist(), strict=True)
        return tuple(Interval(low, high) for low, high in ends)


@dataclass(frozen=True, slots=True)
class ItemSums:
    """Answers to single questions by hash group: all that their means need of the pair sums.

    Attributes
    ----------
    answers : ndarray of float64, shape (groups, questions)
        Valid answers.
    sums : ndarray of float64, shape (groups, questions)
        Their sums, on 0-1 with 1 best.
    """

    answers: Float
    sums: Float

    @property
    def means(self) -> Float:
        """Means over all groups; every question must have an answer."""
        return np.asarray(self.sums.sum(axis=0) / self.answers.sum(axis=0))

    def means_without_each_group(self) -> Float:
        """Means without each group that holds anybody; NaN where nobody is left."""
        held = (self.answers > 0).any(axis=1)
        rest = self.answers.sum(axis=0) - self.answers[held]
        left = self.sums.sum(axis=0) - self.sums[held]
        missing = np.full(rest.shape, np.nan)
        return np.asarray(np.divide(left, rest, out=missing, where=rest > 0))


def item_sums(
    questionnaire: Questionnaire, tally: Tally, items: Sequence[RatedQuestion]
) -> ItemSums:
    """Answers and oriented sums of `items` in each of the 64 hash groups of a tally.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the tally belongs to.
    tally : Tally
        What was answered.
    items : sequence of RatedQuestion
        The items wanted, in the order wanted.

    Returns
    -------
    ItemSums
        The diagonals of `analysis.moments.group_moments`.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> item_sums(wave.questionnaire, wave.tally, wave.questionnaire.index_items).means.round(3)
    array([0.621, 0.635, 0.616, 0.631])
    """
    places = [questionnaire.position(item.key) for item in items]
    answers = tally.group_pairs[:, 0, places, places].astype(np.float64)
    codes = tally.group_pairs[:, 1, places, places]
    intercepts, slopes = np.array([slope(item) for item in items]).reshape(-1, 2).T
    return ItemSums(answers, intercepts * answers + slopes * codes)


def delete_a_group(groups: Moments, statistic: Callable[[Moments], Float | None]) -> Jackknife:
    r"""Covariance of smooth statistics of pair sums.

    Parameters
    ----------
    groups : Moments
        With a leading axis of groups; groups without any answer are not counted.
    statistic : callable
        From the sums of all groups, or of all but one, to an array of shape (statistics,), or
        None where it is not defined.

    Returns
    -------
    Jackknife

    Notes
    -----
    :math:`\frac{G-1}{G} \sum_g (\theta_{(g)} - \theta)(\theta_{(g)} - \theta)'` with
    :math:`\theta_{(g)}` without group g and Student's t with G - 1 degrees of freedom (Kott 2001,
    Journal of Official Statistics 17; method, section 4). For smooth statistics and n >= 500.

    Examples
    --------
    >>> marks = np.array([0.25, 0.5, 0.75, 1.0, 1.0])
    >>> one = np.ones((5, 1, 1))
    >>> by_answer = Moments(one, marks[:, None, None], marks[:, None, None] ** 2)
    >>> found = delete_a_group(by_answer, lambda sums: sums.means)
    >>> found.values.tolist(), round(float(found.se[0]), 6)
    ([0.7], 0.145774)
    >>> round(float(marks.std(ddof=1)) / 5**0.5, 6)
    0.145774
    """
    total = groups.total()
    parts = without_each_group(groups)
    values, count = statistic(total), len(parts.N)
    if values is None:
        return Jackknife(np.zeros(0), None, count, "undefined")
    if count < 2:
        return Jackknife(values, None, count, "fewer_than_two_groups")
    without = [statistic(Moments(parts.N[g], parts.A[g], parts.P[g])) for g in range(count)]
    found = [one for one in without if one is not None]
    if len(found) < count:
        return Jackknife(values, None, count, "undefined_without_a_group")
    return from_parts(values, np.stack(found))


def without_each_group(groups: Moments) -> Moments:
    """Pair sums of all groups but one, for each group that holds anybody.

    Parameters
    ----------
    groups : Moments
        With a leading axis of groups.

    Returns
    -------
    Moments
        With a leading axis of the groups left out; what a statistic of stacked sums is taken of.

    Examples
    --------
    >>> one = np.array([1.0, 2.0, 0.0])[:, None, None]
    >>> without_each_group(Moments(one, one, one)).N.ravel().tolist()
    [2.0, 1.0]
    """
    held = groups.N.reshape(len(groups.N), -1).sum(axis=1) > 0
    total = groups.total()
    return Moments(total.N - groups.N[held], total.A - groups.A[held], total.P - groups.P[held])


def from_parts(values: Float, without: Float) -> Jackknife:
    """Covariance of statistics from their values without each group.

    Parameters
    ----------
    values : ndarray of float64, shape (statistics,)
        On all groups.
    without : ndarray of float64, shape (groups, statistics)
        Without each group in turn; a row that is not finite means that it is not defined there.

    Returns
    -------
    Jackknife

    Examples
    --------
    >>> marks = np.array([0.25, 0.5, 0.75, 1.0, 1.0])
    >>> without = (marks.sum() - marks) / 4
    >>> round(float(from_parts(marks.mean(keepdims=True), without[:, None]).se[0]), 6)
    0.145774
    """
    count = len(without)
    if count < 2:
        return Jackknife(values, None, count, "fewer_than_two_groups")
    if not bool(np.isfinite(without).all()):
        return Jackknife(values, None, count, "undefined_without_a_group")
    apart = without - values
    return Jackknife(values, (count - 1) / count * (apart.T @ apart), count)
