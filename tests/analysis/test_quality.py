"""Flags of questionnaires, the sensitivity line, and drop-off."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportions_ztest

from analysis.quality import (
    Intake,
    blank_shares,
    dk_share_change,
    drop_off,
    flag_forms,
    sensitivity,
)

BLANK = np.nan


def test_five_equal_answers_are_a_straight_line_and_four_are_not() -> None:
    marks = np.array([[3.0] * 5 + [BLANK], [3.0] * 4 + [BLANK] * 2, [3.0] * 5 + [4]])

    found = flag_forms(marks, Intake())

    assert found.marks["straightline"].tolist() == [True, False, False]
    assert not found.excluded.any()


def test_under_two_seconds_an_item_is_fast_and_unknown_time_is_not() -> None:
    marks = np.full((3, 4), 4.0)
    seconds = np.array([7.9, 8.0, BLANK])

    assert flag_forms(marks, Intake(seconds=seconds)).marks["fast"].tolist() == [True, False, False]


def test_the_second_form_of_a_token_is_excluded_and_the_first_kept() -> None:
    found = flag_forms(np.ones((5, 1)), Intake(token=np.array([7, 8, 7, -1, -1])))

    assert found.marks["duplicate_token"].tolist() == [False, False, True, False, False]
    assert found.excluded.tolist() == [False, False, True, False, False]
    assert found.counts["duplicate"] == 1


def test_same_answers_from_a_device_within_the_hour_are_flagged_but_kept() -> None:
    marks = np.array([[5.0, BLANK], [5, BLANK], [5, 4], [5, BLANK], [5, BLANK]])
    intake = Intake(
        device=np.array([1, 1, 1, 2, 1]), arrival=np.array([0.0, 3600, 3700, 100, 3600 + 3601])
    )

    found = flag_forms(marks, intake)

    assert found.marks["duplicate"].tolist() == [False, True, False, False, False]
    assert not found.excluded.any()


def test_five_kiosk_forms_in_a_minute_are_a_burst() -> None:
    arrival = np.array([0.0, 15, 30, 45, 60, 200, 260, 300, 360, 420])
    kiosk = np.ones(10, dtype=bool)

    found = flag_forms(
        np.ones((10, 1)), Intake(device=np.ones(10, int), arrival=arrival, kiosk=kiosk)
    )
    at_home = flag_forms(
        np.ones((10, 1)), Intake(device=np.ones(10, int), arrival=arrival, kiosk=~kiosk)
    )

    assert found.marks["burst"].tolist() == [True] * 5 + [False] * 5
    assert not at_home.marks["burst"].any()


def test_an_empty_form_is_empty_and_nothing_else() -> None:
    marks = np.full((2, 6), BLANK)
    intake = Intake(
        seconds=np.ones(2),
        device=np.ones(2, int),
        arrival=np.zeros(2),
        kiosk=np.ones(2, dtype=bool),
    )

    found = flag_forms(marks, intake)

    assert found.counts == {
        "straightline": 0, "fast": 0, "duplicate": 0, "duplicate_token": 0, "empty": 2, "burst": 0,
    }  # fmt: skip
    assert not found.suspicious.any()


def test_nobody_raises_no_flag() -> None:
    assert set(flag_forms(np.zeros((0, 3)), Intake()).counts.values()) == {0}


def test_rows_must_match() -> None:
    with pytest.raises(ValueError, match="2 rows of intake for 3 forms"):
        flag_forms(np.ones((3, 2)), Intake(seconds=np.ones(2)))


def test_the_sensitivity_line_tells_when_flags_matter() -> None:
    values = np.repeat([[1.0, 1.0], [0.5, 0.5]], [10, 90], axis=0)
    flagged = values[:, 0] == 1

    found = sensitivity(values, np.array([0.5, 0.5]), flagged)

    assert (found.everybody, found.unflagged) == (pytest.approx(55), pytest.approx(50))
    assert (found.worth_saying, found.left_out) == (True, 10)


def test_sensitivity_without_anybody_left_is_defined() -> None:
    everybody = sensitivity(np.ones((3, 1)), np.ones(1), np.ones(3, dtype=bool))
    nobody = sensitivity(np.zeros((0, 2)), np.ones(2), np.zeros(0, dtype=bool))

    assert (everybody.everybody, everybody.unflagged, everybody.moved) == (100, None, None)
    assert (nobody.everybody, nobody.worth_saying) == (None, False)


def test_drop_off_of_empty_and_complete_forms() -> None:
    assert drop_off(np.full((3, 4), BLANK)).tolist() == [0] * 4
    assert drop_off(np.ones((3, 4))).tolist() == [0] * 4


def test_blank_shares_are_told_by_mode() -> None:
    blank = np.array([[True, False], [False, False], [True, True]])

    found = blank_shares(blank, np.array([0, 0, 2]))

    assert {mode: shares.tolist() for mode, shares in found.items()} == {0: [0.5, 0], 2: [1, 1]}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 30))
def test_drop_off_never_decreases(seed: int, forms: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((forms, 6)) < 0.4, np.nan, 3.0)

    assert (np.diff(drop_off(values)) >= 0).all()
    assert drop_off(values)[0] == 0


def test_a_share_of_dont_know_is_compared_by_the_two_proportion_test() -> None:
    # proportions_ztest([x2, x1], [n2, n1])
    found = dk_share_change((12, 240), (33, 210))

    assert found.p == pytest.approx(proportions_ztest([33, 12], [210, 240])[1])
    assert found.difference == pytest.approx(100 * (33 / 210 - 12 / 240))
    assert found.flagged


def test_a_small_or_unsure_move_of_dont_know_is_no_flag() -> None:
    assert not dk_share_change((500, 10_000), (700, 10_000)).flagged
    assert not dk_share_change((1, 20), (4, 20)).flagged


def test_shares_of_dont_know_at_the_edges_are_defined() -> None:
    assert dk_share_change((0, 0), (1, 5)).reason == "no_forms"
    assert (dk_share_change((0, 9), (0, 5)).difference, dk_share_change((0, 9), (0, 5)).p) == (
        0,
        None,
    )
    with pytest.raises(ValueError, match="no shares"):
        dk_share_change((3, 2), (1, 5))
