"""The questions of a wave together, and one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.design import sample_of, share_spread, wave_weighting
from analysis.items import item_result, item_results

Make = Callable[..., Any]
SEX = ((1, 4500.0), (2, 5500.0))


@pytest.mark.parametrize("weighted", [True, False])
def test_all_questions_at_once_are_each_question_alone(
    make_questionnaire: Make, make_wave: Make, *, weighted: bool
) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=2, profiles={"sex": 2})
    rng = np.random.default_rng(5)
    marks = rng.choice([-3, -1, 1, 2, 3, 4, 5], (200, len(questionnaire.rated)))
    marks[:, 1] = -3  # a question that nobody answered
    profiles = {"sex": rng.choice([1, 2], 200)}
    users = {"users_by": {"sex": SEX}} if weighted else {"users_served": 400}
    wave = make_wave(questionnaire, marks, profiles=profiles, **users)
    sample = sample_of(wave, wave_weighting(wave))

    found = item_results(sample)

    assert (sample.weighting is not None) == weighted
    assert [item.n > 0 for item in found] == [True, False, *[True] * (len(found) - 2)]
    assert found == tuple(
        item_result(questionnaire, wave.tally, question.key, sample=sample)
        for question in questionnaire.rated
    )


def test_a_weighted_share_and_that_of_the_other_codes_are_equally_precise(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={"sex": 2})
    rng = np.random.default_rng(6)
    marks = rng.choice([-3, 1, 2, 3, 4, 5], (150, 2))
    wave = make_wave(
        questionnaire, marks, profiles={"sex": rng.choice([1, 2], 150)}, users_by={"sex": SEX}
    )
    sample, item = sample_of(wave, wave_weighting(wave)), questionnaire.rated[0]

    declared = share_spread(sample, item, item.satisfied)
    others = share_spread(sample, item, frozenset(range(1, 6)) - item.satisfied)

    assert sample.weighting is not None
    assert item.dissatisfied != frozenset(range(1, 6)) - item.satisfied
    assert declared.theta == pytest.approx(1 - others.theta)
    assert declared.se == pytest.approx(others.se)
