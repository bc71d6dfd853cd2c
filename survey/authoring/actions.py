"""What the quality office does to editions, waves and printed sheets."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.authoring.queries import counts_by_bundles
from survey.authoring.refusals import (
    AlreadyOpen,
    BadCopies,
    CountsAlone,
    CountsByBundles,
    CountsFrozen,
    DaysReversed,
    EditionRefused,
    LanguageMissing,
    NotClosable,
    NotOpenable,
    NotPrintable,
    OtherBody,
    PeriodOver,
    SerialsExhausted,
    SheetMoved,
    SheetTooLong,
    TextNotPrintable,
    WaveExists,
)
from survey.authoring.sheets import TEMPLATE, Design, DoesNotFit, coordinates, design_sheet
from survey.collection.actions import begin_writing
from survey.collection.queries import definition_of
from survey.models import (
    Design as SurveyDesign,
)
from survey.models import (
    Edition,
    PrintRun,
    Questionnaire,
    Service,
    SheetLayout,
    StaffMember,
    Wave,
    WaveState,
)
from survey.press import UnprintableText, template_digest
from survey.questionnaire.face import show
from survey.questionnaire.parsing import parse
from survey.results.queries import is_counts_only
from survey.serials import MAX_SERIAL

logger = logging.getLogger(__name__)

#: what nobody mistakes when reading an address aloud or from paper: no I, L, O, U, 0, 1
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
MOST_COPIES = 1000
VARIANT = "standard"
#: a printer does not see less
_TOLERANCE_MM = 0.1


class WavePlan(TypedDict):
    year: int
    opens_on: dt.date
    closes_on: dt.date
    design: NotRequired[SurveyDesign]


class WaveCounts(TypedDict, total=False):
    """Counts to write down; what is left out stays as it is."""

    #: None where the body does not know them
    users_served: int | None
    handed_out: int
    refused: int
    void: int


def publish_edition(
    session: Session,
    questionnaire: Questionnaire,
    document: dict[str, Any],
    *,
    by: StaffMember | None,
    today: dt.date,
) -> Edition:
    """Freeze a document as the next edition; `DefinitionError` when it is no questionnaire."""
    scales = _scale_by_key(document)
    for earlier in questionnaire.editions:
        known = _scale_by_key(earlier.document)
        for key in sorted(scales.keys() & known.keys()):
            if scales[key] != known[key]:
                raise EditionRefused(key=key, number=earlier.number)
    edition = Edition(
        body_id=questionnaire.body_id,
        questionnaire=questionnaire,
        number=max((earlier.number for earlier in questionnaire.editions), default=0) + 1,
        document=json.loads(canonical_text(document)),
        digest=digest_of(document),
        published_on=today,
    )
    session.add(edition)
    session.flush()
    audit(session, body_id=edition.body_id, by=by, action="edition:publish",
          subject=f"edition:{edition.id}", after={"digest": edition.digest})  # fmt: skip
    logger.info("edition published: questionnaire %s, %s", questionnaire.id, edition.number)
    return edition


def canonical_text(document: object) -> str:
    """Write a document in the one way in which equal documents are equal texts."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(document: object) -> str:
    return hashlib.sha256(canonical_text(document).encode()).hexdigest()


def _scale_by_key(document: object) -> dict[str, tuple[object, ...]]:
    """Return what an answer to each closed question can be, apart from the words."""
    return {
        question.key: (
            question.kind,
            tuple(choice.code for choice in question.choices),
            question.scale and (question.scale.polarity, question.scale.satisfied),
            question.reversed,
        )
        for question in parse(document).closed_questions
    }


def create_wave(
    session: Session,
    service: Service,
    edition: Edition,
    *,
    by: StaffMember | None,
    **plan: Unpack[WavePlan],
) -> Wave:
    """Prepare a draft wave under a public code of its own."""
    if service.body_id != edition.body_id:
        raise OtherBody
    if plan["closes_on"] < plan["opens_on"]:
        raise DaysReversed
    _hold(session, service)
    taken = exists().where(Wave.service_id == service.id, Wave.year == plan["year"])
    if session.scalar(select(taken)):
        raise WaveExists(service=service.name, year=plan["year"])
    wave = Wave(
        body_id=service.body_id, service=service, edition=edition, code=_new_code(session), **plan
    )
    try:
        with session.begin_nested():
            session.add(wave)
    except IntegrityError as error:  # a file of old counts made it in this very moment
        if not session.scalar(select(taken)):
            raise
        raise WaveExists(service=service.name, year=plan["year"]) from error
    _note(session, wave, "create", by=by, after={"year": wave.year, "edition": edition.id})
    return wave


def _hold(session: Session, service: Service) -> None:
    """Hold the service up to the commit, so that a wave prepared in this very moment is seen.

    A write that changes nothing: it locks the row, and on SQLite, which has no such lock, it takes
    the one turn to write.
    """
    session.execute(
        update(Service)
        .where(Service.id == service.id)
        .values(name=Service.name)
        .execution_options(synchronize_session=False)
    )


def _new_code(session: Session) -> str:
    codes: Iterator[str] = iter(
        lambda: "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)), ""
    )
    return next(
        code for code in codes if not session.scalar(select(exists().where(Wave.code == code)))
    )


def open_wave(session: Session, wave: Wave, *, by: StaffMember | None, today: dt.date) -> None:
    """Let answers in; a closed wave may open again until it is published."""
    state = _state(session, wave)
    if state is WaveState.PUBLISHED:
        raise NotOpenable
    if state is WaveState.OPEN:
        raise AlreadyOpen
    if is_counts_only(session, wave):
        raise CountsAlone
    if wave.closes_on < today:
        raise PeriodOver(day=wave.closes_on.strftime("%d/%m/%Y"))
    _move(session, wave, WaveState.OPEN, "open", by=by)


def close_wave(session: Session, wave: Wave, *, by: StaffMember | None) -> None:
    """End the public form; sheets already filled in can still be keyed."""
    if _state(session, wave) is not WaveState.OPEN:
        raise NotClosable
    _move(session, wave, WaveState.CLOSED, "close", by=by)


def set_counts(
    session: Session, wave: Wave, *, by: StaffMember | None, **counts: Unpack[WaveCounts]
) -> None:
    """Write down users served and, where no bundle tells it, what became of the paper forms."""
    if _state(session, wave) is WaveState.PUBLISHED:
        raise CountsFrozen
    if counts_by_bundles(session, wave) & counts.keys():
        raise CountsByBundles
    before = {name: getattr(wave, name) for name in counts}
    if before == counts:
        return
    for name, value in counts.items():
        setattr(wave, name, value)
    session.flush()
    _note(session, wave, "count", by=by, before=before, after=dict(counts))


def _state(session: Session, wave: Wave) -> WaveState:
    """Read the state afresh, held until the commit, so that two of us do not both change it."""
    begin_writing(session, wave)
    session.refresh(wave, with_for_update=True)
    return wave.state


def _move(
    session: Session, wave: Wave, state: WaveState, verb: str, *, by: StaffMember | None
) -> None:
    before = wave.state
    wave.state = state
    session.flush()
    _note(session, wave, verb, by=by, before={"state": before}, after={"state": state})
    logger.info("wave %s: %s", wave.id, state)


def _note(
    session: Session,
    wave: Wave,
    verb: str,
    *,
    by: StaffMember | None,
    **change: Any,
) -> None:
    audit(session, body_id=wave.body_id, by=by, action=f"wave:{verb}", subject=f"wave:{wave.id}",
          **change)  # fmt: skip


def print_run(
    session: Session,
    wave: Wave,
    *,
    language: str,
    copies: int,
    by: StaffMember | None,
    today: dt.date,
) -> PrintRun:
    """Reserve the next serial numbers for a run of sheets, and lay the edition out if need be."""
    if not 1 <= copies <= MOST_COPIES:
        raise BadCopies(most=MOST_COPIES)
    if _state(session, wave) not in (WaveState.DRAFT, WaveState.OPEN):
        raise NotPrintable
    sheet_layout(session, wave.edition, language)
    last = session.scalar(select(func.max(PrintRun.last_serial)).where(PrintRun.wave_id == wave.id))
    first = (last or 0) + 1
    if first + copies - 1 > MAX_SERIAL:
        raise SerialsExhausted
    run = PrintRun(body_id=wave.body_id, wave=wave, language=language, first_serial=first,
                   last_serial=first + copies - 1, printed_on=today)  # fmt: skip
    session.add(run)
    session.flush()
    serials = {"first": run.first_serial, "last": run.last_serial}
    _note(session, wave, "print", by=by, after={"language": language, **serials})
    return run


def sheet_layout(session: Session, edition: Edition, language: str) -> SheetLayout:
    """Return where the boxes of an edition are printed; measured at the first print and kept.

    Two waves of an edition may be printed for the first time at once: the first to keep wins.
    """
    found = _kept_layout(session, edition, language) or _keep_layout(session, edition, language)
    _check_unmoved(edition, found)
    return found


def _kept_layout(session: Session, edition: Edition, language: str) -> SheetLayout | None:
    return session.scalars(
        select(SheetLayout).where(
            SheetLayout.edition_id == edition.id,
            SheetLayout.language == language,
            SheetLayout.variant == VARIANT,
        )
    ).one_or_none()


def _keep_layout(session: Session, edition: Edition, language: str) -> SheetLayout:
    layout = SheetLayout(
        body_id=edition.body_id,
        edition_id=edition.id,
        language=language,
        variant=VARIANT,
        coordinates=dict(_design(edition, language)),
        template_digest=template_digest(TEMPLATE),
    )
    try:
        with session.begin_nested():
            session.add(layout)
    except IntegrityError:
        kept = _kept_layout(session, edition, language)
        if kept is None:
            raise
        return kept
    return layout


def _design(edition: Edition, language: str) -> Design:
    definition = definition_of(edition)
    if language not in definition.languages:
        raise LanguageMissing
    try:
        return design_sheet(show(definition, language))
    except DoesNotFit as error:
        raise SheetTooLong from error
    except UnprintableText as error:
        raise TextNotPrintable(text=error.text) from error


def _check_unmoved(edition: Edition, layout: SheetLayout) -> None:
    """Refuse to print with a newer template that would put a box elsewhere."""
    if layout.template_digest == template_digest(TEMPLATE):
        return
    face = show(definition_of(edition), layout.language)
    today = coordinates(face, layout.coordinates)
    if not _same_places(layout.coordinates, today):
        raise SheetMoved


def _same_places(kept: Design, measured: Design) -> bool:
    if len(kept["boxes"]) != len(measured["boxes"]):
        return False
    return all(
        (old["question"], old["cell"], old["page"]) == (new["question"], new["cell"], new["page"])
        and all(abs(old[side] - new[side]) <= _TOLERANCE_MM for side in ("x", "y", "width"))
        for old, new in zip(kept["boxes"], measured["boxes"], strict=True)
    )
