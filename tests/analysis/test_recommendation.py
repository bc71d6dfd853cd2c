"""What is proposed for a standard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.recommendation import Action, Outlook, Proposal, proposal_words, recommend
from analysis.standards import Standard

WELL = [(186, 200), (188, 200)]
NEXT = Outlook(200)


def test_two_good_waves_raise_to_the_prediction_bound() -> None:
    # p~ = 374.5/401; p~ - 1.645 sqrt(p~q~(1/400 + 1/200) + 1.5 x .02^2) = 0.8796...
    p = 374.5 / 401
    bound = p - 1.6448536 * np.sqrt(p * (1 - p) * (1 / 400 + 1 / 200) + 1.5 * 0.02**2)

    found = recommend(WELL, Standard(0.80), NEXT)

    assert found.action is Action.RAISE
    assert found.new_value == np.floor(100 * bound) / 100
    assert found.chance_to_miss is not None and found.chance_to_miss <= 0.05


@pytest.mark.parametrize(
    "outlook",
    [Outlook(200, comparable=False), Outlook(200, declined=True)],
)
def test_doubts_keep_the_standard(outlook: Outlook) -> None:
    assert recommend(WELL, Standard(0.80), outlook).action is Action.KEEP


def test_one_wave_or_a_bound_below_the_promise_keep_the_standard() -> None:
    assert recommend(WELL[1:], Standard(0.80), NEXT).action is Action.KEEP
    assert recommend(WELL, Standard(0.88), NEXT).action is Action.KEEP


def test_a_stable_process_may_raise_further() -> None:
    stable = recommend(WELL, Standard(0.80), Outlook(200, stable=True))

    assert (stable.new_value or 0) > (recommend(WELL, Standard(0.80), NEXT).new_value or 1)


def test_missing_twice_or_clearly_once_looks_for_causes_and_never_lowers() -> None:
    twice = recommend([(146, 200), (148, 200)], Standard(0.80), NEXT)
    once = recommend([(186, 200), (120, 200)], Standard(0.80), NEXT)
    slightly = recommend([(186, 200), (149, 200)], Standard(0.80), NEXT)

    assert (twice.action, once.action, slightly.action) == (
        Action.FIND_CAUSES, Action.FIND_CAUSES, Action.KEEP,
    )  # fmt: skip
    assert twice.new_value is None
    assert proposal_words(twice, "it") == "Standard non raggiunto: individuare le cause."


def test_not_telling_twice_asks_more_people() -> None:
    found = recommend([(34, 40), (33, 40)], Standard(0.85), NEXT)

    assert (found.action, found.answers_needed) == (Action.ASK_MORE, 283)
    assert recommend([(0, 0), (0, 0)], Standard(0.97), NEXT).answers_needed is None


def test_a_promise_of_at_most_is_lowered_when_it_can_be() -> None:
    found = recommend([(14, 200), (12, 200)], Standard(0.20, at_least=False), NEXT)

    assert (found.action, found.new_value) == (Action.RAISE, 0.12)


def test_words_name_value_and_chance() -> None:
    found = Proposal(Action.RAISE, (), 0.88, 0.049)

    assert "a 88 %" in proposal_words(found, "it")
    assert "about 5%" in proposal_words(found, "en")
    assert proposal_words(Proposal(Action.ASK_MORE, ()), "it").endswith("è rispettato.")
    with pytest.raises(ValueError, match="'fr'"):
        proposal_words(found, "fr")
    with pytest.raises(ValueError, match="no wave"):
        recommend([], Standard(0.8), NEXT)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.05, 0.95))
def test_a_proposal_never_undercuts_the_promise(x1: int, x2: int, promised: float) -> None:
    found = recommend([(x1, 300), (x2, 300)], Standard(promised), NEXT)

    assert found.new_value is None or found.new_value > promised


@pytest.mark.parametrize(("language", "words"), [("it", "servono circa 283"), ("en", "about 283")])
def test_words_name_the_answers_needed(language: str, words: str) -> None:
    assert words in proposal_words(Proposal(Action.ASK_MORE, (), answers_needed=283), language)
