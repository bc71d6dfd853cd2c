"""The boxes of the year that runs: each wave's sheets in a closed bundle, one with work left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.desk.bundles import (
    Counts,
    Opening,
    Sealing,
    SetAside,
    close_bundle,
    destruction_day,
    open_bundle,
    set_aside,
)
from survey.models import Bundle, Keying, PrintRun, Response, StaffMember, VoidReason, Wave

#: sheets in the open bundle that nobody has keyed yet
LEFT = 9
_FIRST = 1
_STORE = "Archivio di deposito, armadio 3"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who opens and keys the boxes, and on which day."""

    keyer: StaffMember
    office: StaffMember
    today: dt.date


def box_up(session: Session, wave: Wave, desk: Desk, *, leave_open: bool) -> None:
    """Put the sheets already keyed into bundles; half of them into one that is still open."""
    keyed = _keyed(session, wave)
    everything = Counts(0, blank=wave.void, refused=wave.refused, handed_out=wave.handed_out)
    if not leave_open:
        _seal(session, _box(session, wave, desk, keyed, everything, span=None), desk)
        return
    half = keyed[: len(keyed) // 2]
    cut = half[-1][0]
    early = Counts(0, blank=wave.void // 2, refused=wave.refused // 2, handed_out=cut)
    late = Counts(
        found=LEFT + 1,
        blank=everything.blank - early.blank,
        refused=everything.refused - early.refused,
        handed_out=wave.handed_out - cut,
    )
    last = session.scalars(select(PrintRun.last_serial).where(PrintRun.wave_id == wave.id)).one()
    _seal(session, _box(session, wave, desk, half, early, span=(1, cut)), desk)
    rest = keyed[len(half) :]
    at_work = _box(session, wave, desk, rest, late, span=(cut + 1, last))
    void = next(serial for serial in range(last, cut, -1) if serial not in dict(rest))
    spoiled = SetAside(VoidReason.DAMAGED, serial=void, note="bagnato dalla pioggia")
    set_aside(session, at_work, spoiled, by=desk.keyer, today=desk.today)


def _keyed(session: Session, wave: Wave) -> Sequence[tuple[int, str]]:
    """Return number and marks of each sheet that was keyed."""
    found = session.execute(
        select(Response.serial, Response.marks)
        .where(Response.wave_id == wave.id, Response.serial.is_not(None))
        .order_by(Response.serial)
    )
    return [(serial, marks) for serial, marks in found if serial is not None]


def _box(
    session: Session, wave: Wave, desk: Desk, keyed: Sequence[tuple[int, str]], counts: Counts,
    *, span: tuple[int, int] | None,
) -> Bundle:  # fmt: skip
    """Open a box in which, besides what was counted, the keyed sheets were found."""
    first, last = span or (None, None)
    opening = Opening(
        opened_on=desk.today,
        first_opener=desk.keyer.name,
        second_opener=desk.office.name,
        counts=replace(counts, found=counts.found + len(keyed) + counts.blank),
        place=wave.service.places[0],
        first_serial=first,
        last_serial=last,
    )
    bundle = open_bundle(session, wave, opening, by=desk.keyer, today=desk.today).bundle
    session.add_all(
        Keying(
            body_id=wave.body_id,
            wave_id=wave.id,
            bundle_id=bundle.id,
            serial=serial,
            round=_FIRST,
            staff_member_id=desk.keyer.id,
            keyed_on=desk.today,
            marks=marks,
        )
        for serial, marks in keyed
    )
    session.flush()
    return bundle


def _seal(session: Session, bundle: Bundle, desk: Desk) -> None:
    day = destruction_day(bundle.wave.body, desk.today)
    sealing = Sealing(f"S-{bundle.id:04d}", _STORE, day)
    close_bundle(session, bundle, sealing, by=desk.office, today=desk.today)
