"""What the second keying reads: sheets drawn, sheets waiting, and where two keyings differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from survey.collection.queries import definition_of
from survey.desk.queries import FIRST, SECOND
from survey.models import (
    AuditEntry,
    Bundle,
    Keying,
    KeyingResolution,
    Response,
    StaffMember,
)
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.kinds import KINDS
from survey.questionnaire.marks import decode
from survey.serials import parse_serial

#: what the register calls a correction, one that follows from a settled difference, and a sheet
#: moved to another number
CORRECTED, SETTLED, MOVED = "response:correct", "response:settle", "response:move"


@dataclass(frozen=True, slots=True)
class SecondProgress:
    """How far the second keying of a bundle is, for one member of staff."""

    keyed: int
    drawn: int
    typed: int
    #: drawn, not typed yet, and first typed by somebody else: the member may type them
    mine: tuple[int, ...]
    #: sheets that the member has typed the second time
    done: int

    @property
    def waiting(self) -> int:
        return self.drawn - self.typed


@dataclass(frozen=True, slots=True)
class Difference:
    """A question to look up on the sheet; answers as cells.

    Two keyers read it differently, or they agree and what is stored was corrected to something
    else. Only the first kind says how well was typed: the second counts in no rate of errors.
    """

    question: Question
    first: str
    second: str
    #: what counts now
    stored: str
    #: the keyer noted a mark between two values
    half_first: bool
    half_second: bool
    #: what the reviewer read last
    resolution: KeyingResolution | None

    @property
    def is_typed(self) -> bool:
        """Tell whether the keyers typed two things."""
        return self.first != self.second

    @property
    def is_settled(self) -> bool:
        """Tell whether what the reviewer read still stands."""
        return self.resolution is not None and self.resolution.cell == self.stored


@dataclass(frozen=True, slots=True)
class SheetTwice:
    """A sheet whose two keyings differ, with its differences in the order of the sheet."""

    first: Keying
    second: Keying
    differences: tuple[Difference, ...]

    @property
    def serial(self) -> int:
        return self.second.serial

    def is_settled_by_keyer(self, one: Difference) -> bool:
        """Tell whether who settled a difference judged a keying of their own."""
        keyers = (self.first.staff_member_id, self.second.staff_member_id)
        return one.resolution is not None and one.resolution.resolved_by in keyers

    @property
    def unresolved(self) -> int:
        return sum(not one.is_settled for one in self.differences)


@dataclass(frozen=True, slots=True)
class TypedTwice:
    """The two keyings of a sheet: their marks, and who typed them."""

    first: str
    second: str
    first_keyer: int
    second_keyer: int


def serials_of(session: Session, bundle: Bundle, round_: int) -> Sequence[int]:
    """Return the sheets of a round, those drawn and not yet typed too."""
    mine = (Keying.bundle_id == bundle.id, Keying.round == round_)
    return session.scalars(select(Keying.serial).where(*mine).order_by(Keying.serial)).all()


def second_progress(session: Session, bundle: Bundle, member: StaffMember) -> SecondProgress:
    rows = session.execute(
        select(Keying.serial, Keying.round, Keying.staff_member_id, Keying.marks.is_not(None))
        .where(Keying.bundle_id == bundle.id)
        .order_by(Keying.serial)
    ).all()
    keyers = {serial: keyer for serial, round_, keyer, _ in rows if round_ == FIRST}
    drawn = {serial: typed for serial, round_, _, typed in rows if round_ == SECOND}
    mine = (s for s, typed in drawn.items() if not typed and keyers.get(s) != member.id)
    done = sum(round_ == SECOND and keyer == member.id for _, round_, keyer, _ in rows)
    return SecondProgress(len(keyers), len(drawn), sum(drawn.values()), tuple(mine), done)


def sheets_differing(
    session: Session, bundle: Bundle, serial: int | None = None
) -> list[SheetTwice]:
    """Return the sheets of the bundle, or the one asked for, with something to look up.

    Their two keyings differ, or what is stored is not what both typed, or was not.
    """
    first, second = aliased(Keying), aliased(Keying)
    pairs = (
        _pairs(bundle, first, second)
        .add_columns(Response.marks)
        .join(Response, _same_sheet(Response, first))
        .where(
            or_(
                first.marks != second.marks,
                first.marks != Response.marks,
                second.resolutions.any(),
            )
        )
        .options(selectinload(second.resolutions))
    )
    if serial is not None:
        pairs = pairs.where(second.serial == serial)
    definition = definition_of(bundle.wave.edition)
    found = (
        SheetTwice(one, two, tuple(_differences(definition, one, two, stored)))
        for one, two, stored in session.execute(pairs)
    )
    return [sheet for sheet in found if sheet.differences]


def typed_twice(session: Session, bundle: Bundle) -> list[TypedTwice]:
    """Return what was typed of every sheet that was typed twice, in the order of the numbers."""
    first, second = aliased(Keying), aliased(Keying)
    # all four are there once a sheet was typed, as a constraint of the table says
    columns: tuple[Any, ...] = (
        first.marks,
        second.marks,
        first.staff_member_id,
        second.staff_member_id,
    )
    pairs = _pairs(bundle, first, second).with_only_columns(*columns)
    return [TypedTwice(*row) for row in session.execute(pairs)]


def difference_of(session: Session, keying: Keying, question_key: str) -> Difference | None:
    """Return how a second keying, its first and what is stored differ on one question."""
    of_sheet = _same_sheet(Keying, keying)
    first = session.scalars(select(Keying).where(of_sheet, Keying.round == FIRST)).one()
    stored = session.scalars(select(Response.marks).where(_same_sheet(Response, keying))).one()
    session.refresh(keying, ["resolutions"])
    definition = definition_of(keying.bundle.wave.edition)
    found = _differences(definition, first, keying, stored)
    return next((one for one in found if one.question.key == question_key), None)


def last_corrections(session: Session, bundle: Bundle) -> dict[tuple[int, str], AuditEntry]:
    """Return what the register says last of each answer corrected, by sheet and question.

    What was corrected by settling a difference is told by the settlement, and left out; so is
    what had been corrected before, which stands no more.
    """
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.body_id == bundle.body_id,
            AuditEntry.subject == f"wave:{bundle.wave_id}",
            AuditEntry.action.in_((CORRECTED, SETTLED, MOVED)),
        )
        .options(joinedload(AuditEntry.staff_member))
        .order_by(AuditEntry.id)
    )
    found: dict[tuple[int, str], AuditEntry] = {}
    for entry in entries:
        before, after = entry.before or {}, entry.after or {}
        serial = parse_serial(after["serial"])
        if entry.action == MOVED:
            left = parse_serial(before["serial"])
            found = {(serial if n == left else n, key): one for (n, key), one in found.items()}
            continue
        for name in after:
            if name.startswith(FIELD_PREFIX):
                found[serial, name.removeprefix(FIELD_PREFIX)] = entry
    return {key: one for key, one in found.items() if one.action != SETTLED}


def cells_of(definition: Definition, marks: str) -> dict[str, str]:
    """Read marks as cells by question key, in the order of the sheet."""
    answers = decode(definition, marks)
    return {
        question.key: KINDS[question.kind].to_cell(answers[question.key])
        for question in definition.closed_questions
    }


def decision_reason(session: Session, bundle: Bundle) -> str | None:
    """Return what was written with the last decision on the bundle."""
    return session.scalars(
        select(AuditEntry.reason)
        .where(
            AuditEntry.body_id == bundle.body_id,
            AuditEntry.subject == f"bundle:{bundle.id}",
            AuditEntry.action.in_(("keying:accept", "keying:rekey")),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()


def _pairs(bundle: Bundle, first: type[Keying], second: type[Keying]) -> Select[*tuple[Any, ...]]:
    return (
        select(first, second)
        .join(second, _same_sheet(second, first))
        .where(
            first.bundle_id == bundle.id,
            first.round == FIRST,
            second.round == SECOND,
            second.marks.is_not(None),
        )
        .order_by(first.serial)
    )


def _same_sheet(
    table: type[Keying | Response], sheet: Keying | type[Keying]
) -> ColumnElement[bool]:
    return and_(table.wave_id == sheet.wave_id, table.serial == sheet.serial)


def _differences(
    definition: Definition, first: Keying, second: Keying, stored: str
) -> Iterator[Difference]:
    if first.marks is None or second.marks is None:
        return
    one, two, now = (cells_of(definition, marks) for marks in (first.marks, second.marks, stored))
    half_first, half_second = first.half_marks.split(","), second.half_marks.split(",")
    settled = {row.question_key: row for row in second.resolutions}
    for question in definition.closed_questions:
        key = question.key
        if one[key] == two[key] == now[key] and key not in settled:
            continue
        yield Difference(
            question,
            one[key],
            two[key],
            now[key],
            key in half_first,
            key in half_second,
            settled.get(key),
        )
