import pytest
from sqlalchemy import select

from survey.models import AuditEntry, Keying, Response, Role, SecondKeying
from survey.serials import format_serial
from tests.desk.twice import MARKS, type_once, type_twice
from tests.pages import Pages

AGAIN = {"q_hours": "3", "q_courtesy": "NS", "q_overall": "?", "q_age": "1"}


def where(bundle, endpoint, **values):
    return {"where": f"desk.{endpoint}", "body_slug": "ente-1", "bundle_id": bundle.id} | values


def test_office_draws_the_sample_and_the_keyer_finds_it(office, keyer, sixty):
    page = office.get(**where(sixty, "second_keying"))
    assert "50 fogli su 60" in page.main.get_text()
    office.submit(page, {"quanti": "campione"})
    page = keyer.get(**where(sixty, "second_keying"))
    assert counts(page) == ["60", "50", "0", "50"]
    assert "Imputa di nuovo 50 fogli" in page.main.get_text()


def test_office_draws_all_the_sheets(office, sixty):
    page = office.get(**where(sixty, "second_keying"))
    page = office.submit(page, {"quanti": "tutti"})
    assert counts(page) == ["60", "60", "0", "60"]
    assert "Sono estratti tutti" in page.main.get_text()


def test_keyer_neither_draws_nor_reviews(keyer, bundle, make, typist, session):
    type_once(make, bundle, range(1, 3), by=typist)
    session.commit()
    page = keyer.get(**where(bundle, "second_keying"))
    assert page.select("main form") == []
    assert "L'estrazione la fa l'ufficio qualità" in page.main.get_text()
    for endpoint in ("second_differences", "second_quality"):
        keyer.get(**where(bundle, endpoint), status=403)


def test_who_works_in_the_rated_service_neither_types_nor_draws(app, drawn, make, body, session):
    body.bar_own_service = True
    works_there = make.staff_member(Role.QUALITY_OFFICE, service_id=drawn.wave.service_id)
    session.commit()
    pages = Pages(app).sign_in(works_there)
    page = pages.get(**where(drawn, "second_keying"))
    assert "non li imputa chi vi lavora" in page.main.get_text()
    assert page.select("main form") == []
    pages.get(**where(drawn, "second_key"), status=403)
    token = pages.get("staff.password").select_one("[name=csrf_token]")["value"]
    pages.post(**where(drawn, "second_draw"), data={"csrf_token": token}, status=403)


@pytest.mark.parametrize("state", ["open", "closed"])
def test_who_works_in_the_rated_service_meets_no_link_and_no_form_that_refuses(
    app, twice, make, session, state
):
    twice.wave.body.bar_own_service = True
    twice.second_keying = SecondKeying.DRAWN
    works_there = make.staff_member(Role.QUALITY_OFFICE, service_id=twice.wave.service_id)
    if state == "closed":
        shut(twice)
    session.commit()
    pages = Pages(app).sign_in(works_there)
    for endpoint in ("second_keying", "second_quality", "bundle"):
        page = pages.get(**where(twice, endpoint))
        links = [link["href"] for link in page.select("main a")]
        refused = [link for link in links if pages.client.get(link).status_code != 200]
        assert (refused, page.select("main form")) == ([], [])
    page = pages.get(**where(twice, "second_quality"))
    assert "restano 3 differenze da risolvere" in page.main.get_text()
    assert "questi fogli toccano ad altri" in page.main.get_text()


def test_bundle_without_sheets_says_so(office, bundle):
    page = office.get(**where(bundle, "second_keying"))
    assert "nessun foglio imputato" in page.main.get_text()
    assert page.select("main form") == []


def test_screen_proposes_the_drawn_sheet_and_shows_nothing_of_the_first(keyer, drawn):
    page = keyer.get(**where(drawn, "second_key"))
    assert page.select_one("#serial")["value"] == format_serial(1)
    assert {box["value"] for box in page.select("input[checked][name^=q_]")} <= {""}
    assert page.select("textarea") == []
    assert page.select("#day") == []
    assert MARKS not in str(page)


def test_sheet_typed_again_is_kept_and_the_next_one_opens(keyer, drawn, session):
    page = keyer.submit(keyer.get(**where(drawn, "second_key")), AGAIN)
    assert page.select_one("#serial")["value"] == format_serial(2)
    row = session.scalars(select(Keying).where(Keying.round == 2, Keying.serial == 1)).one()
    assert row.marks == "3N?1"
    assert session.scalars(select(Response.marks)).all() == [MARKS] * 3


def test_after_the_last_sheet_the_page_says_that_all_are_typed(keyer, drawn):
    for _ in range(3):
        page = keyer.submit(keyer.get(**where(drawn, "second_key")), AGAIN)
    assert page.title.get_text().startswith("Seconda imputazione")
    assert "Tutti i fogli estratti sono stati imputati due volte" in page.main.get_text()
    assert counts(page) == ["3", "3", "3", "0"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"serial": ""}, 422, "Scrivi il numero"),
        ({"serial": "00001-1"}, 422, "cifra di controllo"),
        ({"serial": format_serial(9)}, 422, "non è tra quelli estratti"),
        ({"q_hours": "7"}, 422, "non è tra quelle previste"),
    ],
)
def test_wrong_field_is_named_and_what_was_typed_is_kept(
    keyer, drawn, session, *, fields, status, words
):
    page = keyer.get(**where(drawn, "second_key"))
    page = keyer.submit(page, AGAIN | fields, status=status)
    assert words in page.select_one("[role=alert]").get_text()
    kept = {box["name"]: box["value"] for box in page.select("input[checked][name^=q_]")}
    assert kept["q_courtesy"] == "NS"
    typed = session.scalars(select(Keying).where(Keying.round == 2, Keying.marks.is_not(None)))
    assert typed.all() == []


def test_who_typed_the_sheets_first_is_told_that_another_must(app, drawn, typist):
    own = Pages(app).sign_in(typist)
    page = own.get(**where(drawn, "second_keying"))
    assert "tocca a un'altra persona" in page.main.get_text()
    answer = own.client.get(f"/ente/ente-1/plichi/{drawn.id}/seconda/imputa")
    assert answer.headers["Location"].endswith(f"/plichi/{drawn.id}/seconda")


def test_own_sheet_is_refused_by_the_server_too(app, drawn, typist, make, session):
    type_once(make, drawn, range(8, 9), by=make.staff_member())
    make.keying(drawn, 8, by=typist, round=2, marks=None, staff_member_id=None, keyed_on=None)
    session.commit()
    own = Pages(app).sign_in(typist)
    page = own.get(**where(drawn, "second_key"))
    assert page.select_one("#serial")["value"] == format_serial(8)
    page = own.submit(page, AGAIN | {"serial": format_serial(1)}, status=422)
    assert "lo hai imputato tu" in page.select_one("[role=alert]").get_text()


def test_correction_page_of_a_drawn_sheet_is_shut_until_it_is_typed_again(keyer, drawn):
    keyer.get(**where(drawn, "sheet", serial=1), status=403)
    keyer.submit(keyer.get(**where(drawn, "second_key")), AGAIN)
    keyer.get(**where(drawn, "sheet", serial=1))


def test_reviewer_sees_the_differences_alone_in_words(office, twice):
    page = office.get(**where(twice, "second_differences"))
    assert page.select_one("#foglio").get_text() == f"Foglio {format_serial(2)}"
    questions = [one.get_text(" ", strip=True) for one in page.select(".second-difference h3")]
    assert questions == ["1 Gli orari sono comodi", "5 Età"]
    answers = [one.get_text(" ", strip=True) for one in page.select(".second-answer")]
    assert answers == ["4 Molto", "3 Abbastanza", "in bianco", "1 Meno di 35"]
    assert page.select_one("[autofocus]")["value"] == "first"


def test_each_choice_settles_one_difference_and_the_sheet_stays_until_it_is_done(
    office, twice, session
):
    page = office.get(**where(twice, "second_differences"))
    page = settle(office, page, 0, reading="second")
    assert page.select_one("#foglio").get_text() == f"Foglio {format_serial(2)}"
    assert "vale «3 Abbastanza»" in page.select_one("[role=status]").get_text()
    assert "Vale: 3 Abbastanza" in page.select(".second-difference")[0].get_text(" ", strip=True)
    page = settle(office, page, 1, reading="other", typed="2")
    assert page.select_one("#foglio").get_text() == f"Foglio {format_serial(3)}"
    page = settle(office, page, 0, reading="first")
    assert "Tutte le differenze sono risolte" in page.main.get_text()
    stored = session.scalars(select(Response.marks).order_by(Response.serial)).all()
    assert stored == [MARKS, "3N?2", MARKS]
    corrections = session.scalars(
        select(AuditEntry.reason).where(AuditEntry.action == "response:settle")
    ).all()
    assert corrections == ["seconda imputazione"] * 2


def test_slip_of_the_reviewer_is_put_right_from_the_list(office, twice, session):
    page = office.get(**where(twice, "second_differences"))
    settle(office, page, 0, reading="second")
    page = office.get(**where(twice, "second_differences", foglio=2))
    settle(office, page, 0, reading="first")
    stored = session.scalars(select(Response.marks).order_by(Response.serial)).all()
    assert stored == [MARKS] * 3


@pytest.mark.parametrize("typed", ["", "9", "molto"])
def test_typed_answer_that_is_none_is_said_at_its_field(office, twice, session, typed):
    page = office.get(**where(twice, "second_differences"))
    page = settle(office, page, 0, status=422, reading="other", typed=typed)
    field = page.select_one("[aria-invalid]")
    assert field["value"] == typed
    assert page.title.get_text().startswith("Errore:")
    assert field.has_attr("autofocus")
    assert len(page.select("[autofocus]")) == 1
    assert session.scalars(select(Response.marks)).all() == [MARKS] * 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"reading": "third"}, 422), ({"keying": "0"}, 422), ({"keying": "99999"}, 404)],
)
def test_forged_choice_settles_nothing(office, twice, session, fields, status):
    page = office.get(**where(twice, "second_differences"))
    settle(office, page, 0, status=status, **({"reading": "second"} | fields))
    assert session.scalars(select(Response.marks)).all() == [MARKS] * 3


def test_sheets_without_a_difference_leave_nothing_to_review(office, bundle, make, session, typist):
    type_twice(make, bundle, 1, by=(typist, make.staff_member()), marks=MARKS)
    session.commit()
    page = office.get(**where(bundle, "second_differences"))
    assert "non c'è nessuna differenza" in page.main.get_text()


def test_closed_bundle_is_shown_and_not_settled(office, twice, session):
    shut(twice)
    session.commit()
    for endpoint in ("second_keying", "second_differences", "second_quality"):
        page = office.get(**where(twice, endpoint))
        assert page.select("main form") == []
    office.get(**where(twice, "second_key"), status=409)


def test_quality_page_says_rate_bounds_and_proposal(office, twice):
    page = office.get(**where(twice, "second_quality"))
    text = " ".join(page.main.get_text().split())
    assert "25,00 % di campi diversi: 3 su 12, in 3 fogli" in text
    # from scipy.stats import beta; beta.ppf(.025, 3, 10), beta.ppf(.975, 4, 9), beta.ppf(.95, 4, 9)
    # 0.05486064, 0.57185846, 0.52732660
    for bound in ("5,49", "57,19", "52,73"):
        assert f"{bound} %" in text
    assert "limite di 0,99 %" in text
    assert "Si propone" not in text, "every sheet was typed twice: it is the settling that is left"
    assert "restano 3 differenze da risolvere" in text


def test_quality_page_proposes_to_key_the_other_sheets_again(office, settled):
    page = office.get(**where(settled, "second_quality"))
    assert "Si propone di imputare di nuovo tutto il plico" in page.main.get_text()


def test_quality_page_warns_that_people_are_not_judged(office, twice, typist):
    page = office.get(**where(twice, "second_quality"))
    text = page.main.get_text()
    assert "legge 300 del 1970, articolo 4" in text
    row = next(row for row in page.select("tr") if typist.name in row.get_text())
    assert [cell.get_text(strip=True) for cell in row.select("td")] == ["3", "12", "0", "3"]


def test_bundle_is_accepted_against_the_proposal_with_a_reason_alone(office, settled, session):
    page = office.get(**where(settled, "second_quality"))
    page = office.submit(page, {"reason": ""}, status=422)
    assert "senza una motivazione" in page.select_one("#reason-error").get_text()
    page = office.submit(page, {"reason": "Plico di tre fogli"})
    assert "Motivazione: Plico di tre fogli" in page.main.get_text()
    session.refresh(settled)
    assert settled.second_keying is SecondKeying.ACCEPTED


def test_reason_is_asked_for_only_where_there_is_something_to_decide(office, twice):
    page = office.get(**where(twice, "second_quality"))
    assert page.select("main form") == [], "differences are open and every sheet was typed twice"
    page = office.get(**where(twice, "second_differences"))
    for place in (0, 1, 0):
        page = settle(office, page, place, reading="first")
    page = office.submit(office.get(**where(twice, "second_quality")), {"reason": ""})
    assert "Accettato da" in page.main.get_text()
    assert "Si propone di accettare" not in page.main.get_text()
    assert page.select("main form") == []


def test_office_has_the_whole_bundle_typed_again(office, settled, session):
    page = office.get(**where(settled, "second_quality"))
    button = page.select_one("button[formaction]")
    form = {"csrf_token": page.select_one("main [name=csrf_token]")["value"], "reason": "Troppi"}
    page = office.post(button["formaction"], form, status=302)
    assert "Tutto il plico si imputa di nuovo" in page.main.get_text()
    assert "un foglio estratto è da imputare di nuovo" in page.main.get_text()
    session.refresh(settled)
    assert settled.second_keying is SecondKeying.REKEY


def test_open_differences_bar_the_acceptance(office, twice, session):
    page = office.get(**where(twice, "second_quality"))
    assert "Accetta il plico" not in page.main.get_text()
    form = {"csrf_token": page.select_one("[name=csrf_token]")["value"], "reason": "Va bene"}
    page = office.post(**where(twice, "second_accept"), data=form, status=409)
    assert "differenze da risolvere 3" in page.select_one("#reason-error").get_text()


def test_bundle_of_another_body_or_service_is_out_of_reach(app, office, make, session, bundle):
    elsewhere = make.body(name="Altro ente", slug="altro")
    stranger = make.wave(make.service(body_id=elsewhere.id), make.edition(body=elsewhere))
    noise = make.bundle(stranger)
    narrow = make.staff_member(Role.KEYER, service_id=make.service().id)
    session.commit()
    office.get(**where(noise, "second_keying"), status=404)
    Pages(app).sign_in(narrow).get(**where(bundle, "second_keying"), status=403)


def counts(page):
    return [one.get_text(strip=True) for one in page.select(".second-counts dd")]


def settle(pages, page, place, *, status=302, **fields):
    """Send the forms of a difference as its buttons and its field do."""
    form = page.select(".second-difference")[place].select_one("form")
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    return pages.post(form["action"], sent | fields, status=status)


def shut(bundle):
    bundle.state, bundle.closed_on, bundle.closed_by = "closed", bundle.opened_on, bundle.opened_by
    bundle.seal, bundle.storage_place, bundle.destroy_on = "S1", "Archivio", bundle.opened_on


@pytest.fixture
def office(app, make, session, body):
    member = make.staff_member(Role.QUALITY_OFFICE)
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def keyer(app, make, session, body):
    member = make.staff_member(Role.KEYER)
    session.commit()
    return Pages(app).sign_in(member)


@pytest.fixture
def typist(make, body):
    """Who types every sheet the first time."""
    return make.staff_member(Role.KEYER)


@pytest.fixture
def body(make):
    return make.body(slug="ente-1")


@pytest.fixture
def bundle(make, session, body):
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave)
    session.commit()
    return bundle


@pytest.fixture
def sixty(make, session, bundle, typist):
    """Sixty sheets typed once."""
    type_once(make, bundle, range(1, 61), by=typist)
    session.commit()
    return bundle


@pytest.fixture
def drawn(make, session, bundle, typist):
    """Three sheets typed once and drawn."""
    type_once(make, bundle, range(1, 4), by=typist)
    for serial in range(1, 4):
        row = {"round": 2, "marks": None, "staff_member_id": None, "keyed_on": None}
        make.keying(bundle, serial, by=typist, **row)
    session.commit()
    return bundle


@pytest.fixture
def twice(make, session, bundle, typist):
    """Three sheets typed twice: no difference, two, one."""
    other = make.staff_member(Role.KEYER)
    for serial, marks in ((1, MARKS), (2, "3N?1"), (3, "4N4.")):
        type_twice(make, bundle, serial, by=(typist, other), marks=marks)
    session.commit()
    return bundle


@pytest.fixture
def settled(make, session, twice, office):
    """All differences settled, and one sheet typed once alone."""
    page = office.get(**where(twice, "second_differences"))
    for place in (0, 1):
        page = settle(office, page, place, reading="first")
    settle(office, page, 0, reading="first")
    type_once(make, twice, range(4, 5), by=make.staff_member())
    session.commit()
    return twice
