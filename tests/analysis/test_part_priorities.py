"""The map of importance and performance of a wave: which importance, which words."""

import numpy as np
import pytest

from analysis.parts.drivers import drivers_of
from analysis.parts.priorities import priorities_json, priorities_of
from tests.analysis.asking import Answers, context_of, document, marks, wave_of, with_role
from tests.analysis.test_part_drivers import ASKED as WITH_OVERALL
from tests.analysis.test_part_drivers import answers as with_overall

KEYS = ("wait", "care", "rooms", "hours")
ITEMS = [{"key": key} for key in KEYS]
ASKED = document([*ITEMS, *with_role("importance", KEYS)])
#: Mean mark of each item, then mean importance: wait matters much and fares badly.
MEANS = np.array([2.0, 4.4, 2.0, 4.4, 4.6, 4.6, 3.0, 3.0])


def corners(n: int, seed: int, spread: float = 0.5) -> Answers:
    rng = np.random.default_rng(seed)
    return np.clip(np.rint(MEANS + spread * rng.normal(size=(n, 8))), 1, 5)


def block_of(asked: dict, answers: Answers) -> dict:
    return priorities_json(priorities_of(context_of(wave_of(asked, answers))))


def test_stated_importance_is_taken_where_it_was_asked() -> None:
    x = corners(300, 1)

    block = block_of(ASKED, x)

    assert (block["basis"], block["n"]) == ("stated", 300)
    assert [place["quadrant"] for place in block["places"]] == [
        "high_low", "high_high", "low_low", "low_high",
    ]  # fmt: skip
    means = 25 * (x.mean(axis=0) - 1)
    assert [p["performance"] for p in block["places"]] == pytest.approx(means[:4])
    assert [p["importance"] for p in block["places"]] == pytest.approx(means[4:])
    assert block["crosshair"]["importance"] == pytest.approx(means[4:].mean())
    assert (block["level"], block["charter"]) == (60, False)


def test_words_name_the_priority_and_say_that_the_map_is_relative() -> None:
    said = block_of(ASKED, corners(300, 1))["words"]

    assert said["it"][0] == ("Priorità di intervento, con probabilità di almeno il 90%: 1 «wait».")
    assert said["it"][-1].startswith("La mappa confronta le domande tra loro")
    assert said["en"][0].endswith("1 “wait”.")


def test_questions_at_a_border_are_counted_and_not_labelled() -> None:
    block = block_of(ASKED, marks(60, 8, 2, common=2.0))

    unsure = [place for place in block["places"] if place["quadrant"] is None]
    assert unsure
    assert all(len(place["between"]) == 2 for place in unsure)
    assert unsure[0]["label"]["it"].startswith("al confine tra «")
    assert f"due riquadri: {len(unsure)} su 4" in " ".join(block["words"]["it"])


def test_published_probabilities_never_flicker() -> None:
    one, two = (block_of(ASKED, corners(200, 3)) for _ in range(2))

    assert one == two
    for place in one["places"]:
        assert sum(place["probabilities"].values()) == pytest.approx(1)


def test_importance_is_derived_only_from_five_hundred_forms() -> None:
    few, enough = (block_of(WITH_OVERALL, with_overall(n, 4)) for n in (499, 500))

    assert (few["basis"], few["reason"], few["places"]) == (None, "importance_not_known", [])
    assert (enough["basis"], enough["reason"]) == ("derived", None)
    drivers = drivers_of(context_of(wave_of(WITH_OVERALL, with_overall(500, 4)))).found.drivers
    assert [place["importance"] for place in enough["places"]] == pytest.approx(
        [100 * one.share for one in drivers]
    )


def test_the_reason_of_the_drivers_is_kept() -> None:
    collinear = with_overall(600, 5)[:, [0, 0, 1, 3]]
    still = with_overall(600, 5)
    still[:, 2] = 4

    assert block_of(WITH_OVERALL, collinear)["reason"] == "nearly_collinear"
    assert block_of(WITH_OVERALL, still)["reason"] == "an_item_has_no_variance"


@pytest.mark.parametrize(("n", "reason"), [(9, "below_minimum"), (10, "too_few_answers"),
                                           (29, "too_few_answers"), (30, None)])  # fmt: skip
def test_few_answers_to_importance_make_no_map(n: int, reason: str | None) -> None:
    x = corners(60, 6)
    x[n:, 5] = np.nan

    block = block_of(ASKED, x)

    assert block["reason"] == reason
    assert block["n"] == (None if n < 10 else n)
    assert (block["places"] == []) == (reason is not None)


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one_form_have_a_reason(n: int) -> None:
    block = block_of(ASKED, corners(n, 7))

    assert (block["places"], block["crosshair"]) == ([], None)
    assert block["reason"] is not None
    assert block["n"] is None


def test_answers_that_are_all_alike_stand_on_the_lines_and_have_no_label() -> None:
    block = block_of(ASKED, np.full((60, 8), 4.0))

    assert {place["quadrant"] for place in block["places"]} == {None}
    for place in block["places"]:
        assert list(place["probabilities"].values()) == pytest.approx([0.25] * 4)
    assert all(place["ellipse"]["long"] == 0 for place in block["places"])


def test_counts_alone_and_a_single_question_make_no_map() -> None:
    wave = wave_of(ASKED, corners(100, 8))
    object.__setattr__(wave.tally, "paired", False)
    single = document([{"key": "q"}, *with_role("importance", ["q"])])

    assert priorities_of(context_of(wave)).found.reason == "no_pair_sums"
    assert block_of(single, marks(60, 2, 8))["reason"] == "fewer_than_two_items"
