"""Publishing a year: every service of a body at once, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.models import (
    PublicBody,
    SeriesBreak,
    Service,
    StaffMember,
    Wave,
    WaveState,
    WaveTally,
    YearlyResult,
)
from survey.results import queries
from survey.results.documents import body_document, service_document
from survey.results.drawing import LANGUAGES, draw_body, draw_service
from survey.results.guard import lifted_guards, signed
from survey.results.refusals import (
    BundlesStillOpen,
    NothingToPublish,
    PublishedMeanwhile,
    ThresholdsDiffer,
    WaveStillOpen,
)
from survey.results.tallies import count_forms, known_tally, read_edition

if TYPE_CHECKING:
    from analysis.checks import FormChecks
    from analysis.data import Questionnaire
    from analysis.tally import Tally
    from analysis.yearly import BodyYear

logger = logging.getLogger(__name__)

#: called with what is done and what there is to do
Progress = Callable[[int, int], None]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """How to publish.

    With `leave_out_open` the services whose wave is still open are left out, not refused; with
    `leave_open_bundles` sheets of paper not keyed yet stay out, and can be keyed no more.
    """

    leave_out_open: bool = False
    leave_open_bundles: bool = False
    #: why all services moved together, in words: takes the guard against a common shift away
    lift_guard: str = ""
    progress: Progress | None = None
    #: draws the charts of several services at a time, for a command that has many years to publish
    pool: Executor | None = None
    #: languages to draw charts in, the first for the readers of all others; words are in all
    languages: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """What is published now; `is_new` is false where nothing had changed since the last time."""

    body: YearlyResult
    services: tuple[YearlyResult, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class CountedWave:
    wave: Wave
    tally: Tally
    #: forms that a flag keeps out of the figures
    excluded: int
    #: how often its answers had been corrected when they were counted
    corrections: int
    #: why it must not be compared with the waves before
    series_break: str | None = None
    #: what only the forms themselves tell; None for an earlier wave, of which the tally is kept
    checks: FormChecks | None = None

    @property
    def left_out(self) -> list[int]:
        """Count the forms kept out of the figures, by reason."""
        return [] if self.checks is None else list(self.checks.left_out.values())


class _Steps:
    """Tell the caller how far the work has got."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.done, self.progress = total, 0, progress

    def step(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


def publish_year(
    session: Session,
    body: PublicBody,
    year: int,
    *,
    by: StaffMember | None,
    today: dt.date,
    options: PublishOptions = PublishOptions(),
) -> PublishedYear:
    """Freeze the results of every service with a closed wave in a year.

    Change is judged against the two waves before of each service, or the one before. Published
    before with the same data: nothing is written. With other data: a new revision stands beside.
    """
    waves = queries.waves_of_body(session, body, last_year=year)
    _check(waves, year, options)
    counted_waves = [wave for wave in waves if wave.state in queries.COUNTED_STATES]
    bundles = _check_bundles(session, counted_waves, year, options)
    services = {wave.service_id for wave in counted_waves if wave.year == year}
    steps = _Steps(len(counted_waves) + len(services) + 1, options.progress)
    breaks = queries.break_reasons(session, body)
    counted = []
    for wave in counted_waves:
        reason = breaks.get((wave.service_id, wave.year))
        counted.append(_count(session, wave, fresh=wave.year == year, series_break=reason))
        steps.step()
    revision = queries.latest_revision(session, body, year)
    lifted = lifted_guards(session, body, last_year=year)
    if options.lift_guard.strip():
        lifted[str(year)] = signed(options.lift_guard, by=by, today=today)
    data_hash = _data_hash(counted, lifted)
    if revision is not None:
        current = _published(session, body, year, revision)
        if current.body.data_hash == data_hash:
            return current
    document = _document(body, counted, year, lifted)
    base = _base(body, year, revision=(revision or 0) + 1, data_hash=data_hash, today=today)
    published = _store(session, document, base, [one for one in counted if one.wave.year == year],
                       steps=steps, options=options)  # fmt: skip
    audit(
        session,
        body_id=body.id,
        by=by,
        action="result:publish",
        subject=f"year:{year}",
        before=None if revision is None else {"revision": revision},
        after={"revision": base["revision"], "data_hash": data_hash, "services": len(services)}
        | ({"open_bundles": bundles} if bundles else {}),
        reason=lifted.get(str(year)) if options.lift_guard.strip() else None,
    )
    logger.info("published year %s of body %s, revision %s", year, body.id, base["revision"])
    return published


def record_break(
    session: Session, wave: Wave, reason: str, *, by: StaffMember, today: dt.date
) -> SeriesBreak | None:
    """Say that a wave must not be compared with those before it; without a reason, take it back.

    What is published stays as it is: the break tells in the next revision.
    """
    found = queries.series_break(session, wave.service, wave.year)
    before, reason = None if found is None else {"reason": found.reason}, " ".join(reason.split())
    if found is not None and not reason:
        session.delete(found)
        found = None
    elif found is not None:
        found.reason, found.recorded_by, found.recorded_on = reason, by.id, today
    elif reason:
        found = SeriesBreak(
            body_id=wave.body_id, service_id=wave.service_id, year=wave.year,
            reason=reason, recorded_by=by.id, recorded_on=today,
        )  # fmt: skip
        session.add(found)
    session.flush()
    after = None if found is None else {"reason": found.reason}
    if before != after:
        audit(
            session,
            body_id=wave.body_id,
            by=by,
            action="result:break",
            subject=f"wave:{wave.id}",
            before=before,
            after=after,
            reason=reason or None,
        )
    return found


def _check(waves: Sequence[Wave], year: int, options: PublishOptions) -> None:
    current = [wave for wave in waves if wave.year == year]
    still_open = [wave.service.name for wave in current if wave.state is WaveState.OPEN]
    if still_open and not options.leave_out_open:
        raise WaveStillOpen(year=year, services=", ".join(still_open))
    counted = [wave for wave in current if wave.state in queries.COUNTED_STATES]
    if not counted:
        raise NothingToPublish(year=year)
    thresholds = sorted({wave.practical_threshold for wave in counted})
    if len(thresholds) > 1:
        raise ThresholdsDiffer(year=year, thresholds=", ".join(map(str, thresholds)))


def _check_bundles(
    session: Session, counted: Sequence[Wave], year: int, options: PublishOptions
) -> int:
    """Return how many bundles of the year are left open, where that was asked for."""
    waves = [wave for wave in counted if wave.year == year]
    still_open = queries.open_bundles(session, waves)
    if still_open and not options.leave_open_bundles:
        named = [(wave.service.name, still_open.get(wave.id)) for wave in waves]
        bundles = ", ".join(f"{name}: {count}" for name, count in named if count)
        raise BundlesStillOpen(year=year, bundles=bundles)
    return sum(still_open.values())


def _count(session: Session, wave: Wave, *, fresh: bool, series_break: str | None) -> CountedWave:
    """Count the year's own answers anew; an earlier wave keeps the tally it was published with."""
    # read first: what is corrected while the answers are counted must be seen
    corrections = queries.corrections_of(session, wave)
    fresh = fresh and not queries.is_counts_only(session, wave)
    tally, checks = count_forms(session, wave) if fresh else (known_tally(session, wave), None)
    excluded = queries.excluded_forms(session, wave)
    return CountedWave(wave, tally, excluded, corrections, series_break, checks)


def _data_hash(counted: Sequence[CountedWave], lifted: Mapping[str, str]) -> str:
    """Digest everything that the figures depend on."""
    from analysis import METHOD_VERSION

    lines = [METHOD_VERSION, *(f"{year}: {reason}" for year, reason in sorted(lifted.items()))]
    for one in sorted(counted, key=lambda one: (one.wave.service.slug, one.wave.year)):
        wave = one.wave
        facts = (wave.service.slug, wave.year, wave.edition.digest, one.tally.digest())
        choices = (wave.users_served, wave.design.value, wave.practical_threshold, one.excluded)
        checks = None if one.checks is None else one.checks.facts()
        context = (wave.opens_on, wave.closes_on, one.series_break, checks)
        lines.append(";".join(str(fact) for fact in facts + choices + context))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _document(
    body: PublicBody, counted: Sequence[CountedWave], year: int, lifted: Mapping[str, str]
) -> Json:
    """Compute every year up to this one with one method, so that the series is one series."""
    from analysis.results import as_document

    document = as_document(_years(counted, year, lifted), body=body.name)
    # by name, also those that were born in mid-series
    order = [service.slug for service, _ in _by_service(counted)]
    document["services"].sort(key=lambda entry: order.index(entry["service"]))
    return document


def _years(counted: Sequence[CountedWave], year: int, lifted: Mapping[str, str]) -> list[BodyYear]:
    """Compute the series, each year with the threshold that was fixed before its waves.

    Only the year to publish is computed in detail: the details of those before stand published.
    """
    from analysis.history import ServiceHistory, body_years
    from analysis.parameters import Parameters

    deltas = {str(one.wave.year): float(one.wave.practical_threshold) for one in counted}
    # read once: waves that print the same edition also share what is known of it
    distinct = {one.wave.edition_id: one.wave for one in counted}
    editions = {key: read_edition(wave) for key, wave in distinct.items()}
    services = [
        ServiceHistory(
            service.slug,
            service.name,
            tuple(_as_analysed(one, editions[one.wave.edition_id]) for one in waves),
        )
        for service, waves in _by_service(counted)
    ]
    parameters = {label: Parameters(delta=delta) for label, delta in deltas.items()}
    return body_years(services, parameters, detailed=(str(year),), lifted=lifted)


def _by_service(counted: Sequence[CountedWave]) -> list[tuple[Service, list[CountedWave]]]:
    """Group by service, services by name and waves by year, as the query gave them."""
    found: dict[int, tuple[Service, list[CountedWave]]] = {}
    for one in counted:
        found.setdefault(one.wave.service_id, (one.wave.service, []))[1].append(one)
    return list(found.values())


def _as_analysed(one: CountedWave, edition: Questionnaire) -> Any:
    from analysis.wave import Wave as AnalysedWave

    return AnalysedWave(
        label=str(one.wave.year),
        questionnaire=edition,
        tally=one.tally,
        # nobody served means that nobody knows: a wave with answers had users
        users_served=one.wave.users_served or None,
        design=one.wave.design.value,
        series_break=one.series_break,
        field_period=(one.wave.opens_on, one.wave.closes_on),
        checks=one.checks,
    )


def _base(
    body: PublicBody, year: int, *, revision: int, data_hash: str, today: dt.date
) -> dict[str, Any]:
    from analysis import METHOD_VERSION

    return {
        "body_id": body.id,
        "year": year,
        "revision": revision,
        "method_version": METHOD_VERSION,
        "data_hash": data_hash,
        "published_on": today,
    }


def _store(
    session: Session,
    document: Json,
    base: dict[str, Any],
    counted: Sequence[CountedWave],
    *,
    steps: _Steps,
    options: PublishOptions,
) -> PublishedYear:
    year = str(base["year"])
    slugs = [one.wave.service.slug for one in counted]
    own_documents = [
        service_document(document, slug, excluded=one.left_out)
        for slug, one in zip(slugs, counted, strict=True)
    ]
    draw = map if options.pool is None else options.pool.map
    drawn = draw(draw_service, own_documents, slugs, repeat(options.languages))
    results = []
    for one, own, charts in zip(counted, own_documents, drawn, strict=True):
        wave = one.wave
        results.append(
            YearlyResult(**base, service_id=wave.service_id, document=own, charts=charts)
        )
        _keep_tally(session, one)
        wave.state = WaveState.PUBLISHED
        steps.step()
    left_out = [n for one in counted for n in one.left_out]
    whole = body_document(document, year, excluded=left_out)
    body_result = YearlyResult(
        **base, service_id=None, document=whole, charts=draw_body(whole, options.languages)
    )
    session.add_all([*results, body_result])
    _write(session, counted, year)
    steps.step()
    return PublishedYear(body_result, tuple(results), is_new=True)


def _write(session: Session, counted: Sequence[CountedWave], year: str) -> None:
    """Write, and see that nothing moved since the answers were counted."""
    try:
        session.flush()
    except IntegrityError as error:
        raise PublishedMeanwhile(year=year) from error
    for one in counted:
        moved = queries.corrections_of(session, one.wave) != one.corrections
        if not queries.is_counts_only(session, one.wave):  # else it has no answers to count
            forms = queries.counted_forms(session, one.wave)
            moved = moved or forms != int(one.tally.questionnaires.sum())
        if moved:
            raise PublishedMeanwhile(year=year)


def _keep_tally(session: Session, one: CountedWave) -> None:
    session.merge(
        WaveTally(
            wave_id=one.wave.id,
            body_id=one.wave.body_id,
            responses=int(one.tally.questionnaires.sum()),
            payload=one.tally.to_bytes(),
        )
    )


def _published(session: Session, body: PublicBody, year: int, revision: int) -> PublishedYear:
    """Return what stands published, found unchanged."""
    results = queries.service_results(session, body, year, revision=revision)
    whole = queries.body_result(session, body, year, revision=revision)
    if whole is None:
        raise RuntimeError(f"year {year} of body {body.id} has services and no whole body")
    return PublishedYear(whole, tuple(results), is_new=False)
