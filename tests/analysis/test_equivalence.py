"""Equivalence and non-inferiority."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analysis.equivalence import at_least_minimum, no_worse, same_mean, same_share


def test_tost_agrees_with_statsmodels() -> None:
    # CompareMeans(...).ttost_ind(-5, 5, usevar="unequal")
    rng = np.random.default_rng(1)
    a, b = DescrStatsW(rng.normal(70, 15, 120)), DescrStatsW(rng.normal(71, 18, 90))
    compared = CompareMeans(a, b)
    va, vb = a.var_ddof(1) / 120, b.var_ddof(1) / 90
    df = (va + vb) ** 2 / (va**2 / 119 + vb**2 / 89)
    expected = compared.ttost_ind(-5, 5, usevar="unequal")[0]

    found = same_mean(a.mean - b.mean, float(np.sqrt(va + vb)), df, margin=5)

    assert found.p == pytest.approx(expected)


@given(st.floats(-10, 10), st.floats(0.01, 5))
def test_tost_holds_exactly_when_the_ninety_percent_interval_fits(d: float, se: float) -> None:
    found = same_mean(d, se, 100, margin=5)

    assert found.bounds is not None
    inside = found.bounds.lower > -5 and found.bounds.upper < 5
    near = min(abs(found.bounds.lower + 5), abs(found.bounds.upper - 5)) < 1e-9
    assert found.holds == inside or near


def test_a_difference_without_error_decides_by_itself() -> None:
    assert (same_mean(0, 0, 10, margin=5).holds, same_mean(6, 0, 10, margin=5).holds) == (
        True,
        False,
    )


def test_shares_are_compared_by_newcombe() -> None:
    # confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", alpha=0.10)
    low, high = confint_proportions_2indep(810, 1000, 800, 1000, method="newcomb", alpha=0.10)

    found = no_worse((800, 1000), (810, 1000))

    assert found.bounds is not None
    assert (found.bounds.lower, found.bounds.upper) == pytest.approx((low, high))
    assert found.holds is True
    assert no_worse((80, 100), (81, 100)).holds is False
    assert same_share((800, 1000), (810, 1000), margin=0.03).holds is False


def test_a_guaranteed_minimum_must_be_shown() -> None:
    lower = proportion_confint(165, 200, 0.10, method="wilson")[0]

    assert at_least_minimum(165, 200, lower).holds is True
    assert at_least_minimum(165, 200, 0.80).holds is False
    assert at_least_minimum(165, 200, 0.80, margin=0.03).holds is True


def test_no_cases_show_nothing() -> None:
    assert (at_least_minimum(0, 0, 0.5).holds, no_worse((0, 0), (1, 2)).holds) == (None, None)
    assert same_share((1, 2), (0, 0), margin=0.1).reason == "no_cases"


def test_impossible_margins_are_refused() -> None:
    with pytest.raises(ValueError, match="margin"):
        no_worse((1, 2), (1, 2), margin=0)
    with pytest.raises(ValueError, match="margin"):
        same_mean(0, 1, 10, margin=-1)
    with pytest.raises(ValueError, match="minimum"):
        at_least_minimum(1, 2, 1.5)
