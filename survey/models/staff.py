"""Who works here, what they may do, and what they did."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Digest, Id, Name, by_value
from survey.models.body import Area, PublicBody, Service


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    QUALITY_OFFICE = "quality_office"
    KEYER = "keyer"
    MANAGER = "manager"
    VERIFIER = "verifier"


class StaffMember(Base):
    __tablename__ = "staff_member"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("failed_sign_ins >= 0", name="failures_not_negative"),
    )

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(200))
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    #: a disabled account loses its next request, not its next sign-in
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="staff_member", foreign_keys="RoleGrant.staff_member_id"
    )


class StaffSession(Base):
    """A signed-in browser; deleting the row signs it out."""

    __tablename__ = "staff_session"

    #: SHA-256 of the token that the cookie holds
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    expires_at: Mapped[dt.datetime]

    staff_member: Mapped[StaffMember] = relationship()


class RoleGrant(Base):
    """A role in a body, narrowed to an area or a service when one is named."""

    __tablename__ = "role_grant"
    __table_args__ = (
        # NULL escapes a unique constraint, hence the zeros
        Index(
            "uq_role_grant_scope",
            "body_id",
            "staff_member_id",
            "role",
            text("coalesce(area_id, 0)"),
            text("coalesce(service_id, 0)"),
            unique=True,
        ),
        CheckConstraint("area_id IS NULL OR service_id IS NULL", name="one_scope"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    role: Mapped[Role] = mapped_column(by_value(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))

    body: Mapped[PublicBody] = relationship()
    staff_member: Mapped[StaffMember] = relationship(
        back_populates="grants", foreign_keys=[staff_member_id]
    )
    area: Mapped[Area | None] = relationship()
    service: Mapped[Service | None] = relationship()


class AuditEntry(Base):
    """What a member of staff did; only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    at: Mapped[dt.datetime]
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    #: ``resource:action``, as in the permissions
    action: Mapped[str] = mapped_column(String(60))
    #: what it was done to, such as ``wave:12``
    subject: Mapped[str] = mapped_column(String(100))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)

    staff_member: Mapped[StaffMember | None] = relationship()
