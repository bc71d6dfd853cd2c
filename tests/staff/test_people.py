import pytest
from sqlalchemy import select

from survey.audit import audit
from survey.models import Role, RoleGrant, StaffMember
from tests.browser import DESKTOP, PHONE, axe_violations, overflows, sign_in
from tests.pages import Pages


def test_administrator_sees_the_people_of_the_own_body_alone(admin, make, session):
    make.staff_member(Role.KEYER, name="Sportello anagrafe")
    make.staff_member(body=make.body(name="Altro ente", slug="altro"), name="Di un altro ente")
    session.commit()
    page = admin.get("staff.people", body_slug="ente-1").main.get_text()
    assert "Sportello anagrafe" in page
    assert "Di un altro ente" not in page


def test_password_of_a_new_person_is_shown_once_and_opens(admin, session):
    page = admin.submit(admin.get("staff.people_new", body_slug="ente-1"), NEW, status=200)
    password = page.select_one(".staff-secret").get_text()
    member = session.scalars(select(StaffMember).where(StaffMember.email == NEW["email"])).one()
    visitor = Pages(admin.app)
    form = visitor.get("staff.sign_in")
    home = visitor.submit(form, {"email": NEW["email"], "password": password})
    assert "addetto all'inserimento" in home.main.get_text()
    later = admin.get("staff.people_person", body_slug="ente-1", member_id=member.id)
    assert password not in later.get_text()


def test_new_person_may_be_narrowed_to_a_service(admin, make, session):
    service = make.service()
    session.commit()
    page = admin.get("staff.people_new", body_slug="ente-1")
    admin.submit(page, NEW | {"scope": f"service-{service.id}"}, status=200)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.KEYER)).one()
    assert grant.service_id == service.id


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"email": "senza chiocciola"}, "email"), ({"name": ""}, "name"), ({"email": ""}, "email")],
)
def test_bad_fields_are_named_and_what_was_typed_is_kept(admin, session, fields, field):
    page = admin.submit(admin.get("staff.people_new", body_slug="ente-1"), NEW | fields, status=422)
    assert [link["href"] for link in page.select("[role=alert] a")] == [f"#{field}"]
    assert page.select_one("select[name=role] option[selected]")["value"] == "keyer"
    assert session.scalars(select(RoleGrant).where(RoleGrant.role == Role.KEYER)).all() == []


def test_narrowed_administrator_is_refused_in_words(admin, make, session):
    service = make.service()
    session.commit()
    narrowed = NEW | {"role": "administrator", "scope": f"service-{service.id}"}
    page = admin.submit(admin.get("staff.people_new", body_slug="ente-1"), narrowed, status=422)
    assert "vale per tutto l'ente" in page.select_one("[role=alert]").get_text()


@pytest.mark.parametrize("field", ["role", "scope"])
def test_forged_choice_is_refused(admin, field):
    page = admin.get("staff.people_new", body_slug="ente-1")
    admin.submit(page, NEW | {field: "service-999"}, status=422)


def test_scope_of_another_body_is_not_offered(admin, make, session):
    other = make.body(name="Altro ente", slug="altro")
    service = make.service(body_id=other.id)
    session.commit()
    page = admin.get("staff.people_new", body_slug="ente-1")
    admin.submit(page, NEW | {"scope": f"service-{service.id}"}, status=422)


def test_role_is_given_and_taken_on_the_person_s_page(admin, make, session):
    member = make.staff_member(Role.KEYER)
    session.commit()
    where = {"body_slug": "ente-1", "member_id": member.id}
    page = admin.get("staff.people_person", **where)
    sent = {"csrf_token": csrf(page), "role": "manager", "scope": "body"}
    page = admin.post("staff.people_grant", sent, status=302, **where)
    assert "responsabile di servizio" in page.select_one("table").get_text()
    again = admin.post("staff.people_grant", sent, status=409, **where)
    assert "ha già questo ruolo" in again.select_one("[role=alert]").get_text()
    grant = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.MANAGER)).one()
    page = admin.post("staff.people_revoke", sent, status=302, grant_id=grant.id, **where)
    assert "responsabile" not in page.select_one("table").get_text()


def test_person_without_roles_left_leaves_the_list(admin, make, session):
    member = make.staff_member(Role.KEYER, name="Sportello anagrafe")
    session.commit()
    where = {"body_slug": "ente-1", "member_id": member.id}
    page = admin.get("staff.people_person", **where)
    sent = {"csrf_token": csrf(page)}
    page = admin.post(
        "staff.people_revoke", sent, status=302, grant_id=member.grants[0].id, **where
    )
    assert page.h1.get_text() == "Persone"
    assert "Sportello anagrafe" not in page.main.get_text()


def test_grant_of_another_person_is_not_found(admin, make, session):
    one, other = make.staff_member(Role.KEYER), make.staff_member(Role.KEYER)
    session.commit()
    where = {"body_slug": "ente-1", "member_id": one.id}
    sent = {"csrf_token": csrf(admin.get("staff.people_person", **where))}
    admin.post("staff.people_revoke", sent, status=404, grant_id=other.grants[0].id, **where)


def test_person_of_another_body_is_not_found(admin, make, session):
    member = make.staff_member(body=make.body(name="Altro ente", slug="altro"))
    session.commit()
    admin.get("staff.people_person", body_slug="ente-1", member_id=member.id, status=404)


def test_account_is_disabled_and_enabled_again(admin, make, session):
    member = make.staff_member(Role.KEYER)
    session.commit()
    keyer = Pages(admin.app).sign_in(member)
    where = {"body_slug": "ente-1", "member_id": member.id}
    sent = {"csrf_token": csrf(admin.get("staff.people_person", **where))}
    page = admin.post("staff.people_disable", sent, status=302, **where)
    assert "account disattivato" in page.main.get_text()
    assert keyer.client.get("/area-riservata").status_code == 302
    admin.post("staff.people_enable", sent, status=302, **where)
    Pages(admin.app).sign_in(member).get("staff.start")


def test_refused_deed_says_why(admin, make, session):
    me = session.scalars(select(StaffMember)).one()
    where = {"body_slug": "ente-1", "member_id": me.id}
    sent = {"csrf_token": csrf(admin.get("staff.people_person", **where))}
    page = admin.post("staff.people_revoke", sent, status=409, grant_id=me.grants[0].id, **where)
    assert "ultimo amministratore" in page.main.get_text()


def test_register_tells_who_did_what_in_the_own_body(admin, make, session):
    admin.submit(admin.get("staff.people_new", body_slug="ente-1"), NEW, status=200)
    page = admin.get("staff.register", body_slug="ente-1")
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert "ha dato un ruolo" in rows[0]
    assert "Capo ufficio prove ha creato l'account" in rows[1]


def test_register_of_more_than_a_page_is_turned(admin, make, session):
    from survey.audit import audit

    for number in range(120):
        audit(session, body_id=1, by=None, action="wave:open", subject=f"wave:{number}")
    session.commit()
    seen, page = [], admin.get("staff.register", body_slug="ente-1")
    while True:
        seen += [cell.get_text() for cell in page.select(".text-nowrap")]
        older = page.find("a", string="Voci più vecchie")
        if older is None:
            break
        page = admin.get(older["href"])
    assert seen == [f"(wave:{number})" for number in range(119, -1, -1)]


def test_navigation_shows_the_rooms_of_the_role(pages, make, session):
    make.body(slug="ente-1")
    member = make.staff_member(Role.VERIFIER)
    session.commit()
    page = pages.sign_in(member).get("staff.register", body_slug="ente-1")
    labels = [link.get_text() for link in page.select(".staff-nav a")]
    assert "Registro" in labels
    assert "Persone" not in labels
    assert "Imputazione" not in labels


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_have_no_accessibility_violation(admin_member, session, site, open_page, width):
    page = open_page(width=width)
    page.goto(site.address("staff.sign_in"))
    assert axe_violations(page) == []
    sign_in(page, site, admin_member)
    for endpoint, values in [
        ("staff.start", {}),
        ("staff.password", {}),
        ("staff.people", {"body_slug": "ente-1"}),
        ("staff.people_new", {"body_slug": "ente-1"}),
        ("staff.people_person", {"body_slug": "ente-1", "member_id": admin_member.id}),
        ("staff.register", {"body_slug": "ente-1"}),
    ]:
        page.goto(site.address(endpoint, **values))
        assert axe_violations(page) == [], endpoint
        assert not overflows(page), endpoint


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 700, 900])
def test_register_holds_long_words_within_the_page(admin_member, session, site, open_page, width):
    audit(session, body_id=admin_member.grants[0].body_id, by=admin_member, subject="edition:1",
          action="edition:publish", after={"digest": "a1" * 32})  # fmt: skip
    session.commit()
    page = open_page(width=width)
    sign_in(page, site, admin_member)
    page.goto(site.address("staff.register", body_slug="ente-1"))
    assert "a1a1" in page.inner_text("main")
    assert not overflows(page)


NEW = {
    "name": "Addetto allo sportello",
    "email": "sportello@ente.example.it",
    "role": "keyer",
    "scope": "body",
}


def csrf(page):
    return page.select_one("input[name=csrf_token]")["value"]


@pytest.fixture
def admin_member(make, session):
    make.body(slug="ente-1")
    member = make.staff_member(Role.ADMINISTRATOR, name="Capo ufficio prove")
    session.commit()
    return member


@pytest.fixture
def admin(app, admin_member):
    return Pages(app).sign_in(admin_member)
