"""What imports read: which waves take a file, what came in before, how columns were matched."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from survey.collection.actions import Filled
from survey.collection.queries import definition_of
from survey.desk.imports.reading import Serials
from survey.desk.queries import KEYABLE, keyed_serials, print_runs, void_serials
from survey.models import (
    Edition,
    ImportedFile,
    ImportMapping,
    PublicBody,
    Questionnaire,
    Response,
    Service,
    Wave,
    WaveTally,
)
from survey.questionnaire.marks import encode
from survey.questionnaire.modes import Mode


def importable_waves(session: Session, body: PublicBody) -> Sequence[Wave]:
    """Return the waves that take answers, the latest first, but those known only as counts."""
    counted = select(WaveTally.wave_id).where(WaveTally.counts_only)
    return session.scalars(
        select(Wave)
        .join(Wave.service)
        .where(Wave.body_id == body.id, Wave.state.in_(KEYABLE), Wave.id.not_in(counted))
        .options(joinedload(Wave.service))
        .order_by(Wave.year.desc(), Service.name, Wave.id)
    ).all()


def imported_files(session: Session, wave: Wave) -> Sequence[ImportedFile]:
    return session.scalars(
        select(ImportedFile)
        .where(ImportedFile.wave_id == wave.id)
        .options(joinedload(ImportedFile.importer))
        .order_by(ImportedFile.imported_on, ImportedFile.id)
    ).all()


def imported_before(session: Session, wave: Wave, digest: str) -> ImportedFile | None:
    mine = (ImportedFile.wave_id == wave.id, ImportedFile.digest == digest)
    return session.scalars(select(ImportedFile).where(*mine)).one_or_none()


def repeated_forms(session: Session, wave: Wave, batch: Sequence[Filled]) -> int:
    """Count the forms of a batch with the day, mode and answers of one that is there already.

    Sheets with a number are known by it. Each form of the wave answers for one of the batch.
    """
    definition = definition_of(wave.edition)
    new = Counter(
        (one["day"], one["mode"], encode(definition, one["answers"]))
        for one in batch
        if one.get("serial") is None
    )
    mine = (Response.body_id == wave.body_id, Response.wave_id == wave.id)
    stored = select(Response.day, Response.mode, Response.marks).where(
        *mine, Response.serial.is_(None), Response.day.between(*_span(new))
    )
    there = Counter((day, mode, marks) for day, mode, marks in session.execute(stored))
    return (new & there).total()


def _span(forms: Counter[tuple[dt.date, Mode, str]]) -> tuple[dt.date, dt.date]:
    days = [day for day, _mode, _marks in forms]
    return min(days, default=dt.date.min), max(days, default=dt.date.max)


def mappings(session: Session, body: PublicBody) -> Sequence[ImportMapping]:
    return session.scalars(
        select(ImportMapping)
        .where(ImportMapping.body_id == body.id)
        .options(joinedload(ImportMapping.questionnaire))
        .order_by(ImportMapping.name)
    ).all()


def known_serials(session: Session, wave: Wave) -> Serials:
    runs = print_runs(session, wave)
    return Serials(
        ranges=[(run.first_serial, run.last_serial) for run in runs],
        keyed=frozenset(keyed_serials(session, wave)),
        void=frozenset(void_serials(session, wave)),
    )


def latest_edition(session: Session, questionnaire: Questionnaire) -> Edition:
    own = select(Edition).where(Edition.questionnaire_id == questionnaire.id)
    return session.scalars(own.order_by(Edition.number.desc()).limit(1)).one()


def latest_editions(session: Session, body: PublicBody) -> Sequence[Edition]:
    """Return the newest edition of each questionnaire, by title."""
    newest = (
        select(Edition.questionnaire_id, func.max(Edition.number).label("number"))
        .where(Edition.body_id == body.id)
        .group_by(Edition.questionnaire_id)
        .subquery()
    )
    is_newest = and_(
        Edition.questionnaire_id == newest.c.questionnaire_id, Edition.number == newest.c.number
    )
    return session.scalars(
        select(Edition)
        .join(newest, is_newest)
        .join(Edition.questionnaire)
        .options(joinedload(Edition.questionnaire))
        .order_by(Questionnaire.title, Edition.id)
    ).all()
