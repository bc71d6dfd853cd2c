"""What the pages of the room read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from survey.models import (
    Area,
    AuditEntry,
    Bundle,
    Edition,
    PublicBody,
    RoleGrant,
    Service,
    StaffMember,
    Wave,
)

REGISTER_PAGE = 50
OfBody = TypeVar("OfBody", Area, Bundle, Edition, Service, Wave)


@dataclass(frozen=True, slots=True)
class RegisterNames:
    """What the entries of a page of the register speak of, by id; what is gone is left out."""

    waves: Mapping[int, Wave]
    bundles: Mapping[int, Bundle]
    editions: Mapping[int, Edition]
    people: Mapping[int, str]
    areas: Mapping[int, str]
    services: Mapping[int, str]


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


def register_names(
    session: Session, body: PublicBody, entries: Sequence[AuditEntry]
) -> RegisterNames:
    """Return the body's own rows that the entries name, in one query for each kind."""
    facts = [part for entry in entries for part in (entry.before, entry.after) if part]
    bundles = _found(session, body, Bundle, _subjects(entries, "bundle"))
    of_bundles = {bundle.wave_id for bundle in bundles.values()}
    waves = _found(session, body, Wave, _subjects(entries, "wave") | of_bundles)
    numbers = {fact["edition"] for fact in facts if isinstance(fact.get("edition"), int)}
    areas = {fact["area"] for fact in facts if isinstance(fact.get("area"), int)}
    services = {fact["service"] for fact in facts if isinstance(fact.get("service"), int)}
    members = select(StaffMember.id, StaffMember.name).where(
        StaffMember.id.in_(_subjects(entries, "staff"))
    )
    return RegisterNames(
        waves=waves,
        bundles=bundles,
        editions=_found(session, body, Edition, _subjects(entries, "edition") | numbers),
        people=dict(session.execute(members).all()),
        areas={row.id: row.name for row in _found(session, body, Area, areas).values()},
        services={row.id: row.name for row in _found(session, body, Service, services).values()},
    )


def subject_of(entry: AuditEntry) -> tuple[str, int]:
    """Return the kind and the id of what was done to; 0 where the subject has no number."""
    kind, _, number = entry.subject.partition(":")
    return kind, int(number) if number.isdecimal() else 0


def _subjects(entries: Sequence[AuditEntry], wanted: str) -> set[int]:
    return {number for kind, number in map(subject_of, entries) if kind == wanted}


def _found(
    session: Session, body: PublicBody, table: type[OfBody], ids: set[int]
) -> dict[int, OfBody]:
    if not ids:
        return {}
    statement = select(table).where(table.body_id == body.id, table.id.in_(ids))
    if table is Wave:
        statement = statement.options(joinedload(Wave.service), joinedload(Wave.edition))
    if table is Edition:
        statement = statement.options(joinedload(Edition.questionnaire))
    return {row.id: row for row in session.scalars(statement)}
