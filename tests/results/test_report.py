"""The printed report: for the site and for the archive, with the numbers of the documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Role, YearlyResult
from survey.results.report import report_data, report_pdf, report_version
from tests.factories import Factory
from tests.pages import Pages
from tests.pdf import check_standards, texts
from tests.results.year import (
    BAD,
    FAIR,
    GOOD,
    IN_ALL_LANGUAGES,
    closed_wave,
    copied,
    factory_on,
    publish,
    spread,
)


@pytest.fixture(scope="session")
def migrated_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with a fall, a first survey and a service where too few answered."""
    stories: Sequence[tuple[str, list[tuple[int, list[str]]]]] = (
        ("Anagrafe #evil [*] $x$", [(2025, spread(150, GOOD)), (2026, spread(150, BAD))]),
        ("Cimiteri", [(2026, spread(60, FAIR))]),
        ("Sport", [(2026, ["4441"] * 9)]),
    )
    target = tmp_path_factory.mktemp("report") / "year.sqlite"
    with copied(migrated_file, target) as make:
        for name, waves in stories:
            service = make.service(name=name)
            for year, marks in waves:
                closed_wave(make, service, year, marks, users_served=2000)
        publish(make, 2026, options=IN_ALL_LANGUAGES)
    return target


@pytest.fixture
def make(session: Session) -> Factory:
    return factory_on(session)


@pytest.fixture
def published(session: Session) -> YearlyResult:
    whole = YearlyResult.service_id.is_(None)
    return session.scalars(select(YearlyResult).where(whole)).one()


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_report_is_accessible_and_fit_for_the_archive(
    session: Session, make: Factory, published: YearlyResult, language: str
) -> None:
    pdf = report_pdf(session, make.body(), published, language=language)
    check_standards(pdf)


def test_printing_twice_gives_the_same_bytes(
    session: Session, make: Factory, published: YearlyResult
) -> None:
    first = report_pdf(session, make.body(), published)
    assert report_pdf(session, make.body(), published) == first


def test_the_report_says_what_the_documents_say(
    session: Session, make: Factory, published: YearlyResult
) -> None:
    text = " ".join(texts(report_pdf(session, make.body(), published)))
    anagrafe, cimiteri, sport = (service["waves"][-1] for service in published.document["services"])
    assert "Anagrafe #evil [*] $x$" in text
    assert anagrafe["change"]["words"]["it"]["headline"] in text
    assert cimiteri["change"]["words"]["it"]["headline"] in text
    for wave in (anagrafe, cimiteri):
        isu = wave["isu"]
        low, high = (f"{isu[end]:.{isu['decimals']}f}" for end in ("lower", "upper"))
        value = f"{isu['value']:.{isu['decimals']}f}"
        assert f"{value} (da {low} a {high})".replace(".", ",") in text
    assert sport["isu"]["value"] is None
    for line in published.document["notes"]["it"]:
        assert line in text
    assert published.data_hash in text.replace(" ", "")


def test_a_small_group_has_no_number_in_the_report(
    session: Session, make: Factory, published: YearlyResult
) -> None:
    data = report_data(session, make.body(), published, language="it")
    sport = data["services"][-1]
    assert data["table"]["rows"][-1][:5] == ["Sport", "n < 10", "", "", ""]
    assert sport["charts"] == []
    for row in sport["items"]["rows"]:
        assert row[1:] == ["n < 10", "", "", "", "", "", "", ""]


def test_every_form_is_in_one_column_of_the_questions(
    session: Session, make: Factory, published: YearlyResult
) -> None:
    anagrafe = report_data(session, make.body(), published, language="it")["services"][0]
    assert anagrafe["items"]["header"][4:] == [
        "Risposte", "Non so", "Non previsto", "In bianco", "Non valide",
    ]  # fmt: skip
    assert {sum(map(int, row[4:])) for row in anagrafe["items"]["rows"]} == {150}


def test_the_report_says_what_the_change_of_the_body_rests_on(
    session: Session, make: Factory, published: YearlyResult
) -> None:
    sentence = {"headline": "Stabile.", "detail": "Indice 71,0 e 70,9."}
    published.document["years"][-1]["change"] = {"words": {"it": sentence}}
    summary = report_data(session, make.body(), published, language="it")["summary"]
    where = next(place for place, line in enumerate(summary) if sentence["headline"] in line)
    assert summary[where + 1] == sentence["detail"]


def test_the_page_offers_the_report_and_knows_it_again(
    app: Flask, make: Factory, published: YearlyResult
) -> None:
    member = make.staff_member(Role.VERIFIER)
    make.session.commit()
    reader = Pages(app).sign_in(member)
    address = f"/ente/{make.body().slug}/quadro/2026/relazione.pdf"
    first = reader.client.get(address)
    assert (first.status_code, first.mimetype) == (200, "application/pdf")
    assert first.data.startswith(b"%PDF")
    assert "filename=relazione-ente-" in first.headers["Content-Disposition"]
    again = reader.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    missing = reader.client.get(address.replace("2026", "2025"))
    assert missing.status_code == 404


def test_the_version_of_a_report_depends_on_language_and_data(published: YearlyResult) -> None:
    versions = {report_version(published, language) for language in ("it", "en")}
    published.data_hash = "0" * 64
    assert len({report_version(published, "it"), *versions}) == 3
