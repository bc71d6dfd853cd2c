"""The pages of bundles, as a clerk goes through them."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select

from survey.collection import clock
from survey.models import Bundle, BundleState, Role, VoidSheet, WaveState
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.pages import Pages

PEOPLE = {"first_opener": "Prima Persona", "second_opener": "Seconda Persona"}
SEALED = {"seal": "A-17", "storage_place": "Archivio, armadio 3"}


def text_of(page, where="main"):
    return " ".join(page.select_one(where).get_text(" ", strip=True).split())


def test_desk_lists_the_waves_with_printed_sheets(clerk, wave):
    page = clerk.get("desk.index", body_slug="ente-1")
    cells = [cell.get_text(strip=True) for cell in page.select("tbody tr *[scope=row], tbody td")]
    assert cells == [f"{wave.service.name}2026", "2026", "aperta", "100", "0", "0", "0", "0"]


def test_desk_without_paper_says_when_waves_appear(clerk):
    page = clerk.get("desk.index", body_slug="ente-1")
    assert "compaiono qui quando" in text_of(page)


def test_form_for_a_box_knows_the_day_the_person_and_the_printed_numbers(clerk, wave, keyer):
    page = clerk.get(**opening_of(wave))
    fields = {
        name: page.select_one(f"[name={name}]").get("value")
        for name in ("first_opener", "opened_on", "first_serial", "last_serial", "blank", "refused")
    }
    assert fields == {
        "first_opener": keyer.name,
        "opened_on": clock.today().isoformat(),
        "first_serial": format_serial(1),
        "last_serial": format_serial(100),
        "blank": "0",
        "refused": "0",
    }


def test_box_is_opened_in_one_form_and_says_what_is_to_do(clerk, wave, session):
    page = opened(clerk, wave, found="42", blank="2", handed_out="50", refused="3")
    assert text_of(page, ".bundle-line") == (
        "Trovati 42: imputati 0, bianchi 2, annullati 0; ne mancano 40 da imputare."
    )
    assert "Consegnati 50, rifiutati 3, non tornati 5." in text_of(page)
    assert "Plico 1 aperto: stampa il verbale" in text_of(page)
    bundle = session.scalars(select(Bundle)).one()
    assert (bundle.first_serial, bundle.last_serial, bundle.found) == (1, 100, 42)
    session.refresh(wave)
    assert (wave.handed_out, wave.refused, wave.void) == (50, 3, 2)


def test_loose_sheets_leave_the_range_out(clerk, wave, session):
    page = opened(clerk, wave, loose="y")
    assert "fogli sciolti" in text_of(page)
    assert session.scalars(select(Bundle)).one().first_serial is None


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"found": ""}, "found", "numero intero"),
        ({"found": "1", "blank": "2"}, "blank", "più dei 1 trovati"),
        ({"second_opener": ""}, "second_opener", "nome e cognome"),
        ({"second_opener": "PRIMA PERSONA"}, "second_opener", "un'altra persona"),
        ({"opened_on": "2200-01-01"}, "opened_on", "e oggi"),
        ({"opened_on": "ieri"}, "opened_on", "Scrivi una data"),
        ({"first_serial": "00001-9"}, "first_serial", "cifra di controllo"),
        ({"first_serial": ""}, "last_serial", "il primo e l'ultimo"),
        ({"last_serial": format_serial(101)}, "first_serial", "non è stato stampato"),
    ],
)
def test_wrong_opening_is_told_at_its_field_and_keeps_what_was_typed(
    clerk, wave, fields, where, words
):
    page = clerk.get(**opening_of(wave))
    sent = PEOPLE | {"found": "9", "place_note": "atrio"} | fields
    page = clerk.submit(page, sent, status=422)
    assert words in text_of(page, f"#{where}-error")
    assert page.title.get_text().startswith("Errore:")
    assert page.select_one("#place_note")["value"] == "atrio"
    page = clerk.get("desk.wave", body_slug="ente-1", wave_id=wave.id)
    assert "Nessuna urna è stata ancora aperta" in text_of(page)


def test_faults_of_an_opening_are_listed_in_the_order_of_the_page(clerk, wave):
    page = clerk.get(**opening_of(wave))
    wrong = {"second_opener": "", "opened_on": "ieri", "found": "", "last_serial": "x"}
    page = clerk.submit(page, PEOPLE | wrong, status=422)
    listed = [link["href"].removeprefix("#") for link in page.select(".staff-refusal a")]
    shown = [field["id"] for field in page.select("main form [aria-invalid=true]")]
    assert listed == shown == list(wrong)


def test_void_sheet_is_entered_in_one_row_and_taken_back(clerk, wave, session):
    page = opened(clerk, wave)
    page = send(clerk, page, ".bundle-row", reason="damaged", serial=format_serial(9), note="umido")
    row = page.select_one("section[aria-labelledby=annullati] tbody tr")
    assert [cell.get_text(" ", strip=True) for cell in row.select("th, td")][:3] == [
        "rovinato",
        format_serial(9),
        "umido",
    ]
    assert "annullati 1; ne mancano 8" in text_of(page, ".bundle-line")
    page = send(clerk, page, "section[aria-labelledby=annullati] tbody form")
    assert "annullati 0" in text_of(page, ".bundle-line")
    assert not session.scalars(select(VoidSheet)).all()


def test_wrong_void_sheet_is_told_at_its_field(clerk, wave):
    page = opened(clerk, wave)
    page = send(clerk, page, ".bundle-row", status=422, reason="other", serial="", note="")
    assert "perché il foglio non vale" in text_of(page, "#note-error")


def test_recount_changes_the_sum(clerk, wave):
    page = opened(clerk, wave)
    page = send(clerk, page, ".bundle-recount form", found="12", blank="1")
    assert "Trovati 12: imputati 0, bianchi 1" in text_of(page, ".bundle-line")


def test_wrong_recount_opens_the_form_again(clerk, wave):
    page = opened(clerk, wave)
    page = send(clerk, page, ".bundle-recount form", status=422, found="1", blank="2")
    assert page.select_one(".bundle-recount").has_attr("open")
    assert "più dei 1 trovati" in text_of(page, "#blank-error")


def test_bundle_that_balances_is_closed_with_seal_place_and_day(clerk, wave, session):
    page = opened(clerk, wave, found="0")
    page = clerk.get(page.find("a", string="Chiudi il plico")["href"])
    proposed = page.select_one("#destroy_on")["value"]
    assert proposed.startswith(str(clock.today().year + 5))
    assert page.select_one("#reason") is None
    page = clerk.submit(page, SEALED)
    assert "Plico 1 chiuso" in text_of(page)
    facts = text_of(page, "section[aria-labelledby=bundle-end]")
    assert "Sigillo A-17" in facts
    assert "Archivio, armadio 3" in facts
    bundle = session.scalars(select(Bundle)).one()
    assert (bundle.state, bundle.destroy_on.isoformat()) == (BundleState.CLOSED, proposed)
    assert page.select_one("main form[method=post]") is None, "a closed bundle asks for nothing"


def test_bundle_that_does_not_balance_asks_why(clerk, wave, session):
    page = opened(clerk, wave)
    page = clerk.get(page.find("a", string="Chiudi il plico")["href"])
    page = clerk.submit(page, SEALED, status=422)
    assert "scrivi perché" in text_of(page, "#reason-error")
    page = clerk.submit(page, SEALED | {"reason": "Nove fogli bagnati."})
    assert "Spiegazione Nove fogli bagnati." in text_of(page)


def test_closing_a_closed_bundle_leads_back_to_it(clerk, wave, make, session):
    bundle = sealed(make, wave)
    session.commit()
    answer = clerk.client.get(f"/ente/ente-1/plichi/{bundle.id}/chiudi")
    assert answer.headers["Location"] == f"/ente/ente-1/plichi/{bundle.id}"


def test_change_to_a_closed_bundle_is_refused_in_words(clerk, wave, session):
    page = opened(clerk, wave)
    session.scalars(select(Bundle)).one()
    closing = clerk.get(page.find("a", string="Chiudi il plico")["href"])
    clerk.submit(closing, SEALED | {"reason": "prova"})
    told = send(clerk, page, ".bundle-row", status=409, reason="damaged")
    assert "Il plico 1 è chiuso" in text_of(told, "[role=alert]")


def test_bundles_of_a_published_wave_are_read_only(clerk, wave, make, session):
    bundle = make.bundle(wave, number=1)
    wave.state = WaveState.PUBLISHED
    session.commit()
    page = clerk.get("desk.wave", body_slug="ente-1", wave_id=wave.id)
    assert page.find("a", string="Apri un'urna") is None
    assert "si consultano soltanto" in text_of(page)
    page = clerk.get("desk.bundle", body_slug="ente-1", bundle_id=bundle.id)
    assert page.select_one(".bundle-row") is None


def test_bundle_of_another_body_does_not_exist(clerk, make, session):
    elsewhere = make.body(name="Altro ente", slug="altro-ente")
    service = make.service(body_id=elsewhere.id)
    wave = make.wave(service, make.edition(body=elsewhere))
    bundle = make.bundle(wave)
    session.commit()
    clerk.get("desk.bundle", body_slug="ente-1", bundle_id=bundle.id, status=404)


def test_clerk_of_one_service_does_not_enter_the_bundle_of_another(app, make, session, wave):
    member = make.staff_member(Role.KEYER, service_id=make.service().id)
    bundle = make.bundle(wave)
    session.commit()
    Pages(app).sign_in(member).get(
        "desk.bundle", body_slug="ente-1", bundle_id=bundle.id, status=403
    )


def test_rules_of_paper_are_for_the_quality_office(clerk, staff_pages, make, session):
    clerk.get("desk.rules", body_slug="ente-1", status=403)
    page = staff_pages.get("desk.rules", body_slug="ente-1")
    staff_pages.submit(page, {"bar_own_service": "y", "paper_years": "2"})
    body = make.body()
    session.refresh(body)
    assert (body.bar_own_service, body.paper_years) == (True, 2)
    page = staff_pages.get("desk.rules", body_slug="ente-1")
    page = staff_pages.submit(page, {"paper_years": "51"}, status=422)
    assert "tra 0 e 50" in text_of(page, "#paper_years-error")


def test_barred_clerk_is_told_so_on_the_bundle(app, make, session, wave):
    make.body().bar_own_service = True
    member = make.staff_member(Role.KEYER, service_id=wave.service_id)
    bundle = make.bundle(wave)
    session.commit()
    page = Pages(app).sign_in(member).get("desk.bundle", body_slug="ente-1", bundle_id=bundle.id)
    assert "questo plico tocca a un'altra persona" in text_of(page)
    assert "Chiudi il plico" not in text_of(page)
    assert page.select("main form") == []
    assert page.find("a", string="Comincia a imputare") is None


def test_barred_clerk_is_offered_no_box_to_open(app, make, session, wave):
    make.body().bar_own_service = True
    member = make.staff_member(Role.KEYER, service_id=wave.service_id)
    session.commit()
    pages = Pages(app).sign_in(member)
    page = pages.get("desk.wave", body_slug="ente-1", wave_id=wave.id)
    assert page.find("a", string="Apri un'urna") is None
    assert "non li imputa chi vi lavora" in text_of(page)


def test_closed_bundle_leads_to_no_page_that_is_refused(clerk, keyer, make, wave):
    bundle = sealed(make, wave)
    make.keying(bundle, 3, by=keyer)
    make.session.commit()
    at = {"body_slug": "ente-1", "bundle_id": bundle.id}
    page = clerk.get("desk.bundle", **at)
    links = [link["href"] for link in page.select(".bundle-actions a")]
    assert [clerk.client.get(link).status_code for link in links] == [200] * 4
    refused = clerk.get("desk.key", **at, status=409)
    way_back = refused.find("a", string="Torna all'imputazione")
    assert clerk.client.get(way_back["href"]).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("endpoint", ["index", "wave", "open_box", "bundle", "closing", "rules"])
def test_pages_are_accessible_and_fit_phone_and_desktop(site, open_page, make, endpoint, width):
    office = make.staff_member(Role.QUALITY_OFFICE)
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave, by=office, number=1, handed_out=40, first_serial=1, last_serial=50)
    make.session.add(
        VoidSheet(body_id=bundle.body_id, wave_id=wave.id, bundle_id=bundle.id, serial=3,
                  reason="damaged", note="umido", recorded_on=clock.today(),
                  recorded_by=office.id)
    )  # fmt: skip
    make.session.commit()
    page = open_page(width=width)
    sign_in(page, site, office)
    values = {"body_slug": "ente-1"}
    values |= {"wave_id": wave.id} if endpoint in ("wave", "open_box") else {}
    values |= {"bundle_id": bundle.id} if endpoint in ("bundle", "closing") else {}
    page.goto(site.address(f"desk.{endpoint}", **values))
    assert axe_violations(page) == []
    assert not overflows(page)


def opening_of(wave):
    """Return the way to a form of its own, as it stands after being led there."""
    number = secrets.token_hex(16)
    return {"where": "desk.open_box", "body_slug": "ente-1", "wave_id": wave.id, "modulo": number}


def opened(clerk, wave, **fields):
    page = clerk.get(**opening_of(wave))
    return clerk.submit(page, PEOPLE | {"found": "9"} | fields)


def send(clerk, page, where, *, status=302, **fields):
    """Send the one form of the page that the selector finds, with these fields filled in."""
    form = page.select_one(where)
    data = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return clerk.post(str(form["action"]), data | fields, status=status)


def sealed(make, wave):
    return make.bundle(
        wave,
        number=1,
        found=0,
        state=BundleState.CLOSED,
        closed_on=clock.today(),
        closed_by=make.staff_member().id,
        seal="A-17",
        storage_place="Archivio",
        destroy_on=clock.today(),
    )


@pytest.fixture
def wave(make):
    make.body()
    wave = make.wave(opens_on=clock.today().replace(month=1, day=1))
    make.print_run(wave)
    make.session.commit()
    return wave


@pytest.fixture
def keyer(make):
    member = make.staff_member(Role.KEYER, body=make.body())
    make.session.commit()
    return member


@pytest.fixture
def clerk(app, keyer):
    return Pages(app).sign_in(keyer)
