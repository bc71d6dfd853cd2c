"""The pages of a published year say what its documents say, to those who may read them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import CommentState, Role, Service, Wave, YearlyResult
from survey.questionnaire.modes import Mode
from tests.factories import Factory
from tests.results.reading import row, signed_in, words
from tests.results.year import (
    GOOD,
    answer,
    comment,
    factory_on,
    spread,
)


@pytest.fixture(scope="session")
def migrated_file(two_years: Path) -> Path:
    return two_years


@pytest.fixture
def make(session: Session) -> Factory:
    return factory_on(session)


def service_called(session: Session, slug: str) -> Service:
    return session.scalars(select(Service).where(Service.slug == slug)).one()


def published(session: Session, slug: str | None) -> YearlyResult:
    """Return the result of 2026 of a service, or of the whole body."""
    results = select(YearlyResult).where(YearlyResult.year == 2026)
    if slug is None:
        return session.scalars(results.where(YearlyResult.service_id.is_(None))).one()
    return session.scalars(results.join(YearlyResult.service).where(Service.slug == slug)).one()


def test_the_numbers_of_the_overview_are_those_of_the_document(app: Flask, make: Factory) -> None:
    whole = published(make.session, None)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    for service in whole.document["services"]:
        wave = service["waves"][-1]
        isu, satisfied = wave["isu"], wave["overall"]["satisfied"]
        cells = row(page, service["name"])
        assert cells[1] == f"{isu['value']:.{isu['decimals']}f}".replace(".", ",")
        ends = [f"{isu[end]:.{isu['decimals']}f}".replace(".", ",") for end in ("lower", "upper")]
        assert cells[2] == f"da {ends[0]} a {ends[1]}"
        share = f"{satisfied['value']:.{satisfied['decimals']}f}".replace(".", ",")
        assert cells[3] == f"{share} %"
        assert cells[4] == str(isu["n"])
        assert wave["change"]["label"]["it"] in cells[5]
        assert wave["change"]["words"]["it"]["headline"] in cells[5]
    said = words(page)
    for sentence in whole.document["years"][-1]["change"]["words"]["it"].values():
        assert sentence in said


def test_services_stand_by_name_and_what_changed_is_named_on_top(app: Flask, make: Factory) -> None:
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    names = [cell.get_text(strip=True) for cell in page.select(".results-services tbody th")]
    assert names == ["Anagrafe", "Biblioteca", "Cimiteri"]
    worse = page.select_one(".results-cards .results-worse")
    assert worse is not None and "1 peggioramento accertato Anagrafe" in words(worse)


def test_a_service_born_this_year_is_told_as_a_first_survey(app: Flask, make: Factory) -> None:
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    assert "Prima rilevazione: nessun confronto." in row(page, "Cimiteri")[5]


def test_a_running_wave_shows_counts_alone(app: Flask, make: Factory, session: Session) -> None:
    wave = make.wave(service_called(make.session, "anagrafe"), year=2027)
    answer(session, wave, spread(40, GOOD))
    answer(session, wave, spread(2, GOOD), mode=Mode.PAPER)
    session.commit()
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2027)
    section = page.select_one("section[aria-labelledby=in-corso]")
    assert section is not None
    assert "numeri provvisori" in words(section)
    cells = [" ".join(cell.get_text(" ").split()) for cell in section.select("tbody tr > *")]
    assert cells[:3] == ["Anagrafe", "42", "cartaceo 2, online 40"]
    assert page.select_one(".results-services") is None


def test_the_service_page_tells_the_document(app: Flask, make: Factory) -> None:
    result = published(make.session, "anagrafe")
    wave = result.document["services"][0]["waves"][-1]
    page = signed_in(app, make).get(
        "results.service", body_slug=make.body().slug, year=2026, service_slug="anagrafe"
    )
    said = words(page)
    assert wave["change"]["words"]["it"]["headline"] in said
    assert wave["change"]["words"]["it"]["detail"] in said
    for line in result.document["notes"]["it"]:
        assert line in said
    rows = page.select(".results-items tbody tr")
    assert len(rows) == 3
    for found, rating in zip(rows, [*wave["items"], wave["overall"]], strict=True):
        cells = [cell.get_text(strip=True) for cell in found.find_all(["th", "td"])]
        assert cells[0] == f"{rating['number']}. {rating['text']['it']}"
        index = rating["index"]
        assert cells[1] == f"{index['value']:.{index['decimals']}f}".replace(".", ",")
        assert cells[4] == str(rating["n"])


def test_each_chart_has_its_finding_its_words_and_its_table(app: Flask, make: Factory) -> None:
    reader = signed_in(app, make)
    page = reader.get(
        "results.service", body_slug=make.body().slug, year=2026, service_slug="anagrafe"
    )
    figures = page.find_all("figure")
    assert len(figures) >= 4
    for figure in figures:
        title = figure.figcaption.get_text(strip=True)
        assert figure.img["alt"].startswith(title.rstrip("."))
        assert figure.select("details table tbody tr")
        for address in (figure.img["src"], figure.source["srcset"]):
            drawing = reader.client.get(address)
            assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")


def test_the_room_of_each_chart_is_kept_free_and_it_comes_without_scrolling(
    app: Flask, make: Factory
) -> None:
    reader = signed_in(app, make)
    page = reader.get(
        "results.service", body_slug=make.body().slug, year=2026, service_slug="anagrafe"
    )
    assert page.select("figure img[loading]") == []
    for tag in page.select("figure img, figure source"):
        address = str(tag.get("src") or tag.get("srcset"))
        drawing = ElementTree.fromstring(reader.client.get(address).data)  # noqa: S314  # our own
        for side in ("width", "height"):
            points = float(drawing.attrib[side].removesuffix("pt"))
            assert int(str(tag[side])) == round(points * 96 / 72)


def test_a_drawing_known_to_the_browser_is_not_sent_again(app: Flask, make: Factory) -> None:
    reader = signed_in(app, make)
    address = f"/ente/{make.body().slug}/quadro/2026/grafici/services.svg"
    first = reader.client.get(address)
    again = reader.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert reader.client.get(address.replace("services", "niente")).status_code == 404


def test_the_json_is_the_document(app: Flask, make: Factory) -> None:
    whole = published(make.session, None)
    reader = signed_in(app, make, Role.VERIFIER)
    answered = reader.client.get(f"/ente/{make.body().slug}/quadro/2026/risultati.json")
    assert answered.mimetype == "application/json"
    assert json.loads(answered.data) == whole.document


def test_comments_are_for_those_who_may_read_them(
    app: Flask, make: Factory, session: Session
) -> None:
    of_service = Wave.service_id == service_called(session, "anagrafe").id
    wave = session.scalars(select(Wave).where(of_service, Wave.year == 2026)).one()
    comment(session, wave, "<b>Più sportelli</b>")
    comment(session, wave, "il nome di una persona", CommentState.HIDDEN)
    session.commit()
    address = f"/ente/{make.body().slug}/quadro/2026/anagrafe"
    manager = signed_in(app, make, Role.MANAGER).get(address)
    verifier = signed_in(app, make, Role.VERIFIER).get(address)
    assert [item.get_text() for item in manager.select(".results-comments li")] == [
        "<b>Più sportelli</b>"
    ]
    assert "1 commento non si mostra" in words(manager)
    assert "persona" not in words(manager).replace("personale", "")
    assert verifier.select_one("#commenti") is None


def test_a_manager_of_one_service_opens_that_page_alone(app: Flask, make: Factory) -> None:
    reader = signed_in(app, make, service_id=service_called(make.session, "anagrafe").id)
    body = make.body().slug
    overview = reader.get("results.overview", body_slug=body, year=2026)
    links = [link.get_text(strip=True) for link in overview.select(".results-services tbody a")]
    assert links == ["Anagrafe"]
    assert row(overview, "Biblioteca")[1] != ""
    reader.get("results.service", body_slug=body, year=2026, service_slug="anagrafe")
    reader.get("results.service", body_slug=body, year=2026, service_slug="biblioteca", status=403)
    drawing = f"/ente/{body}/quadro/2026/biblioteca/grafici/years.svg"
    assert reader.client.get(drawing).status_code == 403


def test_another_body_s_staff_find_nothing(app: Flask, make: Factory) -> None:
    stranger = signed_in(app, make, body=make.body(slug="altro", name="Altro ente"))
    for path in ("", "/2026", "/2026/anagrafe", "/2026/relazione.pdf", "/2026/risultati.json"):
        answered = stranger.client.get(f"/ente/{make.body().slug}/quadro{path}")
        assert answered.status_code == 404, path


def test_the_page_speaks_english_when_asked(app: Flask, make: Factory) -> None:
    whole = published(make.session, None)
    page = signed_in(app, make).get(
        "results.overview", body_slug=make.body().slug, year=2026, lang="en"
    )
    wave = whole.document["services"][0]["waves"][-1]
    assert wave["change"]["words"]["en"]["headline"] in row(page, "Anagrafe")[5]
