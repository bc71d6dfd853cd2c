"""Loads the demonstration body: catalogue, accounts, waves, answers, published years."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.authoring.actions import create_wave, publish_edition
from survey.collection.actions import record_responses
from survey.collection.queries import definition_of
from survey.demo import town
from survey.demo.accounts import create_accounts
from survey.demo.forms import DayPicker, YearOfForms, draw_year
from survey.demo.paper import Desk, box_up
from survey.demo.town import CURRENT, LAST, PUBLISHED_YEARS, SERVICES, ServiceStory
from survey.models import (
    Area,
    Edition,
    Place,
    PrintRun,
    PublicBody,
    Questionnaire,
    Role,
    Service,
    StaffMember,
    Wave,
    WaveState,
)
from survey.questionnaire.library import library_document
from survey.results.actions import PublishOptions, publish_year

logger = logging.getLogger(__name__)

#: sheets come out of the printer in packets
PACKET = 50
#: called with the share of the work done, 0 to 1
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Catalogue:
    body: PublicBody
    editions: dict[str, Edition]
    services: dict[str, Service]


def loaded_body(session: Session) -> PublicBody | None:
    """Return the demonstration body when it is already there."""
    return session.scalars(select(PublicBody).where(PublicBody.slug == town.SLUG)).one_or_none()


def load(session: Session, *, today: dt.date, progress: Progress) -> PublicBody:
    """Load everything into the caller's transaction; leave what is already there as it is."""
    found = loaded_body(session)
    if found is not None:
        return found
    catalogue = _catalogue(session, today=today)
    members = create_accounts(session, catalogue.body)
    by = members[Role.QUALITY_OFFICE]
    # most of the time goes into charts: as many processes draw them as there are processors, and
    # look for garbage less often than they make it
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=gc.set_threshold, initargs=(50_000,)
    ) as pool:
        for year in range(PUBLISHED_YEARS + 1):
            # English drawings of the last year alone: they take half the time of a start
            options = PublishOptions(
                progress=partial(_tell, progress, year),
                pool=pool,
                languages=("it", "en") if year == LAST else ("it",),
            )
            _year(session, catalogue, year, by=by, today=today, options=options)
    _box_up(session, catalogue, Desk(keyer=members[Role.KEYER], office=by, today=today))
    progress(1.0)
    return catalogue.body


def _tell(progress: Progress, year: int, done: int, total: int) -> None:
    progress((year + done / total) / (PUBLISHED_YEARS + 1))


def _year(
    session: Session,
    catalogue: Catalogue,
    year: int,
    *,
    by: StaffMember,
    today: dt.date,
    options: PublishOptions,
) -> None:
    """Collect a year counted from the oldest, and publish it in the February that follows."""
    for story in SERVICES:
        if story.forms[year]:
            _wave(session, catalogue, story, year=year, today=today)
    if year < CURRENT:
        calendar_year = today.year - PUBLISHED_YEARS + year
        published_on = min(today, dt.date(calendar_year + 1, 2, 15))
        publish_year(
            session, catalogue.body, calendar_year, by=by, today=published_on, options=options
        )


def _box_up(session: Session, catalogue: Catalogue, desk: Desk) -> None:
    """Put the sheets of the year that runs into bundles; one service has some still to key."""
    at_work = catalogue.services[town.AT_WORK]
    waves = select(Wave).where(Wave.body_id == catalogue.body.id, Wave.state == WaveState.OPEN)
    for wave in session.scalars(waves.order_by(Wave.id)).all():
        box_up(session, wave, desk, leave_open=wave.service_id == at_work.id)


def _catalogue(session: Session, *, today: dt.date) -> Catalogue:
    body = PublicBody(
        slug=town.SLUG,
        name=town.NAME,
        website=f"https://www.{town.DOMAIN}",
        email=f"urp@{town.DOMAIN}",
        phone=town.PHONE,
    )
    session.add(body)
    areas = {name: Area(name=name, position=n, body=body) for n, name in enumerate(town.AREAS)}
    session.add_all(areas.values())
    session.flush()
    first = today.year - PUBLISHED_YEARS
    services = {story.slug: _service(body, areas, story, first=first) for story in SERVICES}
    session.add_all(services.values())
    session.flush()
    documents = dict.fromkeys(story.document for story in SERVICES)
    editions = {name: _edition(session, body, name, day=dt.date(first, 1, 1)) for name in documents}
    return Catalogue(body, editions, services)


def _service(
    body: PublicBody, areas: dict[str, Area], story: ServiceStory, *, first: int
) -> Service:
    return Service(
        body=body,
        area=areas[story.area],
        slug=story.slug,
        name=story.name,
        description=story.description,
        address=story.address,
        phone=f"0000 555 {story.phone}",
        email=f"{story.mailbox}@{town.DOMAIN}",
        opening_hours=story.opening_hours,
        first_year=first + story.first,
        places=[Place(body_id=body.id, code=code, name=name) for code, name in story.places],
    )


def _edition(session: Session, body: PublicBody, name: str, *, day: dt.date) -> Edition:
    document = library_document(name)
    questionnaire = Questionnaire(body_id=body.id, slug=name, title=document["title"]["it"])
    session.add(questionnaire)
    session.flush()
    return publish_edition(session, questionnaire, document, by=None, today=day)


def _wave(
    session: Session, catalogue: Catalogue, story: ServiceStory, *, year: int, today: dt.date
) -> None:
    """Open a wave, fill it, and close it when its year is over."""
    calendar_year = today.year - PUBLISHED_YEARS + year
    service, edition = catalogue.services[story.slug], catalogue.editions[story.document]
    wave = create_wave(
        session,
        service,
        edition,
        by=None,
        year=calendar_year,
        opens_on=dt.date(calendar_year, 1, 1),
        closes_on=dt.date(calendar_year, 12, 31),
    )
    wave.state = WaveState.OPEN
    session.flush()
    drawn = draw_year(
        story,
        year,
        definition=definition_of(edition),
        places=service.places,
        days=DayPicker(calendar_year, until=min(today, wave.closes_on)),
    )
    _count(session, wave, drawn)
    record_responses(session, wave, drawn.filled)
    if year < CURRENT:
        # how many were served is known when the year is over
        wave.state, wave.users_served = WaveState.CLOSED, drawn.users_served
    session.flush()


def _count(session: Session, wave: Wave, drawn: YearOfForms) -> None:
    wave.handed_out, wave.refused, wave.void = drawn.handed_out, drawn.refused, drawn.void
    session.add(
        PrintRun(
            body_id=wave.body_id,
            wave=wave,
            language="it",
            first_serial=1,
            last_serial=-(-max(drawn.handed_out, 1) // PACKET) * PACKET,
            printed_on=wave.opens_on,
        )
    )
