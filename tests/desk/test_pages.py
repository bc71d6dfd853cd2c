import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.models import Comment, Response, Role, WaveState
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.factories import DEFINITIONS, document
from tests.pages import Pages

DAY = "2026-03-04"
SEVENTH = format_serial(7)
FILLED = {"q_hours": "4", "q_courtesy": "NS", "q_overall": "?", "q_comment": "Più sedie\r\ngrazie"}


def sheet(serial, **fields):
    return {"serial": format_serial(serial), "day": DAY} | fields


def marks(session):
    return session.scalars(select(Response.marks).order_by(Response.serial)).all()


def test_desk_lists_the_waves_with_printed_sheets(clerk, wave):
    page = clerk.get("desk.index", body_slug="ente-1")
    cells = [cell.get_text(strip=True) for cell in page.select("tbody tr *[scope=row], tbody td")]
    assert cells == [f"{wave.service.name}2026", "2026", "aperta", "100", "0"]


def test_desk_without_paper_says_when_waves_appear(clerk):
    page = clerk.get("desk.index", body_slug="ente-1")
    assert "compaiono qui quando" in page.main.get_text()


def test_sheet_is_stored_as_it_was_keyed(clerk, wave, session):
    page = clerk.submit(screen(clerk, wave), sheet(7, **FILLED))
    row = session.scalars(select(Response)).one()
    assert (row.serial, row.day.isoformat(), row.marks) == (7, DAY, "4N?.")
    assert session.scalars(select(Comment.text)).one() == "Più sedie\ngrazie"
    assert f"Foglio {SEVENTH} salvato" in page.select_one("[role=status]").get_text()


def test_next_sheet_opens_with_the_serial_and_the_day_of_the_pile(clerk, wave):
    page = clerk.submit(screen(clerk, wave), sheet(7, **FILLED))
    assert page.select_one("#serial")["value"] == format_serial(8)
    assert page.select_one("#serial").has_attr("autofocus")
    assert page.select_one("#day")["value"] == DAY


def test_last_sheet_of_the_pile_proposes_nothing(clerk, wave):
    page = clerk.submit(screen(clerk, wave), sheet(100, **FILLED))
    assert not page.select_one("#serial")["value"]


def test_first_screen_proposes_no_serial_and_today(clerk, wave):
    page = screen(clerk, wave)
    assert not page.select_one("#serial")["value"]
    assert page.select_one("#day")["value"] == page.select_one("#day")["max"]


def test_screen_shows_no_answer_until_one_is_keyed(clerk, wave):
    page = screen(clerk, wave)
    assert {box["value"] for box in page.select("input[checked][name^=q_]")} == {""}


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"serial": ""}, "serial", "Scrivi il numero"),
        ({"serial": "00007-1"}, "serial", "cifra di controllo"),
        ({"serial": "settimo"}, "serial", "cifra di controllo"),
        ({"serial": format_serial(101)}, "serial", "non è stato stampato"),
        ({"day": ""}, "day", "Scrivi una data"),
        ({"day": "31/12/2026"}, "day", "Scrivi una data"),
        ({"day": "2025-12-31"}, "day", "non è nel periodo"),
        ({"q_hours": "5"}, "q_hours", "non è tra quelle previste"),
        ({"q_hours": "x"}, "q_hours", "non è tra quelle previste"),
        ({"q_overall": "NS"}, "q_overall", "non è tra quelle previste"),
        ({"q_comment": "x" * 1001}, "q_comment", "troppo lungo"),
    ],
)
def test_wrong_field_is_named_and_everything_typed_is_kept(
    clerk, wave, session, *, fields, where, words
):
    sent = sheet(7, **FILLED) | fields
    page = clerk.submit(screen(clerk, wave), sent, status=422)
    link = page.select_one("[role=alert] a")
    assert link["href"] == f"#{where}"
    assert words in link.get_text()
    assert page.title.get_text().startswith("Errore:")
    kept = {box["name"]: box["value"] for box in page.select("input[checked][name^=q_]")}
    assert kept["q_courtesy"] == "NS"
    assert page.select_one("#serial")["value"] == sent["serial"]
    assert page.select_one("textarea").get_text().strip() == sent["q_comment"].replace("\r", "")
    assert marks(session) == []


def test_sheet_keyed_already_is_said_and_what_was_typed_is_kept(clerk, wave, session):
    clerk.submit(screen(clerk, wave), sheet(7, **FILLED))
    page = clerk.submit(screen(clerk, wave), sheet(7, q_hours="1"), status=409)
    assert f"{SEVENTH} è già stato imputato" in page.select_one("#serial-error").get_text()
    assert page.select_one("input[name=q_hours][checked]")["value"] == "1"
    assert marks(session) == ["4N?."]


def test_two_answers_to_one_question_are_refused(clerk, wave, session):
    page = clerk.submit(screen(clerk, wave), sheet(7, q_hours=["1", "2"]), status=422)
    assert "una sola risposta" in page.select_one("[role=alert]").get_text()


def test_empty_sheet_is_refused(clerk, wave, session):
    page = clerk.submit(screen(clerk, wave), sheet(7), status=422)
    assert "foglio tutto bianco" in page.select_one("#serial-error").get_text()
    assert marks(session) == []


def test_required_question_may_be_blank_on_paper(clerk, wave, session):
    clerk.submit(screen(clerk, wave), sheet(7, q_hours="1"))
    assert marks(session) == ["1..."]


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.PUBLISHED])
def test_wave_that_takes_no_sheet_says_why(clerk, wave, session, state):
    wave.state = state
    session.commit()
    page = clerk.get("desk.key", body_slug="ente-1", wave_id=wave.id, status=409)
    words = {WaveState.DRAFT: "in bozza", WaveState.PUBLISHED: "già pubblicati"}
    assert words[state] in page.main.get_text()


def test_wave_published_while_keying_takes_nothing(clerk, wave, session):
    page = screen(clerk, wave)
    wave.state = WaveState.PUBLISHED
    session.commit()
    clerk.submit(page, sheet(7, **FILLED), status=409)
    assert marks(session) == []


def test_keyer_of_one_service_sees_and_keys_that_one_alone(app, make, session, wave):
    other = make.wave()
    make.print_run(other)
    member = make.staff_member(Role.KEYER, service_id=wave.service_id)
    session.commit()
    keyer = Pages(app).sign_in(member)
    page = keyer.get("desk.index", body_slug="ente-1")
    assert len(page.select("tbody tr")) == 1
    keyer.get("desk.key", body_slug="ente-1", wave_id=wave.id)
    keyer.get("desk.key", body_slug="ente-1", wave_id=other.id, status=403)


def test_wave_of_another_body_is_not_found(clerk, make, session):
    body = make.body(name="Altro ente", slug="altro")
    noise = make.wave(make.service(body_id=body.id), make.edition(body=body))
    make.print_run(noise)
    session.commit()
    clerk.get("desk.key", body_slug="ente-1", wave_id=noise.id, status=404)


def test_screen_speaks_the_language_of_the_sheet_when_asked(clerk, wave, make, session):
    make.print_run(wave, 101, 120).language = "en"
    session.commit()
    page = screen(clerk, wave)
    page = clerk.get(page.find("a", string="en")["href"])
    assert "Opening hours are convenient" in page.main.get_text()
    page = clerk.submit(page, sheet(101, q_hours="1"))
    assert "Opening hours are convenient" in page.main.get_text()
    assert session.scalars(select(Response.language)).one() == "en"


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.json")), ids=lambda path: path.stem)
def test_every_definition_has_a_sound_screen(clerk, make, session, path):
    wave = printed(make, document(path.stem))
    session.commit()
    page = screen(clerk, wave)
    numbers = [int(one["data-question"]) for one in page.select("[data-question]")]
    assert numbers == list(range(1, len(definition_of(wave.edition).questions) + 1))


def test_multiple_and_written_answers_are_stored(clerk, make, session):
    wave = printed(make, document("kind-multiple-choice"))
    session.commit()
    definition = definition_of(wave.edition)
    question = next(q for q in definition.questions if q.kind == "multiple_choice")
    codes = [option.code for option in question.options[:2]]
    fields = {f"q_{question.key}": [str(code) for code in codes]}
    clerk.submit(screen(clerk, wave), sheet(7, **fields))
    assert decode(definition, marks(session)[0])[question.key].codes == tuple(codes)


def test_written_number_is_stored(clerk, make, session):
    wave = printed(make, document("kind-number"))
    session.commit()
    definition = definition_of(wave.edition)
    question = next(q for q in definition.questions if q.kind == "number")
    fields = {f"q_{question.key}": [str(question.maximum), ""]}
    clerk.submit(screen(clerk, wave), sheet(7, **fields))
    assert decode(definition, marks(session)[0])[question.key].codes == (question.maximum,)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", [*library_names(), "kind-number", "kind-multiple-choice"])
def test_screens_have_no_accessibility_violation(make, session, site, open_page, *, width, name):
    doc = library_document(name) if name in library_names() else document(name)
    body = make.body(slug="ente-1")
    wave, member = printed(make, doc), make.staff_member(body=body)
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, member)
    page.goto(site.address("desk.index", body_slug="ente-1"))
    assert axe_violations(page) == []
    page.goto(site.address("desk.key", body_slug="ente-1", wave_id=wave.id))
    assert axe_violations(page) == []
    assert not overflows(page)
    page.keyboard.press("?")
    assert axe_violations(page) == []


def screen(pages, wave):
    return pages.get("desk.key", body_slug="ente-1", wave_id=wave.id)


def printed(make, doc):
    wave = make.wave(None, make.edition(doc))
    make.print_run(wave)
    return wave


@pytest.fixture
def body(make):
    return make.body(slug="ente-1")


@pytest.fixture
def clerk(app, make, session, body):
    member = make.staff_member(Role.KEYER)
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def wave(make, session, body):
    wave = make.wave()
    make.print_run(wave)
    session.commit()
    return wave
