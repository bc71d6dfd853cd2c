"""Trends against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.nonparametric import jonckheere_terpstra

from analysis.trend import cochran_armitage, jonckheere, weighted_line

TIMES = np.arange(2021.0, 2026.0)
TABLE = np.array([[5, 9, 20, 40], [8, 12, 25, 30], [10, 9, 22, 28], [12, 14, 20, 25]])


def test_the_line_is_weighted_least_squares() -> None:
    # sm.WLS(y, add_constant(t), weights=1/se^2).fit(cov_type="fixed scale")
    y, ses = np.array([70.0, 71, 66, 65, 66]), np.array([1.0, 1.5, 2, 1, 1.2])
    fitted = sm.WLS(y, sm.add_constant(TIMES - 2023), weights=1 / ses**2).fit(
        cov_type="fixed scale"
    )

    found = weighted_line(TIMES, y, ses)

    assert (found.slope, found.se) == pytest.approx((fitted.params[1], fitted.bse[1]))
    assert found.p == pytest.approx(fitted.pvalues[1])
    assert found.misfit == pytest.approx((fitted.wresid**2).sum())
    assert found.misfit_p == pytest.approx(stats.chi2.sf(found.misfit, 3))


def test_wave_noise_enters_with_half_its_variance() -> None:
    y = np.array([70.0, 71, 66, 65, 66])

    one = weighted_line(TIMES, y, np.full(5, 1.0), tau=2.0)
    two = weighted_line(TIMES, y, np.full(5, np.sqrt(3.0)))

    assert (one.slope, one.se) == pytest.approx((two.slope, two.se))


def test_a_covariance_gives_the_exact_error_of_the_slope() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(5, 5))
    covariance = root @ root.T + np.eye(5)
    draws = rng.multivariate_normal(np.zeros(5), covariance, 20_000)

    found = weighted_line(TIMES, draws[0], covariance)
    slopes = [weighted_line(TIMES, y, covariance).slope for y in draws[:4000]]

    assert found.se == pytest.approx(np.std(np.array(slopes, dtype=float)), rel=0.04)


def test_an_exact_line_has_no_misfit() -> None:
    found = weighted_line(TIMES, 70 - 2 * (TIMES - 2021), np.ones(5))

    assert (found.slope, found.misfit) == (pytest.approx(-2), pytest.approx(0, abs=1e-12))
    assert found.misfit_p == pytest.approx(1)


def test_lines_without_ground_have_a_reason_or_are_refused() -> None:
    short = weighted_line(TIMES[:3], np.ones(3), np.ones(3))
    certain = weighted_line(TIMES, np.ones(5), np.zeros(5))

    assert (short.slope, short.reason) == (None, "fewer_than_four_waves")
    assert (certain.slope, certain.reason) == (None, "no_sampling_error")
    with pytest.raises(ValueError, match="same time"):
        weighted_line(np.full(4, 2025.0), np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match="5 times, 4 values"):
        weighted_line(TIMES, np.ones(4), np.ones(5))


@pytest.mark.parametrize("seed", range(5))
def test_jonckheere_agrees_with_statsmodels(seed: int) -> None:
    # jonckheere_terpstra(samples, alternative="two-sided")
    table = np.random.default_rng(seed).integers(0, 20, (5, 4))
    samples = [np.repeat(np.arange(4), row) for row in table]
    expected = jonckheere_terpstra(samples, alternative="two-sided")

    found = jonckheere(table)

    assert found.p == pytest.approx(expected.pvalue, rel=1e-6)
    assert abs(found.z or 0) == pytest.approx(stats.norm.isf(expected.pvalue / 2), rel=1e-6)


def test_cochran_armitage_has_the_binomial_variance() -> None:
    # Table(tab, shift_zeros=False).test_ordinal_association: z^2 x N/(N-1) is prop.trend.test
    x, n = np.array([80, 75, 70, 60, 66]), np.array([100, 110, 90, 95, 105])
    tab = np.column_stack([n - x, x])
    z = Table(tab, shift_zeros=False).test_ordinal_association(np.arange(5), np.arange(2)).zscore

    found = cochran_armitage(x, n)

    assert (found.z or 0) ** 2 == pytest.approx(z**2 * 500 / 499)
    assert np.sign(found.z) == np.sign(z)


def test_uneven_years_may_be_given_as_times() -> None:
    x, n = np.array([8, 9, 7, 3]), np.full(4, 10)

    far = cochran_armitage(x, n, times=np.array([2019.0, 2020, 2021, 2025]))

    assert far.z != pytest.approx(cochran_armitage(x, n).z)
    with pytest.raises(ValueError, match="3 times for 4 waves"):
        cochran_armitage(x, n, times=np.arange(3.0))


def test_empty_waves_are_skipped() -> None:
    with_gap = np.insert(TABLE, 2, 0, axis=0)

    assert jonckheere(with_gap).z == pytest.approx(jonckheere(TABLE).z)
    assert jonckheere(with_gap).waves == 4
    assert cochran_armitage(np.array([0, 0]), np.array([0, 0])).reason == "fewer_than_four_waves"


def test_all_equal_answers_have_no_trend_to_test() -> None:
    same = np.zeros((4, 5), dtype=int)
    same[:, 4] = 30

    assert jonckheere(same).reason == "no_variance"
    assert cochran_armitage(np.full(4, 30), np.full(4, 30)).reason == "no_variance"
    assert jonckheere(TABLE[:3]).reason == "fewer_than_four_waves"
    assert jonckheere(np.zeros((0, 5), dtype=int)).n == 0


def test_bad_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="no shares"):
        cochran_armitage(np.array([5]), np.array([4]))
    with pytest.raises(ValueError, match="by wave and category"):
        jonckheere(np.array([1, 2]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000))
def test_reversing_time_or_scale_turns_the_trend_round(seed: int) -> None:
    table = np.random.default_rng(seed).integers(1, 20, (4, 4))

    z = jonckheere(table).z

    assert z is not None
    assert jonckheere(table[::-1]).z == pytest.approx(-z)
    assert jonckheere(table[:, ::-1]).z == pytest.approx(-z)
