"""What happens when a citizen sends the form, in every way it can go."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.application import MAX_BODY
from survey.collection import clock, views
from survey.collection.actions import WaveClosed
from survey.collection.web import HONEYPOT, MAX_FIELDS, NONCE
from survey.models import Comment, Response, UsedNonce, Wave, WaveState
from survey.questionnaire.modes import Mode
from tests.factories import TODAY, Factory, document, small_document
from tests.pages import Pages, check_page

ANSWERS = {
    "q_hours": "4", "q_courtesy": "NS", "q_overall": "3", "q_age": "2", "q_comment": "Più sedie",
}  # fmt: skip
Wait = Callable[[float], None]


def test_a_sent_form_is_thanked_and_stored(
    pages: Pages, session: Session, make: Factory, wave: Wave, wait: Wait
) -> None:
    place = make.place(wave.service, code="centro")
    session.commit()
    page = pages.get("collection.form", code=wave.code, luogo="centro", lang="en")
    wait(60)
    thanks = pages.submit(page, ANSWERS)
    assert "Thank you, you help us improve." in thanks.get_text()
    assert thanks.select_one(f"main a[href='/ente/{wave.body.slug}']")
    row = session.scalars(select(Response)).one()
    assert (row.marks, row.mode, row.day, row.language) == ("4N32", Mode.WEB, TODAY, "en")
    assert (row.place_id, row.flags, row.serial) == (place.id, "", None)
    assert session.scalars(select(Comment.text)).all() == ["Più sedie"]


def test_the_answer_to_a_sent_form_is_a_redirect_without_a_cookie(pages: Pages, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    response = pages.client.post(f"/q/{wave.code}", data={**ANSWERS, NONCE: nonce_of(page)})
    assert (response.status_code, response.headers["Location"]) == (303, f"/q/{wave.code}/grazie")
    assert "Set-Cookie" not in response.headers


def test_sending_the_same_page_again_is_thanked_and_not_stored(
    pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    for overall in ("3", "3", "1"):  # double click, F5, back and another answer
        thanks = pages.submit(page, ANSWERS | {"q_overall": overall})
        assert "ti migliorare" in thanks.get_text() or "Grazie" in thanks.get_text()
    assert [row.marks for row in session.scalars(select(Response))] == ["4N32"]
    assert (count(session, Comment), count(session, UsedNonce)) == (1, 1)


def test_two_pages_are_two_responses(pages: Pages, session: Session, wave: Wave) -> None:
    for _ in range(2):
        pages.submit(pages.get("collection.form", code=wave.code), ANSWERS)
    assert count(session, Response) == 2


@pytest.mark.parametrize("forged", ["", "x", "1~n~00.abc.def", "è\x00"])
def test_a_forged_nonce_shows_the_form_again_with_everything_kept(
    pages: Pages, session: Session, wave: Wave, forged: str
) -> None:
    page = pages.get("collection.form", code=wave.code)
    again = pages.submit(page, ANSWERS | {NONCE: forged}, status=422)
    assert "premi di nuovo «Invia»" in summary(again)
    assert typed(again) == ANSWERS
    pages.submit(again)
    assert count(session, Response) == 1


def test_a_nonce_of_another_wave_is_forged(
    pages: Pages, session: Session, make: Factory, wave: Wave
) -> None:
    other = make.wave()
    session.commit()
    foreign = nonce_of(pages.get("collection.form", code=other.code))
    page = pages.get("collection.form", code=wave.code)
    pages.submit(page, ANSWERS | {NONCE: foreign}, status=422)
    assert count(session, Response) == 0


def test_an_expired_nonce_gets_a_fresh_one_and_is_not_called_hasty(
    pages: Pages, session: Session, wave: Wave, wait: Wait
) -> None:
    page = pages.get("collection.form", code=wave.code)
    wait(24 * 3600 + 1)
    again = pages.submit(page, ANSWERS, status=422)
    assert typed(again) == ANSWERS
    assert nonce_of(again) != nonce_of(page)
    pages.submit(again)
    assert session.scalars(select(Response.flags)).one() == ""


def test_a_page_sent_before_it_expired_is_thanked_for_ever(
    pages: Pages, session: Session, wave: Wave, wait: Wait
) -> None:
    page = pages.get("collection.form", code=wave.code)
    pages.submit(page, ANSWERS)
    wait(48 * 3600)
    pages.submit(page, ANSWERS)
    wave.state = WaveState.CLOSED
    session.commit()
    pages.submit(page, ANSWERS)
    assert count(session, Response) == 1


def test_a_form_filled_in_faster_than_it_can_be_read_is_flagged_not_refused(
    pages: Pages, session: Session, wave: Wave, wait: Wait
) -> None:
    for seconds, flags in ((7, "F"), (8, "")):  # four closed answers, two seconds each
        page = pages.get("collection.form", code=wave.code)
        wait(seconds)
        pages.submit(page, ANSWERS)
        row = session.scalars(select(Response).where(Response.flags == flags)).one()
        assert row.marks == "4N32"


def test_mending_an_error_does_not_start_the_clock_anew(
    pages: Pages, session: Session, wave: Wave, wait: Wait
) -> None:
    page = pages.get("collection.form", code=wave.code)
    wait(60)
    again = pages.submit(page, {"q_hours": "4"}, status=422)
    pages.submit(again, {"q_overall": "3"})
    assert session.scalars(select(Response.flags)).one() == ""


def test_a_filled_honeypot_shows_the_form_again_and_loses_nothing(
    pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    trap = page.select_one(f"[aria-hidden=true] input[name={HONEYPOT}]")
    assert trap is not None
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    again = pages.submit(page, ANSWERS | {HONEYPOT: "http://spam.example"}, status=422)
    assert "campo nascosto" in summary(again)
    assert typed(again) == ANSWERS
    pages.submit(again)
    assert count(session, Response) == 1


def test_a_missing_answer_is_named_in_the_summary_and_at_the_question(
    pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    filled = {key: value for key, value in ANSWERS.items() if key != "q_overall"}
    again = pages.submit(page, filled, status=422)
    assert again.title is not None
    assert again.title.get_text().startswith("Errore: ")
    box = again.select_one("main > .error-summary")
    assert box is not None
    assert (box["role"], box["tabindex"]) == ("alert", "-1")
    assert box.find_previous("h1") is None  # first thing on the page
    link = box.select_one("a")
    assert link is not None
    assert link.get_text() == "3. Scegli una risposta."
    assert again.select_one(f"input{link['href']}[name=q_overall]")
    group = again.select_one("fieldset[aria-invalid=true]")
    assert group is not None
    assert group["aria-describedby"] == "q_overall-error"
    assert "Scegli una risposta." in again.select_one("#q_overall-error").get_text()  # type: ignore[union-attr]  # checked by the page client
    assert typed(again) == filled
    assert count(session, Response) == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("q_hours", "9", "non è tra quelle previste"),
        ("q_hours", "?", "non è tra quelle previste"),
        ("q_age", "NS", "non è tra quelle previste"),
        ("q_overall", ["1", "2"], "una sola risposta"),
        ("q_comment", "x" * 1001, "al massimo 1000 caratteri, ne hai scritti 1001"),
        ("q_comment", "a\x00b", "non si possono salvare"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    pages: Pages, session: Session, wave: Wave, *, field: str, value: Any, sentence: str
) -> None:
    page = pages.get("collection.form", code=wave.code)
    again = pages.submit(page, ANSWERS | {field: value}, status=422)
    assert sentence in summary(again)
    assert again.select_one(f"#{field}-error")
    others = {key: kept for key, kept in ANSWERS.items() if key != field}
    assert typed(again).items() >= others.items()
    assert count(session, Response) == 0


def test_an_empty_form_is_asked_for_at_least_one_answer(
    pages: Pages, session: Session, make: Factory
) -> None:
    wave = make.wave(edition=make.edition(document("all-options")))
    session.commit()
    page = pages.get("collection.form", code=wave.code)
    assert "almeno a una" in summary(pages.submit(page, status=422))
    assert count(session, Response) == 0


def test_a_number_keeps_what_was_typed(pages: Pages, session: Session, make: Factory) -> None:
    wave = make.wave(edition=make.edition(document("kind-number")))
    session.commit()
    page = pages.get("collection.form", code=wave.code)
    again = pages.submit(page, {"q_minutes": "tanti", "q_visits": "3"}, status=422)
    assert "tra 0 e 240" in summary(again)
    assert typed(again) == {"q_minutes": "tanti", "q_visits": "3"}
    both = pages.submit(page, {"q_minutes": ["12", "NS"]}, status=422)
    assert "una sola risposta" in summary(both)
    pages.submit(page, {"q_minutes": ["", "NS"], "q_visits": "3"})
    assert session.scalars(select(Response.marks)).one() == "NNN3"


def test_a_number_left_empty_is_asked_for_as_a_number(
    pages: Pages, session: Session, make: Factory
) -> None:
    doc = document("kind-number")
    doc["sections"][0]["questions"][0]["required"] = True
    wave = make.wave(edition=make.edition(doc))
    session.commit()
    page = pages.get("collection.form", code=wave.code)
    again = summary(pages.submit(page, {"q_visits": "3"}, status=422))
    assert "Scrivi un numero" in again
    assert "Scegli" not in again


def test_several_ticks_are_kept_and_stored(pages: Pages, session: Session, make: Factory) -> None:
    wave = make.wave(edition=make.edition(document("kind-multiple-choice")))
    session.commit()
    page = pages.get("collection.form", code=wave.code)
    name = str(page.select("input[type=checkbox]")[0]["name"])
    again = pages.submit(page, {name: ["1", "2"], NONCE: "forged"}, status=422)
    assert [box["value"] for box in again.select("input:checked")] == ["1", "2"]


def test_unknown_fields_are_ignored(pages: Pages, session: Session, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    pages.submit(page, ANSWERS | {"day": "1999-01-01", "q_nothing": "1", "mode": "paper"})
    row = session.scalars(select(Response)).one()
    assert (row.day, row.mode) == (TODAY, Mode.WEB)


def test_a_wave_closed_between_page_and_post_says_so(
    pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    wave.state = WaveState.CLOSED
    session.commit()
    shut = pages.submit(page, ANSWERS, status=410)
    assert "non sono state registrate" in shut.get_text()
    assert (count(session, Response), count(session, UsedNonce)) == (0, 0)


def test_a_wave_closed_in_the_very_moment_says_so_too(
    pages: Pages, session: Session, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: Any, **__: Any) -> None:
        raise WaveClosed

    page = pages.get("collection.form", code=wave.code)
    monkeypatch.setattr(views, "record_response", too_late)
    assert "non sono state registrate" in pages.submit(page, ANSWERS, status=410).get_text()


def test_a_body_too_large_gets_a_page(pages: Pages, session: Session, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    huge = ANSWERS | {"q_comment": "x" * (MAX_BODY + 1)}
    assert "troppo grande" in pages.submit(page, huge, status=413).get_text()
    assert count(session, Response) == 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_too_many_fields_get_a_page(pages: Pages, wave: Wave, kind: str) -> None:
    many = {f"f{n}": "1" for n in range(MAX_FIELDS + 1)}
    response = pages.client.post(f"/q/{wave.code}", data=many, content_type=kind)
    assert response.status_code == 413
    check_page(response.text)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"\xff\xfe\x00", "text/plain"),
        (b"q_hours=4", ""),
    ],
)
def test_a_body_that_is_no_form_gets_the_form_or_a_plain_refusal(
    pages: Pages, wave: Wave, body: bytes, kind: str
) -> None:
    response = pages.client.post(f"/q/{wave.code}", data=body, content_type=kind)
    assert response.status_code in (400, 413, 422)
    check_page(response.text)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(pages: Pages, wave: Wave, method: str) -> None:
    assert getattr(pages.client, method)(f"/q/{wave.code}").status_code == 405


def test_nothing_of_the_citizen_reaches_the_log(
    pages: Pages, wave: Wave, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pages.get("collection.home")
    page = pages.get("collection.form", code=wave.code)
    for secret in ("frase riconoscibile", "frase\x00riconoscibile"):
        pages.client.post(
            f"/q/{wave.code}",
            data=ANSWERS | {"q_comment": secret, NONCE: nonce_of(page)},
            headers={"User-Agent": "BrowserRaro/9", "Referer": "https://da.example"},
            environ_base={"REMOTE_ADDR": "198.51.100.7"},
        )
    logged = " ".join(
        f"{record.getMessage()} {record.__dict__.get('fields', '')}" for record in caplog.records
    )
    assert "collection.home" in logged
    for hidden in ("riconoscibile", "198.51.100.7", "BrowserRaro", "da.example", nonce_of(page)):
        assert hidden not in logged


def test_no_line_of_the_log_tells_the_minute_of_an_answer(
    pages: Pages, session: Session, wave: Wave, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    page = pages.get("collection.form", code=wave.code)
    pages.submit(page, status=422)
    pages.submit(page, ANSWERS)
    assert count(session, Response) == 1
    assert [record for record in caplog.records if record.name.startswith("survey")] == []
    pages.get("collection.form", code="nessuno", status=404)
    assert any(record.name == "survey.logs" for record in caplog.records)


def test_keys_in_rotation_are_honoured(
    app: Flask, pages: Pages, session: Session, wave: Wave
) -> None:
    page = pages.get("collection.form", code=wave.code)
    app.extensions.pop("gradimento.nonces")
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = "another secret, as long as the first one was"
    pages.submit(page, ANSWERS)
    assert count(session, Response) == 1


def count(session: Session, kind: type) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def nonce_of(page: BeautifulSoup) -> str:
    field = page.select_one(f"input[name={NONCE}]")
    assert field is not None
    return str(field["value"])


def summary(page: BeautifulSoup) -> str:
    box = page.select_one(".error-summary")
    assert box is not None, "no error summary"
    return " ".join(box.get_text(" ", strip=True).split())


def typed(page: BeautifulSoup) -> dict[str, str]:
    """Read what the page would send, but for what is ours."""
    found = {str(tag["name"]): str(tag["value"]) for tag in page.select("input:checked")}
    for tag in page.select("main form input[type=text]"):
        if tag["name"] != HONEYPOT and tag["value"]:
            found[str(tag["name"])] = str(tag["value"])
    return found | {str(tag["name"]): tag.get_text() for tag in page.select("textarea")}


@pytest.fixture(autouse=True)
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Stop the clock at noon of the day of the tests; calling it lets time pass."""
    now = [dt.datetime.combine(TODAY, dt.time(12), dt.UTC).timestamp()]
    monkeypatch.setattr(clock, "seconds", lambda: now[0])

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    return pass_time


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave(edition=make.edition(small_document()))
    session.commit()
    return wave
