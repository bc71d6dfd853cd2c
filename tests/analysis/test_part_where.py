"""Which questions are behind a change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import brunnermunzel
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.change import ServicePair, compare_services
from analysis.parameters import Parameters
from analysis.parts.where import Where, where_json, where_of, where_words
from analysis.wave import Wave
from analysis.words import Verdict
from tests.analysis.contexts import check_block, context_of

Make = Callable[..., Any]
PARAMETERS = Parameters()


def test_each_question_is_compared_by_ranks_and_adjusted_within_the_service(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=3, overall=False)
    rng = np.random.default_rng(4)
    before, after = rng.integers(1, 6, (90, 3)), rng.integers(1, 6, (70, 3))
    after[:, 0] = np.maximum(after[:, 0] - 2, 1)

    found = _where(make_wave(asked, before), make_wave(asked, after), Verdict.WORSE)

    # scipy.stats.brunnermunzel(before, after); statsmodels multipletests(p, method="holm")
    p = [brunnermunzel(before[:, k], after[:, k]).pvalue for k in range(3)]
    assert [one.ranks.p for one in found.items] == pytest.approx(p, abs=1e-12)
    holm = multipletests(p, method="holm")[1]
    assert [one.p_adjusted for one in found.items] == pytest.approx(holm, abs=1e-12)
    assert [one.moved for one in found.items] == [-1, 0, 0]
    above = np.mean(before[:, :1] < after[:, 0]) + np.mean(before[:, :1] == after[:, 0]) / 2
    block = where_json(found)["items"][0]
    assert block["superiority"] == pytest.approx(above)
    assert block["cliff"] == pytest.approx(2 * above - 1)
    assert block["cliff_lower"] == pytest.approx(2 * block["lower"] - 1)


def test_the_share_of_satisfied_answers_has_newcombes_interval(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=1, dimensions=1, overall=False)
    before, after = [[4]] * 75 + [[2]] * 25, [[5]] * 58 + [[1]] * 42

    found = _where(make_wave(asked, before), make_wave(asked, after), Verdict.SIGNAL)

    # confint_proportions_2indep(58, 100, 75, 100, method="newcomb"); method.md 3.2
    ends = confint_proportions_2indep(58, 100, 75, 100, method="newcomb")
    satisfied = found.items[0].satisfied
    assert satisfied is not None
    assert (satisfied.before, satisfied.after) == (75, 58)
    assert satisfied.difference == pytest.approx(-17)
    assert (satisfied.lower, satisfied.upper) == pytest.approx([100 * end for end in ends])
    assert (satisfied.lower, satisfied.upper) == pytest.approx((-29.308, -3.914), abs=5e-4)


def test_the_words_name_three_questions_each_way_the_surest_first(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=6, dimensions=2, overall=False)
    rng = np.random.default_rng(8)
    before = rng.integers(2, 5, (400, 6))
    shift = np.array([-1, -1, -2, -1, 1, 0])
    after = np.clip(rng.integers(2, 5, (400, 6)) + shift, 1, 5)

    found = _where(make_wave(asked, before), make_wave(asked, after), Verdict.WORSE)
    it, en = where_words(found, "it"), where_words(found, "en")

    assert it[0].startswith("Sono peggiorate: 3 «q3», ")
    assert it[0].endswith(" e un'altra.")
    assert it[1] == "È migliorata la domanda 5 «q5»."
    assert it[2].startswith("Confronto con la sola rilevazione precedente, su 6 domande")
    assert en[0].startswith("Lower than last time: 3 “q3”")
    check_block("where", where_json(found))


def test_a_service_where_no_question_moves_says_so(
    make_questionnaire: Make, make_wave: Make
) -> None:
    wave = make_wave(make_questionnaire(items=2), [[3, 4, 3], [4, 5, 4]] * 40)

    found = _where(wave, wave, Verdict.SIGNAL)

    assert all(one.moved == 0 for one in found.items)
    assert where_words(found, "it")[0].startswith("Nessuna domanda, presa da sola")


@pytest.mark.parametrize(
    "verdict", [Verdict.STABLE, Verdict.SMALL, Verdict.UNKNOWN, Verdict.NOT_COMPARABLE]
)
def test_other_verdicts_are_not_looked_into(
    make_questionnaire: Make, make_wave: Make, verdict: Verdict
) -> None:
    asked = make_questionnaire(items=2, overall=False)
    found = _where(make_wave(asked, [[5, 5]] * 50), make_wave(asked, [[1, 1]] * 50), verdict)

    assert found.items == ()
    assert found.reason in ("no_verdict_to_explain", "not_comparable")
    assert where_words(found, "it") == ()
    check_block("where", where_json(found))


def test_waves_that_do_not_overlap_have_an_exact_p_and_no_interval(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=2, overall=False)
    found = _where(make_wave(asked, [[5, 3]] * 40), make_wave(asked, [[1, 3]] * 40), Verdict.WORSE)

    block = where_json(found)
    assert block["items"][0]["exact"]
    assert 0 < block["items"][0]["p"] < 1e-20
    assert block["items"][0]["lower"] is None
    assert block["items"][1]["p"] is None
    assert block["items"][1]["reason"] == "no_variance"
    assert block["tests"] == 1
    check_block("where", block)


def test_a_reworded_question_and_one_that_few_answered_are_left_out(
    make_questionnaire: Make, make_wave: Make
) -> None:
    old = make_questionnaire(items=3, overall=False)
    new = make_questionnaire(items=3, overall=False, changes={"q1": {"wording": 2}})
    rows = [[4, 4, 4], [3, 5, -3]] * 40
    before = make_wave(old, rows)
    after = make_wave(new, [[4, 3, 4], [3, 2, -3]] * 29 + [[3, 2, -3]] * 9)

    found = _where(before, after, Verdict.WORSE)

    assert [one.question.key for one in found.items] == ["q2"]


def test_a_scale_where_one_is_best_moves_down_when_codes_rise(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(
        items=1, dimensions=1, overall=False, changes={"q1": {"reversed": True}}
    )
    found = _where(
        make_wave(asked, [[1], [2]] * 50), make_wave(asked, [[4], [5]] * 50), Verdict.WORSE
    )

    assert found.items[0].moved == -1
    assert found.items[0].satisfied is not None
    assert found.items[0].satisfied.after <= found.items[0].satisfied.before


def test_a_first_wave_and_a_wave_of_few_forms_have_their_reasons(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=2, overall=False)
    wave, few = make_wave(asked, [[4, 4]] * 50), make_wave(asked, [[4, 4]] * 20)

    assert where_of(context_of(wave)).reason == "no_previous_wave"
    assert where_of(context_of(wave, wave)).reason == "not_comparable"
    assert _where(few, wave, Verdict.SIGNAL).reason == "too_few_answers"
    assert _where(few, few, Verdict.SIGNAL) == Where(few.label, (), 0, "too_few_answers")


def _where(before: Wave, after: Wave, verdict: Verdict) -> Where:
    change = compare_services([ServicePair("urp", (before,), after)], PARAMETERS).services[0]
    context = context_of(after, before)
    return where_of(replace(context, change=replace(change, verdict=verdict)))
