"""Accounts, checks and publishing from the console."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.cli import main
from survey.collection.actions import record_response
from survey.models import Edition, Response, StaffMember, Wave, WaveState, YearlyResult
from survey.questionnaire.kinds import Answer
from survey.questionnaire.modes import Mode
from survey.settings import Settings
from survey.staff.passwords import password_hasher, password_matches
from tests.factories import Factory

Command = Callable[..., Result]


def test_a_new_account_gets_its_role_and_a_password_that_opens_it(
    command: Command, make: Factory, session: Session
) -> None:
    make.body(slug="esempio", name="Esempio")
    session.commit()
    result = command("user", "add", "Prova@Esempio.it", "--name", "Prova", "--body", "esempio",
                     "--role", "quality_office")  # fmt: skip
    assert result.exit_code == 0, result.output
    member = session.scalars(select(StaffMember)).one()
    assert (member.email, member.grants[0].role.value) == ("prova@esempio.it", "quality_office")
    password = result.output.split()[-1]
    assert password_matches(password_hasher(), member.password_hash, password)


def test_a_second_role_keeps_account_and_password(
    command: Command, make: Factory, session: Session
) -> None:
    member = make.staff_member(body=make.body(slug="esempio", name="Esempio"))
    session.commit()
    before = member.password_hash
    result = command("user", "add", member.email, "--name", "x", "--body", "esempio",
                     "--role", "verifier")  # fmt: skip
    session.refresh(member)
    assert "aveva già un account" in result.output
    assert member.password_hash == before
    assert len(member.grants) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--body", "altrove", "--role", "keyer"], "Enti presenti: esempio"),
        (["--body", "esempio", "--role", "sovrano"], "sovrano"),
        (["--body", "esempio", "--role", "keyer", "--service", "x"], "non ha un servizio 'x'"),
    ],
)
def test_a_wrong_body_role_or_service_is_named_and_nothing_is_written(
    command: Command, make: Factory, session: Session, arguments: list[str], sentence: str
) -> None:
    make.body(slug="esempio", name="Esempio")
    session.commit()
    result = command("user", "add", "a@b.it", "--name", "x", *arguments)
    assert result.exit_code != 0
    assert sentence in result.output
    assert session.scalars(select(StaffMember)).all() == []


def test_check_counts_what_it_read(command: Command, session: Session, filled: Wave) -> None:
    result = command("check")
    assert result.exit_code == 0, result.output
    assert "12 questionari compilati, tutti leggibili" in result.output


def test_check_finds_marks_that_are_not_answers(
    command: Command, session: Session, filled: Wave
) -> None:
    session.execute(update(Response).values(marks="~"))
    session.commit()
    result = command("check")
    assert result.exit_code == 1
    assert f"Rilevazione {filled.id}:" in result.output
    assert "(12 questionari)" in result.output


def test_check_finds_an_edition_that_no_longer_parses(
    command: Command, session: Session, filled: Wave
) -> None:
    session.execute(update(Edition).values(document={"format": "nonsense"}))
    session.commit()
    result = command("check")
    assert result.exit_code == 1
    assert f"Edizione {filled.edition_id}:" in result.output


def test_check_finds_an_edition_that_changed_after_it_was_published(
    command: Command, session: Session, make: Factory
) -> None:
    edition = make.edition()
    session.commit()
    assert command("check").exit_code == 0
    languages = edition.document["languages"]
    edition.document = edition.document | {"thanks": dict.fromkeys(languages, "Altro.")}
    session.commit()
    result = command("check")
    assert result.exit_code == 1
    assert f"Edizione {edition.id}: il documento è cambiato" in result.output


def test_publish_freezes_the_year_and_says_so_once(
    command: Command, session: Session, filled: Wave
) -> None:
    filled.state = WaveState.CLOSED
    session.commit()
    first = command("publish", "2026", "--body", filled.body.slug)
    assert first.exit_code == 0, first.output
    assert "Pubblicato il 2026, revisione 1: 1 servizi." in first.output
    again = command("publish", "2026", "--body", filled.body.slug)
    assert "era già pubblicato" in again.output
    assert len(session.scalars(select(YearlyResult)).all()) == 2


def test_publish_refuses_an_open_year_in_one_sentence(
    command: Command, session: Session, filled: Wave
) -> None:
    result = command("publish", "2026", "--body", filled.body.slug)
    assert result.exit_code == 1
    assert "sono ancora aperte" in result.output
    assert session.scalars(select(YearlyResult)).all() == []


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("SURVEY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEY_SECRET_KEY", settings.secret_key)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return run


@pytest.fixture
def filled(make: Factory, session: Session) -> Wave:
    """A wave with twelve answers."""
    wave = make.wave()
    for n in range(12):
        answers = {"overall": Answer.valid(3 + n % 2)}
        record_response(session, wave, answers=answers, mode=Mode.WEB, day=dt.date(2026, 5, 4),
                        language="it")  # fmt: skip
    session.commit()
    return wave
