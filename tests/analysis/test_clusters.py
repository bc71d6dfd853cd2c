"""Forms of one cluster: their sums add, subtract, survive storage and chunks."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.calibration import Sampling, calibrated_index
from analysis.data import Responses
from analysis.design import Sample, index_spread
from analysis.moments import index_weights
from analysis.tally import tally_responses, tally_stream
from analysis.weights import weigh
from tests.analysis.test_tally import part_of, random_forms, responses_of

Make = Callable[..., Any]


def test_cluster_sums_are_those_of_the_definition(make_questionnaire: Make, draw: Make) -> None:
    questionnaire = make_questionnaire()
    responses = _clustered(responses_of(questionnaire, draw(questionnaire, 300, seed=6)), seed=6)
    x = responses.ratings.astype(int)
    r = (x >= 0).astype(int)
    x = np.where(r, x, 0)
    labels = np.unique(responses.cluster)
    between = np.stack([(responses.cluster == label) for label in labels]).astype(int)
    R, X = between @ r, between @ x

    tally = tally_responses(questionnaire, responses)

    total = tally.pairs.sum(axis=0) + tally.cluster_pairs
    assert np.array_equal(total, [R.T @ R, X.T @ R, X.T @ X])
    assert np.array_equal(tally.cluster_extra[-5:], r.sum(axis=0) - (R > 0).sum(axis=0))
    good = (x >= 4).astype(int)
    hits = between @ good
    assert np.array_equal(
        tally.cluster_shares[0],
        [(hits * R).sum(axis=0) - good.sum(axis=0), (hits**2).sum(axis=0) - good.sum(axis=0)],
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 60))
def test_clusters_cut_by_chunks_give_the_tally_of_the_whole(seed: int, size: int) -> None:
    questionnaire, responses = random_forms(seed, 90)
    responses = _clustered(responses, seed=seed)

    chunks = (part_of(responses, slice(start, start + size)) for start in range(0, 90, size))

    assert tally_stream(questionnaire, chunks) == tally_responses(questionnaire, responses)


def test_whole_clusters_can_be_subtracted(make_questionnaire: Make, draw: Make) -> None:
    questionnaire = make_questionnaire()
    responses = _clustered(responses_of(questionnaire, draw(questionnaire, 200, seed=7)), seed=7)
    some = np.isin(responses.cluster, [-1, -2, -3])
    whole = tally_responses(questionnaire, responses)

    part = tally_responses(questionnaire, part_of(responses, some))
    rest = tally_responses(questionnaire, part_of(responses, ~some))

    assert whole - part == rest
    assert part + rest == whole


def test_a_cluster_that_may_have_been_cut_is_refused() -> None:
    questionnaire, responses = random_forms(1, 4)
    responses = dataclasses.replace(responses, cluster=np.array([5, 6, 6, 7]))

    with pytest.raises(ValueError, match="cluster 6 may have come in an earlier chunk"):
        tally_stream(questionnaire, [part_of(responses, slice(2)), part_of(responses, slice(2, 4))])


def test_clusters_numbered_in_any_order_within_a_chunk_are_counted() -> None:
    questionnaire, responses = random_forms(2, 4)
    full = dataclasses.replace(
        responses, ratings=np.array([[1] * 3, [2] * 3, [3] * 3, [4] * 3], np.int8)
    )

    tally = tally_responses(
        questionnaire, dataclasses.replace(full, cluster=np.array([9, 3, 9, 1]))
    )

    # forms 1 and 3 share a cluster: 1 x 3 + 3 x 1 beyond their own squares
    assert tally.cluster_pairs[2].tolist() == [[6] * 3] * 3
    assert tally.cluster_extra.tolist() == [1] * 5


def test_questions_that_moved_to_another_dimension_are_weighed_as_they_are_asked_for(
    make_questionnaire: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(overall=False)
    responses = _clustered(responses_of(questionnaire, draw(questionnaire, 90, seed=3)), seed=3)
    values = np.where(responses.ratings > 0, (responses.ratings - 1) / 4, np.nan)
    seen = ~np.isnan(values).all(axis=1)
    sample = Sample(questionnaire, tally_responses(questionnaire, responses))
    then = questionnaire.index_items
    now = (*then[:-1], dataclasses.replace(then[-1], dimension="d1"))

    # a wave is weighed by its own dimensions for its index, by those of a later one for the change
    for items in (then, now, then):
        one = calibrated_index(
            values[seen], index_weights(items), weigh([], int(seen.sum())),
            sampling=Sampling(clusters=responses.cluster[seen]),
        )  # fmt: skip
        found = index_spread(sample, items)
        assert (found.theta, found.se) == pytest.approx((one.value, one.se), abs=1e-12)


def test_the_digest_leaves_clusters_out() -> None:
    questionnaire, responses = random_forms(3, 60)

    one = tally_responses(questionnaire, responses)
    other = tally_responses(questionnaire, _clustered(responses, seed=3))

    assert one != other
    assert one.digest() == other.digest()


def _clustered(responses: Responses, *, seed: int) -> Responses:
    """A third of the forms stand alone, the others lie in ten clusters that come again."""
    rng = np.random.default_rng(seed)
    n = len(responses)
    cluster = np.where(rng.random(n) < 1 / 3, np.arange(n), -rng.integers(1, 11, n))
    return dataclasses.replace(responses, cluster=cluster)
