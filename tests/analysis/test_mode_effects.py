"""Differences between response modes at equal profile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.mode_effects import ScoreCells, mode_differences, mode_mix, score_cells


def test_with_one_profile_it_is_welch() -> None:
    rng = np.random.default_rng(1)
    web, paper = rng.normal(60, 12, 80), rng.normal(64, 20, 45)
    cells = score_cells(np.repeat([0, 2], [80, 45]), np.zeros(125, int), np.r_[web, paper])

    found = mode_differences(cells)[0]

    # scipy.stats.ttest_ind(paper, web, equal_var=False)
    test = stats.ttest_ind(paper, web, equal_var=False)
    ends = test.confidence_interval(0.95)
    assert found.difference == pytest.approx(paper.mean() - web.mean())
    assert found.p == pytest.approx(test.pvalue, rel=1e-9)
    assert (found.lower, found.upper) == pytest.approx((ends.low, ends.high))


def test_a_difference_of_age_alone_is_not_a_mode_effect() -> None:
    rng = np.random.default_rng(2)
    mode = np.repeat([0, 2], 400)
    old = np.r_[rng.random(400) < 0.2, rng.random(400) < 0.8].astype(int)
    scores = 60 + 15 * old + rng.normal(0, 10, 800)

    found = mode_differences(score_cells(mode, old, scores))[0]

    crude = scores[400:].mean() - scores[:400].mean()
    assert crude > 7
    assert abs(found.difference or 99) < 2
    assert not found.flagged


def test_a_large_sure_difference_is_flagged() -> None:
    rng = np.random.default_rng(3)
    mode = np.repeat([0, 1], 200)
    scores = 60 + 8 * mode + rng.normal(0, 10, 400)

    assert mode_differences(score_cells(mode, rng.choice([1, 2, 3], 400), scores))[0].flagged


def test_cells_give_what_respondents_give() -> None:
    rng = np.random.default_rng(4)
    mode, profile, y = rng.choice([0, 1], 300), rng.choice([1, 2, 3], 300), rng.normal(60, 9, 300)
    keys = [(m, p) for m in (0, 1) for p in (1, 2, 3)]
    chosen = [y[(mode == m) & (profile == p)] for m, p in keys]
    cells = ScoreCells(
        np.array([m for m, _ in keys]),
        np.array([p for _, p in keys]),
        np.array([len(c) for c in chosen], dtype=float),
        np.array([c.sum() for c in chosen]),
        np.array([(c**2).sum() for c in chosen]),
    )

    one, two = mode_differences(cells)[0], mode_differences(score_cells(mode, profile, y))[0]

    assert (one.difference, one.se, one.p) == pytest.approx(
        (two.difference, two.se, two.p), abs=1e-9
    )


def test_fewer_than_thirty_in_a_mode_is_no_comparison() -> None:
    cells = score_cells(np.repeat([0, 1], [29, 300]), np.zeros(329, int), np.arange(329.0))

    assert mode_differences(cells) == ()
    assert mode_differences(score_cells(*[np.zeros(0, int)] * 2, np.zeros(0))) == ()


def test_no_common_profile_all_equal_and_single_answers_a_cell_have_reasons() -> None:
    mode, apart = np.repeat([0, 1], 40), np.repeat([1, 2], 40)
    alone = np.tile(np.arange(40), 2)

    nothing = mode_differences(score_cells(mode, apart, np.arange(80.0)))[0]
    equal = mode_differences(score_cells(mode, np.zeros(80, int), np.full(80, 50.0)))[0]
    single = mode_differences(score_cells(mode, alone, np.arange(80.0)))[0]

    assert (nothing.difference, nothing.compared, nothing.reason) == (
        None,
        0.0,
        "no_common_profile",
    )
    assert (equal.difference, equal.se, equal.reason) == (0.0, 0.0, "no_variance")
    assert (single.difference, single.p, single.reason) == (40.0, None, "no_variance_known")


def test_mode_mix_counts_percentage_points() -> None:
    assert not mode_mix({0: 70, 2: 30}, {0: 56, 2: 44}).changed
    assert mode_mix({0: 100}, {2: 10}).moved == {0: -1.0, 2: 1.0}
    assert mode_mix({}, {0: 5}).reason == "nobody"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.floats(-40, 40))
def test_shifting_all_scores_changes_no_difference(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    mode, profile = np.repeat([0, 1], 40), rng.choice([1, 2], 80)
    y = rng.normal(50, 10, 80)

    one = mode_differences(score_cells(mode, profile, y))[0]
    two = mode_differences(score_cells(mode, profile, y + shift))[0]

    assert (one.difference, one.se) == pytest.approx((two.difference, two.se), abs=1e-6)
