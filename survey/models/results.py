"""Numbers of a year, frozen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Digest, Id, Language
from survey.models.body import PublicBody, Service
from survey.models.collection import Wave

#: longest reason for a break of the series
BREAK_REASON = 200


class WaveTally(Base):
    """The spoglio of a wave as additive tables; stored when the wave closes."""

    __tablename__ = "wave_tally"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    body_id: Mapped[BodyId]
    responses: Mapped[int]
    #: imported as counts, with no answers behind it: never counted anew
    counts_only: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[bytes] = mapped_column(LargeBinary)

    wave: Mapped[Wave] = relationship()


class SeriesBreak(Base):
    """A year from which a service must not be compared with the years before it, and why."""

    __tablename__ = "series_break"
    __table_args__ = (
        UniqueConstraint("service_id", "year"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_given"),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="plausible_year"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    year: Mapped[int]
    #: printed in charts and pages, in the words of the office
    reason: Mapped[str] = mapped_column(String(BREAK_REASON))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    recorded_on: Mapped[dt.date]

    service: Mapped[Service] = relationship()


class YearlyResult(Base):
    """The results document of a service and year, or of the whole body (no service).

    A published figure never moves: a correction is a new revision beside the old.
    """

    __tablename__ = "yearly_result"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "service_id", "revision"),
        # NULL escapes a unique constraint: the result of the whole body needs its own
        Index(
            "uq_yearly_result_whole_body",
            "body_id",
            "year",
            "revision",
            unique=True,
            sqlite_where=text("service_id IS NULL"),
            postgresql_where=text("service_id IS NULL"),
        ),
        CheckConstraint("revision >= 1", name="revision_from_one"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    year: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    method_version: Mapped[str] = mapped_column(String(20))
    #: SHA-256 over the tallies that the numbers come from
    data_hash: Mapped[Digest]
    document: Mapped[dict[str, Any]]
    published_on: Mapped[dt.date]

    body: Mapped[PublicBody] = relationship()
    service: Mapped[Service | None] = relationship()
    charts: Mapped[list[Chart]] = relationship(back_populates="result")


class Chart(Base):
    """A drawn chart with its title, words and numbers, drawn once when the year is published."""

    __tablename__ = "chart"
    __table_args__ = (UniqueConstraint("result_id", "name", "language"),)

    id: Mapped[Id]
    result_id: Mapped[int] = mapped_column(ForeignKey("yearly_result.id"))
    name: Mapped[str] = mapped_column(String(60))
    language: Mapped[Language]
    svg: Mapped[str] = mapped_column(Text, deferred=True)
    #: the same drawing laid out for a phone
    svg_narrow: Mapped[str] = mapped_column(Text, deferred=True)
    #: title, text alternative, and the table of its numbers
    words: Mapped[dict[str, Any]]

    result: Mapped[YearlyResult] = relationship(back_populates="charts")
