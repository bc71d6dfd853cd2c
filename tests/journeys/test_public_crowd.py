"""Many posts of one page at the same moment, on a real server: one response, everybody thanked."""

from __future__ import annotations

import http.client
import threading
import urllib.parse
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.web import NONCE
from survey.models import Response, Wave, WaveState
from tests.browser import Site
from tests.factories import Factory, stored

CROWD = 200


def test_two_hundred_posts_of_one_page_at_once_are_one_response(
    site: Site, session: Session, wave: Wave
) -> None:
    body = form_body(nonce(site, wave), hours="4")
    answers = Counter(send_all(site, wave, [body] * CROWD))
    assert answers == {(303, f"/q/{wave.code}/grazie"): CROWD}
    assert stored(session) == (1, 1, 1)


def test_a_crowd_of_different_pages_is_a_crowd_of_responses(
    site: Site, session: Session, wave: Wave
) -> None:
    pages = [nonce(site, wave) for _ in range(60)]
    bodies = [form_body(page, hours=str(1 + n % 4)) for n, page in enumerate(pages)]
    answers = Counter(status for status, _ in send_all(site, wave, bodies * 2))
    assert answers == {303: 120}
    assert stored(session) == (60, 60, 60)
    marks = Counter(session.scalars(select(Response.marks)))
    assert marks == {f"{hours}.3.": 15 for hours in (1, 2, 3, 4)}


def test_what_is_acknowledged_while_a_wave_closes_is_stored(
    site: Site, session: Session, wave: Wave
) -> None:
    bodies = [form_body(nonce(site, wave), hours="4") for _ in range(60)]

    def close() -> None:
        with Session(session.get_bind()) as office:
            office.get_one(Wave, wave.id).state = WaveState.CLOSED
            office.commit()

    closing = threading.Timer(0.15, close)
    closing.start()
    answers = Counter(status for status, _ in send_all(site, wave, bodies))
    closing.join()
    assert set(answers) <= {303, 410}
    assert stored(session) == (answers[303],) * 3


def send_all(site: Site, wave: Wave, bodies: list[str]) -> list[tuple[int, str | None]]:
    """Post each body from a thread of its own, all let go together."""
    gate = threading.Barrier(len(bodies))
    answers: list[tuple[int, str | None]] = []

    def send(body: str) -> None:
        gate.wait()
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(site.url).netloc, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/q/{wave.code}", body, headers)
        response = connection.getresponse()
        response.read()
        answers.append((response.status, response.getheader("Location")))
        connection.close()

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def form_body(page: str, *, hours: str) -> str:
    fields = {NONCE: page, "q_hours": hours, "q_overall": "3", "q_comment": "Tutto bene"}
    return urllib.parse.urlencode(fields)


def nonce(site: Site, wave: Wave) -> str:
    page = BeautifulSoup(site.app.test_client().get(f"/q/{wave.code}").text, "html5lib")
    field = page.select_one(f"input[name={NONCE}]")
    assert field is not None
    return str(field["value"])


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    return wave
