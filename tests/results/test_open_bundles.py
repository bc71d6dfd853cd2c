"""Paper that is not keyed yet: a year is not published over it unless somebody says so."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.cli import main
from survey.models import AuditEntry, BundleState, Role, Service, Wave, WaveState, YearlyResult
from survey.results.actions import BundlesStillOpen, PublishOptions, publish_year
from survey.settings import Settings
from tests.factories import TODAY, Factory
from tests.results.reading import signed_in, words
from tests.results.year import FAIR, closed_wave, spread

SENTENCE = "ci sono plichi di carta ancora aperti (Anagrafe: 2, Tributi: 1). Chiudi i plichi"
SEALED = {
    "state": BundleState.CLOSED,
    "closed_on": TODAY,
    "seal": "S-1",
    "storage_place": "Archivio",
    "destroy_on": TODAY,
}


@pytest.fixture
def waves(make: Factory) -> list[Wave]:
    """Three closed waves with two open bundles, with one and with none."""
    made = [_closed(make, name) for name in ("Anagrafe", "Tributi", "Sport")]
    for wave in (made[0], made[0], made[1]):
        make.bundle(wave)
    for wave in made:
        make.bundle(wave, **SEALED, closed_by=make.staff_member().id)
    return made


def _closed(make: Factory, name: str) -> Wave:
    service: Service = make.service(name=name, slug=name.lower())
    return closed_wave(make, service, 2026, spread(40, FAIR))


def test_open_bundles_stop_the_year_and_are_named_and_counted(
    make: Factory, waves: list[Wave], session: Session
) -> None:
    with pytest.raises(BundlesStillOpen) as caught:
        publish_year(session, make.body(), 2026, by=None, today=TODAY)
    assert SENTENCE in str(caught.value)
    assert session.scalars(select(YearlyResult)).all() == []
    assert {wave.state for wave in waves} == {WaveState.CLOSED}


def test_the_year_goes_out_with_open_bundles_where_asked_and_the_register_says_so(
    make: Factory, waves: list[Wave], session: Session
) -> None:
    options = PublishOptions(leave_open_bundles=True)
    published = publish_year(session, make.body(), 2026, by=None, today=TODAY, options=options)
    assert len(published.services) == 3
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.after is not None and entry.after["open_bundles"] == 3


def test_bundles_of_a_wave_that_is_left_out_or_of_another_year_stop_nothing(
    make: Factory, session: Session
) -> None:
    _closed(make, "Anagrafe")
    make.bundle(make.wave(make.service(name="Nidi")))
    make.bundle(make.wave(make.service(name="Sport"), year=2025, state=WaveState.CLOSED))
    options = PublishOptions(leave_out_open=True)
    published = publish_year(session, make.body(), 2026, by=None, today=TODAY, options=options)
    assert len(published.services) == 1
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.after is not None and "open_bundles" not in entry.after


def test_the_page_names_open_bundles_refuses_and_offers_the_tick(
    app: Flask, make: Factory, waves: list[Wave]
) -> None:
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    assert "Anagrafe: 40 questionari – 2 plichi ancora aperti" in words(page)
    assert "Tributi: 40 questionari – 1 plico ancora aperto" in words(page)
    assert SENTENCE in words(reader.submit(_only_publishing(page), status=422))
    after = reader.submit(_only_publishing(page), {"leave_open_bundles": "y"})
    assert len(after.select(".results-services tbody tr")) == 3


def test_without_open_bundles_there_is_no_tick(app: Flask, make: Factory) -> None:
    _closed(make, "Anagrafe")
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    assert page.select_one("main form") is not None
    assert page.select_one("main form [name=leave_open_bundles]") is None


def test_the_command_refuses_too_and_has_an_option(
    make: Factory, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.bundle(_closed(make, "Anagrafe"))
    session.commit()
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    asked = ["publish", "2026", "--body", make.body().slug]
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 1
    assert "(Anagrafe: 1). Chiudi i plichi" in refused.output
    done = CliRunner().invoke(main, [*asked, "--leave-open-bundles"])
    assert "Pubblicato il 2026, revisione 1: 1 servizi." in done.output


def _only_publishing(page: BeautifulSoup) -> BeautifulSoup:
    assert page.select_one("main form[action$=pubblica]") is not None
    return page
