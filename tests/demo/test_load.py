"""The demonstration body: believable, the same every time, and with a past that is known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.collection.actions import record_response
from survey.collection.queries import definition_of
from survey.demo import town
from survey.demo.forms import DayPicker, YearOfForms, draw_year
from survey.demo.load import load
from survey.demo.town import CURRENT, LAST, SERVICES, ServiceStory
from survey.models import (
    Chart,
    Comment,
    Place,
    PrintRun,
    PublicBody,
    Response,
    Service,
    Wave,
    WaveState,
    YearlyResult,
)
from survey.questionnaire.library import library_document
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import parse
from tests.factories import Factory

COLOURED = {"peggioramento_accertato", "miglioramento_accertato", "segnale_da_verificare"}


def verdicts(session: Session, year: int) -> dict[str, str]:
    results = session.scalars(
        select(YearlyResult).where(YearlyResult.year == year, YearlyResult.service_id.is_not(None))
    )
    return {
        result.service.slug: str(wave["change"]["verdict"])
        for result in results
        if result.service is not None
        for wave in own_waves(result.document)
        if wave["wave"] == str(year) and wave["change"] is not None
    }


def test_the_last_year_finds_exactly_the_two_true_changes(loaded: Session, first: int) -> None:
    true = {story.slug: story.change for story in SERVICES if story.change}
    found = {slug: verdict for slug, verdict in verdicts(loaded, first + LAST).items()
             if verdict in COLOURED}  # fmt: skip
    assert {slug: "miglioramento_accertato" if change > 0 else "peggioramento_accertato"
            for slug, change in true.items()} == found  # fmt: skip
    assert sorted(true.values())[0] < 0 < sorted(true.values())[-1]


@pytest.mark.parametrize("year", range(1, LAST))
def test_nothing_is_found_where_nothing_happened(loaded: Session, first: int, year: int) -> None:
    assert COLOURED & set(verdicts(loaded, first + year).values()) == set()


def test_sizes_span_every_publication_class(loaded: Session, first: int) -> None:
    forms = select(func.count()).select_from(Response).join(Response.wave).group_by(Wave.id)
    sizes = loaded.scalars(forms.where(Wave.year < first + CURRENT)).all()
    assert min(sizes) < 10
    assert any(10 <= size < 30 for size in sizes)
    assert 550 < max(sizes) < 650


def test_the_last_year_shows_a_map_of_priorities_and_trends(loaded: Session, first: int) -> None:
    last = YearlyResult.year == first + LAST
    drawn = select(Chart.language).join(Chart.result).where(last, Chart.name == "priorities")
    assert set(loaded.scalars(drawn)) == {"it", "en"}
    whole = select(YearlyResult).where(last, YearlyResult.service_id.is_(None))
    services = loaded.scalars(whole).one().document["services"]
    lines = {one["service"]: one["waves"][-1]["detail"]["trend"]["words"]["it"] for one in services}
    assert sum(bool(said) for said in lines.values()) >= 8
    assert "è calato in media" in lines["tributi"][0]


def test_drawings_of_the_years_before_are_in_italian_alone(loaded: Session, first: int) -> None:
    drawn = select(Chart.language).join(Chart.result).where(YearlyResult.year < first + LAST)
    assert set(loaded.scalars(drawn)) == {"it"}


def test_one_service_appears_in_mid_series(loaded: Session, first: int) -> None:
    first_years = Counter(service.first_year for service in loaded.scalars(select(Service)))
    assert first_years == {first: 11, first + 2: 1}


def test_four_years_are_published_and_the_current_one_takes_answers(
    loaded: Session, first: int, demo_day: dt.date
) -> None:
    states = loaded.execute(select(Wave.year, Wave.state).distinct().order_by(Wave.year)).all()
    published = [(year, WaveState.PUBLISHED) for year in range(first, first + CURRENT)]
    assert [tuple(row) for row in states] == [*published, (demo_day.year, WaveState.OPEN)]
    waves = loaded.scalars(select(Wave).where(Wave.year == demo_day.year)).all()
    assert all(wave.accepts_on(demo_day) for wave in waves)
    days = select(func.max(Response.day)).join(Response.wave).where(Wave.year == demo_day.year)
    last = loaded.scalar(days)
    assert last is not None and last <= demo_day


def test_all_modes_are_there_and_kiosks_only_where_there_is_one(loaded: Session) -> None:
    modes = loaded.execute(
        select(Service.slug, Response.mode).join(Response.wave).join(Wave.service).distinct()
    ).all()
    kiosks = {slug for slug, mode in modes if mode is Mode.KIOSK}
    assert {mode for _, mode in modes} == {Mode.WEB, Mode.KIOSK, Mode.PAPER}
    assert kiosks == {story.slug for story in SERVICES if story.has_kiosk}


def test_every_sheet_has_a_serial_of_its_print_run_and_the_sums_hold(loaded: Session) -> None:
    for run in loaded.scalars(select(PrintRun)):
        serials = loaded.scalars(
            select(Response.serial).where(
                Response.wave_id == run.wave_id, Response.mode == Mode.PAPER
            )
        ).all()
        assert all(serial and 1 <= serial <= run.wave.handed_out for serial in serials)
        assert run.wave.handed_out <= run.last_serial
        kept = len(serials) + run.wave.refused + run.wave.void
        assert kept <= run.wave.handed_out


def test_most_waves_have_comments_and_none_repeats_in_a_wave(loaded: Session) -> None:
    texts = loaded.execute(select(Comment.wave_id, Comment.text)).all()
    assert len({wave_id for wave_id, _ in texts}) >= 50
    assert max(Counter((wave_id, text) for wave_id, text in texts).values()) == 1


def test_loading_twice_keeps_what_is_there(loaded: Session) -> None:
    counted = select(func.count()).select_from(Response)
    before = loaded.scalar(counted)
    load(loaded, today=dt.date(2031, 1, 2), progress=lambda share: None)
    assert loaded.scalar(counted) == before
    assert loaded.scalar(select(func.count()).select_from(PublicBody)) == 1


@pytest.mark.parametrize("story", [SERVICES[0], SERVICES[5]], ids=lambda story: story.slug)
def test_the_same_service_gets_the_same_answers_whatever_the_date(story: ServiceStory) -> None:
    def content(today: dt.date) -> list[Any]:
        drawn = draw(story, LAST, today=today)
        return [{key: value for key, value in form.items() if key not in ("day", "place")}
                for form in drawn.filled]  # fmt: skip

    assert content(dt.date(2026, 11, 22)) == content(dt.date(2029, 2, 28))


@pytest.mark.parametrize("today", [dt.date(2027, 1, 1), dt.date(2028, 2, 29)])
def test_answers_of_the_running_year_are_never_of_tomorrow(today: dt.date) -> None:
    days = {form["day"] for form in draw(SERVICES[0], CURRENT, today=today).filled}
    assert min(days) >= dt.date(today.year, 1, 1)
    assert max(days) <= today


@pytest.mark.parametrize("year", range(2020, 2032))
def test_days_of_a_finished_year_are_working_days_of_that_year(year: int) -> None:
    days = DayPicker(year, until=dt.date(year, 12, 31))
    picked = [days.pick(n / 1000) for n in range(1000)]
    assert {day.year for day in picked} == {year}
    assert {day.weekday() for day in picked} == {0, 1, 2, 3, 4}


def test_loading_in_bulk_writes_what_one_by_one_would(
    loaded: Session, make: Factory, first: int
) -> None:
    year = first + LAST
    service = make.service(slug="cimiteri")
    wave = make.wave(service, make.edition(library_document("urp-sportello")), year=year,
                     opens_on=dt.date(year, 1, 1), closes_on=dt.date(year, 12, 31))  # fmt: skip
    place = make.place(service, code="ufficio")
    definition = definition_of(wave.edition)
    days = DayPicker(year, until=wave.closes_on)
    story = next(story for story in SERVICES if story.slug == "cimiteri")
    drawn = draw_year(story, LAST, definition=definition, places=[place], days=days)
    for form in drawn.filled:
        record_response(make.session, wave, **form)
    one_by_one = rows(make.session, wave)
    same = select(Wave).join(Wave.service).where(Wave.year == year, Service.slug == "cimiteri")
    assert one_by_one == rows(loaded, loaded.scalars(same).one())
    assert sum(one_by_one[0].values()) == len(drawn.filled)


def own_waves(document: dict[str, Any]) -> list[dict[str, Any]]:
    waves: list[dict[str, Any]] = document["services"][0]["waves"]
    return waves


def rows(session: Session, wave: Wave) -> tuple[Counter[Any], Counter[Any]]:
    """What a wave holds, apart from ids, which are drawn at random."""
    responses = session.scalars(select(Response).where(Response.wave_id == wave.id))
    comments = session.scalars(select(Comment).where(Comment.wave_id == wave.id))
    return (
        Counter((r.mode, r.day, r.language, r.place_id is None, r.serial, r.flags, r.marks)
                for r in responses),
        Counter((c.question_key, c.mode, c.language, c.text, c.state, c.serial) for c in comments),
    )  # fmt: skip


def draw(story: ServiceStory, year: int, *, today: dt.date) -> YearOfForms:
    places = [Place(code=code, name=name) for code, name in story.places]
    definition = parse(library_document(story.document))
    calendar_year = today.year - town.PUBLISHED_YEARS + year
    until = min(today, dt.date(calendar_year, 12, 31))
    days = DayPicker(calendar_year, until=until)
    return draw_year(story, year, definition=definition, places=places, days=days)


@pytest.fixture
def loaded(demo_file: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{demo_file}")
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def first(demo_day: dt.date) -> int:
    """The oldest year; the last published one is ``first + LAST``."""
    return demo_day.year - town.PUBLISHED_YEARS
