"""The records of a bundle on paper."""

from __future__ import annotations

import datetime as dt

import pytest

from survey.collection import clock
from survey.models import BundleState, Role, VoidReason, VoidSheet
from survey.serials import format_serial
from tests.factories import TODAY
from tests.naughty import strings
from tests.pages import Pages
from tests.pdf import check_standards, texts


def fetch(clerk, bundle, which):
    answer = clerk.client.get(f"/ente/ente-1/plichi/{bundle.id}/verbale-{which}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.data


def test_opening_record_says_who_counted_what_and_is_fit_for_the_archive(clerk, bundle):
    pdf = fetch(clerk, bundle, "apertura")
    check_standards(pdf)
    (text,) = texts(pdf)
    assert "Verbale di apertura dell'urna" in text
    assert "Il giorno 20 novembre 2026 Prima persona e Seconda persona hanno aperto" in text
    assert f"da {format_serial(1)} a {format_serial(50)}" in text
    assert "Trovati nell'urna 20" in text
    assert "Consegnati per quest'urna 40" in text
    assert text.count("Prima persona") == 3, "in the sentence, among the facts, and to sign"


def test_closing_record_balances_and_names_seal_store_and_day(clerk, bundle, make, session):
    seal(make, bundle)
    session.add(
        VoidSheet(body_id=bundle.body_id, wave_id=bundle.wave_id, bundle_id=bundle.id, serial=9,
                  reason=VoidReason.DAMAGED, note="bagnato", recorded_on=TODAY,
                  recorded_by=bundle.opened_by)
    )  # fmt: skip
    session.commit()
    pdf = fetch(clerk, bundle, "chiusura")
    check_standards(pdf)
    text = " ".join(texts(pdf))
    assert f"{format_serial(9)} rovinato bagnato" in text
    assert "Annullati 1" in text
    assert "Ne mancano 19 da imputare. Chiuso con questa spiegazione: <script> & *forte*" in text
    assert "Sigillo: A-17" in text
    assert "22 novembre 2031" in text


def test_closing_record_of_an_open_bundle_is_refused_in_words(clerk, bundle):
    page = clerk.get(f"/ente/ente-1/plichi/{bundle.id}/verbale-chiusura.pdf", status=409)
    assert "si stampa quando è chiuso" in page.main.get_text()


def test_what_no_font_can_draw_is_printed_as_its_code(clerk, bundle, make, session):
    bundle.first_opener = "Prima \u5f20"
    seal(make, bundle)
    bundle.imbalance_reason = "".join(["macchia \U0001f600 #panic() ", *strings()])[:6000]
    session.commit()
    assert "Prima [U+5F20]" in texts(fetch(clerk, bundle, "apertura"))[0]
    pdf = fetch(clerk, bundle, "chiusura")
    check_standards(pdf)
    assert "#panic()" in " ".join(texts(pdf))


def test_record_is_the_same_to_the_byte_each_time(clerk, bundle):
    assert fetch(clerk, bundle, "apertura") == fetch(clerk, bundle, "apertura")


def seal(make, bundle):
    by = make.staff_member().id
    bundle.closed_by = by
    bundle.state, bundle.closed_on = BundleState.CLOSED, clock.today()
    bundle.seal, bundle.storage_place = "A-17", "Archivio"
    bundle.destroy_on = dt.date(2031, 11, 22)
    bundle.imbalance_reason = "<script> & *forte*"


@pytest.fixture
def bundle(make):
    make.body()
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave, number=1, first_serial=1, last_serial=50, handed_out=40)
    make.session.commit()
    return bundle


@pytest.fixture
def clerk(app, make):
    member = make.staff_member(Role.KEYER, body=make.body())
    make.session.commit()
    return Pages(app).sign_in(member)
