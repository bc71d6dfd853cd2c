"""Flags and stops counted while forms pass, against the arithmetic on whole arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.checks import FormChecks, check_forms, fast_forms, no_checks
from analysis.data import Questionnaire, Responses, Status, responses_from_columns
from analysis.quality import Intake, drop_off, flag_forms
from analysis.tally import tally_responses

Make = Callable[..., Any]


def responses_of(questionnaire: Questionnaire, ratings: NDArray[Any]) -> Responses:
    table = np.asarray(ratings, dtype=np.int16).reshape(-1, len(questionnaire.rated))
    columns = {q.key: table[:, j] for j, q in enumerate(questionnaire.rated)}
    return responses_from_columns(questionnaire, columns, mode=np.zeros(len(table), dtype=np.int8))


def same(one: FormChecks, two: FormChecks) -> bool:
    return one.facts() == two.facts()


@pytest.fixture
def questionnaire(make_questionnaire: Make) -> Questionnaire:
    found: Questionnaire = make_questionnaire(items=6, dimensions=2, profiles={})
    return found


def test_five_equal_answers_are_a_straight_line_four_are_not_and_the_overall_does_not_count(
    questionnaire: Questionnaire,
) -> None:
    blank = int(Status.BLANK)
    forms = np.array(
        [[4] * 5 + [blank, 1], [4] * 4 + [blank, blank, 4], [4] * 6 + [4], [4] * 5 + [3, 4]]
    )

    found = check_forms(questionnaire, responses_of(questionnaire, forms))

    assert found.flags == {"empty": 0, "straightline": 2}
    assert found.suspicious == 2


def test_a_form_without_an_answer_to_the_index_is_empty(questionnaire: Questionnaire) -> None:
    forms = np.array([[-3] * 6 + [5], [-1] * 6 + [-3], [-3] * 5 + [2, 2]])

    found = check_forms(questionnaire, responses_of(questionnaire, forms))

    assert found.flags["empty"] == 2
    assert found.stopped.tolist() == [0, 0, 0, 0, 0, 0, 2]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_flags_answers_and_stops_are_those_of_the_whole_arrays(
    questionnaire: Questionnaire, seed: int, forms: int
) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.choice([-4, -3, -2, -1, 3, 4], (forms, 7), p=[0.05, 0.2, 0.05, 0.05, 0.15, 0.5])
    responses = responses_of(questionnaire, ratings)
    values = np.where(ratings >= 0, ratings, np.nan).astype(np.float64)
    marks = flag_forms(values[:, :6], Intake()).marks

    found = check_forms(questionnaire, responses)

    assert found.flags["straightline"] == int(marks["straightline"].sum())
    assert found.flags["empty"] == int(marks["empty"].sum())
    chosen = responses_of(questionnaire, ratings[marks["straightline"]])
    expected = tally_responses(questionnaire, chosen).counts.sum(axis=0)
    assert found.answers.tolist() == expected.tolist()
    before = np.concatenate([[0], np.cumsum(found.stopped)[:-1]])
    total = max(1, int(found.stopped.sum()))
    assert (before / total) == pytest.approx(drop_off(values))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_parts_add_up_to_the_whole(questionnaire: Questionnaire, seed: int, cut: int) -> None:
    ratings = np.random.default_rng(seed).choice([-3, 4], (30, 7), p=[0.1, 0.9])
    first, second = (
        responses_of(questionnaire, ratings[:cut]),
        responses_of(questionnaire, ratings[cut:]),
    )

    parts = check_forms(questionnaire, first) + check_forms(questionnaire, second)

    assert same(parts, check_forms(questionnaire, responses_of(questionnaire, ratings)))
    assert same(parts + no_checks(questionnaire), parts)


def test_a_fast_straight_line_is_counted_under_both_flags_and_left_out_once(
    questionnaire: Questionnaire,
) -> None:
    ratings = np.array([[4] * 7, [3, 4, 5, 4, 3, 4, 4], [5, 4, 5, 4, 3, 4, 4], [2] * 7])
    every, fast = responses_of(questionnaire, ratings), responses_of(questionnaire, ratings[:2])

    found = check_forms(questionnaire, every) + fast_forms(questionnaire, fast)

    assert found.flags == {"empty": 0, "fast": 2, "straightline": 2}
    assert found.forms == 4
    assert found.suspicious == 3
    expected = tally_responses(questionnaire, responses_of(questionnaire, ratings[[0, 1, 3]]))
    assert found.answers.tolist() == expected.counts.sum(axis=0).tolist()


def test_four_items_can_never_be_a_straight_line(make_questionnaire: Make) -> None:
    short = make_questionnaire(items=4, profiles={})

    found = check_forms(short, responses_of(short, np.full((20, 5), 4)))

    assert found.flags["straightline"] == 0


def test_nobody_has_no_flag_and_no_stop(questionnaire: Questionnaire) -> None:
    found = check_forms(questionnaire, responses_of(questionnaire, np.zeros((0, 7))))

    assert found.flags == {"empty": 0, "straightline": 0}
    assert found.stopped.tolist() == [0] * 7
