"""Marks of a wave leave the database whole, in few strings, whatever the order."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
from sqlalchemy.orm import Session

from survey.models import Wave
from survey.questionnaire.modes import Mode
from survey.results.queries import excluded_forms, received, wave_marks
from survey.results.tallies import count_wave
from tests.factories import Factory
from tests.results.year import FAIR, answer, spread


def split(session: Session, wave: Wave, *, chunk: int = 1_000_000) -> Counter[tuple[Mode, str]]:
    found: Counter[tuple[Mode, str]] = Counter()
    for forms in wave_marks(session, wave, chunk=chunk):
        text, at = forms.marks.decode(), 0
        for run in forms.runs:
            for _ in range(run.count):
                found[run.mode, text[at : at + 4]] += 1
                at += 4
        assert at == len(text)
    return found


def test_every_form_of_the_wave_arrives_with_its_mode(session: Session, make: Factory) -> None:
    wave, noise = make.wave(), make.wave()
    answer(session, wave, ["1112", "4441", "4441"])
    answer(session, wave, ["2222"], mode=Mode.PAPER)
    answer(session, noise, ["3333"] * 5)
    assert split(session, wave) == {
        (Mode.WEB, "1112"): 1,
        (Mode.WEB, "4441"): 2,
        (Mode.PAPER, "2222"): 1,
    }


def test_an_empty_wave_has_no_chunk(session: Session, make: Factory) -> None:
    assert list(wave_marks(session, make.wave())) == []


def test_small_chunks_hold_the_same_forms_as_one(session: Session, make: Factory) -> None:
    wave = make.wave()
    answer(session, wave, spread(300, FAIR))
    answer(session, wave, spread(90, FAIR, seed=2), mode=Mode.KIOSK)
    assert split(session, wave, chunk=37) == split(session, wave)
    small, whole = count_wave(session, wave, chunk=37), count_wave(session, wave)
    assert small.digest() == whole.digest()
    # a kiosk's day that chunks cut is still one cluster
    assert whole.cluster_pairs.any()
    assert np.array_equal(small.cluster_pairs, whole.cluster_pairs)
    assert np.array_equal(small.cluster_extra, whole.cluster_extra)


def test_forms_of_one_kiosk_and_day_are_one_cluster(session: Session, make: Factory) -> None:
    wave = make.wave()
    place = make.place(wave.service)
    for day in (4, 5):
        answer(session, wave, ["4441"] * 3, mode=Mode.KIOSK, day=dt.date(2026, 5, day), place=place)
    answer(session, wave, ["4441"] * 2, mode=Mode.KIOSK)
    answer(session, wave, ["4441"] * 4, place=place)
    (forms,) = wave_marks(session, wave)
    clusters = [run.cluster for run in forms.runs if run.mode is Mode.KIOSK]
    assert sorted(run.count for run in forms.runs if run.mode is Mode.KIOSK) == [2, 3, 3]
    assert len(set(clusters)) == 3
    assert [run.cluster for run in forms.runs if run.mode is Mode.WEB] == [None]


def test_only_bursts_and_repeated_invitations_are_left_out(session: Session, make: Factory) -> None:
    wave = make.wave()
    answer(session, wave, ["1111"])
    answer(session, wave, ["2222"], flags="F")
    answer(session, wave, ["3333"], flags="FB")
    answer(session, wave, ["4444"], flags="D")
    assert set(split(session, wave)) == {(Mode.WEB, "1111"), (Mode.WEB, "2222")}
    assert excluded_forms(session, wave) == 2


def test_the_tally_of_a_wave_is_the_count_of_its_marks(session: Session, make: Factory) -> None:
    wave = make.wave()
    answer(session, wave, ["44.1", "4N.2", "2?41", "...."])
    tally = count_wave(session, wave)
    assert int(tally.questionnaires.sum()) == 4
    counts = tally.counts.sum(axis=0)
    # categories: four statuses (invalid, blank, not applicable, don't know), then codes 0..10
    assert counts[0].tolist()[:9] == [0, 1, 0, 0, 0, 0, 1, 0, 2]  # hours: 4 4 2 .
    assert counts[1].tolist()[:9] == [1, 1, 0, 1, 0, 0, 0, 0, 1]  # courtesy: 4 N ? .
    assert counts[2].tolist()[:9] == [0, 3, 0, 0, 0, 0, 0, 0, 1]  # overall: . . 4 .
    assert np.array_equal(tally.profiles[0][:7], [0, 1, 0, 0, 0, 2, 1])


def test_what_came_in_is_counted_by_wave_and_mode(session: Session, make: Factory) -> None:
    wave, empty, noise = make.wave(), make.wave(), make.wave()
    answer(session, wave, ["1111"] * 3)
    answer(session, wave, ["1111"], mode=Mode.PAPER)
    answer(session, noise, ["1111"])
    assert received(session, [wave, empty]) == {
        wave.id: {Mode.PAPER: 1, Mode.WEB: 3},
        empty.id: {},
    }
