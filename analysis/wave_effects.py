"""Level of each wave of a series at equal response mode and profile, to draw a trend through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.adjust import FACTORS, CellScores, cell_scores, design_effect, usable_factors
from analysis.data import RatedQuestion
from analysis.wave import Wave

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WaveEffects:
    """Adjusted levels of comparable waves.

    Attributes
    ----------
    values : ndarray of float64, shape (waves,)
        Points of 0-100, at the response modes and profile of all waves together.
    covariance : ndarray of float64, shape (waves, waves)
        Of the values (HC1).
    factors : tuple of str
        What they are adjusted for.
    """

    values: Float
    covariance: Float
    factors: tuple[str, ...]


def wave_effects(waves: Sequence[Wave], items: Sequence[RatedQuestion]) -> WaveEffects | None:
    r"""Levels of the waves in one analysis of covariance over all of them.

    Parameters
    ----------
    waves : sequence of Wave
        Oldest first, at least two, each with pair sums and two respondents.
    items : sequence of RatedQuestion
        Items that every wave asked alike.

    Returns
    -------
    WaveEffects or None
        None when waves and profile are too confounded to be told apart.

    Notes
    -----
    The regression of `analysis.adjust.adjusted_change`: pseudo-values on wave dummies W and
    covariates Z (response mode, age class, sex, access channel). With effects
    :math:`(\hat\mu, \hat\gamma)` and :math:`\bar z` the covariates of all respondents together,
    the level of wave t is :math:`\hat\mu_t + \bar z'\hat\gamma`, with the HC1 covariance of that
    (method, 6.2 and 6.6). Clusters widen the standard error of each wave by the root of its design
    effect.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = example_wave("2025"), example_wave("2026", seed=2, shift=-0.5)
    >>> found = wave_effects(waves, waves[0].questionnaire.index_items)
    >>> found.values.round(1).tolist(), found.factors
    ([62.4, 52.0], ('mode', 'age_class'))
    """
    scores = [cell_scores(wave, items) for wave in waves]
    size = np.concatenate([score.size for score in scores])
    total = np.concatenate([score.total for score in scores])
    squares = np.concatenate([score.squares for score in scores])
    factors = usable_factors(waves)
    design = _design(scores, factors)
    rank, count = int(np.linalg.matrix_rank(design)), len(waves)
    df = float(size.sum() - rank)
    # Equal ranks: every wave dummy can be told apart from the covariates.
    if df <= 0 or rank != count - 1 + int(np.linalg.matrix_rank(_with_constant(design, count))):
        return None
    inverse = np.linalg.pinv(design.T @ (size[:, None] * design), hermitian=True)
    effects = inverse @ (design.T @ total)
    fitted = design @ effects
    errors = np.maximum(squares - 2 * fitted * total + size * fitted**2, 0.0)
    middle = inverse @ (design.T @ (errors[:, None] * design)) @ inverse
    levels = np.hstack([np.eye(count), np.tile(size @ design[:, count:] / size.sum(), (count, 1))])
    thetas = np.array([score.theta for score in scores])
    wider = np.sqrt([design_effect([score], np.ones(1)) for score in scores])
    return WaveEffects(
        values=thetas + levels @ effects,
        covariance=size.sum() / df * (levels @ middle @ levels.T) * np.outer(wider, wider),
        factors=factors,
    )


def _design(scores: Sequence[CellScores], factors: Sequence[str]) -> Float:
    """One dummy a wave, then reference-coded dummies of the levels that occur."""
    wave = np.concatenate([np.full(len(one.keys), number) for number, one in enumerate(scores)])
    keys = np.vstack([score.keys for score in scores])
    columns = [wave == number for number in range(len(scores))]
    for factor in factors:
        levels = keys[:, FACTORS.index(factor)]
        columns += [levels == level for level in np.unique(levels)[1:]]
    return np.stack(columns, axis=1).astype(np.float64)


def _with_constant(design: Float, waves: int) -> Float:
    """The covariates and one constant in the place of the wave dummies."""
    return np.hstack([np.ones((len(design), 1)), design[:, waves:]])
