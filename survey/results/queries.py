"""What the room reads: answers of a wave as marks, stored results, what is still coming in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from survey.models import (
    Bundle,
    BundleState,
    Chart,
    Comment,
    CommentState,
    PublicBody,
    Response,
    SeriesBreak,
    Service,
    Wave,
    WaveState,
    WaveTally,
    YearlyResult,
)
from survey.models.base import MAX_ID
from survey.questionnaire.modes import Mode

#: forms read at a time: bounds the memory of a very large wave
CHUNK = 1_000_000
#: quality flags that keep a form out of the figures: a burst at one kiosk, a second form of one
#: token. Every other flag is counted and kept (method, 5.3).
EXCLUDING_FLAGS = ("B", "D")
#: the flag of a form filled in too fast to have been read: counted, kept, and tried without
FAST = "F"
COUNTED_STATES = (WaveState.CLOSED, WaveState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Run:
    """Forms that follow one another in a chunk, alike in mode and, at a kiosk, in cluster."""

    mode: Mode
    count: int
    #: number of the kiosk's place and day; None where each form stands for itself
    cluster: int | None


@dataclass(frozen=True, slots=True)
class MarkedForms:
    """Marks of many forms, one after the other, and what they are."""

    marks: bytes
    runs: tuple[Run, ...]

    @property
    def count(self) -> int:
        return sum(run.count for run in self.runs)


def wave_marks(
    session: Session, wave: Wave, *, chunk: int = CHUNK, flag: str | None = None
) -> Iterator[MarkedForms]:
    """Stream the marks of a wave, concatenated by the database, at most about `chunk` at a time.

    With a `flag`, only those of the forms under it. Ids are drawn at random, so equal stretches of
    them hold about as many forms each.
    """
    flagged = [] if flag is None else [Response.flags.contains(flag, autoescape=True)]
    parts = -(-counted_forms(session, wave) // chunk)
    ends = [MAX_ID * part // parts for part in range(1, parts)]
    for low, high in pairwise([None, *ends, None] if parts else []):
        within = [] if low is None else [Response.id > low]
        within += [] if high is None else [Response.id <= high]
        rows = session.execute(_concatenated(wave, *within, *flagged)).all()
        yield MarkedForms(
            "".join(row.marks for row in rows).encode("ascii"),
            tuple(Run(row.mode, row.forms, _cluster(row.place, row.day)) for row in rows),
        )


def _concatenated(wave: Wave, *within: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    kiosk = Response.mode == Mode.KIOSK
    # an inner select, because a grouped expression with parameters must be the very same
    forms = (
        select(
            Response.mode.label("mode"),
            case((kiosk, func.coalesce(Response.place_id, 0))).label("place"),
            case((kiosk, Response.day)).label("day"),
            Response.marks.label("marks"),
        )
        .where(*_counted(wave), *within)
        .subquery()
    )
    return (
        select(
            forms.c.mode,
            forms.c.place,
            forms.c.day,
            func.count().label("forms"),
            func.aggregate_strings(forms.c.marks, "").label("marks"),
        )
        .group_by(forms.c.mode, forms.c.place, forms.c.day)
        .order_by(forms.c.mode, forms.c.place, forms.c.day)
    )


def _cluster(place: int | None, day: dt.date) -> int | None:
    """Number a kiosk's day below zero, apart from forms that are numbered upwards from zero."""
    if place is None:
        return None
    return -1 - (place * 10_000_000 + day.toordinal())


def _counted(wave: Wave) -> list[ColumnElement[bool]]:
    of_wave = [Response.body_id == wave.body_id, Response.wave_id == wave.id]
    return [*of_wave, *(Response.flags.not_like(f"%{flag}%") for flag in EXCLUDING_FLAGS)]


def counted_forms(session: Session, wave: Wave) -> int:
    return session.scalar(select(func.count()).select_from(Response).where(*_counted(wave))) or 0


def corrections_of(session: Session, wave: Wave) -> int:
    """Return how often stored answers of a wave were corrected, as the database has it now."""
    return session.scalars(
        select(Wave.corrections).where(Wave.id == wave.id, Wave.body_id == wave.body_id)
    ).one()


def series_break(session: Session, service: Service, year: int) -> SeriesBreak | None:
    return session.scalars(
        select(SeriesBreak).where(
            SeriesBreak.body_id == service.body_id,
            SeriesBreak.service_id == service.id,
            SeriesBreak.year == year,
        )
    ).one_or_none()


def break_reasons(session: Session, body: PublicBody) -> dict[tuple[int, int], str]:
    """Return the reasons of all breaks of a body's series, by service and year."""
    found = session.scalars(select(SeriesBreak).where(SeriesBreak.body_id == body.id))
    return {(one.service_id, one.year): one.reason for one in found}


def excluded_forms(session: Session, wave: Wave) -> int:
    """Count the forms that a flag keeps out of the figures; the note of the year tells them."""
    flagged = or_(*(Response.flags.like(f"%{flag}%") for flag in EXCLUDING_FLAGS))
    statement = (
        select(func.count())
        .select_from(Response)
        .where(Response.body_id == wave.body_id, Response.wave_id == wave.id, flagged)
    )
    return session.scalar(statement) or 0


def left_out_forms(session: Session, wave: Wave) -> dict[str, int]:
    """Count the same forms by flag; a form under both is one of a burst."""
    burst = Response.flags.like("%B%")
    row = session.execute(
        select(
            func.count().filter(burst).label("burst"),
            func.count().filter(Response.flags.like("%D%"), ~burst).label("duplicate_token"),
        ).where(Response.body_id == wave.body_id, Response.wave_id == wave.id)
    ).one()
    return {"burst": row.burst, "duplicate_token": row.duplicate_token}


def received(session: Session, waves: Sequence[Wave]) -> dict[int, dict[Mode, int]]:
    """Count what has come in so far, by wave and mode."""
    if not waves:
        return {}
    statement = (
        select(Response.wave_id, Response.mode, func.count())
        .where(
            Response.body_id == waves[0].body_id, Response.wave_id.in_([wave.id for wave in waves])
        )
        .group_by(Response.wave_id, Response.mode)
        .order_by(Response.wave_id, Response.mode)
    )
    found: dict[int, dict[Mode, int]] = {wave.id: {} for wave in waves}
    for wave_id, mode, count in session.execute(statement):
        found[wave_id][mode] = count
    return found


def open_bundles(session: Session, waves: Sequence[Wave]) -> dict[int, int]:
    """Count the bundles still open of each wave of one body that has any, by its id."""
    if not waves:
        return {}
    statement = (
        select(Bundle.wave_id, func.count().label("bundles"))
        .where(
            Bundle.body_id == waves[0].body_id,
            Bundle.wave_id.in_([wave.id for wave in waves]),
            Bundle.state == BundleState.OPEN,
        )
        .group_by(Bundle.wave_id)
    )
    return {row.wave_id: row.bundles for row in session.execute(statement)}


def is_counts_only(session: Session, wave: Wave) -> bool:
    """Tell whether counts were imported in place of answers."""
    mine = (WaveTally.wave_id == wave.id, WaveTally.body_id == wave.body_id)
    return session.scalar(select(WaveTally.wave_id).where(*mine, WaveTally.counts_only)) is not None


def stored_tally(session: Session, wave: Wave) -> bytes | None:
    """Return the tally kept when the wave was published."""
    return session.scalar(
        select(WaveTally.payload).where(
            WaveTally.wave_id == wave.id, WaveTally.body_id == wave.body_id
        )
    )


def waves_of_body(session: Session, body: PublicBody, *, last_year: int) -> Sequence[Wave]:
    """Return every wave up to a year with service and edition, by service name and year."""
    return session.scalars(
        select(Wave)
        .join(Wave.service)
        .where(Wave.body_id == body.id, Wave.year <= last_year)
        .options(contains_eager(Wave.service), joinedload(Wave.edition))
        .order_by(Service.name, Service.id, Wave.year)
    ).all()


def waves_of_year(session: Session, body: PublicBody, year: int) -> Sequence[Wave]:
    """Return the waves of one year by service name, drafts left out."""
    return session.scalars(
        select(Wave)
        .join(Wave.service)
        .where(Wave.body_id == body.id, Wave.year == year, Wave.state != WaveState.DRAFT)
        .options(contains_eager(Wave.service))
        .order_by(Service.name, Service.id)
    ).all()


def services_of_year(session: Session, body: PublicBody, year: int) -> Sequence[Service]:
    """Return the services that the body offered in a year, by name."""
    return session.scalars(
        select(Service)
        .where(
            Service.body_id == body.id,
            Service.first_year <= year,
            or_(Service.last_year.is_(None), Service.last_year >= year),
        )
        .order_by(Service.name, Service.id)
    ).all()


def survey_years(
    session: Session, body: PublicBody, *, service: Service | None = None
) -> list[int]:
    """Return the years with a published result or with waves beyond the draft, oldest first."""
    results = select(YearlyResult.year).where(YearlyResult.body_id == body.id)
    waves = select(Wave.year).where(Wave.body_id == body.id, Wave.state != WaveState.DRAFT)
    if service is not None:
        results = results.where(YearlyResult.service_id == service.id)
        waves = waves.where(Wave.service_id == service.id)
    return sorted(set(session.scalars(results.union(waves)).all()))


def latest_published_year(session: Session, body: PublicBody) -> int | None:
    return session.scalar(
        select(func.max(YearlyResult.year)).where(YearlyResult.body_id == body.id)
    )


def latest_revision(session: Session, body: PublicBody, year: int) -> int | None:
    return session.scalar(
        select(func.max(YearlyResult.revision)).where(
            YearlyResult.body_id == body.id, YearlyResult.year == year
        )
    )


def body_result(
    session: Session, body: PublicBody, year: int, *, revision: int | None = None
) -> YearlyResult | None:
    """Return the published result of the whole body, of the newest revision unless told."""
    return _result(session, body, year, service=None, revision=revision)


def service_result(
    session: Session, service: Service, year: int, *, revision: int | None = None
) -> YearlyResult | None:
    """Return the published result of one service, of the newest revision unless told."""
    body = session.get_one(PublicBody, service.body_id)
    return _result(session, body, year, service=service, revision=revision)


def _result(
    session: Session,
    body: PublicBody,
    year: int,
    *,
    service: Service | None,
    revision: int | None,
) -> YearlyResult | None:
    revision = revision or latest_revision(session, body, year)
    return session.scalars(
        select(YearlyResult).where(
            YearlyResult.body_id == body.id,
            YearlyResult.year == year,
            YearlyResult.revision == revision,
            YearlyResult.service_id == (None if service is None else service.id),
        )
    ).one_or_none()


def service_results(
    session: Session, body: PublicBody, year: int, *, revision: int
) -> Sequence[YearlyResult]:
    """Return the published results of all services of one revision, by service name."""
    return session.scalars(
        select(YearlyResult)
        .join(YearlyResult.service)
        .where(
            YearlyResult.body_id == body.id,
            YearlyResult.year == year,
            YearlyResult.revision == revision,
        )
        .options(contains_eager(YearlyResult.service))
        .order_by(Service.name, Service.id)
    ).all()


def charts_of(session: Session, result: YearlyResult, language: str) -> Sequence[Chart]:
    """Return the charts of a result with their words, in the order in which they were drawn."""
    return session.scalars(
        select(Chart)
        .where(Chart.result_id == result.id, Chart.language == _drawn(result, language))
        .order_by(Chart.id)
    ).all()


def chart_of(session: Session, result: YearlyResult, name: str, *, language: str) -> Chart | None:
    return session.scalars(
        select(Chart).where(
            Chart.result_id == result.id,
            Chart.name == name,
            Chart.language == _drawn(result, language),
        )
    ).one_or_none()


def _drawn(result: YearlyResult, language: str) -> ScalarSelect[str]:
    """Select the language of the page where charts are drawn in it, else the one they are in."""
    return (
        select(Chart.language)
        .where(Chart.result_id == result.id)
        .order_by(case((Chart.language == language, 0), else_=1), Chart.id)
        .limit(1)
        .scalar_subquery()
    )


def wave_of(session: Session, service: Service, year: int) -> Wave | None:
    return session.scalars(
        select(Wave)
        .where(Wave.body_id == service.body_id, Wave.service_id == service.id, Wave.year == year)
        .options(joinedload(Wave.edition))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Comments that may be read, some at a time, and how many are withheld."""

    comments: Sequence[Comment]
    total: int
    hidden: int
    number: int
    pages: int


def comment_page(session: Session, wave: Wave, *, number: int, size: int = 50) -> CommentPage:
    """Return a page of the comments of a wave. Their order tells nothing: ids are random."""
    of_wave = (Comment.body_id == wave.body_id, Comment.wave_id == wave.id)
    hidden = Comment.state == CommentState.HIDDEN
    counts = session.execute(
        select(
            func.count().filter(~hidden).label("shown"), func.count().filter(hidden).label("hidden")
        ).where(*of_wave)
    ).one()
    pages = max(1, -(-counts.shown // size))
    number = min(max(number, 1), pages)
    comments = session.scalars(
        select(Comment)
        .where(*of_wave, ~hidden)
        .order_by(Comment.question_key, Comment.id)
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    return CommentPage(comments, counts.shown, counts.hidden, number, pages)
