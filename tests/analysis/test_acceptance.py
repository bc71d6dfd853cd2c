"""The acceptance table at reduced size: the engine against a known truth."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.data import Status, read_questionnaire
from analysis.simulate import SCENARIOS, plan_body
from analysis.simulate.acceptance import SeedRun
from analysis.simulate.files import document_of, write_scenario
from analysis.simulate.limits import LIMITS, rate
from analysis.simulate.table import Study, acceptance, table
from survey.questionnaire.parsing import parse

# 20 services give 40 earlier differences: enough for a tau_w. With 16 the four drops of E, a
# quarter of the body, still raise the guard against a common shift in one of these four bodies.
SMALL = Study(("A", "D", "E", "F", "A0"), bodies=4, services=20, processes=1)


def test_a_reduced_table_keeps_every_limit_and_sees_what_happens() -> None:
    rates = {(one.scenario, one.measure): one for one in acceptance(SMALL)}

    assert [key for key, one in rates.items() if one.verdict == "broken"] == []
    # 16 drops of 0.3: at 79 % fewer than 9 are found once in 100 times (scipy.stats.binom.cdf(8,
    # 16, .79) is 0.0095), and the seeds are fixed.
    assert rates["E", "power_red"].value >= 100 * 9 / 16
    assert rates["D", "common_shift"].value == 100
    assert rates["F", "trend_found"].value > 60
    assert rates["F", "trend_false"].value < 20
    assert rates["A0", "coverage"].value > 90


def test_scenarios_of_one_seed_share_what_does_not_differ() -> None:
    def plans(key: str) -> list[str]:
        body = plan_body(np.random.default_rng(3), SCENARIOS[key], services=6, years=3)
        return [repr((plan.service, plan.year, plan.conditions)) for plan in body]

    null, drop, moved = plans("A"), plans("E"), plans("B")
    differ = [place for place, (one, two) in enumerate(zip(null, drop, strict=True)) if one != two]
    assert differ == [2, 5, 8, 11]
    assert sum(one != two for one, two in zip(null, moved, strict=True)) == 6


def test_a_scenario_gives_the_same_measures_alone_and_after_others() -> None:
    both = SeedRun(5, services=6)
    both.measure("A")

    assert both.measure("E") == SeedRun(5, services=6).measure("E")


def test_two_processes_measure_what_one_does() -> None:
    alone = Study(("A0",), bodies=3, services=5, processes=1)

    assert acceptance(replace(alone, processes=2)) == acceptance(alone)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([0.0] * 40, "kept"),
        ([100.0] + [0.0] * 9, "within_error"),
        ([100.0] * 10 + [0.0] * 30, "broken"),
    ],
)
def test_a_limit_is_broken_only_beyond_its_monte_carlo_error(
    found: list[float], verdict: str
) -> None:
    assert rate("A", "any_red", found).verdict == verdict


def test_a_floor_is_broken_from_below() -> None:
    assert rate("E", "power_red", [50.0, 75.0, 50.0, 50.0] * 10).verdict == "broken"
    assert rate("E", "power_red", [75.0, 100.0] * 10).verdict == "kept"


def test_one_body_proves_nothing_and_no_body_is_refused() -> None:
    assert rate("E", "power_red", [75.0]).verdict == "within_error"
    with pytest.raises(ValueError, match="no body"):
        rate("A", "any_red", [])


def test_the_limits_are_those_of_the_method() -> None:
    bars = {(one.scenario, one.measure): one.value for one in LIMITS}
    assert bars["A", "any_red"] == bars["E", "any_red"] == bars["F", "trend_false"] == 7
    assert (bars["C", "any_red"], bars["C", "any_green"], bars["I", "power_red"]) == (11, 13, 72)
    assert len(bars) == len(LIMITS)


def test_the_table_shows_each_rate_beside_its_limit_in_both_languages() -> None:
    rates = [rate("A", "any_red", [0.0] * 40), rate("G", "power_green", [100.0, 50.0])]

    assert "enti con un falso rosso" in table(rates)
    english = table(rates, "en").splitlines()
    assert english[1].split() == [
        "A",
        "bodies",
        "with",
        "a",
        "false",
        "red",
        "0.0%",
        "±4.0",
        "≤",
        "7%",
        "kept",
    ]
    assert english[2].split()[-1] == "–"


def test_the_command_ends_with_one_when_a_limit_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["simulate", "--acceptance", "--bodies", "2", "--services", "5", "--processes", "1"]
    assert main([*arguments, "--scenarios", "A0"]) == 0
    assert "rispettato" in capsys.readouterr().out

    impossible = type(LIMITS[0])("A0", "coverage", 50)
    monkeypatch.setattr("analysis.simulate.limits.LIMITS", (impossible,))
    monkeypatch.setattr("analysis.simulate.limits._ERRORS", 0.0)
    assert main([*arguments, "--scenarios", "A0"]) == 1
    assert "NON RISPETTATO" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--acceptance", "--scenarios", "A,Z"], "--scenarios Z"),
        (["--acceptance", "--bodies", "0"], "--bodies 0"),
        (["--acceptance", "--services", "4"], "--services 4"),
        (["--out", "/proc/nowhere", "--services", "1"], "/proc/nowhere"),
    ],
)
def test_bad_options_end_with_a_sentence_and_code_two(
    capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main(["simulate", *options]) == 2
    assert words in capsys.readouterr().err


def test_written_waves_run_through_the_engine_and_tell_their_truth(tmp_path: Path) -> None:
    out = tmp_path / "body"
    options = ["--scenario", "E", "--seed", "7", "--services", "1", "--years", "2"]
    assert main(["simulate", "--out", str(out), *options]) == 0

    truth = json.loads((out / "truth.json").read_text("utf-8"))
    waves = [f"--wave={one['service']}/{one['wave']}={out / one['file']}" for one in truth["waves"]]
    done = main(
        ["run", "--questionnaire", str(out / "questionnaire.json"), *waves, "--out", str(out / "r")]
    )

    assert done == 0
    assert [one["changed"] for one in truth["waves"]] == [False, True]
    results = json.loads((out / "r" / "results.json").read_text("utf-8"))
    found = results["services"][0]["waves"]
    assert [one["forms"] for one in found] == [one["forms"] for one in truth["waves"]]
    for one, known in zip(found, truth["waves"], strict=True):
        # Mode effects lower the level by about a point; 6 points are five standard errors.
        assert one["isu"]["value"] == pytest.approx(known["true_index"], abs=6)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        write_scenario(tmp_path / name, "B", seed=seed, services=1, years=1)

    def content(name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((tmp_path / name).iterdir())]

    assert content("one") == content("two") != content("three")


def test_statuses_are_written_as_the_format_says(tmp_path: Path) -> None:
    write_scenario(tmp_path, "A", seed=1, services=1, years=1)
    text = (tmp_path / "servizio01-2022.csv").read_text("utf-8")

    cells = {cell for line in text.splitlines()[1:] for cell in line.split(",")}
    assert cells == {"", "NS", "1", "2", "3", "4", "5", "web", "kiosk", "paper"}


def test_the_simulated_questionnaire_is_one_the_product_publishes() -> None:
    document = document_of()

    assert len(parse(document).questions) == 19
    assert len(read_questionnaire(document).index_items) == 8
    assert Status.DK in read_questionnaire(document).columns[0].statuses
