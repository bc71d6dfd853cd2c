"""Answers to the small questionnaire, written straight as rows: many, quickly, and known."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterable

from sqlalchemy.orm import Session

from survey.models import Comment, CommentState, Place, Response, Service, Wave, WaveState
from survey.questionnaire.modes import Mode
from tests.factories import Factory

_ids = itertools.count(1)


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
