"""Nobody who reads the whole results document finds out a hidden count of 1 to 9 people."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.history import ServiceHistory, body_years
from analysis.results import as_document
from tests.analysis.attacks import differences, given_away, leaves, sums, table
from tests.analysis.worlds import (
    BLANK,
    PROMISES,
    Change,
    Forms,
    body,
    classes,
    forms,
    worlds,
)

#: That weights are very unequal is said whoever they stand for: the index cannot be read without.
WARNINGS = r"(weighting|comparison\.services\[\d+\])\.(flags|words)"
COUNTS = (1, 2, 8, 9)
THREE_AGES = {"age_class": ((1, 400.0), (2, 200.0), (3, 400.0))}
TWO_AGES = {"age_class": ((1, 500.0), (2, 500.0))}
CHANNELS = {"access_channel": THREE_AGES["age_class"]}
CROSSED = {"age_class": ((1, 700.0), (2, 300.0)), "sex": ((1, 400.0), (2, 600.0))}


def small_mode(made: Forms, hidden: int) -> None:
    made.mode = classes((80, hidden, 20 - hidden), (0, 1, 2), made.rng).astype(np.int8)


def two_modes(made: Forms, _: int) -> None:
    made.mode = classes((60, 40), (0, 2), made.rng).astype(np.int8)


def mode_not_stated(made: Forms, hidden: int) -> None:
    made.mode = classes((60, 40 - hidden, hidden), (0, 2, -1), made.rng).astype(np.int8)


def small_age(made: Forms, hidden: int) -> None:
    made.profiles["age_class"] = classes((60, hidden, 40 - hidden), (1, 2, 3), made.rng)


def small_age_among_users(made: Forms, hidden: int) -> None:
    small_age(made, hidden)
    made.choices["users_by"] = THREE_AGES


def small_age_on_an_open_link(made: Forms, hidden: int) -> None:
    small_age_among_users(made, hidden)
    made.choices["design"] = "open_link"


def age_not_stated(made: Forms, hidden: int) -> None:
    made.profiles["age_class"] = classes((60, 40 - hidden, hidden), (1, 2, -3), made.rng)
    made.choices["users_by"] = TWO_AGES


def small_channel(made: Forms, hidden: int) -> None:
    made.profiles["access_channel"] = classes((60, hidden, 40 - hidden), (1, 2, 3), made.rng)
    made.choices["users_by"] = CHANNELS


def _crossing(hidden: int) -> tuple[Any, Any]:
    """Two questions of fifty and fifty, with so many people in the first class of both."""
    other = np.repeat([1, 2, 1, 2], [hidden, 50 - hidden, 50 - hidden, hidden])
    return np.repeat([1, 2], 50), other


def small_crossing(made: Forms, hidden: int) -> None:
    made.profiles["age_class"], made.profiles["sex"] = _crossing(hidden)


def small_crossing_of_weights(made: Forms, hidden: int) -> None:
    small_crossing(made, hidden)
    made.choices["users_by"] = CROSSED


def small_crossing_of_mode_and_age(made: Forms, hidden: int) -> None:
    made.profiles["age_class"], mode = _crossing(hidden)
    made.profiles["sex"] = np.ones(100, dtype=np.int16)
    made.mode = (2 * (mode - 1)).astype(np.int8)


def few_pairs(made: Forms, hidden: int) -> None:
    """Fifty judge the first question, fifty its importance, few do both."""
    place = np.arange(100)
    made.ratings[place >= 50, 0] = BLANK
    made.ratings[(place < 50 - hidden) | (place >= 100 - hidden), 7] = BLANK


def few_blanks_in_a_mode(made: Forms, hidden: int) -> None:
    two_modes(made, hidden)
    made.ratings[np.flatnonzero(made.mode == 2)[:hidden], 1] = BLANK
    made.ratings[np.flatnonzero(made.mode == 0)[: 30 - hidden], 1] = BLANK


def few_stopped(made: Forms, hidden: int) -> None:
    """Few stop after three questions; others leave some blank by chance and go on."""
    made.ratings[made.rng.random(made.ratings.shape) < 0.15] = BLANK
    made.ratings[:, 2] = 3
    made.ratings[:hidden, 3:] = BLANK
    others = made.ratings[hidden:, 8:]
    others[(others == BLANK).all(axis=1), 0] = 4


def few_straight_lines(made: Forms, hidden: int) -> None:
    made.ratings[:hidden] = 4


def few_left_out(made: Forms, hidden: int) -> None:
    made.left_out = {"duplicate_token": hidden}


HIDDEN: dict[str, tuple[Change, Change | None]] = {
    "a response mode": (small_mode, two_modes),
    "a response mode of the wave before": (two_modes, small_mode),
    "a mode not stated": (mode_not_stated, None),
    "an age class": (small_age, None),
    "an age class weighted to users": (small_age_among_users, None),
    "an age class of an open link": (small_age_on_an_open_link, None),
    "an age class of the wave before": (small_age, small_age_among_users),
    "an age class not stated": (age_not_stated, None),
    "an access channel": (small_channel, None),
    "a crossing of age and sex": (small_crossing, small_crossing),
    "a crossing of age and sex in the weights": (small_crossing_of_weights, None),
    "a crossing of response mode and age": (small_crossing_of_mode_and_age, two_modes),
    "those who judge and say how important": (few_pairs, None),
    "blanks of a response mode": (few_blanks_in_a_mode, None),
    "forms that stop early": (few_stopped, None),
    "straight lines": (few_straight_lines, None),
    "straight lines of the wave before": (two_modes, few_straight_lines),
    "forms left out": (few_left_out, None),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_no_hidden_count_can_be_worked_out_of_a_document(case: str) -> None:
    now, before = HIDDEN[case]
    found = table(worlds(COUNTS, seeds=3, now=now, before=before, services=2))

    assert given_away(found, but_for=WARNINGS) == {}
    assert sums(found) == []


def test_the_attacker_finds_a_count_that_is_told_as_a_share_or_left_over() -> None:
    rng = np.random.default_rng(1)

    def leaking(hidden: int) -> dict[str, Any]:
        n = int(rng.integers(50, 90))
        web = int(rng.integers(10, 30))
        parts = [{"n": web}, {"n": None}, {"n": n - web - hidden}]
        return {"n": n, "share": 100 * hidden / n, "parts": parts, "other": float(rng.normal())}

    found = table({hidden: [leaking(hidden) for _ in range(3)] for hidden in COUNTS})

    ways = sums(found)
    assert ".share x .n" in ways
    assert ".n - .parts+" in ways
    assert given_away(found) == {}


def test_the_attacker_finds_a_number_that_follows_from_the_hidden_count_alone() -> None:
    rng = np.random.default_rng(2)
    worlds = {
        hidden: [{"kish": 1 / (1 + hidden), "mean": float(rng.normal())} for _ in range(3)]
        for hidden in COUNTS
    }
    found = table(worlds)

    assert list(given_away(found)) == list(COUNTS)
    assert sums(found) == []


def test_a_flag_that_only_tells_few_from_very_few_gives_nobody_away() -> None:
    found = table({hidden: [{"merged": hidden < 5}] for hidden in COUNTS})

    assert given_away(found) == {}


def histories(few: int, answers: int, *, place: tuple[int, int]) -> list[ServiceHistory]:
    """Three services in three years; one wave has so few forms, with answers of its own."""
    made = []
    for service in range(3):
        waves = []
        for year in range(3):
            chosen = (service, year) == place
            rng = np.random.default_rng([service, year, answers if chosen else 0])
            one = forms(few if chosen else 60, rng)
            if chosen and answers == 3:
                one.ratings[:] = 5
            one.choices = {"users_served": 1000, "design": "census_invited",
                           "standards": PROMISES, "users_by": THREE_AGES}  # fmt: skip
            waves.append(one.wave(str(2024 + year)))
        made.append(ServiceHistory(f"s{service}", f"S{service}", tuple(waves)))
    return made


@pytest.mark.parametrize("year", [0, 1, 2])
@pytest.mark.parametrize("few", [1, 4, 9])
def test_answers_of_a_wave_that_is_not_published_change_nothing(few: int, year: int) -> None:
    one, two, all_fives = (
        as_document(body_years(histories(few, answers, place=(0, year)))) for answers in (1, 2, 3)
    )

    assert differences(one, two) == differences(one, all_fives) == []


@pytest.mark.parametrize("year", [0, 1, 2])
def test_a_wave_that_hides_how_many_forms_came_hides_it_everywhere(year: int) -> None:
    found = [as_document(body_years(histories(few, 1, place=(0, year)))) for few in (1, 4, 9)]
    told = found[0]["services"][0]["waves"][year]["forms"] is not None

    assert all(bool(differences(found[0], other)) == told for other in found[1:])


def answered_by_nine(question: int) -> Callable[[Forms, int], None]:
    """Nine people answer one question: what they say depends on the seed, all else does not."""

    def change(made: Forms, seed: int) -> None:
        made.ratings[9:, question] = BLANK
        made.ratings[:9, question] = np.random.default_rng(seed).integers(1, 6, 9) if seed else 5

    return change


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("question", [0, 3, 6, 7])
def test_answers_of_a_handful_to_one_question_change_nothing(question: int, before: bool) -> None:
    def made(seed: int) -> dict[str, Any]:
        change = answered_by_nine(question)
        chosen: dict[str, Any] = {"before" if before else "now": lambda f, _: change(f, seed)}
        return body(0, 1, services=2, **chosen)

    first = made(0)
    changed = [place for other in (made(1), made(2)) for place, _, _ in differences(first, other)]
    moved = {place.rsplit(".", 1)[-1] for place in changed}

    # the digest of a whole wave tells nothing to whoever lacks all its other sums
    assert moved <= {"data_hash"}


def test_every_leaf_of_a_document_is_read_by_the_attacker() -> None:
    read = dict(leaves({"a": [{"n": 3}, {"n": None}], "b": {"c": True}}))

    assert read == {".a#": 2, ".a+": 3, ".a[0].n": 3, ".a[1].n": None, ".b.c": True}
