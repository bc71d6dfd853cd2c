"""The answers of a wave, written out as an answers file, give the figures that are published."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.csv_in import iter_answers
from analysis.indices import index_result
from analysis.parquet_in import iter_parquet
from analysis.tally import Tally, tally_stream
from analysis.wave import Wave as AnalysedWave
from survey.models import Response, Wave
from survey.questionnaire.columns import decode_columns
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import parse
from survey.results.tallies import count_wave, read_edition
from tests.factories import Factory
from tests.results.year import BAD, FAIR, GOOD, answer, spread

CELLS = {-1: "NS", -2: "NP", -3: "", -4: "?"}


@pytest.fixture
def kiosks(session: Session, make: Factory) -> Wave:
    """A wave with answers from the web, from two kiosks and from one that stands nowhere."""
    wave = make.wave()
    first, second = make.place(wave.service), make.place(wave.service, name="Sala d'attesa")
    answer(session, wave, spread(80, FAIR))
    for day, place, odds in ((4, first, GOOD), (5, first, BAD), (4, second, BAD), (4, None, GOOD)):
        when = dt.date(2026, 5, day)
        marks = spread(30, odds, seed=day)
        answer(session, wave, marks, mode=Mode.KIOSK, day=when, place=place)
    return wave


def test_an_answers_file_of_a_wave_has_the_clusters_of_its_publication(
    session: Session, kiosks: Wave, tmp_path: Path
) -> None:
    questionnaire, published = read_edition(kiosks), count_wave(session, kiosks)
    names, rows = written(session, kiosks)
    answers, table = tmp_path / "answers.csv", tmp_path / "answers.parquet"
    with answers.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([names, *rows])
    columns = zip(names, zip(*rows, strict=True), strict=True)
    pq.write_table(pa.table({name: list(cells) for name, cells in columns}), table)

    from_csv = tally_stream(questionnaire, iter_answers(answers, questionnaire))
    from_parquet = tally_stream(questionnaire, iter_parquet(table, questionnaire))

    assert published.cluster_extra[0] == 4 * 29
    for read in (from_csv, from_parquet):
        assert read.digest() == published.digest()
        assert np.array_equal(read.cluster_pairs, published.cluster_pairs)
        assert np.array_equal(read.cluster_shares, published.cluster_shares)
        assert np.array_equal(read.cluster_extra, published.cluster_extra)
        assert error_of(kiosks, read) == error_of(kiosks, published)


def error_of(wave: Wave, tally: Tally) -> float:
    isu = index_result(AnalysedWave("2026", read_edition(wave), tally)).isu
    assert isu.se is not None
    return isu.se


def written(session: Session, wave: Wave) -> tuple[list[str], list[list[Any]]]:
    """One row a form, in an order that tears every kiosk's day apart."""
    forms = session.scalars(select(Response).where(Response.wave_id == wave.id)).all()
    marks = "".join(form.marks for form in forms).encode()
    columns = decode_columns(parse(wave.edition.document), marks, len(forms))
    names = ["mode", "day", "place", *columns]
    rows = [
        [
            form.mode.value,
            form.day.isoformat(),
            "" if form.place is None else form.place.name,
            *(CELLS.get(int(codes[row]), str(codes[row])) for codes in columns.values()),
        ]
        for row, form in enumerate(forms)
    ]
    return names, sorted(rows, key=lambda row: row[3:])
