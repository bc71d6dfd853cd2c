"""The command as a whole: help, version, and what it says when something is wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from survey.cli import LINES, PLACES, main

SURVEY = Path(sys.executable).with_name("survey")
SECRET = "x" * 40


def run_survey(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SURVEY, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
    )


def test_version_is_that_of_the_package() -> None:
    run = run_survey("--version")
    assert run.stdout == f"survey, version {version('gradimento')}\n"


def test_help_names_every_command() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    for name in ("db", "demo", "serve", "user", "publish", "check"):
        assert f"\n  {name} " in output


@pytest.mark.parametrize("name", list(PLACES))
def test_the_line_in_the_help_is_the_first_line_of_the_command(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert (command.help or "").splitlines()[0] == LINES[name]


def test_help_imports_neither_flask_nor_sqlalchemy() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from survey.cli import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print([m for m in ('flask', 'sqlalchemy', 'numpy', 'gunicorn') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_help_comes_within_half_a_second() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        run_survey("--help")
        return time.perf_counter() - start

    # the best of several, since other tests keep the machine busy
    assert min(seconds() for _ in range(5)) <= 0.5


def test_an_unknown_command_is_refused() -> None:
    run = run_survey("abracadabra")
    assert run.returncode == 2
    assert "abracadabra" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["db", "upgrade"], {}, "Manca l'impostazione SURVEY_DATABASE_URL."),
        (["serve"], {}, "Manca l'impostazione SURVEY_SECRET_KEY."),
        (["serve"], {"SURVEY_SECRET_KEY": "short"}, "almeno 32 caratteri"),
        (["db", "upgrade"], {"SURVEY_DATABASE_URL": "nonsense"}, "non è l'indirizzo"),
        (["db", "upgrade"], {"SURVEY_DATABASE_URL": "sqlite:////no/such/folder/x"}, "unable to"),
    ],
)
def test_a_wrong_setting_gives_one_sentence(
    arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    run = run_survey(*arguments, **environment)
    assert run.returncode == 1
    assert sentence in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_database_that_was_never_prepared_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    run = run_survey("check", SURVEY_DATABASE_URL=url, SURVEY_SECRET_KEY=SECRET)
    assert run.returncode == 1
    assert "survey db upgrade" in run.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_upgrade_makes_the_database_and_may_be_repeated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    for _ in range(2):
        run = run_survey("db", "upgrade", SURVEY_DATABASE_URL=url)
        assert (run.returncode, run.stdout, run.stderr) == (0, "Il database è aggiornato.\n", "")
    run = run_survey("check", SURVEY_DATABASE_URL=url, SURVEY_SECRET_KEY=SECRET)
    assert "Tutto in ordine: 0 questionari" in run.stdout


def test_an_unforeseen_error_is_one_sentence_unless_the_traceback_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def explode(_url: str, _revision: str) -> None:
        raise ZeroDivisionError("division by zero\nsecond line")

    monkeypatch.setenv("SURVEY_DATABASE_URL", "sqlite://")
    monkeypatch.setattr("survey.cli.database.upgrade_database", explode)
    quiet = CliRunner().invoke(main, ["db", "upgrade"])
    assert quiet.exit_code == 1
    assert "Errore imprevisto (ZeroDivisionError: division by zero)" in quiet.output
    assert "second line" not in quiet.output
    loud = CliRunner().invoke(main, ["--traceback", "db", "upgrade"])
    assert isinstance(loud.exception, ZeroDivisionError)
