"""What is computed once of a tally or a wave is shared: nobody can change it for the others."""

import numpy as np
import pytest

from analysis.adjust import cell_scores
from analysis.examples import example_wave
from analysis.moments import group_moments, moments, total_moments
from analysis.tally import FIRST_CODE


@pytest.mark.parametrize("name", ["total_counts", "total_pairs"])
def test_sums_kept_with_a_tally_cannot_be_written(name: str) -> None:
    table = getattr(example_wave().tally, name)
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0


def test_a_view_of_kept_sums_cannot_be_written_either() -> None:
    with pytest.raises(ValueError, match="read-only"):
        example_wave().tally.total_counts[0, FIRST_CODE:] += 1


def test_answers_kept_with_a_tally_are_a_tuple() -> None:
    tally = example_wave().tally
    assert tally.answers == tuple(tally.counts[:, :, FIRST_CODE:].sum(axis=(0, 2)).tolist())


def test_cell_sums_kept_with_a_wave_cannot_be_written() -> None:
    wave = example_wave()
    scores = cell_scores(wave, wave.questionnaire.index_items)
    for table in (scores.keys, scores.size, scores.total, scores.squares):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 0


def test_changed_moments_are_those_of_their_caller_alone() -> None:
    wave = example_wave()
    items = wave.questionnaire.index_items
    total_moments(wave.questionnaire, wave.tally, items).N[:] = 0
    group_moments(wave.questionnaire, wave.tally, items).N[:] = 0
    afresh = moments(wave.questionnaire, wave.tally.total_pairs, items)
    kept = total_moments(wave.questionnaire, wave.tally, items)
    assert np.array_equal(kept.N, afresh.N)
    assert group_moments(wave.questionnaire, wave.tally, items).N.any()


def test_no_item_at_all_has_empty_moments() -> None:
    wave = example_wave()
    assert total_moments(wave.questionnaire, wave.tally, []).N.shape == (0, 0)
    assert group_moments(wave.questionnaire, wave.tally, []).N.shape == (64, 0, 0)
