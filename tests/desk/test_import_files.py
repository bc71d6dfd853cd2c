"""Files as spreadsheets and hostile hands leave them, and the list of what is wrong in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from analysis.faults import AnswersError, FaultList
from survey.cli import main
from survey.desk.imports.actions import Upload, check_answers
from survey.desk.imports.fault_list import fault_list
from survey.desk.imports.faults import FileFault
from survey.desk.imports.reading import Defaults
from survey.desk.imports.table import MOST_COLUMNS, open_table
from survey.models import Response
from survey.questionnaire.modes import Mode
from tests.browser import DESKTOP, sign_in
from tests.desk.importing import AT
from tests.factories import TODAY, small_document
from tests.pages import token

HEADING = "mode;day;hours;courtesy;overall;age;comment"
FAIR = "web;2026-03-31;4;3;4;1;"
DEFAULTS = Defaults(language="it")
DANGEROUS = [
    "=1+1", "+39 333", "-x", "@x", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "a,=1+1", "a;=1+1",
    "a\t=1+1", "a|=1+1", "a, =1+1", 'a,"=1+1"', "a\n=1+1", "a,,-1", "-,-", "=1,=2;=3",
]  # fmt: skip
#: what a spreadsheet may take for a formula: it may leave out what stands before the sign
FORMULA = re.compile(r"[\s\"]*[=+\-@＝＋－＠]|[\t\r]")


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;;;;"])
def test_line_that_tells_the_separator_is_no_heading(wave, session, first):
    bad = FAIR.replace("4;3", "9;3")
    assert read(session, wave, f"{first}\r\n{HEADING}\r\n{FAIR}\r\n").forms == 1
    (fault,) = faults_of(session, wave, f"{first}\r\n{HEADING}\r\n{FAIR}\r\n{bad}\r\n")
    assert (fault.line, fault.column) == (4, 3)  # as the person who opens the file counts


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_file_as_excel_saves_it_by_itself_is_refused_with_the_choice_to_make(encoding):
    content = f"{HEADING}\r\n{FAIR}La città è bella\r\n".encode(encoding)
    with pytest.raises(AnswersError) as found:
        open_table(content)
    assert found.value.message() == (
        "riga 2: il testo non è in UTF-8 ma, pare, in Windows-1252, come lo salva Excel con «CSV»: "
        "salvarlo di nuovo scegliendo «CSV UTF-8»"
    )


def test_file_in_no_encoding_that_is_known_is_not_said_to_be_in_one():
    with pytest.raises(AnswersError) as found:
        open_table(f"{HEADING}\n{FAIR}".encode() + b"\x81\x8d\n")
    assert (
        found.value.message() == "riga 2: il testo non è in UTF-8: salvare il file come «CSV UTF-8»"
    )


def test_separator_is_told_by_what_stands_outside_quotation_marks():
    table = open_table(b'"a, b, c, d";"e\nf, g"\n1;2\n')
    assert (table.delimiter, table.names) == (";", ("a, b, c, d", "e f, g"))
    assert list(table.rows(FaultList())) == [(3, ["1", "2"])]


@pytest.mark.parametrize("end", [";;;;;;\r\n;;;;;;\r\n", "\r\n\r\n", "   \r\n", " ;\r\n"])
def test_empty_lines_that_a_spreadsheet_leaves_are_no_faults(wave, session, end):
    assert read(session, wave, f"{HEADING}\r\n{FAIR}\r\n{end}").forms == 1


def test_spreadsheet_or_archive_is_named_as_one_and_never_unpacked(wave, session):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 10_000_000)
    for content in (packed.getvalue(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50)):
        (fault,) = faults_of(session, wave, content)
        assert "foglio di calcolo o un archivio" in fault.message()


def test_quotation_mark_left_open_is_not_called_a_file_without_rows(wave, session):
    (fault,) = faults_of(session, wave, f'{HEADING}\nweb;2026-03-31;"4;3;4;1;\n')
    assert fault.code == "quotes"


def test_name_with_capitals_or_blanks_is_told_as_it_must_be_written(wave, session):
    told = [one.message() for one in faults_of(session, wave, f"{HEADING.upper()}\n{FAIR}\n")]
    assert "riga 1, colonna 3: la colonna «HOURS» deve chiamarsi «hours»" in told
    assert not any("manca la colonna" in one for one in told)


def test_heading_of_a_million_columns_is_refused_at_once():
    with pytest.raises(AnswersError) as found:
        open_table(b"a," * 999_999 + b"a\n")
    assert f"al massimo {MOST_COLUMNS}" in found.value.message()


def test_mode_and_day_that_nobody_gives_are_told_once_and_not_by_every_row(wave, session):
    content = "hours;courtesy;overall;age\n" + "4;3;4;1\n" * 50
    told = [one.message() for one in faults_of(session, wave, content)]
    assert len(told) == 2
    assert "sceglierne una per tutti" in "".join(told) and "riga" not in "".join(told)
    given = Defaults(language="it", mode=Mode.WEB, day=TODAY)
    assert read(session, wave, content, given).forms == 50


def test_list_of_faults_holds_them_all_and_no_formula():
    faults = [FileFault(line, 3, "unknown_code", "9", "1, 2", "=A1") for line in range(2, 2500)]
    rows = listed(fault_list(AnswersError(tuple(faults), total=9999)))
    assert rows[0] == ["riga", "colonna", "nome della colonna", "errore"]
    assert rows[1][:3] == ["2", "3", "'=A1"]
    assert rows[1][3] == "«9» non è una risposta prevista (sono ammessi 1, 2)"
    assert len(rows) == 2 + len(faults) and "altri 7501" in rows[-1][3]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_of_the_list_is_a_formula_whatever_a_spreadsheet_takes_for_separator(
    cell, separator
):
    faults = [
        FileFault(1, 2, "column_not_mapped", cell),
        FileFault(2, 3, "unknown_code", cell, cell, heading=cell),
        FileFault(3, 1, "serial", cell, heading=cell),
    ]
    text = fault_list(AnswersError(tuple(faults))).decode("utf-8-sig")
    cells = [one for row in csv.reader(io.StringIO(text), delimiter=separator) for one in row]
    assert [one for one in cells if FORMULA.match(one)] == []
    assert " ".join(cell.split()) in text.replace("'", "").replace('""', '"')


def test_list_of_faults_of_a_file_with_formulas_holds_none(staff_pages, wave):
    heading = ["mode", "day", "hours", "=1+1", "+39 333", "-x", "@x", '"a,=1+1"', "courtesy"]
    row = ["web", "2026-03-31", '"b,=1+1"', *["4"] * 6]
    content = ",".join(heading) + "\n" + ",".join(row) + "\n"
    text = post(staff_pages, wave, content, "errori").data.decode("utf-8-sig")
    assert "+39 333" in text
    for separator in ";,":
        cells = [one for row in csv.reader(io.StringIO(text), delimiter=separator) for one in row]
        assert [one for one in cells if FORMULA.match(one)] == []


def test_page_gives_every_fault_as_a_file_and_imports_nothing(staff_pages, wave, session):
    content = f"{HEADING}\n" + (FAIR.replace("4;3", "9;8") + "\n") * 1500
    page = send(staff_pages, wave, content, status=422)
    button = page.select_one("#esito button[value=errori]")
    assert button["form"] == page.select_one("form[data-import]")["id"]
    assert "3.000 errori" in page.select_one("#esito").get_text()
    answer = post(staff_pages, wave, content, "errori")
    assert answer.headers["Content-Disposition"] == "attachment; filename=errori.csv"
    assert len(listed(answer.data)) == 1 + 3000
    good = post(staff_pages, wave, f"{HEADING}\n{FAIR}\n", "errori")
    assert good.status_code == 200 and "Il file è in ordine" in good.text


def test_command_writes_the_list_of_faults_where_told(
    wave, session, settings, tmp_path, monkeypatch
):
    session.commit()
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    path, out = tmp_path / "risposte.csv", tmp_path / "errori.csv"
    path.write_text(f"{HEADING}\n" + (FAIR.replace("4;3", "9;8") + "\n") * 800, encoding="utf-8")
    given = ["import", "answers", str(path), "--wave", wave.code, "--faults", str(out)]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 1 and "Errori nel file: 1600." in result.output
    assert len(listed(out.read_bytes())) == 1 + 1600


@pytest.mark.browser
def test_file_beyond_what_the_page_takes_is_not_even_sent(open_page, site, make, wave, tmp_path):
    member = make.staff_member()
    make.session.commit()
    page = open_page(width=DESKTOP)
    sign_in(page, site, member)
    page.goto(site.address("desk.answers_file", wave_id=wave.id, **AT))
    path, sent = tmp_path / "grande.csv", []
    path.write_bytes(b"1;2\n" * 6_000_000)
    page.on("request", lambda request: sent.append(request.method))
    page.set_input_files("#file", str(path))
    page.get_by_text("Il file supera i 20 MB").wait_for()
    page.get_by_role("button", name="Importa", exact=True).click()
    page.wait_for_timeout(300)
    assert "POST" not in sent


def test_longer_export_that_holds_an_earlier_one_is_not_counted_twice(staff_pages, wave, session):
    old = [f"web;2026-03-{n:02};{1 + n % 4};{1 + n % 3};4;1;" for n in range(1, 13)]
    new = [f"web;2026-04-{n:02};4;3;4;1;" for n in range(1, 4)]
    first, second = ("\n".join([HEADING, *rows]) for rows in (old, [*old, *new]))
    assert post(staff_pages, wave, first, "importa").status_code == 302
    page = send(staff_pages, wave, second)
    assert "12 questionari hanno giorno, modalità e risposte di altri" in page.get_text()
    answer = post(staff_pages, wave, second, "importa")
    assert answer.status_code == 409 and "contati due volte" in answer.text
    assert 'name="is_new"' in answer.text
    assert counted(session) == 12
    assert post(staff_pages, wave, second, "importa", is_new="y").status_code == 302
    assert counted(session) == 27


def test_command_wants_to_be_told_that_forms_alike_are_others(
    wave, session, settings, tmp_path, monkeypatch
):
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    rows = [f"web;2026-03-{n:02};{1 + n % 4};{1 + n % 3};4;1;" for n in range(1, 13)]
    results = []
    for more in ([], [FAIR], [FAIR, FAIR]):
        path = tmp_path / "risposte.csv"
        path.write_text("\n".join([HEADING, *rows, *more]), encoding="utf-8")
        given = ["import", "answers", str(path), "--wave", wave.code, *["--new"] * (len(more) > 1)]
        results.append(CliRunner().invoke(main, given))
    assert [one.exit_code for one in results] == [0, 1, 0]
    assert "ripeti con --new" in results[1].output
    assert counted(session) == 12 + 14


def test_few_forms_alike_are_told_and_come_in(staff_pages, wave, session):
    rows = [f"web;2026-03-{n:02};{1 + n % 4};3;4;1;" for n in range(1, 21)]
    post(staff_pages, wave, "\n".join([HEADING, *rows]), "importa")
    later = [rows[0], *[f"web;2026-05-{n:02};4;3;4;1;" for n in range(1, 20)]]
    assert (
        "1 questionario ha giorno"
        in send(staff_pages, wave, "\n".join([HEADING, *later])).get_text()
    )
    assert post(staff_pages, wave, "\n".join([HEADING, *later]), "importa").status_code == 302
    assert counted(session) == 40


def counted(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Response))


def read(session, wave, content, given=DEFAULTS):
    content = content if isinstance(content, bytes) else content.encode()
    return check_answers(session, wave, Upload(content, given), today=TODAY)


def faults_of(session, wave, content):
    with pytest.raises(AnswersError) as found:
        read(session, wave, content)
    return found.value.faults


def listed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def send(pages, wave, content, *, status=200):
    return pages.post("desk.send_answers", form(pages, wave, content, "controlla"),
                      status=status, wave_id=wave.id, **AT)  # fmt: skip


def post(pages, wave, content, deed, **ticked):
    where = f"/ente/ente-1/importazioni/{wave.id}"
    return pages.client.post(where, data=form(pages, wave, content, deed) | ticked)


def form(pages, wave, content, deed):
    page = pages.get("desk.answers_file", wave_id=wave.id, **AT)
    return {
        "csrf_token": token(page), "azione": deed, "mapping": "", "mode": "", "day": "",
        "place": "", "language": "it", "file": (io.BytesIO(content.encode()), "risposte.csv"),
    }  # fmt: skip


@pytest.fixture
def wave(make, staff_pages, session):
    made = make.wave(None, make.edition(small_document()))
    session.commit()
    return made
