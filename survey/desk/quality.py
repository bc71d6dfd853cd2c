"""How well a bundle was keyed: error rate, agreement by question, and what the office proposes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.desk.queries import FIRST, SECOND
from survey.desk.second_queries import SheetTwice, serials_of, sheets_twice
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

    member: StaffMember | None
    sheets: int
    fields: int
    #: fields where the reviewer read something else on the sheet
    wrong: int
    #: fields that differ and are not settled
    unsettled: int


@dataclass(frozen=True, slots=True)
class BundleQuality:
    keyed: int
    drawn: int
    #: typed twice
    twice: int
    unresolved: int
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
        is_good = self.quality.accepted or self.is_all_settled
        return Proposal.ACCEPT if is_good else Proposal.REKEY


def bundle_quality(session: Session, bundle: Bundle) -> BundleQuality:
    """Compare the two keyings of every sheet of the bundle that was typed twice."""
    from analysis.keying import keying_quality

    definition = definition_of(bundle.wave.edition)
    sheets = sheets_twice(session, bundle)
    discordant = sum(len(sheet.differences) for sheet in sheets)
    return BundleQuality(
        keyed=len(serials_of(session, bundle, FIRST)),
        drawn=len(serials_of(session, bundle, SECOND)),
        twice=len(sheets),
        unresolved=sum(sheet.unresolved for sheet in sheets),
        quality=keying_quality(discordant, len(sheets) * len(definition.closed_questions)),
        questions=tuple(_questions(definition, sheets)),
        keyers=tuple(_keyers(definition, sheets)),
    )


def _questions(definition: Definition, sheets: Sequence[SheetTwice]) -> Iterable[QuestionQuality]:
    differing = Counter(one.question.key for sheet in sheets for one in sheet.differences)
    kappas = _kappas(definition, sheets) if sheets else {}
    for question in definition.closed_questions:
        yield QuestionQuality(
            question,
            len(sheets),
            differing[question.key],
            question.kind is Kind.RATING,
            kappas.get(question.key),
        )


def _kappas(definition: Definition, sheets: Sequence[SheetTwice]) -> dict[str, Agreement]:
    import numpy as np

    from analysis.keying import agreement_table, kappa

    first, second = (
        decode_columns(definition, "".join(row.marks or "" for row in rows).encode(), len(sheets))
        for rows in ([sheet.first for sheet in sheets], [sheet.second for sheet in sheets])
    )
    found = {}
    for question in definition.closed_questions:
        if question.kind in _CODED:
            codes = np.array(sorted(choice.code for choice in question.choices), dtype=np.int64)
            one, two = (column[question.key].astype(np.int64) for column in (first, second))
            table = agreement_table(one, two, codes)
            found[question.key] = kappa(table, ordinal=question.kind is Kind.RATING)
    return found


def _keyers(definition: Definition, sheets: Sequence[SheetTwice]) -> Iterable[KeyerQuality]:
    members: dict[int | None, StaffMember | None] = {}
    typed: Counter[int | None] = Counter()
    wrong: Counter[int | None] = Counter()
    unsettled: Counter[int | None] = Counter()
    for sheet in sheets:
        for row, cell in ((sheet.first, "first"), (sheet.second, "second")):
            keyer = row.staff_member_id
            members[keyer] = row.staff_member
            typed[keyer] += 1
            for one in sheet.differences:
                if one.resolution is None:
                    unsettled[keyer] += 1
                elif one.resolution.cell != getattr(one, cell):
                    wrong[keyer] += 1
    width = len(definition.closed_questions)
    found = (
        KeyerQuality(member, typed[k], typed[k] * width, wrong[k], unsettled[k])
        for k, member in members.items()
    )
    return sorted(found, key=lambda one: one.member.name if one.member else "")
