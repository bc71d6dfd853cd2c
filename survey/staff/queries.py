"""What the pages of the room read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from survey.models import AuditEntry, PublicBody, RoleGrant, StaffMember

REGISTER_PAGE = 50


def own_grants(session: Session, member: StaffMember) -> dict[PublicBody, list[RoleGrant]]:
    """Return the member's roles, body by body."""
    grants = session.scalars(
        select(RoleGrant)
        .join(RoleGrant.body)
        .options(
            contains_eager(RoleGrant.body),
            selectinload(RoleGrant.area),
            selectinload(RoleGrant.service),
        )
        .where(RoleGrant.staff_member_id == member.id)
        .order_by(PublicBody.name, RoleGrant.id)
    )
    found: dict[PublicBody, list[RoleGrant]] = {}
    for grant in grants:
        found.setdefault(grant.body, []).append(grant)
    return found


def people(session: Session, body: PublicBody) -> Sequence[StaffMember]:
    """Return who holds a role in the body."""
    return session.scalars(_people(body).order_by(StaffMember.name, StaffMember.id)).all()


def person(session: Session, body: PublicBody, member_id: int) -> StaffMember | None:
    return session.scalars(_people(body).where(StaffMember.id == member_id)).one_or_none()


def _people(body: PublicBody) -> Select[StaffMember]:
    holds = StaffMember.grants.any(RoleGrant.body_id == body.id)
    grants = selectinload(StaffMember.grants)
    return (
        select(StaffMember)
        .where(holds)
        .options(grants.selectinload(RoleGrant.area), grants.selectinload(RoleGrant.service))
    )


def register_page(
    session: Session, body: PublicBody, *, before: int | None = None
) -> tuple[Sequence[AuditEntry], int | None]:
    """Return a page of the register, newest first, and where the next begins."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.body_id == body.id)
        .options(selectinload(AuditEntry.staff_member))
        .order_by(AuditEntry.id.desc())
        .limit(REGISTER_PAGE + 1)
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    entries = session.scalars(statement).all()
    more = len(entries) > REGISTER_PAGE
    return entries[:REGISTER_PAGE], entries[REGISTER_PAGE - 1].id if more else None
