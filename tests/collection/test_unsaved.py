"""An answer that the database does not take just now: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from survey.extensions import db
from survey.models import Comment, Response, UsedNonce, Wave
from tests.factories import Factory
from tests.pages import Pages

ANSWERS = {"q_hours": "4", "q_overall": "3", "q_comment": "Più sedie riconoscibili"}


def test_what_cannot_be_stored_is_shown_again_and_stored_once_when_sent_again(
    app: Flask, pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    with nothing_written(app):
        again = pages.submit(page, ANSWERS, status=503)
        assert "Sono ancora qui sotto" in again.select_one("[role=alert]").get_text()  # type: ignore[union-attr]  # asserts that it is there
        pages.submit(again, status=503)
    assert counts(session) == (0, 0, 0)
    for _ in range(2):
        pages.submit(again)
    assert counts(session) == (1, 1, 1)
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


def counts(session: Session) -> tuple[int, ...]:
    session.rollback()
    kinds = (Response, Comment, UsedNonce)
    return tuple(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds)


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    session.close()  # its connection back into the pool, which then holds one
    return wave
