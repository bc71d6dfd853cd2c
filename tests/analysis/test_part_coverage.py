"""Rate, profile and representativity, and the sentence that is always there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.parts.coverage import coverage_json, coverage_of, coverage_words
from analysis.wave import Wave
from tests.analysis.contexts import check_block, context_of

Make = Callable[..., Any]
SELF_SELECTION = (
    "Nessun metodo qui usato corregge una mancata risposta che dipende dalla soddisfazione stessa: "
    "se chi è più (o meno) soddisfatto risponde più volentieri, tutti i livelli sono spostati."
)


@pytest.fixture
def wave_of(make_questionnaire: Make, make_wave: Make) -> Callable[..., Wave]:
    """So many forms of each age class, then of people who did not say."""

    def make(by_age: tuple[int, ...], not_stated: int = 0, **choices: Any) -> Wave:
        questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
        age = [code for code, n in enumerate(by_age, 1) for _ in range(n)] + [-3] * not_stated
        ratings = np.tile([4, 5], (len(age), 1))
        profiles = {"age_class": np.array(age, dtype=int)}
        wave: Wave = make_wave(questionnaire, ratings, profiles=profiles, **choices)
        return wave

    return make


def invited(users: int, **choices: Any) -> dict[str, Any]:
    return {"design": "census_invited", "users_served": users, **choices}


def by_age(*users: float) -> dict[str, Any]:
    return {"users_by": {"age_class": tuple(enumerate(users, 1))}}


def test_the_rate_has_the_interval_of_wilson(wave_of: Callable[..., Wave]) -> None:
    # proportion_confint(120, 480, method="wilson")
    block = coverage_json(coverage_of(context_of(wave_of((120,), **invited(480)))))

    low, high = proportion_confint(120, 480, method="wilson")
    assert block["rate"]["value"] == 25
    assert (block["rate"]["lower"], block["rate"]["upper"]) == pytest.approx(
        (100 * low, 100 * high)
    )
    assert block["words"]["it"] == [
        "Questionari ricevuti: 120 su 480 utenti (25%).",
        SELF_SELECTION,
    ]
    check_block("coverage", block)


@pytest.mark.parametrize(
    ("choices", "reason", "sentence"),
    [
        ({}, "open_link", "Tasso di risposta non calcolabile: il questionario era aperto a tutti"),
        ({"users_served": 900}, "open_link", "non calcolabile: il questionario era aperto"),
        ({"design": "random_sample"}, "users_unknown", "non si conosce il numero di utenti"),
        (invited(50), "more_answers_than_users", "più degli utenti dichiarati (50)"),
    ],
)
def test_a_rate_that_cannot_be_computed_says_why(
    wave_of: Callable[..., Wave], choices: dict[str, Any], reason: str, sentence: str
) -> None:
    block = coverage_json(coverage_of(context_of(wave_of((60,), **choices))))

    assert (block["rate"]["value"], block["rate"]["reason"]) == (None, reason)
    assert sentence in block["words"]["it"][0]
    assert block["words"]["it"][-1] == SELF_SELECTION
    check_block("coverage", block)


def test_a_rate_that_moved_by_over_thirty_percent_of_itself_is_flagged(
    wave_of: Callable[..., Wave],
) -> None:
    before = wave_of((100,), label="2025", **invited(400))

    more = coverage_of(context_of(wave_of((140,), **invited(400)), before))
    alike = coverage_of(context_of(wave_of((130,), **invited(400)), before))

    assert more.flags == ("response_rate_changed",)
    assert "Il tasso di risposta è passato dal 25% al 35%" in coverage_words(more, "it")[1]
    assert alike.changed is False


def test_the_profile_is_compared_with_the_users_and_the_r_indicator_is_its_formula(
    wave_of: Callable[..., Wave],
) -> None:
    # R = 1 - 2 sqrt(sum N_k/N (n_k/N_k - n/N)^2), Schouten, Cobben & Bethlehem 2009
    users, answers = np.array([200.0, 300, 500]), np.array([20, 90, 100])
    rho, weight = answers / users, users / users.sum()
    expected = 1 - 2 * np.sqrt((weight * (rho - answers.sum() / users.sum()) ** 2).sum())

    found = coverage_of(
        context_of(wave_of((20, 90, 100), **invited(1000), **by_age(*users.tolist())))
    )
    block = coverage_json(found)

    profile = block["profiles"][0]
    assert profile["r_indicator"] == pytest.approx(expected)
    assert [one["rate"] for one in profile["classes"]] == pytest.approx([10, 30, 20])
    assert [one["answers_share"] for one in profile["classes"]] == pytest.approx(
        100 * answers / 210
    )
    assert [one["flagged"] for one in profile["classes"]] == [True, True, False]
    assert found.flags == ("profile_differs",)
    assert "oltre 10 punti in più o in meno" in block["words"]["it"][1]
    check_block("coverage", block)


def test_an_open_link_has_a_profile_but_no_rates(wave_of: Callable[..., Wave]) -> None:
    block = coverage_json(coverage_of(context_of(wave_of((40, 60, 50), **by_age(400, 600, 500)))))

    profile = block["profiles"][0]
    assert profile["r_indicator"] is None
    assert [one["rate"] for one in profile["classes"]] == [None] * 3
    assert profile["classes"][0]["answers_share"] == pytest.approx(100 * 40 / 150)
    check_block("coverage", block)


def test_answers_of_a_class_without_known_users_count_as_not_stated(
    wave_of: Callable[..., Wave],
) -> None:
    users = {"users_by": {"age_class": ((1, 500.0), (2, 500.0))}}

    block = coverage_json(coverage_of(context_of(wave_of((30, 70, 20), **users))))

    assert [one["answers_share"] for one in block["profiles"][0]["classes"]] == [30, 70]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.integers(0, 40), min_size=3, max_size=3), st.integers(0, 15),
    st.sampled_from(["open_link", "census_invited"]),
)  # fmt: skip
def test_no_small_class_can_be_worked_out(
    wave_of: Callable[..., Wave], sizes: list[int], not_stated: int, design: str
) -> None:
    wave = wave_of(tuple(sizes), not_stated, design=design, users_served=3000,
                   **by_age(1000, 1000, 1000))  # fmt: skip
    if wave.forms < 10:
        return

    block = coverage_json(coverage_of(context_of(wave)))

    check_block("coverage", block)
    profile = block["profiles"][0]
    shown = [one for one in profile["classes"] if one["n"] is not None]
    assert all(one["n"] == 0 or one["n"] >= 10 for one in shown)
    # an attacker knows the forms, and all who stated a class wherever a share stands beside a count
    stated = {round(100 * one["n"] / one["answers_share"]) for one in shown if one["answers_share"]}
    for total in stated:
        rest = total - sum(one["n"] for one in shown)
        assert rest == 0 or rest >= 10 or len(shown) == 3
        assert wave.forms - total == 0 or wave.forms - total >= 10
    if profile["r_indicator"] is not None:
        assert len(shown) == 3 and all(one["reason"] is None for one in profile["classes"])


def test_nobody_who_stated_a_class_has_a_reason(wave_of: Callable[..., Wave]) -> None:
    block = coverage_json(coverage_of(context_of(wave_of((), 40, **by_age(10, 20, 30)))))

    assert block["profiles"][0]["reason"] == "nobody_stated_a_class"
    assert block["profiles"][0]["classes"] == []
    check_block("coverage", block)


@pytest.mark.parametrize("forms", [0, 1, 12])
def test_every_size_has_a_defined_result(wave_of: Callable[..., Wave], forms: int) -> None:
    block = coverage_json(coverage_of(context_of(wave_of((forms,), **invited(12)))))

    assert block["rate"]["value"] == pytest.approx(100 * forms / 12)
    assert block["rate_changed"] is None
    check_block("coverage", block)
