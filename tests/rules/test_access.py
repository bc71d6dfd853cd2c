"""Who may go where: every route, every role, own body and another, from the URL map itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from survey import create_app
from survey.access import GRANTS, PUBLIC, SIGNED_IN, WHOLE_BODY, Permission, may
from survey.authoring.actions import print_run
from survey.database import upgrade
from survey.desk.actions import Sheet, key_sheet
from survey.desk.bundles import SetAside, set_aside
from survey.desk.imports.actions import NamedMapping, keep_mapping
from survey.desk.imports.mapping import ColumnMapping
from survey.extensions import csrf, db
from survey.models import Base, Chart, ImportSource, Role, VoidReason, WaveState, YearlyResult
from survey.questionnaire.kinds import Answer
from survey.results.actions import publish_year
from survey.settings import Settings
from survey.staff.actions import grant_role
from tests.compiled import TEMPLATES
from tests.conftest import SECRET
from tests.factories import TODAY, Factory
from tests.pages import Pages, token
from tests.results.year import FAIR, answer, spread

STATIC = {"static", "theme.static"}
YEAR = 2025
OTHER = "another body"
Who = Role | str


def settings_of(path: str) -> Settings:
    return Settings(
        secret_key=SECRET,
        database_url=f"sqlite:///{path}",
        secure_cookies=False,
        cheap_passwords=True,
    )


MAP = create_app(settings_of(":memory:"))
RULES = [rule for rule in MAP.url_map.iter_rules() if rule.endpoint not in STATIC]


def permission_of(rule: Rule) -> Permission | None:
    return getattr(MAP.view_functions[rule.endpoint], "permission", None)


def method_of(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


STAFF = [rule for rule in RULES if permission_of(rule) is not PUBLIC]
IN_A_BODY = [rule for rule in STAFF if permission_of(rule) is not SIGNED_IN]
SENDING = [rule for rule in RULES if method_of(rule) == "POST"]
READING = [rule for rule in RULES if method_of(rule) == "GET"]


@dataclass
class World:
    """A body with a published year, an open wave and one person for each role; and another body."""

    path: Path
    members: dict[Who, Any] = field(default_factory=dict)
    #: each person's cookie, of a session that copies of the database know too
    cookies: dict[Who, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    #: where an endpoint needs another thing of the same name
    special: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, app: Flask, rule: Rule) -> str:
        known = self.values | self.special.get(rule.endpoint, {})
        missing = rule.arguments - set(known)
        assert not missing, f"{rule}: say in this file what {sorted(missing)} may be"
        with app.test_request_context():
            return url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})


def by_name(rule: Rule) -> str:
    return f"{method_of(rule)} {rule}"


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_view_says_who_may_see_it(rule):
    assert isinstance(permission_of(rule), Permission)


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_address_is_kebab_case_and_its_numbers_are_typed(rule):
    fixed = re.sub(r"<[^>]+>", "", rule.rule)
    assert re.fullmatch(r"[a-z0-9./-]*", fixed), "kebab-case, no capital, no underscore"
    for name in rule.arguments:
        is_number = name in ("year", "serial") or name.endswith("_id")
        assert isinstance(rule._converters[name], IntegerConverter) == is_number, name


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_route_reads_or_sends_but_not_both(rule):
    assert len((rule.methods or set()) - {"HEAD", "OPTIONS"}) == 1


@pytest.mark.parametrize("rule", IN_A_BODY, ids=by_name)
def test_staff_page_names_its_body(rule):
    assert "body_slug" in rule.arguments


@pytest.mark.parametrize("rule", STAFF, ids=by_name)
def test_visitor_is_led_to_the_sign_in(world, rule):
    app = opened(world)
    client = app.test_client()
    answer = client.open(world.address(app, rule), method=method_of(rule), data={})
    # a form without its token is refused before anything else is looked at
    assert answer.status_code == (302 if method_of(rule) == "GET" else 400)
    if method_of(rule) == "GET":
        assert answer.headers["Location"].startswith("/accesso")


@pytest.mark.parametrize("rule", IN_A_BODY, ids=by_name)
@pytest.mark.parametrize("who", [*Role, OTHER])
def test_page_opens_to_the_roles_that_have_its_permission_alone(copy, rule, who):
    permission = permission_of(rule)
    status = ask(copy, rule, who)
    if who == OTHER:
        assert status == 404
    elif permission in GRANTS[who]:
        assert status < 500
        assert status not in (400, 401, 403, 404, 405), "its own role may not enter"
    else:
        assert status == 403


@pytest.mark.parametrize("rule", SENDING, ids=by_name)
def test_form_without_its_token_is_refused(copy, rule):
    app = opened(copy)
    pages = Pages(app)
    permission = permission_of(rule)
    if permission is not PUBLIC:
        sign_in(pages, copy, holder(permission))
    before = contents(copy.path)
    status = pages.client.post(copy.address(app, rule), data={"token": "none"}).status_code
    view = MAP.view_functions[rule.endpoint]
    is_exempt = f"{view.__module__}.{view.__name__}" in csrf._exempt_views
    # the citizen's form has a nonce of its own in place of a cookie
    assert is_exempt == (rule.rule == "/q/<code>")
    assert status == (422 if is_exempt else 400)
    assert contents(copy.path) == before


@pytest.mark.parametrize("rule", READING, ids=by_name)
def test_reading_changes_nothing(copy, rule):
    app = opened(copy)
    pages = Pages(app)
    permission = permission_of(rule)
    if permission is not PUBLIC:
        sign_in(pages, copy, holder(permission))
    before = contents(copy.path)
    pages.client.get(copy.address(app, rule))
    assert contents(copy.path) == before


@pytest.mark.parametrize("permission", sorted(Permission))
def test_every_permission_is_held_by_some_role(permission):
    if permission not in (PUBLIC, SIGNED_IN):
        assert any(permission in granted for granted in GRANTS.values())


def test_narrowed_role_reaches_its_service_and_area_alone(make):
    mine, other = make.service(area_id=make.area().id), make.service()
    body = make.body()
    by_service = make.staff_member(Role.MANAGER, service_id=mine.id)
    by_area = make.staff_member(Role.MANAGER, area_id=mine.area_id)
    for member in (by_service, by_area):
        assert may(member, Permission.RESULT_READ, body=body)
        assert may(member, Permission.RESULT_READ, body=body, service=mine)
        assert not may(member, Permission.RESULT_READ, body=body, service=other)


@pytest.mark.parametrize("permission", sorted(WHOLE_BODY))
def test_narrowed_role_never_gives_what_concerns_the_whole_body(make, permission):
    service = make.service()
    role = holder(permission)
    member = make.staff_member(role, service_id=service.id)
    assert not may(member, permission, body=make.body())
    assert not may(member, permission, body=make.body(), service=service)
    assert may(make.staff_member(role), permission, body=make.body())


def holder(permission: Permission | None) -> Role:
    """Return a role that has the permission; any will do for pages of whoever is signed in."""
    return next(r for r in Role if permission in GRANTS[r] or permission is SIGNED_IN)


def ask(world: World, rule: Rule, who: Who) -> int:
    """Return the status of a request by that person; a form is sent with its token, but empty."""
    app = opened(world)
    pages = Pages(app)
    sign_in(pages, world, who)
    if method_of(rule) == "GET":
        return pages.client.get(world.address(app, rule)).status_code
    data = {"csrf_token": token(pages.get("staff.start"))}
    return pages.client.post(world.address(app, rule), data=data).status_code


def sign_in(pages: Pages, world: World, who: Who) -> None:
    """Bring the cookie of a session: the sign-in page itself has tests of its own."""
    pages.client.set_cookie(pages.app.config["SESSION_COOKIE_NAME"], world.cookies[who])


def contents(path: Path) -> str:
    """Digest every table but the sessions, which signing in itself writes."""
    engine = create_engine(f"sqlite:///{path}")
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for table in sorted(Base.metadata.tables):
            if table != "staff_session":
                rows = connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608  # own name
                digest.update(repr(sorted(map(repr, rows))).encode())
    engine.dispose()
    return digest.hexdigest()


_OPENED: list[Flask] = []


def opened(world: World) -> Flask:
    app = create_app(settings_of(str(world.path)))
    app.testing = True
    app.jinja_env.bytecode_cache = TEMPLATES
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _OPENED.append(app)
    return app


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    while _OPENED:
        app = _OPENED.pop()
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("access") / "world.sqlite"
    upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    world = World(path)
    with Session(engine, expire_on_commit=False) as session:
        _people_it(world, Factory(session))
        session.commit()
    app = opened(world)
    for who, member in world.members.items():
        cookie = Pages(app).sign_in(member).client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        world.cookies[who] = cookie.value
    with app.app_context():
        db.engine.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return world


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    path = tmp_path / "world.sqlite"
    shutil.copy(world.path, path)
    return replace(world, path=path)


def _people_it(world: World, make: Factory) -> None:
    body = make.body()
    service, edition = make.service(), make.edition()
    closed = make.wave(service, edition, year=YEAR, state=WaveState.CLOSED)
    answer(make.session, closed, spread(40, FAIR), day=dt.date(YEAR, 5, 4))
    publish_year(make.session, body, YEAR, by=None, today=dt.date(YEAR + 1, 1, 15))
    wave = make.wave(service, edition, year=YEAR + 1)
    run = print_run(
        make.session, wave, language="it", copies=2, by=None, today=dt.date(YEAR + 1, 1, 15)
    )
    world.members |= {role: make.staff_member(role) for role in Role}
    elsewhere = make.body(name="Altro ente", slug="altro-ente")
    stranger = world.members[OTHER] = make.staff_member(body=elsewhere)
    for role in Role:  # whatever the role, it counts in its own body alone
        if role is not Role.QUALITY_OFFICE:
            grant_role(make.session, stranger, role, body=elsewhere)
    person = world.members[Role.KEYER]
    bundle = make.bundle(wave, by=person)
    void = set_aside(make.session, bundle, SetAside(VoidReason.DAMAGED), by=person, today=TODAY)
    sheet = Sheet(2, TODAY, {"hours": Answer.valid(3)}, {})
    key_sheet(make.session, bundle, sheet, by=person, today=TODAY)
    named = NamedMapping("Moduli", ImportSource.GOOGLE_FORMS, ColumnMapping(()))
    kept = keep_mapping(make.session, edition.questionnaire, named, by=person, today=TODAY)
    world.values |= {
        "serial": sheet.serial,
        "bundle_id": bundle.id,
        "void_id": void.id,
        "mapping_id": kept.id,
        "body_slug": body.slug,
        "service_slug": service.slug,
        "service_id": service.id,
        "year": YEAR,
        "wave_id": wave.id,
        "run_id": run.id,
        "edition_id": edition.id,
        "member_id": person.id,
        "grant_id": person.grants[0].id,
        "code": wave.code,
    }
    world.special |= {
        "results.service_chart": {
            "name": _chart(make.session, YearlyResult.service_id.is_not(None))
        },
        "results.body_chart": {"name": _chart(make.session, YearlyResult.service_id.is_(None))},
    }


def _chart(session: Session, of: Any) -> str:
    name = session.scalars(
        select(Chart.name).join(Chart.result).where(of, Chart.language == "it").limit(1)
    ).one()
    return str(name)
