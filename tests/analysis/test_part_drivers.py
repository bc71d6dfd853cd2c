"""What goes with overall satisfaction in a wave: shares, refusals, words."""

import numpy as np
import pytest

from analysis.drivers import relative_weights
from analysis.parts.drivers import drivers_json, drivers_of, drivers_words
from tests.analysis.asking import Answers, context_of, document, wave_of

KEYS = ("wait", "care", "rooms")
OVERALL = {"key": "overall", "role": "overall"}
ASKED = document([*({"key": key} for key in KEYS), OVERALL])


def answers(n: int, seed: int, effects: tuple[float, ...] = (0.9, 0.4, 0.0)) -> Answers:
    """Marks on 1-5; the last column is the overall judgement."""
    rng = np.random.default_rng(seed)
    x = 0.4 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, len(effects)))
    y = x @ np.array(effects) + 0.4 * rng.normal(size=n)
    return np.clip(np.rint(3 + np.column_stack([x, y])), 1, 5)


def block_of(asked: dict, marks: Answers) -> dict:
    return drivers_json(drivers_of(context_of(wave_of(asked, marks))))


def test_shares_are_those_of_the_respondents_and_add_up_to_all() -> None:
    # sm.OLS(y, sm.add_constant(X)).fit().rsquared
    import statsmodels.api as sm

    x = answers(400, 1)

    block = block_of(ASKED, x)

    fitted = sm.OLS(x[:, -1], sm.add_constant(x[:, :-1])).fit()
    R = np.corrcoef(x, rowvar=False)
    parts = relative_weights(R[:-1, :-1], R[:-1, -1])
    assert block["r_squared"] == pytest.approx(fitted.rsquared)
    assert [one["share"] for one in block["drivers"]] == pytest.approx(100 * parts / parts.sum())
    assert sum(one["share"] for one in block["drivers"]) == pytest.approx(100)
    assert sum(one["lmg"] for one in block["drivers"]) == pytest.approx(100)
    assert block["n"] == 400


def test_more_than_twelve_items_are_taken_by_their_dimensions() -> None:
    items = [{"key": f"q{k}", "dimension": "ab"[k // 8]} for k in range(13)]
    asked = document([*items, OVERALL], dimensions=[{"key": "a"}, {"key": "b"}])
    x = answers(400, 2, (0.2,) * 8 + (0.1,) * 5)

    block = block_of(asked, x)

    means = np.column_stack([x[:, :8].mean(axis=1), x[:, 8:13].mean(axis=1), x[:, 13]])
    R = np.corrcoef(means, rowvar=False)
    parts = relative_weights(R[:-1, :-1], R[:-1, -1])
    assert (block["by"], [one["key"] for one in block["drivers"]]) == ("dimensions", ["a", "b"])
    assert [one["share"] for one in block["drivers"]] == pytest.approx(100 * parts / parts.sum())
    assert all(one["se"] > 0 for one in block["drivers"])
    assert block["drivers"][0]["label"] == {"it": "a", "en": "a"}
    assert block["words"]["it"][0].startswith(
        ("La dimensione più associata", "Nessuna dimensione si distingue")
    )


def test_the_question_that_stands_out_is_named_without_a_cause() -> None:
    said = block_of(ASKED, answers(900, 3))["words"]["it"]

    assert said[0].startswith(
        "La domanda più associata alla soddisfazione complessiva è 1 «wait» ("
    )
    assert "un'associazione, non una causa" in said[1]
    assert not {"determina", "dimostra", "grazie a", "certo"} & set(" ".join(said).split())


def test_questions_that_cannot_be_told_apart_are_level() -> None:
    block = block_of(ASKED, answers(300, 4, (0.6, 0.6, 0.0)))

    assert block["drivers"][0]["level_with"] == ["care"]
    assert block["words"]["it"][0].startswith(
        "Più associate alla soddisfazione complessiva, a pari"
    )
    assert "«wait»" in block["words"]["it"][0] and "«care»" in block["words"]["it"][0]


def test_questions_that_all_go_alike_are_said_to() -> None:
    block = block_of(ASKED, answers(200, 5, (0.5, 0.5, 0.5)))

    assert block["words"]["it"][0].startswith("Nessuna domanda si distingue")


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        (answers(149, 6), "too_few_answers"),
        (np.zeros((0, 4)), "fewer_than_two_items"),
        (answers(1, 6), "fewer_than_two_items"),
        (np.full((200, 4), np.nan), "fewer_than_two_items"),
        (np.full((200, 4), 4.0), "overall_has_no_variance"),
        (np.column_stack([answers(200, 6)[:, :3], np.full(200, 5.0)]), "overall_has_no_variance"),
        (np.column_stack([np.full((200, 3), 5.0), answers(200, 6)[:, 3]]), "no_items"),
        (answers(300, 7)[:, [0, 0, 1, 3]], "nearly_collinear"),
        (answers(400, 8, (0.0, 0.0, 0.0)), "explains_too_little"),
    ],
)
def test_drivers_without_ground_are_refused_with_a_reason(marks: Answers, reason: str) -> None:
    block = block_of(ASKED, marks)

    assert (block["drivers"], block["reason"]) == ([], reason)
    assert block["words"] == {"it": [], "en": []}


def test_a_question_without_variance_is_dropped_and_named() -> None:
    x = answers(300, 9)
    x[:, 2] = 4

    block = block_of(ASKED, x)

    assert (block["dropped"], len(block["drivers"])) == (["rooms"], 2)


def test_small_numbers_of_forms_are_not_told() -> None:
    x = answers(300, 10)
    x[9:, 3] = np.nan

    block = block_of(ASKED, x)

    assert (block["n"], block["reason"]) == (None, "too_few_answers")


def test_without_overall_question_pairs_or_dimensions_there_are_no_drivers() -> None:
    plain = document([{"key": key} for key in KEYS])
    many = document([*({"key": f"q{k}"} for k in range(13)), OVERALL])
    counted = wave_of(ASKED, answers(300, 11))
    object.__setattr__(counted.tally, "paired", False)

    assert block_of(plain, answers(300, 11)[:, :3])["reason"] == "no_overall_question"
    assert block_of(many, answers(300, 11, (0.1,) * 13))["reason"] == "fewer_than_two_items"
    assert drivers_json(drivers_of(context_of(counted)))["reason"] == "no_pair_sums"


def test_english_words_name_the_dimension_or_the_question() -> None:
    said = drivers_words(drivers_of(context_of(wave_of(ASKED, answers(900, 3)))), "en")

    assert said[0].startswith("The question that most goes with overall satisfaction is 1 “wait”")
