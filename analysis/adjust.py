"""Difference between waves at equal response mode and user profile."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.cell_fit import WaveCells, fit_cells, pseudo_inverse
from analysis.data import CELL_VARIABLES, RatedQuestion
from analysis.design import Sample, index_spread
from analysis.moments import index_weights, linear_index, slope, total_moments
from analysis.wave import Wave, mode_shares

Float = NDArray[np.float64]
_ENOUGH_IN_MODE = 10


@dataclass(frozen=True, slots=True)
class CellScores:
    """Pseudo-values of one wave, summed by cell, in points of 0-100.

    Attributes
    ----------
    theta, se : float
        Index of the wave on the items compared, and its standard error between clusters.
    keys : ndarray of int64, shape (cells, 4)
        Mode, age class, sex, access channel.
    size, total, squares : ndarray of float64, shape (cells,)
        Respondents, and sums of y - theta and of its square, each form by itself.
    simple_se : float
        What `se` would be if every form stood alone.
    clusters : int
        Clusters; as many as respondents where every form stands alone.
    """

    theta: float
    se: float
    simple_se: float
    clusters: int
    keys: NDArray[np.int64]
    size: Float
    total: Float
    squares: Float


@dataclass(frozen=True, slots=True)
class AdjustedChange:
    """Last wave against the mean of the earlier ones.

    Attributes
    ----------
    adjusted, crude : float
        Points of 0-100, with and without adjustment.
    se, crude_se : float
        Their standard errors.
    df : float
        Degrees of freedom of `se`.
    values : tuple of float
        Index of each wave on the items compared, oldest first.
    value_ses : tuple of float
        Their standard errors.
    factors : tuple of str
        What the change is adjusted for.
    interaction_p : float or None
        Test of whether the change differs by response mode; None where it cannot be told, where
        nothing varies, or where it was not asked for.
    """

    adjusted: float
    se: float
    df: float
    crude: float
    crude_se: float
    values: tuple[float, ...]
    value_ses: tuple[float, ...]
    factors: tuple[str, ...]
    interaction_p: float | None


def cell_scores(wave: Wave, items: Sequence[RatedQuestion]) -> CellScores:
    """Sum the pseudo-values of a wave over its cells.

    Parameters
    ----------
    wave : Wave
        With pair sums and at least two respondents.
    items : sequence of RatedQuestion
        The items compared; each has an answer.

    Returns
    -------
    CellScores

    Raises
    ------
    ValueError
        If the wave has fewer than two respondents: no standard error.

    Notes
    -----
    y_i = theta + n sum_j b_j r_ij (x_ij - m_j) with b_j = a_j/N_jj, so that mean(y) = theta and
    var(y)/n = SE^2. In a cell with matrices N, A: sum (y - theta) = n b'(diag A - m diag N) and
    sum (y - theta)^2 = n^2 b'C b, C with the means of the whole wave (method, section 4).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave("2026", seed=2, shift=-0.3)
    >>> found = cell_scores(wave, wave.questionnaire.index_items)
    >>> round(found.theta, 1), round(found.se, 2), found.clusters, int(found.size.sum())
    (56.8, 1.26, 200, 200)
    """
    asked = tuple((item.identity, item.dimension) for item in items)
    return wave.kept.once(("cell_scores", asked), lambda: _cell_scores(wave, items))


def _cell_scores(wave: Wave, items: Sequence[RatedQuestion]) -> CellScores:
    questionnaire, tally, n = wave.questionnaire, wave.tally, wave.respondents
    sums, weights = total_moments(questionnaire, tally, items), index_weights(items)
    theta, se = linear_index(sums, weights, n)
    if se is None:
        raise ValueError(f"wave {wave.label!r} has {n} respondents: no standard error")
    clusters, between = n - int(tally.cluster_extra[0]), None
    if clusters < n:
        between = index_spread(Sample(questionnaire, tally), items).se
    kept = tally.respondents[:, 0] > 0
    places = np.array([questionnaire.position(item.key) for item in items])
    pairs = tally.pairs[kept][..., places[:, None], places].astype(np.float64)
    # y - theta = sum_j r_j (c_j x_j - d_j) with the codes x as printed: no cell need be oriented
    intercepts, slopes = np.array([slope(item) for item in items]).T
    b = n * weights / sums.answers
    c, d = b * slopes, b * (sums.means - intercepts)
    products = np.array([d, -2 * c, c])[:, :, None] * np.array([d, d, c])[:, None, :]
    answers, codes, _ = np.diagonal(pairs, axis1=2, axis2=3).swapaxes(0, 1)
    squares = pairs.reshape(len(pairs), -1) @ products.ravel()
    return CellScores(
        theta=100 * theta,
        se=100 * (se if between is None else between),
        simple_se=100 * se,
        clusters=clusters,
        keys=tally.keys[kept],
        size=tally.respondents[kept, 0].astype(np.float64),
        total=100 * (codes @ c - answers @ d),
        squares=1e4 * np.maximum(squares, 0.0),
    )


#: Effect and variance of a change, degrees of freedom, factors it is adjusted for, and design.
_Adjusted = tuple[float, float, float, tuple[str, ...], Float]


def adjusted_change(
    waves: Sequence[Wave], items: Sequence[RatedQuestion], *, by_mode: bool = True
) -> AdjustedChange | None:
    """Contrast the last wave with the mean of the earlier ones by analysis of covariance.

    Parameters
    ----------
    waves : sequence of Wave
        Oldest first, at least two.
    items : sequence of RatedQuestion
        Items that every wave asked alike.
    by_mode : bool, optional
        Whether to test too if the change differs by response mode.

    Returns
    -------
    AdjustedChange or None
        None when waves and profile are so confounded that no contrast can be estimated.

    Raises
    ------
    ValueError
        If a wave has fewer than two respondents: no standard error.

    Notes
    -----
    Ordinary least squares of the pseudo-values on one dummy a wave and on response mode, age
    class, sex and access channel (main effects, blank as its own level), with the HC1 sandwich
    n/(n-p) (X'X)^-1 X' diag(e^2) X (X'X)^-1, all from cell sums: sum e^2 = sum y^2 - 2 f sum y +
    n f^2 (method, sections 4 and 6.2). A profile variable that cannot be told apart from the waves
    is left out of the adjustment.

    A tally does not know clusters by cell. Where forms share them, every variance is multiplied by
    the design effect of the crude contrast, sum c_w^2 SE_w^2 between clusters over the same of
    forms that stand alone, never below 1, and the degrees of freedom are clusters less columns.
    Without covariates this is the cluster sandwich up to its small-sample factors.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2, shift=-0.3))
    >>> found = adjusted_change(waves, waves[0].questionnaire.index_items)
    >>> round(found.adjusted, 1), round(found.se, 2), round(found.crude, 1), found.factors
    (-5.4, 1.78, -5.8, ('mode', 'age_class'))
    """
    scores = [cell_scores(wave, items) for wave in waves]
    base = len(waves) - 1
    contrast = [*[-1 / base] * base, 1.0]
    cells, clusters = stacked(scores), sum(score.clusters for score in scores)
    found = _adjusted(cells, usable_factors(waves), contrast, clusters=clusters)
    if found is None:
        return None
    effect, variance, df, used, design = found
    inflation = design_effect(scores, contrast)
    variance *= inflation
    crude = sum(part * score.theta for part, score in zip(contrast, scores, strict=True))
    return AdjustedChange(
        adjusted=crude + effect,
        se=math.sqrt(variance),
        df=df,
        crude=crude,
        crude_se=math.sqrt(_variance(contrast, [score.se for score in scores])),
        values=tuple(score.theta for score in scores),
        value_ses=tuple(score.se for score in scores),
        factors=used,
        interaction_p=_interaction(waves, cells, design, inflation)
        if by_mode and variance > 0
        else None,
    )


def design_effect(scores: Sequence[CellScores], contrast: Sequence[float]) -> float:
    r"""Design effect of clusters on a contrast of waves: 1 without clusters, and never below.

    Parameters
    ----------
    scores : sequence of CellScores
        One entry a wave.
    contrast : sequence of float
        Weights of the waves.

    Returns
    -------
    float
        Ratio of variances.

    Notes
    -----
    :math:`\max(1, \sum_w c_w^2 SE_w^2 / \sum_w c_w^2 SE_{0w}^2)`, :math:`SE_w` between clusters and
    :math:`SE_{0w}` of forms that stand alone (Kish 1965).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2, shift=-0.3))
    >>> scores = [cell_scores(wave, wave.questionnaire.index_items) for wave in waves]
    >>> design_effect(scores, [-1.0, 1.0])
    1.0
    """
    simple = _variance(contrast, [score.simple_se for score in scores])
    between = _variance(contrast, [score.se for score in scores])
    return max(between / simple, 1.0) if simple > 0 else 1.0


def _variance(contrast: Sequence[float], ses: Sequence[float]) -> float:
    return sum((part * se) ** 2 for part, se in zip(contrast, ses, strict=True))


def _adjusted(
    cells: WaveCells, factors: tuple[str, ...], contrast: Sequence[float], *, clusters: int
) -> _Adjusted | None:

    def fitted(used: tuple[str, ...]) -> _Adjusted | None:
        design = cells.design(used)
        fit = fit_cells(cells, design)
        row = np.zeros((1, design.shape[1]))
        row[0, : len(contrast)] = contrast
        found, df = fit.contrasts(row), min(fit.df, float(clusters - fit.rank))
        if found is None or df <= 0:
            return None
        return found[0].item(), found[1].item(), df, used, design

    # where all together leave the contrast estimable, so does each on the way to them
    found = fitted(factors)
    if found is not None:
        return found
    for factor in factors:
        more = fitted((*(() if found is None else found[3]), factor))
        if more is not None:
            found = more
        elif factor == "mode":
            break
    return found


def usable_factors(waves: Sequence[Wave]) -> tuple[str, ...]:
    """Factors asked with the same options in every wave; response mode is always one.

    Parameters
    ----------
    waves : sequence of Wave
        At least one.

    Returns
    -------
    tuple of str
        Of `FACTORS`, in that order; a variable that some wave did not ask is not there.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> usable_factors([example_wave("2025"), example_wave("2026", seed=2)])
    ('mode', 'age_class')
    """
    asked = [wave.kept.once("cell_codes", partial(_cell_codes, wave)) for wave in waves]
    alike = [codes[0] is not None and len(set(codes)) == 1 for codes in zip(*asked, strict=True)]
    return ("mode", *itertools.compress(CELL_VARIABLES, alike))


def _cell_codes(wave: Wave) -> tuple[tuple[int, ...] | None, ...]:
    """Options of each of `CELL_VARIABLES`; None where the wave did not ask it."""
    asked = map(wave.questionnaire.cell_profile, CELL_VARIABLES)
    return tuple(None if profile is None else profile.codes for profile in asked)


def stacked(scores: Sequence[CellScores]) -> WaveCells:
    """Lay the cells of several waves one below the other.

    Parameters
    ----------
    scores : sequence of CellScores
        One entry a wave, in the order in which they are to be numbered.

    Returns
    -------
    WaveCells
        Their scores less the index of their own wave.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2))
    >>> cells = stacked([cell_scores(wave, wave.questionnaire.index_items) for wave in waves])
    >>> cells.keys[[0, -1]].tolist(), int(cells.size.sum())
    ([[0, 0, 1, 0, 0], [1, 2, 3, 0, 0]], 400)
    """
    wave = np.repeat(np.arange(len(scores)), [len(score.keys) for score in scores])
    return WaveCells(
        np.column_stack([wave, np.concatenate([score.keys for score in scores])]),
        np.concatenate([score.size for score in scores]),
        np.concatenate([score.total for score in scores]),
        np.concatenate([score.squares for score in scores]),
    )


def _interaction(
    waves: Sequence[Wave], cells: WaveCells, design: Float, inflation: float
) -> float | None:
    """Wald test of mode x last wave, over modes with ten respondents in the last wave and before.

    Notes
    -----
    chi^2 = g'V^-1 g with one degree of freedom for each mode beyond the first; None where the
    design cannot tell it, such as a mode of the last wave that only people of one profile used.
    """
    *earlier, last = [mode_shares(wave) for wave in waves]
    modes = [
        mode
        for mode, people in last.items()
        if min(people, sum(shares.get(mode, 0) for shares in earlier)) >= _ENOUGH_IN_MODE
    ]
    if len(modes) < 2:
        return None
    of_last = cells.keys[:, 0] == len(earlier)
    extra = (cells.keys[:, 1, None] == modes[1:]) & of_last[:, None]
    fit = fit_cells(cells, np.column_stack([design, extra]))
    found = fit.contrasts(np.eye(fit.design.shape[1])[design.shape[1] :])
    if found is None:
        return None
    effects, (inverse, rank) = found[0], pseudo_inverse(inflation * found[1])
    if rank < len(effects):
        return None
    return float(scipy.special.chdtrc(len(effects), effects @ inverse @ effects))
