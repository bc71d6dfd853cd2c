"""Rows for tests, made with explicit overrides. Flushes; the test commits."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.authoring.actions import digest_of
from survey.models import (
    Area,
    Bundle,
    Comment,
    Edition,
    Keying,
    Place,
    PrintRun,
    PublicBody,
    Questionnaire,
    Response,
    Role,
    RoleGrant,
    Service,
    StaffMember,
    UsedNonce,
    Wave,
    WaveState,
)

T = TypeVar("T")

PASSWORD = "cavallo batteria graffetta"
_HASH = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)
DEFINITIONS = Path(__file__).parent / "definitions"
TODAY = dt.date(2026, 11, 22)


def document(name: str) -> dict[str, Any]:
    """Read one of the small questionnaires of tests/definitions."""
    loaded: dict[str, Any] = json.loads((DEFINITIONS / f"{name}.json").read_text("utf-8"))
    return loaded


def small_document(**changes: Any) -> dict[str, Any]:
    """Read a questionnaire of two items, an overall judgement, a comment and an age class."""
    return document("small") | changes


def stored(session: Session) -> tuple[int, ...]:
    """Responses, comments and used nonces there are."""
    session.rollback()
    kinds = (Response, Comment, UsedNonce)
    return tuple(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds)


class Factory:
    def __init__(
        self, session: Session, *, body: PublicBody | None = None, first_number: int = 1
    ) -> None:
        """Start from nothing, or from the body of a database that already has rows."""
        self.session = session
        self._numbers = itertools.count(first_number)
        self._body = body

    def _add(self, row: T) -> T:
        self.session.add(row)
        self.session.flush()
        return row

    def body(self, **values: Any) -> PublicBody:
        """Return the test's body; with values make another one."""
        if values or self._body is None:
            n = next(self._numbers)
            made = self._add(PublicBody(**{"slug": f"ente-{n}", "name": f"Comune {n}"} | values))
            self._body = self._body or made
            return made
        return self._body

    def area(self, **values: Any) -> Area:
        n = next(self._numbers)
        return self._add(Area(**{"body_id": self.body().id, "name": f"Settore {n}"} | values))

    def service(self, **values: Any) -> Service:
        n = next(self._numbers)
        base = {"slug": f"servizio-{n}", "name": f"Servizio {n}", "first_year": 2020}
        if "body_id" not in values:
            base["body_id"] = self.body().id
        return self._add(Service(**base | values))

    def place(self, service: Service, **values: Any) -> Place:
        n = next(self._numbers)
        base = {
            "body_id": service.body_id,
            "service_id": service.id,
            "code": f"l{n}",
            "name": f"Luogo {n}",
        }
        return self._add(Place(**base | values))

    def edition(
        self, doc: dict[str, Any] | None = None, *, body: PublicBody | None = None
    ) -> Edition:
        n = next(self._numbers)
        body_id = (body or self.body()).id
        doc = small_document() if doc is None else doc
        questionnaire = self._add(
            Questionnaire(body_id=body_id, slug=f"q{n}", title=next(iter(doc["title"].values())))
        )
        return self._add(
            Edition(
                body_id=body_id,
                questionnaire_id=questionnaire.id,
                number=1,
                document=doc,
                digest=digest_of(doc),
                published_on=dt.date(2026, 1, 1),
            )
        )

    def wave(
        self, service: Service | None = None, edition: Edition | None = None, **values: Any
    ) -> Wave:
        """Make an open wave of the year 2026, its public code ``prova<n>``."""
        n = next(self._numbers)
        service = service or self.service()
        edition = edition or self.edition()
        base = {
            "body_id": service.body_id,
            "service_id": service.id,
            "edition_id": edition.id,
            "year": 2026,
            "code": f"prova{n}",
            "state": WaveState.OPEN,
            "opens_on": dt.date(2026, 1, 1),
            "closes_on": dt.date(2199, 12, 31),
        }
        return self._add(Wave(**base | values))

    def print_run(self, wave: Wave, first: int = 1, last: int = 100) -> PrintRun:
        return self._add(
            PrintRun(
                body_id=wave.body_id,
                wave_id=wave.id,
                language="it",
                first_serial=first,
                last_serial=last,
                printed_on=dt.date(2026, 1, 2),
            )
        )

    def bundle(self, wave: Wave, *, by: StaffMember | None = None, **values: Any) -> Bundle:
        """Make an open bundle of 20 sheets, that may bear any number printed for the wave."""
        base = {
            "body_id": wave.body_id,
            "wave_id": wave.id,
            "number": next(self._numbers),
            "opened_on": dt.date(2026, 11, 20),
            "first_opener": "Prima persona",
            "second_opener": "Seconda persona",
            "opened_by": (by or self.staff_member()).id,
            "found": 20,
        }
        return self._add(Bundle(**base | values))

    def keying(self, bundle: Bundle, serial: int, *, by: StaffMember, **values: Any) -> Keying:
        """Write that a sheet was typed, without the response it gave."""
        base = {
            "body_id": bundle.body_id,
            "wave_id": bundle.wave_id,
            "bundle_id": bundle.id,
            "serial": serial,
            "round": 1,
            "staff_member_id": by.id,
            "keyed_on": dt.date(2026, 11, 21),
            "marks": "",
        }
        return self._add(Keying(**base | values))

    def staff_member(
        self, role: Role = Role.QUALITY_OFFICE, *, body: PublicBody | None = None, **values: Any
    ) -> StaffMember:
        n = next(self._numbers)
        scope = {key: values.pop(key) for key in ("area_id", "service_id") if key in values}
        base = {
            "email": f"persona{n}@ente.example.it",
            "name": f"Persona {n}",
            "password_hash": _HASH,
        }
        member = self._add(StaffMember(**base | {"password_hash": _HASH} | values))
        grant = RoleGrant(body_id=(body or self.body()).id, staff_member_id=member.id, role=role)
        for key, value in scope.items():
            setattr(grant, key, value)
        self._add(grant)
        self.session.refresh(member)
        return member
