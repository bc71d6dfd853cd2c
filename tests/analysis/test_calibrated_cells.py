"""Two ways in: the calibrated index from respondents and from the cells of a tally."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.adjust import cell_scores
from analysis.calibrated_cells import calibrated_cell_index, cell_frame, weigh_cells
from analysis.calibrated_means import calibrated_cell_means
from analysis.calibration import calibrated_index
from analysis.intervals import quasi_wilson_t
from analysis.margins import Margin
from analysis.mode_effects import cells_of, mode_differences, score_cells
from analysis.moments import Moments, index_weights, moments
from analysis.weights import weigh

AGE = Margin("age_class", (1, 2, 3), (3000, 4000, 3000))
SEX = Margin("sex", (1, 2), (4500, 5500))


@pytest.mark.parametrize("seed", range(4))
def test_cells_and_respondents_give_the_same_calibrated_index(
    make_questionnaire: Callable[..., Any],
    make_wave: Callable[..., Any],
    draw: Callable[..., Any],
    seed: int,
) -> None:
    questionnaire = make_questionnaire()
    ratings, mode, profiles = draw(questionnaire, 400, seed=seed)
    wave = make_wave(questionnaire, ratings, mode=mode, profiles=profiles)
    items = questionnaire.index_items
    a = index_weights(items)
    marks = ratings[:, [questionnaire.position(item.key) for item in items]].astype(float)
    values = np.where(marks > 0, (marks - 1) / 4, np.nan)
    seen = ~np.isnan(values).all(axis=1)
    codes = {name: np.where(profiles[name] > 0, profiles[name], -1)[seen] for name in profiles}
    keys, sizes = wave.tally.keys, wave.tally.respondents[:, 0]

    respondents = weigh([(AGE, codes["age_class"]), (SEX, codes["sex"])], int(seen.sum()))
    one = calibrated_index(values[seen], a, respondents)
    cells = weigh_cells([(AGE, keys[:, 1]), (SEX, keys[:, 2])], sizes)
    two = calibrated_cell_index(moments(questionnaire, wave.tally.pairs, items), sizes, a, cells)

    assert one.value == pytest.approx(two.value, abs=1e-9)
    assert one.se == pytest.approx(two.se, abs=1e-9)
    assert one.deff == pytest.approx(two.deff, abs=1e-9)
    assert (one.n, one.df) == (two.n, two.df)
    assert respondents.flags == cells.flags


def test_cells_and_respondents_give_the_same_mode_differences(
    make_questionnaire: Callable[..., Any],
    make_wave: Callable[..., Any],
    draw: Callable[..., Any],
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1)
    ratings, mode, profiles = draw(questionnaire, 500, seed=9, gaps=0.0)
    wave = make_wave(questionnaire, ratings, mode=mode, profiles=profiles)
    # without blanks a pseudo-value is the plain mean of a form's items
    scores = 100 * (ratings[:, :2].astype(float) - 1).mean(axis=1) / 4
    stated = [np.maximum(profiles[name], 0) for name in ("age_class", "sex")]

    one = mode_differences(score_cells(mode.astype(int), 100 * stated[0] + stated[1], scores))
    two = mode_differences(cells_of(cell_scores(wave, questionnaire.index_items)))

    assert len(one) == len(two) == 3
    for first, second in zip(one, two, strict=True):
        assert first.difference == pytest.approx(second.difference, abs=1e-9)
        assert first.se == pytest.approx(second.se, abs=1e-9)


def test_raked_intervals_cover_the_mean_of_all_users() -> None:
    rng = np.random.default_rng(20)
    age, sex = rng.choice([1, 2, 3], 10_000, p=[0.3, 0.4, 0.3]), rng.choice([1, 2], 10_000)
    latent = 3.2 + 0.4 * age + 0.2 * sex + rng.normal(0, 0.9, 10_000)
    y = (np.clip(np.rint(latent), 1, 5) - 1) / 4
    chance = np.exp(0.5 * age + 0.3 * sex)
    margins = [
        (Margin("age_class", (1, 2, 3), tuple(float((age == k).sum()) for k in (1, 2, 3))), age),
        (Margin("sex", (1, 2), tuple(float((sex == k).sum()) for k in (1, 2))), sex),
    ]
    hits, plain = 0, 0.0
    for _ in range(400):
        asked = rng.choice(10_000, 200, replace=False, p=chance / chance.sum())
        found = calibrated_index(
            y[asked, None], np.ones(1), weigh([(m, codes[asked]) for m, codes in margins], 200)
        )
        assert found.value is not None and found.se is not None
        ends = quasi_wilson_t(found.value, found.se, 199, n=200, simple=False)
        hits += ends.lower <= y.mean() <= ends.upper
        plain += float(y[asked].mean() - y.mean()) / 400

    assert plain > 0.01
    assert 0.92 <= hits / 400 <= 0.98


def test_nobody_one_and_an_item_without_answers_have_reasons() -> None:
    def cells(n: float, answers: float) -> Moments:
        return Moments(*[np.full((1, 1, 1), answers * n)] * 3)

    def found(n: int, answers: float = 1.0) -> Any:
        sizes = np.array([n])
        return calibrated_cell_index(cells(n, answers), sizes, np.ones(1), weigh_cells([], sizes))

    assert found(0).reason == "no_valid_answer"
    assert (found(1).value, found(1).reason) == (1.0, "one_respondent")
    assert found(5, 0.0).reason == "item_without_answers"
    assert (found(5).value, found(5).se, found(5).deff) == (1.0, 0.0, None)


def test_weights_of_other_respondents_are_refused() -> None:
    sums = Moments(*[np.ones((1, 1, 1))] * 3)

    with pytest.raises(ValueError, match="3 weights for 2 respondents"):
        calibrated_cell_index(sums, np.array([2]), np.ones(1), weigh_cells([], np.array([3])))


@pytest.mark.parametrize("sizes", [[30, 0, 45, 25], [1, 0, 0, 0], [0, 0, 0, 0]])
def test_many_means_at_once_are_each_mean_alone(sizes: list[int]) -> None:
    rng = np.random.default_rng(7)
    people = np.array(sizes)
    sex = np.array([1, 1, 2, 2])
    weighting = weigh_cells([(SEX, sex)], people)
    answers = np.stack([people, rng.binomial(people, 0.8), 0 * people], axis=1).astype(float)
    answers[0, 1] = people[0]
    sums = answers * rng.uniform(0.3, 0.7, answers.shape)
    squares = sums * rng.uniform(0.8, 1.0, answers.shape)

    found = calibrated_cell_means(np.stack([answers, sums, squares]), cell_frame(people, weighting))

    for place, one in enumerate(found):
        by_cell = [table[:, [place], None] for table in (answers, sums, squares)]
        alone = calibrated_cell_index(Moments(*by_cell), people, np.ones(1), weighting)
        assert (one.reason, one.n, one.df) == (alone.reason, alone.n, alone.df)
        assert (one.value, one.se, one.deff) == (
            pytest.approx(alone.value), pytest.approx(alone.se), pytest.approx(alone.deff),
        )  # fmt: skip
