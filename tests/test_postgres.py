"""The same application on PostgreSQL: migrations, an answer, its replays, a published year."""

from __future__ import annotations

import datetime as dt
import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.authoring.actions import print_run
from survey.collection.actions import record_response
from survey.database import downgrade, upgrade
from survey.models import (
    Base,
    Comment,
    PrintRun,
    Response,
    SheetLayout,
    UsedNonce,
    Wave,
    WaveState,
    YearlyResult,
)
from survey.questionnaire.kinds import Answer
from survey.questionnaire.modes import Mode
from survey.results.actions import publish_year
from survey.settings import Settings
from tests.browser import Site
from tests.conftest import SECRET
from tests.factories import TODAY, Factory
from tests.pages import Pages

pytestmark = pytest.mark.postgres


def test_the_server_is_postgresql(session: Session) -> None:
    assert session.get_bind().dialect.name == "postgresql"


def test_migrating_gives_the_models_schema(postgres_url: str) -> None:
    modelled = _second_database(postgres_url)
    engine = create_engine(modelled)
    Base.metadata.create_all(engine)
    assert described(engine) == described(create_engine(postgres_url))
    engine.dispose()


def test_going_down_and_up_again_works(postgres_url: str) -> None:
    downgrade(postgres_url, "base")
    engine = create_engine(postgres_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(postgres_url)
    assert "response" in inspect(engine).get_table_names()
    engine.dispose()


def test_an_answer_is_stored_and_its_replay_is_thanked_alike(
    pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    fields = {"q_overall": "3", "q_comment": "“Però” – 100 % ok?\n𝒳 '; DROP TABLE response; --"}
    thanked = pages.submit(page, fields)
    again = pages.submit(page, fields)
    assert thanked.h1 == again.h1
    assert stored(session) == 1
    comment = session.scalars(select(Comment)).one()
    assert comment.text == fields["q_comment"]


def test_two_hundred_parallel_posts_give_one_row_and_one_page(
    site: Site, session: Session, wave: Wave
) -> None:
    path = f"/q/{wave.code}"
    host = site.url.removeprefix("http://")
    body = urlencode({**_hidden_fields(_fetch(host, path)), "q_overall": "3", "q_comment": "Bene"})
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: _post(host, path, body), range(200)))
    assert set(answers) == {(303, f"{path}/grazie")}
    assert stored(session) == 1
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert session.scalar(select(func.count()).select_from(UsedNonce)) == 1


def test_a_closed_wave_takes_nothing(pages: Pages, session: Session, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    wave.state = WaveState.CLOSED
    session.commit()
    pages.submit(page, {"q_overall": "3"}, status=410)
    assert stored(session) == 0


def test_the_database_itself_refuses_a_serial_twice(
    session: Session, make: Factory, wave: Wave
) -> None:
    common = {"body_id": wave.body_id, "wave_id": wave.id, "mode": Mode.PAPER, "day": TODAY,
              "language": "it", "serial": 7, "marks": "."}  # fmt: skip
    session.add_all([Response(id=1, **common), Response(id=2, **common)])
    with pytest.raises(IntegrityError, match="uq_response_wave_id_serial"):
        session.flush()


def test_runs_prepared_at_once_follow_each_other_and_keep_one_layout(
    session: Session, make: Factory, wave: Wave
) -> None:
    waves = [wave.id, make.wave(make.service(), wave.edition).id]
    session.commit()
    engine = session.get_bind()

    def prepare(number: int) -> None:
        with Session(engine) as office:
            found = office.get_one(Wave, waves[number % 2])
            print_run(office, found, language="it", copies=5, by=None, today=TODAY)
            office.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(prepare, range(8)))
    runs = session.execute(select(PrintRun.wave_id, PrintRun.first_serial)).all()
    assert sorted(map(tuple, runs)) == sorted((id_, 1 + 5 * n) for id_ in waves for n in range(4))
    assert session.scalar(select(func.count()).select_from(SheetLayout)) == 1


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
@pytest.mark.parametrize("room", ["rilevazione", "imputazione", "rilevazioni", "quadro"])
def test_a_number_that_no_row_can_have_leads_nowhere(
    staff_pages: Pages, make: Factory, room: str, number: int
) -> None:
    staff_pages.get(f"/ente/{make.body().slug}/{room}/{number}", status=404)
    staff_pages.get(f"/ente/{make.body().slug}/registro?prima={number}")


def test_a_year_is_published_with_the_same_figures_as_on_sqlite(
    session: Session, wave: Wave, sqlite_session: Session
) -> None:
    on_postgres = _publish(session, wave)
    there = Factory(sqlite_session)
    on_sqlite = _publish(sqlite_session, _make_wave(there))
    assert on_postgres["services"][0]["waves"][-1]["n"] == 40
    assert on_postgres == on_sqlite


@pytest.fixture
def settings(postgres_url: str) -> Settings:
    """Put the whole application of these tests on PostgreSQL."""
    return Settings(
        secret_key=SECRET,
        database_url=postgres_url,
        secure_cookies=False,
        cheap_passwords=True,
    )


@pytest.fixture
def wave(make: Factory) -> Wave:
    made = _make_wave(make)
    make.session.commit()
    return made


@pytest.fixture
def sqlite_session(tmp_path: Path) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path / 'twin.sqlite'}"
    upgrade(url)
    engine = create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Response)) or 0


def described(engine: Engine) -> dict[str, Any]:
    """Say all that PostgreSQL knows of the tables, whatever the order it was made in."""
    found = inspect(engine)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    asked = {
        "columns": found.get_columns,
        "checks": found.get_check_constraints,
        "uniques": found.get_unique_constraints,
        "indexes": found.get_indexes,
        "keys": found.get_foreign_keys,
        "primary": lambda table: [found.get_pk_constraint(table)],
    }
    told = {
        (table, what): sorted(repr(sorted(one.items(), key=lambda pair: pair[0]))
                              for one in ask(table))
        for table in tables for what, ask in asked.items()
    }  # fmt: skip
    engine.dispose()
    return told


def _second_database(url: str) -> str:
    name = f"{make_url(url).database}_modelled"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _make_wave(make: Factory) -> Wave:
    service = make.service(slug="anagrafe", name="Anagrafe")
    return make.wave(service, code="prova", users_served=900)


def _publish(session: Session, wave: Wave) -> dict[str, Any]:
    """Fill a wave with forty answers, publish its year, and return the document."""
    for n in range(40):
        answers = {"overall": Answer.valid(1 + n % 4), "hours": Answer.valid(1 + n % 3),
                   "courtesy": Answer.valid(4 - n % 2)}  # fmt: skip
        mode = Mode.WEB if n % 2 else Mode.PHONE
        record_response(session, wave, answers=answers, mode=mode, day=dt.date(2026, 5, 4),
                        language="it")  # fmt: skip
    wave.state = WaveState.CLOSED
    session.flush()
    publish_year(session, wave.body, 2026, by=None, today=TODAY)
    session.commit()
    results = select(YearlyResult).where(YearlyResult.service_id == wave.service_id)
    document: dict[str, Any] = session.scalars(results).one().document
    return document


def _fetch(host: str, path: str) -> str:
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", path)
    page = connection.getresponse().read().decode()
    connection.close()
    return page


def _hidden_fields(page: str) -> dict[str, str]:
    found = BeautifulSoup(page, "html5lib").select("main form input[type=hidden]")
    return {str(field["name"]): str(field["value"]) for field in found}


def _post(host: str, path: str, body: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location") or ""
