"""Paper sheets become responses here, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.collection.actions import record_response
from survey.desk.queries import KEYABLE, run_of
from survey.errors import SurveyError
from survey.models import PrintRun, Response, StaffMember, Wave, WaveState
from survey.questionnaire.kinds import BLANK, Answer
from survey.questionnaire.modes import Mode
from survey.serials import format_serial


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper sheet as the clerk read it."""

    serial: int
    day: dt.date
    answers: Mapping[str, Answer]
    comments: Mapping[str, str]


class NotKeyable(SurveyError):  # noqa: N818  # a refusal, named by what was found
    status = HTTPStatus.CONFLICT
    sentence = _l("La rilevazione è in bozza: i questionari si imputano da quando è aperta.")


class AlreadyPublished(NotKeyable):
    sentence = _l("I risultati sono già pubblicati: i questionari non si imputano più.")


class SheetRefused(SurveyError):  # noqa: N818  # a refusal, named by what was found
    """What is wrong with a sheet, and at which field to say it."""

    field: ClassVar[str] = "serial"


class SerialUnknown(SheetRefused):
    sentence = _l("Il foglio %(serial)s non è stato stampato per questa rilevazione.")


class SheetKeyed(SheetRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è già stato imputato: controlla il numero sul foglio.")


class DayOutside(SheetRefused):
    field = "day"
    sentence = _l("La data non è nel periodo della rilevazione, dal %(first)s al %(last)s.")


class SheetEmpty(SheetRefused):
    sentence = _l(
        "Non c'è nessuna risposta: un foglio tutto bianco non si imputa, si conta tra i non validi."
    )


def check_keyable(wave: Wave) -> None:
    if wave.state is WaveState.PUBLISHED:
        raise AlreadyPublished
    if wave.state not in KEYABLE:
        raise NotKeyable


def latest_day(wave: Wave, today: dt.date) -> dt.date:
    """Return the last day on which a sheet can have been filled in."""
    return min(today, wave.closes_on)


def key_sheet(
    session: Session, wave: Wave, sheet: Sheet, *, by: StaffMember, today: dt.date
) -> int:
    """Write down a sheet; its entry in the register names the serial, never the answers."""
    check_keyable(wave)
    run = _check_sheet(session, wave, sheet, today)
    written = record_response(
        session,
        wave,
        answers=sheet.answers,
        comments=sheet.comments,
        mode=Mode.PAPER,
        day=sheet.day,
        language=run.language,
        serial=sheet.serial,
    )
    audit(
        session,
        body_id=wave.body_id,
        by=by,
        action="response:key",
        subject=f"wave:{wave.id}",
        after={"serial": format_serial(sheet.serial)},
    )
    return written


def _check_sheet(session: Session, wave: Wave, sheet: Sheet, today: dt.date) -> PrintRun:
    serial = format_serial(sheet.serial)
    run = run_of(session, wave, sheet.serial)
    if run is None:
        raise SerialUnknown(serial=serial)
    keyed = exists().where(Response.wave_id == wave.id, Response.serial == sheet.serial)
    if session.scalar(select(keyed)):
        raise SheetKeyed(serial=serial)
    last = latest_day(wave, today)
    if not wave.opens_on <= sheet.day <= last:
        raise DayOutside(first=wave.opens_on.strftime("%d/%m/%Y"), last=last.strftime("%d/%m/%Y"))
    if not sheet.comments and all(answer == BLANK for answer in sheet.answers.values()):
        raise SheetEmpty
    return run
