"""Questionnaires and their frozen editions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Digest, Id, Language, Name, Slug


class Questionnaire(Base):
    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("body_id", "slug"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    slug: Mapped[Slug]
    title: Mapped[Name]

    editions: Mapped[list[Edition]] = relationship(
        back_populates="questionnaire", order_by="Edition.number"
    )


class Edition(Base):
    """One numbered document, never changed once here: a wave and a printed sheet belong to it."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("body_id", "questionnaire_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    #: SHA-256 of the document in canonical JSON
    digest: Mapped[Digest]
    published_on: Mapped[dt.date]

    questionnaire: Mapped[Questionnaire] = relationship(back_populates="editions")
    layouts: Mapped[list[SheetLayout]] = relationship(back_populates="edition")


class SheetLayout(Base):
    """Where each box was printed, kept with the edition and never worked out again."""

    __tablename__ = "sheet_layout"
    __table_args__ = (UniqueConstraint("body_id", "edition_id", "language", "variant"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[Language]
    #: ``standard`` or ``large``
    variant: Mapped[str] = mapped_column(String(20))
    #: page size, fiducial marks and, box by box, question, cell, page, x, y, width, height in mm
    coordinates: Mapped[dict[str, Any]]
    #: SHA-256 of the template that drew it
    template_digest: Mapped[Digest]

    edition: Mapped[Edition] = relationship(back_populates="layouts")
