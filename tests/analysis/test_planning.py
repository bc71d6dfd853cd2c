"""Sample sizes against statsmodels, simulation, and the figures of the method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import samplesize_confint_proportion

from analysis.planning import (
    answers_for_change,
    answers_for_share,
    answers_for_standard,
    detectable_change,
    power_of_change,
)
from analysis.standards import Standard, Verdict, check_share


def test_the_planned_answers_show_the_standard_four_times_of_five() -> None:
    n = answers_for_standard(0.85, 0.05)
    assert n is not None
    x = np.random.default_rng(1).binomial(n, 0.90, 3000)

    met = [check_share(int(k), n, Standard(0.85)).verdict is Verdict.MET for k in x]

    assert np.mean(met) == pytest.approx(0.80, abs=0.04)


def test_a_margin_that_reaches_one_has_no_plan() -> None:
    assert answers_for_standard(0.95, 0.05) is None


@pytest.mark.parametrize(("n", "power"), [(100, 0.40), (150, 0.66), (200, 0.82), (300, 0.95)])
def test_powers_are_those_measured_in_the_method(n: int, power: float) -> None:
    found = power_of_change(n, 0.3, 0.75, services=40, base_waves=1)

    assert found == pytest.approx(power, abs=0.06)


def test_the_planned_answers_give_the_wanted_power() -> None:
    for base_waves in (1, 2):
        n = answers_for_change(0.3, 0.75, services=40, base_waves=base_waves)

        assert power_of_change(n, 0.3, 0.75, services=40, base_waves=base_waves) == pytest.approx(
            0.8, abs=0.005
        )


def test_two_base_waves_save_a_quarter() -> None:
    one = answers_for_change(0.3, 0.75, services=40, base_waves=1)

    assert answers_for_change(0.3, 0.75, services=40) == pytest.approx(0.75 * one, abs=1)


def test_wave_noise_costs_power() -> None:
    calm = power_of_change(200, 0.3, 0.75, services=40, base_waves=1)

    assert power_of_change(200, 0.3, 0.75, services=40, base_waves=1, tau=0.05) < calm - 0.1


def test_the_detectable_change_is_found_four_times_of_five() -> None:
    change = detectable_change(3.0, tau=4.0)

    assert stats.norm.sf(1.6448536 - change / 5) == pytest.approx(0.8)


@pytest.mark.parametrize(("half", "p"), [(0.05, 0.5), (0.03, 0.8), (0.1, 0.2)])
def test_answers_for_a_share_agree_with_statsmodels(half: float, p: float) -> None:
    # samplesize_confint_proportion(p, half)
    expected = samplesize_confint_proportion(p, half)

    assert answers_for_share(half, expected=p) == int(np.ceil(expected))


def test_impossible_plans_are_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        answers_for_standard(1.2, 0.05)
    with pytest.raises(ValueError, match="impossible plan"):
        answers_for_change(0, 1, services=3)
    with pytest.raises(ValueError, match="impossible plan"):
        power_of_change(0, 1, 1, services=1)
    with pytest.raises(ValueError, match="negative"):
        detectable_change(-1)
    with pytest.raises(ValueError, match="half width"):
        answers_for_share(0)
    with pytest.raises(ValueError, match="probability"):
        answers_for_share(0.1, confidence=1)


@given(st.integers(1, 100), st.floats(0.05, 1))
def test_more_services_need_more_answers(services: int, change: float) -> None:
    assert answers_for_change(change, 0.75, services=services + 1) >= answers_for_change(
        change, 0.75, services=services
    )


def test_one_service_alone_must_leave_zero_out_of_its_interval() -> None:
    # R: q <- qnorm(.975) + qnorm(.8); ceiling(1.5 * (q * 15 / 5)^2); ceiling(2 * (q * 15 / 5)^2)
    assert answers_for_change(5, 15, services=1) == 106
    assert answers_for_change(5, 15, services=1, base_waves=1) == 142
    # R: pnorm(5 / sqrt(2 * 15^2 / 100) - qnorm(.975))
    assert power_of_change(100, 5, 15, services=1, base_waves=1) == pytest.approx(0.6543379)
