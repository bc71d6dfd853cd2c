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
    assert "7,5 punti confrontando 40 servizi" in said
    # ceil(2*(q(1-.05/40)+q(.8))**2*18.75**2/7.5**2)
    assert "almeno 187 risposte" in said
    assert "18,75 punti" in said


def test_answers_given_tell_the_chance_and_what_would_be_seen(as_json: Plan) -> None:
    plan = as_json("change", "--points", "7.5", "--services", "40", "--answers", "200")

    # Phi(7.5/(18.75*sqrt(1.5/200))-q(1-.05/40))
    assert plan["chance"] == pytest.approx(94.46954, abs=1e-5)
    # (q(.95)+q(.8))*18.75*sqrt(1.5/200)
    assert plan["detectable"] == pytest.approx(4.0375, abs=1e-4)
    assert plan["answers"] < 200


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
