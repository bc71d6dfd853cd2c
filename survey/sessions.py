"""Sessions of staff as rows: opened, found, ended."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey.models import StaffMember, StaffSession

LIFETIME = dt.timedelta(hours=10)


def open_session(session: Session, member: StaffMember, *, now: dt.datetime) -> str:
    """Open a session and return the token for the cookie; only its digest is stored."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(digest=digest_of(token), staff_member=member, expires_at=now + LIFETIME)
    )
    return token


def find_session(session: Session, token: str) -> StaffSession | None:
    found = session.get(StaffSession, digest_of(token))
    if found is None or found.expires_at <= dt.datetime.now(dt.UTC):
        return None
    return found


def end_session(session: Session, token: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.digest == digest_of(token)))


def digest_of(token: str) -> str:
    """Return what is stored of a token: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
