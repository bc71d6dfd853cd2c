"""The paper desk: boxes opened, sheets counted, typed and typed again, and who did it.

A sheet of paper has a number and a keyer; neither leads to the citizen who filled it in.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, BodyId, Digest, Id, Name, by_value
from survey.models.body import Place
from survey.models.collection import Wave
from survey.models.questionnaire import Questionnaire
from survey.models.staff import StaffMember


class BundleState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class SecondKeying(StrEnum):
    """Where the second keying of a bundle stands."""

    NONE = "none"
    DRAWN = "drawn"
    ACCEPTED = "accepted"
    REKEY = "rekey"


class VoidReason(StrEnum):
    """Why a sheet found in the box gives no answers."""

    INSULT = "insult"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    #: printed for another service or year
    OTHER_WAVE = "other_wave"
    #: photocopied, or a second sheet with the same number
    COPY = "copy"
    NOT_A_FORM = "not_a_form"
    OTHER = "other"


class ImportSource(StrEnum):
    ANSWERS = "answers"
    LIMESURVEY = "limesurvey"
    GOOGLE_FORMS = "google_forms"


class Bundle(Base):
    """A plico: the sheets found in one box, from its opening to their destruction."""

    __tablename__ = "bundle"
    __table_args__ = (
        UniqueConstraint("wave_id", "number"),
        # bundles without one escape it, as they should
        UniqueConstraint("wave_id", "opening_nonce"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("lower(first_opener) <> lower(second_opener)", name="two_people"),
        CheckConstraint("(first_serial IS NULL) = (last_serial IS NULL)", name="range_or_loose"),
        CheckConstraint("first_serial >= 1", name="serial_from_one"),
        CheckConstraint("last_serial >= first_serial", name="serials_in_order"),
        CheckConstraint(
            "handed_out >= 0 AND refused >= 0 AND found >= 0 AND blank >= 0",
            name="counts_not_negative",
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL) "
            "AND (closed_on IS NULL) = (closed_by IS NULL)",
            name="closed_by_somebody",
        ),
        CheckConstraint(
            "state = 'open' OR (seal IS NOT NULL AND storage_place IS NOT NULL "
            "AND destroy_on IS NOT NULL)",
            name="closed_is_sealed",
        ),
        CheckConstraint("destroy_on >= closed_on", name="destroyed_after_closing"),
        CheckConstraint(
            "second_keying IN ('none', 'drawn') OR second_decided_on IS NOT NULL",
            name="decision_dated",
        ),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    #: from 1 in each wave
    number: Mapped[int]
    opened_on: Mapped[dt.date]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    #: where the box stood, in words: a room, a floor
    place_note: Mapped[str] = mapped_column(String(200), default="")
    #: names of the two people who opened the box; they need no account
    first_opener: Mapped[Name]
    second_opener: Mapped[Name]
    #: who entered the opening here
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    #: numbers of the sheets put out with this box; both empty for loose sheets, which may bear any
    #: number printed for the wave
    first_serial: Mapped[int | None]
    last_serial: Mapped[int | None]
    #: sheets given out for this box, where known
    handed_out: Mapped[int | None]
    #: sheets offered and not taken
    refused: Mapped[int] = mapped_column(default=0)
    #: sheets in the box when it was opened
    found: Mapped[int]
    #: of those found, without a single mark
    blank: Mapped[int] = mapped_column(default=0)
    state: Mapped[BundleState] = mapped_column(by_value(BundleState), default=BundleState.OPEN)
    closed_on: Mapped[dt.date | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    #: why it was closed although the sum did not balance
    imbalance_reason: Mapped[str | None] = mapped_column(Text)
    #: what is written on the seal of the envelope, and where it is kept
    seal: Mapped[str | None] = mapped_column(String(60))
    storage_place: Mapped[str | None] = mapped_column(String(200))
    #: from when the paper may be destroyed
    destroy_on: Mapped[dt.date | None]
    second_keying: Mapped[SecondKeying] = mapped_column(
        by_value(SecondKeying), default=SecondKeying.NONE
    )
    second_decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    second_decided_on: Mapped[dt.date | None]
    #: number of the form that opened it, by which the same form sent again is known
    opening_nonce: Mapped[str | None] = mapped_column(String(32))

    wave: Mapped[Wave] = relationship()
    place: Mapped[Place | None] = relationship()
    opener: Mapped[StaffMember] = relationship(foreign_keys=[opened_by])
    closer: Mapped[StaffMember | None] = relationship(foreign_keys=[closed_by])
    second_decider: Mapped[StaffMember | None] = relationship(foreign_keys=[second_decided_by])


class VoidSheet(Base):
    """A sheet found in a box that cannot be keyed, and why: it is counted, never thrown away."""

    __tablename__ = "void_sheet"
    __table_args__ = (
        # sheets without a number escape it, as they should
        UniqueConstraint("wave_id", "serial"),
        Index(None, "bundle_id"),
        CheckConstraint("serial >= 1", name="serial_from_one"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    serial: Mapped[int | None]
    reason: Mapped[VoidReason] = mapped_column(by_value(VoidReason))
    note: Mapped[str | None] = mapped_column(String(200))
    recorded_on: Mapped[dt.date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))

    bundle: Mapped[Bundle] = relationship()
    recorder: Mapped[StaffMember] = relationship()


class Keying(Base):
    """A sheet as one keyer typed it: never corrected afterwards, so that errors can be counted.

    The first round says to which bundle a response belongs. In the second a row without marks is a
    sheet that was drawn and is still to be typed.
    """

    __tablename__ = "keying"
    __table_args__ = (
        UniqueConstraint("wave_id", "serial", "round"),
        Index(None, "bundle_id", "round"),
        CheckConstraint("serial >= 1", name="serial_from_one"),
        CheckConstraint("round IN (1, 2)", name="two_rounds"),
        CheckConstraint("round = 2 OR marks IS NOT NULL", name="first_is_typed"),
        CheckConstraint(
            "(marks IS NULL) = (keyed_on IS NULL) AND (marks IS NULL) = (staff_member_id IS NULL)",
            name="typed_by_somebody",
        ),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    serial: Mapped[int]
    #: 1 or 2
    round: Mapped[int]
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    keyed_on: Mapped[dt.date | None]
    #: as typed in this round; what counts stands in the response
    marks: Mapped[str | None] = mapped_column(Text)
    #: keys of the questions whose mark stood between two values and was taken down, with commas
    half_marks: Mapped[str] = mapped_column(Text, default="")

    bundle: Mapped[Bundle] = relationship()
    staff_member: Mapped[StaffMember | None] = relationship()
    resolutions: Mapped[list[KeyingResolution]] = relationship(back_populates="keying")


class KeyingResolution(Base):
    """A difference between the two keyings of a sheet, and what the reviewer read on it."""

    __tablename__ = "keying_resolution"
    __table_args__ = (UniqueConstraint("keying_id", "question_key"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    #: the row of the second round
    keying_id: Mapped[int] = mapped_column(ForeignKey("keying.id"))
    question_key: Mapped[str] = mapped_column(String(40))
    cell_first: Mapped[str] = mapped_column(String(200))
    cell_second: Mapped[str] = mapped_column(String(200))
    #: what stands now
    cell: Mapped[str] = mapped_column(String(200))
    resolved_on: Mapped[dt.date]
    resolved_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))

    keying: Mapped[Keying] = relationship(back_populates="resolutions")
    resolver: Mapped[StaffMember] = relationship()


class ImportMapping(Base):
    """How the columns of another program's file answer our questions, kept for the next file."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("body_id", "name"),)

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    name: Mapped[Name]
    source: Mapped[ImportSource] = mapped_column(by_value(ImportSource))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    #: column to question key, and for each the other program's label to our cell
    document: Mapped[dict[str, Any]]
    updated_on: Mapped[dt.date]
    updated_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))

    questionnaire: Mapped[Questionnaire] = relationship()
    updater: Mapped[StaffMember] = relationship()


class ImportedFile(Base):
    """A file of answers that was imported into a wave: known again, never kept."""

    __tablename__ = "imported_file"
    __table_args__ = (
        UniqueConstraint("wave_id", "digest"),
        CheckConstraint("forms >= 1", name="forms_from_one"),
    )

    id: Mapped[Id]
    body_id: Mapped[BodyId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    #: SHA-256 of the file to the byte
    digest: Mapped[Digest]
    #: questionnaires written from it
    forms: Mapped[int]
    imported_on: Mapped[dt.date]
    #: nobody, when the console did it
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    wave: Mapped[Wave] = relationship()
    importer: Mapped[StaffMember | None] = relationship()
