"""The public body and what it offers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Id, Name, Slug


class PublicBody(Base):
    """An ente: every other row belongs to one."""

    __tablename__ = "public_body"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("paper_years BETWEEN 0 AND 50", name="paper_years_in_range"),
    )

    id: Mapped[Id]
    slug: Mapped[Slug]
    name: Mapped[Name]
    website: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    #: page where citizens report accessibility problems, as AgID asks
    accessibility_url: Mapped[str | None] = mapped_column(String(300))
    #: a keyer with a role in a service, or in its area, does not key that service's sheets
    bar_own_service: Mapped[bool] = mapped_column(default=False)
    #: years for which the paper is kept after a bundle is closed: what closing proposes
    paper_years: Mapped[int] = mapped_column(default=5)

    areas: Mapped[list[Area]] = relationship(back_populates="body", order_by="Area.position")
    services: Mapped[list[Service]] = relationship(back_populates="body", order_by="Service.name")


class Area(Base):
    """A settore: groups services."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("body_id", "name"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)

    body: Mapped[PublicBody] = relationship(back_populates="areas")
    services: Mapped[list[Service]] = relationship(back_populates="area")


class Service(Base):
    """A servizio that users can judge; it may appear and end in mid-series."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("body_id", "slug"),
        CheckConstraint("last_year IS NULL OR last_year >= first_year", name="years_in_order"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    slug: Mapped[Slug]
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(200))
    opening_hours: Mapped[str | None] = mapped_column(String(200))
    #: first and last year in which the service existed
    first_year: Mapped[int]
    last_year: Mapped[int | None]

    body: Mapped[PublicBody] = relationship(back_populates="services")
    area: Mapped[Area | None] = relationship(back_populates="services")
    places: Mapped[list[Place]] = relationship(back_populates="service", order_by="Place.name")


class Place(Base):
    """A counter or office where the form was offered; ``?luogo=`` in the address."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("body_id", "service_id", "code"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[Name]

    service: Mapped[Service] = relationship(back_populates="places")
