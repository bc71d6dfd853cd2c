"""A pile of sheets to key: a bundle of forms of twelve items, and a clerk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_of import make_wave
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.collection.clock import today
from survey.models import Bundle, Edition, PrintRun, Role, StaffMember, Wave
from survey.questionnaire.library import library_document
from survey.questionnaire.parsing import parse
from survey.staff.actions import create_staff_member, grant_role
from survey.staff.passwords import generate_password

EMAIL = "desk@ente.example"


@dataclass(frozen=True)
class Pile:
    database: str
    path: str
    #: names of the fields of the form
    names: tuple[str, ...]
    password: str


def twelve_items() -> dict[str, Any]:
    """The front office's form, shortened to twelve questions with one answer each."""
    document = library_document("urp-sportello")
    service, _, profile = document["sections"]
    helped = [one for one in profile["questions"] if one["key"] == "helped"]
    return document | {"sections": [service, profile | {"questions": helped}]}


def make_pile(folder: Path, sheets: int) -> Pile:
    url, _ = make_wave(folder)
    password, document = generate_password(), twelve_items()
    engine = create_engine(url)
    with Session(engine) as session:
        wave = session.scalars(select(Wave)).one()
        session.scalars(select(Edition)).one().document = document
        clerk = create_staff_member(session, email=EMAIL, name="Clerk", password=password)
        grant_role(session, clerk, Role.KEYER, body=wave.body)
        session.add(_run(wave, sheets))
        bundle = _bundle(wave, clerk, sheets)
        session.add(bundle)
        session.commit()
        path = f"/ente/{wave.body.slug}/plichi/{bundle.id}/imputa"
    engine.dispose()
    names = tuple(f"q_{question.key}" for question in parse(document).questions)
    return Pile(url, path, names, password)


def _run(wave: Wave, sheets: int) -> PrintRun:
    numbers = {"first_serial": 1, "last_serial": sheets}
    return PrintRun(body_id=wave.body_id, wave_id=wave.id, language="it", printed_on=today(),
                    **numbers)  # fmt: skip


def _bundle(wave: Wave, clerk: StaffMember, sheets: int) -> Bundle:
    place = {"body_id": wave.body_id, "wave_id": wave.id, "number": 1, "opened_by": clerk.id}
    counted = {"found": sheets, "first_serial": 1, "last_serial": sheets}
    return Bundle(**place, **counted, opened_on=today() - dt.timedelta(days=1),
                  first_opener="One", second_opener="Two")  # fmt: skip
