"""Least squares from cell sums against the regression of the respondents."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.cell_fit import WaveCells, fit_cells, pseudo_inverse


def test_contrasts_from_cells_are_those_of_the_respondents() -> None:
    rng = np.random.default_rng(1)
    wave, mode, age = rng.integers(0, 3, 400), rng.integers(-1, 2, 400), rng.integers(0, 4, 400)
    scores = rng.normal(60 + 3 * wave - 2 * mode + age, 10)
    rows = np.array([[-0.5, -0.5, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0]])

    cells = _cells(wave, mode, age, scores)
    fit = fit_cells(cells, cells.design(("mode", "age_class")))
    found = fit.contrasts(rows)

    levels = (wave == 0, wave == 1, wave == 2, mode == 0, mode == 1, age == 1, age == 2, age == 3)
    model = sm.OLS(scores, np.column_stack(levels).astype(float)).fit(cov_type="HC1")
    tested = model.t_test(rows)
    assert found is not None
    assert found[0] == pytest.approx(tested.effect, abs=1e-9)
    assert found[1] == pytest.approx(rows @ model.cov_params() @ rows.T, abs=1e-9)
    assert (fit.rank, fit.df) == (8, 392)


def test_a_column_that_repeats_others_leaves_the_rest_as_it_was() -> None:
    rng = np.random.default_rng(2)
    wave, mode = rng.integers(0, 2, 100), rng.integers(0, 3, 100)
    cells = _cells(wave, mode, np.zeros(100, dtype=int), rng.normal(60, 10, 100))
    design, row = cells.design(("mode",)), np.array([[-1.0, 1, 0, 0]])
    twice = np.column_stack([design, design[:, 3]])

    plain = fit_cells(cells, design).contrasts(row)
    fit = fit_cells(cells, twice)
    found = fit.contrasts(np.column_stack([row, [0.0]]))

    assert plain is not None
    assert found is not None
    assert found[0] == pytest.approx(plain[0], abs=1e-9)
    assert found[1] == pytest.approx(plain[1], abs=1e-9)
    assert fit.rank == 4
    assert fit.contrasts(np.array([[0.0, 0, 0, 0, 1]])) is None


def test_as_many_columns_as_respondents_leave_nothing_to_judge_by() -> None:
    cells = _cells(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), np.array([60.0, 70.0]))

    assert fit_cells(cells, cells.design(())).contrasts(np.array([[-1.0, 1.0]])) is None


def test_the_pseudo_inverse_of_nothing_is_nothing() -> None:
    inverse, rank = pseudo_inverse(np.zeros((2, 2)))

    assert inverse.tolist() == [[0, 0], [0, 0]]
    assert rank == 0


def _cells(wave: np.ndarray, mode: np.ndarray, age: np.ndarray, scores: np.ndarray) -> WaveCells:
    zeros = np.zeros_like(wave)
    keys, place = np.unique(
        np.column_stack([wave, mode, age, zeros, zeros]), axis=0, return_inverse=True
    )
    sums = [np.bincount(place, weights=values) for values in (np.ones_like(scores), scores)]
    return WaveCells(keys, sums[0], sums[1], np.bincount(place, weights=scores**2))
