"""A file of answers becomes responses of a wave: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.faults import LISTED
from survey.audit import audit
from survey.collection.actions import begin_writing, record_responses
from survey.collection.queries import definition_of
from survey.desk.actions import latest_day
from survey.desk.imports import queries
from survey.desk.imports.columns import Frame, Plan, plan_answers
from survey.desk.imports.mapping import ColumnMapping, as_document, plan_mapped
from survey.desk.imports.private import is_private_name
from survey.desk.imports.reading import Defaults, Progress, Reading, read_rows
from survey.desk.imports.refusals import (
    DefaultDayOutside,
    ImportedBefore,
    ImportRefused,
    LooksRepeated,
    NameTaken,
    OtherQuestionnaire,
    PrivateColumn,
    UnknownLanguage,
    WaveIsCounts,
    WaveTakesNoFile,
)
from survey.desk.imports.table import Table, open_table
from survey.desk.queries import KEYABLE
from survey.desk.rules import check_own_service
from survey.models import (
    ImportedFile,
    ImportMapping,
    ImportSource,
    Questionnaire,
    StaffMember,
    Wave,
)
from survey.results.queries import is_counts_only

logger = logging.getLogger(__name__)

#: written at a time: between two of them the work tells how far it has got
_BATCH = 10_000
#: forms that may be alike by chance
_FEW = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and how to read it."""

    content: bytes
    defaults: Defaults
    #: None for a file in our own format
    mapping: ImportMapping | None = None
    #: faults that are listed; all are counted
    listed: int = LISTED
    #: somebody has looked: what seems to be there already is not
    is_new: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class NamedMapping:
    """A match of columns as it is to be kept."""

    name: str
    source: ImportSource
    columns: ColumnMapping
    #: number of the kept one that this replaces; empty for a new one
    replaces: str = ""


def check_answers(
    session: Session,
    wave: Wave,
    upload: Upload,
    *,
    today: dt.date,
    progress: Progress | None = None,
) -> Reading:
    """Read a whole file as if to import it; nothing is written.

    Raises `AnswersError` with every fault of the file, `ImportRefused` for what is not in it.
    """
    _check_wave(session, wave)
    _check_digest(session, wave, upload.digest)
    frame = frame_of(wave, today)
    _check_defaults(frame, upload.defaults)
    table = open_table(upload.content)
    reading = read_rows(
        table,
        _plan(frame, wave, table, upload.mapping),
        defaults=upload.defaults,
        serials=queries.known_serials(session, wave),
        progress=progress,
        listed=upload.listed,
    )
    _look_for_repeats(session, wave, reading)
    return reading


def import_answers(
    session: Session,
    wave: Wave,
    upload: Upload,
    *,
    by: StaffMember | None,
    today: dt.date,
    progress: Progress | None = None,
) -> Reading:
    """Write every questionnaire of a file, once: the file itself is not kept, its digest is."""

    def halfway(done: int, total: int) -> None:
        if progress is not None:
            progress(done, 2 * total)

    if by is not None:
        check_own_service(session, wave.body, by, wave.service)
    reading = check_answers(session, wave, upload, today=today, progress=halfway)
    if reading.looks_repeated and not upload.is_new:
        raise LooksRepeated(forms=reading.repeated)
    begin_writing(session, wave)
    session.refresh(wave, ["state"])  # somebody may have published it while the file was read
    _check_wave(session, wave)
    _check_digest(session, wave, upload.digest)
    _keep_digest(session, wave, upload.digest, forms=reading.forms, by=by, today=today)
    batch, written = iter(reading.batch), 0
    while part := list(islice(batch, _BATCH)):
        written += record_responses(session, wave, part, collected_elsewhere=True)
        halfway(reading.forms + written, reading.forms)
    modes = {mode.value: count for mode, count in reading.modes.items()}
    mapping = None if upload.mapping is None else upload.mapping.name
    audit(
        session,
        body_id=wave.body_id,
        by=by,
        action="response:import",
        subject=f"wave:{wave.id}",
        after={"forms": written, "modes": modes, "mapping": mapping, "digest": upload.digest},
    )
    logger.info("%s responses imported: wave %s", written, wave.id)
    return reading


def _look_for_repeats(session: Session, wave: Wave, reading: Reading) -> None:
    """See whether a longer export brings once more what an earlier file has brought."""
    files = queries.imported_files(session, wave)
    if not files:
        return
    reading.repeated = queries.repeated_forms(session, wave, reading.batch)
    smallest = min(reading.forms, *(file.forms for file in files))
    reading.looks_repeated = reading.repeated >= max(_FEW, smallest / 2)


def frame_of(wave: Wave, today: dt.date) -> Frame:
    return Frame(
        definition=definition_of(wave.edition),
        places=tuple(wave.service.places),
        first_day=wave.opens_on,
        last_day=latest_day(wave, today),
    )


def _plan(frame: Frame, wave: Wave, table: Table, mapping: ImportMapping | None) -> Plan:
    if mapping is None:
        return plan_answers(frame, table.names)
    if mapping.questionnaire_id != wave.edition.questionnaire_id:
        raise OtherQuestionnaire(name=mapping.name)
    return plan_mapped(frame, mapping, table.names)


def why_not(session: Session, wave: Wave) -> ImportRefused | None:
    """Return what keeps every file out of a wave."""
    if is_counts_only(session, wave):
        return WaveIsCounts()
    return None if wave.state in KEYABLE else WaveTakesNoFile()


def _check_wave(session: Session, wave: Wave) -> None:
    refusal = why_not(session, wave)
    if refusal is not None:
        raise refusal


def _check_digest(session: Session, wave: Wave, digest: str) -> None:
    before = queries.imported_before(session, wave, digest)
    if before is not None:
        raise ImportedBefore(day=before.imported_on.strftime("%d/%m/%Y"), forms=before.forms)


def _check_defaults(frame: Frame, defaults: Defaults) -> None:
    day = defaults.day
    if day is not None and not frame.first_day <= day <= frame.last_day:
        raise DefaultDayOutside(
            first=frame.first_day.strftime("%d/%m/%Y"), last=frame.last_day.strftime("%d/%m/%Y")
        )
    if defaults.language not in frame.definition.languages:
        raise UnknownLanguage


def _keep_digest(
    session: Session, wave: Wave, digest: str, *, forms: int, by: StaffMember | None, today: dt.date
) -> None:
    session.add(
        ImportedFile(
            body_id=wave.body_id,
            wave_id=wave.id,
            digest=digest,
            forms=forms,
            imported_on=today,
            imported_by=None if by is None else by.id,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:  # somebody else imported it in this very moment
        raise ImportedBefore(day=today.strftime("%d/%m/%Y"), forms=forms) from error


def keep_mapping(
    session: Session,
    questionnaire: Questionnaire,
    kept: NamedMapping,
    *,
    by: StaffMember,
    today: dt.date,
) -> ImportMapping:
    """Keep how columns answer a questionnaire, under a name that no other one has."""
    name, matches = " ".join(kept.name.split()), kept.columns.matches
    if any(is_private_name(one.name) for one in matches if one.target):
        raise PrivateColumn
    mine = (ImportMapping.body_id == questionnaire.body_id, ImportMapping.name == name)
    found = session.scalars(select(ImportMapping).where(*mine)).one_or_none()
    if found is not None and str(found.id) != kept.replaces:
        raise NameTaken(name=name)
    if found is None:
        found = ImportMapping(body_id=questionnaire.body_id, name=name)
        session.add(found)
    found.source, found.questionnaire_id = kept.source, questionnaire.id
    found.document = as_document(kept.columns)
    found.updated_on, found.updated_by = today, by.id
    try:
        session.flush()
    except IntegrityError as error:  # somebody else took the name in this very moment
        raise NameTaken(name=name) from error
    audit(
        session,
        body_id=questionnaire.body_id,
        by=by,
        action="import:map",
        subject=f"mapping:{found.id}",
        after={"name": name, "columns": len(matches)},
    )
    return found


def drop_mapping(session: Session, mapping: ImportMapping, *, by: StaffMember) -> None:
    """Forget a match of columns; what came in through it stays."""
    audit(
        session,
        body_id=mapping.body_id,
        by=by,
        action="import:unmap",
        subject=f"mapping:{mapping.id}",
        before={"name": mapping.name},
    )
    session.delete(mapping)
    session.flush()
