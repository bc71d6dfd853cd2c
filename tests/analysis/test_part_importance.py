"""The weighted index of a wave and the split of its change, against R and closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.figures import number
from analysis.importance_sums import split_errors
from analysis.parts.importance import importance_json, importance_of, importance_words
from tests.analysis.asking import Answers, context_of, document, marks, wave_of, with_role
from tests.analysis.test_jackknife import grouped

ITEMS = [{"key": "p1"}, {"key": "p2"}]
ASKED = document([*ITEMS, *with_role("importance", ["p1", "p2"])])


def forty() -> Answers:
    """i <- 0:39; data.frame(p1=1+(3*i+i%/%4)%%5, p2=1+(2*i+i%/%3)%%5, w1=3+(i%/%5)%%3,
    w2=1+(4*i+i%/%2)%%5)"""
    i = np.arange(40)
    columns = [3 * i + i // 4, 2 * i + i // 3, 2 + (i // 5) % 3, 4 * i + i // 2]
    return np.stack([1 + column % 5 for column in columns], axis=1).astype(float)


def test_the_weighted_index_and_its_errors_are_those_of_r() -> None:
    # library(survey); d <- svydesign(~1, data=(X-1)/4, weights=~1); m <- svymean(~p1+p2+w1+w2, d)
    # svycontrast(m, quote(100*(w1*p1+w2*p2)/(w1+w2)))
    # svycontrast(m, quote(100*((w1*p1+w2*p2)/(w1+w2)-(p1+p2)/2)))
    found = importance_of(context_of(wave_of(ASKED, forty()))).found

    assert found is not None
    assert (found.csi.value, found.csi.se) == pytest.approx((50.51282051282, 4.30664219383))
    assert (found.difference, found.difference_se) == pytest.approx(
        (-0.112179487179, 0.668016672827)
    )
    assert not found.shown


def test_an_index_that_importance_does_not_move_is_said_to_be_alike() -> None:
    made = importance_of(context_of(wave_of(ASKED, forty())))

    assert importance_words(made, "it")[0].startswith("Il peso che gli utenti danno alle domande")
    assert importance_json(made)["shown"] is False


def test_an_index_that_importance_moves_is_shown_with_its_interval() -> None:
    answers = forty()
    answers[:, 0] = 5 - (np.arange(40) % 5 == 0)  # well done and important
    answers[:, 2], answers[:, 3] = 5, 1 + np.arange(40) % 2

    made = importance_of(context_of(wave_of(ASKED, answers)))

    block = importance_json(made)
    assert block["shown"] is True
    assert block["value"] - block["difference"] == pytest.approx(25 * (answers[:, :2].mean() - 1))
    assert block["lower"] < block["value"] < block["upper"]
    assert "rispetto a quello in cui tutte le dimensioni" in importance_words(made, "it")[0]


def test_the_change_is_split_exactly_into_performance_and_preferences() -> None:
    before = wave_of(ASKED, marks(80, 4, 1), label="2025")
    after = wave_of(ASKED, marks(90, 4, 2), label="2026")

    made = importance_of(context_of(after, before))

    then = importance_of(context_of(before))
    assert made.split is not None
    assert made.found is not None and then.found is not None
    parts = made.split.parts
    assert made.found.csi.value is not None and then.found.csi.value is not None
    assert parts.total == pytest.approx(made.found.csi.value - then.found.csi.value, abs=1e-9)
    assert parts.performance + parts.preferences == pytest.approx(parts.total, abs=1e-9)
    assert sum(a + b for a, b in parts.by_item) == pytest.approx(parts.total, abs=1e-9)
    said, total = importance_words(made, "it")[-1], importance_json(made)["change"]["total"]
    assert said.startswith("Rispetto al 2025 l'indice pesato varia di")
    low, high = (number(total[end], decimals=1, signed=True) for end in ("lower", "upper"))
    assert f"(intervallo da {low} a {high})" in said


def test_a_difference_that_reads_as_nothing_is_not_told_as_a_difference() -> None:
    made = importance_of(context_of(wave_of(ASKED, forty())))
    assert made.found is not None
    tiny = replace(made, found=replace(made.found, difference=-0.04, shown=True))

    assert importance_words(tiny, "it")[0] == (
        "Il peso che gli utenti danno alle domande sposta l'indice di meno di 0,1 punti."
    )


def test_the_errors_of_the_parts_are_those_of_numerical_slopes() -> None:
    # V <- cov(X)/n of each wave; t(g) %*% V %*% g with g by central differences
    one, two = (marks(n, 4, seed) / 5 for n, seed in ((70, 3), (95, 4)))

    def parts(t: np.ndarray) -> np.ndarray:
        m1, i1, m2, i2 = t.reshape(4, 2)
        w1, w2 = i1 / i1.sum(), i2 / i2.sum()
        moved = float(((w1 + w2) / 2 * (m2 - m1)).sum())
        preferred = float(((w2 - w1) * (m1 + m2) / 2).sum())
        return 100 * np.array([moved + preferred, moved, preferred])

    at = np.concatenate([one.mean(axis=0), two.mean(axis=0)])
    step = 1e-6 * np.eye(8)
    slopes = np.stack([(parts(at + h) - parts(at - h)) / 2e-6 for h in step])
    V = np.zeros((8, 8))
    V[:4, :4], V[4:, 4:] = (np.cov(x, rowvar=False) / len(x) for x in (one, two))

    found = split_errors(*(
        (grouped(x, np.zeros(len(x), int), 1).total(), len(x)) for x in (one, two)
    ))  # fmt: skip

    expected = np.sqrt(np.diag(slopes.T @ V @ slopes))
    assert (found.total, found.performance, found.preferences) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (document(ITEMS), "importance_not_asked"),
        (document([*ITEMS, *with_role("importance", ["p1"])]), "importance_of_some_items"),
    ],
)
def test_importance_not_asked_of_every_item_gives_no_index(asked: dict, reason: str) -> None:
    columns = len(asked["sections"][0]["questions"])

    made = importance_of(context_of(wave_of(asked, marks(50, columns, 5))))

    block = importance_json(made)
    assert (block["value"], block["reason"], block["change_reason"]) == (None, reason, reason)
    assert block["items"] == []
    assert block["words"] == {"it": [], "en": []}


def test_fewer_than_ten_answers_to_an_importance_question_publish_nothing() -> None:
    answers = marks(50, 4, 6)
    answers[9:, 3] = np.nan

    block = importance_json(importance_of(context_of(wave_of(ASKED, answers))))

    assert (block["value"], block["reason"], block["items"]) == (None, "below_minimum", [])


def test_importances_all_at_the_bottom_weigh_nothing() -> None:
    answers = marks(50, 4, 7)
    answers[:, 2:] = 1

    block = importance_json(importance_of(context_of(wave_of(ASKED, answers))))

    assert (block["value"], block["reason"]) == (None, "no_importance")


def test_all_equal_answers_have_an_interval_and_no_difference() -> None:
    block = importance_json(importance_of(context_of(wave_of(ASKED, np.full((50, 4), 4.0)))))

    assert (block["value"], block["se"], block["difference"]) == (75, 0, 0)
    assert block["shown"] is False
    assert block["lower"] < 75 < block["upper"]


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one_form_have_a_reason(n: int) -> None:
    block = importance_json(importance_of(context_of(wave_of(ASKED, marks(n, 4, 8)))))

    assert block["value"] is None
    assert block["reason"] is not None


def test_waves_that_asked_differently_are_not_split() -> None:
    reworded = document(
        [*ITEMS, *(q | {"wording": 2} for q in with_role("importance", ["p1", "p2"]))]
    )
    now = wave_of(ASKED, marks(60, 4, 9))
    broken = wave_of(ASKED, marks(60, 4, 9), series_break="nuovo sportello")
    cases = {
        "no_previous_wave": context_of(now),
        "asked_differently": context_of(now, wave_of(reworded, marks(60, 4, 9))),
        "importance_not_asked": None,
        "series_break": context_of(broken, now),
        "below_minimum": context_of(now, wave_of(ASKED, marks(9, 4, 9))),
    }
    plain = wave_of(document(ITEMS), marks(60, 2, 9))

    for reason, context in cases.items():
        made = importance_of(context or context_of(plain, now))
        assert (made.split, made.split_reason) == (None, reason)


def test_counts_alone_have_no_weighted_index() -> None:
    wave = wave_of(ASKED, forty())
    object.__setattr__(wave.tally, "paired", False)

    assert importance_of(context_of(wave)).reason == "no_pair_sums"
