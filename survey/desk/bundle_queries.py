"""What the pages of bundles read: which sum they make, and what is still to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from survey.desk.queries import FIRST, KEYABLE
from survey.models import (
    Bundle,
    BundleState,
    Keying,
    PrintRun,
    PublicBody,
    Response,
    VoidSheet,
    Wave,
)


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the sheets of a bundle, or of several."""

    found: int
    keyed: int
    blank: int
    void: int
    refused: int = 0
    #: None where nobody knows how many were given out
    handed_out: int | None = None

    @property
    def left(self) -> int:
        """Sheets found and still to key; negative when more are accounted for than were found."""
        return self.found - self.keyed - self.blank - self.void

    @property
    def is_even(self) -> bool:
        return self.left == 0

    @property
    def missing(self) -> int | None:
        """Sheets given out that neither came back nor were refused."""
        return None if self.handed_out is None else self.handed_out - self.found - self.refused


@dataclass(frozen=True, slots=True)
class BundleRow:
    bundle: Bundle
    balance: Balance
    #: sheets drawn for the second keying and still to be typed
    waiting: int


@dataclass(frozen=True, slots=True)
class PaperWave:
    """A wave with paper, and how far its bundles are."""

    wave: Wave
    printed: int
    bundles: int
    open_bundles: int
    #: sheets keyed, in a bundle or before there were any
    keyed: int
    #: sheets still to key in the open bundles
    left: int
    waiting: int


def balance(session: Session, bundle: Bundle) -> Balance:
    return _rows(session, [bundle])[0].balance


def bundle_row(session: Session, bundle: Bundle) -> BundleRow:
    return _rows(session, [bundle])[0]


def wave_bundles(session: Session, wave: Wave) -> list[BundleRow]:
    """Return the bundles of a wave, the latest first."""
    statement = (
        select(Bundle)
        .where(Bundle.wave_id == wave.id)
        .options(joinedload(Bundle.place))
        .order_by(Bundle.number.desc())
    )
    return _rows(session, session.scalars(statement).all())


def paper_waves(session: Session, body: PublicBody) -> list[PaperWave]:
    """Return the waves of the body whose sheets can be keyed, the latest year first."""
    statement = (
        select(Wave)
        .where(Wave.body_id == body.id, Wave.state.in_(KEYABLE))
        .options(joinedload(Wave.service))
    )
    waves = session.scalars(statement).all()
    ids = [wave.id for wave in waves]
    printed = _printed(session, ids)
    keyed = _keyed(session, ids)
    rows: dict[int, list[BundleRow]] = {}
    for row in _rows(session, session.scalars(select(Bundle).where(Bundle.wave_id.in_(ids))).all()):
        rows.setdefault(row.bundle.wave_id, []).append(row)
    found = [
        _paper_wave(wave, printed.get(wave.id, 0), keyed.get(wave.id, 0), rows.get(wave.id, []))
        for wave in waves
        if wave.id in printed or wave.id in rows
    ]
    return sorted(found, key=lambda one: (-one.wave.year, one.wave.service.name))


def opened_by_form(session: Session, wave: Wave, nonce: str | None) -> Bundle | None:
    """Return the bundle that a form has already opened."""
    if nonce is None:
        return None
    mine = (Bundle.wave_id == wave.id, Bundle.opening_nonce == nonce)
    return session.scalars(select(Bundle).where(*mine)).one_or_none()


def has_bundles(session: Session, wave: Wave) -> bool:
    return session.scalar(select(Bundle.id).where(Bundle.wave_id == wave.id).limit(1)) is not None


def void_sheets(session: Session, bundle: Bundle) -> Sequence[VoidSheet]:
    statement = (
        select(VoidSheet)
        .where(VoidSheet.bundle_id == bundle.id)
        .options(joinedload(VoidSheet.recorder))
        .order_by(VoidSheet.id)
    )
    return session.scalars(statement).all()


def printed_range(session: Session, wave: Wave) -> tuple[int, int] | None:
    """Return the first and the last serial number printed for a wave."""
    first, last = session.execute(
        select(func.min(PrintRun.first_serial), func.max(PrintRun.last_serial)).where(
            PrintRun.wave_id == wave.id
        )
    ).one()
    return None if first is None else (first, last)


def is_printed(session: Session, wave: Wave, serial: int) -> bool:
    found = select(PrintRun.id).where(
        PrintRun.wave_id == wave.id,
        PrintRun.first_serial <= serial,
        PrintRun.last_serial >= serial,
    )
    return session.scalar(found.limit(1)) is not None


def _paper_wave(wave: Wave, printed: int, keyed: int, rows: Sequence[BundleRow]) -> PaperWave:
    at_work = [row for row in rows if row.bundle.state is BundleState.OPEN]
    return PaperWave(
        wave=wave,
        printed=printed,
        bundles=len(rows),
        open_bundles=len(at_work),
        keyed=keyed,
        left=sum(max(row.balance.left, 0) for row in at_work),
        waiting=sum(row.waiting for row in at_work),
    )


def _rows(session: Session, bundles: Sequence[Bundle]) -> list[BundleRow]:
    """Count what each bundle holds, in three queries whatever their number."""
    ids = [bundle.id for bundle in bundles]
    keyed = _by_bundle(session, Keying, ids, Keying.round == FIRST)
    void = _by_bundle(session, VoidSheet, ids)
    waiting = _by_bundle(session, Keying, ids, Keying.marks.is_(None))
    return [
        BundleRow(
            bundle,
            Balance(
                found=bundle.found,
                keyed=keyed.get(bundle.id, 0),
                blank=bundle.blank,
                void=void.get(bundle.id, 0),
                refused=bundle.refused,
                handed_out=bundle.handed_out,
            ),
            waiting.get(bundle.id, 0),
        )
        for bundle in bundles
    ]


def _by_bundle(
    session: Session,
    table: type[Keying | VoidSheet],
    ids: Sequence[int],
    *which: ColumnElement[bool],
) -> dict[int, int]:
    statement = (
        select(table.bundle_id, func.count())
        .where(table.bundle_id.in_(ids), *which)
        .group_by(table.bundle_id)
    )
    return dict(session.execute(statement).all())


def _keyed(session: Session, ids: Sequence[int]) -> dict[int, int]:
    statement = (
        select(Response.wave_id, func.count())
        .where(Response.wave_id.in_(ids), Response.serial.is_not(None))
        .group_by(Response.wave_id)
    )
    return dict(session.execute(statement).all())


def _printed(session: Session, ids: Sequence[int]) -> dict[int, int]:
    sheets = func.sum(PrintRun.last_serial - PrintRun.first_serial + 1)
    statement = (
        select(PrintRun.wave_id, sheets).where(PrintRun.wave_id.in_(ids)).group_by(PrintRun.wave_id)
    )
    return {wave_id: int(count) for wave_id, count in session.execute(statement)}
