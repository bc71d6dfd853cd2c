"""The funnel: bands, both overdispersions, shrinkage, and small bodies."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.funnel import ServiceScore, band_words, funnel, pairwise


def body(k: int, seed: int, *, tau: float = 0.0) -> list[ServiceScore]:
    rng = np.random.default_rng(seed)
    ns = rng.integers(60, 400, k)
    return [
        ServiceScore(f"s{j}", 70 + rng.normal(0, np.hypot(tau, 18 / n**0.5)), 18 / n**0.5, float(n))
        for j, n in enumerate(ns.tolist())
    ]


def test_equal_services_are_outside_as_often_as_chance_says() -> None:
    outside = [
        np.mean([point.band != "in_line" for point in funnel(body(40, seed)).points])
        for seed in range(150)
    ]

    assert 0.02 < np.mean(outside) < 0.06


def test_the_corrected_overdispersion_flags_fewer_than_the_published_one() -> None:
    bodies = [funnel(body(40, seed, tau=3)) for seed in range(60)]

    def outside(name: str) -> float:
        return float(np.mean([abs(getattr(p, name)) > 1.96 for f in bodies for p in f.points]))

    assert outside("z") == pytest.approx(0.05, abs=0.02)
    assert outside("z_published") > outside("z") + 0.02


def test_target_limits_and_z_are_their_formulas() -> None:
    services = body(12, 3, tau=5)
    found = funnel(services)
    y, se, n = (np.array([getattr(s, a) for s in services]) for a in ("value", "se", "n"))
    target = np.average(y, weights=n)
    assert found.dispersion is not None
    inner, outer = found.limits(100)

    assert found.target == pytest.approx(target)
    assert found.spread == pytest.approx(18)
    assert [p.z for p in found.points] == pytest.approx(
        (y - target) / np.sqrt(se**2 + found.dispersion.tau2)
    )
    half = np.sqrt(18**2 / 100 + found.dispersion.tau2)
    assert (inner.lower, outer.upper) == pytest.approx(
        (target - 1.96 * half, min(100, target + 3.09 * half))
    )
    assert found.expected_outside == pytest.approx(0.6)


def test_the_stabilised_estimate_is_the_precision_weighted_mean() -> None:
    found = funnel(body(20, 4, tau=5))
    assert found.dispersion is not None and found.target is not None
    t2 = found.dispersion.tau2

    for point in found.points:
        s = point.service
        expected = (s.value / s.se**2 + found.target / t2) / (1 / s.se**2 + 1 / t2)
        assert point.stabilised == pytest.approx(expected)


def test_without_overdispersion_everybody_is_stabilised_to_the_target() -> None:
    equal = [ServiceScore(f"s{k}", 70, 2, 100) for k in range(10)]

    found = funnel(equal)

    assert {point.stabilised for point in found.points} == {70.0}
    assert {point.band for point in found.points} == {"in_line"}


def test_fewer_than_ten_full_services_have_no_funnel() -> None:
    services = [*body(9, 5), ServiceScore("small", 70, 4, 29), ServiceScore("constant", 100, 0, 90)]

    found = funnel(services)

    assert (found.points, found.reason) == ((), "fewer_than_ten_services")
    assert found.left_out == ("small", "constant")
    with pytest.raises(ValueError, match="no funnel"):
        found.limits(100)
    assert funnel([]).reason == "fewer_than_ten_services"


def test_limits_need_respondents() -> None:
    with pytest.raises(ValueError, match="not 0"):
        funnel(body(10, 6)).limits(0)


def test_pairs_are_welch_and_holm() -> None:
    # ttest_ind_from_stats(m1, s1, n1, m2, s2, n2, equal_var=False); multipletests(method="holm")
    services = body(4, 7, tau=6)
    found = pairwise(services)
    expected = [
        stats.ttest_ind_from_stats(
            a.value, a.se * a.n**0.5, a.n, b.value, b.se * b.n**0.5, b.n, equal_var=False
        ).pvalue
        for i, a in enumerate(services)
        for b in services[i + 1 :]
    ]

    assert [pair.p for pair in found] == pytest.approx(expected)
    assert [pair.p_holm for pair in found] == pytest.approx(
        multipletests(expected, method="holm")[1]
    )


def test_pairs_without_sampling_error_are_not_tested() -> None:
    found = pairwise([ServiceScore("a", 100, 0, 40), ServiceScore("b", 100, 0, 40)])[0]

    assert (found.difference, found.p, found.p_holm, found.interval) == (0, None, None, None)
    assert pairwise([ServiceScore("a", 50, 1, 29), ServiceScore("b", 60, 1, 90)]) == ()


def test_bands_never_rank() -> None:
    words = [
        band_words(name, language)
        for name in ("in_line", "above", "below", "far_above", "far_below")
        for language in ("it", "en")
    ]

    assert not any(word in text for text in words for word in ("primo", "ultimo", "best", "worst"))
    with pytest.raises(ValueError, match="'fr'"):
        band_words("above", "fr")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(-20, 20))
def test_moving_every_service_moves_no_band(seed: int, shift: float) -> None:
    services = body(12, seed, tau=3)
    moved = [ServiceScore(s.name, s.value + shift, s.se, s.n) for s in services]

    one, two = funnel(services), funnel(moved)

    assert [p.z for p in one.points] == pytest.approx([p.z for p in two.points], abs=1e-6)


def test_a_number_that_may_not_be_told_does_not_follow_from_the_pooled_spread() -> None:
    services = body(12, 5)

    def spread(untold: float) -> float | None:
        last = services[-1]
        hidden = ServiceScore(last.name, last.value, last.se, untold, last.n, told=False)
        return funnel([*services[:-1], hidden]).spread

    assert spread(150.0) == spread(90.0)
    nobody = [replace(s, n=0.9 * s.n, answers=s.n, told=False) for s in services]
    assert funnel(nobody).spread == pytest.approx(funnel(services).spread)
