"""Mistakes that satisfaction surveys are known for, each held off on the public way in.

Weights, straight lines, importance, standards and alpha are in `test_known_mistakes_detail`. Hidden
counts worked out by subtraction have a file of their own, `test_disclosure_document`; staff who
answer an open link are in `test_guards_answers`.
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.data import Questionnaire, Status
from analysis.history import ServiceHistory, body_years
from analysis.parameters import Parameters
from analysis.results import as_document
from analysis.wave import Wave
from analysis.words import Verdict

Make = Callable[..., Any]
Waves = Callable[..., Wave]


def published(*services: list[Wave], parameters: Parameters | None = None) -> dict[str, Any]:
    histories = [
        ServiceHistory(f"s{place}", f"Servizio {place}", tuple(waves))
        for place, waves in enumerate(services)
    ]
    return as_document(body_years(histories, parameters or Parameters()))


def last(document: dict[str, Any], service: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = document["services"][service]["waves"][-1]
    return found


def test_do_not_know_as_a_number_in_means(wave: Waves) -> None:
    rows = [[4, 4, 4]] * 50 + [[int(Status.DK), 4, 4]] * 20 + [[int(Status.BLANK), 4, 4]] * 5

    item = last(published([wave(rows)]))["items"][0]

    assert (item["mean"]["value"], item["n"]) == (4, 50)
    assert item["statuses"] == {"invalid": 0, "blank": 5, "na": 0, "dk": 20}


def test_four_of_five_as_eighty(wave: Waves) -> None:
    assert last(published([wave([[4, 4, 4]] * 40)]))["isu"]["value"] == pytest.approx(75)


def test_averaging_averages(wave: Waves) -> None:
    small = wave([[5, 5, 5]] * 40, users_served=100)
    large = wave([[2, 2, 2]] * 40, users_served=900)

    found = published([small], [large])["years"][0]["isu"]["value"]

    assert found == pytest.approx((100 * 100 + 900 * 25) / 1000)


def test_response_mode_moving_with_the_level_read_as_a_fall(wave: Waves) -> None:
    def mixed(web: int, label: str) -> Wave:
        paper = 200 - web
        rows = [[2, 3, 3], [4, 3, 3]] * (web // 2) + [[4, 5, 5], [5, 4, 4]] * (paper // 2)
        return wave(rows, label=label, mode=[0] * web + [2] * paper)

    change = last(published([mixed(60, "2025"), mixed(140, "2026")]))["change"]

    assert change["crude"] < -10
    assert abs(change["value"]) < 1
    assert change["verdict"] not in {Verdict.WORSE.value, Verdict.SIGNAL.value}
    assert "mode_mix_changed" in change["flags"]


def test_simpsons_paradox_is_named(wave: Waves) -> None:
    # each mode is a little better, but many have moved to the mode whose answers are lower
    paper, web = [[4, 4, 4], [5, 5, 5]], [[1, 2, 2], [3, 3, 3]]
    better_paper, better_web = [[5, 4, 4], [5, 5, 5]], [[2, 3, 2], [3, 3, 3]]
    before = wave(web * 50 + paper * 200, label="2025", mode=[0] * 100 + [2] * 400)
    after = wave(better_web * 200 + better_paper * 50, mode=[0] * 400 + [2] * 100)

    change = last(published([before, after]))["change"]

    assert change["crude"] < -change["crude_se"] < 0 < change["se"] < change["value"]
    # the plain answers went down: neither a decline nor an improvement is told as certain
    assert {"simpson", "distribuzione_cambiata"} <= set(change["flags"])
    assert change["verdict"] == Verdict.SIGNAL.value


def test_standardising_on_the_mode_alone_while_age_moves_between_modes(
    make_questionnaire: Make, make_wave: Make
) -> None:
    # marks follow age alone; as many old and young as before, but half of the old now use the web
    def change(profiles: dict[str, int]) -> dict[str, Any]:
        asked = make_questionnaire(items=2, dimensions=1, profiles=profiles)
        waves = []
        for label, cells in (("2025", (80, 20, 20, 80)), ("2026", (80, 60, 20, 40))):
            ages, modes = np.repeat([1, 2, 1, 2], cells), np.repeat([0, 0, 2, 2], cells)
            rows = np.array([[2, 3, 3], [4, 5, 5]])[ages - 1] - (np.arange(200) % 2)[:, None]
            known = {"age_class": ages} if profiles else {}
            waves.append(make_wave(asked, rows, mode=modes, profiles=known, label=label))
        found: dict[str, Any] = last(published(waves))["change"]
        return found

    assert change({})["value"] > 3
    assert abs(change({"age_class": 2})["value"]) < 0.5


def test_comparing_across_a_break_of_the_series(wave: Waves) -> None:
    rows = [[2, 3, 3], [4, 3, 3]] * 60
    change = last(published([wave(rows, label="2025"), wave(rows, series_break="nuovo modulo")]))[
        "change"
    ]

    assert change["value"] is None
    assert change["reasons"] != []


def test_two_decimals_on_twelve_answers_and_no_interval_when_all_agree(wave: Waves) -> None:
    few = last(published([wave([[5, 4, 4], [4, 3, 5], [2, 3, 3]] * 4)]))["isu"]
    alike = last(published([wave([[5, 5, 5]] * 18)]))["isu"]

    assert few["decimals"] == 0
    # method, 3.1: all 18 answers = 5 -> 80.1735-100
    assert (alike["lower"], alike["upper"]) == (pytest.approx(80.1735, abs=1e-4), 100)


def test_no_p_for_fully_separated_samples(wave: Waves) -> None:
    change = last(published([wave([[1, 1, 1]] * 40, label="2025"), wave([[5, 5, 5]] * 40)]))[
        "change"
    ]

    assert 0 <= change["overall"]["p"] < 1e-6
    assert change["verdict"] == Verdict.BETTER.value


def test_many_tests_each_on_its_own(wave: Waves) -> None:
    rng = np.random.default_rng(4)
    before, after = (wave(rng.integers(1, 6, (150, 3)), label=y) for y in ("2025", "2026"))
    same = [wave(rng.integers(1, 6, (150, 3)), label=y) for y in ("2025", "2026")]

    alone = last(published([before, after]))["change"]
    among = last(published([before, after], *[same] * 9))["change"]

    assert among["p"] == pytest.approx(alone["p"])
    assert min(among["p_worse"], among["p_better"]) >= min(alone["p_worse"], alone["p_better"])
    assert among["p_worse"] + among["p_better"] > alone["p_worse"] + alone["p_better"]


def test_not_significant_read_as_unchanged(wave: Waves) -> None:
    rows = [[1, 2, 2], [5, 4, 4], [3, 3, 3]] * 12
    change = last(published([wave(rows, label="2025"), wave(rows)]))["change"]

    assert change["verdict"] == Verdict.UNKNOWN.value
    assert change["mde"] > 5


def test_significance_without_relevance(wave: Waves) -> None:
    before = [[4, 4, 4], [3, 3, 3]] * 10_000
    after = [[4, 4, 4], [3, 3, 3]] * 9_500 + [[3, 3, 3]] * 1_000

    change = last(published([wave(before, label="2025"), wave(after)]))["change"]

    assert change["p"] < 1e-3
    assert change["verdict"] not in {Verdict.WORSE.value, Verdict.SIGNAL.value}


def test_a_change_in_who_answers_read_as_forty_improvements(wave: Waves) -> None:
    before, after = [[3, 3, 3], [4, 4, 4]] * 60, [[4, 4, 4], [5, 5, 5]] * 60
    document = published(*[[wave(before, label="2025"), wave(after)]] * 12)

    assert document["years"][-1]["common_shift"]["raised"]
    assert document["years"][-1]["verdicts"][Verdict.BETTER.value] == 0


def test_wobble_estimated_from_the_wave_under_test(wave: Waves) -> None:
    def noise(final: int) -> Any:
        years = [wave([[3, 4, 4], [4, 5, 3]] * 30, label=str(y)) for y in range(2020, 2026)]
        services = [[*years, wave([[final] * 3, [3, 3, 3]] * 30)] for _ in range(10)]
        return published(*services)["years"][-1]["wave_noise"]

    assert noise(1) == noise(5)
    assert noise(1)["reason"] is None


def test_standard_errors_of_frequency_weights(wave: Waves) -> None:
    rows = [[2, 3, 3], [4, 3, 3], [5, 4, 4], [4, 4, 4]] * 40
    users = {"sex": ((1, 50_000.0), (2, 50_000.0))}

    found = last(published([wave(rows, sex=[1, 1, 2, 2] * 40, users_by=users)]))

    assert found["isu"]["se"] == pytest.approx(
        found["detail"]["weighting"]["unweighted"]["se"], rel=0.5
    )


def test_raking_to_the_response_mode(wave: Waves) -> None:
    with pytest.raises(ValueError, match="users by 'mode'"):
        wave([[4, 4, 4]] * 40, users_by={"mode": ((0, 50.0), (1, 50.0))})


def test_finite_population_and_margin_of_error_of_self_selected_answers(wave: Waves) -> None:
    rows = [[2, 3, 3], [4, 3, 3], [5, 4, 4]] * 30
    free = published([wave(rows, users_served=100)])
    unknown = published([wave(rows)])

    assert last(free)["isu"]["se"] == last(unknown)["isu"]["se"]
    assert last(free)["isu"]["lower"] == last(unknown)["isu"]["lower"]
    text = json.dumps(free, ensure_ascii=False).lower()
    assert "margine di errore" not in text and "margin of error" not in text


def test_a_league_table_of_services(wave: Waves) -> None:
    rng = np.random.default_rng(5)
    services = [[wave(rng.integers(1, 6, (60, 3)))] for _ in range(11)]
    document = published(*services)

    listed = document["years"][0]["detail"]["comparison"]["services"]
    assert [one["service"] for one in listed] == [f"s{place}" for place in range(11)]
    assert not any("rank" in key or "position" in key for one in listed for key in one)


def test_history_recomputed_with_other_parameters(wave: Waves) -> None:
    history = [ServiceHistory("s", "S", (wave([[4, 4, 4]] * 40),))]
    years = [body_years(history, Parameters(confidence=c))[0] for c in (0.95, 0.9)]

    with pytest.raises(ValueError, match="different parameters"):
        as_document(years)
    assert {"method_version", "parameters"} <= as_document(years[:1]).keys()


def test_a_rebound_told_as_an_effect(wave: Waves) -> None:
    rng = np.random.default_rng(6)
    low, high = rng.integers(1, 4, (200, 3)), rng.integers(3, 6, (200, 3))
    text = json.dumps(published([wave(low, label="2025"), wave(high)]), ensure_ascii=False).lower()

    for causal in ("grazie a", "a causa d", "per effetto d", "because of our", "thanks to"):
        assert causal not in text


def test_different_months_in_different_waves(wave: Waves) -> None:
    rows = [[2, 3, 3], [4, 3, 3]] * 60
    spring = (dt.date(2025, 3, 1), dt.date(2025, 4, 30))
    autumn = (dt.date(2026, 10, 1), dt.date(2026, 11, 30))

    change = last(
        published([wave(rows, label="2025", field_period=spring), wave(rows, field_period=autumn)])
    )["change"]

    assert "field_period_differs" in change["flags"]


def test_an_index_that_moves_because_an_item_was_dropped(
    make_questionnaire: Make, make_wave: Make
) -> None:
    both = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    one = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    before = make_wave(both, [[4, 1], [3, 2]] * 60, label="2025")
    after = make_wave(one, [[4], [3]] * 60)

    change = last(published([before, after]))["change"]

    # either on the question both asked, or not at all; never thirty points better
    assert change["value"] is None or change["items"] == ["q1"]
    assert change["verdict"] != Verdict.BETTER.value


@pytest.mark.parametrize("rows", [[], [[-3, -3, -3]] * 40, [[5, 5, 5]] * 40, [[3, 3, 3]]])
def test_not_a_number_in_the_document(wave: Waves, rows: list[list[int]]) -> None:
    document = published([wave(rows, label="2025"), wave(rows)])

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    isu = last(document)["isu"]
    assert (isu["value"] is None) == (isu["reason"] is not None)


@pytest.fixture
def asked(make_questionnaire: Make) -> Questionnaire:
    found: Questionnaire = make_questionnaire(items=2, dimensions=1, profiles={"sex": 2})
    return found


@pytest.fixture
def wave(asked: Questionnaire, make_wave: Make) -> Waves:
    """Two items and an overall question, one row a form."""

    def make(rows: Any, *, sex: Any = None, **choices: Any) -> Wave:
        profiles = {"sex": np.ones(len(rows), dtype=int) if sex is None else np.array(sex)}
        found: Wave = make_wave(asked, rows, profiles=profiles, **choices)
        return found

    return make
