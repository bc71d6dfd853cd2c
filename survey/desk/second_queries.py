"""What the second keying reads: sheets drawn, sheets waiting, and where two keyings differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased, selectinload

from survey.collection.queries import definition_of
from survey.desk.queries import FIRST, SECOND
from survey.models import AuditEntry, Bundle, Keying, KeyingResolution, StaffMember
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.kinds import KINDS
from survey.questionnaire.marks import decode


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
    """A question that two keyings of one sheet read differently; answers as cells."""

    question: Question
    first: str
    second: str
    #: the keyer noted a mark between two values
    half_first: bool
    half_second: bool
    resolution: KeyingResolution | None


@dataclass(frozen=True, slots=True)
class SheetTwice:
    """A sheet whose two keyings differ, with its differences in the order of the sheet."""

    first: Keying
    second: Keying
    differences: tuple[Difference, ...]

    @property
    def serial(self) -> int:
        return self.second.serial

    @property
    def unresolved(self) -> int:
        return sum(one.resolution is None for one in self.differences)


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
    """Return the sheets of the bundle, or the one asked for, whose two keyings differ."""
    first, second = aliased(Keying), aliased(Keying)
    pairs = (
        _pairs(bundle, first, second)
        .where(first.marks != second.marks)
        .options(selectinload(second.resolutions))
    )
    if serial is not None:
        pairs = pairs.where(second.serial == serial)
    definition = definition_of(bundle.wave.edition)
    return [
        SheetTwice(one, two, tuple(_differences(definition, one, two)))
        for one, two in session.execute(pairs)
    ]


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
    """Return how a second keying and its first read one question differently."""
    of_sheet = (Keying.wave_id == keying.wave_id, Keying.serial == keying.serial)
    first = session.scalars(select(Keying).where(*of_sheet, Keying.round == FIRST)).one()
    session.refresh(keying, ["resolutions"])
    definition = definition_of(keying.bundle.wave.edition)
    found = _differences(definition, first, keying)
    return next((one for one in found if one.question.key == question_key), None)


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
        .join(second, and_(second.wave_id == first.wave_id, second.serial == first.serial))
        .where(
            first.bundle_id == bundle.id,
            first.round == FIRST,
            second.round == SECOND,
            second.marks.is_not(None),
        )
        .order_by(first.serial)
    )


def _differences(definition: Definition, first: Keying, second: Keying) -> Iterator[Difference]:
    if first.marks is None or second.marks is None or first.marks == second.marks:
        return
    before, after = cells_of(definition, first.marks), cells_of(definition, second.marks)
    half_first, half_second = first.half_marks.split(","), second.half_marks.split(",")
    settled = {row.question_key: row for row in second.resolutions}
    for question in definition.closed_questions:
        key = question.key
        if before[key] != after[key]:
            yield Difference(
                question,
                before[key],
                after[key],
                key in half_first,
                key in half_second,
                settled.get(key),
            )
