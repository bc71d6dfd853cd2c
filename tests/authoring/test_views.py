"""The office's pages of waves, through the client that checks every page."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.actions import record_response
from survey.models import PrintRun, Role, SheetLayout, Wave, WaveState, WaveTally
from survey.questionnaire.kinds import Answer
from survey.questionnaire.modes import Mode
from survey.serials import format_serial
from tests.factories import Factory
from tests.pages import Pages, token
from tests.pdf import check_standards, texts

WEB = "https://gradimento.example.it"


def test_the_year_lists_each_service_with_state_address_and_arrivals(
    make: Factory, staff_pages: Pages
) -> None:
    wave = make.wave(make.service(name="Anagrafe"))
    for serial, mode in ((None, Mode.WEB), (None, Mode.WEB), (7, Mode.PAPER)):
        record_response(make.session, wave, answers={"overall": Answer.valid(3)}, mode=mode,
                        day=dt.date(2026, 5, 1), language="it", serial=serial)  # fmt: skip
    make.service(name="Dimenticato")
    make.session.commit()
    page = staff_pages.get("authoring.waves", body_slug=make.body().slug, year=2026)
    row = page.select_one("tbody tr").get_text(" ", strip=True)  # type: ignore[union-attr]  # there is a row
    assert "Anagrafe aperta" in row
    assert "3 2 online, 1 carta" in row
    assert page.find("a", href=f"{WEB}/q/{wave.code}") is not None
    assert "Dimenticato" in page.get_text()


def test_a_year_without_waves_says_so(make: Factory, staff_pages: Pages) -> None:
    page = staff_pages.get("authoring.waves", body_slug=make.body().slug, year=1999)
    assert "non c'è ancora nessuna rilevazione" in page.get_text()


def test_the_office_opens_and_closes_a_wave(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make, state=WaveState.DRAFT)
    page = post(staff_pages, make, wave, "open_wave")
    assert "i cittadini possono rispondere" in page
    assert reread(session, wave).state is WaveState.OPEN
    page = post(staff_pages, make, wave, "close_wave")
    assert "La rilevazione è chiusa" in page
    assert reread(session, wave).state is WaveState.CLOSED


def test_opening_twice_is_refused_with_a_sentence(make: Factory, staff_pages: Pages) -> None:
    wave = saved(make)
    page = post(staff_pages, make, wave, "open_wave", status=409)
    assert "La rilevazione è già aperta." in page
    assert "Chiudi la rilevazione" in page  # the page of the wave, as it stands


def test_wave_known_only_as_counts_says_so_and_offers_no_opening(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make, state=WaveState.CLOSED)
    session.add(
        WaveTally(wave_id=wave.id, body_id=wave.body_id, responses=9, payload=b"", counts_only=True)
    )
    session.commit()
    page = staff_pages.get("authoring.wave", body_slug=make.body().slug, wave_id=wave.id).get_text()
    assert "Riapri la rilevazione" not in page
    assert "Di questa rilevazione si conoscono solo i conteggi" in page
    assert "non si apre" in post(staff_pages, make, wave, "open_wave", status=409)


@pytest.mark.parametrize(
    ("view", "fields", "sentence"),
    [
        ("close_wave", {}, "Si può chiudere solo"),
        ("open_wave", {}, "già stata pubblicata"),
        ("set_counts", {"handed_out": "9", "refused": "0", "void": "0"}, "non si cambiano"),
        ("print_run", {"copies": "1", "language": "it"}, "non si stampano altri fogli"),
    ],
)
def test_a_refusal_is_told_on_the_page_of_the_wave_as_it_stands(
    view: str, fields: dict[str, str], sentence: str, make: Factory, staff_pages: Pages
) -> None:
    wave = saved(make, state=WaveState.PUBLISHED, handed_out=7)
    page = post(staff_pages, make, wave, view, fields, status=409)
    assert sentence in page
    assert wave.service.name in page
    assert "pubblicata" in page


def test_counts_are_saved_with_the_dots_of_thousands(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make)
    fields = {"users_served": "1.250", "handed_out": "300", "refused": "12", "void": "4"}
    post(staff_pages, make, wave, "set_counts", fields)
    found = reread(session, wave)
    assert (found.users_served, found.handed_out, found.refused, found.void) == (1250, 300, 12, 4)


@pytest.mark.parametrize(
    "typed", ["-1", "dodici", "1e3", "9" * 30, "٣", "", "1.5", "1.2.3", "1.00"]
)
def test_a_count_that_is_no_number_is_told_beside_its_field(
    typed: str, make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make, handed_out=7)
    fields = {"users_served": "", "handed_out": typed, "refused": "0", "void": "0"}
    page = post(staff_pages, make, wave, "set_counts", fields, status=422)
    assert "Scrivi un numero intero tra 0 e" in page
    assert reread(session, wave).handed_out == 7


def test_sheets_are_prepared_then_downloaded_as_accessible_pdf(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make)
    page = post(staff_pages, make, wave, "print_run", {"copies": "3", "language": "it"})
    assert f"Fogli da {format_serial(1)} a {format_serial(3)} pronti" in page
    assert "al 100%" in page
    made = session.scalars(select(PrintRun)).one()
    pdf = download(staff_pages, make, wave, made)
    check_standards(pdf)
    assert len(texts(pdf)) == 3


def test_sheets_of_a_run_that_was_loaded_are_laid_out_when_first_downloaded(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = make.wave()
    made = make.print_run(wave, 1, 2)
    make.session.commit()
    assert len(texts(download(staff_pages, make, wave, made))) == 2
    assert session.scalars(select(SheetLayout)).one().edition_id == wave.edition_id


def test_a_silly_number_of_sheets_is_told_beside_its_field(
    make: Factory, staff_pages: Pages, session: Session
) -> None:
    wave = saved(make)
    fields = {"copies": "5000", "language": "it"}
    page = post(staff_pages, make, wave, "print_run", fields, status=422)
    assert "Scrivi un numero intero tra 1 e 1000." in page
    assert session.scalars(select(PrintRun)).all() == []


def test_a_forged_language_is_refused(make: Factory, staff_pages: Pages) -> None:
    wave = saved(make)
    fields = {"copies": "5", "language": "zz"}
    post(staff_pages, make, wave, "print_run", fields, status=422)


def test_the_code_is_an_image_of_the_public_address(make: Factory, staff_pages: Pages) -> None:
    wave = saved(make)
    response = staff_pages.client.get(f"/ente/{make.body().slug}/rilevazione/{wave.id}/qr")
    assert response.mimetype == "image/svg+xml"
    assert response.text.startswith("<svg xmlns=")


def test_a_manager_looks_but_finds_nothing_to_change(app: Flask, make: Factory) -> None:
    wave = saved(make)
    manager = make.staff_member(Role.MANAGER)
    make.session.commit()
    visitor = Pages(app).sign_in(manager)
    page = visitor.get("authoring.wave", body_slug=make.body().slug, wave_id=wave.id)
    assert page.select("main form") == []
    post(visitor, make, wave, "open_wave", status=403)


def test_a_manager_of_one_service_does_not_see_another(app: Flask, make: Factory) -> None:
    mine, noise = make.service(name="Mio"), make.service(name="Altrui")
    own, other = make.wave(mine), make.wave(noise)
    manager = make.staff_member(Role.MANAGER, service_id=mine.id)
    make.session.commit()
    visitor = Pages(app).sign_in(manager)
    listed = visitor.get("authoring.waves", body_slug=make.body().slug, year=2026).get_text()
    assert "Mio" in listed
    assert "Altrui" not in listed
    visitor.get("authoring.wave", body_slug=make.body().slug, wave_id=own.id)
    visitor.get("authoring.wave", status=403, body_slug=make.body().slug, wave_id=other.id)


def test_a_wave_of_another_body_does_not_exist(make: Factory, staff_pages: Pages) -> None:
    here = make.body().slug
    other = make.body(slug="altro", name="Altro")
    wave = make.wave(make.service(body_id=other.id), make.edition(body=other))
    make.session.commit()
    staff_pages.get("authoring.wave", status=404, body_slug=here, wave_id=wave.id)


def test_sheets_of_another_wave_are_not_served(make: Factory, staff_pages: Pages) -> None:
    mine, noise = make.wave(), make.wave()
    made = make.print_run(noise, 1, 2)
    make.session.commit()
    staff_pages.get("authoring.sheets", status=404, body_slug=make.body().slug,
                    wave_id=mine.id, run_id=made.id)  # fmt: skip


def saved(make: Factory, **values: object) -> Wave:
    wave = make.wave(**values)  # type: ignore[arg-type]  # values of columns
    make.session.commit()
    return wave


def reread(session: Session, wave: Wave) -> Wave:
    session.expire_all()
    return session.get_one(Wave, wave.id)


def post(
    visitor: Pages,
    make: Factory,
    wave: Wave,
    view: str,
    fields: dict[str, str] | None = None,
    *,
    status: int = 302,
) -> str:
    where = {"body_slug": make.body().slug, "wave_id": wave.id}
    page = visitor.get("authoring.wave", **where)
    data = {"csrf_token": token(page)} | (fields or {})
    return visitor.post(f"authoring.{view}", data, status=status, **where).get_text(" ")


def download(visitor: Pages, make: Factory, wave: Wave, run: PrintRun) -> bytes:
    path = f"/ente/{make.body().slug}/rilevazione/{wave.id}/fogli/{run.id}"
    response = visitor.client.get(path)
    assert response.mimetype == "application/pdf"
    assert ".pdf" in response.headers["Content-Disposition"]
    return response.data


def test_counts_that_the_bundles_give_are_shown_and_not_asked(staff_pages, make, session):
    wave = make.wave(handed_out=40)
    make.bundle(wave, found=5, blank=2, refused=3)
    session.commit()
    page = staff_pages.get("authoring.wave", body_slug="ente-1", wave_id=wave.id)
    form = page.select_one("form:has(#users_served)")
    assert [one["name"] for one in form.select("input[type=text]")] == [
        "users_served",
        "handed_out",
    ]
    assert "li danno i plichi" in page.main.get_text()
    sent = {"users_served": "100", "handed_out": "50", "refused": "9", "void": "9"}
    sent["csrf_token"] = form.select_one("[name=csrf_token]")["value"]
    staff_pages.post(str(form["action"]), sent, status=302)
    session.refresh(wave)
    assert (wave.users_served, wave.handed_out, wave.refused, wave.void) == (100, 50, 0, 0)


def test_sheets_given_out_are_not_asked_when_every_box_knows_its_own(staff_pages, make, session):
    wave = make.wave()
    make.bundle(wave, handed_out=30)
    session.commit()
    page = staff_pages.get("authoring.wave", body_slug="ente-1", wave_id=wave.id)
    form = page.select_one("form:has(#users_served)")
    assert [one["name"] for one in form.select("input[type=text]")] == ["users_served"]
