"""A box becomes a bundle: opened by two, counted, sorted, closed when the sum balances."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.collection.actions import begin_writing
from survey.desk import bundle_queries
from survey.desk.bundle_queries import Balance
from survey.desk.bundle_refusals import (
    DayOutside,
    DestroyedTooSoon,
    FiguresPublished,
    FormUsed,
    HalfRange,
    MoreBlankThanFound,
    NoBoxYet,
    NoteMissing,
    NotPrinted,
    NotSealed,
    PlaceElsewhere,
    RangeBackwards,
    ReasonMissing,
    SamePerson,
    SerialElsewhere,
    SerialKeyed,
    SerialVoid,
    YearsOutside,
)
from survey.desk.imports.refusals import WaveIsCounts
from survey.desk.queries import KEYABLE
from survey.desk.rules import check_own_service, hold_open
from survey.models import (
    Bundle,
    BundleState,
    Place,
    PublicBody,
    Response,
    SecondKeying,
    StaffMember,
    VoidReason,
    VoidSheet,
    Wave,
    WaveState,
)
from survey.results.queries import is_counts_only
from survey.serials import format_serial

logger = logging.getLogger(__name__)

#: a second keying that was begun and not yet judged
UNDECIDED = (SecondKeying.DRAWN, SecondKeying.REKEY)
#: reasons by which the number on the sheet is not its own: it belongs to another sheet, which may
#: count, or to another wave
_BORROWED = (VoidReason.OTHER_WAVE, VoidReason.NOT_A_FORM, VoidReason.COPY)
_MOST_YEARS = 50
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """What two people counted at the box."""

    found: int
    blank: int = 0
    refused: int = 0
    #: None where nobody kept count of what was given out
    handed_out: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    opened_on: dt.date
    first_opener: str
    second_opener: str
    counts: Counts
    place: Place | None = None
    place_note: str = ""
    #: numbers put out with the box; None and None for loose sheets
    first_serial: int | None = None
    last_serial: int | None = None
    #: number that the form carried: sent again, it opens nothing more
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    bundle: Bundle
    #: False where the same form had opened it before
    is_new: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """A sheet that cannot be keyed."""

    reason: VoidReason
    serial: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sealing:
    seal: str
    storage_place: str
    destroy_on: dt.date
    #: why it is closed although something is not in order
    reason: str = ""


def open_bundle(
    session: Session, wave: Wave, opening: Opening, *, by: StaffMember, today: dt.date
) -> Opened:
    """Write down the opening of a box as the next bundle of the wave.

    The same form sent again, by a second click or from a page gone back to, is the bundle that it
    opened; with other figures it is refused.
    """
    check_own_service(session, wave.body, by, wave.service)
    _hold_figures(session, wave)
    if is_counts_only(session, wave):
        raise WaveIsCounts
    opening = replace(
        opening,
        first_opener=_words(opening.first_opener),
        second_opener=_words(opening.second_opener),
        place_note=_words(opening.place_note),
    )
    if (opened := bundle_queries.opened_by_form(session, wave, opening.nonce)) is not None:
        if _opening_of(opened) != opening:
            raise FormUsed(number=opened.number)
        return Opened(opened, is_new=False)
    _check_opening(session, wave, opening, today=today)
    last = session.scalar(select(func.max(Bundle.number)).where(Bundle.wave_id == wave.id))
    bundle = Bundle(
        body_id=wave.body_id,
        wave=wave,
        number=(last or 0) + 1,
        opened_on=opening.opened_on,
        place=opening.place,
        place_note=opening.place_note,
        first_opener=opening.first_opener,
        second_opener=opening.second_opener,
        opened_by=by.id,
        first_serial=opening.first_serial,
        last_serial=opening.last_serial,
        opening_nonce=opening.nonce,
        **asdict(opening.counts),
    )
    session.add(bundle)
    session.flush()
    count_wave_paper(session, wave)
    after = asdict(opening.counts) | {"number": bundle.number, "opened_on": str(bundle.opened_on)}
    _note(session, bundle, "open", by=by, after=after)
    logger.info("bundle %s opened: wave %s", bundle.id, wave.id)
    return Opened(bundle, is_new=True)


def _opening_of(bundle: Bundle) -> Opening:
    return Opening(
        opened_on=bundle.opened_on,
        first_opener=bundle.first_opener,
        second_opener=bundle.second_opener,
        counts=Counts(bundle.found, bundle.blank, bundle.refused, bundle.handed_out),
        place=bundle.place,
        place_note=bundle.place_note,
        first_serial=bundle.first_serial,
        last_serial=bundle.last_serial,
        nonce=bundle.opening_nonce,
    )


def recount(session: Session, bundle: Bundle, counts: Counts, *, by: StaffMember) -> None:
    """Correct what was counted at the opening, while the bundle is open."""
    _hold(session, bundle, by=by)
    _check_counts(counts)
    after = asdict(counts)
    before = {name: getattr(bundle, name) for name in after}
    if before == after:
        return
    for name, value in after.items():
        setattr(bundle, name, value)
    session.flush()
    count_wave_paper(session, bundle.wave)
    _note(session, bundle, "count", by=by, before=before, after=after)


def set_aside(
    session: Session, bundle: Bundle, sheet: SetAside, *, by: StaffMember, today: dt.date
) -> VoidSheet:
    """Enter a sheet in the register of those that cannot be keyed."""
    _hold(session, bundle, by=by)
    sheet = _own_number(replace(sheet, note=_words(sheet.note)))
    _check_set_aside(session, bundle.wave, sheet)
    void = VoidSheet(
        body_id=bundle.body_id,
        wave_id=bundle.wave_id,
        bundle_id=bundle.id,
        serial=sheet.serial,
        reason=sheet.reason,
        note=sheet.note or None,
        recorded_on=today,
        recorded_by=by.id,
    )
    session.add(void)
    session.flush()
    count_wave_paper(session, bundle.wave)
    _note(session, bundle, "void", by=by, after=_void_facts(void))
    return void


def take_back(session: Session, bundle: Bundle, void: VoidSheet, *, by: StaffMember) -> None:
    """Strike a sheet from the register, for one entered by mistake; the audit keeps it."""
    _hold(session, bundle, by=by)
    before = _void_facts(void)
    session.delete(void)
    session.flush()
    count_wave_paper(session, bundle.wave)
    _note(session, bundle, "unvoid", by=by, before=before)


def close_bundle(
    session: Session, bundle: Bundle, sealing: Sealing, *, by: StaffMember, today: dt.date
) -> Balance:
    """Close for good: from here on nobody changes what the bundle holds."""
    check_own_service(session, bundle.wave.body, by, bundle.wave.service)
    hold_open(session, bundle)
    balance = bundle_queries.balance(session, bundle)
    seal, storage = _words(sealing.seal), _words(sealing.storage_place)
    if not seal or not storage:
        raise NotSealed
    if sealing.destroy_on < today:
        raise DestroyedTooSoon
    reason = sealing.reason.strip()
    if not is_in_order(bundle, balance):
        if not reason:
            raise ReasonMissing
        bundle.imbalance_reason = reason
    bundle.state = BundleState.CLOSED
    bundle.closed_on, bundle.closed_by = today, by.id
    bundle.seal, bundle.storage_place = seal, storage
    bundle.destroy_on = sealing.destroy_on
    session.flush()
    after = {"seal": seal, "storage_place": storage, "left": balance.left,
             "destroy_on": str(sealing.destroy_on)}  # fmt: skip
    _note(session, bundle, "close", by=by, after=after, reason=bundle.imbalance_reason)
    logger.info("bundle %s closed", bundle.id)
    return balance


def is_in_order(bundle: Bundle, balance: Balance) -> bool:
    """Tell whether the bundle can be closed without a word of explanation."""
    return balance.is_even and bundle.second_keying not in UNDECIDED


def destruction_day(body: PublicBody, today: dt.date) -> dt.date:
    """Return the day after which the paper of a bundle closed today may go.

    No law that we know of names the years: the body decides, by its plan for the archive.
    """
    year = today.year + body.paper_years
    try:
        return today.replace(year=year)
    except ValueError:  # 29 February
        return dt.date(year, 3, 1)


def set_paper_rules(
    session: Session, body: PublicBody, *, by: StaffMember, bar_own_service: bool, paper_years: int
) -> None:
    """Decide who may key what, and how long paper is kept."""
    if not 0 <= paper_years <= _MOST_YEARS:
        raise YearsOutside
    after = {"bar_own_service": bar_own_service, "paper_years": paper_years}
    before = {name: getattr(body, name) for name in after}
    if before == after:
        return
    body.bar_own_service, body.paper_years = bar_own_service, paper_years
    session.flush()
    audit(session, body_id=body.id, by=by, action="body:paper", subject=f"body:{body.id}",
          before=before, after=after)  # fmt: skip


def count_wave_paper(session: Session, wave: Wave) -> None:
    """Let the wave's figures on paper follow from its bundles.

    Sheets given out are known to the wave only when every box knows its own; until then what the
    office wrote down stands.
    """
    bundles = session.scalars(select(Bundle).where(Bundle.wave_id == wave.id)).all()
    if not bundles:
        return
    void = session.scalar(select(func.count()).where(VoidSheet.wave_id == wave.id)) or 0
    wave.refused = sum(bundle.refused for bundle in bundles)
    wave.void = sum(bundle.blank for bundle in bundles) + void
    known = [bundle.handed_out for bundle in bundles if bundle.handed_out is not None]
    if len(known) == len(bundles):
        wave.handed_out = sum(known)
    session.flush()


def _hold(session: Session, bundle: Bundle, *, by: StaffMember) -> None:
    """Hold the bundle for somebody who may settle what becomes of its sheets.

    Who may not key them may not set them aside either, nor leave them out of the count.
    """
    check_own_service(session, bundle.wave.body, by, bundle.wave.service)
    hold_open(session, bundle)
    _hold_figures(session, bundle.wave)


def _hold_figures(session: Session, wave: Wave) -> None:
    """Hold the wave up to the commit, and see that its figures may still change."""
    begin_writing(session, wave)
    session.refresh(wave, with_for_update=True)
    if wave.state is WaveState.PUBLISHED:
        raise FiguresPublished
    if wave.state not in KEYABLE:
        raise NoBoxYet


def _check_opening(session: Session, wave: Wave, opening: Opening, *, today: dt.date) -> None:
    if not wave.opens_on <= opening.opened_on <= today:
        raise DayOutside(first=wave.opens_on.strftime("%d/%m/%Y"))
    if opening.place is not None and opening.place.service_id != wave.service_id:
        raise PlaceElsewhere
    if opening.first_opener.casefold() == opening.second_opener.casefold():
        raise SamePerson
    _check_counts(opening.counts)
    _check_range(session, wave, opening.first_serial, opening.last_serial)


def _check_range(session: Session, wave: Wave, first: int | None, last: int | None) -> None:
    if first is None and last is None:
        return
    if first is None or last is None:
        raise HalfRange
    if last < first:
        raise RangeBackwards
    for serial in (first, last):
        if not bundle_queries.is_printed(session, wave, serial):
            raise NotPrinted(serial=format_serial(serial))


def _check_counts(counts: Counts) -> None:
    if counts.blank > counts.found:
        raise MoreBlankThanFound(found=counts.found)


def _check_set_aside(session: Session, wave: Wave, sheet: SetAside) -> None:
    if sheet.reason is VoidReason.OTHER and not sheet.note:
        raise NoteMissing
    if sheet.serial is None:
        return
    serial = format_serial(sheet.serial)
    mine = (VoidSheet.wave_id == wave.id, VoidSheet.serial == sheet.serial)
    if session.scalar(select(exists().where(*mine))):
        raise SerialVoid(serial=serial)
    keyed = (Response.wave_id == wave.id, Response.serial == sheet.serial)
    if session.scalar(select(exists().where(*keyed))):
        raise SerialKeyed(serial=serial)
    if not bundle_queries.is_printed(session, wave, sheet.serial):
        raise SerialElsewhere(serial=serial)


def _own_number(sheet: SetAside) -> SetAside:
    """Move a number that is not the sheet's own to its note, where it bars no other sheet."""
    if sheet.serial is None or sheet.reason not in _BORROWED:
        return sheet
    note = f"{format_serial(sheet.serial)} {sheet.note}".strip()[:_LONGEST_NOTE]
    return replace(sheet, serial=None, note=note)


def _void_facts(void: VoidSheet) -> dict[str, Any]:
    serial = None if void.serial is None else format_serial(void.serial)
    return {"serial": serial, "reason": void.reason, "note": void.note}


def _note(session: Session, bundle: Bundle, verb: str, *, by: StaffMember, **change: Any) -> None:
    audit(session, body_id=bundle.body_id, by=by, action=f"bundle:{verb}",
          subject=f"bundle:{bundle.id}", **change)  # fmt: skip


def _words(text: str) -> str:
    """Make white space one, so that two spaces do not make two people."""
    return " ".join(text.split())
