"""Prediction bounds against scipy and repeated waves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.prediction import beta_binomial, chance_to_miss, prediction_bound, process_wobble


@pytest.mark.parametrize(
    ("x", "n", "later"), [(170, 200, 200), (0, 20, 15), (20, 20, 400), (1, 3, 1)]
)
def test_the_beta_binomial_agrees_with_scipy(x: int, n: int, later: int) -> None:
    # scipy.stats.betabinom(later, x + .5, n - x + .5)
    law = stats.betabinom(later, x + 0.5, n - x + 0.5)

    assert beta_binomial(x, n, later) == pytest.approx(law.pmf(np.arange(later + 1)), abs=1e-10)
    assert prediction_bound(x, n, later, stable=True).bound == pytest.approx(law.ppf(0.05) / later)


def test_the_method_example_is_78_5_percent() -> None:
    assert prediction_bound(170, 200, 200, stable=True).bound == 0.785


def test_the_default_bound_is_its_formula() -> None:
    p = 340.5 / 401
    sd = np.sqrt(p * (1 - p) * (1 / 400 + 1 / 200) + 1.5 * 0.02**2)

    assert prediction_bound(340, 400, 200).bound == pytest.approx(p - stats.norm.ppf(0.95) * sd)


def test_an_unchanged_service_stays_above_the_bound_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(1)
    true = np.clip(0.85 + rng.normal(0, 0.02, (4000, 3)), 0, 1)
    x = rng.binomial(200, true)
    bounds = [prediction_bound(int(a + b), 400, 200).bound for a, b in x[:, :2]]

    assert (x[:, 2] / 200 < np.array(bounds)).mean() == pytest.approx(0.05, abs=0.015)


def test_a_standard_at_the_observed_value_is_missed_half_the_time() -> None:
    assert chance_to_miss(0.85, 340, 400, 200) == pytest.approx(0.5, abs=0.03)
    assert chance_to_miss(0.85, 340, 400, 200, wobble=None) == pytest.approx(0.48, abs=0.04)


def test_the_chance_at_the_bound_is_at_most_five_percent() -> None:
    bound = prediction_bound(340, 400, 200).bound
    exact = prediction_bound(340, 400, 200, stable=True).bound

    assert chance_to_miss(bound, 340, 400, 200) == pytest.approx(0.05)
    assert chance_to_miss(exact, 340, 400, 200, wobble=None) <= 0.05


def test_nobody_satisfied_gives_a_bound_of_zero() -> None:
    assert prediction_bound(0, 50, 50).bound == 0
    assert prediction_bound(0, 50, 50, stable=True).bound == 0


def test_wobble_is_what_sampling_does_not_explain() -> None:
    rng = np.random.default_rng(2)
    true = np.clip(0.8 + rng.normal(0, 0.05, 400), 0, 1)
    moving = [(int(x), 500) for x in rng.binomial(500, true)]

    assert process_wobble(moving) == pytest.approx(0.05, rel=0.1)
    assert process_wobble(moving[:4]) is None
    assert process_wobble([(100, 100)] * 6) == 0


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        prediction_bound(5, 4, 10)
    with pytest.raises(ValueError, match="impossible"):
        chance_to_miss(0.5, 0, 0, 10)
    with pytest.raises(ValueError, match="negative"):
        prediction_bound(3, 4, 10, wobble=-1)
    with pytest.raises(ValueError, match="two cases"):
        process_wobble([(1, 1)] * 5)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_a_better_past_never_lowers_the_bound(n: int, later: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n - 1))

    for stable in (True, False):
        one, two = (prediction_bound(k, n, later, stable=stable).bound for k in (x, x + 1))
        assert 0 <= one <= 1
        assert two >= one - 1e-12
