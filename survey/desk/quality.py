"""How well a bundle was keyed: error rate, agreement by question, and what the office proposes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.desk.queries import FIRST, SECOND
from survey.desk.second_queries import (
    SheetTwice,
    TypedTwice,
    serials_of,
    sheets_differing,
    typed_twice,
)
from survey.models import Bundle, StaffMember
from survey.questionnaire.columns import decode_columns
from survey.questionnaire.definition import Definition, Kind, Question

if TYPE_CHECKING:
    from analysis.keying import Agreement, KeyingQuality

#: kinds with one code a sheet, of which chance can be reckoned with
_CODED = (Kind.RATING, Kind.SINGLE_CHOICE)


class Proposal(StrEnum):
    """What the figures say of the first keying."""

    NOT_YET = "not_yet"
    ACCEPT = "accept"
    REKEY = "rekey"


@dataclass(frozen=True, slots=True)
class QuestionQuality:
    """One question over the sheets typed twice; `kappa` is None where it has no meaning."""

    question: Question
    compared: int
    discordant: int
    is_ordinal: bool
    kappa: Agreement | None

    @property
    def agreement(self) -> float | None:
        return 1 - self.discordant / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class KeyerQuality:
    """What one keyer typed of the sheets typed twice: for the quality of the data alone."""

    member: StaffMember
    sheets: int
    fields: int
    #: fields where the reviewer read something else on the sheet
    wrong: int
    #: fields that differ and are not settled
    unsettled: int


@dataclass(frozen=True, slots=True)
class BundleQuality:
    """What two keyings say of a bundle.

    `quality` measures typing: it compares what was typed twice, so an answer that both typed alike
    and that somebody corrected is none of its errors. It waits among the unresolved all the same.
    """

    keyed: int
    drawn: int
    #: typed twice
    twice: int
    unresolved: int
    #: answers typed alike and corrected to something else, settled or not
    corrected: int
    #: settled by somebody who had typed the sheet
    own_settled: int
    quality: KeyingQuality
    questions: tuple[QuestionQuality, ...]
    keyers: tuple[KeyerQuality, ...]

    @property
    def waiting(self) -> int:
        return self.drawn - self.twice

    @property
    def is_all_settled(self) -> bool:
        """Tell whether every sheet was typed twice and every difference read on the paper."""
        return self.keyed > 0 and self.twice == self.keyed and self.unresolved == 0

    @property
    def proposal(self) -> Proposal:
        if self.waiting or self.quality.compared == 0:
            return Proposal.NOT_YET
        if self.twice == self.keyed and self.unresolved:
            return Proposal.NOT_YET  # nothing is left to type again, only to settle
        is_good = self.quality.accepted or self.is_all_settled
        return Proposal.ACCEPT if is_good else Proposal.REKEY


def bundle_quality(session: Session, bundle: Bundle) -> BundleQuality:
    """Compare the two keyings of every sheet of the bundle that was typed twice."""
    from analysis.keying import keying_quality

    definition = definition_of(bundle.wave.edition)
    typed, differing = typed_twice(session, bundle), sheets_differing(session, bundle)
    found = [one for sheet in differing for one in sheet.differences]
    discordant = sum(one.is_typed for one in found)
    width = len(definition.closed_questions)
    return BundleQuality(
        keyed=len(serials_of(session, bundle, FIRST)),
        drawn=len(serials_of(session, bundle, SECOND)),
        twice=len(typed),
        unresolved=sum(not one.is_settled for one in found),
        corrected=len(found) - discordant,
        own_settled=sum(
            one.is_settled and sheet.is_settled_by_keyer(one)
            for sheet in differing
            for one in sheet.differences
        ),
        quality=keying_quality(discordant, len(typed) * width),
        questions=tuple(_questions(definition, typed, differing)),
        keyers=tuple(_keyers(session, typed, differing, width)),
    )


def _questions(
    definition: Definition, typed: Sequence[TypedTwice], differing: Sequence[SheetTwice]
) -> Iterable[QuestionQuality]:
    found = (one for sheet in differing for one in sheet.differences)
    discordant = Counter(one.question.key for one in found if one.is_typed)
    kappas = _kappas(definition, typed) if typed else {}
    for question in definition.closed_questions:
        yield QuestionQuality(
            question,
            len(typed),
            discordant[question.key],
            question.kind is Kind.RATING,
            kappas.get(question.key),
        )


def _kappas(definition: Definition, typed: Sequence[TypedTwice]) -> dict[str, Agreement]:
    import numpy as np

    from analysis.keying import agreement_table, kappa

    first, second = (
        decode_columns(definition, "".join(marks).encode(), len(typed))
        for marks in ([one.first for one in typed], [one.second for one in typed])
    )
    found = {}
    for question in definition.closed_questions:
        if question.kind in _CODED:
            codes = np.array(sorted(choice.code for choice in question.choices), dtype=np.int64)
            one, two = (column[question.key].astype(np.int64) for column in (first, second))
            table = agreement_table(one, two, codes)
            found[question.key] = kappa(table, ordinal=question.kind is Kind.RATING)
    return found


def _keyers(
    session: Session, typed: Sequence[TypedTwice], differing: Sequence[SheetTwice], width: int
) -> Iterable[KeyerQuality]:
    sheets = Counter(keyer for one in typed for keyer in (one.first_keyer, one.second_keyer))
    wrong: Counter[int | None] = Counter()
    unsettled: Counter[int | None] = Counter()
    for sheet in differing:
        one, two = sheet.first.staff_member_id, sheet.second.staff_member_id
        for difference in (each for each in sheet.differences if each.is_typed):
            if difference.resolution is None or not difference.is_settled:
                unsettled.update((one, two))
            else:
                stands = difference.resolution.cell
                wrong[one] += stands != difference.first
                wrong[two] += stands != difference.second
    members = session.scalars(
        select(StaffMember).where(StaffMember.id.in_(sheets)).order_by(StaffMember.name)
    )
    for member in members:
        n = sheets[member.id]
        yield KeyerQuality(member, n, n * width, wrong[member.id], unsettled[member.id])
