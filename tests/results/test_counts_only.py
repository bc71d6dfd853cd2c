"""Waves of which counts alone are known, in the year's results: their figures and their limits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
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


def test_page_of_a_year_known_as_counts_shows_items_and_index_and_owns_its_limits(
    app: Flask, make: Factory, counted: Wave
) -> None:
    publish(make, 2025)
    page = _page(app, make, 2025)
    told = words(page)
    assert "Indice di soddisfazione 67 su 100 100 risposte" in told  # and no interval
    assert "1. Gli orari sono comodi 100 10% 20% 30% 40% 70%" in told
    assert "Non confrontabile" in told
    assert "esclusioni e segnali nei questionari non si possono vedere" in told
    assert "Nessun questionario escluso" not in told
    assert "Le caratteristiche di chi ha risposto non si conoscono" in told
    assert "Meno di 35" not in told  # a class of nobody would read as a fact


def test_year_after_one_known_as_counts_is_not_compared_and_says_so(
    app: Flask, make: Factory, counted: Wave
) -> None:
    closed_wave(make, counted.service, 2026, spread(150, FAIR))
    publish(make, 2025, 2026)
    page = _page(app, make, 2026)
    top = page.select_one(".results-headline")
    assert top is not None
    assert "Non confrontabile" in words(top)
    assert "di una delle due rilevazioni si conoscono solo i conteggi" in words(top)
    assert "Nessun questionario escluso" in words(page)
    assert "Meno di 35" in words(page)


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


def _page(app: Flask, make: Factory, year: int) -> BeautifulSoup:
    reader = signed_in(app, make)
    where = {"body_slug": make.body().slug, "service_slug": "anagrafe"}
    return reader.get("results.service", year=year, **where)


def _spoil(session: Session, wave: Wave) -> None:
    """Keep the tally as if the questions had been read in another way."""
    kept = session.get_one(WaveTally, wave.id)
    kept.payload = replace(Tally.from_bytes(kept.payload), layout="{}").to_bytes()
    session.commit()
