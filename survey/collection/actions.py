"""The one place where a filled-in questionnaire is written down, and where it is put right."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, NotRequired, Required, TypedDict, Unpack, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.errors import SurveyError
from survey.models import Comment, CommentState, Place, Response, UsedNonce, Wave, WaveState
from survey.questionnaire import marks
from survey.questionnaire.definition import Definition
from survey.questionnaire.kinds import Answer
from survey.questionnaire.modes import Mode

logger = logging.getLogger(__name__)

#: below 2**53 every reader of JSON, CSV and spreadsheets keeps an id exactly; that collisions are
#: then one in 10**9 at ten million rows matters little, since a taken id is drawn again
LARGEST_ID = 2**53 - 1
#: quality flag of a form sent back too fast to have been read
TOO_FAST = "F"
#: what the citizen sends arrives while the wave takes it; what people key arrives later
_LIVE = frozenset({Mode.WEB, Mode.KIOSK})
_KEYABLE = frozenset({WaveState.OPEN, WaveState.CLOSED})
_CHUNK = 500
_RESPONSES = cast(Table, Response.__table__)
_COMMENTS = cast(Table, Comment.__table__)
_NONCES = cast(Table, UsedNonce.__table__)
_STATE = (
    select(Wave.state, Wave.opens_on, Wave.closes_on)
    .where(Wave.id == bindparam("wave_id"))
    .with_for_update(read=True)
)


class WaveClosed(SurveyError):
    status = HTTPStatus.GONE
    sentence = _l("Questa rilevazione non raccoglie più risposte.")


class SerialTaken(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il questionario numero %(serial)s è già stato imputato.")


class AlreadySent(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("Questo questionario è già stato inviato.")


class Filled(TypedDict):
    """A filled-in questionnaire, as `record_response` takes it."""

    answers: Required[Mapping[str, Answer]]
    #: free texts by question key
    comments: NotRequired[Mapping[str, str]]
    mode: Required[Mode]
    day: Required[dt.date]
    language: Required[str]
    place: NotRequired[Place | None]
    #: number printed on the sheet, on paper only
    serial: NotRequired[int | None]
    flags: NotRequired[str]
    #: digest of the form's nonce, where one guards it
    nonce: NotRequired[bytes | None]


@dataclass(frozen=True, slots=True)
class Target:
    """A wave as far as a response needs it: the public form has found this much already."""

    id: int
    body_id: int
    service_id: int
    definition: Definition


def target_of(wave: Wave) -> Target:
    return Target(wave.id, wave.body_id, wave.service_id, definition_of(wave.edition))


def record_response(session: Session, wave: Wave | Target, **filled: Unpack[Filled]) -> int:
    """Write one filled-in questionnaire and return its id.

    Nonce, answers and comments go into the caller's transaction, so that all are kept or none.
    No savepoint is needed: an insert that finds its key taken does nothing and says so.

    Raises `AlreadySent` for a used nonce (before anything else: who sends twice is thanked twice),
    `WaveClosed`, `SerialTaken`; `ValueError` for answers that the edition cannot hold.
    """
    target = target_of(wave) if isinstance(wave, Wave) else wave
    row, comments = _rows(target, filled)
    if (nonce := filled.get("nonce")) is None:
        begin_writing(session, wave)
    else:
        _use_nonce(session, wave, nonce)
    _check_state(session, wave, mode=filled["mode"], day=filled["day"])
    written = _write(session, _RESPONSES, row, taken=lambda: _check_serial(session, row))
    for comment in comments:
        _write(session, _COMMENTS, comment)
    if filled["mode"] not in _LIVE:  # else the line would tell the minute of the answer
        logger.info("response recorded: wave %s, %s", wave.id, filled["mode"])
    return written


def record_responses(
    session: Session, wave: Wave, batch: Iterable[Filled], *, collected_elsewhere: bool = False
) -> int:
    """Write many at once, for imports: the same rows as one by one, and all or nothing.

    Answers that another program collected arrive later, as paper does: those of the web too.
    """
    target, batch = target_of(wave), list(batch)
    begin_writing(session, wave)
    for mode, day in {(filled["mode"], filled["day"]) for filled in batch}:
        _check_state(session, wave, mode=mode, day=day, is_live=not collected_elsewhere)
    made = [_rows(target, filled) for filled in batch]
    rows = [row for row, _ in made]
    _check_serials(session, wave, [row["serial"] for row in rows if row["serial"] is not None])
    _write_many(session, _RESPONSES, rows)
    _write_many(session, _COMMENTS, [comment for _, comments in made for comment in comments])
    logger.info("%s responses recorded: wave %s", len(rows), wave.id)
    return len(rows)


def rewrite_response(
    session: Session,
    response: Response,
    *,
    answers: Mapping[str, Answer],
    comments: Mapping[str, str] | None = None,
    day: dt.date | None = None,
) -> None:
    """Put right what was keyed from a sheet; texts and day stay where none are given.

    The wave counts its corrections, so that publishing sees one made while it was counting.
    """
    wave, given = response.wave, comments if comments is not None else {}
    begin_writing(session, wave)
    _check_state(session, wave, mode=response.mode, day=day or response.day)
    corrected: Filled = {
        "answers": answers,
        "comments": given,
        "mode": response.mode,
        "day": day or response.day,
        "language": response.language,
        "serial": response.serial,
    }
    row, texts = _rows(target_of(wave), corrected)
    response.marks, response.day = row["marks"], row["day"]
    if comments is not None:
        _rewrite_texts(session, response, comments, texts)
    wave.corrections = Wave.corrections + 1
    session.flush()
    logger.info("response rewritten: wave %s", wave.id)


def renumber_response(session: Session, response: Response, serial: int, *, language: str) -> None:
    """Move what was keyed from a sheet, texts too, to the number that is printed on it.

    It is a correction as any other: the wave counts it.
    """
    wave = response.wave
    begin_writing(session, wave)
    _check_state(session, wave, mode=response.mode, day=response.day)
    of_sheet = (Comment.wave_id == wave.id, Comment.serial == response.serial)
    session.execute(
        update(Comment)
        .where(*of_sheet)
        .values(serial=serial, language=language)
        .execution_options(synchronize_session=False)
    )
    response.serial, response.language = serial, language
    wave.corrections = Wave.corrections + 1
    session.flush()
    logger.info("response renumbered: wave %s", wave.id)


def _rewrite_texts(
    session: Session,
    response: Response,
    given: Mapping[str, str],
    rows: list[dict[str, Any]],
) -> None:
    """Replace the texts of a sheet that changed; one that stands keeps what was decided on it."""
    of_sheet = (Comment.wave_id == response.wave_id, Comment.serial == response.serial)
    kept = dict(session.execute(select(Comment.question_key, Comment.text).where(*of_sheet)).all())
    changed = {key for key, text in kept.items() if given.get(key) != text}
    session.execute(delete(Comment).where(*of_sheet, Comment.question_key.in_(changed)))
    for row in rows:
        if row["question_key"] in changed or row["question_key"] not in kept:
            _write(session, _COMMENTS, row)


def _rows(wave: Target, filled: Filled) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Turn a filled-in questionnaire into its rows, ids apart."""
    language, place, definition = filled["language"], filled.get("place"), wave.definition
    texts = filled.get("comments", {})
    known = {question.key for question in definition.text_questions} if texts else set()
    unknown = set(texts) - known
    if unknown or language not in definition.languages:
        raise ValueError(f"not of this edition: {language!r} {sorted(unknown)}")
    if place is not None and place.service_id != wave.service_id:
        raise ValueError(f"place {place.id} is of another service")
    shared = {
        "body_id": wave.body_id,
        "wave_id": wave.id,
        "mode": filled["mode"],
        "language": language,
        "serial": filled.get("serial"),
    }
    row = shared | {
        "day": filled["day"],
        "place_id": place.id if place is not None else None,
        "flags": filled.get("flags", ""),
        "marks": marks.encode(definition, filled["answers"]),
    }
    return row, [
        shared | {"question_key": key, "text": text, "state": CommentState.NEW}
        for key, text in texts.items()
    ]


def begin_writing(session: Session, wave: Wave | Target) -> None:
    """Take SQLite's one turn to write before looking, so that what is seen stands until the commit.

    Its transaction begins with the first write alone, and it knows no locks of rows: without this
    a wave could be published between the look and the write. Elsewhere the row's lock does it.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            update(Wave)
            .where(Wave.id == wave.id)
            .values(state=Wave.state)
            .execution_options(synchronize_session=False)
        )


def _use_nonce(session: Session, wave: Wave | Target, digest: bytes) -> None:
    if not _insert(session, _NONCES, {"digest": digest, "wave_id": wave.id}):
        raise AlreadySent


def _check_state(
    session: Session, wave: Wave | Target, *, mode: Mode, day: dt.date, is_live: bool = True
) -> None:
    """Read the wave's state afresh, held until the commit: closing it waits for us, or we see it.

    (SQLite ignores the lock: there the write before has taken the only turn.)
    """
    state, opens_on, closes_on = session.execute(_STATE, {"wave_id": wave.id}).one()
    if is_live and mode in _LIVE:
        accepted = state is WaveState.OPEN and opens_on <= day <= closes_on
    else:
        accepted = state in _KEYABLE
    if not accepted:
        raise WaveClosed


def _check_serial(session: Session, row: Mapping[str, Any]) -> None:
    if row["serial"] is None:
        return
    taken = exists().where(Response.wave_id == row["wave_id"], Response.serial == row["serial"])
    if session.scalar(select(taken)):
        raise SerialTaken(serial=row["serial"])


def _check_serials(session: Session, wave: Wave, serials: list[int]) -> None:
    seen: set[int] = set()
    for serial in serials:
        if serial in seen:
            raise SerialTaken(serial=serial)
        seen.add(serial)
    for chunk in _chunks(sorted(seen)):
        mine = (Response.wave_id == wave.id, Response.serial.in_(chunk))
        taken = session.scalar(select(Response.serial).where(*mine).limit(1))
        if taken is not None:
            raise SerialTaken(serial=taken)


def _write(
    session: Session,
    table: Table,
    row: Mapping[str, Any],
    *,
    taken: Callable[[], None] = lambda: None,
) -> int:
    """Insert a row under an id drawn at random; a taken id is drawn again.

    `taken` explains a refusal that another id would not cure.
    """
    while True:
        drawn = _draw()
        if _insert(session, table, {"id": drawn, **row}):
            return drawn
        taken()


def _write_many(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    drawn: set[int] = set()
    while len(drawn) < len(rows):
        drawn |= {_draw() for _ in range(len(rows) - len(drawn))}
        for chunk in _chunks(sorted(drawn)):
            drawn -= set(session.scalars(select(table.c.id).where(table.c.id.in_(chunk))))
    if rows:
        # in the order of the ids, so that the order of the batch is not kept either
        ordered = sorted(zip(drawn, rows, strict=True), key=lambda pair: pair[0])
        session.execute(insert(table), [{"id": id_, **row} for id_, row in ordered])


def _insert(session: Session, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless a key is taken; tell whether it was written.

    Asked by RETURNING: the count of rows of an insert is not kept on every driver.
    """
    statement = _insert_unless_taken(session.get_bind().dialect.name, table)
    return session.execute(statement, row).one_or_none() is not None


@cache
def _insert_unless_taken(dialect: str, table: Table) -> Executable:
    """Build the statement once: it costs as much as running it."""
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing().returning(*table.primary_key)


def _draw() -> int:
    return secrets.randbelow(LARGEST_ID) + 1


def _chunks(values: Collection[int]) -> Iterable[list[int]]:
    ordered = list(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
