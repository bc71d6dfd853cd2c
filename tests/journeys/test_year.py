"""From the citizen's answer to the published index: web, paper, closing, publishing, reading."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from survey.models import Role, Wave
from survey.serials import format_serial
from tests.factories import Factory
from tests.pages import Pages, token
from tests.pdf import texts
from tests.results.reading import row, words

YEAR = 2026
#: hours, courtesy, overall; on the web all are marks, on paper also what a pen can do
ON_THE_WEB = [("4", "4", "4")] * 6 + [("3", "4", "4")] * 3 + [("3", "4", "2")] * 3
ON_PAPER = [("1", "NS", "?")] * 6


def test_answers_of_the_web_and_of_paper_become_one_published_index(
    app: Flask, make: Factory, session: Session, wave: Wave
) -> None:
    body = make.body().slug
    citizens_answer(app, wave)
    clerk_keys(app, make, wave)
    office = staff(app, make, Role.QUALITY_OFFICE)

    page = office.get("results.overview", body_slug=body, year=YEAR)
    assert "numeri provvisori" in words(page)
    address = f"/ente/{body}/quadro/{YEAR}/pubblica"
    refused = office.post(address, {"csrf_token": token(page)}, status=422)
    assert "sono ancora aperte le rilevazioni di Anagrafe" in words(refused)

    close(office, body, wave, page)
    page = office.get("results.overview", body_slug=body, year=YEAR)
    assert "Anagrafe: 18 questionari" in words(page)
    published = office.submit(page)

    # hours (24 + 18 + 6) / 18 = 2.667 of 1-4 -> 55.6; courtesy 4 of 4 -> 100; two dimensions
    # count the same: 77.8. Overall: 9 of 12 valid answers are 3 or 4.
    cells = row(published, "Anagrafe")
    assert cells[1] == "78"
    assert cells[3:5] == ["9 su 12", "18 poche"]
    assert "Prima rilevazione: nessun confronto." in cells[5]


def test_everybody_reads_the_same_number(
    app: Flask, make: Factory, session: Session, wave: Wave
) -> None:
    body = make.body().slug
    citizens_answer(app, wave)
    clerk_keys(app, make, wave)
    office = staff(app, make, Role.QUALITY_OFFICE)
    page = office.get("results.overview", body_slug=body, year=YEAR)
    close(office, body, wave, page)
    office.submit(office.get("results.overview", body_slug=body, year=YEAR))

    manager = staff(app, make, Role.MANAGER)
    page = manager.get("results.service", body_slug=body, year=YEAR, service_slug="anagrafe")
    assert "78 su 100" in words(page)
    assert [item.get_text() for item in page.select(".results-comments li")] == ["Troppa coda"]
    verifier = staff(app, make, Role.VERIFIER)
    document = verifier.client.get(f"/ente/{body}/quadro/{YEAR}/risultati.json").json
    assert document is not None
    isu = document["services"][0]["waves"][0]["isu"]
    assert isu["value"] == pytest.approx(50 * (5 / 9 + 1), abs=1e-9)
    pdf = verifier.client.get(f"/ente/{body}/quadro/{YEAR}/relazione.pdf").data
    assert "9 su 12" in " ".join(texts(pdf))


def test_what_is_published_takes_no_more_answers(
    app: Flask, make: Factory, session: Session, wave: Wave
) -> None:
    body = make.body().slug
    citizens_answer(app, wave)
    late = Pages(app)
    form = late.get("collection.form", code=wave.code)
    office = staff(app, make, Role.QUALITY_OFFICE)
    page = office.get("results.overview", body_slug=body, year=YEAR)
    close(office, body, wave, page)
    office.submit(office.get("results.overview", body_slug=body, year=YEAR))

    late.submit(form, {"q_overall": "1"}, status=410)
    bundle = make.bundle(wave)
    session.commit()
    desk = f"/ente/{body}/plichi/{bundle.id}/imputa"
    assert office.client.get(desk).status_code >= 400
    page = office.get("results.overview", body_slug=body, year=YEAR)
    assert row(page, "Anagrafe")[4] == "12 poche"


@pytest.fixture
def wave(make: Factory) -> Wave:
    made = make.wave(make.service(name="Anagrafe", slug="anagrafe"), year=YEAR)
    make.print_run(made, 1, 20)
    make.session.commit()
    return made


def citizens_answer(app: Flask, wave: Wave) -> None:
    for number, (hours, courtesy, overall) in enumerate(ON_THE_WEB):
        citizen = Pages(app)
        form = citizen.get("collection.form", code=wave.code)
        sent = {"q_hours": hours, "q_courtesy": courtesy, "q_overall": overall}
        citizen.submit(form, sent | ({"q_comment": "Troppa coda"} if number == 0 else {}))


def clerk_keys(app: Flask, make: Factory, wave: Wave) -> None:
    clerk, bundle = staff(app, make, Role.KEYER), make.bundle(wave, found=len(ON_PAPER))
    make.session.commit()
    for serial, (hours, courtesy, overall) in enumerate(ON_PAPER, start=1):
        screen = clerk.get("desk.key", body_slug=make.body().slug, bundle_id=bundle.id)
        sent = {"q_hours": hours, "q_courtesy": courtesy, "q_overall": overall}
        clerk.submit(screen, sent | {"serial": format_serial(serial), "day": "2026-03-04"})
    closing = clerk.get("desk.closing", body_slug=make.body().slug, bundle_id=bundle.id)
    clerk.submit(closing, {"seal": "A-1", "storage_place": "Archivio, armadio 3"})


def staff(app: Flask, make: Factory, role: Role) -> Pages:
    member = make.staff_member(role)
    make.session.commit()
    return Pages(app).sign_in(member)


def close(office: Pages, body: str, wave: Wave, page: BeautifulSoup) -> None:
    address = f"/ente/{body}/rilevazione/{wave.id}/chiudi"
    office.post(address, {"csrf_token": token(page)}, status=302)
