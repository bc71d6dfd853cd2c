"""Files built as real exports are: LimeSurvey's headings in words, Google's two kinds of CSV."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from survey.authoring.actions import digest_of
from survey.collection.queries import definition_of
from survey.desk.imports.mapping import split_labels
from survey.desk.imports.private import distinct, is_private_name
from survey.desk.imports.proposal import propose
from survey.models import AuditEntry, Comment, Edition, ImportMapping, Response
from survey.questionnaire.marks import decode
from tests.desk.importing import AT, bring, keep, matched, table_of
from tests.factories import document, small_document

#: column codes of LimeSurvey and their words in an Italian export
META = [
    ("id", "ID risposta"), ("submitdate", "Data invio"), ("lastpage", "Ultima pagina"),
    ("startlanguage", "Lingua iniziale"), ("seed", "Seme"), ("startdate", "Data di inizio"),
    ("datestamp", "Data dell'ultima azione"), ("ipaddr", "Indirizzo IP"),
    ("refurl", "URL di provenienza"),
]  # fmt: skip
STEM = "Quanto sei d'accordo, in generale, con queste frasi?"
ASKED = [
    ("G01Q01[SQ001]", f"{STEM} [Gli orari sono comodi]"),
    ("G01Q01[SQ002]", f"{STEM} [Il personale è cortese]"),
    ("G01Q01[SQ003]", f"{STEM} [Nel complesso sono soddisfatto]"),
    ("G01Q02", "Età"),
    ("G01Q03", "Che cosa possiamo migliorare?"),
]
TIMES = [
    ("interviewtime", "Tempo totale"), ("groupTime12", "Tempo per il gruppo di domande: Giudizi"),
    ("G01Q02Time", "Tempo per la domanda: G01Q02"),
]  # fmt: skip
HEADINGS = {
    "code": lambda code, words: code,
    "full": lambda code, words: words,
    "codetext": lambda code, words: f"{code}. {words}",
}
FORMS = [
    ["1", "2026-03-31 10:22:33", "Molto", "Poco", "Molto", "35 o più", 'Uno\n"due"; tre'],
    ["2", "", "Molto", "", "", "", ""],  # left halfway
    ["3", "1980-01-01 00:00:00", "Abbastanza", "", "Poco", "", ""],  # sent, but no day is kept
]  # fmt: skip


def lime(headings, *, delimiter=";", forms=FORMS, asked=ASKED):
    """Write forms as LimeSurvey does: BOM, CRLF, every cell quoted, an empty line at the end."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([HEADINGS[headings](*one) for one in [*META, *asked, *TIMES]])
    for number, day, *answers in forms:
        about = [number, day, "2", "it", "123456", day, day, "192.0.2.7", ""]
        writer.writerow([*about, *answers, "33.21", "12.5", "3.1"])
    return f"\ufeff{page.getvalue()}\r\n"


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("headings", ["full", "codetext"])
def test_headings_in_words_are_matched_whatever_parts_the_cells(wave, headings, delimiter):
    table = table_of(lime(headings, delimiter=delimiter))
    sketches = propose(definition_of(wave.edition), table)
    assert [one.target for one in sketches if one.target] == [
        "form.day", "form.lang", "question.hours", "question.courtesy", "question.overall",
        "question.age", "question.comment",
    ]  # fmt: skip
    assert sum(one.is_private for one in sketches) == len(META) + len(TIMES) - 2


def test_forms_left_halfway_are_counted_and_not_imported(staff_pages, wave, session):
    kept = keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    page = bring(staff_pages, wave, lime("full"), kept, day="2026-05-05")
    told = page.get_text(" ", strip=True)
    assert "2 questionari importati." in told and "1 riga senza data di invio" in told
    days = sorted(str(day) for day in session.scalars(select(Response.day)))
    assert days == ["2026-03-31", "2026-05-05"]
    assert session.scalars(select(Comment.text)).all() == ['Uno\n"due"; tre']


def test_file_of_forms_left_halfway_alone_says_so(staff_pages, wave):
    kept = keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    page = bring(staff_pages, wave, lime("full", forms=FORMS[1:2]), kept, status=422)
    assert "chi rispondeva non ha finito" in page.select_one("#esito").get_text()


def test_answer_that_the_example_lacked_is_read_all_the_same(staff_pages, wave, session):
    kept = keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    other = [["9", "2026-04-01 08:00:00", "Per nulla", "Abbastanza", "N/A", "Meno di 35", ""]]
    bring(staff_pages, wave, lime("full", forms=other), kept)
    cells = decode(definition_of(wave.edition), session.scalars(select(Response.marks)).one())
    assert [cells[key].codes for key in ("hours", "courtesy", "overall", "age")] == [
        (1,), (3,), (), (1,)]  # fmt: skip


def test_columns_with_the_same_words_are_told_apart(staff_pages, wave, session):
    twice = [*ASKED[:4], ("G01Q09", "Età"), ASKED[4]]
    forms = [[*one[:6], "doppia", *one[6:]] for one in FORMS]
    content = lime("full", forms=forms, asked=twice)
    kept = keep(staff_pages, wave, content, source="limesurvey", name="Lime")
    targets = {one["name"]: one["target"] for one in kept.document["columns"]}
    assert (targets["Età"], targets["Età (2)"]) == ("question.age", "")
    assert (
        "2 questionari importati."
        in bring(staff_pages, wave, content, kept, day="2026-05-05").get_text()
    )
    assert distinct(["a", "b", "a", "a"]) == ("a", "b", "a (2)", "a (3)")
    assert is_private_name("Indirizzo IP (2)")


def test_codes_of_columns_that_a_person_matched_are_shown_before_they_are_kept(
    staff_pages, wave, session
):
    coded = [["1", "2026-03-31 10:22:33", "AO01", "AO04", "AO02", "AO01", ""]]
    page = matched(staff_pages, wave, lime("code", forms=coded), "limesurvey")
    fields = {"name": "Codici", "azione": "salva", "target-9": "question.hours"}
    page = staff_pages.submit(page, fields, status=422)
    assert "controlla le loro risposte" in page.select_one(".staff-refusal").get_text()
    assert "contare al contrario" in page.get_text()
    labels = [one["value"] for one in page.select("input[name^=label-9-]")]
    assert labels == ["AO01", "AO02", "AO03", "AO04"]
    staff_pages.submit(page, {"cell-9-0": "4", "azione": "salva"})  # it counts the other way round
    (column,) = [one for one in session.scalars(select(ImportMapping)).one().document["columns"]
                 if one["target"] == "question.hours"]  # fmt: skip
    assert column["cells"]["AO01"] == "4"


@pytest.mark.parametrize("separator", [", ", ";"])
def test_ticks_of_google_are_parted_by_commas_or_semicolons(
    staff_pages, boxes_wave, session, separator
):
    first = separator.join(["Più luce", "Più tempo, o quasi"])
    second = separator.join(["Più sedie", "un prato, ampio"])
    content = google([["31/03/2026 10.22.33", first], ["01/04/2026 9.02.03", second]])
    page = matched(staff_pages, boxes_wave, content, "google_forms")
    labels = {one["value"] for one in page.select("input[name^=label-1-]")}
    assert {"Più tempo, o quasi", "Più luce", "Più sedie", "Altro"} <= labels
    page = staff_pages.submit(page, {"name": "G", "azione": "salva", "other-1": "4"})
    (kept,) = session.scalars(select(ImportMapping)).all()
    assert "prato" not in str(kept.document)  # what somebody wrote is covered, not kept
    bring(staff_pages, boxes_wave, content, kept)
    definition = definition_of(boxes_wave.edition)
    marks = session.scalars(select(Response.marks)).all()
    assert {frozenset(decode(definition, one)["wishes"].codes) for one in marks} == {
        frozenset({1, 3}), frozenset({2, 4})}  # fmt: skip


def test_text_beside_other_is_a_tick_of_other(staff_pages, boxes_wave, session):
    asked = [
        ("W[SQ001]", "Che cosa ti serve? [Più luce]"),
        ("W[other]", "Che cosa ti serve? [Altro]"),
    ]
    rows = [["1", "2026-03-31 10:00:00", "Sì", "un prato"], ["2", "2026-03-31 10:00:00", "Sì", ""]]
    content = lime("codetext", forms=rows, asked=asked)
    kept = keep(staff_pages, boxes_wave, content, source="limesurvey", name="Lime")
    assert "prato" not in str(kept.document)
    bring(staff_pages, boxes_wave, content, kept)
    definition = definition_of(boxes_wave.edition)
    marks = session.scalars(select(Response.marks)).all()
    assert {decode(definition, one)["wishes"].codes for one in marks} == {(1, 4), (1,)}


def test_heading_over_two_lines_is_the_same_column_after_a_page(staff_pages, wave):
    heading = (
        '"Informazioni cronologiche","Gli orari\n sono comodi","Nel complesso sono soddisfatto"'
    )
    content = f"{heading}\n31/03/2026 10.22.33,Molto,Poco\n"
    kept = keep(staff_pages, wave, content, source="google_forms", name="G")
    assert "1 questionario importato." in bring(staff_pages, wave, content, kept).get_text()


def test_mapping_is_opened_changed_completed_and_taken_away(staff_pages, wave, session):
    kept = keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    page = staff_pages.get("desk.open_mapping", mapping_id=kept.id, **AT)
    assert page.select_one("#name")["value"] == "Lime"
    staff_pages.submit(page, {"azione": "salva", "name": "Lime", "other-9": "NS"})
    assert column_of(session, "question.hours")["other"] == "NS"
    new = lime("full", forms=[["4", "2026-04-01 08:00:00", "Boh", "Poco", "Poco", "", ""]])
    page = example(staff_pages, wave, new, base=str(kept.id))
    assert [one["value"] for one in page.select("input[name^=label-9-]")][-1] == "Boh"
    assert page.select_one("#other-9 option[selected]")["value"] == "NS"
    staff_pages.post("desk.remove_mapping", {"csrf_token": csrf(page)}, status=302,
                     mapping_id=kept.id, **AT)  # fmt: skip
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ImportMapping)) == 0
    assert "import:unmap" in session.scalars(select(AuditEntry.action)).all()


def test_mapping_of_a_question_that_a_new_edition_dropped_is_told_and_put_right(
    staff_pages, wave, make, session
):
    kept = keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    shorter = small_document()
    for section in shorter["sections"]:
        section["questions"] = [one for one in section["questions"] if one["key"] != "age"]
    shorter["sections"] = [one for one in shorter["sections"] if one["questions"]]
    later = make.wave(wave.service, next_edition(make, wave, shorter), year=2025,
                      opens_on=wave.opens_on, closes_on=wave.closes_on)  # fmt: skip
    session.commit()
    page = bring(staff_pages, later, lime("full"), kept, status=422, day="2026-05-05")
    assert "la domanda «age»" in page.get_text() and "va rivista" in page.get_text()
    page = staff_pages.get("desk.open_mapping", mapping_id=kept.id, **AT)
    staff_pages.submit(page, {"azione": "salva", "name": "Lime"})
    told = bring(staff_pages, later, lime("full"), kept, day="2026-05-05").get_text()
    assert "2 questionari importati." in told and "«Età»" in told


def next_edition(make, wave, asked):
    first = wave.edition
    made = Edition(
        body_id=first.body_id,
        questionnaire_id=first.questionnaire_id,
        number=2,
        document=asked,
        digest=digest_of(asked),
        published_on=first.published_on,
    )
    make.session.add(made)
    make.session.flush()
    return made


def test_name_of_another_mapping_is_not_taken_over(staff_pages, wave, session):
    keep(staff_pages, wave, lime("full"), source="limesurvey", name="Lime")
    page = matched(staff_pages, wave, lime("full"), "limesurvey")
    page = staff_pages.submit(page, {"name": "Lime", "azione": "salva"}, status=422)
    assert "C'è già una corrispondenza «Lime»" in page.select_one(".staff-refusal").get_text()


def test_wide_export_with_long_words_can_be_matched(staff_pages, wave):
    """Six hundred columns of an export in words are more than a public form may send."""
    wide = [(f"G09Q{n}", f"{STEM} {'parole ' * 60}[riga {n}]") for n in range(600)]
    content = lime("full", forms=[["1", "2026-03-31 10:00:00", *["Molto"] * 605]],
                   asked=[*ASKED, *wide])  # fmt: skip
    kept = keep(
        staff_pages, wave, content.replace('"Molto"', '""', 4), source="limesurvey", name="L"
    )
    assert len(kept.document["columns"]) == len(META) + 605 + len(TIMES)


@pytest.mark.parametrize("name", [
    "ID risposta", "Data di inizio", "Data dell'ultima azione", "id. ID risposta",
    "token. Codice di accesso", "firstname. Nome", "G01Q02Time. Tempo per la domanda: G01Q02",
    "Tempo per il gruppo di domande: Giudizi", "startdate. Qualunque cosa", "Nome e cognome",
])  # fmt: skip
def test_words_of_limesurvey_that_lead_to_somebody_are_known(name):
    assert is_private_name(name)


@pytest.mark.parametrize("name", ["submitdate. Data invio", "G01Q02. Età", "Il tempo di attesa",
                                  "Tempo di attesa", "wishes. Che cosa ti serve?"])  # fmt: skip
def test_questions_and_the_day_are_not_private(name):
    assert not is_private_name(name)


def test_text_with_a_thousand_commas_is_split_at_once():
    known = {"luce, gas": "1", "acqua": "2"}
    found = split_labels("x," * 20_000 + "Luce, gas", known)
    assert len(found) == 20_001 and found[-1] == "Luce, gas"


def column_of(session, target):
    session.rollback()
    (kept,) = session.scalars(select(ImportMapping)).all()
    return next(one for one in kept.document["columns"] if one["target"] == target)


def example(pages, wave, content, *, base):
    page = pages.get("desk.new_mapping", **AT)
    data = {"csrf_token": csrf(page), "source": "limesurvey", "edition": str(wave.edition_id),
            "base": base, "file": (io.BytesIO(content.encode()), "x.csv")}  # fmt: skip
    return pages.post("desk.match_columns", data, **AT)


def csrf(page):
    return page.select_one("main input[name=csrf_token]")["value"]


def google(rows):
    page = io.StringIO(newline="")
    csv.writer(page, quoting=csv.QUOTE_ALL).writerows(
        [["Informazioni cronologiche", "Che cosa ti serve?"], *rows]
    )
    return page.getvalue()


@pytest.fixture
def wave(make, staff_pages, session):
    made = make.wave(None, make.edition(small_document()))
    session.commit()
    return made


@pytest.fixture
def boxes_wave(make, staff_pages, session):
    asked = document("kind-multiple-choice")
    options = asked["sections"][0]["questions"][0]["options"]
    first = next(one for one in options if one["code"] == 3)
    first["label"]["it"] = "Più tempo, o quasi"
    options.append({"code": 4, "label": {"it": "Altro", "en": "Other"}})
    made = make.wave(None, make.edition(asked))
    session.commit()
    return made
