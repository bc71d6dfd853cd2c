"""Response rates and representativity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.nonresponse import rate_changed, representativity, response_rate


def test_rate_has_a_wilson_interval() -> None:
    found = response_rate(120, 480, design="random_sample")

    # proportion_confint(120, 480, method="wilson")
    assert found.interval is not None
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        proportion_confint(120, 480, method="wilson")
    )


@pytest.mark.parametrize(
    ("received", "users", "design", "reason"),
    [
        (10, 100, "open_link", "open_link"),
        (10, None, "census_invited", "users_unknown"),
        (101, 100, "census_invited", "more_answers_than_users"),
    ],
)
def test_a_rate_that_makes_no_sense_is_not_computed(
    received: int, users: int | None, design: str, reason: str
) -> None:
    found = response_rate(received, users, design=design)

    assert (found.rate, found.interval, found.reason) == (None, None, reason)


def test_nobody_answered_is_a_rate_of_zero() -> None:
    assert response_rate(0, 50, design="census_invited").rate == 0


def test_a_rate_changes_beyond_thirty_percent_of_itself() -> None:
    def rate(n: int) -> object:
        return response_rate(n, 1000, design="census_invited")

    assert rate_changed(rate(100), rate(130)) is False
    assert rate_changed(rate(100), rate(131)) is True
    assert rate_changed(rate(100), rate(69)) is True
    assert rate_changed(rate(0), rate(0)) is False
    assert rate_changed(rate(0), rate(1)) is True
    assert rate_changed(rate(10), response_rate(5, None, design="open_link")) is None


def test_r_indicator_is_one_minus_twice_the_spread_of_propensities() -> None:
    answers, users = {1: 30, 2: 50, 3: 20}, [(1, 200.0), (2, 200.0), (3, 400.0)]
    each = np.repeat([0.15, 0.25, 0.05], [200, 200, 400])

    found = representativity(answers, users, rates=True)

    assert found.r_indicator == pytest.approx(1 - 2 * each.std())
    assert [c.flagged for c in found.classes] == [False, True, True]
    assert found.flagged


def test_open_links_compare_profiles_without_rates() -> None:
    found = representativity({1: 30, 2: 500}, [(1, 200.0), (2, 200.0)], rates=True)

    assert found.r_indicator is None
    assert found.classes[1].rate is None
    assert representativity({1: 3, 2: 3}, [(1, 9.0), (2, 9.0)], rates=False).flagged is False


def test_nobody_and_bad_classes_are_told() -> None:
    assert representativity({}, [(1, 5.0)], rates=True).reason == "nobody_stated_a_class"
    with pytest.raises(ValueError, match="class 4"):
        representativity({4: 1}, [(1, 5.0)], rates=True)
    with pytest.raises(ValueError, match="impossible users"):
        representativity({1: 1}, [(1, 0.0)], rates=True)
    with pytest.raises(ValueError, match="-3 questionnaires"):
        response_rate(-3, 10, design="open_link")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=1, max_size=5))
def test_the_indicator_stays_between_zero_and_one(classes: list[tuple[int, int]]) -> None:
    answers = {code: n for code, (n, _) in enumerate(classes)}
    users = [(code, float(size)) for code, (_, size) in enumerate(classes)]

    found = representativity(answers, users, rates=True)

    if sum(answers.values()):
        assert found.r_indicator is not None
        assert 0 <= found.r_indicator <= 1
