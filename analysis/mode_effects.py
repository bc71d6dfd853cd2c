"""Do web, kiosk and paper differ at equal profile, and did their mix change?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.adjust import CellScores
from analysis.intervals import student_quantile

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_MINIMUM = 30
_LARGE_POINTS = 5.0
_LARGE_P = 0.01
_SHARE_MOVED = 0.15
_NOTHING = 1e-11


@dataclass(frozen=True, slots=True)
class ModeDifference:
    """Second mode minus first, at the profile of both together, in points of 0-100.

    Attributes
    ----------
    first, second : int
        Response modes.
    compared : float
        Part of the respondents of the two modes that lies in profile cells found in both.
    difference, se, lower, upper, p : float or None
        None with a `reason`.
    flagged : bool
        ``mode_effect``: at least 5 points and p below .01. Never a reason to correct the level:
        selection and measurement cannot be told apart without an experiment.
    reason : str or None
        ``no_common_profile``, ``no_variance_known`` or ``no_variance``.
    """

    first: int
    second: int
    compared: float
    difference: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    flagged: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreCells:
    """Scores of one service and wave on 0-100, summed by response mode and profile.

    Attributes
    ----------
    mode, profile : ndarray of int64, shape (cells,)
        Response mode, and any number that names the profile cell (age class and sex).
    size, total, squares : ndarray of float64, shape (cells,)
        Respondents, sum of their scores, sum of the squares. One row a respondent will do.
    """

    mode: Int
    profile: Int
    size: Float
    total: Float
    squares: Float


def score_cells(mode: Int, profile: Int, scores: Float) -> ScoreCells:
    """Lay out one respondent a cell; respondents without score (NaN) are left out.

    Parameters
    ----------
    mode : ndarray of int64, shape (respondents,)
        Response mode.
    profile : ndarray of int64, shape (respondents,)
        Any number that names the profile cell.
    scores : ndarray of float64, shape (respondents,)
        Points of 0-100; NaN without a score.

    Returns
    -------
    ScoreCells

    Examples
    --------
    >>> cells = score_cells(np.array([0, 2]), np.array([1, 1]), np.array([75.0, np.nan]))
    >>> cells.mode.tolist(), cells.total.tolist(), cells.squares.tolist()
    ([0], [75.0], [5625.0])
    """
    kept = ~np.isnan(scores)
    y = scores[kept]
    return ScoreCells(mode[kept], profile[kept], np.ones(len(y)), y, y * y)


def cells_of(scores: CellScores) -> ScoreCells:
    """Lay out the pseudo-values of a wave, summed by cell, with age class and sex as profile.

    Pseudo-values are summed around the index of the wave, which no difference shows.

    Parameters
    ----------
    scores : CellScores
        As `analysis.adjust.cell_scores` gives them.

    Returns
    -------
    ScoreCells
        `profile` is 100 times the age class plus the sex, 0 where one is not stated.

    Examples
    --------
    >>> from analysis.adjust import cell_scores
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> cells = cells_of(cell_scores(wave, wave.questionnaire.index_items))
    >>> cells.mode.tolist(), cells.profile.tolist()
    ([0, 0, 0, 2, 2, 2], [100, 200, 300, 100, 200, 300])
    """
    return ScoreCells(
        scores.keys[:, 0],
        100 * scores.keys[:, 1] + scores.keys[:, 2],
        scores.size,
        scores.total,
        scores.squares,
    )


def mode_differences(cells: ScoreCells, *, confidence: float = 0.95) -> tuple[ModeDifference, ...]:
    r"""Compare every two modes that have 30 respondents each.

    Parameters
    ----------
    cells : ScoreCells
        Of one service and wave.
    confidence : float, optional
        Coverage of the intervals.

    Returns
    -------
    tuple of ModeDifference
        Empty when fewer than two modes have 30 respondents. Scores around a common constant
        (pseudo-values minus the index) give the same differences.

    Notes
    -----
    Post-stratified to the pooled profile of the two modes, over the profile cells found in both:
    :math:`d = \sum_c W_c (\bar y_{2c} - \bar y_{1c})`, :math:`W_c = n_c / \sum n_c`,
    :math:`SE^2 = \sum_m s_m^2 \sum_c W_c^2 / n_{mc}` with :math:`s_m^2` pooled within the cells of
    mode m, Satterthwaite's degrees of freedom (method, 3.8).

    Examples
    --------
    >>> mode, profile = np.repeat([0, 1], 60), np.tile(np.repeat([1, 2], 30), 2)
    >>> scores = 60.0 + 10 * mode + 5 * profile + np.tile([-3.0, 3.0], 60)
    >>> found = mode_differences(score_cells(mode, profile, scores))[0]
    >>> round(found.difference, 6), found.flagged
    (10.0, True)
    """
    modes, row = np.unique(cells.mode, return_inverse=True)
    profiles, column = np.unique(cells.profile, return_inverse=True)
    shape = len(modes), len(profiles)
    place = row * shape[1] + column
    columns = (cells.size, cells.total, cells.squares)
    tables = np.array([
        np.bincount(place, summand, shape[0] * shape[1]).reshape(shape) for summand in columns
    ], dtype=np.float64)  # fmt: skip
    named, sizes = modes.tolist(), tables[0].sum(axis=1).tolist()
    large = [k for k, size in enumerate(sizes) if size >= _MINIMUM]
    return tuple(
        _difference(tables[:, (j, k)], (named[j], named[k]), confidence)
        for j, k in combinations(large, 2)
    )


def _difference(tables: Float, pair: tuple[int, int], confidence: float) -> ModeDifference:
    """Compare two modes: size, total and squares in each profile, of shape (3, 2, profiles)."""
    both = (tables[0] > 0).all(axis=0)
    n, sums, squares = tables[:, :, both]
    pooled = n.sum(axis=0)
    shared = float(pooled.sum())
    compared = shared / float(tables[0].sum())
    if shared == 0:
        return ModeDifference(*pair, compared, reason="no_common_profile")
    weight = pooled / shared
    means = ((sums / n) @ weight).tolist()
    inside = (squares - sums**2 / n).sum(axis=1).tolist()
    shares = (weight**2 / n).sum(axis=1).tolist()
    degrees = (n.sum(axis=1) - len(weight)).tolist()
    difference = means[1] - means[0]
    if min(degrees) <= 0:
        return ModeDifference(*pair, compared, difference, reason="no_variance_known")
    terms = [max(v, 0.0) / df * of for v, df, of in zip(inside, degrees, shares, strict=True)]
    variance = sum(terms)
    if variance < _NOTHING:
        return ModeDifference(*pair, compared, difference, 0.0, reason="no_variance")
    df = variance**2 / sum(v * v / d for v, d in zip(terms, degrees, strict=True))
    se = math.sqrt(variance)
    half = student_quantile(df, confidence) * se
    p = min(1.0, 2 * float(scipy.special.stdtr(df, -abs(difference) / se)))
    flagged = abs(difference) >= _LARGE_POINTS and p < _LARGE_P
    return ModeDifference(
        *pair, compared, difference, se, difference - half, difference + half, p, flagged
    )


@dataclass(frozen=True, slots=True)
class ModeMix:
    """How the shares of the response modes moved between two waves.

    Attributes
    ----------
    moved : mapping of int to float
        Share after minus share before, by mode; empty when a wave has nobody.
    changed : bool
        ``mode_mix_changed``: some share moved by at least 15 percentage points.
    reason : str or None
        ``nobody`` when a wave has no respondents.
    """

    moved: Mapping[int, float]
    changed: bool
    reason: str | None = None


def mode_mix(before: Mapping[int, float], after: Mapping[int, float]) -> ModeMix:
    """Compare the respondents by mode of two waves.

    Parameters
    ----------
    before, after : mapping of int to float
        Respondents by response mode.

    Returns
    -------
    ModeMix

    Examples
    --------
    >>> mode_mix({0: 70, 2: 30}, {0: 55, 2: 45}).changed
    True
    """
    n1, n2 = float(sum(before.values())), float(sum(after.values()))
    if n1 <= 0 or n2 <= 0:
        return ModeMix({}, False, "nobody")
    moved = {
        mode: after.get(mode, 0) / n2 - before.get(mode, 0) / n1
        for mode in sorted({*before, *after})
    }
    return ModeMix(moved, any(abs(step) >= _SHARE_MOVED - 1e-12 for step in moved.values()))
