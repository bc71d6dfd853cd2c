"""Hundreds of nasty texts as comments: each stored to the letter or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.collection.web import NONCE
from survey.models import Comment, Wave
from survey.questionnaire import messages
from tests.factories import Factory
from tests.naughty import as_bytes, strings
from tests.pages import Pages

LONGEST = 1_000
#: comments in one form
SOME = 40


def test_there_are_enough_different_nasty_strings() -> None:
    assert len(strings()) == len(set(strings())) >= 507


def test_every_nasty_text_is_shown_back_harmless_then_stored_exactly_or_refused(
    pages: Pages, session: Session, make: Factory
) -> None:
    """Send them by the dozens with no nonce, then the good ones again from the page that came."""
    wave = make.wave(edition=make.edition(many_comments()))
    session.commit()
    stored, refused = 0, 0
    for texts in batched(strings()):
        page = post(pages, wave, dict(texts), status=422)
        good = {}
        for field, text in texts.items():
            error = page.select_one(f"#{field}-error")
            if error is None:
                assert page.select_one(f"textarea#{field}").get_text() == lines(text)  # type: ignore[union-attr]  # asserts that it is there
                good[field] = text
            else:
                too_long = len(lines(text)) > LONGEST
                sentence = "troppo lungo" if too_long else str(messages.CONTROL_CHARACTERS)
                assert sentence in error.get_text(), repr(text)
                refused += 1
        assert len(page.select("form, script, img, iframe, svg, base, style")) == 2  # ours
        post(pages, wave, good | {NONCE: nonce_of(page)}, status=303)
        rows = session.execute(select(Comment.question_key, Comment.text)).all()
        kept = {f"q_{key}": text for key, text in rows}
        assert kept == {field: lines(text) for field, text in good.items() if text.strip()}
        stored += len(kept)
        session.execute(delete(Comment))
        session.commit()
    assert stored >= 507
    assert refused >= 100


@pytest.mark.parametrize("value", as_bytes())
def test_bytes_that_are_no_text_are_stored_readable_or_refused(
    pages: Pages, session: Session, wave: Wave, value: bytes
) -> None:
    nonce = nonce_of(pages.get("collection.form", code=wave.code))
    response = pages.client.post(
        f"/q/{wave.code}",
        data=b"q_overall=3&q_comment=" + value + f"&{NONCE}={nonce}".encode(),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in (303, 422)
    for text in session.scalars(select(Comment.text)):
        assert text == text.encode().decode()
        assert "\x00" not in text


@pytest.mark.parametrize("where", ["/q/{}?luogo={}", "/q/{}?lang={}", "/q/{}/grazie?lang={}"])
def test_nasty_addresses_are_harmless(pages: Pages, wave: Wave, where: str) -> None:
    for text in strings()[::25]:
        pages.get(where.format(wave.code, text.replace("%", "%25").replace("#", "%23")[:500]))


def many_comments() -> dict[str, Any]:
    """Make a questionnaire of nothing but comments."""
    questions = [
        {"key": f"c{n}", "kind": "long_text", "role": "comment", "text": {"it": f"Commento {n}"}}
        for n in range(SOME)
    ]
    return {
        "format": "gradimento/questionnaire/1",
        "id": "commenti",
        "purpose": "satisfaction",
        "languages": ["it"],
        "title": {"it": "Commenti"},
        "dimensions": [],
        "scales": {},
        "sections": [{"key": "main", "questions": questions}],
    }


def batched(texts: list[str]) -> Iterator[dict[str, str]]:
    for start in range(0, len(texts), SOME):
        yield {f"q_c{n}": text for n, text in enumerate(texts[start : start + SOME])}


def post(pages: Pages, wave: Wave, fields: dict[str, str], *, status: int) -> BeautifulSoup:
    return pages.post("collection.send", fields, code=wave.code, status=status)


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def nonce_of(page: BeautifulSoup) -> str:
    field = page.select_one(f"input[name={NONCE}]")
    assert field is not None
    return str(field["value"])


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    return wave
