"""Verdicts on promises of the charter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from analysis.standards import (
    Check,
    Standard,
    Verdict,
    check_mean,
    check_share,
    check_weighted_share,
    is_sure_miss,
    many_standards,
    verdict_words,
)


def test_the_bounds_are_the_ends_of_a_ninety_percent_wilson_interval() -> None:
    # proportion_confint(170, 200, alpha=0.10, method="wilson")
    found = check_share(170, 200, Standard(0.85))

    assert found.bounds is not None
    assert (found.bounds.lower, found.bounds.upper) == pytest.approx(
        proportion_confint(170, 200, 0.10, method="wilson")
    )
    assert (found.observed, found.reached) == (0.85, True)


@pytest.mark.parametrize("x", range(100, 201, 4))
def test_the_verdict_agrees_with_the_score_test(x: int) -> None:
    # proportions_ztest(x, n, p0, alternative=..., prop_var=p0)
    p0 = 0.8
    low = proportions_ztest(x, 200, p0, alternative="smaller", prop_var=p0)[1]
    high = proportions_ztest(x, 200, p0, alternative="larger", prop_var=p0)[1]

    found = check_share(x, 200, Standard(p0))

    assert found.p_not_met == pytest.approx(low)
    expected = Verdict.MET if high < 0.05 else Verdict.NOT_MET if low < 0.05 else None
    assert found.verdict == (expected or Verdict.NOT_CONCLUSIVE)


def test_the_plain_fact_stands_beside_an_open_verdict() -> None:
    found = check_share(161, 200, Standard(0.80))

    assert (found.reached, found.verdict) == (True, Verdict.NOT_CONCLUSIVE)


def test_a_full_register_is_its_own_verdict() -> None:
    kept = check_share(161, 200, Standard(0.80, register=True))
    missed = check_share(159, 200, Standard(0.80, register=True))

    assert (kept.verdict, missed.verdict) == (Verdict.MET, Verdict.NOT_MET)
    assert kept.bounds is not None


@given(st.integers(0, 80), st.integers(1, 80), st.floats(0.05, 0.95))
def test_at_most_is_at_least_turned_round(x: int, more: int, promised: float) -> None:
    n = x + more

    one = check_share(x, n, Standard(promised, at_least=False))
    two = check_share(n - x, n, Standard(1 - promised))

    assert one.verdict == two.verdict
    assert one.p_not_met == pytest.approx(two.p_not_met)


def test_no_cases_are_no_verdict() -> None:
    found = check_share(0, 0, Standard(0.8))

    assert (found.observed, found.verdict, found.reason) == (
        None,
        Verdict.NOT_CONCLUSIVE,
        "no_cases",
    )


def test_everybody_satisfied_still_has_bounds() -> None:
    assert check_share(10, 10, Standard(0.9)).verdict is Verdict.NOT_CONCLUSIVE
    assert check_share(100, 100, Standard(0.9)).verdict is Verdict.MET


def test_a_weighted_share_with_its_binomial_error_is_the_plain_one() -> None:
    se = np.sqrt(0.85 * 0.15 / 200)

    plain = check_share(170, 200, Standard(0.80))
    found = check_weighted_share(0.85, se, 1e9, n_eff=200, standard=Standard(0.80))

    assert found.bounds is not None and plain.bounds is not None
    assert found.bounds.lower == pytest.approx(plain.bounds.lower, abs=1e-6)
    assert found.p_not_met == pytest.approx(plain.p_not_met)
    constant = check_weighted_share(1.0, 0.0, 50, n_eff=40, standard=Standard(0.9))
    assert constant.verdict is Verdict.MET


def test_a_mean_has_one_sided_student_bounds() -> None:
    # stats.t.interval(0.90, 80, mean, se)
    found = check_mean(17.5, 1.2, 80, promised=20, at_least=False)

    assert found.bounds is not None
    assert (found.bounds.lower, found.bounds.upper) == pytest.approx(
        stats.t.interval(0.90, 80, 17.5, 1.2)
    )
    assert found.p_not_met == pytest.approx(stats.t.cdf(2.5 / 1.2, 80))
    assert check_mean(70, 2, 80, promised=75).verdict is Verdict.NOT_MET
    assert check_mean(74, 2, 80, promised=75).verdict is Verdict.NOT_CONCLUSIVE


def test_a_mean_without_error_has_a_defined_verdict() -> None:
    assert check_mean(80, None, 1, promised=75).reason == "no_sampling_error"
    constant = check_mean(80, 0.0, 10, promised=75)
    assert (constant.verdict, constant.p_not_met) == (Verdict.MET, None)


def test_many_standards_are_adjusted_by_holm() -> None:
    checks = [check_share(x, 100, Standard(0.8)) for x in (60, 70, 75, 85)]
    checks.append(check_share(0, 0, Standard(0.8)))
    expected = multipletests([c.p_not_met for c in checks[:4]], method="holm")[1]

    found = many_standards(checks)

    assert found.wrong_each_side == pytest.approx(0.2)
    assert found.p_holm[:4] == pytest.approx(expected)
    assert found.p_holm[4] is None
    assert many_standards([]).p_holm == ()


def test_one_wave_far_below_is_a_sure_miss() -> None:
    assert is_sure_miss(check_share(60, 100, Standard(0.8)))
    assert not is_sure_miss(check_share(72, 100, Standard(0.8)))
    assert not is_sure_miss(Check(None, None, None, Verdict.NOT_MET, None))


def test_impossible_promises_are_refused() -> None:
    for promised in (0.0, 1.0, 85.0):
        with pytest.raises(ValueError, match="promised share"):
            Standard(promised)
    with pytest.raises(ValueError, match="guaranteed level"):
        Standard(0.8, minimum=80)
    with pytest.raises(ValueError, match="'fr'"):
        verdict_words(Verdict.MET, "fr")


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 500), st.floats(0.05, 0.95), st.data())
def test_more_successes_never_worsen_a_verdict(
    n: int, promised: float, data: st.DataObject
) -> None:
    x = data.draw(st.integers(0, n - 1))
    order = [Verdict.NOT_MET, Verdict.NOT_CONCLUSIVE, Verdict.MET]

    one, two = (check_share(k, n, Standard(promised)).verdict for k in (x, x + 1))

    assert order.index(two) >= order.index(one)


def test_verdicts_have_words_in_both_languages() -> None:
    assert verdict_words(Verdict.NOT_MET, "it") == "non rispettato"
    assert verdict_words(Verdict.MET, "en") == "met"
