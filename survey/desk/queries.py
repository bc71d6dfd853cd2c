"""What the desk reads: waves with paper, sheets printed, sheets keyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from survey.models import PrintRun, PublicBody, Response, Wave, WaveState

#: a draft has no sheets in use, a published wave never changes
KEYABLE = (WaveState.OPEN, WaveState.CLOSED)


@dataclass(frozen=True, slots=True)
class PaperWave:
    wave: Wave
    printed: int
    keyed: int


def paper_waves(session: Session, body: PublicBody) -> list[PaperWave]:
    """Return the waves of the body whose printed sheets can be keyed, the latest year first."""
    waves = session.scalars(
        select(Wave)
        .where(Wave.body_id == body.id, Wave.state.in_(KEYABLE))
        .options(joinedload(Wave.service))
    ).all()
    ids = [wave.id for wave in waves]
    sheets = func.sum(PrintRun.last_serial - PrintRun.first_serial + 1)
    printed = dict(
        session.execute(
            select(PrintRun.wave_id, sheets)
            .where(PrintRun.wave_id.in_(ids))
            .group_by(PrintRun.wave_id)
        ).all()
    )
    keyed = dict(
        session.execute(
            select(Response.wave_id, func.count())
            .where(Response.wave_id.in_(ids), Response.serial.is_not(None))
            .group_by(Response.wave_id)
        ).all()
    )
    found = [
        PaperWave(wave, printed[wave.id], keyed.get(wave.id, 0))
        for wave in waves
        if wave.id in printed
    ]
    return sorted(found, key=lambda one: (-one.wave.year, one.wave.service.name))


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


def next_serial(runs: Sequence[PrintRun], keyed: Sequence[int], *, after: int) -> int | None:
    """Return the first sheet beyond `after` that is printed and not keyed: the pile's next."""
    taken = set(keyed)
    for run in runs:
        for serial in range(max(run.first_serial, after + 1), run.last_serial + 1):
            if serial not in taken:
                return serial
    return None


def as_ranges(serials: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbours: 1, 2, 3, 7 becomes 1 to 3 and 7 to 7."""
    ranges: list[tuple[int, int]] = []
    for serial in serials:
        if ranges and serial == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], serial)
        else:
            ranges.append((serial, serial))
    return ranges
