"""What the pages of a year show, gathered from what is stored: no number is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.models import Chart, PublicBody, Service, Wave, WaveState, YearlyResult
from survey.questionnaire.modes import Mode
from survey.results import queries
from survey.results.detail import BodyDetail, Detail, body_detail_of, detail_of
from survey.results.queries import CommentPage
from survey.results.words import flags_in_words

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A wave whose numbers are not published: only how much has come in."""

    wave: Wave
    total: int
    modes: Mapping[Mode, int]

    @property
    def is_open(self) -> bool:
        return self.wave.state is WaveState.OPEN


@dataclass(frozen=True, slots=True)
class Line:
    """A service in the table of the year."""

    slug: str
    name: str
    wave: Json

    @property
    def satisfied(self) -> Json | None:
        found: Json | None = self.wave["overall"] and self.wave["overall"]["satisfied"]
        return found


@dataclass(frozen=True, slots=True)
class Overview:
    year: int
    years: Sequence[int]
    #: newest revision there is, and the result shown; None before the year is published
    newest: int | None
    result: YearlyResult | None
    lines: Sequence[Line]
    incoming: Sequence[Incoming]
    #: bundles of paper still open, by the closed wave they belong to
    open_bundles: Mapping[int, int]
    #: services of the year without any wave
    missing: Sequence[Service]
    charts: Sequence[Chart]
    detail: BodyDetail | None

    @property
    def figures(self) -> Json | None:
        """Return the figures of the whole body in the year."""
        if self.result is None:
            return None
        found: Json = self.result.document["years"][-1]
        return found

    @property
    def is_guarded(self) -> bool:
        """Tell whether the newest result stands under the guard against a common shift."""
        if self.figures is None or self.result is None or self.result.revision != self.newest:
            return False
        shift = self.figures["common_shift"] or {}
        return bool(shift.get("raised")) and not shift.get("lifted")

    @property
    def few(self) -> Sequence[Line]:
        """Return the services where too few answered for a figure."""
        return [line for line in self.lines if line.wave["isu"]["value"] is None]

    def with_verdict(self, verdict: str) -> Sequence[Line]:
        changes = [(line, line.wave["change"]) for line in self.lines]
        return [line for line, change in changes if change and change["verdict"] == verdict]

    @property
    def still_open(self) -> Sequence[Incoming]:
        return [one for one in self.incoming if one.is_open]

    @property
    def to_publish(self) -> Sequence[Incoming]:
        return [one for one in self.incoming if not one.is_open]


def overview(
    session: Session,
    body: PublicBody,
    year: int | None,
    *,
    language: str,
    revision: int | None = None,
) -> Overview:
    """Gather a year of a body; without a year, the last one published, else the last one there."""
    years = queries.survey_years(session, body)
    if year is None:
        year = _latest(session, body, years)
    result = queries.body_result(session, body, year, revision=revision)
    waves = queries.waves_of_year(session, body, year)
    counts = queries.received(session, waves)
    surveyed = {wave.service_id for wave in waves}
    return Overview(
        year=year,
        years=years if year in years else sorted({*years, year}),
        newest=queries.latest_revision(session, body, year),
        result=result,
        lines=_lines(result),
        incoming=[
            Incoming(wave, sum(counts[wave.id].values()), counts[wave.id])
            for wave in waves
            if wave.state is not WaveState.PUBLISHED
        ],
        open_bundles=queries.open_bundles(
            session, [wave for wave in waves if wave.state in queries.COUNTED_STATES]
        ),
        missing=[
            service
            for service in queries.services_of_year(session, body, year)
            if service.id not in surveyed
        ],
        charts=[] if result is None else queries.charts_of(session, result, language),
        detail=body_detail_of(None if result is None else result.document, language),
    )


def _latest(session: Session, body: PublicBody, years: Sequence[int]) -> int:
    published = queries.latest_published_year(session, body)
    return published or (years[-1] if years else 0)


def _lines(result: YearlyResult | None) -> list[Line]:
    services = [] if result is None else result.document["services"]
    return [Line(one["service"], one["name"], one["waves"][-1]) for one in services]


@dataclass(frozen=True, slots=True)
class ServicePage:
    year: int
    years: Sequence[int]
    newest: int | None
    result: YearlyResult | None
    wave: Wave | None
    incoming: Incoming | None
    charts: Mapping[str, Chart]
    comments: CommentPage | None
    language: str

    @property
    def figures(self) -> Json | None:
        if self.result is None:
            return None
        found: Json = self.result.document["services"][0]["waves"][-1]
        return found

    @property
    def ratings(self) -> Sequence[Json]:
        """Return every rated question in the order of the form."""
        figures = self.figures or {"items": [], "overall": None, "other_ratings": []}
        overall = [figures["overall"]] if figures["overall"] else []
        found = [*figures["items"], *overall, *figures["other_ratings"]]
        return sorted(found, key=lambda rating: int(rating["number"]))

    @property
    def flags(self) -> Sequence[str]:
        figures = self.figures or {"flags": [], "change": None}
        change = figures["change"] or {"flags": []}
        return flags_in_words([*figures["flags"], *change["flags"]])

    @property
    def detail(self) -> Detail | None:
        return detail_of(self.figures, self.language)

    @property
    def distributions(self) -> Sequence[Chart]:
        return self._called("answers")

    @property
    def gaps(self) -> Sequence[Chart]:
        return self._called("gaps")

    def _called(self, name: str) -> Sequence[Chart]:
        return [chart for called, chart in self.charts.items() if called.startswith(name)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked of a service page."""

    language: str
    revision: int | None = None
    #: page of the comments; None for who may not read them
    comments: int | None = None


def service_page(session: Session, service: Service, year: int, *, wanted: Wanted) -> ServicePage:
    """Gather the page of one service in one year."""
    body = session.get_one(PublicBody, service.body_id)
    result = queries.service_result(session, service, year, revision=wanted.revision)
    wave = queries.wave_of(session, service, year)
    charts = [] if result is None else queries.charts_of(session, result, wanted.language)
    return ServicePage(
        year=year,
        years=queries.survey_years(session, body, service=service),
        newest=queries.latest_revision(session, body, year),
        result=result,
        wave=wave,
        incoming=_incoming(session, wave) if result is None else None,
        charts={chart.name: chart for chart in charts},
        comments=_comments(session, wave, result, number=wanted.comments),
        language=wanted.language,
    )


def _incoming(session: Session, wave: Wave | None) -> Incoming | None:
    if wave is None or wave.state is WaveState.DRAFT:
        return None
    counts = queries.received(session, [wave])[wave.id]
    return Incoming(wave, sum(counts.values()), counts)


def _comments(
    session: Session, wave: Wave | None, result: YearlyResult | None, *, number: int | None
) -> CommentPage | None:
    """Show no comment before the year is published, nor where too few answered (method, 3.7)."""
    if number is None or wave is None or result is None:
        return None
    figures = result.document["services"][0]["waves"][-1]
    # documents from before handfuls were taken out tell the number itself
    if (figures["n"] or 0) < result.document["parameters"]["publication_minimum"]:
        return None
    return queries.comment_page(session, wave, number=number)
