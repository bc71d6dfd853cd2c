"""Waves of which counts alone are known, in the year's results: their figures and their limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.tally import Tally
from survey.desk.imports.counts import CountsWave, import_counts
from survey.models import Role, Service, Wave, WaveState, WaveTally, YearlyResult
from survey.results.refusals import CountsDoNotFit
from survey.results.tallies import known_tally
from tests.factories import Factory
from tests.results.reading import signed_in, words
from tests.results.year import FAIR, closed_wave, publish, spread

#: mean (1 * 10 + 2 * 20 + 3 * 30 + 4 * 40) / 100 = 3, on 0-100 (3 - 1) / (4 - 1) = 66,7
CSV = "item;code;n\n" + "".join(
    f"{item};{code};{n}\n"
    for item in ("hours", "courtesy")
    for code, n in ((1, 10), (2, 20), (3, 30), (4, 40))
)


def test_counts_that_no_longer_fit_are_refused_and_never_counted_anew(
    session: Session, counted: Wave
) -> None:
    _spoil(session, counted)
    with pytest.raises(CountsDoNotFit, match="Anagrafe, 2025, restano solo i conteggi"):
        known_tally(session, counted)


def test_tally_of_answers_that_no_longer_fits_is_counted_anew(
    session: Session, make: Factory
) -> None:
    wave = closed_wave(make, make.service(slug="sport"), 2025, spread(30, FAIR))
    publish(make, 2025)
    _spoil(session, wave)
    assert int(known_tally(session, wave).questionnaires.sum()) == 30


def test_year_is_not_published_on_counts_that_do_not_fit_and_the_page_says_why(
    app: Flask, make: Factory, session: Session, counted: Wave
) -> None:
    closed_wave(make, counted.service, 2026, spread(60, FAIR))
    _spoil(session, counted)
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    refused = reader.submit(page, status=409)
    assert "restano solo i conteggi importati" in words(refused)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(YearlyResult)) == 0


@pytest.fixture
def service(make: Factory) -> Service:
    return make.service(name="Anagrafe", slug="anagrafe", first_year=2020)


@pytest.fixture
def counted(make: Factory, service: Service) -> Wave:
    """A wave of 2025 with the counts of a hundred forms and no answer."""
    wanted = CountsWave(service, make.edition(), 2025, dt.date(2025, 5, 1), dt.date(2025, 5, 31))
    wave = import_counts(make.session, wanted, CSV.encode(), by=None)
    assert wave.state is WaveState.CLOSED
    make.session.commit()
    return wave


def _spoil(session: Session, wave: Wave) -> None:
    """Keep the tally as if the questions had been read in another way."""
    kept = session.get_one(WaveTally, wave.id)
    kept.payload = replace(Tally.from_bytes(kept.payload), layout="{}").to_bytes()
    session.commit()
