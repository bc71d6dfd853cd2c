"""Rank comparison and Holm's adjustment against scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import brunnermunzel, mannwhitneyu
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.nonparametric import rank_compare_2ordinal

from analysis.ranks import brunner_munzel, holm, separated_p

CODES = np.array([1, 2, 3, 4, 5])


@pytest.mark.parametrize(
    ("before", "after"),
    [([4, 6, 15, 45, 30], [10, 12, 20, 40, 18]), ([0, 0, 3, 0, 2], [1, 0, 0, 4, 0])],
)
def test_brunner_munzel_agrees_with_scipy_and_statsmodels(
    before: list[int], after: list[int]
) -> None:
    found = brunner_munzel(np.array(before), np.array(after))

    # brunnermunzel(repeat(codes, before), repeat(codes, after)).pvalue
    expected = brunnermunzel(np.repeat(CODES, before), np.repeat(CODES, after))
    assert found.p == pytest.approx(expected.pvalue, abs=1e-9)
    # rank_compare_2ordinal(before, after).prob2 and its interval turned round
    table = rank_compare_2ordinal(np.array(before), np.array(after))
    low, high = table.conf_int()
    assert found.superiority == pytest.approx(table.prob2, abs=1e-12)
    assert found.lower == pytest.approx(max(0.0, 1 - high), abs=1e-9)
    assert found.upper == pytest.approx(min(1.0, 1 - low), abs=1e-9)


@pytest.mark.parametrize("rising", [True, False])
def test_samples_that_do_not_overlap_have_a_tiny_p(rising: bool) -> None:
    low, high = np.array([7, 3, 0, 0, 0]), np.array([0, 0, 0, 4, 4])

    found = brunner_munzel(low, high) if rising else brunner_munzel(high, low)

    assert found.superiority == (1.0 if rising else 0.0)
    assert found.exact
    # mannwhitneyu(method="exact") of untied separated samples of 10 and 8
    exact = mannwhitneyu(np.arange(10), np.arange(10, 18), method="exact").pvalue
    assert found.p == pytest.approx(exact, rel=1e-9)


def test_one_common_category_cannot_be_tested() -> None:
    found = brunner_munzel(np.array([0, 0, 40]), np.array([0, 0, 30]))

    assert (found.superiority, found.p) == (0.5, None)


def test_a_separated_p_is_never_zero() -> None:
    assert 0 < separated_p(10**6, 10**6) < 1e-300
    assert separated_p(1, 1) == pytest.approx(1.0)


def test_too_few_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="two answers"):
        brunner_munzel(np.array([1, 0]), np.array([5, 5]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm_agrees_with_statsmodels(p_values: list[float]) -> None:
    # multipletests(p, method="holm")[1]
    expected = multipletests(p_values, method="holm")[1]

    assert holm(np.array(p_values)) == pytest.approx(expected, abs=1e-12)


def test_holm_of_no_test_is_empty() -> None:
    assert holm(np.array([])).tolist() == []


def test_holm_refuses_what_is_not_a_probability() -> None:
    with pytest.raises(ValueError, match="not all probabilities"):
        holm(np.array([0.5, float("nan")]))
