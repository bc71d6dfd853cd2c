"""The delete-a-group jackknife against closed forms and repeated samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.jackknife import delete_a_group
from analysis.moments import Moments, linear_index


def grouped(values: np.ndarray, groups: np.ndarray, count: int) -> Moments:
    """Pair sums of answers (NaN where blank) by group."""
    r = (~np.isnan(values)).astype(float)
    x = np.nan_to_num(values)
    places = [groups == g for g in range(count)]
    return Moments(
        np.stack([r[p].T @ r[p] for p in places]),
        np.stack([x[p].T @ r[p] for p in places]),
        np.stack([x[p].T @ x[p] for p in places]),
    )


def test_groups_of_one_give_the_standard_error_of_a_mean() -> None:
    x = np.random.default_rng(1).choice([0, 0.25, 0.5, 0.75, 1], (80, 2))

    found = delete_a_group(grouped(x, np.arange(80), 80), lambda sums: sums.means)

    assert found.covariance == pytest.approx(np.cov(x, rowvar=False) / 80)
    assert found.groups == 80


def test_sixty_four_groups_agree_with_the_linearised_error_of_an_index() -> None:
    rng = np.random.default_rng(2)
    x = np.clip(0.6 + 0.2 * rng.normal(size=(4000, 1)) + 0.2 * rng.normal(size=(4000, 3)), 0, 1)
    x[rng.random(x.shape) < 0.1] = np.nan
    a = np.full(3, 1 / 3)
    ses = []
    for seed in range(12):
        groups = np.random.default_rng(seed).integers(0, 64, 4000)
        found = delete_a_group(grouped(x, groups, 64), lambda sums: np.array([a @ sums.means]))
        assert found.se is not None
        ses.append(float(found.se[0]))

    exact = linear_index(grouped(x, np.zeros(4000, int), 1).total(), a, 4000)[1]

    assert np.mean(ses) == pytest.approx(exact, rel=0.05)


def test_empty_groups_do_not_count() -> None:
    x = np.random.default_rng(3).random((10, 1))
    few = delete_a_group(grouped(x, np.arange(10), 10), lambda sums: sums.means)

    many = delete_a_group(grouped(x, np.arange(10), 64), lambda sums: sums.means)

    assert many.groups == 10
    assert many.se == pytest.approx(few.se)


def test_what_cannot_be_computed_has_a_reason() -> None:
    x = np.random.default_rng(4).random((6, 1))

    def only_all(sums: Moments) -> np.ndarray | None:
        return sums.means if sums.N[0, 0] == 6 else None

    nothing = delete_a_group(grouped(x, np.arange(6), 6), lambda _sums: None)
    single = delete_a_group(grouped(x, np.zeros(6, int), 1), lambda sums: sums.means)
    partly = delete_a_group(grouped(x, np.arange(6), 6), only_all)

    assert (nothing.reason, nothing.se) == ("undefined", None)
    assert (single.reason, single.interval(0)) == ("fewer_than_two_groups", None)
    assert partly.reason == "undefined_without_a_group"
    assert partly.values == pytest.approx(x.mean(axis=0))


def test_all_equal_answers_have_an_error_of_zero() -> None:
    found = delete_a_group(grouped(np.ones((20, 1)), np.arange(20), 20), lambda sums: sums.means)
    ends = found.interval(0)

    assert ends is not None
    assert (ends.lower, ends.upper) == (1, 1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_scaling_a_statistic_scales_its_error(seed: int, factor: float) -> None:
    x = np.random.default_rng(seed).random((30, 2))
    sums = grouped(x, np.arange(30) % 10, 10)

    one, two = (delete_a_group(sums, lambda s, f=f: f * s.means) for f in (1, factor))

    assert one.se is not None
    assert two.se == pytest.approx(factor * one.se)
