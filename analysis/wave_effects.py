"""Level of each wave of a series at equal response mode and profile, to draw a trend through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.adjust import cell_scores, design_effect, stacked, usable_factors
from analysis.cell_fit import fit_cells
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
    factors, count = usable_factors(waves), len(waves)
    cells = stacked(scores)
    design = cells.design(factors)
    middle = cells.size @ design / cells.size.sum()
    middle[:count] = 0.0
    levels = np.tile(middle, (count, 1))
    levels[:, :count] = np.eye(count)
    found = fit_cells(cells, design).contrasts(levels)
    if found is None:
        return None
    values, covariance = found
    thetas = np.array([score.theta for score in scores])
    wider = np.sqrt([design_effect([score], [1.0]) for score in scores])
    return WaveEffects(thetas + values, covariance * wider * wider[:, None], factors)
