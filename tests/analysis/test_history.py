"""The years of a body: which waves are the base, and how much noise the years before tell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.adjust import adjusted_change
from analysis.data import Questionnaire
from analysis.history import ServiceHistory, body_years, noise_before, years_of_change
from analysis.parameters import Parameters
from analysis.results import as_document
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise, wave_noise
from analysis.words import Verdict
from analysis.yearly import BodyYear

Make = Callable[..., Any]
MIDDLE = [[2], [3], [3], [4]]
HIGH = [[3], [4], [4], [5]]
#: Three points above the middle one: a small change.
SLIGHT = [[2], [3], [3], [3], [3], [3], [4], [4]] * 30


@pytest.fixture
def questionnaire(make_questionnaire: Make) -> Questionnaire:
    found: Questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    return found


def test_a_year_is_judged_against_the_mean_of_the_two_before(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    rows = [MIDDLE * 60, SLIGHT, MIDDLE * 60]
    change = _changes(_series(questionnaire, make_wave, rows))[-1]

    # means 3, 3.125, 3: 50 - (50 + 53.125)/2
    assert change.base_waves == ("2021", "2022")
    assert change.change.adjusted == pytest.approx(-1.5625)
    assert change.last_year.adjusted == pytest.approx(-3.125)


def test_the_first_comparison_has_one_wave_to_go_by_and_the_first_wave_none(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    first, second = _changes(_series(questionnaire, make_wave, [MIDDLE * 60] * 2))

    assert first.reasons == ("no_previous_wave",)
    assert second.base_waves == ("2021",)
    assert second.last_year is second.change


@pytest.mark.parametrize("shift", [(MIDDLE, HIGH), (HIGH, MIDDLE)])
def test_a_level_shift_is_a_new_level_so_the_base_starts_again(
    questionnaire: Questionnaire, make_wave: Make, shift: tuple[Any, Any]
) -> None:
    before, after = shift
    rows = [before * 60, before * 60, after * 60, after * 60, after * 60]

    changes = _changes(_series(questionnaire, make_wave, rows))

    assert changes[2].verdict in (Verdict.WORSE, Verdict.BETTER)
    assert [one.base_waves for one in changes[1:]] == [
        ("2021",), ("2021", "2022"), ("2023",), ("2023", "2024"),
    ]  # fmt: skip
    assert [one.verdict for one in changes[3:]] == [Verdict.STABLE] * 2


def test_a_signal_does_not_start_the_base_again(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    # 30 forms: a rise of 6 points is at most a signal
    rows = [MIDDLE * 10, MIDDLE * 10, [[2], [3], [4], [4]] * 10, MIDDLE * 10]

    changes = _changes(_series(questionnaire, make_wave, rows))

    assert changes[2].verdict not in (Verdict.WORSE, Verdict.BETTER)
    assert changes[3].base_waves == ("2022", "2023")


def test_where_only_last_year_is_comparable_it_is_the_base_alone(
    make_questionnaire: Make, make_wave: Make
) -> None:
    old = make_questionnaire(items=1, dimensions=1, overall=False)
    new = make_questionnaire(items=1, dimensions=1, overall=False, changes={"q1": {"wording": 2}})
    waves = tuple(
        make_wave(asked, MIDDLE * 60, label=label)
        for asked, label in ((old, "2021"), (new, "2022"), (new, "2023"))
    )

    last = _changes([ServiceHistory("s", "S", waves)])[-1]

    assert last.base_waves == ("2022",)
    assert last.verdict is Verdict.STABLE


def test_a_break_of_the_series_last_year_leaves_that_year_alone_as_the_base(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    series = _series(questionnaire, make_wave, [MIDDLE * 60] * 4)
    waves = [*series[0].waves]
    waves[1] = replace(waves[1], series_break="altro sportello")

    changes = _changes([ServiceHistory("s", "S", tuple(waves))])

    assert changes[1].reasons == ("series_break",)
    assert [one.base_waves for one in changes[2:]] == [("2022",), ("2022", "2023")]


def test_a_later_year_never_changes_an_earlier_one(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    services = _body(asked, make_wave, draw, services=12, years=5)

    whole = as_document(body_years(services))
    until = [ServiceHistory(one.key, one.name, one.waves[:4]) for one in services]
    part = as_document(body_years(until))

    assert whole["years"][:4] == part["years"]
    for one, two in zip(whole["services"], part["services"], strict=True):
        assert one["waves"][:4] == two["waves"]


def test_the_noise_comes_from_the_two_wave_changes_of_the_years_before(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    services = _body(asked, make_wave, draw, services=16, years=5, wobble=0.5, drops={0: 2, 1: 3})
    years = body_years(services)

    # every service of the third and fourth year, also where a coloured verdict restarted the base
    taken = []
    for place in (2, 3):
        found = [
            adjusted_change(service.waves[place - 2 : place + 1], asked.index_items)
            for service in services
        ]
        values, ses = np.array([(one.adjusted, one.se) for one in found if one is not None]).T
        taken += [*zip(values - _common(values, ses), ses, strict=True)]
    expected = wave_noise(*np.array(taken).T)
    assert [year.noise.tau for year in years[:4]] == [0.0] * 4
    assert years[3].noise.reason == "too_few_differences"
    assert years[4].noise.tau == pytest.approx(expected.tau, abs=1e-9)
    assert years[4].noise.differences == 32
    assert expected.tau > 5
    restarted = [len(one.base_waves) for year in years[3:] for one in year.change.services]
    assert set(restarted) == {1, 2}


def test_a_base_of_one_wave_has_more_noise_than_one_of_two() -> None:
    noise = WaveNoise(3.0, 40)

    # variances of a difference: sigma^2 (1 + 1/k)
    assert (noise.against(1) / noise.against(2)) ** 2 == pytest.approx(2 / 1.5)
    assert noise.against(2) == 3.0
    assert noise.against(0) == 0.0


def test_the_error_of_every_change_has_the_noise_of_its_own_kind(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    last = body_years(
        _body(asked, make_wave, draw, services=16, years=5, wobble=0.5, drops={0: 2, 1: 3})
    )[-1]

    kinds = {len(one.base_waves) for one in last.change.services}
    for one in last.change.services:
        tau = last.noise.tau * np.sqrt((1 + 1 / len(one.base_waves)) / 1.5)
        assert one.se == pytest.approx(np.hypot(one.change.se, tau))
    assert kinds == {1, 2}


def test_a_shift_that_all_services_shared_is_not_noise_of_each(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    services = _body(asked, make_wave, draw, services=32, years=3, shift={2: 0.6})

    years = list(years_of_change(services))
    shift = years[2].change.common_shift

    assert shift is not None
    assert shift.raised
    plain = np.array([one.change.adjusted for one in years[2].change.services])
    ses = np.array([one.change.se for one in years[2].change.services])
    found = noise_before(years)
    assert found == wave_noise(plain - shift.value, ses)
    assert found.tau < 2
    assert wave_noise(plain, ses).tau > 4


def test_a_shared_change_that_was_explained_is_not_noise_of_later_years(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    shift = dict.fromkeys((3, 4, 5), 0.9)
    plain = _body(asked, make_wave, draw, services=12, years=6)
    moved = _body(asked, make_wave, draw, services=12, years=6, shift=shift)
    label = moved[0].waves[3].label

    lifted = list(years_of_change(moved, lifted={label: "Sportello unico; protocollo 12/2026"}))

    # all services rose together and each starts from its new level
    assert {one.verdict for one in lifted[3].change.services} == {Verdict.BETTER}
    assert {len(one.base_waves) for one in lifted[4].change.services} == {1}
    usual = list(years_of_change(plain))[-1].noise
    assert lifted[-1].noise.differences == usual.differences == 36
    assert lifted[-1].noise.tau == pytest.approx(usual.tau, abs=1.0)


def test_the_threshold_may_differ_by_year(questionnaire: Questionnaire, make_wave: Make) -> None:
    series = _series(questionnaire, make_wave, [MIDDLE * 60, [[2], [3], [4], [4]] * 60])

    choices = {"2021": Parameters(), "2022": Parameters(delta=8.0)}
    strict, wide = body_years(series), body_years(series, choices)

    assert strict[1].services[0].change.verdict is Verdict.BETTER
    assert wide[1].services[0].change.verdict is Verdict.SMALL


def test_a_service_that_skips_a_year_is_compared_with_its_own_last_waves(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    whole = _series(questionnaire, make_wave, [MIDDLE * 60] * 4)[0]
    gap = ServiceHistory("gap", "G", tuple(w for w in whole.waves if w.label != "2023"))

    years = body_years([whole, gap])

    assert [len(year.services) for year in years] == [2, 2, 1, 2]
    assert years[3].services[1].change.base_waves == ("2021", "2022")


def test_only_the_years_asked_for_are_computed_in_detail(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    series = _series(questionnaire, make_wave, [MIDDLE * 60] * 3)
    both = [*series, ServiceHistory("t", "T", series[0].waves)]

    whole, last = body_years(both), body_years(both, detailed=["2023"])

    assert [year.detail is None for year in last] == [True, True, False]
    assert [year.services[0].detail is None for year in last] == [True, True, False]
    assert last[2] == whole[2]
    assert last[0].index == whole[0].index
    assert all(year.detail is not None for year in whole)


def test_no_service_gives_no_year() -> None:
    assert body_years([]) == []
    assert noise_before([]) == WaveNoise(0.0, 0, "too_few_differences")


def test_the_sentence_names_both_bases_and_last_year(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    rows = [MIDDLE * 60, SLIGHT, HIGH * 60]
    words = _changes(_series(questionnaire, make_wave, rows))[-1].words

    assert words["it"].detail.startswith("480 risposte nelle due rilevazioni precedenti e 240 ora")
    assert words["it"].detail.endswith("rispetto alla sola rilevazione precedente +22.")
    assert words["en"].detail.endswith("against the survey before alone +22.")


def _common(values: np.ndarray[Any, Any], ses: np.ndarray[Any, Any]) -> float:
    """Mean by precision, where it is 2 points and its p below .001."""
    mean = float(np.average(values, weights=1 / ses**2))
    z = abs(mean) * float(np.sqrt((1 / ses**2).sum()))
    # R: qnorm(1 - .001/2) = 3.290527
    return mean if abs(mean) >= 2 and z > 3.290527 else 0.0


def _changes(series: Sequence[ServiceHistory]) -> list[Any]:
    years: list[BodyYear] = body_years(series)
    return [year.services[0].change for year in years]


def _series(asked: Questionnaire, make_wave: Make, rows: Sequence[Any]) -> list[ServiceHistory]:
    waves = tuple(make_wave(asked, marks, label=str(2021 + n)) for n, marks in enumerate(rows))
    return [ServiceHistory("s", "S", waves)]


def _body(
    asked: Questionnaire, make_wave: Make, draw: Make, **choices: Any
) -> list[ServiceHistory]:
    """Return a body whose services wobble every year, and whose years may shift together."""
    rng = np.random.default_rng(5)
    wobble, shift = choices.get("wobble", 0.0), choices.get("shift", {})
    #: services that fall, and from which year on
    drops = choices.get("drops", {})
    histories = []
    for service in range(choices["services"]):
        waves: list[Wave] = []
        for year in range(choices["years"]):
            moved = shift.get(year, 0.0) + wobble * rng.normal()
            moved -= 3.0 if year >= drops.get(service, choices["years"]) else 0.0
            ratings, mode, profiles = draw(asked, 120, seed=100 * service + year, shift=moved)
            label = str(2021 + year)
            waves.append(make_wave(asked, ratings, mode=mode, profiles=profiles, label=label))
        histories.append(ServiceHistory(f"s{service}", f"S{service}", tuple(waves)))
    return histories
