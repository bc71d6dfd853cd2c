"""Answers to the small questionnaire as rows, many and known; and years published from them."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.models import (
    Comment,
    CommentState,
    Place,
    PublicBody,
    Response,
    Service,
    Wave,
    WaveState,
    YearlyResult,
)
from survey.questionnaire.modes import Mode
from survey.results.actions import PublishOptions, publish_year
from tests.factories import TODAY, Factory

_ids = itertools.count(1)
#: drawing takes most of the time, and few tests look at the charts in the other language
IN_ITALIAN = PublishOptions(languages=("it",))
IN_ALL_LANGUAGES = PublishOptions()


def answer(
    session: Session,
    wave: Wave,
    marks: Iterable[str],
    *,
    mode: Mode = Mode.WEB,
    day: dt.date = dt.date(2026, 5, 4),
    place: Place | None = None,
    flags: str = "",
) -> None:
    """Fill in a form for each string of marks: hours, courtesy, overall, age class."""
    session.add_all(
        Response(
            id=next(_ids) * 2**40 + 7,
            body_id=wave.body_id,
            wave_id=wave.id,
            mode=mode,
            day=day,
            language="it",
            place_id=place.id if place else None,
            serial=next(_ids) if mode is Mode.PAPER else None,
            flags=flags,
            marks=one,
        )
        for one in marks
    )
    session.flush()


def spread(n: int, weights: tuple[int, int, int, int], *, seed: int = 1) -> list[str]:
    """Make up `n` forms whose items follow the weights of the four codes."""
    draw = random.Random(seed)  # noqa: S311  # a test draws answers, not secrets
    codes = "1234"
    return ["".join(draw.choices(codes, weights, k=3)) + draw.choice("12") for _ in range(n)]


GOOD, FAIR, BAD = (1, 2, 6, 11), (2, 4, 9, 5), (8, 7, 4, 1)


def comment(
    session: Session, wave: Wave, text: str, state: CommentState = CommentState.NEW
) -> None:
    session.add(
        Comment(
            id=next(_ids) * 2**40 + 11,
            body_id=wave.body_id,
            wave_id=wave.id,
            question_key="comment",
            mode=Mode.WEB,
            language="it",
            text=text,
            state=state,
        )
    )
    session.flush()


def closed_wave(
    make: Factory, service: Service, year: int, marks: Iterable[str], **values: object
) -> Wave:
    """Make a closed wave of the small questionnaire with these answers."""
    wave = make.wave(
        service,
        year=year,
        state=WaveState.CLOSED,
        opens_on=dt.date(year, 5, 1),
        closes_on=dt.date(year, 5, 31),
        **values,
    )
    answer(make.session, wave, marks, day=dt.date(year, 5, 4))
    return wave


def tell_two_years(make: Factory) -> list[Service]:
    """Make three services: one falls, one stays, one has its first survey in the second year."""
    made = []
    stories = (("Anagrafe", GOOD, BAD), ("Biblioteca", FAIR, FAIR), ("Cimiteri", None, FAIR))
    for number, (name, before, after) in enumerate(stories):
        service = make.service(name=name, slug=name.lower(), first_year=2025)
        if before:
            marks = spread(150, before, seed=number)
            closed_wave(make, service, 2025, marks, users_served=2000)
        closed_wave(make, service, 2026, spread(150, after, seed=9 + number), users_served=2000)
        made.append(service)
    return made


def publish(make: Factory, *years: int, options: PublishOptions = IN_ITALIAN) -> list[YearlyResult]:
    """Publish the years; return the last year's results, the whole body's first."""
    for year in years:
        made = publish_year(make.session, make.body(), year, by=None, today=TODAY, options=options)
    make.session.commit()
    return [made.body, *made.services]


@contextmanager
def copied(migrated: Path, target: Path) -> Iterator[Factory]:
    """Make rows in a copy of an empty database: once for all tests that only read them."""
    shutil.copy(migrated, target)
    engine = create_engine(f"sqlite:///{target}")
    with Session(engine) as session:
        yield Factory(session)
        session.commit()
    engine.dispose()


def two_published_years(migrated: Path, target: Path) -> Path:
    with copied(migrated, target) as make:
        tell_two_years(make)
        publish(make, 2025, 2026, options=IN_ALL_LANGUAGES)
    return target


def factory_on(session: Session) -> Factory:
    """Go on making rows in a database that has a body already."""
    body = session.scalars(select(PublicBody).order_by(PublicBody.id)).first()
    return Factory(session, body=body, first_number=1000)
