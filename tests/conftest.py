"""Shared fixtures: a migrated database, an application on it, and clients that check every page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey import create_app
from survey.database import upgrade
from survey.extensions import db
from survey.settings import Settings
from tests.browser import chromium, open_page, site
from tests.compiled import TEMPLATES, compile_routes_once
from tests.factories import Factory
from tests.pages import Pages
from tests.postgres import postgres_server, postgres_template, postgres_url

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# fixtures that live in files of their own: imported here, they are made once and not once a module
__all__ = ["chromium", "open_page", "postgres_server", "postgres_template", "postgres_url", "site"]

SECRET = "a secret for the tests, long enough to be accepted"
DEMONSTRATION = "tests/demo/"
compile_routes_once()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Spread tests one by one, but for those that share the demonstration, a minute to make.

    pytest-xdist 3.8 does not see its own groups under pytest 9.2, so it is told by name.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneWorkerForTheDemonstration(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return DEMONSTRATION if nodeid.startswith(DEMONSTRATION) else nodeid

    return OneWorkerForTheDemonstration(config, log)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file made by migrating."""
    path = tmp_path_factory.mktemp("database") / "template.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_file(empty_file: Path) -> Path:
    """What is copied for each test; a module may put rows of its own in its place."""
    return empty_file


@pytest.fixture
def settings(migrated_file: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "test.sqlite"
    shutil.copy(migrated_file, path)
    return Settings(
        secret_key=SECRET,
        database_url=f"sqlite:///{path}",
        public_url="https://gradimento.example.it",
        secure_cookies=False,
        cheap_passwords=True,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = TEMPLATES
    # a test says what went wrong; the pages for visitors are tested with this off
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of its own beside the requests': what it has committed, requests see."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session: Session) -> Factory:
    return Factory(session)


@pytest.fixture
def pages(app: Flask) -> Pages:
    """A visitor without cookies; each page fetched is checked as a page."""
    return Pages(app)


@pytest.fixture
def staff_pages(app: Flask, make: Factory) -> Pages:
    """A signed-in member of the quality office of the first body."""
    body = make.body()
    member = make.staff_member(body=body)
    make.session.commit()
    return Pages(app).sign_in(member)
