"""Weights: closed forms, the dual of raking, and refusals that stay defined."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from analysis.margins import BLANK, Margin, check_totals, prepare
from analysis.weights import Weighting, kish, rake, weigh

SEX = Margin("sex", (1, 2), (4000, 6000))
AGE = Margin("age_class", (1, 2, 3, 4), (2200, 2800, 2800, 2200))


def people(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    age = rng.choice([1, 2, 3, 4], n, p=[0.1, 0.2, 0.3, 0.4])
    sex = np.where(rng.random(n) < 0.2 + 0.1 * age, 1, 2)
    return sex, age


def test_raking_is_the_solution_of_its_dual_problem() -> None:
    # raking minimises sum w log(w/d): w = exp(X lambda) with X'w = targets
    sex, age = people(300, 1)
    design = np.column_stack([np.ones(300), sex == 1, age == 1, age == 2, age == 3]).astype(float)
    targets = 300 * np.array([1, 0.4, 0.22, 0.28, 0.28])
    solved = root(
        lambda slopes: design.T @ np.exp(design @ slopes) - targets, np.zeros(5), tol=1e-12
    )

    found = rake([prepare(SEX, sex), prepare(AGE, age)], np.ones(300))

    assert found == pytest.approx(np.exp(design @ solved.x), abs=1e-8)


def test_raked_weights_reach_every_margin() -> None:
    sex, age = people(500, 2)

    found = weigh([(SEX, sex), (AGE, age)], 500)

    assert found.method == "raked"
    assert found.weights[sex == 1].sum() / 500 == pytest.approx(0.4, abs=1e-9)
    assert found.weights[age == 4].sum() / 500 == pytest.approx(0.22, abs=1e-9)


def test_post_stratification_gives_users_over_respondents() -> None:
    sex, age = people(900, 3)
    cell = 10 * sex + age
    codes = tuple(np.unique(cell).tolist())
    users = tuple(float(1000 + 100 * place) for place in range(len(codes)))

    found = weigh(
        [(Margin("sex", (1, 2), (sum(users[:4]), sum(users[4:]))), sex)],
        900,
        joint=(Margin("cell", codes, users), cell),
    )

    expected = {
        c: u / sum(users) * 900 / (cell == c).sum() for c, u in zip(codes, users, strict=True)
    }
    assert found.method == "post_stratified"
    assert found.weights == pytest.approx([expected[c] for c in cell.tolist()], abs=1e-12)


def test_a_thin_cell_falls_back_on_raking() -> None:
    sex, age = people(200, 4)
    cell = 10 * sex + age
    codes = tuple(np.unique(cell).tolist())

    found = weigh([(SEX, sex), (AGE, age)], 200, joint=(Margin("cell", codes, (1250.0,) * 8), cell))

    assert found.method == "raked"


@pytest.mark.parametrize("n", [59, 40, 1])
def test_a_small_wave_is_not_weighted(n: int) -> None:
    found = weigh([(SEX, np.resize([1, 2], n))], n)

    assert found.method == "none"
    assert "not_weighted_small_n" in found.flags
    assert (found.weights == 1).all()


def test_a_class_with_fewer_than_ten_respondents_is_not_weighted() -> None:
    assert weigh([(SEX, np.repeat([1, 2], [9, 91]))], 100).flags == ("not_weighted_small_n",)
    assert weigh([(SEX, np.repeat([1, 2], [10, 90]))], 100).method == "raked"


def test_nobody_and_no_margin_have_equal_weights() -> None:
    nobody = weigh([(SEX, np.zeros(0, dtype=int))], 0)
    free = weigh([], 5)

    assert (len(nobody.weights), nobody.effective.n, nobody.method) == (0, 0.0, "none")
    assert (free.method, free.effective.n, free.flags) == ("none", 5.0, ())


def test_classes_with_hardly_anybody_are_merged_and_flagged() -> None:
    age = np.repeat([1, 2, 3, 4], [2, 40, 40, 0])

    ready = prepare(AGE, age)

    assert ready.margin.classes == (1, 3)
    assert ready.margin.users == (5000, 5000)
    assert ready.merged == ((1, 2), (3, 4))
    assert weigh([(AGE, age)], 82).flags == ("classes_merged",)


def test_a_margin_with_one_class_left_is_dropped_and_said() -> None:
    found = weigh([(SEX, np.repeat([1, 2], [100, 2])), (AGE, np.resize([1, 2, 3, 4], 102))], 102)

    assert "margin_dropped" in found.flags
    assert [margin.margin.name for margin in found.margins] == ["age_class"]


def test_respondents_in_a_class_without_users_join_a_neighbour() -> None:
    ready = prepare(
        Margin("age_class", (1, 2, 3), (100, 0, 100)), np.repeat([1, 2, 3], [20, 30, 9])
    )

    assert ready.margin.classes == (1, 2)
    assert ready.counts.tolist() == [20, 39]


def test_blank_margins_keep_the_factors_of_the_others() -> None:
    sex, age = people(400, 5)
    sex[:60] = BLANK

    found = weigh([(SEX, sex), (AGE, age)], 400)

    stated = sex != BLANK
    assert "margin_blank" in found.flags
    assert found.weights[sex == 1].sum() / found.weights[stated].sum() == pytest.approx(0.4)
    assert found.weights[age == 1].sum() / 400 == pytest.approx(0.22)
    blank_and_old = found.weights[~stated & (age == 4)]
    assert np.ptp(blank_and_old) == pytest.approx(0, abs=1e-12)


def test_heavy_weights_are_trimmed_and_called_extreme() -> None:
    margin = Margin("sex", (1, 2), (5000, 5000))

    found = weigh([(margin, np.repeat([1, 2], [10, 190]))], 200)

    assert found.flags == ("weights_trimmed", "weights_extreme")
    assert found.effective.deff > 2


def test_margins_that_contradict_one_another_are_refused() -> None:
    first = np.repeat([1, 2], [50, 50])
    a = prepare(Margin("sex", (1, 2), (500, 500)), first)
    b = prepare(Margin("age_class", (1, 2), (700, 300)), first)

    with pytest.raises(ValueError, match="sex, age_class cannot be reconciled"):
        rake([a, b], np.ones(100))


def test_bad_margins_are_refused_with_their_values() -> None:
    with pytest.raises(ValueError, match="response mode"):
        Margin("mode", (0, 1), (1, 1))
    with pytest.raises(ValueError, match="totals of the margins differ"):
        check_totals([Margin("sex", (1, 2), (500, 500)), Margin("age_class", (1, 2), (500, 506))])
    with pytest.raises(ValueError, match="has no class 7"):
        prepare(SEX, np.array([1, 7]))
    with pytest.raises(ValueError, match="comes twice"):
        check_totals([SEX, SEX])
    with pytest.raises(ValueError, match="impossible users"):
        Margin("sex", (1, 2), (-1, 5))
    with pytest.raises(ValueError, match="respondents is needed"):
        weigh([(SEX, np.array([1, 2]))], 3)


def test_kish_of_equal_weights_is_the_number_of_respondents() -> None:
    assert kish(np.full(40, 2.5)).n == pytest.approx(40)
    with pytest.raises(ValueError, match="positive"):
        kish(np.array([1.0, 0.0]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(60, 300))
def test_weights_are_positive_reach_their_margins_and_forget_the_scale_of_users(
    seed: int, n: int
) -> None:
    sex, age = people(n, seed)
    tenfold = Margin("age_class", AGE.classes, tuple(10 * users for users in AGE.users))
    larger = Margin("sex", SEX.classes, tuple(10 * users for users in SEX.users))

    found = weigh([(SEX, sex), (AGE, age)], n)
    again = weigh([(larger, sex), (tenfold, age)], n)

    assert isinstance(found, Weighting)
    assert (found.weights > 0).all()
    assert found.weights == pytest.approx(again.weights)
    assert 1 <= found.effective.n <= n + 1e-9
    for prepared in found.margins:
        held = [found.weights[prepared.codes == code].sum() for code in prepared.margin.classes]
        assert np.array(held) / n == pytest.approx(prepared.margin.shares, abs=1e-8)


def test_margins_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="for each class"):
        Margin("sex", (1, 2), (5,))
    with pytest.raises(ValueError, match="negative class"):
        Margin("sex", (-1, 2), (5, 5))
    with pytest.raises(ValueError, match="no margin"):
        check_totals([])
    with pytest.raises(ValueError, match="cannot be raked"):
        rake([prepare(SEX, np.zeros(0, dtype=int))], np.ones(0))
    with pytest.raises(ValueError, match="base weights"):
        weigh([], 3, base=np.array([1.0, 2.0, -1.0]))


def test_cells_that_nobody_can_be_in_do_not_stop_post_stratification() -> None:
    cell = np.repeat([11, 12, 21], [30, 30, 30])
    sex = cell // 10
    margin = Margin("sex", (1, 2), (300, 100))

    found = weigh(
        [(margin, sex)], 90, joint=(Margin("cell", (11, 12, 21, 22), (100, 200, 100, 0)), cell)
    )
    few = weigh([(margin, sex[:50])], 50, joint=(Margin("cell", (11, 12), (100, 300)), cell[:50]))

    assert found.method == "post_stratified"
    assert found.weights[[0, 30, 60]] == pytest.approx([0.75, 1.5, 0.75])
    assert few.method == "none"
