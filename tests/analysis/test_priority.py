"""Quadrants of the importance-performance map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.drivers import drivers
from analysis.jackknife import ItemSums, Jackknife
from analysis.priority import (
    Quadrant,
    derived_coordinates,
    place_words,
    priority_map,
    quadrant_name,
    quarter_probability,
    stated_coordinates,
)
from tests.analysis.test_drivers import marks
from tests.analysis.test_jackknife import grouped

KEYS = ("a", "b", "c", "d")
CORNERS = np.array([90.0, 90, 50, 50, 40, 80, 40, 80])


def test_clear_corners_have_their_names() -> None:
    found = priority_map(KEYS, Jackknife(CORNERS, np.eye(8), 64), n=300)

    assert [place.quadrant for place in found.places] == [
        Quadrant.ACT, Quadrant.STRENGTH, Quadrant.LOW, Quadrant.ENOUGH,
    ]  # fmt: skip
    assert found.crosshair == (70, 60)


def test_the_probability_of_a_quadrant_is_that_of_the_normal_law() -> None:
    # two items: item a is above the mean of both when x_a - x_b > 0, of variance 2
    values = np.array([51.0, 50.0, 80.0, 20.0])

    found = priority_map(("a", "b"), Jackknife(values, np.eye(4), 64), n=300).places[0]

    assert found.probabilities[Quadrant.STRENGTH] == pytest.approx(
        stats.norm.cdf(1 / 2**0.5), abs=0.02
    )


def test_an_item_at_the_border_gets_no_label() -> None:
    found = priority_map(KEYS, Jackknife(CORNERS, 900 * np.eye(8), 64), n=300).places[0]

    assert found.quadrant is None
    assert len(found.between) == 2
    assert place_words(found, "it").startswith("al confine tra «Priorità di intervento» e «")
    assert place_words(found, "en").startswith("at the border between")


def test_an_item_as_likely_here_as_there_is_placed_alike_however_it_is_rounded() -> None:
    # the first of three items is on both lines: 0.25 in each quadrant, but for a bit
    for bit in (-1e-14, 0.0, 1e-14):
        values = np.array([50.0 + bit, 40.0, 60.0, 50.0 - bit, 40.0, 60.0])
        found = priority_map(("a", "b", "c"), Jackknife(values, 9 * np.eye(6), 64), n=300)

        assert found.places[0].between == (Quadrant.ACT, Quadrant.STRENGTH)


def test_probabilities_are_those_that_many_draws_come_to() -> None:
    generator = np.random.default_rng(11)
    root = generator.normal(size=(8, 8))
    covariance = 12 * root @ root.T
    values = CORNERS + generator.normal(0, 12, 8)

    found = priority_map(KEYS, Jackknife(values, covariance, 64), n=300)

    draws = generator.multivariate_normal(values, covariance, 400_000)
    high = draws[:, :4] >= draws[:, :4].mean(axis=1, keepdims=True)
    good = draws[:, 4:] >= draws[:, 4:].mean(axis=1, keepdims=True)
    for j, place in enumerate(found.places):
        shares = {
            Quadrant.ACT: (high & ~good)[:, j].mean(),
            Quadrant.STRENGTH: (high & good)[:, j].mean(),
            Quadrant.LOW: (~high & ~good)[:, j].mean(),
            Quadrant.ENOUGH: (~high & good)[:, j].mean(),
        }
        assert dict(place.probabilities) == pytest.approx(shares, abs=0.004)


@pytest.mark.parametrize("rho", [-1.0, -0.999, -0.4, 0.0, 0.7, 0.999, 1.0])
@pytest.mark.parametrize(("h", "k"), [(0, 0), (0, 1.2), (-0.7, 0), (1, -2), (-1, -1), (3, 0.2)])
def test_a_quarter_of_the_plane_is_that_of_scipy(h: float, k: float, rho: float) -> None:
    # stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]], allow_singular=True).cdf([h, k])
    law = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]], allow_singular=True)

    found = quarter_probability(*(np.array([x], dtype=float) for x in (h, k, rho)))

    assert float(found[0]) == pytest.approx(law.cdf([h, k]), abs=1e-6)


def test_a_place_without_spread_is_where_it_is() -> None:
    found = priority_map(KEYS, Jackknife(CORNERS, np.zeros((8, 8)), 64), n=300)

    assert [place.quadrant for place in found.places] == [
        Quadrant.ACT, Quadrant.STRENGTH, Quadrant.LOW, Quadrant.ENOUGH,
    ]  # fmt: skip
    assert {round(max(place.probabilities.values()), 12) for place in found.places} == {1.0}


def test_derived_coordinates_join_shares_and_means() -> None:
    x = marks(640, 1)
    groups = grouped(x, np.arange(640) % 64, 64)

    known = drivers(groups, KEYS)
    found = derived_coordinates(ItemSums(groups.answers, groups.sums), known)

    shares = [one.share for one in known.drivers]
    assert found.values == pytest.approx(
        [*(100 * np.array(shares)), *(100 * x[:, :4].mean(axis=0))]
    )
    assert found.se is not None
    assert found.se[:4] == pytest.approx([100 * one.se for one in known.drivers])
    x[:, 0] = np.nan
    groups = grouped(x, np.arange(640) % 64, 64)
    nobody = ItemSums(groups.answers, groups.sums)
    assert derived_coordinates(nobody, known).reason == "undefined"
    refused = drivers(groups, KEYS)
    assert derived_coordinates(ItemSums(np.ones((1, 5)), np.ones((1, 5))), refused).values.size == 0


def test_the_ellipse_covers_nine_draws_of_ten() -> None:
    covariance = np.zeros((4, 4))
    covariance[np.ix_([0, 2], [0, 2])] = [[4, 1.5], [1.5, 1]]
    place = priority_map(("a", "b"), Jackknife(np.zeros(4), covariance, 64), n=300).places[0]
    large, small, angle = place.ellipse
    draws = np.random.default_rng(11).multivariate_normal([0, 0], [[4, 1.5], [1.5, 1]], 20_000)

    along = draws @ [np.cos(angle), np.sin(angle)]
    across = draws @ [-np.sin(angle), np.cos(angle)]

    assert ((along / large) ** 2 + (across / small) ** 2 <= 1).mean() == pytest.approx(
        0.9, abs=0.01
    )


@pytest.mark.parametrize(
    ("keys", "n", "derived", "reason"),
    [
        (KEYS, 29, False, "too_few_answers"),
        (KEYS, 499, True, "too_few_answers"),
        (("a",), 900, False, "fewer_than_two_items"),
        ((), 900, False, "fewer_than_two_items"),
    ],
)
def test_maps_without_ground_are_refused(
    keys: tuple[str, ...], n: int, derived: bool, reason: str
) -> None:
    values = np.zeros(2 * len(keys))

    found = priority_map(keys, Jackknife(values, np.eye(len(values)), 64), n=n, derived=derived)

    assert (found.places, found.reason) == ((), reason)


def test_a_map_without_covariance_is_refused_and_wrong_shapes_too() -> None:
    nothing = Jackknife(np.zeros(0), None, 1, "undefined")

    assert priority_map(KEYS, nothing, n=300).reason == "no_covariance"
    with pytest.raises(ValueError, match="8 coordinates for 2 items"):
        priority_map(("a", "b"), Jackknife(CORNERS, np.eye(8), 64), n=300)
    with pytest.raises(ValueError, match="'de'"):
        quadrant_name(Quadrant.ACT, "de")


def test_stated_coordinates_are_means_with_their_errors() -> None:
    x = np.random.default_rng(1).random((50, 4))

    found = stated_coordinates(ItemSums(np.ones((50, 4)), x))

    assert found.values == pytest.approx(100 * x.mean(axis=0))
    assert found.se == pytest.approx(100 * x.std(axis=0, ddof=1) / 50**0.5)
    nobody = np.tile([1.0, 1.0, 1.0, 0.0], (50, 1))
    assert stated_coordinates(ItemSums(nobody, x * nobody)).reason == "undefined"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=8, max_size=8), st.floats(0, 50))
def test_probabilities_add_up_to_one_even_without_spread(
    values: list[float], spread: float
) -> None:
    found = priority_map(KEYS, Jackknife(np.array(values), spread * np.eye(8), 64), n=100)

    for place in found.places:
        assert sum(place.probabilities.values()) == pytest.approx(1)


def test_quadrants_have_names_in_both_languages() -> None:
    assert quadrant_name(Quadrant.LOW, "en") == "Low priority"
    assert quadrant_name(None, "it") == "al confine"
    sure = priority_map(KEYS, Jackknife(CORNERS, np.eye(8), 64), n=300).places[1]
    assert place_words(sure, "it") == "Punti di forza"
