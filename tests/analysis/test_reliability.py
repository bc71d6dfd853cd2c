"""Alpha and omega against definitions and statsmodels' factor analysis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from statsmodels.multivariate.factor import Factor

from analysis.one_factor import _newton, _searched
from analysis.reliability import band_words, complete_covariance, cronbach, omega_total

LOADINGS = np.array([0.9, 0.7, 0.6, 0.5, 0.8])


def answers(n: int, seed: int, loadings: np.ndarray = LOADINGS) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * 0.7
    return np.clip(np.rint(3 + latent), 1, 5)


def test_alpha_is_the_variance_of_the_sum_against_the_variances() -> None:
    marks = answers(120, 1)
    k = marks.shape[1]
    expected = k / (k - 1) * (1 - marks.var(axis=0, ddof=1).sum() / marks.sum(axis=1).var(ddof=1))

    found = cronbach(*complete_covariance(marks))

    assert found.value == pytest.approx(expected)
    assert found.n == 120
    assert found.shown


def test_feldt_ends_come_from_f_quantiles() -> None:
    # scipy.stats.f.ppf([.975, .025], n - 1, (n - 1)(k - 1))
    found = cronbach(*complete_covariance(answers(80, 2)))
    high, low = stats.f.ppf([0.975, 0.025], 79, 79 * 4)

    assert found.interval is not None and found.value is not None
    assert found.interval.lower == pytest.approx(1 - (1 - found.value) * high)
    assert found.interval.upper == pytest.approx(1 - (1 - found.value) * low)


def test_feldt_interval_covers_the_true_alpha() -> None:
    loading = 0.8
    true = 3 / 2 * (1 - 3 * 1 / (3 + 6 * loading**2))
    rng, hits = np.random.default_rng(3), 0
    for _ in range(400):
        x = rng.normal(size=(60, 1)) * loading + rng.normal(size=(60, 3)) * 0.6
        ends = cronbach(*complete_covariance(x)).interval
        assert ends is not None
        hits += ends.lower <= true <= ends.upper

    assert 0.92 <= hits / 400 <= 0.98


def test_item_rest_and_alpha_if_deleted_come_from_the_answers() -> None:
    marks = answers(150, 4)

    found = cronbach(*complete_covariance(marks))

    for j in range(5):
        rest = np.delete(marks, j, axis=1)
        assert found.item_rest[j] == pytest.approx(np.corrcoef(marks[:, j], rest.sum(axis=1))[0, 1])
        assert found.if_deleted[j] == pytest.approx(cronbach(*complete_covariance(rest)).value)


def test_a_reversed_pair_shows_its_negative_alpha() -> None:
    marks = answers(100, 5, np.array([0.9, 0.9]))
    marks[:, 1] = 6 - marks[:, 1]

    found = cronbach(*complete_covariance(marks))

    assert found.value is not None and found.value < 0
    assert found.flags == ("negative_alpha", "not_coherent")
    assert found.band == "inconsistent"
    assert not found.shown
    assert found.if_deleted == (None, None)


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        (np.zeros((0, 3)), "too_few_complete_forms"),
        (np.full((40, 3), np.nan), "too_few_complete_forms"),
        (np.ones((1, 3)), "too_few_complete_forms"),
        (np.full((40, 3), 5.0), "no_variance"),
        (np.arange(40.0)[:, None], "one_item"),
    ],
)
def test_alpha_without_sense_has_a_reason(marks: np.ndarray, reason: str) -> None:
    found = cronbach(*complete_covariance(marks))

    assert (found.value, found.interval, found.reason) == (None, None, reason)


def test_a_constant_item_has_no_item_rest_correlation() -> None:
    marks = answers(60, 6)
    marks[:, 0] = 5

    found = cronbach(*complete_covariance(marks))

    assert found.item_rest[0] is None
    assert found.value is not None


def test_incomplete_forms_do_not_count() -> None:
    marks = answers(60, 7)
    marks[:10, 0] = np.nan

    assert complete_covariance(marks)[1] == 50


@pytest.mark.parametrize("seed", range(4))
def test_omega_agrees_with_statsmodels(seed: int) -> None:
    # Factor(corr=R, n_factor=1, method="ml", nobs=n).fit()
    covariance, n = complete_covariance(answers(300, seed))
    spread = np.sqrt(np.diag(covariance))
    fitted = Factor(
        corr=covariance / np.outer(spread, spread), n_factor=1, method="ml", nobs=n
    ).fit(maxiter=500, tol=1e-10)
    loadings = np.abs(fitted.loadings[:, 0]) * spread
    common = loadings.sum() ** 2

    found = omega_total(covariance, n)

    expected = common / (common + (fitted.uniqueness * spread**2).sum())
    assert found.value == pytest.approx(expected, abs=1e-5)
    assert found.loadings == pytest.approx(loadings, abs=1e-4)
    assert found.shown


def test_omega_of_an_exact_model_is_its_formula() -> None:
    theta = np.array([0.3, 0.5, 0.4, 0.6, 0.2])
    model = np.outer(LOADINGS, LOADINGS) + np.diag(theta)
    common = LOADINGS.sum() ** 2

    found = omega_total(model, 500)

    assert found.value == pytest.approx(common / (common + theta.sum()), abs=1e-7)
    assert found.uniquenesses == pytest.approx(theta, abs=1e-5)


@pytest.mark.parametrize(
    ("covariance", "n", "reason"),
    [
        (np.eye(2), 100, "fewer_than_three_items"),
        (np.eye(4), 4, "too_few_complete_forms"),
        (np.zeros((4, 4)), 100, "no_variance"),
        (np.diag([-1e-16, 0.07, 0.06, 0.05]), 100, "no_variance"),  # all alike, but for rounding
        (np.diag([1e-16, 0.07, 0.06, 0.05]), 100, "no_variance"),
        (np.ones((4, 4)), 100, "singular_covariance"),
    ],
)
def test_omega_without_sense_has_a_reason(covariance: np.ndarray, n: int, reason: str) -> None:
    assert omega_total(covariance, n).reason == reason


def test_items_without_anything_in_common_have_no_omega_to_speak_of() -> None:
    found = omega_total(np.eye(4), 500)

    assert found.value is not None and found.value < 0.2


def test_bands_have_words_in_both_languages() -> None:
    assert band_words("redundant", "it") == "possibili domande ridondanti"
    assert band_words("inconsistent", "en").startswith("the dimension is not consistent")
    with pytest.raises(ValueError, match="'fr'"):
        band_words("redundant", "fr")


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_reversing_every_item_changes_neither_alpha_nor_omega(seed: int) -> None:
    marks = answers(120, seed)

    one, two = (complete_covariance(x) for x in (marks, 6 - marks))

    assert cronbach(*one).value == pytest.approx(cronbach(*two).value)
    assert omega_total(*one).value == pytest.approx(omega_total(*two).value, abs=1e-6)


def test_a_nearly_singular_matrix_finds_the_highest_likelihood_of_its_resting_points() -> None:
    # statsmodels does not converge here: the full likelihood from ten random starts instead
    root = np.random.default_rng(824).normal(size=(8, 8))
    covariance = root @ root.T
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)

    def discrepancy(model: np.ndarray) -> float:
        return float(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, correlation)))

    def full(free: np.ndarray) -> float:
        return discrepancy(np.outer(free[:8], free[:8]) + np.diag(np.exp(free[8:])))

    bounds = [(-1.2, 1.2)] * 8 + [(np.log(0.005), 0.0)] * 8
    starts = np.random.default_rng(1).uniform(-1, 0, (10, 16))
    best = min(minimize(full, start, bounds=bounds, method="L-BFGS-B").fun for start in starts)

    found = omega_total(covariance, 500)

    loadings = np.array(found.loadings) / spread
    model = np.outer(loadings, loadings) + np.diag(np.array(found.uniquenesses) / spread**2)
    assert discrepancy(model) == pytest.approx(best, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 10))
def test_the_quick_way_to_omega_finds_what_the_search_finds(seed: int, items: int) -> None:
    rng = np.random.default_rng(seed)
    correlation = np.corrcoef(answers(300, seed, rng.uniform(0.3, 1.2, items)).T)

    quick, searched = _newton(correlation), _searched(correlation)

    if np.linalg.eigvalsh(correlation)[0] >= 0.05:
        assert quick is not None and searched is not None
        assert np.exp(quick) == pytest.approx(np.exp(searched), abs=1e-5)


def test_a_nearly_singular_matrix_goes_to_the_search() -> None:
    x = answers(200, 3)
    twin = np.column_stack([x, x[:, 0] + np.random.default_rng(1).normal(0, 0.01, 200)])
    covariance, n = complete_covariance(twin)

    found = omega_total(covariance, n)

    assert found.value is None or 0 <= found.value <= 1
    assert (found.value is None) == (found.reason is not None)
