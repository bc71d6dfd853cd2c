"""Waves and what citizens answered. No column here leads to a person, an address or a minute."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Id, Language, ShuffledId, by_value
from survey.models.body import Place, PublicBody, Service
from survey.models.questionnaire import Edition
from survey.questionnaire.modes import Mode


class WaveState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class Design(StrEnum):
    """Who was asked: it decides what an interval may be called."""

    OPEN_LINK = "open_link"
    CENSUS_INVITED = "census_invited"
    RANDOM_SAMPLE = "random_sample"


class CommentState(StrEnum):
    NEW = "new"
    READ = "read"
    HIDDEN = "hidden"


class Wave(Base):
    """A rilevazione: one service, one year, one edition."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("body_id", "service_id", "year"),
        CheckConstraint("closes_on >= opens_on", name="days_in_order"),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="plausible_year"),
        CheckConstraint("users_served IS NULL OR users_served >= 0", name="users_not_negative"),
        CheckConstraint(
            "handed_out >= 0 AND refused >= 0 AND void >= 0", name="counts_not_negative"
        ),
        CheckConstraint("corrections >= 0", name="corrections_not_negative"),
        CheckConstraint("practical_threshold BETWEEN 3 AND 10", name="threshold_in_range"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    year: Mapped[int]
    #: in the public address and in the QR
    code: Mapped[str] = mapped_column(String(20))
    state: Mapped[WaveState] = mapped_column(by_value(WaveState), default=WaveState.DRAFT)
    opens_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    design: Mapped[Design] = mapped_column(by_value(Design), default=Design.OPEN_LINK)
    #: users served in the period, where the body knows them
    users_served: Mapped[int | None]
    #: paper forms offered; refused at the counter; returned but not usable
    handed_out: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    void: Mapped[int] = mapped_column(default=0)
    #: change, in points of 0-100, below which nothing is called a change; fixed before the wave
    practical_threshold: Mapped[int] = mapped_column(default=5)
    #: times that stored answers were corrected: publishing sees a correction made while it counted
    corrections: Mapped[int] = mapped_column(default=0)

    body: Mapped[PublicBody] = relationship()
    service: Mapped[Service] = relationship()
    edition: Mapped[Edition] = relationship()

    def accepts_on(self, day: dt.date) -> bool:
        """Tell whether the public form takes answers on that day."""
        return self.state is WaveState.OPEN and self.opens_on <= day <= self.closes_on


class PrintRun(Base):
    """Sheets printed with consecutive serial numbers: which serials a clerk may key."""

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("body_id", "wave_id", "first_serial"),
        CheckConstraint("first_serial >= 1", name="serial_from_one"),
        CheckConstraint("last_serial >= first_serial", name="serials_in_order"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    language: Mapped[Language]
    first_serial: Mapped[int]
    last_serial: Mapped[int]
    printed_on: Mapped[dt.date]

    wave: Mapped[Wave] = relationship()


class Response(Base):
    """A filled-in questionnaire. Only ``record_response`` writes it."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("wave_id", "serial"),
        Index(None, "body_id", "wave_id"),
        CheckConstraint("serial IS NULL OR mode = 'paper'", name="serial_on_paper_only"),
        CheckConstraint("serial IS NULL OR serial >= 1", name="serial_from_one"),
    )

    id: Mapped[ShuffledId]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    mode: Mapped[Mode] = mapped_column(by_value(Mode))
    #: never finer than a day
    day: Mapped[dt.date]
    language: Mapped[Language]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    #: number printed on the sheet
    serial: Mapped[int | None]
    #: quality flags, a letter each: F filled in too fast to have been read (kept); B in a burst at
    #: one kiosk, D a second form of one invitation (both left out of the figures, and told)
    flags: Mapped[str] = mapped_column(String(8), default="")
    #: closed answers, a character a box in the edition's order
    marks: Mapped[str] = mapped_column(Text)

    wave: Mapped[Wave] = relationship()
    place: Mapped[Place | None] = relationship()


class Comment(Base):
    """Free text, apart from the closed answers: nothing joins it to a profile."""

    __tablename__ = "comment"
    __table_args__ = (
        Index(None, "body_id", "wave_id"),
        CheckConstraint("serial IS NULL OR mode = 'paper'", name="serial_on_paper_only"),
    )

    id: Mapped[ShuffledId]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    question_key: Mapped[str] = mapped_column(String(40))
    mode: Mapped[Mode] = mapped_column(by_value(Mode))
    language: Mapped[Language]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[CommentState] = mapped_column(by_value(CommentState), default=CommentState.NEW)
    #: only for paper, whose sheet holds text and marks together anyway: to find and correct it
    serial: Mapped[int | None]

    wave: Mapped[Wave] = relationship()


class UsedNonce(Base):
    """A form already sent. A digest only, in the digest's order, so it tells nothing of when."""

    __tablename__ = "used_nonce"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
