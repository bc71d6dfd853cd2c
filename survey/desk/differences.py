"""Where two keyings of a sheet differ the reviewer reads the paper: what stands is settled here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.desk.actions import Correction, correct_sheet
from survey.desk.refusals import SheetMoved
from survey.desk.second import hold_for, register
from survey.desk.second_queries import Difference, difference_of
from survey.errors import SurveyError
from survey.models import Keying, KeyingResolution, Response, StaffMember
from survey.questionnaire.definition import Question, Status
from survey.questionnaire.kinds import CELL_OF, KINDS, TICK_SEPARATOR
from survey.questionnaire.marks import decode
from survey.serials import format_serial

#: what the reviewer types for an answer outside the scale, as at the keying screen; a dash for a
#: question left blank, so that an empty field is never taken for an answer
TYPED = {Status.BLANK: "-", Status.DK: "N", Status.NA: "P", Status.INVALID: "/"}
#: why the register says that the answer was corrected
_WHY = "seconda imputazione"
_CELL_TYPED = {key: CELL_OF[status] for status, key in TYPED.items()}


class CellRefused(SurveyError):
    sentence = _l("«%(typed)s» non è una risposta di questa domanda.")


class NothingTyped(CellRefused):
    sentence = _l("Scrivi il codice che leggi sul foglio, o un trattino se la domanda è vuota.")


class NoDifference(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("Su questa domanda le due imputazioni non differiscono.")


class Reading(StrEnum):
    """Whose reading of the sheet stands."""

    FIRST = "first"
    SECOND = "second"
    #: of whoever corrected the answer where both keyings agree
    STORED = "stored"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the reviewer read on the sheet for one question."""

    question_key: str
    reading: Reading
    #: with the keys of the keying screen, where both keyers were wrong
    typed: str = ""
    #: cell that was shown as stored, where that one stands
    seen: str = ""


def resolve_difference(
    session: Session, keying: Keying, settlement: Settlement, *, by: StaffMember, today: dt.date
) -> str:
    """Settle what stands on the sheet, correct the stored answer to it, and return its cell.

    `keying` is the second one. A difference may be settled anew while the bundle is open.
    The second keyer may settle their own, as the product wants it; the register says so.
    """
    hold_for(session, keying.bundle, by=by)
    one = difference_of(session, keying, settlement.question_key)
    if one is None:
        raise NoDifference
    if settlement.reading is Reading.STORED and settlement.seen != one.stored:
        raise SheetMoved(serial=format_serial(keying.serial))
    cell = _cell(one, settlement)
    kept = one.resolution or KeyingResolution(
        body_id=keying.body_id,
        keying_id=keying.id,
        question_key=one.question.key,
        cell_first=one.first,
        cell_second=one.second,
    )
    kept.cell, kept.resolved_on, kept.resolved_by = cell, today, by.id
    session.add(kept)
    _correct(session, keying, one.question, cell, by=by, today=today)
    after: dict[str, Any] = {"serial": format_serial(keying.serial), "question": one.question.key}
    if (typed := round_typed_by(session, keying, by)) is not None:
        after["typed_by_resolver"] = typed
    register(session, keying.bundle, by, "keying:resolve", after=after)
    session.flush()
    return cell


def round_typed_by(session: Session, keying: Keying, by: StaffMember) -> int | None:
    """Return in which round the member typed this sheet themselves."""
    mine = (Keying.wave_id == keying.wave_id, Keying.serial == keying.serial)
    typed = select(Keying.round).where(*mine, Keying.staff_member_id == by.id)
    return session.scalars(typed).first()


def _cell(one: Difference, settlement: Settlement) -> str:
    cells = {Reading.FIRST: one.first, Reading.SECOND: one.second, Reading.STORED: one.stored}
    cell = cells.get(settlement.reading)
    return typed_cell(one.question, settlement.typed) if cell is None else cell


def typed_cell(question: Question, typed: str) -> str:
    """Read what the reviewer typed, with the keys of the keying screen, as a cell."""
    words = typed.strip().upper()
    if not words:
        raise NothingTyped
    cell = _CELL_TYPED.get(words)
    if cell is None:
        cell = TICK_SEPARATOR.join(words.replace(",", " ").replace(TICK_SEPARATOR, " ").split())
    try:
        answer = KINDS[question.kind].from_cell(question, cell)
    except ValueError as error:
        raise CellRefused(typed=typed.strip()) from error
    return KINDS[question.kind].to_cell(answer)


def _correct(
    session: Session,
    keying: Keying,
    question: Question,
    cell: str,
    *,
    by: StaffMember,
    today: dt.date,
) -> None:
    """Bring the stored answer to what was settled; it may stand so already."""
    of_sheet = (Response.wave_id == keying.wave_id, Response.serial == keying.serial)
    stored = session.scalars(select(Response.marks).where(*of_sheet)).one()
    answer = KINDS[question.kind].from_cell(question, cell)
    if decode(definition_of(keying.bundle.wave.edition), stored)[question.key] != answer:
        correction = Correction(keying.serial, {question.key: answer}, settles=True)
        correct_sheet(session, keying.bundle, correction, by=by, reason=_WHY, today=today)
