"""The register of what staff did; rooms append to it in the transaction of the deed itself."""

from __future__ import annotations

import datetime as dt
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy.orm import Session

from survey.models import AuditEntry, StaffMember


class Deed(TypedDict):
    body_id: int
    #: None when the program itself acted, by a command
    by: StaffMember | None
    #: ``resource:action``, as in the permissions
    action: str
    #: what it was done to, such as ``wave:12``
    subject: str
    #: what was changed, never what a citizen answered
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]
    reason: NotRequired[str | None]
    now: NotRequired[dt.datetime]


def audit(session: Session, **deed: Unpack[Deed]) -> AuditEntry:
    """Append an entry; only ever appended, never changed."""
    by = deed["by"]
    entry = AuditEntry(
        body_id=deed["body_id"],
        staff_member_id=None if by is None else by.id,
        action=deed["action"],
        subject=deed["subject"],
        before=deed.get("before"),
        after=deed.get("after"),
        reason=deed.get("reason"),
        at=deed.get("now") or dt.datetime.now(dt.UTC),
    )
    session.add(entry)
    return entry
