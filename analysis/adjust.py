"""Difference between waves at equal response mode and user profile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.data import CELL_VARIABLES, RatedQuestion
from analysis.design import Sample, index_spread
from analysis.moments import index_weights, linear_index, moments
from analysis.wave import Wave

Float = NDArray[np.float64]
FACTORS = ("mode", *CELL_VARIABLES)


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
        Test of whether the change differs by response mode.
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
    by_cell = moments(wave.questionnaire, wave.tally.pairs, items)
    total = by_cell.total()
    n = wave.respondents
    theta, se = linear_index(total, index_weights(items), n)
    if se is None:
        raise ValueError(f"wave {wave.label!r} has {n} respondents: no standard error")
    spread = index_spread(Sample(wave.questionnaire, wave.tally), items)
    b = index_weights(items) / total.answers
    first = n * ((by_cell.sums - total.means * by_cell.answers) @ b)
    second = n * n * np.einsum("j,cjk,k->c", b, by_cell.centred(total.means), b)
    kept = wave.tally.respondents[:, 0] > 0
    return CellScores(
        theta=100 * theta,
        se=100 * (se if spread.se is None else spread.se),
        simple_se=100 * se,
        clusters=spread.clusters,
        keys=wave.tally.keys[kept],
        size=wave.tally.respondents[kept, 0].astype(np.float64),
        total=100 * first[kept],
        squares=1e4 * np.maximum(second[kept], 0.0),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    effects: Float
    covariance: Float
    df: float
    #: Projects onto the contrasts that the design can tell.
    estimable: Float


#: Effect, variance, degrees of freedom, factors that can be told from the waves, and their design.
_Adjusted = tuple[float, float, float, tuple[str, ...], Float]


def adjusted_change(waves: Sequence[Wave], items: Sequence[RatedQuestion]) -> AdjustedChange | None:
    """Contrast the last wave with the mean of the earlier ones by analysis of covariance.

    Parameters
    ----------
    waves : sequence of Wave
        Oldest first, at least two.
    items : sequence of RatedQuestion
        Items that every wave asked alike.

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
    contrast = np.full(len(waves), -1 / (len(waves) - 1))
    contrast[-1] = 1.0
    inflation = design_effect(scores, contrast)
    found = _adjusted(scores, usable_factors(waves), contrast, inflation=inflation)
    if found is None:
        return None
    effect, variance, df, used, design = found
    thetas = np.array([score.theta for score in scores])
    ses = np.array([score.se for score in scores])
    variance = 0.0 if variance < 1e-11 else variance
    return AdjustedChange(
        adjusted=float(contrast @ thetas) + effect,
        se=math.sqrt(variance),
        df=df,
        crude=float(contrast @ thetas),
        crude_se=math.sqrt(float(contrast**2 @ ses**2)),
        values=tuple(float(value) for value in thetas),
        value_ses=tuple(float(value) for value in ses),
        factors=used,
        interaction_p=_interaction(scores, design, inflation),
    )


def design_effect(scores: Sequence[CellScores], contrast: Float) -> float:
    r"""Design effect of clusters on a contrast of waves: 1 without clusters, and never below.

    Parameters
    ----------
    scores : sequence of CellScores
        One entry a wave.
    contrast : ndarray of float64, shape (waves,)
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
    >>> design_effect(scores, np.array([-1.0, 1.0]))
    1.0
    """
    if all(score.clusters == score.size.sum() for score in scores):
        return 1.0
    simple = float(contrast**2 @ np.array([score.simple_se for score in scores]) ** 2)
    between = float(contrast**2 @ np.array([score.se for score in scores]) ** 2)
    return max(between / simple, 1.0) if simple > 0 else 1.0


def _adjusted(
    scores: Sequence[CellScores],
    factors: tuple[str, ...],
    contrast: Float,
    *,
    inflation: float,
) -> _Adjusted | None:

    def fitted(used: tuple[str, ...]) -> _Adjusted | None:
        design = _design(scores, used)
        fit = _fit(scores, design, inflation)
        estimable = _contrast(fit, contrast)
        return None if estimable is None else (*estimable, fit.df, used, design)

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
    asked = []
    for variable in CELL_VARIABLES:
        options = [wave.questionnaire.cell_profile(variable) for wave in waves]
        codes = {None if profile is None else profile.codes for profile in options}
        if len(codes) == 1 and None not in codes:
            asked.append(variable)
    return ("mode", *asked)


def _stack(scores: Sequence[CellScores]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    wave = np.concatenate([np.full(len(s.keys), number) for number, s in enumerate(scores)])
    return wave, np.vstack([score.keys for score in scores])


def _design(scores: Sequence[CellScores], factors: Sequence[str]) -> Float:
    """One dummy a wave, then reference-coded dummies of the levels that occur."""
    wave, keys = _stack(scores)
    columns = [wave == number for number in range(len(scores))]
    for factor in factors:
        levels = keys[:, FACTORS.index(factor)]
        columns += [levels == level for level in np.unique(levels)[1:]]
    return np.stack(columns, axis=1).astype(np.float64)


def _fit(scores: Sequence[CellScores], design: Float, inflation: float) -> _Fit:
    size = np.concatenate([score.size for score in scores])
    total = np.concatenate([score.total for score in scores])
    squares = np.concatenate([score.squares for score in scores])
    gram = design.T @ (size[:, None] * design)
    inverse, rank = _inverse(gram)
    effects = inverse @ (design.T @ total)
    fitted = design @ effects
    errors = np.maximum(squares - 2 * fitted * total + size * fitted**2, 0.0)
    df = float(size.sum() - rank)
    groups = float(sum(score.clusters for score in scores) - rank)
    meat = design.T @ (errors[:, None] * design)
    correction = size.sum() / df if df > 0 else 1.0
    covariance = inflation * correction * (inverse @ meat @ inverse)
    return _Fit(effects, covariance, min(df, groups), inverse @ gram)


def _inverse(gram: Float) -> tuple[Float, int]:
    """Pseudo-inverse and rank of a symmetric matrix, by one decomposition and one tolerance."""
    values, vectors = np.linalg.eigh(gram)
    sizes = np.abs(values)
    held = sizes > sizes.max() * len(gram) * np.finfo(np.float64).eps
    kept = vectors[:, held]
    return (kept / values[held]) @ kept.T, int(held.sum())


def _contrast(fit: _Fit, contrast: Float) -> tuple[float, float] | None:
    """Value and variance of a contrast of the wave effects, or None if it is not estimable."""
    row = np.zeros(len(fit.effects))
    row[: len(contrast)] = contrast
    projected = row @ fit.estimable
    if fit.df <= 0 or np.abs(projected - row).max() > 1e-6:
        return None
    return float(row @ fit.effects), float(row @ fit.covariance @ row)


def _interaction(scores: Sequence[CellScores], design: Float, inflation: float) -> float | None:
    """Wald test of mode x last wave, over modes with ten respondents in the last wave and before.

    Notes
    -----
    chi^2 = g'V^-1 g with one degree of freedom for each mode beyond the first.
    """
    wave, keys = _stack(scores)
    size = np.concatenate([score.size for score in scores])
    last = wave == len(scores) - 1
    modes = [
        mode
        for mode in np.unique(keys[:, 0])
        if min(size[last & (keys[:, 0] == mode)].sum(), size[~last & (keys[:, 0] == mode)].sum())
        >= 10
    ]
    if len(modes) < 2:
        return None
    extra = np.stack([last & (keys[:, 0] == mode) for mode in modes[1:]], axis=1)
    fit = _fit(scores, np.hstack([design, extra.astype(np.float64)]), inflation)
    tested = slice(design.shape[1], None)
    effects, covariance = fit.effects[tested], fit.covariance[tested, tested]
    if np.linalg.matrix_rank(covariance) < len(effects):
        return None
    return float(scipy.special.chdtrc(len(effects), effects @ np.linalg.solve(covariance, effects)))
