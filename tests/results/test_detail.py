"""Beyond index and verdict: what moved, where to act, who answered, how far to trust it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Chart, Service, YearlyResult
from survey.results.report import report_data
from tests.factories import Factory
from tests.results.reading import signed_in, words
from tests.results.year import factory_on

PARTS = ("where", "trend", "priorities", "drivers", "coverage", "channels", "quality", "answers",
         "weighting", "coherence")  # fmt: skip


@pytest.fixture(scope="session")
def migrated_file(two_years: Path) -> Path:
    return two_years


@pytest.fixture
def make(session: Session) -> Factory:
    return factory_on(session)


def published(session: Session, slug: str | None) -> YearlyResult:
    """Return the result of 2026 of a service, or of the whole body."""
    results = select(YearlyResult).where(YearlyResult.year == 2026)
    if slug is None:
        return session.scalars(results.where(YearlyResult.service_id.is_(None))).one()
    return session.scalars(results.join(YearlyResult.service).where(Service.slug == slug)).one()


def service_page(app: Flask, make: Factory, slug: str, **values: Any) -> Tag:
    return signed_in(app, make).get(
        "results.service", body_slug=make.body().slug, year=2026, service_slug=slug, **values
    )


def headings(page: Tag) -> list[str]:
    return [words(found) for found in page.select("main h2")]


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_sentence_of_the_detail_stands_on_the_page(
    app: Flask, make: Factory, language: str
) -> None:
    detail = published(make.session, "anagrafe").document["services"][0]["waves"][-1]["detail"]
    said = words(service_page(app, make, "anagrafe", lang=language))
    told = [line for part in PARTS for line in detail[part]["words"][language]]
    assert len(told) >= 4
    for line in told:
        assert " ".join(line.split()) in said


def test_what_moved_comes_first_and_how_far_to_trust_it_last(app: Flask, make: Factory) -> None:
    found = headings(service_page(app, make, "anagrafe"))
    wanted = ["Che cosa si è mosso", "Negli anni", "Dove agire", "Domanda per domanda",
              "Chi ha risposto", "Quanto ci si può fidare"]  # fmt: skip
    assert [name for name in found if name in wanted] == wanted


def test_a_service_that_did_not_change_has_nothing_that_moved(app: Flask, make: Factory) -> None:
    assert "Che cosa si è mosso" not in headings(service_page(app, make, "biblioteca"))


def test_the_table_of_what_moved_is_that_of_the_document(app: Flask, make: Factory) -> None:
    wave = published(make.session, "anagrafe").document["services"][0]["waves"][-1]
    rows = service_page(app, make, "anagrafe").select(".results-shifts tbody tr")
    assert len(rows) == len(wave["detail"]["where"]["items"]) == 2
    for row, item in zip(rows, wave["detail"]["where"]["items"], strict=True):
        cells = [words(cell) for cell in row.find_all(["th", "td"])]
        shares = item["satisfied"]
        assert shares["decimals"] == 0
        assert cells[1:3] == [f"{shares[when]:.0f} %" for when in ("before", "after")]
        assert cells[3] == f"−{abs(shares['difference']):.0f}"
        assert cells[5] == {"down": "peggiorata", "up": "migliorata", None: "no"}[item["moved"]]


def test_the_page_says_why_there_is_no_trend_and_no_map(app: Flask, make: Factory) -> None:
    said = words(service_page(app, make, "anagrafe"))
    assert (
        "Andamento non calcolato: meno di quattro rilevazioni di seguito confrontabili tra loro."
    ) in said
    assert "Mappa delle priorità non disegnata: l'importanza non è stata chiesta" in said


def test_a_year_published_before_there_was_a_detail_is_still_read(
    app: Flask, make: Factory
) -> None:
    for slug in ("anagrafe", None):
        result = published(make.session, slug)
        document = copy.deepcopy(result.document)
        for year in document["years"]:
            year.pop("detail", None)
        for service in document["services"]:
            for wave in service["waves"]:
                wave.pop("detail", None)
        result.document = document
    make.session.commit()
    page = service_page(app, make, "anagrafe")
    assert "Domanda per domanda" in headings(page)
    assert "Dove agire" not in headings(page)
    overview = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    assert "Tutte le domande di tutti i servizi" not in headings(overview)


def test_the_exploratory_table_names_the_marked_questions(app: Flask, make: Factory) -> None:
    screening = published(make.session, None).document["years"][-1]["detail"]["screening"]
    overview = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    section = overview.select_one("section[aria-labelledby=esplorare]")
    assert section is not None and section.details is not None
    assert not section.details.has_attr("open")
    rows = [words(row) for row in section.select("tbody tr")]
    marked = [cell for cell in screening["cells"] if cell["marked"]]
    assert len(rows) == len(marked) > 0
    assert all(row.startswith("Anagrafe") and "più bassa" in row for row in rows)
    for line in screening["words"]["it"]:
        assert line in words(section)


def test_charts_that_are_drawn_in_one_language_serve_the_readers_of_the_other(
    app: Flask, make: Factory
) -> None:
    result = published(make.session, "anagrafe")
    for chart in make.session.scalars(select(Chart).where(Chart.result_id == result.id)):
        if chart.language == "en":
            make.session.delete(chart)
    make.session.commit()
    page = service_page(app, make, "anagrafe", lang="en")
    figures = page.find_all("figure")
    assert figures and {figure.get("lang") for figure in figures} == {"it"}
    reader = signed_in(app, make)
    assert reader.client.get(str(figures[0].img["src"])).status_code == 200


def test_the_report_says_what_the_page_says(session: Session, make: Factory) -> None:
    result = published(session, "anagrafe")
    detail = result.document["services"][0]["waves"][-1]["detail"]
    whole = published(session, None)
    data = report_data(session, make.body(), whole, language="it")
    anagrafe = data["services"][0]
    assert anagrafe["moved"] == detail["where"]["words"]["it"]
    assert anagrafe["who"] == [
        *detail["coverage"]["words"]["it"], *detail["channels"]["words"]["it"],
    ]  # fmt: skip
    assert anagrafe["trend"] == [
        "Andamento negli anni non calcolato: meno di quattro rilevazioni di seguito confrontabili "
        "tra loro."
    ]
    chart = session.scalars(
        select(Chart).where(
            Chart.result_id == result.id, Chart.name == "profile", Chart.language == "it"
        )
    ).one()
    for question, answer, _, share in chart.words["rows"]:
        (line,) = (line for line in anagrafe["profile"] if line.startswith(question))
        assert f"{answer} {share}" in line


def test_the_body_as_a_whole_is_told_on_page_and_in_the_report(
    app: Flask, session: Session, make: Factory
) -> None:
    whole = published(session, None)
    change = whole.document["years"][-1]["change"]
    assert change is not None
    headline = change["words"]["it"]["headline"]
    overview = signed_in(app, make).get("results.overview", body_slug=make.body().slug, year=2026)
    section = overview.select_one("section[aria-labelledby=sintesi]")
    assert section is not None and headline in words(section)
    data = report_data(session, make.body(), whole, language="it")
    assert any(line.endswith(headline) for line in data["summary"])
