"""Secondary indices against closed forms, scipy and the jackknife."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.importance import (
    paired_gap,
    recommendation,
    servqual_gap,
    split_change,
    three_question_index,
    weighted_index,
)

EQUAL = np.full(3, 1 / 3)


def answers(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.clip(np.rint(2.5 + rng.normal(0, 1, (n, 1)) + rng.normal(0, 1, (n, 3))), 0, 4) / 4
    importance = rng.choice([0.25, 0.5, 0.75, 1.0], (n, 3), p=[0.1, 0.2, 0.3, 0.4])
    importance[:, 2] /= 4
    x[rng.random((n, 3)) < 0.1] = np.nan
    importance[rng.random((n, 3)) < 0.1] = np.nan
    return x, importance


def test_csi_weights_item_means_by_mean_importance() -> None:
    x, weight = answers(150, 1)
    m, i = np.nanmean(x, axis=0), np.nanmean(weight, axis=0)

    found = weighted_index(x, weight, EQUAL)

    assert found.csi.value == pytest.approx(100 * (m @ i) / i.sum())
    assert found.difference == pytest.approx(100 * ((m @ i) / i.sum() - m.mean()))
    assert found.performance == pytest.approx(100 * m)


def test_csi_standard_errors_agree_with_leaving_one_out() -> None:
    x, weight = answers(400, 2)
    whole = weighted_index(x, weight, EQUAL)
    without = [
        weighted_index(np.delete(x, k, axis=0), np.delete(weight, k, axis=0), EQUAL)
        for k in range(400)
    ]
    csi = np.array([found.csi.value for found in without], dtype=float)
    difference = np.array([found.difference for found in without], dtype=float)

    assert whole.csi.se == pytest.approx(
        np.sqrt(399 / 400 * ((csi - csi.mean()) ** 2).sum()), rel=0.01
    )
    assert whole.difference_se == pytest.approx(
        np.sqrt(399 / 400 * ((difference - difference.mean()) ** 2).sum()), rel=0.02
    )


def test_equal_importances_give_the_plain_index_which_is_not_shown() -> None:
    x, _ = answers(100, 3)

    found = weighted_index(x, np.ones_like(x), EQUAL)

    assert found.difference == pytest.approx(0, abs=1e-9)
    assert not found.shown


@pytest.mark.parametrize(
    ("x", "weight", "reason"),
    [
        (np.zeros((0, 2)), np.zeros((0, 2)), "nobody"),
        (np.full((5, 2), np.nan), np.full((5, 2), np.nan), "nobody"),
        (np.array([[1, np.nan]] * 4), np.ones((4, 2)), "item_without_answers"),
        (np.ones((4, 2)), np.zeros((4, 2)), "no_importance"),
        (np.ones((1, 2)), np.ones((1, 2)), "one_respondent"),
    ],
)
def test_csi_without_sense_has_a_reason(x: np.ndarray, weight: np.ndarray, reason: str) -> None:
    found = weighted_index(x, weight, np.array([0.5, 0.5]))

    assert (found.csi.se, found.csi.reason, found.shown) == (None, reason, False)


def test_all_equal_answers_have_an_interval_of_positive_width() -> None:
    found = weighted_index(np.ones((20, 2)), np.ones((20, 2)), np.array([0.5, 0.5])).csi

    assert (found.value, found.se) == (100, 0)
    assert found.interval is not None and found.interval.lower < 100


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.floats(1, 100)] * 4), min_size=1, max_size=8))
def test_the_two_parts_of_a_change_add_up(items: list[tuple[float, ...]]) -> None:
    m1, i1, m2, i2 = (list(column) for column in zip(*items, strict=True))

    found = split_change((m1, i1), (m2, i2))

    assert found.performance + found.preferences == pytest.approx(found.total, abs=1e-9)
    assert sum(p + q for p, q in found.by_item) == pytest.approx(found.total, abs=1e-9)


def test_same_importances_leave_nothing_to_preferences() -> None:
    assert split_change(([50, 70], [1, 3]), ([60, 70], [2, 6])).preferences == pytest.approx(0)


def test_waves_that_cannot_be_split_are_refused() -> None:
    with pytest.raises(ValueError, match="items cannot be split"):
        split_change(([1], [1]), ([1, 2], [1, 2]))
    with pytest.raises(ValueError, match="positive sum"):
        split_change(([1], [0]), ([1], [1]))


def test_three_questions_are_the_mean_of_three_rescaled_means() -> None:
    marks = np.random.default_rng(4).integers(1, 11, (60, 3)).astype(float)
    scores = ((marks - 1) / 9).mean(axis=1)

    found = three_question_index((marks - 1) / 9)

    assert found.value == pytest.approx(100 * scores.mean())
    assert found.se == pytest.approx(100 * scores.std(ddof=1) / np.sqrt(60))


def test_three_questions_need_three_questions_and_their_weights() -> None:
    with pytest.raises(ValueError, match="three questions"):
        three_question_index(np.ones((5, 2)))
    with pytest.raises(ValueError, match="add up to 1"):
        three_question_index(np.ones((5, 3)), (0.5, 0.5, 0.5))
    assert three_question_index(np.zeros((0, 3))).reason == "nobody"
    assert three_question_index(np.ones((1, 3))).reason == "one_respondent"
    assert three_question_index(np.array([[1, 1, np.nan]])).reason == "item_without_answers"


def test_recommendation_is_the_mean_of_plus_and_minus_one() -> None:
    counts = np.array([3, 0, 1, 2, 5, 8, 9, 20, 22, 18, 12])
    scores = np.repeat([-100.0] * 7 + [0.0] * 2 + [100.0] * 2, counts)

    found = recommendation(counts)

    assert found.value == pytest.approx(scores.mean())
    assert found.se == pytest.approx(scores.std(ddof=1) / np.sqrt(len(scores)))


def test_recommendation_at_the_edges() -> None:
    def only(code: int, n: int) -> np.ndarray:
        return np.where(np.arange(11) == code, n, 0)

    assert recommendation(only(0, 0)).reason == "nobody"
    assert recommendation(only(10, 1)).reason == "one_respondent"
    assert (recommendation(only(10, 9)).value, recommendation(only(10, 9)).reason) == (
        100,
        "no_variance",
    )
    with pytest.raises(ValueError, match="0 to 10"):
        recommendation(np.ones(5, int))


def test_paired_gap_is_the_paired_t_test() -> None:
    rng = np.random.default_rng(5)
    x, e = rng.integers(1, 6, 60).astype(float), rng.integers(2, 6, 60).astype(float)
    test = stats.ttest_rel(x, e)
    ends = test.confidence_interval(0.95)
    x_gaps = np.append(x, [np.nan, 3])
    e_gaps = np.append(e, [4, np.nan])

    found = paired_gap(x_gaps, e_gaps)

    assert found.interval is not None
    assert (found.p, found.interval.lower, found.interval.upper, found.n) == pytest.approx(
        (test.pvalue, ends.low, ends.high, 60)
    )


def test_gaps_without_pairs_or_spread_have_a_reason() -> None:
    one, blank = np.array([3.0]), np.array([np.nan])

    assert paired_gap(one, blank).reason == "no_pairs"
    assert (paired_gap(one, one + 1).value, paired_gap(one, one + 1).reason) == (-1, "one_pair")
    assert paired_gap(np.ones(9), np.full(9, 2.0)).reason == "no_variance"
    with pytest.raises(ValueError, match="no pairs"):
        paired_gap(one, np.ones(2))


def test_servqual_points_add_up_to_a_hundred() -> None:
    with pytest.raises(ValueError, match="100"):
        servqual_gap([1.0, 2.0], [50, 40])
    with pytest.raises(ValueError, match="no dimension"):
        servqual_gap([])


def test_servqual_gap_is_a_mean_over_dimensions() -> None:
    assert servqual_gap([-1.0, 0.0, -0.5]) == -0.5
    assert servqual_gap([-1.0, 0.0, -0.5], [50, 30, 20]) == pytest.approx(-0.6)
