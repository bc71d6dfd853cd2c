"""The index of three questions and the balance of recommendations, against R."""

import numpy as np
import pytest

from analysis.importance import three_question_index
from analysis.parts.special import special_json, special_of, special_words
from tests.analysis.asking import Answers, context_of, document, wave_of

THREE = [{"key": role, "role": role} for role in ("overall", "confirmation", "ideal")]
ASKED = document(THREE, bounds=(1, 10))
RECOMMEND = document([{"key": "r", "role": "recommend"}], bounds=(0, 10))
I = np.arange(40)  # noqa: E741  # the name it has in the lines of R


def three() -> Answers:
    """y <- 1+(7*i+i%/%3)%%10; z <- 1+(3*i+i%/%7)%%10; v <- 1+(i+i%/%9)%%10"""
    columns = [7 * I + I // 3, 3 * I + I // 7, I + I // 9]
    return np.stack([1 + column % 10 for column in columns], axis=1).astype(float)


def test_three_questions_have_the_value_and_the_error_of_r() -> None:
    # s <- 100*((y-1)/9+(z-1)/9+(v-1)/9)/3; c(mean(s), sd(s)/sqrt(40))
    block = special_json(special_of(context_of(wave_of(ASKED, three()))))["three_questions"]

    assert (block["value"], block["se"]) == pytest.approx((46.48148148148, 2.81925351035))
    assert block["label"]["it"] == "indice a tre domande (metodo ACSI semplificato)"
    assert block["n"] == 40


def test_three_questions_from_sums_are_those_from_respondents() -> None:
    respondents = three_question_index((three() - 1) / 9)

    found = special_of(context_of(wave_of(ASKED, three()))).three

    assert found.value == pytest.approx(respondents.value, abs=1e-9)
    assert found.se == pytest.approx(respondents.se, abs=1e-9)
    assert found.interval is not None and respondents.interval is not None
    assert found.interval.lower == pytest.approx(respondents.interval.lower, abs=1e-9)


def test_the_balance_of_recommendations_is_that_of_r() -> None:
    # r <- (5*i+i%/%4)%%11; q <- 100*((r>=9)-(r<=6)); c(mean(q), sd(q)/sqrt(40))
    answers = ((5 * I + I // 4) % 11)[:, None].astype(float)

    block = special_json(special_of(context_of(wave_of(RECOMMEND, answers))))["recommendation"]

    assert (block["value"], block["se"]) == pytest.approx((-40, 12.8102523044))


@pytest.mark.parametrize(
    ("asked", "columns", "reason"),
    [
        (document([{"key": "q"}]), 1, "not_asked"),
        (document(THREE[:2], bounds=(1, 10)), 2, "not_asked"),
        (document(THREE), 3, "not_on_one_to_ten"),
    ],
)
def test_three_questions_are_taken_only_as_declared_on_one_to_ten(
    asked: dict, columns: int, reason: str
) -> None:
    found = special_of(context_of(wave_of(asked, np.full((40, columns), 3.0)))).three

    assert (found.value, found.reason) == (None, reason)


def test_recommendation_is_off_unless_declared_on_zero_to_ten() -> None:
    other = document([{"key": "r", "role": "recommend"}], bounds=(1, 10))
    plain = document([{"key": "r"}], bounds=(0, 10))

    found = [
        special_of(context_of(wave_of(asked, np.full((40, 1), 9.0)))).recommend.reason
        for asked in (other, plain)
    ]

    assert found == ["not_on_zero_to_ten", "not_asked"]


@pytest.mark.parametrize("n", [0, 1, 9])
def test_fewer_than_ten_answers_show_nothing(n: int) -> None:
    for asked, columns in ((ASKED, 3), (RECOMMEND, 1)):
        wave = wave_of(asked, np.full((n, columns), 7.0))
        block = special_json(special_of(context_of(wave)))
        name = "three_questions" if columns == 3 else "recommendation"
        assert (block[name]["value"], block[name]["reason"]) == (None, "below_minimum")
        assert block["words"]["it"] == []


def test_all_equal_answers_have_a_defined_result() -> None:
    same = special_of(context_of(wave_of(ASKED, np.full((40, 3), 10.0)))).three
    alike = special_of(context_of(wave_of(RECOMMEND, np.full((40, 1), 10.0)))).recommend

    assert same.value == 100 and same.interval is not None and same.interval.lower < 100
    assert (alike.value, alike.interval, alike.reason) == (100, None, "no_variance")


def test_words_say_the_method_and_its_limit() -> None:
    asked = document([*THREE, {"key": "r", "role": "recommend", "scale": "ten"}], bounds=(1, 10))
    asked["scales"]["ten"] = RECOMMEND["scales"]["main"]
    answers = np.column_stack([three(), (5 * I + I // 4) % 11])

    said = special_words(special_of(context_of(wave_of(asked, answers))), "it")

    assert said[0] == (
        "Indice a tre domande (metodo ACSI semplificato): 46 (intervallo da 41 a 52), "
        "su 40 risposte."
    )
    assert "−40 punti" in said[1] and "dice poco" in said[1]


def test_counts_alone_have_no_index_of_three_questions() -> None:
    wave = wave_of(ASKED, three())
    object.__setattr__(wave.tally, "paired", False)

    assert special_of(context_of(wave)).three.reason == "no_pair_sums"
