"""The pages of a year say what the frozen documents say, to those who may read them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import CommentState, Role, Service, Wave, WaveState, YearlyResult
from survey.questionnaire.modes import Mode
from survey.results.actions import publish_year
from tests.factories import TODAY, Factory
from tests.pages import Pages
from tests.results.year import BAD, FAIR, GOOD, answer, closed_wave, comment, spread


def signed_in(app: Flask, make: Factory, role: Role = Role.MANAGER, **scope: object) -> Pages:
    member = make.staff_member(role, **scope)
    make.session.commit()
    return Pages(app).sign_in(member)


def publish(make: Factory, *years: int) -> list[YearlyResult]:
    """Publish the years; return the last year's results, the whole body's first."""
    for year in years:
        made = publish_year(make.session, make.body(), year, by=None, today=TODAY)
    make.session.commit()
    return [made.body, *made.services]


def words(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def row(page: BeautifulSoup, name: str) -> list[str]:
    for found in page.select("table.results-services tbody tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in found.find_all(["th", "td"])]
        if cells[0] == name:
            return cells
    raise AssertionError(f"no row for {name}")


@pytest.fixture
def services(make: Factory) -> Sequence[Service]:
    """Two services with two years, one that falls and one that stays; one with a single year."""
    made = []
    for number, (name, before, after) in enumerate(
        [("Anagrafe", GOOD, BAD), ("Biblioteca", FAIR, FAIR), ("Cimiteri", None, FAIR)]
    ):
        service = make.service(name=name, slug=name.lower(), first_year=2025)
        if before:
            marks = spread(150, before, seed=number)
            closed_wave(make, service, 2025, marks, users_served=2000)
        closed_wave(make, service, 2026, spread(150, after, seed=9 + number), users_served=2000)
        made.append(service)
    return made


def test_without_any_wave_the_page_says_so(app: Flask, make: Factory) -> None:
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug)
    assert "Non c'è ancora nessuna rilevazione" in words(page)


def test_the_overview_opens_on_the_last_published_year(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2025)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug)
    assert page.h1 is not None and page.h1.get_text(strip=True) == "Quadro annuale 2025"


def test_the_numbers_of_the_overview_are_those_of_the_document(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    (whole, *_) = publish(make, 2025, 2026)
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


def test_services_stand_by_name_and_what_changed_is_named_on_top(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2025, 2026)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    names = [cell.get_text(strip=True) for cell in page.select(".results-services tbody th")]
    assert names == ["Anagrafe", "Biblioteca", "Cimiteri"]
    worse = page.select_one(".results-cards .results-worse")
    assert worse is not None and "1 peggioramento accertato Anagrafe" in words(worse)  # type: ignore[arg-type]  # a tag reads like a page


def test_a_service_born_this_year_is_told_as_a_first_survey(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2025, 2026)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    assert "Prima rilevazione: nessun confronto." in row(page, "Cimiteri")[5]


def test_who_has_not_delivered_is_named(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    make.service(name="Nidi", first_year=2026)
    make.service(name="Chiuso da tempo", first_year=2020, last_year=2024)
    closed_wave(make, make.service(name="Sport"), 2026, spread(9, FAIR))
    publish(make, 2026)
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    section = page.select_one("section[aria-labelledby=copertura]")
    assert section is not None
    assert [item.get_text(strip=True) for item in section.find_all("li")] == ["Nidi", "Sport"]


def test_a_running_wave_shows_counts_alone(
    app: Flask, make: Factory, services: Sequence[Service], session: Session
) -> None:
    publish(make, 2025, 2026)
    wave = make.wave(services[0], year=2027)
    answer(session, wave, spread(40, GOOD))
    answer(session, wave, spread(2, GOOD), mode=Mode.PAPER)
    session.commit()
    page = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2027)
    section = page.select_one("section[aria-labelledby=in-corso]")
    assert section is not None
    assert "numeri provvisori" in words(section)  # type: ignore[arg-type]  # a tag reads like a page
    cells = [" ".join(cell.get_text(" ").split()) for cell in section.select("tbody tr > *")]
    assert cells[:3] == ["Anagrafe", "42", "cartaceo 2, online 40"]
    assert page.select_one(".results-services") is None


def test_the_service_page_tells_the_document(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    (_, result, *_) = publish(make, 2025, 2026)
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


def test_each_chart_has_its_finding_its_words_and_its_table(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2025, 2026)
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


def test_a_drawing_known_to_the_browser_is_not_sent_again(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2026)
    reader = signed_in(app, make)
    address = f"/ente/{make.body().slug}/quadro/2026/grafici/services.svg"
    first = reader.client.get(address)
    again = reader.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert reader.client.get(address.replace("services", "niente")).status_code == 404


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


def test_the_json_is_the_document(app: Flask, make: Factory, services: Sequence[Service]) -> None:
    (whole, *_) = publish(make, 2026)
    reader = signed_in(app, make, Role.VERIFIER)
    answered = reader.client.get(f"/ente/{make.body().slug}/quadro/2026/risultati.json")
    assert answered.mimetype == "application/json"
    assert json.loads(answered.data) == whole.document


def test_comments_are_for_those_who_may_read_them(
    app: Flask, make: Factory, services: Sequence[Service], session: Session
) -> None:
    publish(make, 2026)
    wave = session.scalars(
        select(Wave).where(Wave.service_id == services[0].id, Wave.year == 2026)
    ).one()
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


def test_a_manager_of_one_service_opens_that_page_alone(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2026)
    reader = signed_in(app, make, service_id=services[0].id)
    body = make.body().slug
    overview = reader.get("results.overview", body_slug=body, year=2026)
    links = [link.get_text(strip=True) for link in overview.select(".results-services tbody a")]
    assert links == ["Anagrafe"]
    assert row(overview, "Biblioteca")[1] != ""
    reader.get("results.service", body_slug=body, year=2026, service_slug="anagrafe")
    reader.get("results.service", body_slug=body, year=2026, service_slug="biblioteca", status=403)
    drawing = f"/ente/{body}/quadro/2026/biblioteca/grafici/years.svg"
    assert reader.client.get(drawing).status_code == 403


def test_another_body_s_staff_find_nothing(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    publish(make, 2026)
    stranger = signed_in(app, make, body=make.body(slug="altro", name="Altro ente"))
    for path in ("", "/2026", "/2026/anagrafe", "/2026/relazione.pdf", "/2026/risultati.json"):
        answered = stranger.client.get(f"/ente/{make.body().slug}/quadro{path}")
        assert answered.status_code == 404, path


def test_the_quality_office_publishes_from_the_page(
    app: Flask, make: Factory, services: Sequence[Service], session: Session
) -> None:
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    after = reader.submit(_only_publishing(page))
    assert "I risultati del 2026 sono pubblicati." in words(after)
    assert len(after.select(".results-services tbody tr")) == 3
    states = session.scalars(select(Wave.state).where(Wave.year == 2026)).all()
    assert set(states) == {WaveState.PUBLISHED}


def test_an_open_wave_is_refused_in_words_and_can_be_left_out(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    make.wave(make.service(name="Nidi"), closes_on=dt.date(2027, 1, 31))
    reader = signed_in(app, make, Role.QUALITY_OFFICE)
    page = reader.get("results.overview", body_slug=make.body().slug, year=2026)
    refused = reader.submit(_only_publishing(page), status=422)
    assert "sono ancora aperte le rilevazioni di Nidi" in words(refused)
    after = reader.submit(_only_publishing(page), {"leave_out_open": "y"})
    assert len(after.select(".results-services tbody tr")) == 3


def test_publishing_takes_a_role_over_the_whole_body(
    app: Flask, make: Factory, services: Sequence[Service], session: Session
) -> None:
    narrowed = signed_in(app, make, Role.QUALITY_OFFICE, service_id=services[0].id)
    body = make.body().slug
    page = narrowed.get("results.overview", body_slug=body, year=2026)
    assert page.select_one("main form") is None
    sent = {"csrf_token": str(page.select_one("input[name=csrf_token]")["value"])}  # type: ignore[index]  # the sign-out form has one
    narrowed.post(f"/ente/{body}/quadro/2026/pubblica", sent, status=403)
    assert session.scalars(select(YearlyResult)).all() == []


def test_an_older_revision_stays_readable_and_says_it_was_replaced(
    app: Flask, make: Factory, services: Sequence[Service], session: Session
) -> None:
    publish(make, 2026)
    wave = session.scalars(select(Wave).where(Wave.service_id == services[0].id, Wave.year == 2026))
    answer(session, wave.one(), ["4441"] * 30, mode=Mode.PAPER)
    publish(make, 2026)
    reader = signed_in(app, make)
    body = make.body().slug
    new = reader.get("results.overview", body_slug=body, year=2026)
    old = reader.get("results.overview", body_slug=body, year=2026, revisione=1)
    assert (row(new, "Anagrafe")[4], row(old, "Anagrafe")[4]) == ("180", "150")
    assert "è stata sostituita dalla revisione 2" in words(old)
    reader.get("results.overview", body_slug=body, year=2026, revisione=3, status=404)


def test_the_page_speaks_english_when_asked(
    app: Flask, make: Factory, services: Sequence[Service]
) -> None:
    (whole, *_) = publish(make, 2025, 2026)
    page = signed_in(app, make).get(
        "results.overview", body_slug=make.body().slug, year=2026, lang="en"
    )
    wave = whole.document["services"][0]["waves"][-1]
    assert wave["change"]["words"]["en"]["headline"] in row(page, "Anagrafe")[5]


def _only_publishing(page: BeautifulSoup) -> BeautifulSoup:
    form = page.select_one("main form[action$=pubblica]")
    assert form is not None, "the page does not offer to publish"
    return page
