"""Clusters, users and weights: edges, and the same figures from respondents and from a tally."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.adjust import adjusted_change
from analysis.calibration import Sampling, calibrated_index, calibrated_mean
from analysis.data import MODES, Questionnaire, read_questionnaire, responses_from_columns
from analysis.design import (
    Sample,
    index_spread,
    index_spreads,
    item_spread,
    sample_of,
    share_spread,
    wave_weighting,
)
from analysis.indices import index_result, item_result
from analysis.intervals import wilson
from analysis.margins import Margin
from analysis.moments import index_weights
from analysis.tally import tally_responses
from analysis.wave import Wave
from analysis.weights import weigh

Make = Callable[..., Any]
Int = NDArray[np.int64]
SEX = ((1, 4500.0), (2, 5500.0))
AGE = ((1, 3000.0), (2, 4000.0), (3, 3000.0))


def _wave(
    questionnaire: Questionnaire,
    ratings: NDArray[Any],
    *,
    cluster: Int | None = None,
    mode: int = 0,
    profiles: Mapping[str, NDArray[Any]] | None = None,
    **choices: Any,
) -> Wave:
    keys = [question.key for question in questionnaire.rated]
    columns = dict(zip(keys, ratings.T, strict=True)) | dict(profiles or {})
    responses = responses_from_columns(
        questionnaire, columns, mode=np.full(len(ratings), mode, np.int8), cluster=cluster
    )
    return Wave("2026", questionnaire, tally_responses(questionnaire, responses), **choices)


def _scores(questionnaire: Questionnaire, ratings: NDArray[Any]) -> NDArray[np.float64]:
    """Items of the index on 0-1, NaN where not valid."""
    places = [questionnaire.position(item.key) for item in questionnaire.index_items]
    marks = ratings[:, places].astype(float)
    return np.asarray(np.where(marks > 0, (marks - 1) / 4, np.nan))


# one permanent test for two ways in: respondent by respondent, and from additive tables


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 150), groups=st.integers(2, 40))
def test_clusters_from_respondents_and_from_the_tally_agree(seed: int, n: int, groups: int) -> None:
    questionnaire, ratings = _random(seed, n)
    rng = np.random.default_rng(seed)
    cluster = np.where(rng.random(n) < 0.3, np.arange(n), -rng.integers(1, groups + 1, n))
    sample = sample_of(_wave(questionnaire, ratings, cluster=cluster, profiles=_blank(n)))
    values = _scores(questionnaire, ratings)
    seen = ~np.isnan(values).all(axis=1)
    items = questionnaire.index_items
    if np.isnan(values).all(axis=0).any() or len(np.unique(cluster[seen])) < 2:
        return

    index = index_spread(sample, items)
    one = calibrated_index(
        values[seen], index_weights(items), weigh([], int(seen.sum())),
        sampling=Sampling(clusters=cluster[seen]),
    )  # fmt: skip

    assert index.theta == pytest.approx(one.value, abs=1e-9)
    assert index.se == pytest.approx(one.se, abs=1e-9)
    assert index.df == one.df
    _check_dimension(sample, values[:, ::2], cluster)
    for place, item in enumerate(items):
        for spread, column in (
            (item_spread(sample, item), values[:, place]),
            (share_spread(sample, item, item.satisfied), _hits(values[:, place])),
        ):
            answered = ~np.isnan(column)
            if len(np.unique(cluster[answered])) < 2 or answered.sum() == 1:
                continue
            two = calibrated_mean(
                column[answered], weigh([], int(answered.sum())),
                sampling=Sampling(clusters=cluster[answered]),
            )  # fmt: skip
            assert spread.theta == pytest.approx(two.value, abs=1e-9)
            if spread.clusters < answered.sum():
                assert spread.se == pytest.approx(two.se, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(90, 300), both=st.booleans())
def test_weights_from_respondents_and_from_the_tally_agree(seed: int, n: int, both: bool) -> None:
    questionnaire, ratings = _random(seed, n)
    rng = np.random.default_rng(seed + 1)
    profiles = {"sex": rng.choice([1, 2, -3], n), "age_class": rng.choice([1, 2, 3, -3], n)}
    users = {"sex": SEX, "age_class": AGE} if both else {"age_class": AGE}
    wave = _wave(questionnaire, ratings, profiles=profiles, users_by=users)
    values = _scores(questionnaire, ratings)
    seen = ~np.isnan(values).all(axis=1)
    items = questionnaire.index_items
    pairs = [
        (Margin(name, tuple(c for c, _ in by), tuple(u for _, u in by)),
         np.where(profiles[name] > 0, profiles[name], -1)[seen])
        for name, by in users.items()
    ]  # fmt: skip
    whole = Margin("cells", pairs[0][0].classes, pairs[0][0].users)
    joint = None if both else (whole, pairs[0][1])

    weights = weigh(pairs, int(seen.sum()), joint=joint)
    one = calibrated_index(values[seen], index_weights(items), weights)
    found = wave_weighting(wave)
    assert found is not None
    index = index_spread(sample_of(wave, found), items)

    assert found.method == weights.method
    assert index.theta == pytest.approx(one.value, abs=1e-9)
    assert index.se == pytest.approx(one.se, abs=1e-9)
    if found.method != "none":
        assert index.kish == pytest.approx(weights.effective.n, abs=1e-9)
    whole_index, _, second = index_spreads(sample_of(wave, found), items)
    assert whole_index == index
    # the second dimension is one question
    item = item_spread(sample_of(wave, found), items[1])
    assert second is not None
    assert (second.theta, second.se, second.kish) == pytest.approx((item.theta, item.se, item.kish))


def _check_dimension(sample: Sample, values: NDArray[np.float64], cluster: Int) -> None:
    """Hold the first dimension, of the first and the last question, against its respondents."""
    seen = ~np.isnan(values).all(axis=1)
    found = index_spreads(sample, sample.questionnaire.index_items)[1]
    if len(np.unique(cluster[seen])) < 2:
        return
    one = calibrated_index(
        values[seen], np.array([0.5, 0.5]), weigh([], int(seen.sum())),
        sampling=Sampling(clusters=cluster[seen]),
    )  # fmt: skip
    assert found is not None
    assert (found.theta, found.se) == pytest.approx((one.value, one.se), abs=1e-9)
    assert found.df == one.df


def _hits(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(column), np.nan, column >= 0.75)


def _random(seed: int, n: int) -> tuple[Questionnaire, NDArray[Any]]:
    text = {"it": "x"}
    codes = [{"code": c, "label": text} for c in range(1, 6)]
    rated: list[dict[str, Any]] = [
        {"key": f"q{i}", "kind": "rating", "role": "item", "scale": "s",
         "dimension": f"d{i % 2}", "text": text}
        for i in range(3)
    ]  # fmt: skip
    asked = [
        {"key": name, "kind": "single_choice", "role": "profile", "variable": name, "text": text,
         "options": [{"code": c, "label": text} for c in range(1, size + 1)]}
        for name, size in (("sex", 2), ("age_class", 3))
    ]  # fmt: skip
    questionnaire = read_questionnaire(
        {
            "format": "gradimento/questionnaire/1", "id": "random", "languages": ["it"],
            "title": text, "dimensions": [{"key": f"d{i}", "label": text} for i in range(2)],
            "scales": {"s": {"codes": codes, "satisfied": [4, 5], "dissatisfied": [1, 2]}},
            "sections": [{"key": "s", "questions": [*rated, *asked]}],
        }
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    return questionnaire, rng.choice([-3, -1, 1, 2, 3, 4, 5], (n, 3), p=[0.1, 0.1] + [0.16] * 5)


# clusters


def test_the_error_of_a_change_is_that_of_a_cluster_sandwich(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    rng = np.random.default_rng(4)
    frames, waves = [], []
    for number in range(3):
        days = np.repeat(np.arange(60), 10)
        level = 3.5 + 0.2 * number + rng.normal(0, 0.6, 60)[days]
        marks = np.clip(np.rint(level + rng.normal(0, 0.8, 600)), 1, 5).astype(int)
        waves.append(_wave(questionnaire, marks[:, None], cluster=-1 - days))
        frames.append(
            pd.DataFrame({"y": 25.0 * (marks - 1), "wave": number, "day": 1000 * number + days})
        )
    frame = pd.concat(frames)

    found = adjusted_change(waves, questionnaire.index_items)
    assert found is not None
    # smf.ols("y ~ 0 + C(wave)", frame).fit(cov_type="cluster", cov_kwds={"groups": frame["day"]})
    model: Any = smf.ols("y ~ 0 + C(wave)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["day"]}
    )
    test = model.t_test([-0.5, -0.5, 1.0])
    alone = smf.ols("y ~ 0 + C(wave)", frame).fit(cov_type="HC1").t_test([-0.5, -0.5, 1.0])

    assert found.adjusted == pytest.approx(test.effect[0])
    # the small-sample factors differ: G/(G-1) by wave here, over all waves there
    assert found.se == pytest.approx(test.sd[0, 0], rel=0.012)
    assert found.se > 1.8 * float(alone.sd[0, 0])
    assert found.df == 180 - 3


def test_clusters_that_do_not_matter_leave_the_error_of_a_change(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    marks = np.tile([[2], [5]], (100, 1))
    days = -1 - np.arange(200) // 2  # one low and one high answer each: sums never vary

    alike = [_wave(questionnaire, marks, cluster=days) for _ in range(2)]
    alone = [_wave(questionnaire, marks) for _ in range(2)]

    items = questionnaire.index_items
    one, two = adjusted_change(alike, items), adjusted_change(alone, items)
    assert one is not None
    assert two is not None
    assert one.se == two.se
    assert (one.df, two.df) == (198, 398)


def test_one_kiosk_day_alone_gives_a_value_without_interval(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    marks = np.tile([[4, 5], [3, 2]], (20, 1))
    wave = _wave(questionnaire, marks, cluster=np.full(40, -1), mode=MODES.index("kiosk"))

    isu = index_result(wave).isu
    item = item_result(questionnaire, wave.tally, "q1")

    assert (isu.value, isu.se, isu.lower, isu.reason) == (62.5, None, None, "one_cluster")
    assert (item.mean, item.mean_se, item.index.reason) == (3.5, None, "one_cluster")
    assert (item.satisfied.value, item.satisfied.lower) == (50.0, None)
    assert item.satisfied.reason == "one_cluster"


def test_equal_answers_in_clusters_count_as_many_as_the_clusters(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    wave = _wave(questionnaire, np.full((60, 1), 5), cluster=-1 - np.arange(60) // 3)

    isu = index_result(wave).isu

    assert (isu.value, isu.se, isu.upper) == (100.0, 0.0, 100.0)
    # Wilson with 20 trials and Student's quantile of 19 degrees: 1/(1 + 2.093024^2/20)
    assert isu.lower == pytest.approx(100 / (1 + 2.093024054**2 / 20))


def test_a_set_whose_clusters_were_not_kept_is_refused(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    wave = _wave(questionnaire, np.full((6, 1), 5), cluster=np.full(6, -1))

    with pytest.raises(ValueError, match=r"no clusters for the codes \[3\]"):
        share_spread(sample_of(wave), questionnaire.rated[0], frozenset({3}))


# finite population


def test_everybody_answered_gives_a_point(make_questionnaire: Make) -> None:
    wave = _finite(make_questionnaire, users_served=80, design="census_invited")

    isu = index_result(wave).isu
    item = item_result(wave.questionnaire, wave.tally, "q1", sample=sample_of(wave))

    assert (isu.se, isu.lower, isu.upper) == (0.0, isu.value, isu.value)
    assert (item.satisfied.lower, item.satisfied.upper) == (item.satisfied.value,) * 2


def test_a_share_of_users_largely_observed_is_wilsons_of_more_answers(
    make_questionnaire: Make,
) -> None:
    wave = _finite(make_questionnaire, users_served=100, design="random_sample")

    found = item_result(wave.questionnaire, wave.tally, "q1", sample=sample_of(wave)).satisfied

    # factor^2 = 1 - 80/100, so 80 answers are worth 400
    assert found.lower == pytest.approx(100 * wilson(200, 400).lower)
    assert found.precision.finite.factor == pytest.approx(0.2**0.5)


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({"users_served": 100}, "self_selected"),
        ({"users_served": 100, "design": "census_invited", "mode": 1}, "repeated_answers"),
        ({"users_served": 79, "design": "census_invited"}, "more_answers_than_users"),
        ({"users_served": 1600, "design": "census_invited"}, "small_fraction"),
        ({"design": "census_invited"}, "users_unknown"),
    ],
)
def test_the_correction_is_off_where_it_would_not_be_honest(
    make_questionnaire: Make, choices: dict[str, Any], reason: str
) -> None:
    plain = index_result(_finite(make_questionnaire)).isu

    isu = index_result(_finite(make_questionnaire, **choices)).isu

    assert isu.precision.finite.reason == reason
    assert (isu.se, isu.lower, isu.upper) == (plain.se, plain.lower, plain.upper)


def test_a_change_is_tested_without_the_correction(make_questionnaire: Make) -> None:
    whole = _finite(make_questionnaire, users_served=80, design="census_invited")
    open_link = _finite(make_questionnaire)

    items = whole.questionnaire.index_items
    one, two = adjusted_change([whole, whole], items), adjusted_change([open_link] * 2, items)

    assert one is not None
    assert two is not None
    assert one.se == two.se > 0


def _finite(make_questionnaire: Make, *, mode: int = 0, **choices: Any) -> Wave:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    marks = np.tile([[5, 4], [3, 2]], (40, 1))
    return _wave(questionnaire, marks, mode=mode, **choices)


# users by class


@pytest.mark.parametrize(
    ("users", "words"),
    [
        ({"mode": SEX}, "users by 'mode': the questionnaire does not ask it"),
        ({"access_channel": SEX}, "users by 'access_channel': the questionnaire does not ask"),
        ({"sex": ((3, 10.0),)}, "users by 'sex': no option 3"),
        ({"sex": ((1, -1.0), (2, 5.0))}, "impossible users"),
        ({"sex": SEX, "age_class": ((1, 3000.0), (2, 9000.0))}, "totals of the margins differ"),
    ],
)
def test_users_by_class_that_cannot_be_are_refused(
    make_questionnaire: Make, users: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        _wave(make_questionnaire(), np.full((1, 5), 3), profiles=_blank(1), users_by=users)


def test_an_option_without_known_users_counts_as_left_blank(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={"sex": 3})
    marks = np.tile([[5], [3], [1]], (40, 1))
    answered = np.tile([1, 2, 3], 40)

    kept = _wave(questionnaire, marks, profiles={"sex": answered}, users_by={"sex": SEX})
    blank = np.where(answered == 3, -3, answered)
    left = _wave(questionnaire, marks, profiles={"sex": blank}, users_by={"sex": SEX})

    one, two = index_result(kept).isu, index_result(left).isu
    assert (one.value, one.se) == pytest.approx((two.value, two.se), abs=1e-9)
    assert one.precision.kish == pytest.approx(two.precision.kish)


def test_counts_alone_are_not_weighted(make_questionnaire: Make) -> None:
    wave = _wave(make_questionnaire(), np.full((80, 5), 3), profiles=_blank(80))

    counted = dataclasses.replace(
        wave, tally=dataclasses.replace(wave.tally, paired=False), users_by={"sex": SEX}
    )

    assert wave_weighting(counted) is None


def _blank(n: int) -> dict[str, Int]:
    return {"age_class": np.full(n, -3), "sex": np.full(n, -3)}


def test_classes_that_explain_every_answer_leave_a_width(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={"sex": 2})
    sex = np.repeat([1, 2], [90, 30])
    marks = np.where(sex == 1, 5, 3)[:, None]
    wave = _wave(questionnaire, marks, profiles={"sex": sex}, users_by={"sex": ((1, 5), (2, 5))})

    isu = index_result(wave).isu

    assert (isu.value, isu.se) == (pytest.approx(75.0), 0.0)
    # Kish: (90 x 2/3 + 30 x 2)^2 / (90 x 4/9 + 30 x 4) = 90 answers
    assert isu.precision.effective == pytest.approx(90)
    assert isu.lower is not None
    assert isu.lower < 68
