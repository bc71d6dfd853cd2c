"""Settings as the environment gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.application import build
from survey.extensions import db
from survey.settings import database_url, from_env

SECRET = "k" * 40


@pytest.mark.parametrize(
    "name", ["survey.sqlite", "below/survey.sqlite?timeout=20", "./a?timeout=2"]
)
def test_a_database_named_from_here_is_the_same_for_upkeep_and_application(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"SURVEY_DATABASE_URL": f"sqlite:///{name}", "SURVEY_SECRET_KEY": SECRET}
    with build(from_env(env)).app_context():
        used = db.engine.url
        db.engine.dispose()
    assert used.database is not None
    assert Path(used.database) == tmp_path / name.partition("?")[0]
    assert used.render_as_string() == database_url(env)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////var/lib/gradimento/survey.sqlite?timeout=20",
        "sqlite:///file:/var/lib/gradimento/survey.sqlite?uri=true",
        "postgresql+psycopg:///survey?host=/var/run/postgresql",
        "nonsense",
    ],
)
def test_any_other_address_of_a_database_stays_as_it_is(url: str) -> None:
    assert database_url({"SURVEY_DATABASE_URL": url}) == url
