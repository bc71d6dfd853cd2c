"""What the pages of waves and sheets show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from survey.authoring.refusals import TextNotPrintable
from survey.authoring.sheets import Heading, print_sheets
from survey.collection.queries import definition_of
from survey.models import Bundle, PrintRun, PublicBody, Response, Service, SheetLayout, Wave
from survey.press import UnprintableText
from survey.questionnaire.face import show
from survey.questionnaire.modes import Mode


@dataclass(frozen=True, slots=True)
class WaveRow:
    wave: Wave
    #: filled-in questionnaires by mode; a mode without any is absent
    received: dict[Mode, int]

    @property
    def total(self) -> int:
        return sum(self.received.values())


def year_waves(session: Session, body: PublicBody, year: int) -> list[WaveRow]:
    """Return the waves of a year with what they have received, by service name."""
    statement = (
        select(Wave)
        .join(Wave.service)
        .where(Wave.body_id == body.id, Wave.year == year)
        .options(joinedload(Wave.service), joinedload(Wave.edition))
        .order_by(Service.name)
    )
    waves = session.scalars(statement).all()
    counts = _received(session, body, [wave.id for wave in waves])
    return [WaveRow(wave, counts.get(wave.id, {})) for wave in waves]


def services_without_wave(session: Session, body: PublicBody, year: int) -> Sequence[Service]:
    """Return the services that existed in the year and were not asked about."""
    asked = select(Wave.service_id).where(Wave.body_id == body.id, Wave.year == year)
    statement = (
        select(Service)
        .where(
            Service.body_id == body.id,
            Service.first_year <= year,
            func.coalesce(Service.last_year, year) >= year,
            Service.id.not_in(asked),
        )
        .order_by(Service.name)
    )
    return session.scalars(statement).all()


def wave_years(session: Session, body: PublicBody) -> list[int]:
    statement = select(Wave.year).where(Wave.body_id == body.id).distinct().order_by(Wave.year)
    return list(session.scalars(statement))


def wave_row(session: Session, wave: Wave) -> WaveRow:
    body = wave.body
    return WaveRow(wave, _received(session, body, [wave.id]).get(wave.id, {}))


def print_runs(session: Session, wave: Wave) -> Sequence[PrintRun]:
    statement = select(PrintRun).where(PrintRun.wave_id == wave.id).order_by(PrintRun.first_serial)
    return session.scalars(statement).all()


def counts_by_bundles(session: Session, wave: Wave) -> frozenset[str]:
    """Return the counts of a wave that follow from its bundles, and are written nowhere else.

    What was given out follows from them only when every box knows its own.
    """
    bundles, known = session.execute(
        select(func.count(), func.count(Bundle.handed_out)).where(Bundle.wave_id == wave.id)
    ).one()
    if not bundles:
        return frozenset()
    return frozenset({"refused", "void"} | ({"handed_out"} if known == bundles else set()))


def printed_sheets(run: PrintRun, layout: SheetLayout, *, public_url: str) -> bytes:
    """Draw the sheets of a run, as they were laid out when the edition was first printed."""
    wave = run.wave
    heading = Heading(
        body=wave.body.name,
        service=wave.service.name,
        year=wave.year,
        address=public_address(wave, public_url=public_url),
        edition=wave.edition.number,
    )
    face = show(definition_of(wave.edition), run.language)
    serials = range(run.first_serial, run.last_serial + 1)
    try:
        return print_sheets(face, layout.coordinates, heading, serials, day=run.printed_on)
    except UnprintableText as error:
        raise TextNotPrintable(text=error.text) from error


def public_address(wave: Wave, *, public_url: str) -> str:
    return f"{public_url}/q/{wave.code}"


def _received(
    session: Session, body: PublicBody, wave_ids: Sequence[int]
) -> dict[int, dict[Mode, int]]:
    statement = (
        select(Response.wave_id, Response.mode, func.count())
        .where(Response.body_id == body.id, Response.wave_id.in_(wave_ids))
        .group_by(Response.wave_id, Response.mode)
    )
    counts: dict[int, dict[Mode, int]] = {}
    for wave_id, mode, count in session.execute(statement):
        counts.setdefault(wave_id, {})[mode] = count
    return counts
