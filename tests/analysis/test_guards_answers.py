"""Known mistakes about answers and about who answered, and the guard against each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.checks import check_forms
from analysis.csv_in import AnswersError, read_answers
from analysis.data import Status
from analysis.parts.answers import answers_of
from analysis.parts.coherence import coherence_of
from analysis.parts.quality import quality_json, quality_of
from analysis.quality import Intake, flag_forms
from tests.analysis.contexts import context_of
from tests.analysis.test_checks import responses_of

Make = Callable[..., Any]


@pytest.mark.parametrize("cell", ["0", "6", "9", "99", "-1", "4,5", "4.5", "NA", "None", "nan"])
def test_a_code_that_stands_for_no_opinion_elsewhere_is_never_an_answer(
    make_questionnaire: Make, tmp_path: Path, cell: str
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    path = tmp_path / "answers.csv"
    path.write_text(f"q1;q2\n5;4\n{cell};4\n", "utf-8")

    with pytest.raises(AnswersError) as raised:
        read_answers(path, questionnaire)

    assert [(fault.line, fault.column) for fault in raised.value.faults] == [(3, 1)]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10_000), st.sampled_from(list(Status)))
def test_an_answer_off_the_scale_is_in_no_mean_and_in_no_coefficient(
    make_questionnaire: Make, make_wave: Make, seed: int, status: Status
) -> None:
    questionnaire = make_questionnaire(items=4, dimensions=1, profiles={})
    ratings = np.random.default_rng(seed).integers(1, 6, (80, 5))
    # more people, who answer nothing but one question: no pair of questions gains a form
    more = np.vstack([ratings, np.full((30, 5), int(status))])

    one = context_of(make_wave(questionnaire, ratings))
    two = context_of(make_wave(questionnaire, more))

    assert two.index.isu.value == pytest.approx(one.index.isu.value)
    assert two.index.isu.n == one.index.isu.n
    before, after = coherence_of(one), coherence_of(two)
    assert before.whole.alpha is not None and after.whole.alpha is not None
    assert after.whole.alpha.value == pytest.approx(before.whole.alpha.value)
    assert after.overall.value == pytest.approx(before.overall.value)
    assert answers_of(two).questions[0].statuses[status] == 30


def test_staff_who_paste_the_best_marks_into_an_open_link_show_in_the_sensitivity_line(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=6, dimensions=2, overall=False, profiles={})
    honest = np.random.default_rng(6).integers(1, 5, (150, 6))
    honest[:, :2] = [2, 3]
    pasted = np.full((60, 6), 5)
    ratings = np.vstack([honest, pasted])
    device = np.concatenate([np.arange(150), np.full(60, 999)])
    arrival = np.concatenate([np.arange(150) * 7200.0, np.arange(60) * 30.0])

    marks = flag_forms(ratings.astype(float), Intake(device=device, arrival=arrival)).marks
    checks = check_forms(questionnaire, responses_of(questionnaire, ratings))
    context = context_of(make_wave(questionnaire, ratings, checks=checks))
    block = quality_json(quality_of(context))

    assert int(marks["duplicate"].sum()) == 59
    assert context.index.isu.n == 210
    assert block["sensitivity"]["worth_saying"]
    assert block["sensitivity"]["unflagged"] == pytest.approx(
        100 * (honest.mean(axis=0).mean() - 1) / 4
    )
    assert any("il risultato dipende da loro" in line for line in block["words"]["it"])
