"""Control charts: limits by formula, rules one by one, and silence on stable processes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.control_chart import p_chart, xmr

CALM = np.tile([70.0, 71.0, 69.0, 70.5, 69.5], 4)


def test_xmr_limits_are_266_mean_moving_ranges() -> None:
    values = np.random.default_rng(1).normal(70, 2, 24)

    found = xmr(values)

    half = 2.66 * np.abs(np.diff(values)).mean()
    assert found.centre == pytest.approx(values.mean())
    assert (found.lower[0], found.upper[-1]) == pytest.approx(
        (values.mean() - half, values.mean() + half)
    )
    assert not found.few_points


def test_each_rule_signals_where_it_is_broken() -> None:
    jump, shift, pair = CALM.copy(), CALM.copy(), CALM.copy()
    jump[7] = 90
    shift[11:] += 3
    pair[[14, 15]] = 73.5

    assert xmr(jump).beyond == (7,)
    assert xmr(shift).run[-1] == 19
    assert xmr(pair).near == (15,)
    assert xmr(CALM).stable is True
    assert xmr(jump).stable is False


def test_two_far_points_on_different_sides_are_no_signal() -> None:
    values = CALM.copy()
    values[[14, 15]] = 74, 66

    assert xmr(values).near == ()


def test_a_stable_process_is_mostly_silent() -> None:
    rng = np.random.default_rng(2)
    beyond = [len(xmr(rng.normal(70, 3, 24)).beyond) / 24 for _ in range(400)]

    assert np.mean(beyond) < 0.01


def test_laney_factor_is_near_one_for_binomial_months() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(80, 200, 600)

    found = p_chart(rng.binomial(n, 0.8), n)

    assert found.sigma_z == pytest.approx(1, abs=0.06)
    assert found.centre is not None
    half = 3 * (found.sigma_z or 0) * np.sqrt(found.centre * (1 - found.centre) / n[0])
    assert found.upper[0] == pytest.approx(min(1, found.centre + half))


def test_months_with_thousands_of_answers_get_wider_limits() -> None:
    rng = np.random.default_rng(4)
    shares = np.clip(rng.normal(0.8, 0.03, 30), 0, 1)
    n = np.full(30, 20_000)

    found = p_chart(rng.binomial(n, shares), n)

    assert found.sigma_z is not None and found.sigma_z > 5
    assert found.beyond == ()


@pytest.mark.parametrize("points", [0, 1, 5, 11])
def test_few_points_are_no_chart(points: int) -> None:
    found = xmr(np.arange(float(points)))

    assert (found.values, found.stable, found.reason) == ((), None, "fewer_than_twelve_points")


def test_all_equal_points_are_stable_on_their_line() -> None:
    found = xmr(np.full(12, 70.0))
    full = p_chart(np.full(12, 50), np.full(12, 50))

    assert (found.reason, found.stable, found.upper[0]) == ("no_variance", True, 70.0)
    assert (full.reason, full.stable, full.upper[0]) == ("no_variance", True, 1.0)


def test_months_without_answers_are_skipped() -> None:
    n = np.full(14, 100)
    n[3] = 0
    x = np.where(n > 0, 80, 0)
    x[8] = 90

    assert len(p_chart(x, n).values) == 13
    assert p_chart(np.zeros(3, int), np.zeros(3, int)).reason == "no_trials"
    assert p_chart(x[:9], n[:9]).reason == "fewer_than_twelve_points"


def test_bad_points_are_refused() -> None:
    with pytest.raises(ValueError, match="left out"):
        xmr(np.full(12, np.nan))
    with pytest.raises(ValueError, match="no shares"):
        p_chart(np.array([3]), np.array([2]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=12, max_size=30))
def test_turning_the_scale_round_keeps_every_signal(values: list[float]) -> None:
    points = np.round(np.array(values), 3)

    one, two = xmr(points), xmr(100 - points)

    assert (one.beyond, one.near) == (two.beyond, two.near)
