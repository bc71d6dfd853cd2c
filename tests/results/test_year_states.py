"""Before and around publishing: empty years, running waves, small groups, refusals, revisions."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Role, Service, Wave, WaveState, YearlyResult
from survey.questionnaire.modes import Mode
from tests.factories import Factory
from tests.results.reading import row, signed_in, words
from tests.results.year import FAIR, answer, closed_wave, comment, publish, spread


@pytest.fixture
def service(make: Factory) -> Service:
    """One service with one closed wave: enough where the figures do not matter."""
    made = make.service(name="Anagrafe", slug="anagrafe", first_year=2026)
    closed_wave(make, made, 2026, spread(150, FAIR))
    return made


def test_without_any_wave_the_page_says_so(app: Flask, make: Factory) -> None:
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug)
    assert "Non c'è ancora nessuna rilevazione" in words(page)


def test_the_overview_opens_on_the_last_published_year(
    app: Flask, make: Factory, service: Service
) -> None:
    publish(make, 2026)
    make.wave(service, year=2027)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug)
    assert page.h1 is not None and page.h1.get_text(strip=True) == "Quadro annuale 2026"


def test_who_has_not_delivered_is_named(app: Flask, make: Factory, service: Service) -> None:
    make.service(name="Nidi", first_year=2026)
    make.service(name="Chiuso da tempo", first_year=2020, last_year=2024)
    closed_wave(make, make.service(name="Sport"), 2026, spread(9, FAIR))
    publish(make, 2026)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    section = page.select_one("section[aria-labelledby=copertura]")
    assert section is not None
    assert [item.get_text(strip=True) for item in section.find_all("li")] == ["Nidi", "Sport"]


def test_a_small_group_shows_nowhere(app: Flask, make: Factory) -> None:
    closed_wave(make, make.service(name="Sport", slug="sport"), 2026, ["4441"] * 9)
    publish(make, 2026)
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    body = make.body().slug
    overview = reader.get("results.overview", body_slug=body, year=2026)
    assert row(overview, "Sport")[1:5] == ["n < 10: non pubblicato", "–", "–", "meno di 10"]
    page = reader.get("results.service", body_slug=body, year=2026, service_slug="sport")
    assert "troppo poche per pubblicare un numero" in words(page)
    assert page.find_all("figure") == []
    assert page.select_one(".results-items") is None
    found = reader.client.get(f"/ente/{body}/quadro/2026/risultati.json").json
    wave = found["services"][0]["waves"][0]  # type: ignore[index]  # the document is an object
    assert wave["isu"]["value"] is None
    assert wave["isu"]["reason"]
    assert [item["counts"] for item in wave["items"]] == [None, None]


def test_comments_of_a_small_group_are_not_shown(
    app: Flask, make: Factory, session: Session
) -> None:
    wave = closed_wave(make, make.service(slug="sport"), 2026, ["4441"] * 9)
    comment(session, wave, "troppo riconoscibile")
    publish(make, 2026)
    page = signed_in(app, make).get(f"/ente/{make.body().slug}/quadro/2026/sport")
    assert "riconoscibile" not in words(page)


def test_many_comments_come_in_pages(app: Flask, make: Factory, session: Session) -> None:
    wave = closed_wave(make, make.service(slug="sport"), 2026, spread(70, FAIR))
    for number in range(51):
        comment(session, wave, f"commento {number}")
    publish(make, 2026)
    reader = signed_in(app, make)
    address = f"/ente/{make.body().slug}/quadro/2026/sport"
    seen = [
        item.get_text()
        for number in (1, 2)
        for item in reader.get(f"{address}?pagina={number}").select(".results-comments li")
    ]
    assert sorted(seen) == sorted(f"commento {number}" for number in range(51))


def test_the_quality_office_publishes_from_the_page(
    app: Flask, make: Factory, service: Service, session: Session
) -> None:
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    after = reader.submit(_only_publishing(page))
    assert "I risultati del 2026 sono pubblicati." in words(after)
    assert len(after.select(".results-services tbody tr")) == 1
    states = session.scalars(select(Wave.state).where(Wave.year == 2026)).all()
    assert set(states) == {WaveState.PUBLISHED}


def test_an_open_wave_is_refused_in_words_and_can_be_left_out(
    app: Flask, make: Factory, service: Service
) -> None:
    make.wave(make.service(name="Nidi"), closes_on=dt.date(2027, 1, 31))
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    refused = reader.submit(_only_publishing(page), status=422)
    assert "sono ancora aperte le rilevazioni di Nidi" in words(refused)
    after = reader.submit(_only_publishing(page), {"leave_out_open": "y"})
    assert len(after.select(".results-services tbody tr")) == 1


def test_publishing_takes_a_role_over_the_whole_body(
    app: Flask, make: Factory, service: Service, session: Session
) -> None:
    narrowed = signed_in(app, make, Role.QUALITY_OFFICE, service_id=service.id)
    body = make.body().slug
    page = narrowed.get("results.overview", body_slug=body, year=2026)
    assert page.select_one("main form") is None
    sent = {"csrf_token": str(page.select_one("input[name=csrf_token]")["value"])}  # type: ignore[index]  # the sign-out form has one
    narrowed.post(f"/ente/{body}/quadro/2026/pubblica", sent, status=403)
    assert session.scalars(select(YearlyResult)).all() == []


def test_an_older_revision_stays_readable_and_says_it_was_replaced(
    app: Flask, make: Factory, service: Service, session: Session
) -> None:
    publish(make, 2026)
    wave = session.scalars(select(Wave).where(Wave.service_id == service.id, Wave.year == 2026))
    answer(session, wave.one(), ["4441"] * 30, mode=Mode.PAPER)
    publish(make, 2026)
    reader = signed_in(app, make)
    body = make.body().slug
    new = reader.get("results.overview", body_slug=body, year=2026)
    old = reader.get("results.overview", body_slug=body, year=2026, revisione=1)
    assert (row(new, "Anagrafe")[4], row(old, "Anagrafe")[4]) == ("180", "150")
    assert "è stata sostituita dalla revisione 2" in words(old)
    reader.get("results.overview", body_slug=body, year=2026, revisione=3, status=404)


def test_a_revision_that_cannot_be_is_not_found(
    app: Flask, make: Factory, service: Service
) -> None:
    publish(make, 2026)
    reader = signed_in(app, make)
    for place in ("", "/anagrafe", "/risultati.json", "/relazione.pdf", "/grafici/services.svg",
                  "/anagrafe/grafici/years.svg"):  # fmt: skip
        address = f"/ente/{make.body().slug}/quadro/2026{place}"
        for revision in ("0", "-1", "x", "", "1.0", "9" * 30, str(2**31)):
            answered = reader.client.get(f"{address}?revisione={revision}")
            assert answered.status_code == 404, (place, revision)


def test_a_year_that_cannot_be_is_not_found(app: Flask, make: Factory, service: Service) -> None:
    reader = signed_in(app, make)
    for year in (0, 1, 1989, 2201, 9999, 10**20):
        for place in ("", "/anagrafe", "/relazione.pdf"):
            address = f"/ente/{make.body().slug}/quadro/{year}{place}"
            assert reader.client.get(address).status_code == 404, (year, place)


def test_only_what_names_its_revision_is_kept_by_the_browser(
    app: Flask, make: Factory, service: Service
) -> None:
    publish(make, 2026)
    reader = signed_in(app, make)
    for place in ("/risultati.json", "/relazione.pdf", "/anagrafe/grafici/years.svg"):
        address = f"/ente/{make.body().slug}/quadro/2026{place}"
        newest, first = (reader.client.get(address + query) for query in ("", "?revisione=1"))
        assert newest.headers["Cache-Control"] == "private, no-cache", place
        assert first.headers["Cache-Control"] == "private, max-age=3600", place
        again = reader.client.get(address, headers={"If-None-Match": newest.headers["ETag"]})
        assert again.status_code == 304, place


def _only_publishing(page: BeautifulSoup) -> BeautifulSoup:
    form = page.select_one("main form[action$=pubblica]")
    assert form is not None, "the page does not offer to publish"
    return page
