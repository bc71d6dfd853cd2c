"""What the public pages and the keying desk read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from survey.collection.kept import Kept
from survey.models import Edition, Place, PublicBody, Service, UsedNonce, Wave, WaveState
from survey.questionnaire.definition import Definition
from survey.questionnaire.parsing import parse

_NUL = "\x00"
_DEFINITIONS: Kept[str, Definition] = Kept(256)


def definition_of(edition: Edition) -> Definition:
    """Parse an edition's document, once: an edition never changes, so its digest names it.

    The same edition gives the same object, by which `build_form` keeps its form class.
    """
    return _DEFINITIONS.get(edition.digest, lambda: parse(edition.document))


class Openness(Enum):
    """Where a wave stands for a citizen."""

    NOT_YET = "not_yet"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the form page of a wave shows besides the questionnaire.

    The kept page is keyed by all of it, so that a page can never show what has changed since.
    """

    wave_id: int
    code: str
    year: int
    edition_id: int
    edition_digest: str
    service: str
    body: str
    body_slug: str
    place_code: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class PublicWave:
    """A wave as the form's address finds it, in one query."""

    shown: Shown
    state: WaveState
    opens_on: dt.date
    closes_on: dt.date
    body_id: int
    service_id: int
    place_id: int | None

    def openness(self, day: dt.date) -> Openness:
        if self.state is WaveState.DRAFT:
            return Openness.NOT_YET
        if self.state is not WaveState.OPEN or day > self.closes_on:
            return Openness.OVER
        return Openness.OPEN if day >= self.opens_on else Openness.NOT_YET


#: built once: that costs as much as running it
_WAVE_BY_CODE = (
    select(
        Wave.state, Wave.opens_on, Wave.closes_on, Wave.body_id, Wave.service_id, Place.id,
        Wave.id, Wave.code, Wave.year,
        Edition.id, Edition.digest, Service.name, PublicBody.name, PublicBody.slug,
        Place.code, Place.name,
    )
    .join(Wave.service).join(Wave.body).join(Wave.edition)
    .join_from(
        Wave,
        Place,
        and_(Place.service_id == Wave.service_id, Place.code == bindparam("place_code")),
        isouter=True,
    )
    .where(or_(*(Wave.code == bindparam(name) for name in ("code", "upper", "lower"))))
)  # fmt: skip


def find_wave(session: Session, code: str, place_code: str | None = None) -> PublicWave | None:
    """Find a wave by its public code, with the place when the service has one of that code.

    Who copies a code from paper does not mind its capitals; the code as it stands comes first.
    """
    if _NUL in code:
        return None  # PostgreSQL does not even take it as a question
    wanted = {"code": code, "upper": code.upper(), "lower": code.lower(),
              "place_code": None if _NUL in (place_code or "") else place_code}  # fmt: skip
    found = []
    # columns alone, so without the ORM: this is asked for every page
    rows = session.connection().execute(_WAVE_BY_CODE, wanted)
    for state, opens_on, closes_on, body_id, service_id, place_id, *shown in rows:
        ids = (body_id, service_id, place_id)
        found.append(PublicWave(Shown(*shown), state, opens_on, closes_on, *ids))
    return min(found, key=lambda wave: wave.shown.code != code, default=None)


def edition_definition(session: Session, shown: Shown) -> Definition:
    """Return the definition behind a page, reading the document only the first time."""
    return _DEFINITIONS.get(
        shown.edition_digest,
        lambda: parse(session.get_one(Edition, shown.edition_id).document),
    )


def was_sent(session: Session, digest: bytes) -> bool:
    return session.get(UsedNonce, digest) is not None


def find_body(session: Session, slug: str) -> PublicBody | None:
    if _NUL in slug:
        return None
    return session.scalars(select(PublicBody).where(PublicBody.slug == slug)).one_or_none()


def open_waves(session: Session, body: PublicBody, day: dt.date) -> Sequence[Wave]:
    """Return the waves of a body that take answers on that day, by name of service."""
    statement = (
        select(Wave)
        .join(Wave.service)
        .where(Wave.body_id == body.id, *_taking_answers(day))
        .options(joinedload(Wave.service).joinedload(Service.area))
        .order_by(Service.name, Wave.year)
    )
    return session.scalars(statement).all()


def bodies(session: Session) -> Sequence[PublicBody]:
    return session.scalars(select(PublicBody).order_by(PublicBody.name)).all()


def bodies_asking(session: Session, day: dt.date) -> Sequence[PublicBody]:
    """Return the bodies with at least one open wave."""
    asking = select(Wave.body_id).where(*_taking_answers(day))
    statement = select(PublicBody).where(PublicBody.id.in_(asking)).order_by(PublicBody.name)
    return session.scalars(statement).all()


def _taking_answers(day: dt.date) -> tuple[ColumnElement[bool], ...]:
    return (Wave.state == WaveState.OPEN, Wave.opens_on <= day, Wave.closes_on >= day)
