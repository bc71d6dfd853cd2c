"""What the desk reads: waves with paper, sheets printed, sheets keyed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey.models import (
    Bundle,
    Comment,
    Keying,
    PrintRun,
    Response,
    VoidSheet,
    Wave,
    WaveState,
)
from survey.serials import MAX_SERIAL

#: a draft has no sheets in use, a published wave never changes
KEYABLE = (WaveState.OPEN, WaveState.CLOSED)
#: rounds of keying
FIRST, SECOND = 1, 2
#: lowest and highest number
Ranges = Sequence[tuple[int, int]]


def print_runs(session: Session, wave: Wave) -> Sequence[PrintRun]:
    return session.scalars(
        select(PrintRun).where(PrintRun.wave_id == wave.id).order_by(PrintRun.first_serial)
    ).all()


def run_of(session: Session, wave: Wave, serial: int) -> PrintRun | None:
    """Return the print run that the sheet came from."""
    return session.scalars(
        select(PrintRun).where(
            PrintRun.wave_id == wave.id,
            PrintRun.first_serial <= serial,
            PrintRun.last_serial >= serial,
        )
    ).first()


def keyed_serials(session: Session, wave: Wave) -> Sequence[int]:
    mine = (Response.wave_id == wave.id, Response.serial.is_not(None))
    found = session.scalars(select(Response.serial).where(*mine).order_by(Response.serial))
    return [serial for serial in found if serial is not None]


def next_serial(ranges: Ranges, taken: Collection[int], *, after: int) -> int | None:
    """Return the first sheet beyond `after` that can be in the pile: the pile's next."""
    known = set(taken)
    for first, last in ranges:
        for serial in range(max(first, after + 1), last + 1):
            if serial not in known:
                return serial
    return None


def belongs(bundle: Bundle, serial: int) -> bool:
    """Tell whether a sheet can have been in the bundle's box; loose sheets bear any number."""
    if bundle.first_serial is None or bundle.last_serial is None:
        return True
    return bundle.first_serial <= serial <= bundle.last_serial


def ranges_of(bundle: Bundle, runs: Sequence[PrintRun]) -> list[tuple[int, int]]:
    """Return the numbers printed for the wave that the bundle's sheets can bear."""
    low, high = bundle.first_serial or 1, bundle.last_serial or MAX_SERIAL
    clipped = [(max(run.first_serial, low), min(run.last_serial, high)) for run in runs]
    return [(first, last) for first, last in clipped if first <= last]


def void_serials(session: Session, wave: Wave) -> Sequence[int]:
    mine = (VoidSheet.wave_id == wave.id, VoidSheet.serial.is_not(None))
    found = session.scalars(select(VoidSheet.serial).where(*mine).order_by(VoidSheet.serial))
    return [serial for serial in found if serial is not None]


def is_void(session: Session, wave: Wave, serial: int) -> bool:
    voided = exists().where(VoidSheet.wave_id == wave.id, VoidSheet.serial == serial)
    return bool(session.scalar(select(voided)))


def bundle_serials(session: Session, bundle: Bundle) -> Sequence[int]:
    """Return the sheets of the bundle keyed so far."""
    mine = (Keying.bundle_id == bundle.id, Keying.round == FIRST)
    return session.scalars(select(Keying.serial).where(*mine).order_by(Keying.serial)).all()


def neighbours(serials: Sequence[int], serial: int) -> tuple[int | None, int | None]:
    """Return the sheets before and after one of them."""
    at = serials.index(serial)
    after = serials[at + 1] if at + 1 < len(serials) else None
    return (serials[at - 1] if at else None), after


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """A keyed sheet as it stands now."""

    response: Response
    keying: Keying
    #: free texts by question key
    comments: Mapping[str, str]
    #: whether it was drawn for second keying and is still to be typed
    is_drawn: bool

    @property
    def half_marks(self) -> tuple[str, ...]:
        return tuple(key for key in self.keying.half_marks.split(",") if key)


def stored_sheet(session: Session, bundle: Bundle, serial: int) -> StoredSheet | None:
    """Return a sheet as the database holds it now, whatever the session read of it before."""
    rows = select(Keying).where(Keying.bundle_id == bundle.id, Keying.serial == serial)
    row = select(Response).where(Response.wave_id == bundle.wave_id, Response.serial == serial)
    afresh = {"populate_existing": True}
    rounds = {keying.round: keying for keying in session.scalars(rows, execution_options=afresh)}
    response = session.scalars(row, execution_options=afresh).one_or_none()
    if FIRST not in rounds or response is None:
        return None
    of_sheet = (Comment.wave_id == bundle.wave_id, Comment.serial == serial)
    texts = session.execute(select(Comment.question_key, Comment.text).where(*of_sheet)).all()
    is_drawn = SECOND in rounds and rounds[SECOND].marks is None
    return StoredSheet(response, rounds[FIRST], dict(texts), is_drawn)


def as_ranges(serials: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbours: 1, 2, 3, 7 becomes 1 to 3 and 7 to 7."""
    ranges: list[tuple[int, int]] = []
    for serial in serials:
        if ranges and serial == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], serial)
        else:
            ranges.append((serial, serial))
    return ranges
