"""Gaps from tallies are those from respondents, to the last digit that matters."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.apart import exact_gap
from analysis.data import Responses, responses_from_columns
from analysis.importance import paired_gap
from analysis.parts.gaps import gaps_of
from analysis.tally import Tally, tally_responses
from analysis.wave import Wave
from tests.analysis.asking import Answers, context_of, document, marks, wave_of, with_role

ASKED = document([{"key": "p"}, {"key": "q"}, *with_role("importance", ["p", "q"])])
TURNED = document([{"key": "p", "reversed": True}, *with_role("importance", ["p"])])


def gap_of(wave: Wave, place: int = 0) -> Any:
    questionnaire = wave.questionnaire
    one, two = (questionnaire.rated[k] for k in questionnaire.beside[place])
    return exact_gap(questionnaire, wave.tally, (one, two))


def alike(found: Any, expected: Any) -> bool:
    assert (found.n, found.reason) == (expected.n, expected.reason)
    ends = (found.interval.lower, found.interval.upper, found.value, found.se, found.p)
    assert ends == pytest.approx(
        (expected.interval.lower, expected.interval.upper, expected.value, expected.se, expected.p),
        rel=1e-9,
    )
    return True


@pytest.mark.parametrize("n", [2, 10, 63, 700, 5000])
@pytest.mark.parametrize("blank", [0.0, 0.3])
@pytest.mark.parametrize("place", [0, 1])
def test_the_gap_of_a_tally_is_the_paired_t_of_the_respondents(
    n: int, blank: float, place: int
) -> None:
    answers = marks(n, 4, 5 + n, blank=blank if n > 2 else 0.0)
    unit = (answers - 1) / 4

    assert alike(
        gap_of(wave_of(ASKED, answers), place), paired_gap(unit[:, place], unit[:, 2 + place])
    )


def test_a_judgement_where_one_is_best_is_turned_before_it_is_compared() -> None:
    answers = marks(80, 2, 3, blank=0.1)

    found = gap_of(wave_of(TURNED, answers))

    assert alike(found, paired_gap((5 - answers[:, 0]) / 4, (answers[:, 1] - 1) / 4))


def test_parts_of_a_wave_add_up_and_are_taken_away_with_their_squares() -> None:
    answers = marks(300, 4, 9, blank=0.2)
    whole, first, rest = (wave_of(ASKED, one) for one in (answers, answers[:120], answers[120:]))

    added = replace(whole, tally=first.tally + rest.tally)
    left = replace(whole, tally=whole.tally - first.tally)
    stored = replace(whole, tally=Tally.from_bytes(whole.tally.to_bytes()))

    assert alike(gap_of(added), gap_of(whole))
    assert alike(gap_of(left), gap_of(rest))
    assert alike(gap_of(stored), gap_of(whole))


def clustered(answers: Answers) -> Wave:
    wave = wave_of(ASKED, answers)
    keys = [question.key for question in wave.questionnaire.rated]
    columns = dict(zip(keys, answers.astype(np.int16).T, strict=True))
    alone = responses_from_columns(
        wave.questionnaire, columns, mode=np.zeros(len(answers), dtype=np.int8)
    )
    shared: Responses = replace(alone, cluster=np.arange(len(answers)) // 3)
    return replace(wave, tally=tally_responses(wave.questionnaire, shared))


def test_forms_that_share_clusters_leave_the_error_to_the_hash_groups() -> None:
    answers = marks(300, 4, 2)
    wave = clustered(answers)

    gap = gaps_of(context_of(wave)).gaps[0].gap

    assert gap_of(wave) is None
    assert gap is not None
    assert gap.value == pytest.approx(float((answers[:, 0] - answers[:, 2]).mean()) / 4)
    assert gap.se is not None


def test_a_tally_stored_without_squares_leaves_the_error_to_the_hash_groups() -> None:
    answers = marks(300, 4, 2)
    wave = wave_of(ASKED, answers)
    before = replace(wave, tally=replace(wave.tally, squares=wave.tally.squares[:0]))

    gap = gaps_of(context_of(before)).gaps[0].gap

    assert gap_of(before) is None
    assert gap_of(replace(wave, tally=before.tally + wave.tally)) is None
    assert gap is not None
    exact = gap_of(wave)
    # 64 groups of five forms: near the paired t, as a jackknife is
    assert gap.value == pytest.approx(exact.value)
    assert gap.se == pytest.approx(exact.se, rel=0.3)
