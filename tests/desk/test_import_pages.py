"""The pages of imports, as the quality office goes through them, and the command."""

from __future__ import annotations

import io

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from survey.application import MAX_BODY
from survey.cli import main
from survey.desk.imports.views import MOST_BYTES
from survey.models import ImportedFile, Response, Role, WaveState
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.factories import small_document
from tests.pages import Pages, check_page, token

HEADING = "mode,day,hours,courtesy,overall,age,comment"
GOOD = f"{HEADING}\nweb,2026-03-31,4,3,4,1,Grazie\nphone,2026-04-01,1,NS,2,,\n"
BAD = f"{HEADING}\nweb,2026-03-31,9,3,4,1,\nfax,2026-04-01,1,1,2,1,\n"
AT = {"body_slug": "ente-1"}


def text_of(page, where="main"):
    return " ".join(page.select_one(where).get_text(" ", strip=True).split())


def send(pages, wave, content, *, deed="controlla", status=200, **fields):
    page = pages.get("desk.answers_file", wave_id=wave.id, **AT)
    data = {
        "csrf_token": token(page), "azione": deed, "mapping": "", "mode": "", "day": "",
        "place": "", "language": "it",
        "file": (io.BytesIO(content.encode()), "risposte.csv"), **fields,
    }  # fmt: skip
    return pages.post("desk.send_answers", data, status=status, wave_id=wave.id, **AT)


def test_waves_that_take_a_file_are_listed_and_others_not(staff_pages, make, session, wave):
    hidden = make.wave(year=2025, state=WaveState.PUBLISHED)
    session.commit()
    page = staff_pages.get("desk.imports", **AT)
    assert wave.service.name in text_of(page) and hidden.service.name not in text_of(page)


def test_services_of_a_year_are_listed_by_name(staff_pages, make, session):
    for code, name in (("AAAAAAAA", "Tributi"), ("BBBBBBBB", "Anagrafe"), ("CCCCCCCC", "Scuola")):
        make.wave(make.service(name=name), year=2026, code=code)
    session.commit()
    page = staff_pages.get("desk.imports", **AT)
    links = [link.get_text(" ", strip=True).split()[0] for link in page.select("main tbody a")]
    assert links == ["Anagrafe", "Scuola", "Tributi"]


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.PUBLISHED])
def test_wave_that_takes_no_file_says_so_before_one_is_chosen(staff_pages, make, session, state):
    made = make.wave(state=state)
    session.commit()
    page = staff_pages.get("desk.answers_file", wave_id=made.id, **AT)
    assert "In questa rilevazione non si importa" in text_of(page)
    assert page.select_one("#file") is None


def test_check_says_what_would_come_in_and_writes_nothing(staff_pages, wave, session):
    page = send(staff_pages, wave, GOOD)
    told = text_of(page, "#esito")
    assert "Il file è in ordine: 2 questionari da importare." in told
    assert "online: 1" in told and "telefono: 1" in told
    assert count(session, Response) == count(session, ImportedFile) == 0


def test_import_writes_all_and_lists_the_file(staff_pages, wave, session):
    page = send(staff_pages, wave, GOOD, deed="importa", status=302)
    assert "2 questionari importati." in text_of(page)
    assert count(session, Response) == 2
    assert page.select_one("tbody tr td").get_text(strip=True) == "2"


def test_faults_are_listed_by_line_and_column_and_nothing_comes_in(staff_pages, wave, session):
    page = send(staff_pages, wave, BAD, deed="importa", status=422)
    told = text_of(page, "#esito")
    assert "Ci sono 2 errori: non è stato importato nulla." in told
    assert "riga 2, colonna 3 (hours)" in told and "riga 3, colonna 1 (mode)" in told
    assert page.title.get_text().startswith("Errore:")
    assert count(session, Response) == 0


def test_only_the_first_faults_are_shown_and_all_are_counted(staff_pages, wave):
    rows = "web,2026-03-31,9,3,4,1,\n" * 1500
    page = send(staff_pages, wave, f"{HEADING}\n{rows}", status=422)
    assert len(page.select(".import-faults li")) == 200
    assert "1.300" in text_of(page, "#esito")


def test_same_file_twice_is_refused_with_the_day_of_the_first(staff_pages, wave, session):
    send(staff_pages, wave, GOOD, deed="importa", status=302)
    page = send(staff_pages, wave, GOOD, deed="importa", status=409)
    assert "è già stato importato" in text_of(page, "#esito")
    assert count(session, Response) == 2


def test_cells_of_a_hostile_file_come_back_harmless(staff_pages, wave):
    page = send(staff_pages, wave, f"{HEADING},<script>x</script>\n", status=422)
    assert page.select_one("#esito script") is None
    assert "<script>x</script>" in text_of(page, "#esito")


def test_form_without_a_file_or_with_a_day_that_is_none_is_told_at_the_field(staff_pages, wave):
    page = send(staff_pages, wave, GOOD, status=422, file=(io.BytesIO(b""), ""), day="ieri")
    assert "Scegli il file." in text_of(page, "#file-error")
    assert "Scrivi una data." in text_of(page, "#day-error")


def test_file_larger_than_a_form_is_taken_from_who_is_signed_in_alone(staff_pages, wave, app):
    rows = "web,2026-03-31,4,3,4,1,\n" * 20_000
    assert len(rows) > MAX_BODY
    page = send(staff_pages, wave, f"{HEADING}\n{rows}")
    assert "20000 questionari" in text_of(page, "#esito")
    stranger = app.test_client()
    where = f"/ente/ente-1/importazioni/{wave.id}"
    sent = stranger.post(where, data={"file": (io.BytesIO(rows.encode()), "x.csv")})
    assert sent.status_code == 403
    assert "L&#39;accesso è finito" in sent.text and "Entra e mandalo di nuovo" in sent.text


@pytest.mark.parametrize("page", ["{wave}", "corrispondenze/nuova", "conteggi"])
def test_file_beyond_what_a_page_takes_is_refused_with_the_command_that_takes_it(
    staff_pages, wave, page
):
    where = f"/ente/ente-1/importazioni/{page.format(wave=wave.id)}"
    kind = "multipart/form-data; boundary=x"
    sent = staff_pages.client.post(where, data=b"x" * (MOST_BYTES + 1), content_type=kind)
    assert sent.status_code == 413
    told = text_of(check_page(sent.text))
    assert "supera i 20 MB" in told and "«survey import answers»" in told
    assert "Accorcia il testo" not in told


def test_who_works_in_the_rated_service_is_told_before_choosing_a_file(app, make, session, wave):
    wave.body.bar_own_service = True
    rated = make.staff_member(Role.QUALITY_OFFICE, service_id=wave.service_id)
    session.commit()
    page = Pages(app).sign_in(rated).get("desk.answers_file", wave_id=wave.id, **AT)
    assert f"e tu hai un ruolo in {wave.service.name}" in text_of(page)
    assert page.select_one("#file") is None


def test_office_of_one_service_imports_into_its_own_alone(app, make, session, wave):
    other = make.service()
    member = make.staff_member(Role.QUALITY_OFFICE, service_id=other.id)
    session.commit()
    pages = Pages(app).sign_in(member)
    assert wave.service.name not in text_of(pages.get("desk.imports", **AT))
    pages.get("desk.answers_file", status=403, wave_id=wave.id, **AT)


def test_command_checks_without_writing_then_writes(command, wave, session, tmp_path):
    path = tmp_path / "risposte.csv"
    path.write_text(GOOD, encoding="utf-8")
    result = command(path, "--wave", wave.code, "--dry-run")
    assert "Questionari si possono importare: 2." in result.output and result.exit_code == 0
    assert count(session, Response) == 0
    result = command(path, "--wave", wave.code)
    assert "Questionari importati: 2." in result.output
    assert count(session, Response) == 2
    assert session.scalars(select(ImportedFile)).one().imported_by is None


def test_command_lists_every_fault_and_fails(command, wave, session, tmp_path):
    path = tmp_path / "risposte.csv"
    path.write_text(BAD, encoding="utf-8")
    result = command(path, "--wave", wave.code)
    assert result.exit_code == 1
    assert "riga 2, colonna 3 (hours)" in result.output and "riga 3, colonna 1" in result.output
    assert "Errori nel file: 2. Non è stato importato nulla." in result.output
    assert count(session, Response) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--wave", "nessuna"], "Non c'è una rilevazione con il codice"),
        (["--wave", "CODE", "--mapping", "x"], "Non c'è una corrispondenza 'x'. Ci sono: nessuna."),
        (["--wave", "CODE", "--day", "2020-01-01"], "Il giorno scelto per tutti"),
    ],
)
def test_command_says_what_is_not_there(command, wave, tmp_path, arguments, told):
    path = tmp_path / "risposte.csv"
    path.write_text(GOOD, encoding="utf-8")
    result = command(path, *[wave.code if one == "CODE" else one for one in arguments])
    assert result.exit_code != 0 and told in result.output


@pytest.mark.browser
def test_check_in_a_browser_keeps_the_file_chosen(browse, wave, session, tmp_path):
    path = tmp_path / "risposte.csv"
    path.write_text(GOOD, encoding="utf-8")
    page = browse(DESKTOP, "desk.answers_file", wave_id=wave.id)
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="Controlla soltanto").click()
    page.locator(".import-fine").wait_for()
    page.get_by_role("button", name="Importa").click()
    page.get_by_text("2 questionari importati.").wait_for()
    assert count(session, Response) == 2


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_import_pages_are_accessible_and_fit(browse, wave, width, tmp_path):
    page = browse(width, "desk.imports")
    assert axe_violations(page) == []
    assert not overflows(page)
    page = browse(width, "desk.answers_file", wave_id=wave.id)
    path = tmp_path / "risposte.csv"
    path.write_text(BAD + "web,2026-03-31,9,3,4,1,\n" * 60, encoding="utf-8")  # more than fit
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="Controlla soltanto").click()
    page.locator(".import-faults").wait_for()
    assert axe_violations(page) == []
    assert not overflows(page)


@pytest.fixture
def browse(open_page, site, make, wave, session):
    """Open a page of the imports as a member of the quality office."""
    member = make.staff_member()
    session.commit()

    def go(width, endpoint, **values):
        page = open_page(width=width)
        sign_in(page, site, member)
        page.goto(site.address(endpoint, **AT, **values))
        return page

    return go


def count(session, kind):
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind))


@pytest.fixture
def wave(make, staff_pages, session):
    made = make.wave(None, make.edition(small_document()))
    session.commit()
    return made


@pytest.fixture
def command(settings, monkeypatch):
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEY_SECRET_KEY", settings.secret_key)

    def run(path, *arguments):
        return CliRunner().invoke(main, ["import", "answers", str(path), *arguments])

    return run
