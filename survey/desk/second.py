"""The second keying of a bundle: sheets are drawn, typed again by somebody else, and judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.collection.queries import definition_of
from survey.desk.actions import check_open
from survey.desk.quality import Proposal, bundle_quality
from survey.desk.queries import FIRST, SECOND
from survey.desk.rules import hold_open
from survey.desk.second_queries import serials_of
from survey.errors import SurveyError
from survey.models import Bundle, Keying, SecondKeying, StaffMember
from survey.questionnaire.kinds import Answer
from survey.questionnaire.marks import encode
from survey.serials import format_serial


class NothingToDraw(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Non c'è nessun foglio da estrarre: su %(keyed)s imputati ne sono già estratti %(drawn)s."
    )


class SecondRefused(SurveyError):
    """What is wrong with a sheet typed the second time, and at which field to say it."""

    field: ClassVar[str] = "serial"


class NotDrawn(SecondRefused):
    sentence = _l("Il foglio %(serial)s non è tra quelli estratti per la seconda imputazione.")


class KeyedTwice(SecondRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è già stato imputato due volte.")


class OwnSheet(SecondRefused):
    sentence = _l(
        "Il foglio %(serial)s lo hai imputato tu la prima volta: la seconda tocca a un'altra "
        "persona."
    )


class NotJudgeable(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Il plico non si può ancora accettare: fogli da imputare di nuovo %(waiting)s, differenze "
        "da risolvere %(unresolved)s."
    )


class ReasonMissing(SurveyError):
    sentence = _l("Il tasso d'errore non permette di accettare senza una motivazione: scrivila.")


@dataclass(frozen=True, slots=True)
class SecondSheet:
    """A sheet as the second keyer read it; free text is not typed again."""

    serial: int
    answers: Mapping[str, Answer]
    #: questions whose mark stood between two values
    half_marks: tuple[str, ...] = ()


def draw_sheets(
    session: Session, bundle: Bundle, *, by: StaffMember, seed: int, everything: bool = False
) -> int:
    """Draw sheets at random up to the wanted number, and return how many were added.

    What was drawn stays drawn: asked again after more was keyed, it adds what is missing. The
    register keeps the seed, so that anybody can see that the sheets were not chosen.
    """
    hold_for(session, bundle, by=by)
    keyed, drawn = serials_of(session, bundle, FIRST), serials_of(session, bundle, SECOND)
    missing = (len(keyed) if everything else sample_size(len(keyed))) - len(drawn)
    if missing <= 0:
        raise NothingToDraw(keyed=len(keyed), drawn=len(drawn))
    pool = sorted(set(keyed) - set(drawn))
    picked = sorted(Random(seed).sample(pool, missing))  # noqa: S311  # to be repeated, no secret
    _add_drawn(session, bundle, picked)
    if bundle.second_keying is not SecondKeying.REKEY:
        bundle.second_keying = SecondKeying.DRAWN
        bundle.second_decided_by = bundle.second_decided_on = None
    after: dict[str, Any] = {"drawn": len(picked), "among": len(pool), "seed": str(seed)}
    if picked != pool:
        after["serials"] = [format_serial(serial) for serial in picked]
    register(session, bundle, by, "keying:draw", after=after)
    session.flush()
    return len(picked)


def key_again(
    session: Session, bundle: Bundle, sheet: SecondSheet, *, by: StaffMember, today: dt.date
) -> None:
    """Keep what the second keyer read; the response stays as it is until somebody compares.

    The same sheet sent again by the same keyer, as after a lost connection, is kept already.
    """
    hold_for(session, bundle, by=by)
    typed = {
        "marks": encode(definition_of(bundle.wave.edition), sheet.answers),
        "half_marks": ",".join(sheet.half_marks),
        "staff_member_id": by.id,
    }
    if _is_kept(session, bundle, sheet.serial, typed):
        return
    row = check_second(session, bundle, sheet.serial, by=by)
    typed["keyed_on"] = today
    # asked of the database, so that of two keyers with the same sheet one alone writes
    written = session.execute(
        update(Keying)
        .where(Keying.id == row.id, Keying.marks.is_(None))
        .values(typed)
        .returning(Keying.id)
    ).all()
    if not written:
        raise KeyedTwice(serial=format_serial(sheet.serial))
    session.refresh(row)


def _is_kept(session: Session, bundle: Bundle, serial: int, typed: Mapping[str, Any]) -> bool:
    found = select(Keying.id).where(
        Keying.bundle_id == bundle.id, Keying.serial == serial, Keying.round == SECOND
    )
    return session.scalar(found.filter_by(**typed)) is not None


def check_second(session: Session, bundle: Bundle, serial: int, *, by: StaffMember) -> Keying:
    """Return the drawn sheet that the member may type now, or say why not."""
    rows = {
        row.round: row
        for row in session.scalars(
            select(Keying).where(Keying.bundle_id == bundle.id, Keying.serial == serial)
        )
    }
    words = format_serial(serial)
    if SECOND not in rows:
        raise NotDrawn(serial=words)
    if rows[SECOND].marks is not None:
        raise KeyedTwice(serial=words)
    if rows[FIRST].staff_member_id == by.id:
        raise OwnSheet(serial=words)
    return rows[SECOND]


def accept_bundle(
    session: Session, bundle: Bundle, *, by: StaffMember, today: dt.date, reason: str = ""
) -> None:
    """Take the first keying as it is, differences settled; against the figures with a reason."""
    hold_for(session, bundle, by=by)
    found = bundle_quality(session, bundle)
    if found.quality.compared == 0 or found.waiting or found.unresolved:
        raise NotJudgeable(waiting=found.waiting, unresolved=found.unresolved)
    if found.proposal is not Proposal.ACCEPT and not reason.strip():
        raise ReasonMissing
    _decide(bundle, SecondKeying.ACCEPTED, by=by, today=today)
    after = {
        "discordant": found.quality.discordant,
        "compared": found.quality.compared,
        "proposal": found.proposal.value,
    }
    register(session, bundle, by, "keying:accept", after=after, reason=reason.strip() or None)
    session.flush()


def rekey_bundle(
    session: Session, bundle: Bundle, *, by: StaffMember, today: dt.date, reason: str = ""
) -> int:
    """Ask for the whole bundle to be typed again; return how many sheets that adds."""
    hold_for(session, bundle, by=by)
    keyed, drawn = serials_of(session, bundle, FIRST), serials_of(session, bundle, SECOND)
    rest = sorted(set(keyed) - set(drawn))
    if not rest:
        raise NothingToDraw(keyed=len(keyed), drawn=len(drawn))
    _add_drawn(session, bundle, rest)
    _decide(bundle, SecondKeying.REKEY, by=by, today=today)
    after = {"drawn": len(rest)}
    register(session, bundle, by, "keying:rekey", after=after, reason=reason.strip() or None)
    session.flush()
    return len(rest)


def hold_for(session: Session, bundle: Bundle, *, by: StaffMember) -> None:
    """Hold the bundle up to the commit, and see that this member may still work on it."""
    check_open(session, bundle, by=by)
    hold_open(session, bundle)


def sample_size(keyed: int) -> int:
    """Return how many sheets of a bundle make a sample."""
    from analysis.keying import forms_to_key_twice

    return forms_to_key_twice(keyed)


def _add_drawn(session: Session, bundle: Bundle, serials: list[int]) -> None:
    shared = {"body_id": bundle.body_id, "wave_id": bundle.wave_id, "bundle_id": bundle.id}
    session.add_all(Keying(**shared, serial=serial, round=SECOND) for serial in serials)


def _decide(bundle: Bundle, decision: SecondKeying, *, by: StaffMember, today: dt.date) -> None:
    bundle.second_keying = decision
    bundle.second_decided_by, bundle.second_decided_on = by.id, today


def register(
    session: Session,
    bundle: Bundle,
    by: StaffMember,
    action: str,
    *,
    after: dict[str, Any],
    reason: str | None = None,
) -> None:
    audit(
        session,
        body_id=bundle.body_id,
        by=by,
        action=action,
        subject=f"bundle:{bundle.id}",
        after=after,
        reason=reason,
    )
