"""The questions of a wave together, and one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.design import sample_of, wave_weighting
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
