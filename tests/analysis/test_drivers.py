"""Relative weights and LMG against regressions of statsmodels, and every refusal."""

import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drivers import drivers, pairwise_covariance, relative_weights
from analysis.lmg import lmg
from analysis.moments import Moments
from tests.analysis.test_jackknife import grouped

KEYS = ("wait", "clarity", "courtesy", "rooms")


def marks(n: int, seed: int, effects: tuple[float, ...] = (0.5, 0.3, 0.2, 0.0)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1)) * 0.8 + rng.normal(size=(n, len(effects)))
    y = x @ np.array(effects) + rng.normal(size=n) * 0.7
    return np.column_stack([x, y])


def correlations(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    R = np.corrcoef(x, rowvar=False)
    return R[:-1, :-1], R[:-1, -1]


def groups(x: np.ndarray, seed: int = 0) -> Moments:
    return grouped(x, np.random.default_rng(seed).integers(0, 64, len(x)), 64)


def test_relative_weights_add_up_to_r_squared() -> None:
    # sm.OLS(y, add_constant(X)).fit().rsquared
    x = marks(300, 1)

    parts = relative_weights(*correlations(x))

    fitted = sm.OLS(x[:, -1], sm.add_constant(x[:, :-1])).fit()
    assert parts.sum() == pytest.approx(fitted.rsquared)
    assert (parts >= 0).all()


def test_relative_weights_of_two_items_are_the_closed_form() -> None:
    # two items: L has a and b on and off its diagonal, a^2 + b^2 = 1, 2ab = r
    r, ry = 0.6, np.array([0.5, 0.3])
    a = (np.sqrt(1 + r) + np.sqrt(1 - r)) / 2
    b = (np.sqrt(1 + r) - np.sqrt(1 - r)) / 2
    beta = np.linalg.inv([[a, b], [b, a]]) @ ry

    found = relative_weights(np.array([[1, r], [r, 1]]), ry)

    assert found == pytest.approx([a**2 * beta[0] ** 2 + b**2 * beta[1] ** 2,
                                   b**2 * beta[0] ** 2 + a**2 * beta[1] ** 2])  # fmt: skip


def test_lmg_is_the_mean_gain_over_all_orderings() -> None:
    x = marks(200, 2)
    y = x[:, -1]

    def r_squared(chosen: tuple[int, ...]) -> float:
        return (
            float(sm.OLS(y, sm.add_constant(x[:, list(chosen)])).fit().rsquared) if chosen else 0.0
        )

    gains = np.zeros(4)
    for order in itertools.permutations(range(4)):
        for place, j in enumerate(order):
            gains[j] += r_squared(order[: place + 1]) - r_squared(order[:place])

    assert lmg(*correlations(x)) == pytest.approx(gains / 24)


def test_both_methods_nearly_coincide_and_find_the_order() -> None:
    found = drivers(groups(marks(2000, 3)), KEYS)

    shares = [driver.share for driver in found.drivers]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert [driver.lmg for driver in found.drivers] == pytest.approx(shares, abs=0.03)


def test_the_jackknife_error_is_that_of_repeated_samples() -> None:
    first = [drivers(groups(marks(500, seed), seed), KEYS).drivers[0] for seed in range(60)]

    spread = np.std([driver.share for driver in first], ddof=1)
    assert np.mean([driver.se for driver in first if driver.se]) == pytest.approx(spread, rel=0.3)


def test_items_whose_intervals_overlap_are_level() -> None:
    found = drivers(groups(marks(400, 4, (0.4, 0.4, 0.0, 0.0))), KEYS)

    assert "clarity" in found.drivers[0].level_with
    assert "rooms" not in found.drivers[0].level_with


def test_blanks_are_left_out_pair_by_pair() -> None:
    x = marks(300, 5)
    x[::7, 0] = np.nan
    both = ~np.isnan(x[:, 0])

    found = pairwise_covariance(groups(x).total())

    assert found is not None
    assert found[0, 1] == pytest.approx(np.cov(x[both, 0], x[both, 1])[0, 1])
    assert found[1, 2] == pytest.approx(np.cov(x[:, 1], x[:, 2])[0, 1])
    assert drivers(groups(x), KEYS).n == both.sum()


def test_an_item_without_variance_is_dropped_and_named() -> None:
    x = marks(300, 6)
    x[:, 3] = 0.5

    found = drivers(groups(x), KEYS)

    assert found.dropped == ("rooms",)
    assert [driver.key for driver in found.drivers] == ["wait", "clarity", "courtesy"]


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (marks(149, 7), "too_few_answers"),
        (np.full((300, 5), np.nan), "too_few_answers"),
        (np.zeros((0, 5)), "too_few_answers"),
        (np.column_stack([marks(300, 8)[:, :4], np.ones(300)]), "overall_has_no_variance"),
        (np.column_stack([np.ones((300, 4)), marks(300, 8)[:, 4]]), "no_items"),
        (marks(300, 9)[:, [0, 0, 1, 2, 4]], "nearly_collinear"),
        (np.random.default_rng(1).normal(size=(300, 5)), "explains_too_little"),
    ],
)
def test_drivers_without_ground_are_refused(x: np.ndarray, reason: str) -> None:
    found = drivers(groups(x), KEYS)

    assert (found.drivers, found.reason) == ((), reason)


def test_bad_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="3 items for sums of 5"):
        drivers(groups(marks(200, 1)), KEYS[:3])
    with pytest.raises(ValueError, match="too many orderings"):
        lmg(np.eye(13), np.zeros(13))
    assert drivers(groups(marks(200, 1)[:, 4:]), ()).reason == "no_items"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_reversing_a_scale_changes_no_share(seed: int) -> None:
    x = marks(200, seed)
    turned = x.copy()
    turned[:, 1] = -turned[:, 1]

    one, two = relative_weights(*correlations(x)), relative_weights(*correlations(turned))

    assert one == pytest.approx(two)


def test_an_item_that_moves_in_one_group_only_has_no_jackknife_error() -> None:
    x = marks(300, 10)
    place = np.arange(300) % 64
    x[place != 5, 3] = 0.5
    twin = marks(300, 11)
    twin[:, 3] = np.where(place == 5, twin[:, 3], twin[:, 0])

    for answers in (x, twin):
        found = drivers(grouped(answers, place, 64), KEYS)

        assert [driver.se for driver in found.drivers] == [None] * 4
        assert len(found.drivers[0].level_with) == 3


@pytest.mark.parametrize("seed", range(12))
def test_an_item_that_is_the_overall_question_explains_no_more_than_all(seed: int) -> None:
    x = marks(300, seed)
    x[:, -1] = x[:, 0]

    found = drivers(groups(x, seed), KEYS)

    assert found.r_squared == pytest.approx(1.0)
    assert found.r_squared <= 1.0
