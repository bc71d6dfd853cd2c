"""Signed reasons for which the guard against a common shift was taken away, year by year."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import PublicBody, StaffMember, YearlyResult


def lifted_guards(session: Session, body: PublicBody, *, last_year: int) -> dict[str, str]:
    """Return the reasons that stand published, by year: a later year must reckon with them too."""
    found = session.execute(
        select(YearlyResult.year, YearlyResult.document)
        .where(
            YearlyResult.body_id == body.id,
            YearlyResult.service_id.is_(None),
            YearlyResult.year <= last_year,
        )
        .order_by(YearlyResult.year, YearlyResult.revision)
    )
    lifted = {}
    for year, document in found:
        shift = document["years"][-1]["common_shift"] or {}
        # a newer revision of the year stands in the place of the older
        lifted[str(year)] = shift.get("lifted")
    return {year: reason for year, reason in lifted.items() if reason}


def signed(reason: str, *, by: StaffMember | None, today: dt.date) -> str:
    """Put the name of who answers for it, and the day, under a reason."""
    who = f"{by.name}, " if by is not None else ""
    return f"{' '.join(reason.split())} ({who}{today:%d/%m/%Y})"
