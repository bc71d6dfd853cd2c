"""Old waves and contractors' surveys as counts per item: checked, stored, published."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from analysis.faults import AnswersError
from analysis.tally import Tally
from survey.desk.imports.counts import Consent, CountsWave, import_counts, read_counts_file
from survey.desk.imports.refusals import (
    CountsThere,
    CountsUnreadable,
    DaysReversed,
    FindingsUnread,
    ImportRefused,
    NothingSettled,
    PublishedEdition,
    YearTaken,
)
from survey.desk.rules import OwnService
from survey.models import AuditEntry, Role, WaveState, WaveTally, YearlyResult
from survey.results import actions as publishing
from survey.results.actions import publish_year
from survey.results.refusals import CountsDoNotFit, PublishedMeanwhile
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.factories import TODAY, small_document
from tests.pages import token

CSV = "item;code;n\n" + "".join(
    f"{item};{code};{n}\n"
    for item in ("hours", "courtesy")
    for code, n in ((1, 10), (2, 20), (3, 30), (4, 40))
)

OTHER = "item;code;n\nhours;1;10\nhours;4;40\ncourtesy;1;20\ncourtesy;4;30\n"
REPLACES = Consent(replaces=True)


def test_counts_in_csv_become_a_closed_wave_with_a_tally_alone(session, wanted, office):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    kept = session.scalars(select(WaveTally)).one()
    assert (wave.state, kept.responses, kept.counts_only) == (WaveState.CLOSED, 100, True)


def test_counts_in_json_give_the_same_tally(session, wanted):
    counts = {"1": 10, "2": 20, "3": 30, "4": 40}
    items = {key: {"counts": counts} for key in ("hours", "courtesy")}
    document = {"format": "gradimento/counts/1", "n": 100, "items": items}
    by_json = read_counts_file(json.dumps(document).encode(), wanted.edition)
    assert by_json.tally.digest() == read_counts_file(CSV.encode(), wanted.edition).tally.digest()


def test_published_year_keeps_the_counts_and_their_mean(session, wanted, office):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    body = wave.body
    published = publish_year(session, body, 2019, by=office, today=dt.date(2026, 11, 22))
    assert published.is_new
    kept = session.scalars(select(WaveTally)).one()
    assert (kept.responses, kept.counts_only) == (100, True)
    document = json.dumps(session.scalars(select(YearlyResult.document)).first())
    assert "100" in document
    # mean of 1..4 over 10, 20, 30, 40 is 3, on 0-100: (3 - 1) / (4 - 1)
    assert "66.66" in document


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("item;code;percentage;base\nhours;1;50;100\nhours;4;60;100\n", "invece di 100"),
        ("item;code;n;base\nhours;1;50;100\nhours;4;60;100\n", "totale dichiarato è 100"),
        ("item;code;n\nhours;7;50\n", "non è sulla scala"),
        ("item;code;percentage;base\nhours;1;33,3;7\nhours;4;66,7;7\n", "non è possibile con 7"),
    ],
)
def test_counts_that_do_not_agree_are_told_and_must_be_read(session, wanted, office, content, told):
    reading = read_counts_file(content.encode(), wanted.edition)
    assert any(told in finding.message() for finding in reading.findings)
    with pytest.raises(FindingsUnread):
        import_counts(session, wanted, content.encode(), by=office)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ("", AnswersError),
        ("item;voto\nhours;1\n", AnswersError),
        ("item;code;n\nhours;1;molti\n", AnswersError),
        ("item;code;n\nhours;1;2\nhours;1;3\n", AnswersError),
        ("item;code;n\nignota;1;2\n", AnswersError),
        ("item;code;n;base\nhours;1;2;10\nhours;2;3;11\n", AnswersError),
        ("{", AnswersError),
        ("[" * 100_000, AnswersError),
        ('{"a":' * 100_000, CountsUnreadable),
        ('{"format": "altro"}', CountsUnreadable),
    ],
)
def test_file_that_holds_no_counts_is_refused_in_words(session, wanted, office, content, refusal):
    with pytest.raises(refusal) as found:
        import_counts(session, wanted, content.encode(), by=office)
    assert str(found.value)


def test_who_may_not_key_the_sheets_of_a_service_imports_no_counts_of_it(session, wanted, make):
    wanted.service.body.bar_own_service = True
    rated = make.staff_member(Role.QUALITY_OFFICE, service_id=wanted.service.id)
    with pytest.raises(OwnService):
        import_counts(session, wanted, CSV.encode(), by=rated)


def test_what_a_document_of_counts_lacks_is_told_in_italian(wanted):
    with pytest.raises(CountsUnreadable) as found:
        read_counts_file(b'{"format": "altro"}', wanted.edition)
    assert "atteso 'gradimento/counts/1', trovato 'altro'" in str(found.value)


def test_every_fault_of_a_file_of_counts_is_told_by_line_and_column(wanted):
    rows = ["ignota;1;2;", "hours;Boh;2;", "hours;1;-3;", "hours;2;3,5;", "hours;3;2;molti",
            f"hours;4;{10**20};"]  # fmt: skip
    content = "\n".join(["item;code;n;base", *rows]).encode()
    with pytest.raises(AnswersError) as found:
        read_counts_file(content, wanted.edition)
    places = [(one.line, one.column, one.code) for one in found.value.faults]
    assert places == [
        (2, 1, "not_an_item"), (3, 2, "not_a_code"), (4, 3, "not_a_count"),
        (5, 3, "not_a_count"), (6, 4, "not_a_count"), (7, 3, "not_a_count"),
    ]  # fmt: skip
    assert "riga 3, colonna 2 (code): «Boh» non è una risposta della scala" in str(found.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        # 50 of 150 are 33.3 %: over the 200 who were asked they are 25 %
        ("item;code;n;percentage\nhours;1;50;25\nhours;4;100;50\n",
         "riga 2: le percentuali di «hours» non sono sulla somma dei conteggi (150): scrivere in "
         "una colonna base su quante risposte sono calcolate"),
        ("item;code;n;percentage;base\nhours;1;0;50;\nhours;4;0;50;\n",
         "riga 2, colonna 5 (base): le percentuali di «hours» non sono sulla somma dei conteggi"),
        ("item;code;n;percentage\nhours;1;50;\nhours;4;50;\ncourtesy;1;;50\ncourtesy;4;;50\n",
         "riga 4: «courtesy» ha percentuali ma non la base: scrivere in una colonna base"),
        ("item;code;percentage;base\nhours;1;50;100\nhours;4;50;\ncourtesy;1;50;\n",
         "riga 4, colonna 4 (base): «courtesy» ha percentuali ma non la base"),
        ("item;code;percentage\nhours;1;50\nhours;4;50\n",
         "riga 1: manca la colonna base, che dice su quante risposte sono le percentuali"),
        ("item;code;base\nhours;1;50\n",
         "riga 1: mancano le cifre: serve la colonna n, oppure percentage e base"),
    ],
)  # fmt: skip
def test_figures_without_their_base_say_what_is_missing_and_what_to_do(wanted, content, told):
    with pytest.raises(AnswersError) as found:
        read_counts_file(content.encode(), wanted.edition)
    assert found.value.message().startswith(told)
    assert found.value.total == 1


@pytest.mark.parametrize("rows", [
    "hours;1;50;33,3\nhours;4;100;66,7\n", "hours;1;50;33\nhours;4;100;67\n",
    "hours;1;50;33,3\nhours;4;100;\n", "hours;1;0;0\nhours;4;150;100\n",
])  # fmt: skip
def test_counts_with_their_own_percentages_need_no_base(wanted, rows):
    reading = read_counts_file(f"item;code;n;percentage\n{rows}".encode(), wanted.edition)
    assert (reading.findings, reading.tally.questionnaires.sum()) == ((), 150)


def test_items_and_answers_may_go_by_their_words(wanted):
    words = {1: "Per nulla", 2: "Poco", 3: "Abbastanza", 4: "Molto"}
    rows = [f"{text};{words[code]};{10 * code}" for text in
            ("Gli orari sono comodi", "Il personale è cortese") for code in words]  # fmt: skip
    content = "\r\n".join(["sep=;", "item;code;n", *rows, ";;", ""]).encode()
    by_words = read_counts_file(content, wanted.edition)
    assert by_words.tally.digest() == read_counts_file(CSV.encode(), wanted.edition).tally.digest()


def test_year_that_has_a_wave_and_days_in_disorder_are_refused(session, wanted, office, make):
    backwards = CountsWave(
        wanted.service, wanted.edition, 2019, dt.date(2019, 2, 1), dt.date(2019, 1, 1)
    )
    with pytest.raises(DaysReversed):
        import_counts(session, backwards, CSV.encode(), by=office)
    import_counts(session, wanted, CSV.encode(), by=office)
    with pytest.raises(YearTaken):
        import_counts(session, wanted, CSV.encode(), by=office)
    assert issubclass(NothingSettled, ImportRefused)


def test_counts_are_replaced_where_that_is_asked_for_and_the_register_says_both(
    session, wanted, office, make
):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    with pytest.raises(CountsThere, match="segna «Sostituisci»"):
        import_counts(session, wanted, OTHER.encode(), by=office)
    later = replace(wanted, closes_on=dt.date(2019, 11, 30), users_served=900)
    again = import_counts(session, later, OTHER.encode(), by=office, consent=REPLACES)
    kept = session.scalars(select(WaveTally)).one()
    assert (again.id, kept.responses, kept.counts_only) == (wave.id, 50, True)
    assert (again.closes_on, again.users_served) == (dt.date(2019, 11, 30), 900)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.action == "wave:replace-counts"
    assert (entry.before["forms"], entry.after["forms"]) == (100, 50)


def test_counts_that_no_longer_fit_are_imported_again_and_the_year_published(
    session, wanted, office, make
):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    kept = session.get_one(WaveTally, wave.id)
    kept.payload = replace(Tally.from_bytes(kept.payload), layout="{}").to_bytes()
    session.flush()
    with pytest.raises(CountsDoNotFit, match="Sostituisci"):
        publish_year(session, wave.body, 2019, by=office, today=TODAY)
    import_counts(session, wanted, CSV.encode(), by=office, consent=REPLACES)
    assert publish_year(session, wave.body, 2019, by=office, today=TODAY).is_new


def test_published_counts_change_with_a_new_revision_alone_and_keep_their_questionnaire(
    session, wanted, office, make
):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    first = publish_year(session, wave.body, 2019, by=office, today=TODAY).body.document
    other = make.edition()
    with pytest.raises(PublishedEdition):
        import_counts(session, replace(wanted, edition=other), OTHER.encode(), by=office,
                      consent=REPLACES)  # fmt: skip
    import_counts(session, wanted, OTHER.encode(), by=office, consent=REPLACES)
    documents = list(session.scalars(select(YearlyResult.document)))
    assert first in documents and wave.state is WaveState.PUBLISHED
    again = publish_year(session, wave.body, 2019, by=office, today=TODAY)
    assert again.is_new and again.body.revision == 2


def test_counts_replaced_while_a_year_is_counted_put_the_publication_off(
    session, wanted, office, monkeypatch
):
    wave = import_counts(session, wanted, CSV.encode(), by=office)
    meanwhile = publishing.queries.excluded_forms

    def replaced_then(session, counted):
        import_counts(session, wanted, OTHER.encode(), by=office, consent=REPLACES)
        return meanwhile(session, counted)

    monkeypatch.setattr(publishing.queries, "excluded_forms", replaced_then)
    with pytest.raises(PublishedMeanwhile):
        publish_year(session, wave.body, 2019, by=office, today=TODAY)


def test_wave_with_answers_is_never_replaced_by_counts(session, wanted, office, make):
    make.wave(wanted.service, wanted.edition, year=2019)
    with pytest.raises(YearTaken) as refused:
        import_counts(session, wanted, CSV.encode(), by=office, consent=REPLACES)
    assert not isinstance(refused.value, CountsThere)


def test_page_replaces_counts_once_it_is_ticked(staff_pages, wanted, session):
    session.commit()
    send(staff_pages, wanted, CSV, status=302, azione="importa")
    page = send(staff_pages, wanted, OTHER, status=409, azione="importa")
    assert "segna «Sostituisci»" in page.select_one("#esito").get_text()
    send(staff_pages, wanted, OTHER, status=302, azione="importa", replaces="y")
    session.rollback()
    assert session.scalars(select(WaveTally)).one().responses == 50


def test_page_shows_what_does_not_agree_before_anything_is_kept(staff_pages, wanted, session):
    session.commit()
    odd = "item;code;n;base\nhours;1;50;100\nhours;4;60;100\n"
    page = send(staff_pages, wanted, odd, azione="importa")
    assert "ma il totale dichiarato è 100" in page.select_one("#esito").get_text()
    session.rollback()
    assert session.scalars(select(WaveTally)).all() == []


def test_page_imports_counts_that_agree(staff_pages, wanted, session):
    session.commit()
    page = send(staff_pages, wanted, CSV)
    assert "Le cifre tornano: 100 questionari." in page.select_one("#esito").get_text()
    page = send(staff_pages, wanted, CSV, status=302, azione="importa")
    assert "Conteggi importati" in page.get_text()
    session.rollback()
    assert session.scalars(select(WaveTally)).one().responses == 100


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_counts_page_is_accessible_and_fits(staff_pages, open_page, site, make, width):
    make.service()
    member = make.staff_member()
    make.session.commit()
    page = open_page(width=width)
    sign_in(page, site, member)
    page.goto(site.address("desk.counts_file", body_slug="ente-1"))
    assert axe_violations(page) == []
    assert not overflows(page)


def send(pages, wanted, content, *, status=200, azione="controlla", **ticked):
    page = pages.get("desk.counts_file", body_slug="ente-1")
    data = {
        "csrf_token": token(page), "azione": azione, "service": str(wanted.service.id),
        "edition": str(wanted.edition.id), "year": "2019", "opens_on": "2019-01-01",
        "closes_on": "2019-12-31", "users_served": "",
        "file": (io.BytesIO(content.encode()), "conteggi.csv"), **ticked,
    }  # fmt: skip
    return pages.post("desk.send_counts", data, status=status, body_slug="ente-1")


@pytest.fixture
def wanted(make):
    return CountsWave(
        make.service(), make.edition(small_document()), 2019,
        dt.date(2019, 1, 1), dt.date(2019, 12, 31),
    )  # fmt: skip


@pytest.fixture
def office(make):
    return make.staff_member()
