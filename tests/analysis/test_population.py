"""The finite population correction, and every reason to leave it off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.population import finite_population, may_say_margin_of_error


@pytest.mark.parametrize(
    ("n", "users", "design", "once", "reason"),
    [
        (10, None, "census_invited", True, "users_unknown"),
        (101, 100, "census_invited", True, "more_answers_than_users"),
        (101, 100, "open_link", False, "more_answers_than_users"),
        (60, 100, "open_link", True, "self_selected"),
        (60, 100, "census_invited", False, "repeated_answers"),
        (5, 100, "random_sample", True, "small_fraction"),
        (0, 100, "random_sample", True, "small_fraction"),
    ],
)
def test_the_correction_stays_off(
    n: int, users: int | None, design: str, once: bool, reason: str
) -> None:
    found = finite_population(n, users, design=design, one_answer_each=once)

    assert (found.factor, found.applied, found.reason) == (1.0, False, reason)


def test_a_complete_census_has_a_point_for_interval() -> None:
    assert finite_population(80, 80, design="census_invited", one_answer_each=True).factor == 0


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 respondents"):
        finite_population(-1, 10, design="random_sample", one_answer_each=True)
    with pytest.raises(ValueError, match="0 users"):
        finite_population(1, 0, design="random_sample", one_answer_each=True)


def test_a_self_selected_wave_has_no_margin_of_error() -> None:
    assert not may_say_margin_of_error("open_link")
    assert may_say_margin_of_error("census_invited")


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_factor_never_widens(n: int, users: int) -> None:
    found = finite_population(n, users, design="random_sample", one_answer_each=True)

    assert 0 <= found.factor <= 1
    assert found.applied == (found.reason is None)
