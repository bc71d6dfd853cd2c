"""The only writer of answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from survey.collection import actions
from survey.collection.actions import (
    AlreadySent,
    SerialTaken,
    WaveClosed,
    record_response,
    record_responses,
)
from survey.collection.queries import definition_of
from survey.models import Comment, Response, UsedNonce, Wave, WaveState
from survey.questionnaire.definition import Status
from survey.questionnaire.kinds import Answer
from survey.questionnaire.modes import Mode
from tests.factories import TODAY, Factory

NONCE = bytes(range(16))


def filled(**changes: Any) -> Any:
    answers = {
        "hours": Answer.valid(4),
        "courtesy": Answer(Status.DK),
        "overall": Answer.valid(3),
        "age": Answer.valid(2),
    }
    return {"answers": answers, "mode": Mode.WEB, "day": TODAY, "language": "it"} | changes


def count(session: Session, kind: type) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_response_keeps_marks_mode_day_language_and_place(session: Session, wave: Wave) -> None:
    place = Factory(session).place(wave.service)
    written = record_response(session, wave, **filled(place=place, flags="F"))
    session.commit()
    row = session.get_one(Response, written)
    assert (row.marks, row.mode, row.day, row.language) == ("4N32", Mode.WEB, TODAY, "it")
    assert (row.place_id, row.flags, row.serial, row.body_id) == (place.id, "F", None, wave.body_id)


def test_free_text_goes_to_a_row_that_nothing_joins_to_the_answers(
    session: Session, wave: Wave
) -> None:
    written = record_response(session, wave, **filled(comments={"comment": "Più sedie"}))
    session.commit()
    comment = session.scalars(select(Comment)).one()
    assert (comment.question_key, comment.text) == ("comment", "Più sedie")
    assert comment.id != written
    columns = {column.name for column in Comment.__table__.columns}
    assert not columns & {"day", "response_id", "place_id", "marks"}


def test_the_same_nonce_is_written_once(session: Session, wave: Wave) -> None:
    record_response(session, wave, **filled(nonce=NONCE))
    session.commit()
    with pytest.raises(AlreadySent):
        record_response(session, wave, **filled(nonce=NONCE))
    session.rollback()
    assert (count(session, Response), count(session, UsedNonce)) == (1, 1)


def test_a_refused_response_leaves_its_nonce_unused(session: Session, wave: Wave) -> None:
    wave.state = WaveState.CLOSED
    session.commit()
    with pytest.raises(WaveClosed):
        record_response(session, wave, **filled(nonce=NONCE))
    session.rollback()
    assert count(session, UsedNonce) == 0


def test_a_nonce_is_thanked_again_even_when_the_wave_has_closed(
    session: Session, wave: Wave
) -> None:
    record_response(session, wave, **filled(nonce=NONCE))
    wave.state = WaveState.CLOSED
    session.commit()
    with pytest.raises(AlreadySent):
        record_response(session, wave, **filled(nonce=NONCE))


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED, WaveState.PUBLISHED])
def test_the_web_writes_only_into_an_open_wave(
    session: Session, wave: Wave, state: WaveState
) -> None:
    wave.state = state
    session.commit()
    with pytest.raises(WaveClosed):
        record_response(session, wave, **filled())


def test_the_web_writes_only_between_the_days_of_the_wave(session: Session, wave: Wave) -> None:
    for day in (wave.opens_on - dt.timedelta(1), wave.closes_on + dt.timedelta(1)):
        with pytest.raises(WaveClosed):
            record_response(session, wave, **filled(day=day))
    record_response(session, wave, **filled(day=wave.closes_on))


def test_a_wave_closed_meanwhile_by_somebody_else_is_seen(
    session: Session, make: Factory, wave: Wave
) -> None:
    assert wave.state is WaveState.OPEN
    with Session(session.get_bind()) as office:
        office.get_one(Wave, wave.id).state = WaveState.CLOSED
        office.commit()
    with pytest.raises(WaveClosed):
        record_response(session, wave, **filled())


def test_paper_may_be_keyed_until_the_wave_is_published(session: Session, wave: Wave) -> None:
    wave.state = WaveState.CLOSED
    session.commit()
    record_response(session, wave, **filled(mode=Mode.PAPER, serial=7))
    wave.state = WaveState.PUBLISHED
    session.commit()
    with pytest.raises(WaveClosed):
        record_response(session, wave, **filled(mode=Mode.PAPER, serial=8))


def test_a_wave_cannot_be_published_between_the_look_at_it_and_the_keyed_sheet(
    session: Session, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave.state = WaveState.CLOSED
    session.commit()
    look = actions._check_state
    outcomes = []

    def look_then_publish(*args: Any, **kwargs: Any) -> None:
        look(*args, **kwargs)
        with Session(session.get_bind()) as office:
            office.connection().exec_driver_sql("PRAGMA busy_timeout = 50")
            office.get_one(Wave, wave.id).state = WaveState.PUBLISHED
            try:
                office.commit()
                outcomes.append("published")
            except OperationalError:
                outcomes.append("waits")

    monkeypatch.setattr(actions, "_check_state", look_then_publish)
    record_response(session, wave, **filled(mode=Mode.PAPER, serial=7))
    record_responses(session, wave, [filled(mode=Mode.PAPER, serial=8)])
    session.commit()
    assert outcomes == ["waits", "waits"]


def test_a_serial_is_keyed_once_in_a_wave(session: Session, make: Factory, wave: Wave) -> None:
    other = make.wave(edition=wave.edition)
    record_response(session, wave, **filled(mode=Mode.PAPER, serial=7))
    record_response(session, other, **filled(mode=Mode.PAPER, serial=7))
    with pytest.raises(SerialTaken, match="numero 7"):
        record_response(session, wave, **filled(mode=Mode.PAPER, serial=7))
    session.commit()
    assert count(session, Response) == 2


def test_a_serial_on_the_web_is_refused_by_the_database(session: Session, wave: Wave) -> None:
    with pytest.raises(IntegrityError):
        record_response(session, wave, **filled(serial=7))


def test_ids_do_not_follow_the_order_of_arrival_and_fit_every_reader(
    session: Session, wave: Wave
) -> None:
    ids = [record_response(session, wave, **filled()) for _ in range(40)]
    assert ids != sorted(ids)
    assert all(0 < one <= 2**53 - 1 for one in ids)


def test_a_taken_id_is_drawn_again(
    session: Session, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([5, 5, 5, 6])
    monkeypatch.setattr(actions, "_draw", lambda: next(drawn))
    first, second = (record_response(session, wave, **filled()) for _ in range(2))
    assert (first, second) == (5, 6)


def test_answers_that_the_edition_cannot_hold_are_a_programming_error(
    session: Session, make: Factory, wave: Wave
) -> None:
    elsewhere = make.place(make.service())
    for wrong in (
        {"answers": {"nonsense": Answer.valid(1)}},
        {"answers": {"overall": Answer.valid(9)}},
        {"comments": {"hours": "text"}},
        {"language": "de"},
        {"place": elsewhere},
    ):
        with pytest.raises(ValueError, match=r"edition|answer|service"):
            record_response(session, wave, **filled(**wrong))
    assert count(session, Response) == 0


def test_a_batch_writes_the_same_rows_as_one_by_one(session: Session, make: Factory) -> None:
    edition = make.edition()
    one, many = make.wave(edition=edition), make.wave(edition=edition)
    batch = [
        filled(mode=Mode.PAPER, serial=n, comments={"comment": f"testo {n}"}) for n in range(1, 601)
    ]
    for form in batch[:20]:
        record_response(session, one, **form)
    record_responses(session, many, batch[:20])
    session.commit()
    assert rows_of(session, one) == rows_of(session, many)
    assert record_responses(session, many, batch[20:]) == 580
    assert count(session, Response) == 620


def test_a_batch_with_a_serial_twice_writes_nothing(session: Session, wave: Wave) -> None:
    record_response(session, wave, **filled(mode=Mode.PAPER, serial=9))
    session.commit()
    for serials in ((1, 1), (1, 9)):
        batch = [filled(mode=Mode.PAPER, serial=serial) for serial in serials]
        with pytest.raises(SerialTaken):
            record_responses(session, wave, batch)
    assert record_responses(session, wave, []) == 0
    assert count(session, Response) == 1


def test_a_batch_draws_again_ids_that_are_taken(
    session: Session, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([5, 5, 6, 6, 7])
    monkeypatch.setattr(actions, "_draw", lambda: next(drawn))
    record_response(session, wave, **filled())
    record_responses(session, wave, [filled(), filled()])
    assert sorted(session.scalars(select(Response.id))) == [5, 6, 7]


def test_an_edition_is_parsed_once(session: Session, make: Factory) -> None:
    edition, other = make.edition(), make.edition(make_document("Altro titolo"))
    assert definition_of(edition) is definition_of(edition)
    assert definition_of(other).title["it"] == "Altro titolo"


def make_document(title: str) -> dict[str, Any]:
    from tests.factories import small_document

    return small_document(title={"it": title, "en": title})


def rows_of(session: Session, wave: Wave) -> list[tuple[Any, ...]]:
    responses = session.execute(
        select(
            Response.marks, Response.mode, Response.day, Response.language, Response.serial,
            Response.flags, Response.place_id, Response.body_id,
        ).where(Response.wave_id == wave.id)
    )  # fmt: skip
    comments = session.execute(
        select(Comment.text, Comment.state, Comment.mode, Comment.serial, Comment.language).where(
            Comment.wave_id == wave.id
        )
    )
    return [*sorted(tuple(row) for row in responses), *sorted(tuple(row) for row in comments)]


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave()
    session.commit()
    return wave
