"""Files of LimeSurvey and of Google's forms, as they really look, through a mapping kept once."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from survey.cli import main
from survey.collection.queries import definition_of
from survey.desk.imports.mapping import read_day, split_labels
from survey.desk.imports.private import is_private_name, looks_private
from survey.desk.imports.proposal import propose
from survey.models import Comment, ImportMapping, Response
from survey.questionnaire.marks import decode
from survey.questionnaire.modes import Mode
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.desk.importing import AT, bring, keep, matched, table_of
from tests.factories import document, small_document

#: every cell in quotation marks, BOM, the columns that LimeSurvey puts first
LIME = "\ufeff" + "\n".join(
    [
        '"id","submitdate","lastpage","startlanguage","seed","startdate","datestamp","ipaddr",'
        '"refurl","hours","courtesy","overall","age","comment"',
        '"1","2026-03-31 10:22:33","2","it","123456","2026-03-31 10:20:01","2026-03-31 10:22:33",'
        '"192.0.2.17","","A4","A3","A4","A1","Tutto bene, grazie"',
        '"2","1980-01-01 00:00:00","2","en","98765","1980-01-01 00:00:00","1980-01-01 00:00:00",'
        '"2001:db8::1","","A1","","A2","",""',
    ]
)


def google(wave):
    """Write a file as a form of Google gives it: questions and answers in full, CRLF."""
    definition = definition_of(wave.edition)
    keys = ["hours", "courtesy", "overall", "age", "comment"]
    texts = [definition.question(key).text["it"] for key in keys]
    scale = {choice.code: choice.label["it"] for choice in definition.question("hours").choices}
    overall = {one.code: one.label["it"] for one in definition.question("overall").choices}
    age = definition.question("age").choices[0].label["it"]
    grid = f"Quanto sei d'accordo? [{texts[1]}]"
    heading = ["Informazioni cronologiche", "Indirizzo email", texts[0], grid, *texts[2:]]
    row = ["31/03/2026 10.22.33", "a.b@example.it", scale[4], scale[3].upper(), overall[4], age, ""]
    lines = [heading, row]
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"


def test_file_of_limesurvey_is_matched_and_private_columns_never_are(wave):
    sketches = {one.name: one for one in propose(definition_of(wave.edition), table_of(LIME))}
    private = {name for name, one in sketches.items() if one.is_private}
    assert private == {"id", "lastpage", "seed", "startdate", "datestamp", "ipaddr", "refurl"}
    assert sketches["submitdate"].target == "form.day"
    assert sketches["startlanguage"].target == "form.lang"
    assert sketches["hours"].target == "question.hours"
    assert sketches["hours"].cells == {"A1": "1", "A2": "2", "A3": "3", "A4": "4"}
    assert sketches["comment"].cells == {}


def test_file_of_google_is_matched_by_the_words_of_questions_and_answers(wave):
    sketches = propose(definition_of(wave.edition), table_of(google(wave)))
    assert [one.target for one in sketches] == [
        "form.day", "", "question.hours", "question.courtesy", "question.overall",
        "question.age", "question.comment",
    ]  # fmt: skip
    assert sketches[1].is_private
    # whole scales: an answer that nobody gave in this file may stand in the next
    assert list(sketches[3].cells.values()) == ["1", "2", "3", "4"]


def test_mapping_is_kept_once_and_a_file_comes_in_through_it(staff_pages, wave, session):
    kept = keep(staff_pages, wave, LIME, source="limesurvey", name="  LimeSurvey   2026 ")
    assert kept.name == "LimeSurvey 2026"
    page = bring(staff_pages, wave, LIME, kept, day="2026-05-05")
    told = page.get_text(" ", strip=True)
    assert "2 questionari importati." in told
    assert "Colonne che non si importano" in told and "«ipaddr»" in told
    rows = {row.language: row for row in session.scalars(select(Response))}
    assert rows["it"].day == dt.date(2026, 3, 31)
    assert rows["en"].day == dt.date(2026, 5, 5)  # LimeSurvey kept no day
    cells = decode(definition_of(wave.edition), rows["it"].marks)
    assert [cells[key].codes for key in ("hours", "courtesy", "overall")] == [(4,), (3,), (4,)]
    assert session.scalars(select(Comment.text)).all() == ["Tutto bene, grazie"]


def test_file_of_google_comes_in_with_its_days_alone(staff_pages, wave, session):
    kept = keep(staff_pages, wave, google(wave), source="google_forms", name="Moduli")
    bring(staff_pages, wave, google(wave), kept)
    row = session.scalars(select(Response)).one()
    assert (row.day, row.mode) == (dt.date(2026, 3, 31), Mode.WEB)
    assert "example.it" not in str(kept.document)


def test_boxes_of_limesurvey_become_one_answer_with_several_ticks(staff_pages, make, session):
    wave = boxes_wave(make, session, reordered=True)
    content = boxes("wishes[SQ001]", "wishes[SQ002]", "wishes[SQ003]", "wishes[other]")
    kept = keep(staff_pages, wave, content, source="limesurvey", name="Lime")
    targets = {one["name"]: one["target"] for one in kept.document["columns"]}
    assert targets["wishes[SQ001]"] == "box.wishes.1" and targets["wishes[other]"] == ""
    page = bring(staff_pages, wave, content, kept)
    assert "2 questionari importati." in page.get_text(" ", strip=True)
    assert "1 riga senza nessuna risposta" in page.get_text(" ", strip=True)
    definition = definition_of(wave.edition)
    marks = session.scalars(select(Response.marks)).all()
    assert {decode(definition, one)["wishes"].codes for one in marks} == {(1, 3), (2,)}


def test_boxes_named_by_their_words_go_to_them_whatever_their_order(staff_pages, make, session):
    wave = boxes_wave(make, session)
    text = "Che cosa ti serve?"
    content = boxes(*(f"{text} [{one}]" for one in ("Più tempo", "Più luce", "Più sedie", "Altro")))
    kept = keep(staff_pages, wave, content.replace('"Y"', '"Sì"'), source="limesurvey", name="Lime")
    bring(staff_pages, wave, content.replace('"Y"', '"Sì"'), kept)
    definition = definition_of(wave.edition)
    marks = session.scalars(select(Response.marks)).all()
    assert {decode(definition, one)["wishes"].codes for one in marks} == {(3, 2), (1,)}


def test_numbered_boxes_are_left_to_a_person_where_codes_do_not_follow_the_order(make, session):
    wave = boxes_wave(make, session)  # printed 3, 1, 2: is SQ001 the first box, or that of code 1?
    sketches = propose(definition_of(wave.edition), table_of(boxes("wishes[SQ001]")))
    assert [one.target for one in sketches if one.name.startswith("wishes")] == [""]


def test_label_or_column_that_the_mapping_does_not_know_is_a_fault(staff_pages, wave, session):
    kept = keep(staff_pages, wave, LIME, source="limesurvey", name="Lime")
    changed = LIME.replace('"A4","A3"', '"A9","A3"')
    page = bring(staff_pages, wave, changed, kept, status=422)
    assert "riga 2, colonna 10 (hours)" in page.get_text() and "«A9»" in page.get_text()
    page = bring(staff_pages, wave, LIME.replace('"age"', '"eta"'), kept, status=422)
    assert "non parla della colonna «eta»" in page.get_text()
    assert "manca la colonna «age»" in page.get_text()
    assert count(session, Response) == 0


def test_texts_that_are_addresses_are_refused(staff_pages, wave, session):
    kept = keep(staff_pages, wave, LIME, source="limesurvey", name="Lime")
    page = bring(staff_pages, wave, LIME.replace("Tutto bene, grazie", "a@b.it"), kept, status=422)
    assert "indirizzo di rete o di posta" in page.get_text()
    assert count(session, Response) == 0


def test_answers_that_nobody_decided_about_are_asked_for(staff_pages, wave, session):
    page = matched(staff_pages, wave, LIME.replace('"A3"', '"Così così"'), "limesurvey")
    page = staff_pages.submit(page, {"name": "Lime", "azione": "salva"}, status=422)
    assert "courtesy: Così così" in page.select_one(".staff-refusal").get_text()
    assert count(session, ImportMapping) == 0


def test_private_column_cannot_be_smuggled_in(staff_pages, wave, session):
    page = matched(staff_pages, wave, LIME, "limesurvey")
    fields = {"name": "Lime", "azione": "salva", "target-7": "question.comment", "target-13": ""}
    staff_pages.submit(page, fields)
    columns = {one["name"]: one for one in session.scalars(select(ImportMapping)).one().document[
        "columns"]}  # fmt: skip
    assert columns["ipaddr"]["target"] == ""


def test_other_target_shows_its_answers_after_a_refresh(staff_pages, wave):
    page = matched(staff_pages, wave, LIME.replace('"hours"', '"G01Q01"'), "limesurvey")
    place = 9
    assert page.select_one(f"#cell-{place}-0") is None
    fields = {f"target-{place}": "question.hours", "azione": "aggiorna"}
    page = staff_pages.submit(page, fields, status=200)
    chosen = page.select_one(f"#cell-{place}-3 option[selected]")
    assert chosen["value"] == "4"


def test_command_reads_through_a_kept_mapping(staff_pages, wave, session, monkeypatch, tmp_path):
    settings = staff_pages.app.config["SETTINGS"]
    keep(staff_pages, wave, LIME, source="limesurvey", name="Lime")
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    path = tmp_path / "lime.csv"
    path.write_text(LIME, encoding="utf-8")
    given = ["--wave", wave.code, "--mapping", "Lime", "--mode", "web", "--day", "2026-05-05"]
    result = CliRunner().invoke(main, ["import", "answers", str(path), *given])
    assert result.exit_code == 0, result.output
    assert count(session, Response) == 2


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2026-03-31 10:22:33", "dmy", dt.date(2026, 3, 31)),
        ("2026/03/31 10:22:33 AM CET", "dmy", dt.date(2026, 3, 31)),
        ("31/03/2026 10.22.33", "dmy", dt.date(2026, 3, 31)),
        ("3/31/2026 10:22:33", "mdy", dt.date(2026, 3, 31)),
        ("3/31/2026", "dmy", None),
        ("2026-02-30", "dmy", None),
        ("31/03/26", "dmy", None),
        ("ieri", "dmy", None),
    ],
)
def test_day_is_read_and_the_hour_is_not(cell, order, day):
    assert read_day(cell, order) == day


def test_ticked_labels_are_split_but_for_those_with_a_comma():
    known = {"luce, gas": "1", "acqua": "2"}
    assert split_labels("Luce, gas, acqua, altro", known) == ["Luce, gas", "acqua", "altro"]


@pytest.mark.parametrize("name", ["ipaddr", "Indirizzo IP", "E-mail", "groupTime12", "Token",
                                  "G01Q01Time", "attribute_1", "Nome utente"])  # fmt: skip
def test_columns_that_lead_to_somebody_are_known_by_name(name):
    assert is_private_name(name)


@pytest.mark.parametrize("name", ["G01Q01", "hours", "Quanto tempo hai atteso?", "comment"])
def test_questions_are_not_taken_for_private(name):
    assert not is_private_name(name)


def test_addresses_are_known_by_their_look():
    assert all(looks_private(cell) for cell in ("a@b.it", "192.0.2.1", "2001:db8::1"))
    assert not any(looks_private(cell) for cell in ("", "::", "3.5", "scrivere a a@b.it", "10:30"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_match_page_is_accessible_and_fits(open_page, site, make, wave, width):
    member = make.staff_member()
    make.session.commit()
    page = open_page(width=width)
    sign_in(page, site, member)
    page.goto(site.address("desk.new_mapping", **AT))
    assert axe_violations(page) == []
    file = {"name": "lime.csv", "mimeType": "text/csv", "buffer": LIME.encode()}
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Leggi le colonne").click()
    page.locator(".import-columns").wait_for()
    assert axe_violations(page) == []
    assert not overflows(page)


def boxes(*names):
    """Write three forms as LimeSurvey gives questions of several boxes, a column each."""
    heading = ["id", "submitdate", "startlanguage", *names]
    ticks = [["Y", "", "Y", ""], ["", "Y", "", "un parcheggio"], ["", "", "", ""]]
    rows = [
        [str(n), "2026-03-31 10:22:33", "it", *ticked[: len(names)]]
        for n, ticked in enumerate(ticks, start=1)
    ]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [heading, *rows])


def boxes_wave(make, session, *, reordered=False):
    asked = document("kind-multiple-choice")
    if reordered:
        asked["sections"][0]["questions"][0]["options"].sort(key=lambda one: one["code"])
    made = make.wave(None, make.edition(asked))
    session.commit()
    return made


def count(session, kind):
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind))


@pytest.fixture
def wave(make, staff_pages, session):
    made = make.wave(None, make.edition(small_document()))
    session.commit()
    return made
