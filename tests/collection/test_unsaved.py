"""An answer that the database does not take just now: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.extensions import db
from survey.models import Comment, Wave
from tests.factories import Factory, stored
from tests.pages import Pages

ANSWERS = {"q_hours": "4", "q_overall": "3", "q_comment": "Più sedie riconoscibili"}


def test_what_cannot_be_stored_is_shown_again_and_stored_once_when_sent_again(
    app: Flask, pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    with nothing_written(app):
        again = pages.submit(page, ANSWERS, status=503)
        told = " ".join(part.get_text() for part in again.select("[role=alert]"))
        assert "Le risposte non sono state salvate" in told
        assert "Sono ancora qui sotto" in told
        assert "Controlla" not in told  # there is nothing that they could have done better
        pages.submit(again, status=503)
    assert stored(session) == (0, 0, 0)
    for _ in range(2):
        pages.submit(again)
    assert stored(session) == (1, 1, 1)
    assert session.scalars(select(Comment.text)).one() == ANSWERS["q_comment"]


@contextmanager
def nothing_written(app: Flask) -> Iterator[None]:
    """Have the database refuse every write, as it does when its disk is full, and take them again.

    The requests of a test come one after another: they all find this one connection in the pool.
    """
    settle(app, "ON")
    yield
    settle(app, "OFF")


def settle(app: Flask, state: str) -> None:
    with app.app_context():
        db.session.execute(text(f"PRAGMA query_only = {state}"))


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    session.close()  # its connection back into the pool, which then holds one
    return wave
