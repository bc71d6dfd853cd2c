"""Adjusted levels of a series of waves."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.adjust import adjusted_change
from analysis.wave_effects import wave_effects

Make = Callable[..., Any]


def test_the_contrast_of_levels_is_the_adjusted_change(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    waves = [
        make_wave(questionnaire, marks, mode=mode, profiles=profiles, label=str(year))
        for year, (marks, mode, profiles) in enumerate(
            draw(questionnaire, 150, seed=year, shift=0.1 * year) for year in range(3)
        )
    ]

    found = wave_effects(waves, questionnaire.index_items)
    change = adjusted_change(waves, questionnaire.index_items)

    assert found is not None
    assert change is not None
    contrast = np.array([-0.5, -0.5, 1])
    assert contrast @ found.values == pytest.approx(change.adjusted, abs=1e-9)
    assert contrast @ found.covariance @ contrast == pytest.approx(change.se**2, abs=1e-9)
    assert found.factors == change.factors


def test_levels_are_those_of_statsmodels_at_the_common_profile(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    # One item and no gap: the pseudo-value of a respondent is the answer itself.
    questionnaire = make_questionnaire(
        items=1, dimensions=0, overall=False, profiles={"age_class": 3}
    )
    drawn = [draw(questionnaire, 90, seed=year, gaps=0.0) for year in range(4)]
    waves = [make_wave(questionnaire, m, mode=mode, profiles=p) for m, mode, p in drawn]
    y = np.concatenate([25.0 * (marks[:, 0] - 1) for marks, _, _ in drawn])
    year = np.repeat(range(4), 90)
    mode = np.concatenate([mode for _, mode, _ in drawn])
    age = np.concatenate([profiles["age_class"] for _, _, profiles in drawn])
    z = np.column_stack([mode == 1, mode == 2, *(age == level for level in (1, 2, 3))])
    design = np.column_stack([np.eye(4)[year], z - z.mean(axis=0)])

    fit = sm.OLS(y, design).fit(cov_type="HC1")
    found = wave_effects(waves, questionnaire.index_items)

    assert found is not None
    assert found.values == pytest.approx(fit.params[:4], abs=1e-9)
    assert found.covariance == pytest.approx(fit.cov_params()[:4, :4], abs=1e-9)


def test_waves_that_share_no_mode_have_no_levels(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(profiles={})
    marks = draw(questionnaire, 60, seed=1)[0]
    waves = [make_wave(questionnaire, marks, mode=np.full(60, mode)) for mode in (0, 0, 2)]

    assert wave_effects(waves, questionnaire.index_items) is None


def test_levels_of_answers_that_do_not_vary_have_no_error(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(bounds=(1, 10), profiles={})
    waves = [
        make_wave(questionnaire, [[5, 2, 10, 8, 10]] * n, mode=np.arange(n) % 3)
        for n in (61, 62, 67, 71)
    ]

    found = wave_effects(waves, questionnaire.index_items)

    assert found is not None
    assert found.values == pytest.approx(100 * (4 + 1 + 9 + 7) / 36)
    assert found.covariance.tolist() == [[0.0] * 4] * 4
