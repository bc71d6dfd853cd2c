"""Files of answers read, checked and written: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from analysis.csv_in import read_answers
from analysis.document import read_questionnaire
from analysis.faults import AnswersError
from survey.collection.queries import definition_of
from survey.desk.bundles import SetAside, set_aside
from survey.desk.imports.actions import Upload, check_answers, import_answers
from survey.desk.imports.columns import Frame, plan_answers
from survey.desk.imports.reading import Defaults, Serials, read_rows
from survey.desk.imports.refusals import (
    DefaultDayOutside,
    ImportedBefore,
    ImportRefused,
    UnknownLanguage,
    WaveIsCounts,
    WaveTakesNoFile,
)
from survey.desk.imports.table import open_table
from survey.desk.rules import OwnService
from survey.models import (
    AuditEntry,
    Comment,
    ImportedFile,
    Response,
    Role,
    VoidReason,
    WaveState,
    WaveTally,
)
from survey.questionnaire.marks import decode
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import parse
from survey.serials import format_serial
from tests.factories import TODAY, document, small_document

HEADING = "mode,day,hours,courtesy,overall,age,comment"
FAIR = "web,2026-03-31,4,3,4,1,"
DEFAULTS = Defaults(language="it")
ALL_PLAIN = Defaults(language="it", mode=Mode.WEB, day=TODAY)


def test_every_row_becomes_a_questionnaire_with_its_answers_and_texts(wave, session, office):
    rows = [
        "web,2026-03-31,4,NS,3,2,Grazie",
        'paper,2026-04-01,?,,1,,"due\nrighe, e «virgolette»"',
        "phone,2026-04-02,1,2,3,1,",
    ]
    reading = bring_in(session, wave, rows, by=office)
    found = {row.mode: row for row in session.scalars(select(Response))}
    assert reading.forms == 3 and set(found) == {Mode.WEB, Mode.PAPER, Mode.PHONE}
    definition = definition_of(wave.edition)
    cells = decode(definition, found[Mode.PAPER].marks)
    assert [cells[key].status.value for key in ("hours", "courtesy", "overall")] == ["?", ".", "V"]
    assert found[Mode.WEB].day == dt.date(2026, 3, 31)
    texts = set(session.scalars(select(Comment.text)))
    assert texts == {"Grazie", "due\nrighe, e «virgolette»"}


def test_import_is_written_in_the_register_without_an_answer(wave, session, office):
    bring_in(session, wave, [FAIR, FAIR + "segreto"], by=office)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.staff_member_id) == ("response:import", office.id)
    assert entry.after["forms"] == 2 and entry.after["modes"] == {"web": 2}
    assert "segreto" not in str(entry.after)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "il file è vuoto"),
        (b"\xef\xbb\xbf", "il file è vuoto"),
        (b" \r\n", "il file è vuoto"),
        ("hours;courtesy\n".encode("utf-16"), "UTF-16"),
        ("hours,courtesy\ncittà,1\n".encode("latin-1"), "riga 2: il testo non è in UTF-8"),
        (b"hours,courtesy\n1,\x002\n", "riga 2: contiene un carattere nullo"),
        (b"hours,courtesy\r1,2\r", "CR"),
        (HEADING.encode() + b"\n", "solo l'intestazione"),
        (HEADING.encode() + b"\nweb,2026-03-31,,,,,\n", "almeno una risposta"),
        (HEADING.encode() + b'\nweb,2026-03-31,4,3,4,1,"x\n', "riga 2: virgolette"),
        (b'"hours\n', "riga 1: virgolette"),
        (HEADING.encode() + b"\n4,3\n", "riga 2: 2 celle invece di 7"),
        (b"hours,courtesy,overall,age,zona\n", "riga 1, colonna 5: colonna sconosciuta «zona»"),
        (b"hours,courtesy,overall,age,\n", "riga 1, colonna 5: la colonna non ha un nome"),
        (b"hours,courtesy,overall,age,hours\n", "compare due volte"),
        (b"hours,courtesy,overall\n", "manca la colonna «age»"),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_words(wave, session, content, told):
    assert any(told in fault for fault in faults_of(session, wave, content))
    assert count(session, Response) == 0


def test_line_of_ten_megabytes_is_refused_in_words(wave, session):
    content = b"hours\n" + b"x" * 10_000_000 + b"\n"
    assert "riga 2: una riga supera 2 milioni" in faults_of(session, wave, content)[0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("fax,2026-03-31,4,3,4,1,", "riga 2, colonna 1 (mode): «fax» non è una modalità"),
        (",2026-03-31,4,3,4,1,", "riga 2, colonna 1: manca la modalità"),
        ("web,31/03/2026,4,3,4,1,", "riga 2, colonna 2 (day): «31/03/2026»"),
        ("web,2026-02-30,4,3,4,1,", "colonna 2 (day)"),
        ("web,2025-12-31,4,3,4,1,", "fuori dal periodo 2026-01-01 / 2026-11-22"),
        ("web,2026-11-23,4,3,4,1,", "fuori dal periodo"),
        ("web,,4,3,4,1,", "colonna 2: manca il giorno"),
        ("web,2026-03-31,5,3,4,1,", "riga 2, colonna 3 (hours): «5» non è una risposta"),
        ("web,2026-03-31,=1+1,3,4,1,", "«=1+1» non è una risposta"),
        ("web,2026-03-31,4|3,3,4,1,", "«4|3» non è una risposta"),
        ("web,2026-03-31,4,3,4,1,a\x07b", "caratteri che non si possono salvare"),
        ("web,2026-03-31,4,3,4,1," + "x" * 9999, "il testo ha 9999 caratteri"),
    ],
)
def test_each_fault_is_told_by_line_and_column(wave, session, row, told):
    content = f"{HEADING}\n{row}\n".encode()
    (fault,) = faults_of(session, wave, content)
    assert told in fault


def test_all_faults_are_listed_and_nothing_is_written(wave, session, office):
    rows = [FAIR, "web,2026-03-31,9,8,4,1,", FAIR, "x,y,4,3,4,1,"]
    with pytest.raises(AnswersError) as found:
        bring_in(session, wave, rows, by=office)
    places = [(fault.line, fault.column) for fault in found.value.faults]
    assert places == [(3, 3), (3, 4), (5, 1), (5, 2)]
    assert count(session, Response) == count(session, ImportedFile) == 0


@pytest.mark.parametrize("encoded", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_ways_of_writing_a_csv_make_no_difference(wave, session, encoded, separator, end):
    text = end.join([HEADING, FAIR + "perché no?", FAIR]) + end
    content = text.replace(",", separator).encode(encoded)
    reading = check_answers(session, wave, Upload(content, DEFAULTS), today=TODAY)
    assert reading.forms == 2
    assert reading.batch[0]["comments"] == {"comment": "perché no?"}


def test_what_rows_do_not_say_is_taken_from_the_choice_made_for_all(wave, session, make):
    place = make.place(wave.service)
    content = b"hours,courtesy,overall,age\n4,3,4,1\n"
    given = Defaults(language="en", mode=Mode.PHONE, day=TODAY, place=place)
    (filled,) = check_answers(session, wave, Upload(content, given), today=TODAY).batch
    assert (filled["mode"], filled["day"], filled["language"]) == (Mode.PHONE, TODAY, "en")
    assert filled["place"] is place


def test_place_is_known_by_code_or_name_and_language_by_code(wave, session, make):
    place = make.place(wave.service, code="nord", name="Sede nord")
    heading = "place,lang,hours,courtesy,overall,age"
    for row in ("nord,EN,4,3,4,1", "SEDE NORD,en,4,3,4,1"):
        content = f"{heading}\n{row}\n".encode()
        (filled,) = check_answers(session, wave, Upload(content, ALL_PLAIN), today=TODAY).batch
        assert (filled["place"], filled["language"]) == (place, "en")
    wrong = f"{heading}\nsud,fr,4,3,4,1\n".encode()
    told = faults_of(session, wave, wrong, ALL_PLAIN)
    assert "«sud» non è un luogo del servizio (ci sono: nord)" in told[0]
    assert "«fr» non è una lingua" in told[1]


def test_sheet_number_is_plain_or_as_printed_and_on_paper_alone(wave, session, office, make):
    make.print_run(wave, 1, 20)
    serials = ["7", format_serial(8)]
    bring_in(session, wave, [f"{one},{PAPER}" for one in serials], SERIAL_HEADING, by=office)
    assert set(session.scalars(select(Response.serial))) == {7, 8}


@pytest.mark.parametrize(
    ("serial", "told"),
    [
        ("21", "non è stato stampato"),
        ("7", "è già stato imputato"),
        ("9", "è tra gli annullati"),
        ("00010-0", "non è un numero di foglio"),
        ("A1", "non è un numero di foglio"),
        ("0", "non è un numero di foglio"),
    ],
)
def test_sheet_that_cannot_be_there_is_a_fault(wave, session, make, serial, told):
    office = make.staff_member()
    make.print_run(wave, 1, 20)
    bundle = make.bundle(wave, by=office)
    set_aside(session, bundle, SetAside(VoidReason.DAMAGED, 9), by=office, today=TODAY)
    bring_in(session, wave, [f"7,{PAPER}"], SERIAL_HEADING, by=office)
    content = f"{SERIAL_HEADING}\n{serial},{PAPER}\n".encode()
    assert any(told in fault for fault in faults_of(session, wave, content))


def test_sheet_number_twice_in_a_file_or_beside_another_mode_is_a_fault(wave, session, make):
    make.print_run(wave, 1, 20)
    rows = [f"7,{PAPER}", f"00007-{format_serial(7)[-1]},{PAPER}", f"8,{PAPER}".replace(
        "paper", "web")]  # fmt: skip
    content = "\n".join([SERIAL_HEADING, *rows]).encode()
    told = faults_of(session, wave, content)
    assert "riga 3, colonna 1: il numero di foglio" in told[0] and "più volte" in told[0]
    assert "riga 4" in told[1] and "la modalità non è paper" in told[1]


def test_same_file_is_refused_the_second_time_with_the_day_of_the_first(wave, session, office):
    bring_in(session, wave, [FAIR, FAIR], by=office)
    with pytest.raises(ImportedBefore) as refused:
        bring_in(session, wave, [FAIR, FAIR], by=office)
    assert "il 22/11/2026 (2 questionari)" in str(refused.value)
    assert count(session, Response) == 2


def test_same_file_may_go_into_another_wave(wave, session, office, make):
    bring_in(session, wave, [FAIR], by=office)
    bring_in(session, make.wave(None, wave.edition), [FAIR], by=office)
    assert count(session, Response) == 2


def test_identical_and_empty_rows_and_weights_are_told(wave, session):
    heading = HEADING + ",weight"
    rows = [FAIR + ",1.5", FAIR + ",1.5", "web,2026-03-31,,,,,,2", "web,2026-03-31,1,1,1,1,,1"]
    content = "\n".join([heading, *rows]).encode()
    reading = check_answers(session, wave, Upload(content, DEFAULTS), today=TODAY)
    assert (reading.forms, reading.identical, reading.empty) == (3, 1, 1)
    assert reading.plan.ignored == ("weight",)


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.PUBLISHED])
def test_wave_that_does_not_take_answers_takes_no_file(wave, session, office, state):
    wave.state = state
    session.flush()
    with pytest.raises(WaveTakesNoFile):
        bring_in(session, wave, [FAIR], by=office)


def test_who_may_not_key_the_sheets_of_a_service_imports_none(wave, session, make):
    wave.body.bar_own_service = True
    rated = make.staff_member(Role.QUALITY_OFFICE, service_id=wave.service_id)
    with pytest.raises(OwnService):
        bring_in(session, wave, [FAIR], by=rated)


def test_answers_of_the_web_come_into_a_closed_wave_too(wave, session, office):
    wave.state = WaveState.CLOSED
    session.flush()
    assert bring_in(session, wave, [FAIR], by=office).forms == 1
    assert count(session, Response) == 1


def test_wave_known_as_counts_takes_no_answers(wave, session, office):
    session.add(
        WaveTally(wave_id=wave.id, body_id=wave.body_id, responses=1, payload=b"", counts_only=True)
    )
    with pytest.raises(WaveIsCounts):
        bring_in(session, wave, [FAIR], by=office)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (Defaults(language="it", day=dt.date(2025, 12, 31)), DefaultDayOutside),
        (Defaults(language="fr"), UnknownLanguage),
    ],
)
def test_choice_for_all_that_the_wave_cannot_have_is_refused(wave, session, given, refusal):
    with pytest.raises(refusal):
        check_answers(session, wave, Upload(b"x", given), today=TODAY)
    assert issubclass(refusal, ImportRefused)


def test_progress_goes_from_nothing_to_all(wave, session, office):
    told: list[tuple[int, int]] = []
    content = "\n".join([HEADING, *[FAIR] * 12_000]).encode()
    import_answers(
        session, wave, Upload(content, DEFAULTS), by=office, today=TODAY,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    shares = [done / total for done, total in told]
    assert len(shares) >= 4 and shares == sorted(shares) and shares[-1] == 1
    assert count(session, Response) == 12_000


CELLS = st.sampled_from(["", "1", "2", "3", "4", "5", "0", "NS", "NP", "?", "01", " 3", "x", "4|1"])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_two_readers_of_the_format_accept_and_refuse_the_same(rows, tmp_path_factory):
    keys = ["hours", "courtesy", "overall", "age"]
    text = "\n".join([",".join(keys), *(",".join(row) for row in rows)]) + "\n"
    path = Path(tmp_path_factory.mktemp("csv")) / "answers.csv"
    path.write_text(text, encoding="utf-8")
    questionnaire = read_questionnaire(small_document())
    try:
        read_answers(path, questionnaire)
        theirs = []
    except AnswersError as error:
        theirs = [(fault.line, fault.column, fault.code) for fault in error.faults]
    assert faults_here(text.encode()) == theirs


def faults_here(content: bytes) -> list[tuple[int, int, str]]:
    definition = parse(small_document())
    frame = Frame(definition, (), dt.date(2026, 1, 1), TODAY)
    table = open_table(content)
    plan = plan_answers(frame, table.names)
    try:
        read_rows(table, plan, defaults=ALL_PLAIN, serials=Serials())
    except AnswersError as error:
        own = ("nothing_answered", "no_rows")
        return [(f.line, f.column, f.code) for f in error.faults if f.code not in own]
    return []


def test_every_kind_of_question_is_read(make, session, office):
    wave = make.wave(None, make.edition(document("kind-multiple-choice")))
    definition = definition_of(wave.edition)
    many = next(one for one in definition.walk() if one.options)
    codes = [option.code for option in many.options][:2]
    others = [one.key for one in definition.closed_questions if one.key != many.key]
    heading = ",".join([many.key, *others])
    content = f"{heading}\n{codes[1]}|{codes[0]}{',' * len(others)}\n".encode()
    upload = Upload(content, ALL_PLAIN)
    (filled,) = check_answers(session, wave, upload, today=TODAY).batch
    assert filled["answers"][many.key].codes == tuple(codes)


SERIAL_HEADING = "serial," + HEADING
PAPER = FAIR.replace("web", "paper")


def bring_in(session, wave, rows, heading=HEADING, *, by):
    content = "\n".join([heading, *rows]).encode()
    return import_answers(session, wave, Upload(content, DEFAULTS), by=by, today=TODAY)


def faults_of(session, wave, content, given=DEFAULTS):
    with pytest.raises(AnswersError) as found:
        check_answers(session, wave, Upload(content, given), today=TODAY)
    return [fault.message() for fault in found.value.faults]


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


@pytest.fixture
def wave(make):
    return make.wave(None, make.edition(small_document()))


@pytest.fixture
def office(make):
    return make.staff_member()
