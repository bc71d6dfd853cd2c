"""The index of a whole body."""

import numpy as np
import pytest

from analysis.indices import Estimate, body_index, no_estimate
from analysis.publication import Publication


def test_the_body_weights_services_by_users_served() -> None:
    # 0.75 * 80 + 0.25 * 60 = 75; variance (0.75*2)^2 + (0.25*4)^2 = 3.25
    found = body_index([("a", _estimate(80, 2, 200), 3000), ("b", _estimate(60, 4, 50), 1000)])

    assert found.weighting == "users_served"
    assert found.isu.value == pytest.approx(75)
    assert found.isu.se == pytest.approx(np.sqrt(3.25))
    assert found.isu.n == 250
    # Satterthwaite: (2.25 + 1)^2 / (2.25^2/199 + 1/49)
    assert found.df == pytest.approx(3.25**2 / (2.25**2 / 199 + 1 / 49))


def test_the_body_weights_by_responses_when_users_are_not_known_and_says_so() -> None:
    found = body_index([("a", _estimate(80, 2, 200), 3000), ("b", _estimate(60, 4, 50), None)])

    assert found.weighting == "responses"
    assert found.isu.value == pytest.approx(76)


def test_a_service_too_small_to_publish_stays_out_of_the_body_index() -> None:
    small = Estimate(10.0, 5.0, 5.0, 20.0, 9, Publication.NOT_PUBLISHED)

    found = body_index([("a", _estimate(80, 2, 200), 3000), ("b", small, 9000)])

    assert found.isu.value == pytest.approx(80)
    assert found.left_out == ("b",)


def test_a_body_without_published_services_has_a_reason() -> None:
    found = body_index([("a", no_estimate(3, "too_few_answers"), 10)])

    assert found.isu.reason == "no_published_service"
    assert body_index([]).isu.value is None


def test_a_body_whose_services_agree_entirely_has_an_interval() -> None:
    found = body_index([("a", _estimate(100, 0, 40), 10), ("b", _estimate(100, 0, 40), 10)])

    assert found.isu.value == 100
    assert found.isu.lower < 100


def test_a_service_known_from_counts_alone_leaves_the_body_without_an_interval() -> None:
    counted = Estimate(70.0, None, None, None, 100, Publication.FULL, reason="no_pair_sums")

    found = body_index([("a", counted, 10), ("b", _estimate(80, 2, 40), 10)])

    assert found.isu.value == 75
    assert found.isu.reason == "no_pair_sums"


def _estimate(value: float, se: float, n: int) -> Estimate:
    return Estimate(value, se, value - 2 * se, value + 2 * se, n, Publication.FULL)
