"""Gaps between judgements and what users expect or find important."""

import numpy as np
import pytest

from analysis.importance import servqual_gap
from analysis.parts.gaps import gaps_json, gaps_of, gaps_words
from tests.analysis.asking import context_of, document, marks, wave_of, with_role
from tests.analysis.test_part_importance import ASKED, forty

TWO = [{"key": "access"}, {"key": "care"}]
FOUR = [{"key": f"q{k}", "dimension": "access" if k < 3 else "care"} for k in range(4)]
EXPECTED = with_role("expectation", [f"q{k}" for k in range(4)])


def test_a_gap_is_that_of_the_paired_t_of_r() -> None:
    # t.test(X$p1/4*100, X$w1/4*100, paired=TRUE): estimate and stderr
    gap = gaps_json(gaps_of(context_of(wave_of(ASKED, forty()))))["gaps"][0]

    assert (gap["key"], gap["against"], gap["kind"]) == ("p1", "p1_imp", "importance")
    assert gap["value"] == pytest.approx(-21.875)
    assert gap["se"] == pytest.approx(6.34147797826, rel=1e-9)
    assert gap["n"] == 40


def test_only_respondents_with_both_answers_count() -> None:
    answers = forty()
    answers[:6, 0], answers[4:9, 2] = np.nan, np.nan
    both = ~np.isnan(answers[:, [0, 2]]).any(axis=1)

    gap = gaps_json(gaps_of(context_of(wave_of(ASKED, answers))))["gaps"][0]

    assert gap["n"] == both.sum() == 31
    assert gap["value"] == pytest.approx(25 * (answers[both, 0] - answers[both, 2]).mean())


def test_questions_on_other_scales_make_no_gap() -> None:
    asked = document(
        [{"key": "p"}, {"key": "w", "role": "importance", "of": "p", "scale": "other"}]
    )
    answers = np.column_stack([marks(50, 1, 1), 1 + np.arange(50) % 3])

    gap = gaps_json(gaps_of(context_of(wave_of(asked, answers))))["gaps"][0]

    assert (gap["value"], gap["reason"], gap["p"]) == (None, "other_scale", None)


def test_a_negative_gap_is_turned_with_its_scale() -> None:
    asked = document([{"key": "p", "reversed": True}, *with_role("importance", ["p"])])
    answers = marks(50, 2, 2)

    gap = gaps_json(gaps_of(context_of(wave_of(asked, answers))))["gaps"][0]

    assert gap["value"] == pytest.approx(25 * (6 - answers[:, 0] - answers[:, 1]).mean())


@pytest.mark.parametrize(
    ("n", "shown", "tested"),
    [(9, False, False), (10, True, False), (29, True, False), (30, True, True)],
)
def test_few_pairs_have_no_test_and_fewer_no_gap(n: int, shown: bool, tested: bool) -> None:
    answers = marks(60, 4, 3)
    answers[n:, 2] = np.nan

    gap = gaps_json(gaps_of(context_of(wave_of(ASKED, answers))))["gaps"][0]

    assert (gap["value"] is not None, gap["p"] is not None) == (shown, tested)
    assert gap["reason"] == (None if shown else "below_minimum")


def test_the_figure_of_the_whole_weighs_dimensions_and_not_questions() -> None:
    asked = document([*FOUR, *EXPECTED], dimensions=TWO)
    answers = marks(200, 8, 4)
    gaps = (25 * (answers[:, :4] - answers[:, 4:])).mean(axis=0)
    by_dimension = [gaps[:3].mean(), gaps[3]]

    whole = gaps_json(gaps_of(context_of(wave_of(asked, answers))))["servqual"]

    assert whole["plain"]["value"] == pytest.approx(servqual_gap(by_dimension))
    each = 25 * (answers[:, :4] - answers[:, 4:]) @ [1 / 6, 1 / 6, 1 / 6, 1 / 2]
    assert whole["plain"]["se"] == pytest.approx(each.std(ddof=1) / 200**0.5, rel=0.15)
    assert whole["weighted"] is None


def test_declared_points_weigh_the_figure_of_the_whole() -> None:
    points = [{"key": "access", "points": 80}, {"key": "care", "points": 20}]
    answers = marks(200, 8, 4)
    gaps = (25 * (answers[:, :4] - answers[:, 4:])).mean(axis=0)
    asked = document([*FOUR, *EXPECTED], dimensions=points)

    whole = gaps_json(gaps_of(context_of(wave_of(asked, answers))))["servqual"]

    expected = servqual_gap([gaps[:3].mean(), gaps[3]], [80, 20])
    assert whole["weighted"]["value"] == pytest.approx(expected)


def test_the_figure_of_the_whole_needs_every_item_and_two_dimensions() -> None:
    some = document([*FOUR, *EXPECTED[:3]], dimensions=TWO)
    one = document([*({**q, "dimension": "access"} for q in FOUR), *EXPECTED], dimensions=TWO)
    few = marks(50, 8, 5)
    few[9:, 7] = np.nan
    cases = {
        "expectation_not_asked_of_all_items": wave_of(some, marks(50, 7, 5)),
        "fewer_than_two_dimensions": wave_of(one, marks(50, 8, 5)),
        "gap_missing": wave_of(document([*FOUR, *EXPECTED], dimensions=TWO), few),
    }
    for reason, wave in cases.items():
        whole = gaps_json(gaps_of(context_of(wave)))["servqual"]
        assert (whole["plain"], whole["reason"]) == (None, reason)


def test_words_name_the_widest_gaps_and_say_what_gaps_are_for() -> None:
    asked = document([*FOUR, *EXPECTED], dimensions=TWO)
    answers = marks(200, 8, 4)
    answers[:, 4:] = 5

    said = gaps_words(gaps_of(context_of(wave_of(asked, answers))), "it")

    assert said[0].startswith("Giudizi sotto le aspettative degli stessi utenti: 1 «q0» (−")
    assert said[0].endswith(" e un'altra.")
    assert said[-1].startswith("Gli scarti servono a capire dove guardare")


def test_no_gap_below_is_said_too() -> None:
    said = gaps_words(gaps_of(context_of(wave_of(ASKED, np.full((50, 4), 4.0)))), "it")
    same = gaps_words(gaps_of(context_of(wave_of(ASKED, marks(60, 4, 1)[:, [2, 3, 0, 1]]))), "en")

    assert said == ()
    assert same[0].startswith("No judgement is found below the importance")


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one_form_have_a_reason(n: int) -> None:
    gap = gaps_json(gaps_of(context_of(wave_of(ASKED, marks(n, 4, 6)))))["gaps"][0]

    assert (gap["value"], gap["reason"]) == (None, "below_minimum")


def test_answers_that_are_all_alike_have_a_gap_without_error() -> None:
    gap = gaps_json(gaps_of(context_of(wave_of(ASKED, np.full((50, 4), 4.0)))))["gaps"][0]

    assert (gap["value"], gap["se"], gap["p"], gap["reason"]) == (0, 0, None, "no_variance")


def test_without_such_questions_or_pairs_there_are_no_gaps() -> None:
    plain = gaps_json(gaps_of(context_of(wave_of(document([{"key": "p"}]), marks(50, 1, 7)))))
    wave = wave_of(ASKED, forty())
    object.__setattr__(wave.tally, "paired", False)

    assert (plain["gaps"], plain["reason"]) == ([], "not_asked")
    assert gaps_json(gaps_of(context_of(wave)))["reason"] == "no_pair_sums"
