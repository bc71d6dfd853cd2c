"""Paper sheets become responses here, each once, and are put right while their bundle is open."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy.orm import Session

from survey.audit import audit
from survey.collection.actions import (
    SerialTaken,
    record_response,
    rewrite_response,
)
from survey.collection.queries import definition_of
from survey.desk.queries import (
    FIRST,
    KEYABLE,
    StoredSheet,
    belongs,
    is_void,
    run_of,
    stored_sheet,
)
from survey.desk.refusals import (
    AlreadyPublished,
    DayOutside,
    NothingChanged,
    NotKeyable,
    ReasonMissing,
    SerialElsewhere,
    SerialUnknown,
    SheetDrawn,
    SheetEmpty,
    SheetKeyed,
    SheetMissing,
    SheetMoved,
    SheetVoid,
)
from survey.desk.rules import BundleClosed, check_own_service, hold_open, hold_wave, is_at_work
from survey.desk.second_queries import CORRECTED, SETTLED
from survey.models import Bundle, BundleState, Keying, PrintRun, StaffMember, Wave, WaveState
from survey.questionnaire.definition import Definition
from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.kinds import BLANK, KINDS, Answer
from survey.questionnaire.marks import decode, encode
from survey.questionnaire.modes import Mode
from survey.serials import format_serial

#: before the name of a free text, whose words the register does not repeat
_TEXT = "text:"


class _Deed(TypedDict):
    action: str
    before: NotRequired[dict[str, Any]]
    after: NotRequired[dict[str, Any]]
    reason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper sheet as the clerk read it."""

    serial: int
    day: dt.date
    answers: Mapping[str, Answer]
    comments: Mapping[str, str]
    #: questions whose mark stood between two boxes; the answer is the lower one
    half_marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to stand for a sheet keyed before; what is not named stays as it is."""

    serial: int
    answers: Mapping[str, Answer]
    comments: Mapping[str, str] | None = None
    day: dt.date | None = None
    half_marks: tuple[str, ...] | None = None
    #: how the sheet stood when whoever corrects it last saw it, as `state_of` tells it
    seen: str | None = None
    #: it follows from a difference that was settled: the register calls it so
    settles: bool = False


def check_keyable(wave: Wave) -> None:
    if wave.state is WaveState.PUBLISHED:
        raise AlreadyPublished
    if wave.state not in KEYABLE:
        raise NotKeyable


def check_open(session: Session, bundle: Bundle, *, by: StaffMember) -> None:
    """See that the bundle takes sheets, and takes them from this member."""
    wave = bundle.wave
    check_keyable(wave)
    check_own_service(session, wave.body, by, wave.service)
    if bundle.state is not BundleState.OPEN:
        raise BundleClosed(number=bundle.number)


def latest_day(wave: Wave, today: dt.date) -> dt.date:
    """Return the last day on which a sheet can have been filled in."""
    return min(today, wave.closes_on)


def key_sheet(
    session: Session, bundle: Bundle, sheet: Sheet, *, by: StaffMember, today: dt.date
) -> int:
    """Write down a sheet and who keyed it, and return the id of its response.

    The same sheet sent again by the same clerk, as a lost connection makes them do, is the sheet
    already kept. Who keyed it and on what day stands with the sheet; the register, which tells the
    minute, has no line of it: it would measure how fast each person works.
    """
    check_open(session, bundle, by=by)
    hold_open(session, bundle)
    hold_wave(session, bundle.wave)
    if (kept := _kept_already(session, bundle, sheet, by)) is not None:
        return kept
    run = _check_sheet(session, bundle, sheet, today)
    try:
        written = record_response(
            session,
            bundle.wave,
            answers=sheet.answers,
            comments=sheet.comments,
            mode=Mode.PAPER,
            day=sheet.day,
            language=run.language,
            serial=sheet.serial,
            place=bundle.place,
        )
    except SerialTaken as taken:  # by a clerk with another bundle, in this very moment
        raise SheetKeyed(serial=format_serial(sheet.serial)) from taken
    _add_keying(session, bundle, sheet, by=by, today=today)
    session.flush()
    return written


def correct_sheet(
    session: Session,
    bundle: Bundle,
    correction: Correction,
    *,
    by: StaffMember,
    reason: str,
    today: dt.date,
) -> int:
    """Put a sheet right, and return how many things changed.

    The register keeps before, after, who and why; of free text only that it changed, since what
    it says may have been hidden. What was typed in each round stays in its own rows.
    """
    check_open(session, bundle, by=by)
    hold_open(session, bundle)
    hold_wave(session, bundle.wave, alone=True)
    if not reason.strip():
        raise ReasonMissing
    stored = find_stored(session, bundle, correction.serial, by=by)
    if correction.day is not None:
        _check_day(bundle.wave, correction.day, today)
    before, after = _standing(stored), _standing(stored, correction)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        raise NothingChanged
    if correction.seen not in {None, state_of(stored)}:
        raise SheetMoved(serial=format_serial(correction.serial))
    answers = decode(_definition(bundle), stored.response.marks) | dict(correction.answers)
    texts = stored.comments if correction.comments is None else correction.comments
    if not texts and all(answer == BLANK for answer in answers.values()):
        raise SheetEmpty
    stored.keying.half_marks = ",".join(_halves(stored, correction))
    rewrite_response(
        session,
        stored.response,
        answers=answers,
        comments=correction.comments,
        day=correction.day,
    )
    named = {"serial": format_serial(correction.serial), "bundle": bundle.number}
    _register(
        session,
        bundle,
        by,
        action=SETTLED if correction.settles else CORRECTED,
        before=named | {name: _told(name, before[name]) for name in changed},
        after=named | {name: _told(name, after[name]) for name in changed},
        reason=reason.strip(),
    )
    session.flush()
    return len(changed)


def find_stored(session: Session, bundle: Bundle, serial: int, *, by: StaffMember) -> StoredSheet:
    """Return a sheet of the bundle as it stands, unless the member must not see it.

    Who may have to type it again, not knowing what was typed, is not shown it; once nothing is
    typed any more, everybody is.
    """
    stored = stored_sheet(session, bundle, serial)
    if stored is None:
        raise SheetMissing(serial=format_serial(serial))
    is_blind = stored.is_drawn and is_at_work(bundle)
    if is_blind and stored.keying.staff_member_id != by.id:
        raise SheetDrawn(serial=format_serial(serial))
    return stored


def state_of(stored: StoredSheet) -> str:
    """Return a mark of how a sheet stands, by which a page that grew old is known."""
    told = json.dumps(_standing(stored), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _kept_already(session: Session, bundle: Bundle, sheet: Sheet, by: StaffMember) -> int | None:
    stored = stored_sheet(session, bundle, sheet.serial)
    if stored is None:
        return None
    row, keyer = stored.response, stored.keying.staff_member_id
    typed = (encode(_definition(bundle), sheet.answers), sheet.day, dict(sheet.comments))
    kept = (row.marks, row.day, dict(stored.comments))
    is_same = (*typed, sheet.half_marks, by.id) == (*kept, stored.half_marks, keyer)
    return row.id if is_same else None


def check_number(session: Session, bundle: Bundle, serial: int) -> PrintRun:
    """Return the print run of a sheet that can have been in the box, and counts."""
    words = format_serial(serial)
    run = run_of(session, bundle.wave, serial)
    if run is None:
        raise SerialUnknown(serial=words)
    if not belongs(bundle, serial):
        first, last = bundle.first_serial, bundle.last_serial
        raise SerialElsewhere(
            serial=words, first=format_serial(first or 1), last=format_serial(last or 1)
        )
    if is_void(session, bundle.wave, serial):
        raise SheetVoid(serial=words)
    return run


def _check_sheet(session: Session, bundle: Bundle, sheet: Sheet, today: dt.date) -> PrintRun:
    run = check_number(session, bundle, sheet.serial)
    _check_day(bundle.wave, sheet.day, today)
    if not sheet.comments and all(answer == BLANK for answer in sheet.answers.values()):
        raise SheetEmpty
    return run


def _check_day(wave: Wave, day: dt.date, today: dt.date) -> None:
    last = latest_day(wave, today)
    if not wave.opens_on <= day <= last:
        raise DayOutside(first=wave.opens_on.strftime("%d/%m/%Y"), last=last.strftime("%d/%m/%Y"))


def _add_keying(
    session: Session, bundle: Bundle, sheet: Sheet, *, by: StaffMember, today: dt.date
) -> None:
    session.add(
        Keying(
            body_id=bundle.body_id,
            wave_id=bundle.wave_id,
            bundle_id=bundle.id,
            serial=sheet.serial,
            round=FIRST,
            staff_member_id=by.id,
            keyed_on=today,
            marks=encode(_definition(bundle), sheet.answers),
            half_marks=",".join(sheet.half_marks),
        )
    )


def _standing(stored: StoredSheet, correction: Correction | None = None) -> dict[str, str]:
    """Return what stands for a sheet, or would stand, each thing under its name."""
    definition = _definition(stored.keying.bundle)
    answers = decode(definition, stored.response.marks)
    comments, day, halves = stored.comments, stored.response.day, stored.half_marks
    if correction is not None:
        answers |= dict(correction.answers)
        comments = comments if correction.comments is None else correction.comments
        day = correction.day or day
        halves = _halves(stored, correction)
    cells = {
        question.key: KINDS[question.kind].to_cell(answers[question.key])
        for question in definition.closed_questions
    }
    texts = {question.key: comments.get(question.key, "") for question in definition.text_questions}
    return {
        "day": day.isoformat(),
        "half_marks": ",".join(halves),
        **{FIELD_PREFIX + key: cell for key, cell in cells.items()},
        **{_TEXT + key: text for key, text in texts.items()},
    }


def _halves(stored: StoredSheet, correction: Correction) -> tuple[str, ...]:
    """Return the half marks that stand: one whose answer changes is gone, unless noted anew."""
    if correction.half_marks is not None:
        return correction.half_marks
    answers = decode(_definition(stored.keying.bundle), stored.response.marks)
    changed = {key for key, answer in correction.answers.items() if answer != answers[key]}
    return tuple(key for key in stored.half_marks if key not in changed)


def _told(name: str, value: str) -> str | int:
    """Return what the register says: of a text its length alone."""
    return len(value) if name.startswith(_TEXT) else value


def _definition(bundle: Bundle) -> Definition:
    return definition_of(bundle.wave.edition)


def _register(session: Session, bundle: Bundle, by: StaffMember, **deed: Unpack[_Deed]) -> None:
    audit(session, body_id=bundle.body_id, by=by, subject=f"wave:{bundle.wave_id}", **deed)
