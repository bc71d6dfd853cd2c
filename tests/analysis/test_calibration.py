"""Linearised standard errors against closed forms, WLS residuals and the jackknife."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.calibration import Sampling, calibrated_index, calibrated_mean
from analysis.margins import Margin
from analysis.weights import Weighting, weigh

SEX = Margin("sex", (1, 2), (4000, 6000))
AGE = Margin("age_class", (1, 2, 3), (3000, 3000, 4000))


def sample(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sex, age = rng.choice([1, 2], n), rng.choice([1, 2, 3], n, p=[0.2, 0.3, 0.5])
    marks = np.clip(np.rint(3 + 0.4 * sex - 0.3 * age + rng.normal(0, 1, (n, 3)).T), 1, 5).T
    marks[rng.random((n, 3)) < 0.1] = np.nan
    marks[:, 0] = np.where(np.isnan(marks[:, 0]), 3, marks[:, 0])
    return sex, age, marks


def unweighted(n: int) -> Weighting:
    return weigh([], n)


def test_unweighted_mean_has_the_textbook_standard_error() -> None:
    marks = np.repeat([1.0, 2, 3, 4, 5], [4, 6, 15, 45, 30])

    found = calibrated_mean(marks, unweighted(100))

    assert found.value == pytest.approx(3.91)
    assert found.se == pytest.approx(0.10258773, abs=1e-8)
    assert (found.df, found.n) == (99, 100)
    assert found.deff == pytest.approx(1)


def test_unweighted_index_repeats_the_worked_example_of_the_method() -> None:
    blank = np.nan
    marks = np.array([[5, 4, blank], [4, 4, 3], [3, blank, 2], [5, 5, 4], [blank, 2, 1], [4, 3, 3]])

    found = calibrated_index(marks, np.full(3, 1 / 3), unweighted(6))

    assert found.value == pytest.approx(3.4666667, abs=1e-7)
    assert found.se == pytest.approx(0.38918719, abs=1e-8)


def test_post_stratified_standard_error_is_the_closed_form() -> None:
    # n/(n-1) * sum W_h^2 SS_h / n_h^2
    sex, _, marks = sample(400, 1)
    y = marks[:, 0]
    groups = [y[sex == code] for code in (1, 2)]
    terms = [
        w**2 * ((g - g.mean()) ** 2).sum() / len(g) ** 2
        for w, g in zip((0.4, 0.6), groups, strict=True)
    ]

    found = calibrated_mean(y, weigh([(SEX, sex)], 400))

    assert found.value == pytest.approx(0.4 * groups[0].mean() + 0.6 * groups[1].mean())
    assert found.se == pytest.approx(np.sqrt(400 / 399 * sum(terms)), rel=1e-10)


def test_raked_standard_error_comes_from_residuals_with_the_base_weights() -> None:
    # sm.WLS(z, dummies, weights=base).resid
    sex, age, marks = sample(300, 2)
    base = np.random.default_rng(3).uniform(0.5, 2, 300)
    weighting = weigh([(SEX, sex), (AGE, age)], 300, base=base)
    w, y = weighting.weights, marks[:, 0]
    dummies = np.column_stack([np.ones(300), sex == 1, age == 1, age == 2]).astype(float)
    e = sm.WLS(y - np.average(y, weights=w), dummies, weights=base).fit().resid
    pieces = w * e - (w * e).mean()
    expected = np.sqrt(300 / 299 * (pieces**2).sum()) / w.sum()
    wrong = sm.WLS(y - np.average(y, weights=w), dummies, weights=w).fit().resid

    found = calibrated_mean(y, weighting)

    assert found.se == pytest.approx(expected, rel=1e-10)
    assert found.se != pytest.approx(
        np.sqrt(300 / 299 * ((w * wrong) ** 2).sum()) / w.sum(), rel=1e-6
    )


def test_raked_index_agrees_with_the_jackknife_that_rakes_anew() -> None:
    sex, age, marks = sample(250, 4)
    a = np.array([0.5, 0.25, 0.25])

    def theta(keep: np.ndarray) -> float:
        weighting = weigh([(SEX, sex[keep]), (AGE, age[keep])], int(keep.sum()))
        return float(calibrated_index(marks[keep], a, weighting).value or 0)

    everybody = np.ones(250, dtype=bool)
    without = []
    for left_out in range(250):
        keep = everybody.copy()
        keep[left_out] = False
        without.append(theta(keep))
    jackknife = np.sqrt(249 / 250 * ((np.array(without) - theta(everybody)) ** 2).sum())

    found = calibrated_index(marks, a, weigh([(SEX, sex), (AGE, age)], 250))

    assert found.se == pytest.approx(jackknife, rel=0.04)  # equal up to terms of order 1/n


def test_clusters_of_identical_answers_count_once() -> None:
    marks = np.random.default_rng(5).choice([1.0, 2, 3, 4, 5], 40)

    once = calibrated_mean(marks, unweighted(40))
    twice = calibrated_mean(
        np.repeat(marks, 2), unweighted(80), sampling=Sampling(clusters=np.repeat(np.arange(40), 2))
    )

    assert twice.se == pytest.approx(once.se)
    assert twice.df == 39
    assert twice.deff == pytest.approx(79 / 39)


def test_strata_add_their_variances() -> None:
    # stratified SE: sum W_h^2 s_h^2 / n_h with W_h = n_h/n
    strata = np.repeat([0, 1], [30, 70])
    marks = np.random.default_rng(6).choice([1.0, 2, 3, 4, 5], 100) + strata
    expected = sum((len(g) / 100) ** 2 * g.var(ddof=1) / len(g) for g in (marks[:30], marks[30:]))

    found = calibrated_mean(marks, unweighted(100), sampling=Sampling(strata=strata))

    assert found.se == pytest.approx(np.sqrt(expected))
    assert found.df == 98


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], "no_valid_answer"), ([np.nan] * 3, "no_valid_answer"), ([4.0], "one_respondent")],
)
def test_nobody_all_blank_and_one_give_a_reason(values: list[float], reason: str) -> None:
    found = calibrated_mean(np.array(values), unweighted(len(values)))

    assert (found.se, found.reason) == (None, reason)


def test_all_equal_answers_have_no_error_and_no_design_effect() -> None:
    found = calibrated_mean(np.full(18, 5.0), unweighted(18))

    assert (found.value, found.se, found.deff) == (5.0, 0.0, None)


def test_an_item_nobody_answered_and_a_lonely_cluster_give_a_reason() -> None:
    empty = calibrated_index(np.array([[1.0, np.nan]] * 4), np.full(2, 0.5), unweighted(4))
    lonely = calibrated_mean(
        np.arange(4.0), unweighted(4), sampling=Sampling(strata=np.array([0, 0, 0, 1]))
    )

    assert (empty.value, empty.reason) == (None, "item_without_answers")
    assert (lonely.value, lonely.se, lonely.reason) == (1.5, None, "lonely_cluster")


def test_impossible_designs_are_refused() -> None:
    with pytest.raises(ValueError, match="two strata"):
        calibrated_mean(
            np.arange(4.0),
            unweighted(4),
            sampling=Sampling(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])),
        )
    with pytest.raises(ValueError, match="3 rows"):
        calibrated_mean(np.arange(3.0), unweighted(4))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_reversing_the_scale_mirrors_the_index_and_keeps_its_error(seed: int) -> None:
    sex, age, marks = sample(150, seed)
    weighting = weigh([(SEX, sex), (AGE, age)], 150)
    a = np.full(3, 1 / 3)

    there, back = calibrated_index(marks, a, weighting), calibrated_index(6 - marks, a, weighting)

    assert there.value == pytest.approx(6 - (back.value or 0))
    assert there.se == pytest.approx(back.se)
