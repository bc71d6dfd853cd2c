"""Overdispersion: its constant, its recovery, its refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from analysis.wave_noise import WINSORISED_VARIANCE, overdispersion, wave_noise, winsorise


def test_the_constant_is_the_variance_of_a_winsorised_normal() -> None:
    # integrate.quad of x^2 phi(x) between the 10 % points, plus the two tails at the points
    end = stats.norm.ppf(0.9)
    middle = integrate.quad(lambda x: x * x * stats.norm.pdf(x), -end, end)[0]

    assert pytest.approx(middle + 0.2 * end**2, abs=1e-6) == WINSORISED_VARIANCE


def test_tau_is_recovered_from_many_differences() -> None:
    rng = np.random.default_rng(1)
    ses = rng.uniform(1.5, 2.5, 20_000)

    found = overdispersion(rng.normal(0, np.sqrt(ses**2 + 2.0**2)), ses)

    # z of unequal errors is a mixture, not quite normal: a few percent remain
    assert np.sqrt(found.tau2) == pytest.approx(2, rel=0.06)
    assert found.tau2_published < found.tau2


def test_sampling_error_alone_gives_hardly_any_noise() -> None:
    rng = np.random.default_rng(2)
    taus = [wave_noise(rng.normal(0, 2, 60), np.full(60, 2.0)).tau for _ in range(200)]

    assert np.median(taus) < 0.5


def test_equal_errors_give_the_closed_form() -> None:
    z = np.linspace(-3, 3, 41)
    phi = np.mean(winsorise(z) ** 2) / WINSORISED_VARIANCE
    se = 1.5

    found = overdispersion(se * z, np.full(41, se))

    assert found.phi == pytest.approx(phi)
    assert found.tau2 == pytest.approx(se**2 * (41 * phi - 40) / 40)


def test_differences_without_error_and_too_few_are_left_out() -> None:
    found = wave_noise(np.full(40, 9.0), np.r_[np.zeros(11), np.ones(29)])

    assert (found.tau, found.differences, found.reason) == (0.0, 29, "too_few_differences")
    assert wave_noise(np.zeros(0), np.zeros(0)).reason == "too_few_differences"


def test_all_equal_differences_of_zero_have_no_noise() -> None:
    assert wave_noise(np.zeros(30), np.ones(30)).tau == 0


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="two are needed"):
        overdispersion(np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="positive"):
        overdispersion(np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match="positive"):
        overdispersion(np.array([np.nan, 1]), np.ones(2))
    with pytest.raises(ValueError, match="3 differences"):
        wave_noise(np.ones(3), np.ones(2))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=30, max_size=60), st.floats(0.5, 5))
def test_noise_follows_the_units(differences: list[float], factor: float) -> None:
    d, ses = np.array(differences), np.ones(len(differences))

    assert wave_noise(factor * d, factor * ses).tau == pytest.approx(
        factor * wave_noise(d, ses).tau
    )
