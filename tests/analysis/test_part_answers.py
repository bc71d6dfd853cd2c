"""«Non so», not applicable, blanks and where people stop, with small groups protected."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.proportion import proportions_ztest

from analysis.checks import check_forms
from analysis.data import MODES, Status
from analysis.parts.answers import answers_json, answers_of, answers_words
from analysis.quality import drop_off
from analysis.wave import Wave
from tests.analysis.contexts import check_block, context_of, somerville
from tests.analysis.test_checks import responses_of

Make = Callable[..., Any]
DK, NA, BLANK, INVALID = (int(status) for status in Status)


@pytest.fixture
def wave_of(make_questionnaire: Make, make_wave: Make) -> Callable[..., Wave]:
    """Three items; of the first so many answers each status, the other forms say 4."""

    def make(n: int, *, label: str = "2026", changes: Any = None, **statuses: int) -> Wave:
        questionnaire = make_questionnaire(
            items=3, dimensions=1, overall=False, profiles={}, changes=changes
        )
        ratings = np.full((n, 3), 4)
        at = 0
        for name, count in statuses.items():
            ratings[at : at + count, 0] = int(Status[name.upper()])
            at += count
        wave: Wave = make_wave(questionnaire, ratings, label=label)
        return wave

    return make


def test_shares_are_of_all_forms_and_none_is_taken_for_a_number(
    wave_of: Callable[..., Wave],
) -> None:
    wave = wave_of(200, dk=30, na=20, blank=10, invalid=5)

    context = context_of(wave)
    first = answers_json(answers_of(context))["questions"][0]

    assert [first[name] for name in ("dk", "na", "blank", "invalid")] == [15, 10, 5, 2.5]
    # a status counted as a number would move the mean away from 4
    assert context.index.isu.value == pytest.approx(75)


def test_dont_know_against_the_wave_before_is_the_test_of_two_proportions(
    wave_of: Callable[..., Wave],
) -> None:
    # proportions_ztest([x2, x1], [n2, n1])
    before, after = wave_of(200, label="2025", dk=10), wave_of(240, dk=48)

    block = answers_json(answers_of(context_of(after, before)))

    found = block["questions"][0]["change"]["dk"]
    assert found["p"] == pytest.approx(proportions_ztest([48, 10], [240, 200])[1])
    assert found["difference"] == pytest.approx(15)
    assert block["questions"][0]["flags"] == ["dk_share_changed"]
    assert block["words"]["it"] == [
        "«q1»: chi risponde «non so» è passato dal 5% al 20% (+15 punti). La media della domanda "
        "descrive ora persone diverse da prima."
    ]
    assert block["questions"][1]["change"]["dk"]["p"] is None
    check_block("answers", block)


def test_not_applicable_that_moved_has_its_own_flag(wave_of: Callable[..., Wave]) -> None:
    before, after = wave_of(200, label="2025", na=80), wave_of(200, na=20)

    found = answers_of(context_of(after, before))

    assert found.questions[0].flags == ("na_share_changed",)
    assert "“not applicable” went from 40% to 10% (−30 points)" in answers_words(found, "en")[0]


def test_nine_points_are_no_flag(wave_of: Callable[..., Wave]) -> None:
    before, after = wave_of(1000, label="2025", dk=10), wave_of(1000, dk=100)

    assert answers_of(context_of(after, before)).questions[0].flags == ()


def test_the_question_most_often_left_aside_is_named(wave_of: Callable[..., Wave]) -> None:
    found = answers_of(context_of(wave_of(100, dk=12, na=13)))

    assert answers_words(found, "it") == (
        "La domanda con più «non so» o «non applicabile» è «q1» (25%): anche questo dice qualcosa "
        "sul servizio.",
    )
    assert answers_words(answers_of(context_of(wave_of(100, dk=9))), "it") == ()


def test_shares_of_nobody_twice_have_no_test_and_say_so(wave_of: Callable[..., Wave]) -> None:
    block = answers_json(answers_of(context_of(wave_of(60), wave_of(60, label="2025"))))

    change = block["questions"][0]["change"]["dk"]
    assert (change["p"], change["reason"]) == (None, "no_variance")
    check_block("answers", block)


@pytest.mark.parametrize(
    ("before", "changes", "reason"),
    [(29, None, "too_few_answers"), (50, {"q1": {"wording": 2}}, "question_changed")],
)
def test_what_cannot_be_compared_says_why(
    wave_of: Callable[..., Wave], before: int, changes: Any, reason: str
) -> None:
    found = answers_of(context_of(wave_of(60), wave_of(before, label="2025", changes=changes)))

    assert found.questions[0].reason == reason
    assert found.questions[0].moved == {}
    check_block("answers", answers_json(found))


def test_blanks_by_mode_are_shares_of_the_answers(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=4, dimensions=1, overall=False, profiles={})
    ratings = np.full((90, 4), 3)
    ratings[:30, 0] = BLANK
    ratings[50:70, :2] = BLANK
    mode = np.repeat([MODES.index("paper"), MODES.index("web")], [50, 40])

    found = answers_of(context_of(make_wave(questionnaire, ratings, mode=mode)))

    shares = {one.mode: one.share for one in found.blanks}
    assert shares == {"web": pytest.approx(25), "paper": pytest.approx(15)}


def test_blanks_of_a_small_mode_cannot_be_found_from_the_others(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=4, dimensions=1, overall=False, profiles={})
    ratings = np.full((130, 4), 3)
    ratings[:60, 0] = BLANK
    ratings[124:, 1] = BLANK
    mode = np.repeat([0, 2, 1], [70, 54, 6])

    block = answers_json(answers_of(context_of(make_wave(questionnaire, ratings, mode=mode))))

    hidden = [one["mode"] for one in block["blank_by_mode"] if one["share"] is None]
    assert "kiosk" in hidden and len(hidden) >= 2
    assert all(one["reason"] == "below_minimum" for one in block["blank_by_mode"]
               if one["share"] is None)  # fmt: skip
    check_block("answers", block)


def test_few_blanks_in_a_mode_are_hidden(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=4, dimensions=1, overall=False, profiles={})
    ratings = np.full((100, 4), 3)
    ratings[:3, 0] = BLANK
    ratings[50:80, 0] = BLANK

    found = answers_of(context_of(make_wave(questionnaire, ratings, mode=[0] * 50 + [2] * 50)))

    assert [one.share for one in found.blanks] == [None, None]


def test_where_people_stop_is_told_in_steps_of_at_least_ten(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=5, dimensions=1, overall=False, profiles={})
    ratings = np.full((100, 5), 3)
    ratings[:20, 2:] = BLANK
    ratings[20:24, 3:] = BLANK
    ratings[24:34, 4:] = BLANK
    checks = check_forms(questionnaire, responses_of(questionnaire, ratings))
    exact = drop_off(np.where(ratings >= 0, ratings, np.nan).astype(float))

    found = answers_of(context_of(make_wave(questionnaire, ratings, checks=checks)))

    assert exact.tolist() == [0, 0, 0.20, 0.24, 0.34]
    assert [one.dropped for one in found.questions] == [0, 0, 20, None, 34]
    reasons = [one["dropped_reason"] for one in answers_json(found)["questions"]]
    assert reasons == [None, None, None, "below_minimum", None]
    assert [one.question.number for one in found.questions] == [1, 2, 3, 4, 5]
    assert found.drop_off is None


def test_few_people_who_reach_the_end_are_not_told(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    ratings = np.full((60, 2), 3)
    ratings[:55, 1] = BLANK
    checks = check_forms(questionnaire, responses_of(questionnaire, ratings))

    found = answers_of(context_of(make_wave(questionnaire, ratings, checks=checks)))

    assert [one.dropped for one in found.questions] == [0, None]


@pytest.mark.parametrize(
    "ratings", [np.zeros((0, 4)), [[4, 4, 4, 4]], np.full((30, 4), BLANK), np.full((30, 4), 5)]
)
def test_every_edge_has_a_defined_result(
    make_questionnaire: Make, make_wave: Make, ratings: Any
) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1, profiles={})
    table = np.asarray(ratings)
    checks = check_forms(questionnaire, responses_of(questionnaire, table))
    wave = make_wave(questionnaire, table, checks=checks)

    block = answers_json(answers_of(context_of(wave, replace(wave, label="2025"))))

    assert block["words"] == {"it": [], "en": []}
    check_block("answers", block)


def test_a_stored_tally_knows_no_stops_but_all_shares() -> None:
    block = answers_json(answers_of(context_of(somerville())))

    assert block["drop_off"] == {"reason": "not_kept"}
    assert all(one["dropped_before"] is None for one in block["questions"])
    assert {one["dropped_reason"] for one in block["questions"]} == {"not_kept"}
    assert all(one["dk"] == 0 for one in block["questions"])
    check_block("answers", block)
