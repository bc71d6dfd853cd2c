"""Intervals against closed forms, statsmodels, and the worked examples of the method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.intervals import (
    agresti_coull,
    clopper_pearson,
    jeffreys,
    newcombe,
    normal_quantile,
    quasi_wilson_t,
    student_quantile,
    wilson,
)

SHARES = [(0, 1), (1, 1), (0, 18), (18, 18), (77, 143), (75, 100), (1, 5000), (4999, 5000)]


@pytest.mark.parametrize(("successes", "trials"), SHARES)
@pytest.mark.parametrize("confidence", [0.90, 0.95, 0.99])
def test_wilson_agrees_with_statsmodels(successes: int, trials: int, confidence: float) -> None:
    # proportion_confint(x, n, alpha, method="wilson")
    low, high = proportion_confint(successes, trials, 1 - confidence, method="wilson")

    found = wilson(successes, trials, confidence=confidence)

    assert found.lower == pytest.approx(low, abs=1e-12)
    assert found.upper == pytest.approx(high, abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), SHARES)
def test_clopper_pearson_agrees_with_statsmodels(successes: int, trials: int) -> None:
    low, high = proportion_confint(successes, trials, 0.05, method="beta")

    found = clopper_pearson(successes, trials)

    assert (found.lower, found.upper) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("successes", "trials"), [(75, 100), (77, 143), (3, 40)])
def test_the_cross_check_intervals_agree_with_statsmodels(successes: int, trials: int) -> None:
    for own, method in ((jeffreys, "jeffreys"), (agresti_coull, "agresti_coull")):
        found = own(successes, trials)

        expected = proportion_confint(successes, trials, 0.05, method=method)
        assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-9)


def test_jeffreys_ends_at_the_edge_when_nobody_or_everybody_agrees() -> None:
    assert jeffreys(0, 10).lower == 0
    assert jeffreys(10, 10).upper == 1


@pytest.mark.parametrize("first", [(58, 100), (0, 12), (12, 12)])
def test_newcombe_agrees_with_statsmodels(first: tuple[int, int]) -> None:
    # confint_proportions_2indep(x1, n1, x2, n2, method="newcomb")
    expected = confint_proportions_2indep(*first, 75, 100, method="newcomb")

    found = newcombe(first, (75, 100))

    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-12)


def test_the_worked_examples_of_the_method_for_shares() -> None:
    assert wilson(75, 100).lower * 100 == pytest.approx(65.6955, abs=5e-5)
    assert wilson(75, 100).upper * 100 == pytest.approx(82.4548, abs=5e-5)
    difference = newcombe((58, 100), (75, 100)).times(100)
    assert (difference.lower, difference.upper) == pytest.approx((-29.308, -3.914), abs=5e-4)


def test_the_worked_example_of_quasi_wilson_t() -> None:
    marks = np.repeat([1, 2, 3, 4, 5], [4, 6, 15, 45, 30])
    theta, se = (marks.mean() - 1) / 4, marks.std(ddof=1) / 10 / 4

    found = quasi_wilson_t(theta, se, 99, n=100)

    assert theta * (1 - theta) / se**2 == pytest.approx(301.38987, abs=1e-5)
    assert 100 * found.lower == pytest.approx(67.39215, abs=5e-6)
    assert 100 * found.upper == pytest.approx(77.52114, abs=5e-6)
    assert 1 + 4 * found.lower == pytest.approx(3.695686, abs=5e-7)
    assert 1 + 4 * found.upper == pytest.approx(4.100846, abs=5e-7)


def test_eighteen_equal_answers_leave_an_interval_of_positive_width() -> None:
    found = quasi_wilson_t(1.0, 0.0, 17, n=18)

    assert 100 * found.lower == pytest.approx(80.1735, abs=5e-5)
    assert found.upper == 1


def test_quasi_wilson_t_of_a_yes_no_item_is_wilson_with_students_quantile() -> None:
    n, x = 40, 31
    p = x / n
    q = student_quantile(n - 1)
    size = p * (1 - p) / (p * (1 - p) / n)
    half = q / (1 + q * q / size) * np.sqrt(p * (1 - p) / size + q * q / (4 * size**2))

    found = quasi_wilson_t(p, np.sqrt(p * (1 - p) / n), n - 1, n=n)

    assert (found.upper - found.lower) / 2 == pytest.approx(half, abs=1e-12)


def test_a_weighted_interval_may_be_wider_than_that_of_as_many_trials() -> None:
    simple = quasi_wilson_t(0.5, 0.2, 9, n=10)
    weighted = quasi_wilson_t(0.5, 0.2, 9, n=10, simple=False)

    assert weighted.upper - weighted.lower > simple.upper - simple.lower


@given(
    estimate=st.floats(0, 1),
    se=st.floats(0, 0.5),
    df=st.floats(0.5, 1e7),
    n=st.integers(1, 10**7),
    simple=st.booleans(),
)
def test_quasi_wilson_t_never_leaves_the_scale(
    estimate: float, se: float, df: float, n: int, simple: bool
) -> None:
    found = quasi_wilson_t(estimate, se, df, n=n, simple=simple)

    assert 0 <= found.lower <= estimate <= found.upper <= 1


def test_a_confidence_next_to_certainty_leaves_the_whole_scale() -> None:
    confidence = 1 - 2**-53  # the quantile is infinite

    for found in (wilson(3, 10, confidence=confidence),
                  quasi_wilson_t(0.3, 0.02, 9, n=10, confidence=confidence)):  # fmt: skip
        assert (found.lower, found.upper) == (0.0, 1.0)


@pytest.mark.parametrize("share", [(1, 0), (-1, 5), (6, 5), (float("nan"), 5)])
def test_a_share_of_nothing_is_refused(share: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(*share)


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="0-1 scale"):
        quasi_wilson_t(1.2, 0.1, 9, n=10)
    with pytest.raises(ValueError, match="impossible"):
        quasi_wilson_t(0.5, -0.1, 9, n=10)
    with pytest.raises(ValueError, match="degrees of freedom"):
        student_quantile(0)
    with pytest.raises(ValueError, match="confidence"):
        normal_quantile(1.0)
    with pytest.raises(ValueError, match="confidence"):
        student_quantile(5, 0.0)
