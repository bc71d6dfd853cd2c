"""Flagged questionnaires stay in the figures, are counted, and the index is tried without them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.checks import check_forms
from analysis.parts.quality import quality_json, quality_of, quality_words
from analysis.quality import Intake, flag_forms, sensitivity
from analysis.wave import Wave
from tests.analysis.contexts import REFERENCE, check_block, context_of
from tests.analysis.test_checks import responses_of

Make = Callable[..., Any]


@pytest.fixture
def wave_of(make_questionnaire: Make, make_wave: Make) -> Callable[..., Wave]:
    def make(ratings: Any, **left_out: int) -> Wave:
        questionnaire = make_questionnaire(items=6, dimensions=2, overall=False, profiles={})
        table = np.asarray(ratings).reshape(-1, 6)
        checks = check_forms(questionnaire, responses_of(questionnaire, table))
        wave: Wave = make_wave(questionnaire, table, checks=replace(checks, left_out=left_out))
        return wave

    return make


def mixed(n: int, straight: int, code: int = 5) -> np.ndarray:
    """Straight lines first, then ordinary forms around 3."""
    rng = np.random.default_rng(3)
    ratings = np.clip(np.rint(rng.normal(3, 0.9, (n, 6))), 1, 5)
    ratings[:, :2] = [2, 4]
    ratings[:straight] = code
    return ratings


def test_the_sensitivity_line_is_the_index_without_the_flagged_forms(
    wave_of: Callable[..., Wave],
) -> None:
    # the respondents' way: analysis.quality on the answers themselves
    ratings = mixed(200, 40)
    flagged = flag_forms(ratings, Intake()).suspicious
    expected = sensitivity((ratings - 1) / 4, np.full(6, 1 / 6), flagged)

    found = quality_of(context_of(wave_of(ratings))).sensitivity

    assert found.everybody == pytest.approx(expected.everybody, abs=1e-9)
    assert found.unflagged == pytest.approx(expected.unflagged, abs=1e-9)
    assert found.moved == pytest.approx(expected.moved, abs=1e-9)
    assert found.worth_saying


def test_straight_lines_are_never_deleted_in_silence(wave_of: Callable[..., Wave]) -> None:
    context = context_of(wave_of(mixed(200, 40)))

    block = quality_json(quality_of(context))

    assert context.index.isu.n == 200
    assert context.index.isu.value == pytest.approx(block["sensitivity"]["everybody"])
    assert {"flag": "straightline", "n": 40, "reason": None} in block["flags"]
    assert block["words"]["it"][0].startswith("In 40 questionari le risposte sono tutte uguali")
    assert "il risultato dipende da loro" in block["words"]["it"][1]
    check_block("quality", block)


def test_a_small_effect_is_told_as_such(wave_of: Callable[..., Wave]) -> None:
    found = quality_of(context_of(wave_of(mixed(400, 12))))

    assert not found.sensitivity.worth_saying
    assert "di non più di 2 punti" in quality_words(found, "it")[1]


@pytest.mark.parametrize("straight", [1, 9])
def test_fewer_than_ten_flagged_forms_cannot_be_told_apart(
    wave_of: Callable[..., Wave], straight: int
) -> None:
    ratings = mixed(200, straight)
    assert flag_forms(ratings, Intake()).counts["straightline"] == straight

    block = quality_json(quality_of(context_of(wave_of(ratings))))

    assert {"flag": "straightline", "n": None, "reason": "below_minimum"} in block["flags"]
    assert block["sensitivity"]["unflagged"] is None
    assert block["sensitivity"]["reason"] == "below_minimum"
    assert block["words"]["it"] == []
    check_block("quality", block)


def test_fewer_than_ten_forms_left_cannot_be_told_apart(wave_of: Callable[..., Wave]) -> None:
    found = quality_of(context_of(wave_of(mixed(60, 55)))).sensitivity

    assert (found.unflagged, found.reason) == (None, "below_minimum")


def test_when_nobody_is_flagged_nothing_moves_and_nothing_is_said(
    wave_of: Callable[..., Wave],
) -> None:
    found = quality_of(context_of(wave_of(mixed(100, 0))))

    assert found.sensitivity.moved == 0
    assert quality_words(found, "it") == ()


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ({"burst": 12, "duplicate_token": 0}, "Non sono contati 12 questionari: secondi"),
        ({"burst": 3, "duplicate_token": 0}, "Non sono contati alcuni questionari (meno di 10)"),
        ({"burst": 3, "duplicate_token": 30}, "Non sono contati 30 questionari e pochi altri"),
    ],
)
def test_forms_left_out_are_told_and_small_numbers_are_not(
    wave_of: Callable[..., Wave], left_out: dict[str, int], sentence: str
) -> None:
    block = quality_json(quality_of(context_of(wave_of(mixed(100, 0), **left_out))))

    assert block["words"]["it"][0].startswith(sentence)
    assert all(one["n"] in (None, 0, 12, 30) for one in block["left_out"])
    check_block("quality", block)


def test_a_wave_whose_forms_are_gone_says_that_they_are_not_kept(
    wave_of: Callable[..., Wave],
) -> None:
    block = quality_json(quality_of(context_of(replace(wave_of(mixed(60, 20)), checks=None))))

    assert block["flags"] == []
    assert block["sensitivity"]["reason"] == "not_kept"
    check_block("quality", block)


@pytest.mark.parametrize("ratings", [np.zeros((0, 6)), np.full((1, 6), 3), np.full((40, 6), -3)])
def test_an_index_without_items_has_a_reason(wave_of: Callable[..., Wave], ratings: Any) -> None:
    found = quality_of(context_of(wave_of(ratings)))

    assert found.sensitivity.reason == "too_few_answers"
    check_block("quality", quality_json(found))


def test_everybody_equal_leaves_nobody_unflagged(wave_of: Callable[..., Wave]) -> None:
    found = quality_of(context_of(wave_of(np.full((50, 6), 4))))

    assert found.sensitivity.reason == "below_minimum"
    assert found.flags[1].n == 50


def test_the_command_counts_the_flags_of_an_answers_file(tmp_path: Path) -> None:
    rows = (REFERENCE / "somerville_2015.csv").read_text("utf-8").splitlines()
    answers = [line.split(",")[1:] for line in rows[1:]]
    straight = sum(len(set(line)) == 1 for line in answers)
    more = [",".join(["1", *["5"] * 6])] * 20
    (tmp_path / "a.csv").write_text("\n".join([*rows, *more]) + "\n", "utf-8")
    questionnaire = REFERENCE / "somerville_questionnaire.json"

    code = main(
        ["run", "--questionnaire", str(questionnaire), "--wave", f"2015={tmp_path / 'a.csv'}",
         "--out", str(tmp_path / "out")]
    )  # fmt: skip

    document = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    block = document["services"][0]["waves"][0]["detail"]["quality"]
    assert code == 0
    assert {"flag": "straightline", "n": straight + 20, "reason": None} in block["flags"]
    assert block["sensitivity"]["moved"] < 0
