"""Tests over the services of a body, and the verdict."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests

from analysis.change import ServicePair, compare_services
from analysis.data import Questionnaire
from analysis.examples import example_wave
from analysis.parameters import Parameters
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise
from analysis.words import Verdict

Make = Callable[..., Any]


def test_a_clear_fall_is_established_and_a_clear_rise_too(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    low = _wave(make_wave, questionnaire, draw(questionnaire, 300, seed=1, shift=-0.6))
    high = _wave(make_wave, questionnaire, draw(questionnaire, 300, seed=2))

    found = compare_services([ServicePair("f", (high,), low), ServicePair("r", (low,), high)])

    fall, rise = found.services
    assert (fall.verdict, rise.verdict) == (Verdict.WORSE, Verdict.BETTER)
    assert fall.words["it"].headline.startswith("La soddisfazione è scesa da ")
    assert rise.words["en"].headline.startswith("Satisfaction rose from ")
    assert fall.upper < 0 < rise.lower


def test_a_difference_below_the_threshold_is_small_however_many_answered(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[3], [4]] * 10_000)
    after = make_wave(questionnaire, [[3], [3], [4]] * 7_000)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.verdict is Verdict.SMALL
    assert change.p < 1e-6


def test_the_same_answers_twice_are_stable_when_there_are_enough(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    many = make_wave(questionnaire, [[3], [4], [5]] * 100)
    few = make_wave(questionnaire, [[1], [3], [5]] * 10)

    stable = compare_services([ServicePair("s", (many,), many)]).services[0]
    unknown = compare_services([ServicePair("s", (few,), few)]).services[0]

    assert stable.verdict is Verdict.STABLE
    assert unknown.verdict is Verdict.UNKNOWN
    assert unknown.mde == pytest.approx((1.644854 + 0.841621) * unknown.se, rel=1e-6)
    assert "avremmo visto solo variazioni di almeno" in unknown.words["it"].headline


def test_a_signal_among_many_services_stays_a_signal(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[2], [3], [4], [5]] * 40)
    after = make_wave(questionnaire, [[2], [3], [4], [5], [3], [2], [3]] * 23)
    steady = [ServicePair(f"s{i}", (before,), before) for i in range(39)]

    alone = compare_services([ServicePair("x", (before,), after)]).services[0]
    among = compare_services([*steady, ServicePair("x", (before,), after)])

    assert alone.verdict is Verdict.WORSE
    assert among.services[-1].verdict is Verdict.SIGNAL
    assert among.tests == 40
    assert "con 40 servizi controllati" in among.services[-1].words["it"].headline


def test_the_family_is_adjusted_by_holm_over_the_testable_services_alone(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    base = _wave(make_wave, questionnaire, draw(questionnaire, 150, seed=1))
    pairs = [
        ServicePair(f"s{i}", (base,), _wave(make_wave, questionnaire, draw(
            questionnaire, 150, seed=50 + i, shift=-0.05 * i)))
        for i in range(4)
    ]  # fmt: skip
    small = ServicePair("small", (base,), _wave(make_wave, questionnaire, draw(
        questionnaire, 12, seed=3)))  # fmt: skip

    found = compare_services([*pairs[:2], small, *pairs[2:]])

    tested = [one for one in found.services if one.p_worse is not None]
    assert found.tests == len(tested) == 4
    assert found.services[2].reasons[0] == "too_few_responses"
    one_sided = [student.cdf(one.change.adjusted / one.change.se, one.change.df) for one in tested]
    assert [one.p_worse for one in tested] == pytest.approx(one_sided, abs=1e-12)
    # multipletests(one-sided p, method="holm")[1], one family a direction
    expected = multipletests(one_sided, method="holm")[1]
    assert [one.p_worse_adjusted for one in tested] == pytest.approx(expected, abs=1e-12)
    better = multipletests([1 - p for p in one_sided], method="holm")[1]
    assert [one.p_better_adjusted for one in tested] == pytest.approx(better, abs=1e-9)


def test_a_movement_of_all_services_puts_the_survey_under_suspicion(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    pairs = [
        ServicePair(
            f"s{i}",
            (_wave(make_wave, questionnaire, draw(questionnaire, 250, seed=i)),),
            _wave(make_wave, questionnaire, draw(questionnaire, 250, seed=100 + i, shift=0.4)),
        )
        for i in range(6)
    ]

    together, few = compare_services(pairs), compare_services(pairs[:4])

    assert together.common_shift is not None
    assert together.common_shift.raised
    assert together.common_shift.value > 5
    assert "Quasi tutti i servizi si muovono insieme" in together.common_shift.words["it"]
    assert all("spostamento_comune" in one.flags for one in together.services)
    assert not any(one.verdict is Verdict.BETTER for one in together.services)
    assert few.common_shift is None
    assert any(one.verdict is Verdict.BETTER for one in few.services)


def test_one_service_falling_alone_does_not_raise_the_guard(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    base = [_wave(make_wave, questionnaire, draw(questionnaire, 250, seed=i)) for i in range(12)]
    low = _wave(make_wave, questionnaire, draw(questionnaire, 250, seed=99, shift=-0.5))
    pairs = [ServicePair(f"s{i}", (base[i],), base[i + 1]) for i in range(10)]

    found = compare_services([*pairs, ServicePair("x", (base[11],), low)])

    assert found.common_shift is not None
    assert not found.common_shift.raised
    assert found.services[-1].verdict is Verdict.WORSE


def test_wave_noise_widens_the_interval_and_can_undo_a_verdict(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    before = _wave(make_wave, questionnaire, draw(questionnaire, 300, seed=1))
    after = _wave(make_wave, questionnaire, draw(questionnaire, 300, seed=2, shift=-0.4))
    pair = ServicePair("s", (before,), after)

    quiet = compare_services([pair]).services[0]
    noisy = compare_services([pair], noise=WaveNoise(8.0, 40)).services[0]

    assert quiet.verdict is Verdict.WORSE
    assert noisy.verdict is Verdict.SIGNAL
    assert noisy.se == pytest.approx(np.hypot(quiet.se, 8.0 * np.sqrt(2 / 1.5)))
    assert noisy.p == quiet.p


def test_a_two_wave_base_still_shows_a_signal_against_last_year_alone(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    low = make_wave(questionnaire, [[2], [3], [4]] * 60)
    high = make_wave(questionnaire, [[3], [4], [4]] * 60)

    change = compare_services([ServicePair("s", (low, high), make_wave(
        questionnaire, [[2], [3], [4], [4]] * 45))]).services[0]  # fmt: skip

    assert abs(change.change.adjusted) < 5
    assert change.verdict is Verdict.SIGNAL


def test_a_change_under_the_common_shift_is_not_said_to_be_chance(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    pairs = [
        ServicePair(
            f"s{seed}",
            (_wave(make_wave, questionnaire, draw(questionnaire, 300, seed=seed)),),
            _wave(make_wave, questionnaire, draw(questionnaire, 300, seed=90 + seed, shift=-0.6)),
        )
        for seed in range(6)
    ]

    signals = [one for one in compare_services(pairs).services if one.verdict is Verdict.SIGNAL]

    assert signals
    for one in signals:
        assert "quasi tutti i servizi si muovono insieme" in one.words["it"].headline
        assert "per caso" not in one.words["it"].headline


def test_an_overall_question_that_contradicts_the_index_blocks_the_colour(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2)
    before = make_wave(questionnaire, [[5, 4, 3], [4, 4, 3], [5, 5, 2]] * 40)
    after = make_wave(questionnaire, [[3, 3, 5], [4, 3, 4], [3, 4, 5]] * 40)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.p_worse_adjusted < 0.001
    assert change.verdict is Verdict.SIGNAL
    assert "distribuzione_cambiata" in change.flags
    assert "la domanda complessiva si muove in senso opposto" in change.words["it"].headline


def test_an_overall_question_with_another_wording_contradicts_nothing(
    make_questionnaire: Make, make_wave: Make
) -> None:
    old = make_questionnaire(items=2)
    new = make_questionnaire(items=2, changes={"overall": {"wording": 2}})
    before = make_wave(old, [[5, 4, 3], [4, 4, 3], [5, 5, 2]] * 40)
    after = make_wave(new, [[3, 3, 5], [4, 3, 4], [3, 4, 5]] * 40)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.overall is None
    assert change.verdict is Verdict.WORSE


def test_an_overall_question_hardly_anybody_answered_is_not_ranked(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1)
    wave = make_wave(questionnaire, [[4, -3], [5, -3]] * 40)

    assert compare_services([ServicePair("s", (wave,), wave)]).services[0].overall is None


def test_a_change_that_differs_by_mode_is_flagged(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    mode = [0] * 120 + [2] * 120
    before = make_wave(questionnaire, [[3], [4], [5]] * 80, mode=mode)
    after = make_wave(questionnaire, [[4], [4], [5]] * 40 + [[2], [3], [4]] * 40, mode=mode)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert "cambia_in_modo_diverso_per_canale" in change.flags


def test_a_change_whose_interval_holds_zero_is_not_established_however_few_the_services() -> None:
    before, after = (
        example_wave("2025", n=40, seed=16),
        example_wave("2026", n=40, seed=17, shift=-0.2),
    )

    one = compare_services([ServicePair("s", (before,), after)]).services[0]

    # one-sided the test of a single service says 3.2 %, and the interval goes from -17.4 to +0.5
    assert one.p_worse_adjusted < 0.05 < one.p
    assert one.change.adjusted <= -5 and one.lower < 0 < one.upper
    assert one.verdict is Verdict.UNKNOWN


def test_a_signal_of_the_last_year_alone_says_its_own_direction() -> None:
    before, dip, now = (
        example_wave(str(2024 + k), n=60, seed=3 * 86 + k, shift=shift)
        for k, shift in enumerate((-0.25, 0.1, -0.05))
    )

    one = compare_services([ServicePair("s", (before, dip), now)]).services[0]

    assert one.verdict is Verdict.SIGNAL
    assert one.change.adjusted > 0 > one.last_year.adjusted
    assert "Possibile calo rispetto alla sola" in one.words["it"].headline


def test_an_index_of_the_common_questions_is_said_to_be_one(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    short, long = (
        make_questionnaire(items=5, dimensions=1),
        make_questionnaire(items=6, dimensions=1),
    )
    before = _wave(make_wave, long, draw(long, 100, seed=1))
    after = _wave(make_wave, short, draw(short, 100, seed=2))

    changed = compare_services([ServicePair("s", (before,), after)]).services[0]
    same = compare_services([ServicePair("s", (after,), after)]).services[0]

    assert "indice delle sole 5 domande in comune " in changed.words["it"].detail
    assert "index of the 5 questions they share " in changed.words["en"].detail
    assert "in comune" not in same.words["it"].detail


def test_no_service_at_all_gives_an_empty_body() -> None:
    found = compare_services([])

    assert (found.services, found.tests, found.common_shift) == ((), 0, None)


@pytest.mark.parametrize(
    "choice",
    [
        {"delta": 2.9},
        {"alpha": 0.0},
        {"confidence": 1.0},
        {"publication_minimum": 9},
        {"full_minimum": 5},
        {"full_minimum": 30.5},
        {"publication_minimum": 12.5},
    ],
)
def test_impossible_parameters_are_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"not|cannot|impossible"):
        Parameters(**choice)


def _wave(make_wave: Make, questionnaire: Questionnaire, sample: Any) -> Wave:
    ratings, mode, profiles = sample
    return make_wave(questionnaire, ratings, mode=mode, profiles=profiles)
