"""Two ways in: secondary indices from respondents and from pair sums."""

import numpy as np
import pytest

from analysis.drivers import pairwise_covariance
from analysis.importance import paired_gap, weighted_index
from analysis.importance_sums import (
    PairedSums,
    gaps_from_groups,
    servqual_from_groups,
    weighted_index_from_sums,
)
from analysis.reliability import complete_covariance, cronbach
from tests.analysis.test_importance import answers
from tests.analysis.test_jackknife import grouped

EQUAL = np.full(3, 1 / 3)


@pytest.mark.parametrize("seed", range(5))
def test_csi_from_pair_sums_is_the_one_from_respondents(seed: int) -> None:
    x, weight = answers(200, seed)
    both = np.hstack([x, weight])
    n = int((~np.isnan(both)).any(axis=1).sum())

    one = weighted_index(x, weight, EQUAL)
    two = weighted_index_from_sums(grouped(both, np.zeros(200, int), 1).total(), EQUAL, n)

    assert one.csi.value == pytest.approx(two.csi.value, abs=1e-9)
    assert one.csi.se == pytest.approx(two.csi.se, abs=1e-9)
    assert one.difference_se == pytest.approx(two.difference_se, abs=1e-9)
    assert (one.shown, one.performance) == (two.shown, pytest.approx(two.performance))


@pytest.mark.parametrize(
    ("both", "reason"),
    [
        (np.zeros((0, 4)), "nobody"),
        (np.array([[1, np.nan, 1, 1]] * 3), "item_without_answers"),
        (np.array([[1.0, 1, 0, 0]] * 3), "no_importance"),
        (np.ones((1, 4)), "one_respondent"),
    ],
)
def test_csi_without_sense_has_the_same_reason(both: np.ndarray, reason: str) -> None:
    sums = grouped(both, np.zeros(len(both), int), 1).total()

    found = weighted_index_from_sums(sums, np.array([0.5, 0.5]), len(both))

    assert (found.csi.se, found.csi.reason) == (None, reason)


def test_gaps_have_exact_means_and_the_paired_error_with_groups_of_one() -> None:
    x, weight = answers(150, 7)
    both = np.hstack([x, weight])

    found = gaps_from_groups(paired(both, np.arange(150), [(0, 3), (1, 4)]))

    for place, gap in enumerate(found):
        expected = paired_gap(x[:, place], weight[:, place])
        assert gap.value == pytest.approx(expected.value, abs=1e-12)
        assert gap.n == expected.n
        assert gap.se == pytest.approx(expected.se, rel=0.02)


def test_gaps_without_pairs_or_spread_have_a_reason() -> None:
    apart = np.array([[1.0, np.nan], [np.nan, 1.0]])
    equal = np.tile([0.5, 1.0], (8, 1))

    assert gaps_from_groups(paired(apart, np.arange(2), [(0, 1)]))[0].reason == "no_pairs"
    assert gaps_from_groups(paired(equal[:1], np.zeros(1, int), [(0, 1)]))[0].reason == "one_pair"
    assert gaps_from_groups(paired(equal, np.arange(8), [(0, 1)]))[0].reason == "no_variance"


def test_a_mean_of_gaps_has_no_error_where_one_group_holds_all_of_a_gap() -> None:
    both = np.array([[0.5, 1.0, 0.5, 1.0], [0.25, 1.0, np.nan, 1.0], [0.5, 0.75, np.nan, 0.5]])
    groups = paired(both, np.arange(3), [(0, 1), (2, 3)])

    found = servqual_from_groups(groups, np.array([0.5, 0.5]))

    assert (found.value, found.se, found.n) == (pytest.approx(-0.5), None, 1)
    assert found.reason == "one_pair"


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="for 3 items"):
        weighted_index_from_sums(grouped(np.ones((2, 4)), np.arange(2), 2).total(), EQUAL, 2)


def test_alpha_from_pair_sums_is_the_one_from_complete_forms() -> None:
    x = np.nan_to_num(answers(120, 8)[0], nan=0.5)
    sums = grouped(x, np.arange(120) % 64, 64).total()
    covariance = pairwise_covariance(sums)
    assert covariance is not None

    assert cronbach(covariance, 120).value == pytest.approx(
        cronbach(*complete_covariance(x)).value, abs=1e-9
    )


def paired(answers: np.ndarray, group: np.ndarray, pairs: list[tuple[int, int]]) -> PairedSums:
    j, k = zip(*pairs, strict=True)
    sums = grouped(answers, group, len(np.unique(group)))
    return PairedSums(sums.N[:, j, k], sums.A[:, j, k] - sums.A[:, k, j])
