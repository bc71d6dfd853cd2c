"""Coherence of dimensions and of the index: values of R, and every case without a value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.parts.coherence import coherence_json, coherence_of, coherence_words
from tests.analysis.contexts import check_block, context_of, somerville

Make = Callable[..., Any]


def test_alpha_and_what_belongs_to_it_are_those_of_psych() -> None:
    # R 4.2.2, psych: X <- d[, paste0("X", 1:6)]; a <- psych::alpha(X)
    #   a$total$raw_alpha; a$feldt; a$item.stats$r.drop; a$alpha.drop$raw_alpha
    found = coherence_of(context_of(somerville())).whole

    assert found.n == 143
    assert found.alpha is not None and found.alpha.interval is not None
    assert found.alpha.value == pytest.approx(0.60648001651)
    assert found.alpha.interval.lower == pytest.approx(0.4974293706)
    assert found.alpha.interval.upper == pytest.approx(0.6985819457)
    assert found.alpha.item_rest == pytest.approx(
        [0.4406826932, 0.1200510290, 0.4457692815, 0.3259251435, 0.4156344756, 0.3663103910]
    )
    assert found.alpha.if_deleted == pytest.approx(
        [0.5305435862, 0.6617508110, 0.5160515032, 0.5677771776, 0.5272394893, 0.5539952312]
    )


def test_omega_is_that_of_lavaan() -> None:
    # f <- cfa("g=~X1+X2+X3+X4+X5+X6", data = X, std.lv = TRUE)
    # l <- inspect(f, "est")$lambda; t <- diag(inspect(f, "est")$theta); sum(l)^2/(sum(l)^2+sum(t))
    found = coherence_of(context_of(somerville())).whole

    assert found.omega is not None
    assert found.omega.value == pytest.approx(0.6175856794, abs=1e-6)


def test_the_index_correlates_with_the_overall_question_as_cor_test_says() -> None:
    # cor.test(rowMeans(X), d$hap)
    found = coherence_of(context_of(somerville())).overall

    assert found.value == pytest.approx(0.282513152807)
    assert found.interval is not None
    assert found.interval.lower == pytest.approx(0.1241205639)
    assert found.interval.upper == pytest.approx(0.4268661771)
    assert found.n == 143


def test_the_block_and_its_words_tell_the_same_numbers() -> None:
    block = coherence_json(coherence_of(context_of(somerville())))

    check_block("coherence", block)
    assert block["whole"]["alpha"]["band"] == "acceptable"
    assert block["words"]["it"] == [
        "Le domande dell'indice, lette insieme: accettabile (alfa di Cronbach 0,61, intervallo da "
        "0,50 a 0,70).",
        "L'indice e la domanda complessiva vanno insieme con correlazione 0,28 (intervallo da "
        "0,12 a 0,43), su 143 questionari.",
    ]
    assert "Cronbach's alpha 0.61" in block["words"]["en"][0]


def test_a_reversed_item_does_not_spoil_the_alpha(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    plain = make_questionnaire(items=6, dimensions=2)
    turned = make_questionnaire(items=6, dimensions=2, changes={"q3": {"reversed": True}})
    ratings, _, _ = draw(plain, 200, seed=5)
    mirrored = ratings.copy()
    mirrored[:, 2] = np.where(ratings[:, 2] > 0, 6 - ratings[:, 2], ratings[:, 2])

    one = coherence_of(context_of(make_wave(plain, ratings)))
    two = coherence_of(context_of(make_wave(turned, mirrored)))

    for before, after in zip(one.dimensions, two.dimensions, strict=True):
        assert before.alpha is not None and after.alpha is not None
        assert after.alpha.value == pytest.approx(before.alpha.value)


def test_missing_answers_leave_each_pair_its_own_forms_and_n_is_the_fewest(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1)
    ratings, _, _ = draw(questionnaire, 300, seed=8, gaps=0.2)
    valid = np.where(ratings > 0, ratings, np.nan)
    pairs = [(j, k) for j in range(3) for k in range(3)]
    S = np.empty((3, 3))
    for j, k in pairs:
        both = ~np.isnan(valid[:, [j, k]]).any(axis=1)
        S[j, k] = (
            np.cov(valid[both][:, [j, k]].T)[0, 1] if j != k else np.nanvar(valid[:, j], ddof=1)
        )

    found = coherence_of(context_of(make_wave(questionnaire, ratings))).whole

    assert found.alpha is not None
    assert found.alpha.value == pytest.approx(1.5 * (1 - np.trace(S) / S.sum()))
    assert found.n == min(int((~np.isnan(valid[:, [j, k]]).any(axis=1)).sum()) for j, k in pairs)


def test_an_item_without_a_coefficient_says_why(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=4, dimensions=1, overall=False)
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, (80, 1)) + np.zeros((80, 4), int)
    ratings[:, 3] = 4
    block = coherence_json(coherence_of(context_of(make_wave(questionnaire, ratings))))
    few = coherence_json(coherence_of(context_of(make_wave(questionnaire, ratings[:20]))))

    assert [one["reason"] for one in block["whole"]["items"]] == [None] * 3 + ["no_variance"]
    assert {one["reason"] for one in few["whole"]["items"]} == {few["whole"]["alpha"]["reason"]}
    check_block("coherence", block)
    check_block("coherence", few)


def test_contradicting_answers_say_so(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1, overall=False)
    rng = np.random.default_rng(1)
    first = rng.integers(1, 6, 120)
    ratings = np.column_stack([first, 6 - first, rng.integers(1, 6, 120)])

    found = coherence_of(context_of(make_wave(questionnaire, ratings)))

    assert found.dimensions[0].alpha is not None
    assert found.dimensions[0].alpha.flags == ("negative_alpha", "not_coherent")
    words = coherence_words(found, "it")
    assert any("si contraddicono" in line for line in words)
    assert words[0].startswith("Le domande dell'indice, lette insieme, sono poco coerenti")
    block = coherence_json(found)
    assert block["whole"]["alpha"]["label"]["it"] == "poco coerenti tra loro"
    assert block["dimensions"][0]["alpha"]["label"]["it"].startswith("la dimensione non è coerente")
    check_block("coherence", coherence_json(found))


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[4, 4, 5, 4]] * 49, "too_few_answers"),
        ([[4, 4, 4, 4]] * 120, "no_variance"),
        ([[4, 5, 3, 4]], "fewer_than_three_items"),
        ([[-3] * 4] * 60, "fewer_than_three_items"),
        ([], "fewer_than_three_items"),
    ],
)
def test_without_a_value_there_is_a_reason_and_no_word(
    make_questionnaire: Make, make_wave: Make, ratings: list[list[int]], reason: str
) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1)
    wave = make_wave(questionnaire, np.array(ratings, dtype=int).reshape(-1, 4))

    found = coherence_of(context_of(wave))

    assert found.whole.alpha is None and found.whole.omega is None
    assert found.whole.reason == reason
    assert found.overall.value is None and found.overall.reason is not None
    assert coherence_words(found, "it") == ()
    check_block("coherence", coherence_json(found))


def test_two_items_and_fewer_than_a_hundred_forms_have_no_coefficient(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(items=5, dimensions=2, overall=False)
    ratings, _, _ = draw(questionnaire, 90, seed=2, gaps=0.0)

    found = coherence_of(context_of(make_wave(questionnaire, ratings)))

    assert [one.reason for one in found.dimensions] == [None, "fewer_than_three_items"]
    assert found.dimensions[0].omega_reason == "fewer_than_four_items"
    assert found.whole.omega_reason == "too_few_answers"
    assert found.overall.reason == "no_overall_question"


def test_a_wave_of_counts_has_no_coherence(make_questionnaire: Make, make_wave: Make) -> None:
    from dataclasses import replace

    questionnaire = make_questionnaire(items=4)
    wave = make_wave(questionnaire, [[4, 5, 3, 4, 4]] * 60 + [[2, 1, 3, 2, 2]] * 60)
    counted = replace(wave, tally=replace(wave.tally, paired=False))

    found = coherence_of(context_of(counted))

    assert found.whole.reason == "no_pair_sums"
    assert found.overall.reason == "no_pair_sums"


def test_everybody_on_one_line_correlates_fully(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1)
    wave = make_wave(questionnaire, [[code] * 4 for code in (1, 2, 3, 4, 5)] * 20)

    found = coherence_of(context_of(wave)).overall

    assert (found.value, found.interval) == (1.0, None)
