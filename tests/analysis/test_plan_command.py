"""How many answers to plan for, from the command line.

Expected numbers: Python's own statistics.NormalDist, with cdf written Phi and inv_cdf written q.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from analysis.__main__ import main

Plan = Callable[..., dict[str, Any]]


def test_a_plan_for_a_change_names_the_answers_and_the_conditions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", "change", "--points", "7.5", "--services", "40", "--base-waves", "1"]) == 0

    said = capsys.readouterr().out
    assert "7,5 punti (servizi confrontati: 40)" in said
    # ceil(2*(q(1-.05/40)+q(.8))**2*18.75**2/7.5**2)
    assert "almeno 187 risposte" in said
    assert "18,75 punti" in said


def test_answers_given_tell_the_chance_and_what_would_be_seen(as_json: Plan) -> None:
    plan = as_json("change", "--points", "7.5", "--services", "40", "--answers", "200")

    # R: s <- 18.75*sqrt(1.5/200); 100*min(pnorm(7.5/s - qnorm(1-.05/40)), pnorm((7.5-5)/s))
    assert plan["chance"] == pytest.approx(93.81711, abs=1e-5)
    # (q(.95)+q(.8))*18.75*sqrt(1.5/200)
    assert plan["detectable"] == pytest.approx(4.0375, abs=1e-4)
    assert plan["answers"] < 200


def test_a_change_of_the_threshold_itself_is_established_every_other_time(
    as_json: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = as_json("change", "--points", "5", "--answers", "100000")

    # half of what is seen of a true change of 5 points lies below 5, however many answer
    assert (plan["answers"], plan["reason"]) == (None, "at_threshold")
    assert plan["chance"] == pytest.approx(50)
    assert main(["plan", "change", "--points", "5"]) == 0
    assert "non supera la soglia di 5" in capsys.readouterr().out


def test_a_change_near_the_threshold_needs_answers_for_the_threshold_too(as_json: Plan) -> None:
    plan = as_json("change", "--points", "6", "--answers", "374")

    # R: ceiling(1.5 * (qnorm(.8) * 18.75 / (6 - 5))^2)
    assert plan["answers"] == 374
    # R: pnorm((6 - 5) / (18.75 * sqrt(1.5 / 374)))
    assert plan["chance"] == pytest.approx(80.01477, abs=1e-5)


def test_no_plan_asks_for_fewer_answers_than_a_comparison_needs(as_json: Plan) -> None:
    assert as_json("change", "--points", "50")["answers"] == 30


def test_wave_noise_lowers_the_chance(as_json: Plan) -> None:
    options = ("change", "--points", "7.5", "--services", "40", "--answers", "200")

    assert as_json(*options, "--tau", "2")["chance"] < as_json(*options)["chance"] - 10


def test_a_plan_for_a_share_and_for_a_standard_in_english(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", "share", "--margin", "5", "--lang", "en"]) == 0
    assert main(["plan", "standard", "--promised", "85", "--margin", "5", "--lang", "en"]) == 0

    share, standard = capsys.readouterr().out.splitlines()
    assert "±5 points (95% interval) at least 385 answers" in share
    # ceil((q(.95)*sqrt(.85*.15)+q(.8)*sqrt(.9*.1))**2/.05**2)
    assert "a standard of 85% is met" in standard
    assert "at least 283 answers" in standard


def test_a_standard_nobody_can_exceed_is_said_to_be_out_of_reach(
    as_json: Plan,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = as_json("standard", "--promised", "97", "--margin", "5")
    assert (plan["answers"], plan["reason"]) == (None, "out_of_reach")

    assert main(["plan", "standard", "--promised", "97", "--margin", "5"]) == 0
    assert "nessun numero di risposte basta" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["change", "--points", "0"], "--points 0.0"),
        (["change", "--points", "nan"], "--points nan"),
        (["change", "--points", "5", "--services", "0"], "--services 0"),
        (["change", "--points", "5", "--answers", "0"], "--answers 0"),
        (["change", "--points", "5", "--power", "100"], "--power 100.0"),
        (["change", "--points", "5", "--answers", "9", "--tau", "-1"], "--tau -1.0"),
        (["share", "--margin", "100"], "--margin 100.0"),
        (["standard", "--promised", "0", "--margin", "5"], "--promised 0.0"),
    ],
)
def test_impossible_plans_end_with_a_sentence_and_code_two(
    capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main(["plan", *options]) == 2
    assert words in capsys.readouterr().err


@pytest.fixture
def as_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def plan(*options: str) -> dict[str, Any]:
        assert main(["plan", *options, "--json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return plan
