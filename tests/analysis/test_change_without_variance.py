"""The change of a service whose answers do not vary: no test, and a verdict all the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from analysis.change import ServicePair, compare_services
from analysis.wave_noise import WaveNoise
from analysis.words import Verdict

Make = Callable[..., Any]


def test_everybody_equal_twice_is_stable_without_a_test(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2)
    wave = make_wave(questionnaire, [[5, 5, 5]] * 40, mode=[0, 2] * 20)

    change = compare_services([ServicePair("s", (wave,), wave)]).services[0]

    assert change.verdict is Verdict.STABLE
    assert change.p is None
    assert change.p_worse_adjusted is None
    assert "no_variance" in change.flags


def test_rounding_is_no_movement_the_other_way(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(bounds=(1, 10), profiles={}, overall=False)
    before, after = (
        make_wave(questionnaire, [[5, 2, 10, 8]] * n, mode=np.arange(n) % 3) for n in (67, 71)
    )

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.flags == ("no_variance",)


@pytest.mark.parametrize("overall", [True, False])
def test_fully_separated_waves_have_a_tiny_p_and_a_verdict(
    make_questionnaire: Make, make_wave: Make, overall: bool
) -> None:
    questionnaire = make_questionnaire(items=2, overall=overall)
    width = 3 if overall else 2
    high = make_wave(questionnaire, [[5] * width] * 40)
    low = make_wave(questionnaire, [[1] * width] * 40)

    change = compare_services([ServicePair("s", (high,), low)]).services[0]

    assert change.verdict is Verdict.WORSE
    assert 0 < change.p < 1e-20
    assert change.change.adjusted == pytest.approx(-100)


@pytest.mark.parametrize("overall", [[4] * 40, [3, 4, 5, 4] * 10])
@pytest.mark.parametrize("moved", [-1, 1])
def test_a_change_without_variance_that_the_overall_question_denies_is_a_signal(
    make_questionnaire: Make, make_wave: Make, overall: list[int], moved: int
) -> None:
    questionnaire = make_questionnaire(items=2)
    before = make_wave(questionnaire, [[3, 3, mark] for mark in overall])
    after = make_wave(questionnaire, [[3 + moved, 3 + moved, mark] for mark in overall])

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.change.se == 0
    assert change.change.adjusted == pytest.approx(25 * moved)
    assert change.p == 1.0
    assert change.verdict is Verdict.SIGNAL
    assert "no_variance" in change.flags
    headline = change.words["it"].headline
    assert "tutti hanno risposto allo stesso modo" in headline
    assert "per caso" not in headline


def test_wave_noise_is_all_the_error_of_a_change_without_variance(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    pair = ServicePair(
        "s", (make_wave(questionnaire, [[4]] * 40),), make_wave(questionnaire, [[3]] * 40)
    )

    quiet = compare_services([pair]).services[0]
    noisy = compare_services([pair], noise=WaveNoise(20.0, 40)).services[0]

    assert quiet.verdict is Verdict.WORSE
    # scipy.stats.norm.cdf(-25 / (20 * sqrt(2 / 1.5))): 0.1395
    assert noisy.p_worse == pytest.approx(norm.cdf(-25 / (20 * np.sqrt(2 / 1.5))))
    assert noisy.verdict is Verdict.SIGNAL


@pytest.mark.parametrize("code", [5, 3])
def test_the_change_of_waves_without_variance_has_an_interval_of_positive_width(
    make_questionnaire: Make, make_wave: Make, code: int
) -> None:
    questionnaire = make_questionnaire(items=2, overall=False)
    before = make_wave(questionnaire, [[code] * 2] * 60)
    after = make_wave(questionnaire, [[code] * 2] * 40)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    # Newcombe's square root over the two quasi-Wilson-t intervals, n* = n because SE = 0
    down = _half(40, code, "down"), _half(60, code, "up")
    up = _half(40, code, "up"), _half(60, code, "down")
    assert change.lower == pytest.approx(-np.hypot(*down), abs=1e-9)
    assert change.upper == pytest.approx(np.hypot(*up), abs=1e-9)
    assert change.lower < 0 < change.upper
    assert change.mde > 5
    assert "0,0" not in change.words["it"].detail


def test_equal_answers_last_year_are_no_signal_of_their_own(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    mixed, equal = (make_wave(questionnaire, rows) for rows in ([[3], [5]] * 90, [[4]] * 180))

    change = compare_services([ServicePair("s", (mixed, equal), equal)]).services[0]

    assert change.verdict is Verdict.STABLE


def _half(n: int, code: int, side: str) -> float:
    """Distance of an end of the quasi-Wilson-t interval of `n` equal answers, by its formula."""
    q, m = student.ppf(0.975, n - 1), (code - 1) / 4
    centre = (m + q**2 / (2 * n)) / (1 + q**2 / n)
    half = q / (1 + q**2 / n) * np.sqrt(m * (1 - m) / n + q**2 / (4 * n**2))
    end = max(0.0, centre - half) if side == "down" else min(1.0, centre + half)
    return float(100 * abs(end - m))
