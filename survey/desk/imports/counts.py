"""Waves of which counts alone are known: old reports, and what contractors hand over."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.faults import AnswersError
from survey.audit import audit
from survey.collection.actions import begin_writing
from survey.desk.imports.counts_csv import counts_from_csv
from survey.desk.imports.faults import FileFault
from survey.desk.imports.refusals import (
    CountsThere,
    CountsUnreadable,
    DaysReversed,
    FindingsUnread,
    NothingSettled,
    PublishedEdition,
    YearTaken,
)
from survey.desk.imports.table import decode
from survey.desk.rules import check_own_service
from survey.models import Edition, Service, StaffMember, Wave, WaveState, WaveTally
from survey.results.queries import is_counts_only

if TYPE_CHECKING:
    from analysis.counts import CountsReading

#: of a public code: nobody types that of a wave without a form
_CODE_BYTES = 6


@dataclass(frozen=True, slots=True)
class CountsWave:
    """The wave that the counts are of."""

    service: Service
    edition: Edition
    year: int
    opens_on: dt.date
    closes_on: dt.date
    users_served: int | None = None


def read_counts_file(content: bytes, edition: Edition) -> CountsReading:
    """Read counts in JSON or CSV; what does not agree is among the findings, in words.

    Raises `AnswersError` or `CountsUnreadable` for what is no such file.
    """
    from analysis.counts import read_counts
    from analysis.data import read_questionnaire

    questionnaire = read_questionnaire(edition.document)
    is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    try:
        document = json.loads(decode(content)) if is_json else counts_from_csv(content, edition)
        return read_counts(document, questionnaire)
    except AnswersError:
        raise
    except json.JSONDecodeError as error:
        raise AnswersError((FileFault(error.lineno, error.colno, "not_json"),)) from error
    except (ValueError, KeyError, RecursionError) as error:
        raise CountsUnreadable(error) from error


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person has read and wants all the same."""

    #: the findings
    accepted: bool = False
    #: that counts imported before are replaced
    replaces: bool = False


def import_counts(
    session: Session,
    wanted: CountsWave,
    content: bytes,
    *,
    by: StaffMember | None,
    consent: Consent = Consent(),
) -> Wave:
    """Store a closed wave with a tally and no responses; findings must have been read first.

    Counts of the same service and year are replaced where that was asked for: the wave keeps its
    place, and what was published stays until the year is published anew.
    """
    if by is not None:
        check_own_service(session, wanted.service.body, by, wanted.service)
    reading = read_counts_file(content, wanted.edition)
    if reading.findings and not consent.accepted:
        raise FindingsUnread
    forms = int(reading.tally.questionnaires.sum())
    if not forms:
        raise NothingSettled
    if wanted.closes_on < wanted.opens_on:
        raise DaysReversed
    there = session.scalars(_same_year(wanted)).one_or_none()
    wave = (
        _new_wave(session, wanted) if there is None else _old_wave(session, there, wanted, consent)
    )
    kept = session.get(WaveTally, wave.id) or WaveTally(wave_id=wave.id, body_id=wave.body_id)
    before = None if there is None else {"forms": kept.responses, "digest": _digest(kept.payload)}
    kept.responses, kept.counts_only, kept.payload = forms, True, reading.tally.to_bytes()
    session.add(kept)
    session.flush()
    audit(
        session,
        body_id=wave.body_id,
        by=by,
        action="wave:import-counts" if there is None else "wave:replace-counts",
        subject=f"wave:{wave.id}",
        before=before,
        after={"year": wave.year, "forms": forms, "findings": len(reading.findings),
               "digest": _digest(kept.payload)},
    )  # fmt: skip
    return wave


def _same_year(wanted: CountsWave) -> Select[Wave]:
    return select(Wave).where(Wave.service_id == wanted.service.id, Wave.year == wanted.year)


def _digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def _old_wave(session: Session, wave: Wave, wanted: CountsWave, consent: Consent) -> Wave:
    """Make the wave ready for other counts; a publication under way sees that it changed."""
    begin_writing(session, wave)
    if not is_counts_only(session, wave):
        raise YearTaken(service=wanted.service.name, year=wanted.year)
    if not consent.replaces:
        raise CountsThere(service=wanted.service.name, year=wanted.year)
    if wave.state is WaveState.PUBLISHED and wave.edition is not wanted.edition:
        raise PublishedEdition(title=wave.edition.questionnaire.title, number=wave.edition.number)
    wave.edition = wanted.edition
    wave.opens_on, wave.closes_on = wanted.opens_on, wanted.closes_on
    wave.users_served = wanted.users_served
    wave.corrections = Wave.corrections + 1
    session.flush()
    return wave


def _new_wave(session: Session, wanted: CountsWave) -> Wave:
    wave = Wave(
        body_id=wanted.service.body_id,
        service=wanted.service,
        edition=wanted.edition,
        year=wanted.year,
        code=secrets.token_hex(_CODE_BYTES),
        state=WaveState.CLOSED,
        opens_on=wanted.opens_on,
        closes_on=wanted.closes_on,
        users_served=wanted.users_served,
    )
    taken = YearTaken(service=wanted.service.name, year=wanted.year)
    session.add(wave)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else made the year's wave in this very moment
        raise taken from error
    return wave
