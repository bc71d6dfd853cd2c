"""Tallies add, subtract, merge and survive storage."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.data import Responses, Status, read_questionnaire, responses_from_columns
from analysis.groups import GROUPS, hash_group
from analysis.tally import (
    FIRST_CODE,
    Tally,
    empty_tally,
    tally_responses,
    tally_stream,
)

Make = Callable[..., Any]


def test_the_matrices_are_those_of_the_definition(make_questionnaire: Make, draw: Make) -> None:
    questionnaire = make_questionnaire()
    responses = responses_of(questionnaire, draw(questionnaire, 300, seed=1))
    x = responses.ratings.astype(int)
    r = (x >= 0).astype(int)
    x = np.where(r, x, 0)

    n, a, p = tally_responses(questionnaire, responses).pairs.sum(axis=0)

    assert np.array_equal(n, r.T @ r)
    assert np.array_equal(a, x.T @ r)
    assert np.array_equal(p, x.T @ x)


def test_cells_and_groups_hold_the_same_sums(make_questionnaire: Make, draw: Make) -> None:
    questionnaire = make_questionnaire()

    tally = tally_of(questionnaire, draw(questionnaire, 500, seed=2))

    assert np.array_equal(tally.pairs.sum(axis=0), tally.group_pairs.sum(axis=0))
    assert np.array_equal(tally.respondents.sum(axis=0), tally.group_respondents.sum(axis=0))
    assert tally.group_pairs.shape[0] == GROUPS == 64


def test_each_status_is_counted_apart(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)

    wave = make_wave(questionnaire, [[5], [-1], [-1], [-2], [-3], [-3], [-3], [-4]])

    counted = {s: int(wave.tally.total_counts[0, s + FIRST_CODE]) for s in Status}
    assert counted == {Status.DK: 2, Status.NA: 1, Status.BLANK: 3, Status.INVALID: 1}
    assert (wave.forms, wave.respondents) == (8, 1)


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(0, 120), seed=st.integers(0, 10**6))
def test_merging_tallies_equals_pooling_answers(cut: int, seed: int) -> None:
    questionnaire, responses = random_forms(seed, 120)
    whole = tally_responses(questionnaire, responses)

    parts = [
        tally_responses(questionnaire, part_of(responses, slice(cut))),
        tally_responses(questionnaire, part_of(responses, slice(cut, None))),
    ]

    assert parts[0] + parts[1] == whole
    assert whole - parts[0] == parts[1]
    assert whole - whole == empty_tally(questionnaire)


@settings(max_examples=40, deadline=None)
@given(
    cut=st.integers(0, 80),
    clusters=st.lists(st.integers(0, 12), min_size=80, max_size=80),
    seed=st.integers(0, 10**6),
)
def test_what_was_added_and_taken_away_again_leaves_not_a_byte(
    cut: int, clusters: list[int], seed: int
) -> None:
    questionnaire, drawn = random_forms(seed, 80)
    responses = Responses(
        questionnaire, drawn.ratings, drawn.profiles, drawn.mode, np.array(clusters)
    )
    one = tally_responses(questionnaire, part_of(responses, slice(cut)))
    # clusters may go on from one part into the other
    other = tally_responses(questionnaire, part_of(responses, slice(cut, None)))
    both = one + other

    assert (both - other).to_bytes() == one.to_bytes()
    assert (both - one).to_bytes() == other.to_bytes()
    assert ((both - other) + other).to_bytes() == (other + one).to_bytes() == both.to_bytes()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_digest_does_not_depend_on_the_order_of_the_forms(seed: int) -> None:
    questionnaire, responses = random_forms(seed, 60)
    order = np.random.default_rng(seed).permutation(60)
    shuffled = Responses(
        questionnaire,
        responses.ratings[order],
        responses.profiles[order],
        responses.mode[order],
        responses.cluster,
    )

    assert (
        tally_responses(questionnaire, shuffled).digest()
        == tally_responses(questionnaire, responses).digest()
    )


def test_one_changed_answer_changes_the_digest(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=2, overall=False)

    before = make_wave(questionnaire, [[5, 4], [3, 3]])
    after = make_wave(questionnaire, [[5, 4], [3, 2]])

    assert before.tally.digest() != after.tally.digest()


def test_tallies_of_different_questionnaires_do_not_mix(make_questionnaire: Make) -> None:
    one = empty_tally(make_questionnaire())
    other = empty_tally(make_questionnaire(changes={"q1": {"wording": 2}}))

    with pytest.raises(ValueError, match="different questionnaires"):
        _ = one + other


def test_subtracting_what_was_never_counted_is_refused(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, overall=False, dimensions=1)
    small, large = make_wave(questionnaire, [[5]]), make_wave(questionnaire, [[4], [4]])

    with pytest.raises(ValueError, match="not part of this one"):
        _ = small.tally - large.tally


def test_forms_of_one_cluster_share_a_group() -> None:
    groups = hash_group(np.array([7, 7, 8, 2**62, -1], dtype=np.int64))

    assert groups[0] == groups[1]
    assert ((groups >= 0) & (groups < 64)).all()


def test_groups_are_the_same_on_every_machine_and_balanced() -> None:
    groups = hash_group(np.arange(64_000))

    # SplitMix64 of 0 is 0xE220A8397B1DCDAF (Steele, Lea & Flood 2014); its low six bits are 47.
    assert groups[0] == 0xE220A8397B1DCDAF % 64
    sizes = np.bincount(groups, minlength=64)
    assert sizes.min() > 850
    assert sizes.max() < 1150


def test_large_counts_stay_exact(make_questionnaire: Make) -> None:
    questionnaire = make_questionnaire(
        items=1, dimensions=1, overall=False, bounds=(1, 10), profiles={}
    )
    n = 300_001
    ratings = np.full((n, 1), 10, dtype=np.int8)
    responses = Responses(
        questionnaire, ratings, np.empty((n, 0), np.int8), np.zeros(n, np.int8), np.arange(n)
    )

    tally = tally_responses(questionnaire, responses)

    assert tally.pairs[0, :, 0, 0].tolist() == [n, 10 * n, 100 * n]


def test_a_stream_of_chunks_gives_the_tally_of_the_whole(
    make_questionnaire: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    responses = responses_of(questionnaire, draw(questionnaire, 100, seed=5))

    chunks = (part_of(responses, slice(start, start + 7)) for start in range(0, 100, 7))

    assert tally_stream(questionnaire, chunks) == tally_responses(questionnaire, responses)


def test_nobody_gives_the_empty_tally(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire()

    assert make_wave(questionnaire, []).tally == empty_tally(questionnaire)


def test_a_tally_is_not_equal_to_something_else(make_questionnaire: Make) -> None:
    assert empty_tally(make_questionnaire()) != "tally"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"q1": np.array([6])}, "which is not on the form"),
        ({"q1": np.array([1, 2])}, "has shape"),
        ({"q1": None}, "no column for question 'q1'"),
    ],
)
def test_columns_that_do_not_fit_the_form_are_refused(
    make_questionnaire: Make, change: dict[str, Any], words: str
) -> None:
    questionnaire = make_questionnaire(profiles={})
    columns = {question.key: np.array([3]) for question in questionnaire.rated} | change
    columns = {key: column for key, column in columns.items() if column is not None}

    with pytest.raises(ValueError, match=words):
        responses_from_columns(questionnaire, columns, mode=np.zeros(1, np.int8))


@pytest.mark.parametrize(
    "arguments",
    [
        {"mode": np.array([4], np.int8)},
        {"mode": np.array([0], np.int8), "cluster": np.array([1, 2])},
        {"mode": np.array([0], np.int8), "weight": np.array([0.0])},
    ],
)
def test_impossible_modes_clusters_and_weights_are_refused(
    make_questionnaire: Make, arguments: dict[str, Any]
) -> None:
    questionnaire = make_questionnaire(profiles={})
    columns = {question.key: np.array([3]) for question in questionnaire.rated}

    with pytest.raises(ValueError, match=r"mode outside|cluster has|weight must"):
        responses_from_columns(questionnaire, columns, **arguments)


def responses_of(questionnaire: Any, drawn: Any) -> Responses:
    ratings, mode, profiles = drawn
    rated = [question.key for question in questionnaire.rated]
    columns = dict(zip(rated, ratings.T, strict=True)) | profiles
    return responses_from_columns(questionnaire, columns, mode=mode)


def tally_of(questionnaire: Any, drawn: Any) -> Tally:
    return tally_responses(questionnaire, responses_of(questionnaire, drawn))


def part_of(responses: Responses, rows: slice | NDArray[np.bool_]) -> Responses:
    return Responses(
        responses.questionnaire,
        responses.ratings[rows],
        responses.profiles[rows],
        responses.mode[rows],
        responses.cluster[rows],
    )


def random_forms(seed: int, n: int) -> tuple[Any, Responses]:
    text = {"it": "x"}
    questionnaire = read_questionnaire(
        {
            "format": "gradimento/questionnaire/1",
            "id": "random",
            "languages": ["it"],
            "title": text,
            "dimensions": [{"key": "d", "label": text}],
            "scales": {"s": {"codes": [{"code": c, "label": text} for c in range(1, 5)]}},
            "sections": [
                {
                    "key": "s",
                    "questions": [
                        {
                            "key": f"q{i}", "kind": "rating", "role": "item", "scale": "s",
                            "dimension": "d", "text": text,
                        }
                        for i in range(3)
                    ]
                    + [
                        {
                            "key": "sex", "kind": "single_choice", "role": "profile",
                            "variable": "sex", "text": text,
                            "options": [{"code": c, "label": text} for c in (1, 2)],
                        }
                    ],
                }
            ],
        }
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    responses = Responses(
        questionnaire,
        rng.choice([-4, -3, -2, -1, 1, 2, 3, 4], (n, 3)).astype(np.int8),
        rng.choice([-3, 1, 2], (n, 1)).astype(np.int8),
        rng.choice([-1, 0, 1, 2, 3], n).astype(np.int8),
        np.arange(n),
    )
    return questionnaire, responses
