"""Signing in: who is let in, who is told what, and when an account rests."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from argon2 import PasswordHasher
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from survey.errors import SurveyError
from survey.models import StaffMember
from survey.sessions import open_session
from survey.staff.passwords import password_matches

logger = logging.getLogger(__name__)

MOST_FAILURES = 8
REST = dt.timedelta(minutes=15)


class SignInRefused(SurveyError):
    sentence = _l(
        "L'indirizzo o la password non sono corretti. Dopo %(most)d tentativi sbagliati l'accesso "
        "si sospende per %(minutes)d minuti."
    )


class AccountResting(SurveyError):
    sentence = _l(
        "Ci sono stati %(most)d tentativi sbagliati: per sicurezza l'accesso a questo account è "
        "sospeso per %(minutes)d minuti. Riprova più tardi."
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of an attempt: a session's token, or a refusal. Both are to be committed."""

    token: str | None = None
    refusal: SurveyError | None = None


def attempt_sign_in(
    session: Session, *, email: str, password: str, hasher: PasswordHasher, now: dt.datetime
) -> Attempt:
    """Check address and password, and open a session.

    An unknown address costs the same time and gets the same sentence as a wrong password.
    """
    member = session.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))
    if member is None:
        hasher.hash(password)
        return _refused()
    matches = password_matches(hasher, member.password_hash, password)
    if member.locked_until is not None and member.locked_until > now:
        return _resting()
    if not (matches and member.is_active):
        return _count_failure(session, member, now)
    if not _settle(session, member, now):
        return _resting()
    if hasher.check_needs_rehash(member.password_hash):
        member.password_hash = hasher.hash(password)
    token = open_session(session, member, now=now)
    logger.info("signed in: staff %s", member.id)
    return Attempt(token=token)


def _count_failure(session: Session, member: StaffMember, now: dt.datetime) -> Attempt:
    """Count in the database itself, so that parallel guesses all count."""
    is_last = StaffMember.failed_sign_ins + 1 >= MOST_FAILURES
    session.execute(
        update(StaffMember)
        .where(StaffMember.id == member.id)
        .values(
            failed_sign_ins=case((is_last, 0), else_=StaffMember.failed_sign_ins + 1),
            locked_until=case((is_last, now + REST), else_=StaffMember.locked_until),
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(member)
    logger.warning("sign-in refused: staff %s", member.id)
    rests = member.locked_until is not None and member.locked_until > now
    return _resting() if rests else _refused()


def _settle(session: Session, member: StaffMember, now: dt.datetime) -> bool:
    """Forget the failures, unless guesses in parallel have just put the account to rest."""
    settled = session.execute(
        update(StaffMember)
        .where(
            StaffMember.id == member.id,
            or_(StaffMember.locked_until.is_(None), StaffMember.locked_until <= now),
        )
        .values(failed_sign_ins=0, locked_until=None)
        .returning(StaffMember.id)
        .execution_options(synchronize_session=False)
    )
    return settled.scalar() is not None


def _refused() -> Attempt:
    return Attempt(refusal=SignInRefused(most=MOST_FAILURES, minutes=_minutes()))


def _resting() -> Attempt:
    return Attempt(refusal=AccountResting(most=MOST_FAILURES, minutes=_minutes()))


def _minutes() -> int:
    return int(REST.total_seconds() // 60)
