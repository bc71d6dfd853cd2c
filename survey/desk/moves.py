"""A sheet keyed under a number that is not its own is moved to the one printed on it."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.collection.actions import renumber_response
from survey.desk.actions import check_number, check_open, find_stored
from survey.desk.queries import SECOND
from survey.desk.refusals import ReasonMissing, SheetKeyed, SheetMissing, SheetRefused
from survey.desk.rules import hold_open, hold_wave
from survey.desk.second_queries import MOVED
from survey.models import AuditEntry, Bundle, Keying, Response, StaffMember
from survey.serials import format_serial


class SheetTypedTwice(SheetRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Il foglio %(serial)s è già stato imputato due volte con questo numero: non si sposta. Le "
        "risposte si confrontano con la carta tra le differenze."
    )


class MovedAlready(SheetRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è già stato spostato.")


def move_sheet(
    session: Session, bundle: Bundle, serial: int, to: int, *, by: StaffMember, reason: str
) -> None:
    """Give a keyed sheet the number that is printed on it.

    A second keying that is still to be typed goes with it; one that was typed bears the old number
    on the paper that its keyer saw, and the sheet is not moved.
    """
    check_open(session, bundle, by=by)
    hold_open(session, bundle)
    # whoever keys or sets a sheet aside in another bundle waits, or is seen
    hold_wave(session, bundle.wave, alone=True)
    if not reason.strip():
        raise ReasonMissing
    try:
        stored = find_stored(session, bundle, serial, by=by)
    except SheetMissing as missing:
        if _moved_just_now(session, bundle, serial, to, by=by):
            raise MovedAlready(serial=format_serial(serial)) from missing
        raise
    run = check_number(session, bundle, to)
    taken = exists().where(Response.wave_id == bundle.wave_id, Response.serial == to)
    if session.scalar(select(taken)):
        raise SheetKeyed(serial=format_serial(to))
    second = _second(session, bundle, serial)
    if second is not None and second.marks is not None:
        raise SheetTypedTwice(serial=format_serial(serial))
    renumber_response(session, stored.response, to, language=run.language)
    for row in (stored.keying, second):
        if row is not None:
            row.serial = to
    session.flush()
    audit(
        session,
        body_id=bundle.body_id,
        by=by,
        action=MOVED,
        subject=f"wave:{bundle.wave_id}",
        before={"serial": format_serial(serial), "bundle": bundle.number},
        after={"serial": format_serial(to), "bundle": bundle.number},
        reason=reason.strip(),
    )
    session.flush()


def _second(session: Session, bundle: Bundle, serial: int) -> Keying | None:
    mine = (Keying.wave_id == bundle.wave_id, Keying.serial == serial, Keying.round == SECOND)
    return session.scalars(select(Keying).where(*mine)).one_or_none()


def _moved_just_now(
    session: Session, bundle: Bundle, serial: int, to: int, *, by: StaffMember
) -> bool:
    """Tell whether this is the member's last move, sent once more."""
    last = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.body_id == bundle.body_id,
            AuditEntry.subject == f"wave:{bundle.wave_id}",
            AuditEntry.action == MOVED,
            AuditEntry.staff_member_id == by.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return False
    ends = ((last.before or {}).get("serial"), (last.after or {}).get("serial"))
    return ends == (format_serial(serial), format_serial(to))
