"""An attacker with a linear solver tries to bring hidden cells back, and must fail."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from analysis.disclosure import (
    exposed_cells,
    nested_conflicts,
    published,
    safe_groups,
    suppress_table,
)

TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: arrays(
        np.int64, shape, elements=st.one_of(st.just(0), st.integers(1, 14), st.integers(0, 90))
    )
)


def attack(shown: list[list[int | None]]) -> dict[tuple[int, int], tuple[float, float]]:
    """Smallest and largest value of every hidden cell that agrees with all that is published."""
    rows, columns = len(shown), len(shown[0])
    hidden = [(r, c) for r in range(rows) for c in range(columns) if shown[r][c] is None]
    lines = [[(r, c) for c in range(columns)] for r in range(rows)]
    lines += [[(r, c) for r in range(rows)] for c in range(columns)]
    equations, knowns = [], []
    for line in lines:
        signs = {place: -1.0 if place == line[-1] else 1.0 for place in line}
        equations.append([signs.get(place, 0.0) for place in hidden])
        knowns.append(-sum(sign * (shown[r][c] or 0) for (r, c), sign in signs.items()))
    ends = {}
    for place in range(len(hidden)):
        goal = np.zeros(len(hidden))
        goal[place] = 1
        found = [
            linprog(sign * goal, A_eq=equations, b_eq=knowns, bounds=(0, None)) for sign in (1, -1)
        ]
        low = found[0].fun if found[0].status == 0 else 0.0
        high = -found[1].fun if found[1].status == 0 else np.inf
        ends[hidden[place]] = (low, high)
    return ends


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_hidden_cell_can_be_recovered_by_subtraction(counts: np.ndarray) -> None:
    hidden = suppress_table(counts)

    ends = attack(published(counts, hidden))

    assert all(high - low > 1e-6 for low, high in ends.values())


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_small_cells_are_hidden_and_empty_ones_shown(counts: np.ndarray) -> None:
    hidden = suppress_table(counts)
    inner = hidden[:-1, :-1]

    assert inner[(counts > 0) & (counts < 10)].all()
    assert not inner[counts == 0].any()
    assert not ((counts.sum() >= 10) and (counts >= 10).all() and hidden.any())


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_hidden_parts_of_a_published_total_are_ten_or_more(counts: np.ndarray) -> None:
    hidden = suppress_table(counts)

    for r in range(counts.shape[0]):
        gone = int(counts[r][hidden[r, :-1]].sum())
        assert hidden[r, -1] or gone == 0 or gone >= 10


def test_the_attacker_succeeds_where_a_single_cell_is_hidden() -> None:
    shown: list[list[int | None]] = [[None, 20, 24], [30, 40, 70], [34, 60, 94]]

    assert attack(shown)[0, 0] == pytest.approx((4, 4))


def test_two_hidden_pairs_joined_by_one_cell_are_not_enough() -> None:
    # a bridge: every line hides two cells of ten or more, yet the cell between the two squares
    # follows from the lines of one square taken together
    counts = np.full((4, 4), 50)
    for place in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)):
        counts[place] = 8

    ends = attack(published(counts, suppress_table(counts)))

    assert min(high - low for low, high in ends.values()) > 1


def test_a_table_of_one_small_cell_hides_everything() -> None:
    assert suppress_table(np.array([[4]])).all()
    assert suppress_table(np.array([[4, 0, 3]])).tolist() == [
        [True, False, True, True],
        [True, False, True, True],
    ]


def test_an_empty_table_and_a_table_without_cells_hide_nothing() -> None:
    assert not suppress_table(np.zeros((2, 3), dtype=np.int64)).any()
    assert not suppress_table(np.zeros((0, 0), dtype=np.int64)).any()


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        suppress_table(np.array([[1.5]]))
    with pytest.raises(ValueError, match="whole numbers"):
        suppress_table(np.array([[-1]]))
    with pytest.raises(ValueError, match="whole numbers"):
        suppress_table(np.array([1, 2]))


def test_cumulated_periods_differ_by_nobody_or_by_ten() -> None:
    sizes = {"jan": 40, "feb": 0, "mar": 6, "apr": 30}
    groups = {
        "to_january": ["jan"],
        "to_february": ["jan", "feb"],
        "to_march": ["jan", "feb", "mar"],
        "to_april": ["jan", "feb", "mar", "apr"],
    }

    assert nested_conflicts(groups, sizes) == (
        ("to_march", "to_january", 6),
        ("to_march", "to_february", 6),
    )
    assert safe_groups(groups, sizes) == ("to_january", "to_february", "to_april")


def test_overlapping_groups_that_give_a_cell_away_together_are_not_all_kept() -> None:
    # ab + bc - abc = b: no pair is nested closely, three together expose b
    sizes = {"a": 40, "b": 4, "c": 50}
    groups = {"abc": "abc", "ab": "ab", "bc": "bc"}

    assert nested_conflicts(groups, sizes) == ()
    assert "b" in exposed_cells([frozenset(g) for g in groups.values()], sizes)
    assert safe_groups(groups, sizes) == ("abc", "ab")


def test_no_groups_and_nobody_expose_nothing() -> None:
    assert exposed_cells([], {"a": 4}) == ()
    assert exposed_cells([frozenset("a")], {"a": 0}) == ()
    assert safe_groups({}, {}) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=1, max_size=5), st.data())
def test_whatever_is_kept_gives_nobody_away(counts: list[int], data: st.DataObject) -> None:
    sizes = dict(enumerate(counts))
    parts = st.sets(st.sampled_from(range(len(counts))), min_size=1)
    groups = {str(k): data.draw(parts) for k in range(4)}

    kept = safe_groups(groups, sizes)

    chosen = {name: groups[name] for name in kept}
    assert nested_conflicts(chosen, sizes) == ()
    assert exposed_cells([frozenset(members) for members in chosen.values()], sizes) == ()
