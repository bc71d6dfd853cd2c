"""Double keying against statsmodels and the numbers of the method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from analysis.keying import (
    agreement_table,
    compare_keyings,
    forms_to_key_twice,
    kappa,
    keying_quality,
)

TABLE = np.array([[30, 4, 1, 0], [3, 25, 6, 1], [0, 5, 28, 4], [1, 0, 3, 40]])


@pytest.mark.parametrize(("wrong", "fields"), [(0, 300), (7, 1200), (3, 3), (1, 1)])
def test_error_rates_agree_with_statsmodels(wrong: int, fields: int) -> None:
    found = keying_quality(wrong, fields)

    # proportion_confint(x, n, alpha, method="beta")
    assert found.interval is not None
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        proportion_confint(wrong, fields, 0.05, method="beta")
    )
    assert found.upper == pytest.approx(proportion_confint(wrong, fields, 0.10, method="beta")[1])


def test_a_batch_is_accepted_only_when_one_percent_is_ruled_out() -> None:
    assert keying_quality(0, 299).accepted is True
    assert keying_quality(0, 298).accepted is False
    assert keying_quality(7, 1200).accepted is False


def test_nothing_compared_is_no_verdict() -> None:
    found = compare_keyings(np.zeros((0, 12), int), np.zeros((0, 12), int))

    assert (found.rate, found.accepted, found.reason) == (None, None, "nothing_compared")


@pytest.mark.parametrize(("ordinal", "weights"), [(True, "quadratic"), (False, None)])
def test_kappa_agrees_with_statsmodels(ordinal: bool, weights: str | None) -> None:
    # cohens_kappa(table, wt="quadratic")
    expected = cohens_kappa(TABLE, wt=weights)

    found = kappa(TABLE, ordinal=ordinal)

    assert found.kappa == pytest.approx(expected.kappa)
    assert found.se == pytest.approx(expected.std_kappa)
    assert (found.lower, found.upper) == pytest.approx((expected.kappa_low, expected.kappa_upp))


def test_one_category_shows_the_agreement_alone() -> None:
    found = kappa(np.array([[50, 0], [0, 0]]), ordinal=True)

    assert (found.kappa, found.observed, found.reason) == (None, 1.0, "one_category")
    assert kappa(np.array([[5]]), ordinal=True).reason == "one_category"
    assert kappa(np.zeros((3, 3), int), ordinal=False).reason == "no_pairs"


def test_perfect_agreement_has_kappa_one_without_error() -> None:
    found = kappa(np.diag([10, 20, 30]), ordinal=True)

    assert (found.kappa, found.se) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-9))


def test_the_table_leaves_out_values_that_are_no_category() -> None:
    first, second = np.array([1, 2, 2, -3]), np.array([1, 2, 1, 1])

    assert agreement_table(first, second, np.array([1, 2])).tolist() == [[1, 0], [1, 1]]


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 3"):
        keying_quality(5, 3)
    with pytest.raises(ValueError, match="shapes"):
        compare_keyings(np.zeros((1, 2), int), np.zeros((2, 2), int))
    with pytest.raises(ValueError, match="-1 forms"):
        forms_to_key_twice(-1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_is_symmetric_and_defined(cells: list[list[int]]) -> None:
    table = np.array(cells)

    one, two = kappa(table, ordinal=True), kappa(table.T, ordinal=True)

    assert (one.kappa is None) == (one.reason is not None)
    assert one.kappa == pytest.approx(two.kappa) if one.kappa is not None else two.kappa is None


def test_a_tenth_of_the_forms_is_keyed_twice_but_never_fewer_than_fifty() -> None:
    assert [forms_to_key_twice(forms) for forms in (0, 30, 499, 501)] == [0, 30, 50, 51]
