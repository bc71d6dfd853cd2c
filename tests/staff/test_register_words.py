"""What the register tells of a deed, in the words of the office."""

import pytest

from survey.audit import audit
from survey.collection.paper_words import VOID_REASONS
from survey.desk.actions import Correction, Sheet, correct_sheet, key_sheet
from survey.desk.bundles import Counts, SetAside, recount, set_aside
from survey.desk.differences import Reading, Settlement, resolve_difference
from survey.desk.moves import move_sheet
from survey.desk.second import draw_sheets
from survey.models import Role, VoidReason
from survey.questionnaire.kinds import Answer
from survey.serials import format_serial
from survey.staff.actions import grant_role, revoke_role
from survey.staff.details import LABELS
from tests.factories import TODAY
from tests.pages import Pages

ANSWERS = {"hours": Answer.valid(3), "courtesy": Answer.valid(2), "overall": Answer.valid(4)}
SHEET = format_serial(7)


def test_correction_tells_questions_and_answers_before_and_after(told, session, bundle, office):
    correction = Correction(
        7, {"hours": Answer.valid(1), "age": Answer.valid(2)}, {"comment": "Più sedie"}
    )
    correct_sheet(session, bundle, correction, by=office, reason="Letto male", today=TODAY)
    shown = told()
    assert f"foglio: {SHEET}" in shown
    assert "domanda 1, Gli orari sono comodi: da «3 Abbastanza» a «1 Per nulla»" in shown
    assert "testo della domanda 4, Che cosa possiamo migliorare?: da 0 a 9 caratteri" in shown
    assert "motivo: Letto male" in shown
    assert "(Servizio" in shown
    assert f"2026, plico {bundle.number})" not in shown  # the subject is the wave
    assert_no_code(shown)


def test_half_marks_are_told_by_the_numbers_of_their_questions(told, session, bundle, office):
    correction = Correction(7, {}, half_marks=("hours", "overall"))
    correct_sheet(session, bundle, correction, by=office, reason="Riletto", today=TODAY)
    assert "segni tra due caselle: da «nessuno» a «domande 1, 3»" in told()


def test_difference_tells_its_sheet_its_question_and_who_judged_themselves(
    told, session, bundle, office, make
):
    other = make.staff_member()
    row = make.keying(bundle, 7, by=other, round=2, marks="124.")
    resolve_difference(session, row, Settlement("hours", Reading.SECOND), by=other, today=TODAY)
    shown = told()
    assert f"foglio: {SHEET}" in shown
    assert "domanda: 1, Gli orari sono comodi" in shown
    assert "chi ha risolto aveva imputato il foglio: la seconda volta" in shown
    assert f"2026, plico {bundle.number})" in shown
    assert_no_code(shown)


def test_draw_and_move_tell_their_sheets(told, session, bundle, office):
    draw_sheets(session, bundle, by=office, seed=5, everything=True)
    shown = told()
    assert "fogli estratti: 1" in shown
    assert "numero del sorteggio: 5" in shown
    assert_no_code(shown)


def test_move_tells_both_numbers(told, session, bundle, office):
    move_sheet(session, bundle, 7, 17, by=office, reason="Letto male")
    assert f"foglio: da «{SHEET}» a «{format_serial(17)}»" in told()


def test_counts_and_void_sheets_are_told_in_words(told, session, bundle, office):
    recount(session, bundle, Counts(found=21, blank=2), by=office)
    shown = told()
    assert "trovati: da «20» a «21»" in shown
    assert "bianchi: da «0» a «2»" in shown
    assert "rifiutati" not in shown  # what did not change is left out
    set_aside(session, bundle, SetAside(VoidReason.OTHER_WAVE, note="2024"), by=office, today=TODAY)
    shown = told()
    assert "motivo dell'annullamento: di un'altra rilevazione" in shown
    assert "nota: 2024" in shown
    assert_no_code(shown)


@pytest.mark.parametrize("reason", VoidReason)
def test_reasons_for_setting_aside_are_those_of_the_desk(told, session, bundle, office, reason):
    set_aside(session, bundle, SetAside(reason, note="nota"), by=office, today=TODAY)
    assert f"motivo dell'annullamento: {VOID_REASONS[reason]}" in told()


def test_role_is_told_with_its_service(told, session, bundle, office, make):
    other = make.staff_member(Role.VERIFIER, name="Altra Persona")
    service = bundle.wave.service
    grant = grant_role(
        session, other, Role.MANAGER, body=bundle.wave.body, by=office, scope=service
    )
    shown = told()
    assert "ruolo: responsabile di servizio" in shown
    assert f"servizio: {service.name}" in shown
    assert "(Altra Persona)" in shown
    revoke_role(session, grant, by=office)
    assert "ruolo: responsabile di servizio" in told()


def test_what_is_not_known_shows_as_it_was_written(told, session, bundle, office):
    before, after = {"q_gone": "3", "serial": None}, {"q_gone": "4", "odd": [1, {"a": 2}]}
    audit(session, body_id=bundle.body_id, by=office, action="wave:open", subject="wave:999",
          before=before, after=after)  # fmt: skip
    shown = told()
    assert "q_gone: da «3» a «4»" in shown
    assert "(wave:999)" in shown


def test_wave_of_another_body_lends_no_name(told, session, bundle, office, make):
    body = make.body(name="Altro ente", slug="altro")
    other = make.wave(make.service(body_id=body.id, name="Segreto"), make.edition(body=body))
    audit(session, body_id=bundle.body_id, by=office, action="wave:open",
          subject=f"wave:{other.id}")  # fmt: skip
    assert "Segreto" not in told()


def test_every_label_has_a_text():
    assert all(str(label) for label in LABELS.values())


def assert_no_code(shown):
    for code in ("q_", "text:", "half_marks", "serial", "bundle", "wave:", "{", "["):
        assert code not in shown, code


@pytest.fixture
def told(app, session, bundle, office):
    """Return a function that gives the newest entry of the register as it is read."""
    slug = bundle.wave.body.slug
    session.commit()
    pages = Pages(app).sign_in(office)

    def newest():
        session.commit()
        page = pages.get("staff.register", body_slug=slug)
        return " ".join(page.select_one("tbody tr").get_text(" ", strip=True).split())

    return newest


@pytest.fixture
def office(make):
    return make.staff_member()


@pytest.fixture
def bundle(session, make, office):
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave, by=office)
    key_sheet(session, bundle, Sheet(7, TODAY, ANSWERS, {}), by=office, today=TODAY)
    return bundle
