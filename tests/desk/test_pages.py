import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.models import AuditEntry, Comment, Keying, Response, Role, WaveState
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.desk.keying import bundle_of, printed
from tests.factories import DEFINITIONS, document
from tests.pages import Pages

DAY = "2026-03-04"
SEVENTH = format_serial(7)
FILLED = {"q_hours": "4", "q_courtesy": "NS", "q_overall": "?", "q_comment": "Più sedie\r\ngrazie"}


def sheet(serial, **fields):
    return {"serial": format_serial(serial), "day": DAY} | fields


def marks(session):
    return session.scalars(select(Response.marks).order_by(Response.serial)).all()


def test_sheet_is_stored_as_it_was_keyed(clerk, bundle, session):
    page = clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    row = session.scalars(select(Response)).one()
    assert (row.serial, row.day.isoformat(), row.marks) == (7, DAY, "4N?.")
    assert session.scalars(select(Comment.text)).one() == "Più sedie\ngrazie"
    assert f"Foglio {SEVENTH} salvato" in page.select_one("[role=status]").get_text()


def test_next_sheet_opens_with_the_serial_and_the_day_of_the_pile(clerk, bundle):
    page = clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    assert page.select_one("#serial")["value"] == format_serial(8)
    assert page.select_one("#serial").has_attr("autofocus")
    assert page.select_one("#day")["value"] == DAY


def test_last_sheet_of_the_pile_proposes_nothing(clerk, bundle):
    page = clerk.submit(screen(clerk, bundle), sheet(100, **FILLED))
    assert not page.select_one("#serial")["value"]


def test_first_screen_proposes_no_serial_and_today(clerk, bundle):
    page = screen(clerk, bundle)
    assert not page.select_one("#serial")["value"]
    assert page.select_one("#day")["value"] == page.select_one("#day")["max"]


def test_screen_shows_no_answer_until_one_is_keyed(clerk, bundle):
    page = screen(clerk, bundle)
    assert {box["value"] for box in page.select("input[checked][name^=q_]")} == {""}


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"serial": ""}, "serial", "Scrivi il numero"),
        ({"serial": "00007-1"}, "serial", "cifra di controllo"),
        ({"serial": "settimo"}, "serial", "cifra di controllo"),
        ({"serial": format_serial(101)}, "serial", "non è stato stampato"),
        ({"mezzo": "hours"}, "q_hours", "la più bassa delle due"),
        ({"mezzo": "overall"}, "q_overall", "la più bassa delle due"),
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
    clerk, bundle, session, *, fields, where, words
):
    sent = sheet(7, **FILLED) | fields
    page = clerk.submit(screen(clerk, bundle), sent, status=422)
    link = page.select_one("[role=alert] a")
    assert link["href"] == f"#{where}"
    assert words in link.get_text()
    assert page.title.get_text().startswith("Errore:")
    kept = {box["name"]: box["value"] for box in page.select("input[checked][name^=q_]")}
    assert kept["q_courtesy"] == "NS"
    assert page.select_one("#serial")["value"] == sent["serial"]
    assert page.select_one("textarea").get_text().strip() == sent["q_comment"].replace("\r", "")
    assert marks(session) == []


def test_sheet_keyed_already_is_said_and_what_was_typed_is_kept(clerk, bundle, session):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    page = clerk.submit(screen(clerk, bundle), sheet(7, q_hours="1"), status=409)
    assert f"{SEVENTH} è già stato imputato" in page.select_one("#serial-error").get_text()
    assert page.select_one("input[name=q_hours][checked]")["value"] == "1"
    assert marks(session) == ["4N?."]


def test_two_answers_to_one_question_are_refused(clerk, bundle, session):
    page = clerk.submit(screen(clerk, bundle), sheet(7, q_hours=["1", "2"]), status=422)
    assert "una sola risposta" in page.select_one("[role=alert]").get_text()


def test_empty_sheet_is_refused(clerk, bundle, session):
    page = clerk.submit(screen(clerk, bundle), sheet(7), status=422)
    assert "foglio tutto bianco" in page.select_one("#serial-error").get_text()
    assert marks(session) == []


def test_required_question_may_be_blank_on_paper(clerk, bundle, session):
    clerk.submit(screen(clerk, bundle), sheet(7, q_hours="1"))
    assert marks(session) == ["1..."]


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.PUBLISHED])
def test_wave_that_takes_no_sheet_says_why(clerk, bundle, session, state):
    bundle.wave.state = state
    session.commit()
    page = clerk.get("desk.key", body_slug="ente-1", bundle_id=bundle.id, status=409)
    words = {WaveState.DRAFT: "in bozza", WaveState.PUBLISHED: "già pubblicati"}
    assert words[state] in page.main.get_text()


def test_wave_published_while_keying_takes_nothing(clerk, bundle, session):
    page = screen(clerk, bundle)
    bundle.wave.state = WaveState.PUBLISHED
    session.commit()
    clerk.submit(page, sheet(7, **FILLED), status=409)
    assert marks(session) == []


def test_keyer_of_one_service_keys_that_one_alone(app, make, session, bundle):
    other = printed(make, document("small"))
    member = make.staff_member(Role.KEYER, service_id=bundle.wave.service_id)
    session.commit()
    keyer = Pages(app).sign_in(member)
    for endpoint in ("desk.key", "desk.sheets"):
        keyer.get(endpoint, body_slug="ente-1", bundle_id=bundle.id)
        keyer.get(endpoint, body_slug="ente-1", bundle_id=other.id, status=403)


def test_bundle_of_another_body_is_not_found(clerk, make, session):
    body = make.body(name="Altro ente", slug="altro")
    wave = make.wave(make.service(body_id=body.id), make.edition(body=body))
    noise = bundle_of(make, wave)
    clerk.get("desk.key", body_slug="ente-1", bundle_id=noise.id, status=404)


def test_screen_speaks_the_language_of_the_sheet_when_asked(clerk, bundle, make, session):
    make.print_run(bundle.wave, 101, 120).language = "en"
    bundle.last_serial = 120
    session.commit()
    page = screen(clerk, bundle)
    page = clerk.get(page.find("a", string="en")["href"])
    assert "Opening hours are convenient" in page.main.get_text()
    page = clerk.submit(page, sheet(101, q_hours="1"))
    assert "Opening hours are convenient" in page.main.get_text()
    assert session.scalars(select(Response.language)).one() == "en"


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.json")), ids=lambda path: path.stem)
def test_every_definition_has_a_sound_screen(clerk, make, session, path):
    bundle = printed(make, document(path.stem))
    page = screen(clerk, bundle)
    numbers = [int(one["data-question"]) for one in page.select("[data-question]")]
    assert numbers == list(range(1, len(definition_of(bundle.wave.edition).questions) + 1))


def test_multiple_and_written_answers_are_stored(clerk, make, session):
    bundle = printed(make, document("kind-multiple-choice"))
    definition = definition_of(bundle.wave.edition)
    question = next(q for q in definition.questions if q.kind == "multiple_choice")
    codes = [option.code for option in question.options[:2]]
    fields = {f"q_{question.key}": [str(code) for code in codes]}
    clerk.submit(screen(clerk, bundle), sheet(7, **fields))
    assert decode(definition, marks(session)[0])[question.key].codes == tuple(codes)


def test_written_number_is_stored(clerk, make, session):
    bundle = printed(make, document("kind-number"))
    definition = definition_of(bundle.wave.edition)
    question = next(q for q in definition.questions if q.kind == "number")
    fields = {f"q_{question.key}": [str(question.maximum), ""]}
    clerk.submit(screen(clerk, bundle), sheet(7, **fields))
    assert decode(definition, marks(session)[0])[question.key].codes == (question.maximum,)


def test_half_mark_is_noted_beside_the_lower_answer(clerk, bundle, session):
    clerk.submit(screen(clerk, bundle), sheet(7, q_hours="3", mezzo="hours"))
    assert session.scalars(select(Keying.half_marks)).one() == "hours"
    assert marks(session) == ["3..."]


def test_half_mark_is_offered_only_where_boxes_are_degrees(clerk, bundle):
    page = screen(clerk, bundle)
    offered = [box["value"] for box in page.select("input[data-half]")]
    assert offered == ["hours", "courtesy", "overall"]  # and not beside the classes of age


def test_screen_says_how_many_sheets_are_left(clerk, bundle):
    page = clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    words = page.select_one("#key-pace").get_text(" ", strip=True)
    assert words == "Foglio 2 di 48 · ne restano 46"


def test_script_is_told_the_next_sheet_without_a_page(clerk, bundle, session):
    page = screen(clerk, bundle)
    sent = sheet(7, **FILLED) | {"csrf_token": page.select_one("[name=csrf_token]")["value"]}
    for _ in range(2):  # sent again, as after a lost connection: the same sheet, kept once
        answer = clerk.client.post(
            page.select_one("form[data-desk]")["action"],
            data=sent,
            headers={"Accept": "application/json"},
        )
        told = answer.get_json()
        assert (answer.status_code, told["serial"], told["day"]) == (200, format_serial(8), DAY)
        assert (told["done"], told["total"], told["keyed"]) == (1, 48, [[7, 7]])
        assert told["message"] == f"Foglio {SEVENTH} salvato."
    assert marks(session) == ["4N?."]


# ---- finding and correcting -------------------------------------------------------------------


def test_keyed_sheet_is_found_by_its_number_and_put_right(clerk, bundle, session):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    led = clerk.client.get(f"/ente/ente-1/plichi/{bundle.id}/fogli?numero={SEVENTH}")
    page = clerk.get(led.headers["Location"])
    assert page.select_one("input[name=q_hours][checked]")["value"] == "4"
    assert "Più sedie" in page.select_one("textarea").get_text()
    page = clerk.submit(page, {"q_hours": "2", "reason": "Letto male"})
    assert f"Foglio {SEVENTH} corretto: 1 cosa cambiata" in page.main.get_text()
    assert marks(session) == ["2N?."]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.reason) == ("response:correct", "Letto male")


@pytest.mark.parametrize(
    ("asked", "words"),
    [("00007-1", "cifra di controllo"), (format_serial(8), "non è tra quelli imputati")],
)
def test_number_that_leads_to_no_keyed_sheet_is_said(clerk, bundle, asked, words):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    page = clerk.get(f"/ente/ente-1/plichi/{bundle.id}/fogli?numero={asked}")
    assert words in page.select_one("#numero-error").get_text()


def test_list_leads_to_every_keyed_sheet(clerk, bundle):
    for serial in (7, 9):
        clerk.submit(screen(clerk, bundle), sheet(serial, **FILLED))
    page = clerk.get("desk.sheets", body_slug="ente-1", bundle_id=bundle.id)
    links = page.select(".key-sheets a")
    assert [link.get_text() for link in links] == [SEVENTH, format_serial(9)]
    assert clerk.get(links[1]["href"]).select_one(".key-was").get_text() == "registrato: 4"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"q_hours": "2"}, "reason"),
        ({"reason": "Letto male"}, "reason"),
        ({"q_hours": "9", "reason": "Letto male"}, "q_hours"),
        ({"q_hours": "", "mezzo": "hours", "reason": "Letto male"}, "q_hours"),
        ({"day": "2199-01-01", "reason": "Letto male"}, "day"),
        ({"q_hours": "2", "reason": "x" * 501}, "reason"),
    ],
)
def test_correction_without_reason_or_sense_is_refused_at_its_field(
    clerk, bundle, session, fields, where
):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    page = clerk.get("desk.sheet", body_slug="ente-1", bundle_id=bundle.id, serial=7)
    page = clerk.submit(page, fields, status=422)
    assert [link["href"] for link in page.select("[role=alert] a")] == [f"#{where}"]
    assert marks(session) == ["4N?."]


def test_page_that_grew_old_undoes_no_correction_of_a_colleague(app, clerk, bundle, make, session):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    other = make.staff_member(Role.KEYER)
    session.commit()
    colleague = Pages(app).sign_in(other)
    at = {"body_slug": "ente-1", "bundle_id": bundle.id, "serial": 7}
    mine, theirs = clerk.get("desk.sheet", **at), colleague.get("desk.sheet", **at)
    colleague.submit(theirs, {"q_hours": "2", "reason": "Letto male"})
    page = clerk.submit(mine, {"q_courtesy": "3", "reason": "Riletto"}, status=409)
    assert f"Intanto qualcun altro ha corretto il foglio {SEVENTH}" in page.main.get_text()
    assert page.select_one(".key-was").get_text() == "registrato: 2"
    assert marks(session) == ["2N?."]
    clerk.submit(page, {"q_hours": "2"})
    assert marks(session) == ["23?."]


@pytest.mark.parametrize("serial", [8, 999, 99_999_999_999])
def test_sheet_that_is_not_in_the_bundle_is_not_found(clerk, bundle, serial):
    clerk.submit(screen(clerk, bundle), sheet(7, **FILLED))
    clerk.get(f"/ente/ente-1/plichi/{bundle.id}/fogli/{serial}", status=404)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", [*library_names(), "kind-number", "kind-multiple-choice"])
def test_screens_have_no_accessibility_violation(make, session, site, open_page, *, width, name):
    doc = library_document(name) if name in library_names() else document(name)
    body = make.body(slug="ente-1")
    bundle, member = printed(make, doc), make.staff_member(body=body)
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, member)
    page.goto(site.address("desk.key", body_slug="ente-1", bundle_id=bundle.id))
    assert axe_violations(page) == []
    assert not overflows(page)
    page.keyboard.press("?")
    assert axe_violations(page) == []


def screen(pages, bundle):
    return pages.get("desk.key", body_slug="ente-1", bundle_id=bundle.id)


@pytest.fixture
def body(make):
    return make.body(slug="ente-1")


@pytest.fixture
def clerk(app, make, session, body):
    member = make.staff_member(Role.KEYER)
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def bundle(make, session, body):
    return printed(make, document("small"))
