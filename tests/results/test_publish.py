"""Publishing a year: all at once, never over what stands published."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.extensions import db
from survey.models import (
    AuditEntry,
    Chart,
    PublicBody,
    Service,
    Wave,
    WaveState,
    WaveTally,
    YearlyResult,
)
from survey.questionnaire.modes import Mode
from survey.results.actions import (
    NothingToPublish,
    PublishedMeanwhile,
    PublishedYear,
    ThresholdsDiffer,
    WaveStillOpen,
    publish_year,
)
from tests.factories import TODAY, Factory
from tests.results.year import (
    BAD,
    FAIR,
    GOOD,
    IN_ALL_LANGUAGES,
    IN_ITALIAN,
    answer,
    closed_wave,
    spread,
)

SCHEMA = Path(__file__).parents[2] / "analysis" / "results.schema.json"


def publish(make: Factory, year: int, **options: Any) -> PublishedYear:
    told = replace(IN_ITALIAN, **options)
    return publish_year(make.session, make.body(), year, by=None, today=TODAY, options=told)


def wave_of(result: YearlyResult) -> dict[str, object]:
    found: dict[str, object] = result.document["services"][0]["waves"][-1]
    return found


@pytest.fixture
def services(make: Factory) -> Sequence[Service]:
    """Three services with two years each: one falls, one rises, one stays."""
    made = []
    stories = (("Anagrafe", GOOD, BAD), ("Biblioteca", BAD, GOOD), ("Tributi", FAIR, FAIR))
    for number, (name, before, after) in enumerate(stories):
        service = make.service(name=name, slug=name.lower())
        closed_wave(make, service, 2025, spread(150, before, seed=number), users_served=2000)
        closed_wave(make, service, 2026, spread(150, after, seed=9 + number), users_served=2000)
        made.append(service)
    return made


@pytest.fixture
def service(make: Factory) -> Service:
    """One service with one closed wave: enough where the figures do not matter."""
    made = make.service(name="Anagrafe", slug="anagrafe")
    closed_wave(make, made, 2026, spread(40, FAIR))
    return made


def test_a_year_finds_what_changed(make: Factory, services: Sequence[Service]) -> None:
    publish(make, 2025)
    published = publish(make, 2026)
    verdicts = {
        result.document["services"][0]["name"]: wave_of(result)["change"]["verdict"]  # type: ignore[index]  # a JSON object
        for result in published.services
    }
    assert verdicts == {
        "Anagrafe": "peggioramento_accertato",
        "Biblioteca": "miglioramento_accertato",
        "Tributi": verdicts["Tributi"],
    }
    assert verdicts["Tributi"] not in ("peggioramento_accertato", "miglioramento_accertato")


def test_the_index_is_the_mean_of_the_items_on_0_to_100(make: Factory) -> None:
    # hours 4 3 2 1 twice five times -> 50; courtesy always 4 -> 100; two dimensions -> 75
    closed_wave(make, make.service(), 2026, ["4441", "3441", "2442", "1442"] * 5)
    published = publish(make, 2026)
    isu = wave_of(published.services[0])["isu"]
    assert isu["value"] == pytest.approx(75.0, abs=1e-12)  # type: ignore[index]  # a JSON object
    assert isu["n"] == 20  # type: ignore[index]  # a JSON object


def test_every_frozen_document_follows_the_published_schema(
    make: Factory, service: Service
) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    few = make.service(name="Sport")
    closed_wave(make, few, 2026, spread(8, FAIR))
    published = publish(make, 2026)
    for result in (published.body, *published.services):
        jsonschema.validate(result.document, schema)


def test_a_service_s_document_holds_its_own_waves_alone(
    make: Factory, services: Sequence[Service]
) -> None:
    published = publish(make, 2026)
    document = published.services[0].document
    assert [one["name"] for one in document["services"]] == ["Anagrafe"]
    assert [one["wave"] for one in document["services"][0]["waves"]] == ["2025", "2026"]
    whole = published.body.document
    assert [len(one["waves"]) for one in whole["services"]] == [1, 1, 1]
    assert [one["wave"] for one in whole["years"]] == ["2025", "2026"]


def test_waves_become_published_and_keep_their_tally(
    make: Factory, services: Sequence[Service], session: Session
) -> None:
    publish(make, 2026)
    states = {wave.year: wave.state for wave in session.scalars(select(Wave)).all()}
    assert states == {2025: WaveState.CLOSED, 2026: WaveState.PUBLISHED}
    kept = session.scalars(select(WaveTally)).all()
    assert sorted(tally.responses for tally in kept) == [150, 150, 150]


def test_publishing_again_with_the_same_data_writes_nothing(
    make: Factory, service: Service, session: Session
) -> None:
    first = publish(make, 2026)
    again = publish(make, 2026)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.body.id == first.body.id
    assert session.scalar(select(func.count()).select_from(YearlyResult)) == 2
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_changed_data_make_a_revision_beside_the_old_one(
    make: Factory, service: Service, session: Session
) -> None:
    first = publish(make, 2026)
    before = json.dumps(first.services[0].document, sort_keys=True)
    wave = session.scalars(select(Wave).where(Wave.service_id == service.id, Wave.year == 2026))
    answer(session, wave.one(), ["1111"] * 3, mode=Mode.PAPER)
    second = publish(make, 2026)
    session.expire_all()
    assert (second.is_new, second.body.revision) == (True, 2)
    assert [one.revision for one in second.services] == [2]
    assert json.dumps(first.services[0].document, sort_keys=True) == before
    assert wave_of(second.services[0])["forms"] == 43
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.before, one.after["revision"]) for one in entries if one.after] == [
        (None, 1),
        ({"revision": 1}, 2),
    ]


def test_an_open_wave_stops_the_year_and_is_named(
    make: Factory, service: Service, session: Session
) -> None:
    make.wave(make.service(name="Nidi"))
    with pytest.raises(WaveStillOpen, match=r"ancora aperte le rilevazioni di Nidi\."):
        publish(make, 2026)
    assert session.scalar(select(func.count()).select_from(YearlyResult)) == 0


def test_an_open_wave_can_be_left_out(make: Factory, service: Service) -> None:
    still_open = make.wave(make.service(name="Nidi"))
    published = publish(make, 2026, leave_out_open=True)
    assert len(published.services) == 1
    assert still_open.state is WaveState.OPEN


def test_a_year_without_closed_waves_is_refused(make: Factory) -> None:
    with pytest.raises(NothingToPublish, match="Nel 2026 non c'è nessuna rilevazione chiusa"):
        publish(make, 2026)


def test_different_thresholds_in_one_year_are_refused(make: Factory) -> None:
    for threshold in (5, 8):
        closed_wave(make, make.service(), 2026, [], practical_threshold=threshold)
    with pytest.raises(ThresholdsDiffer, match="5, 8 punti"):
        publish(make, 2026)


def test_a_wave_nobody_answered_is_published_without_numbers(make: Factory) -> None:
    closed_wave(make, make.service(), 2026, [])
    published = publish(make, 2026)
    wave = wave_of(published.services[0])
    assert (wave["forms"], wave["publication"]) == (0, "not_published")
    assert wave["isu"]["value"] is None  # type: ignore[index]  # a JSON object


def test_small_groups_show_in_no_document_and_no_chart(make: Factory, session: Session) -> None:
    wave = closed_wave(make, make.service(name="Sport"), 2026, ["4441"] * 9)
    published = publish(make, 2026, languages=IN_ALL_LANGUAGES.languages)
    (result,) = published.services
    found = wave_of(result)
    assert found["modes"] is None
    assert found["profiles"] == []
    assert [item["counts"] for item in found["items"]] == [None, None]  # type: ignore[attr-defined]  # a JSON list
    charts = session.scalars(select(Chart).where(Chart.result_id == result.id)).all()
    for chart in charts:
        assert "100" not in chart.words["description"]
        assert "9" not in [cell for row in chart.words["rows"] for cell in row]
    assert wave.state is WaveState.PUBLISHED


def test_a_mode_with_few_forms_is_not_told_apart(make: Factory, session: Session) -> None:
    wave = closed_wave(make, make.service(), 2026, spread(60, FAIR))
    answer(session, wave, spread(25, FAIR, seed=2), mode=Mode.KIOSK)
    answer(session, wave, spread(4, FAIR, seed=3), mode=Mode.PAPER)
    published = publish(make, 2026)
    modes = {one["mode"]: one["n"] for one in wave_of(published.services[0])["modes"]}  # type: ignore[attr-defined]  # a JSON list
    assert modes == {"web": 60, "kiosk": None, "paper": None}


def test_forms_left_out_are_told_in_the_notes(make: Factory, session: Session) -> None:
    wave = closed_wave(make, make.service(), 2026, spread(40, FAIR))
    answer(session, wave, ["1111"] * 16, mode=Mode.KIOSK, flags="B")
    published = publish(make, 2026)
    notes = published.services[0].document["notes"]
    assert any(line.endswith("invito: 16.") for line in notes["it"])
    assert any(line.endswith("invitation: 16.") for line in notes["en"])


def test_charts_come_in_both_languages_and_layouts(
    make: Factory, service: Service, session: Session
) -> None:
    published = publish(make, 2026, languages=IN_ALL_LANGUAGES.languages)
    charts = session.scalars(
        select(Chart).where(Chart.result_id == published.services[0].id).order_by(Chart.id)
    ).all()
    names = [chart.name for chart in charts if chart.language == "it"]
    assert names == [chart.name for chart in charts if chart.language == "en"]
    assert {"years", "dimensions", "modes"} < set(names)
    for chart in charts:
        assert chart.words["title"] and chart.words["description"] and chart.words["rows"]
        assert chart.svg.startswith("<svg") and chart.svg_narrow.startswith("<svg")
        assert chart.svg != chart.svg_narrow


def test_the_same_answers_give_the_same_numbers_and_drawings(
    make: Factory, session: Session
) -> None:
    twins = [make.body(slug=slug, name="Comune") for slug in ("uno", "due")]
    drawn = []
    for body in twins:
        service = make.service(body_id=body.id, slug="anagrafe", name="Anagrafe")
        edition = make.edition(body=body)
        wave = make.wave(service, edition, state=WaveState.CLOSED)
        answer(session, wave, spread(80, FAIR))
        published = publish_year(session, body, 2026, by=None, today=TODAY)
        (result,) = published.services
        charts = session.scalars(
            select(Chart).where(Chart.result_id == result.id).order_by(Chart.id)
        ).all()
        drawn.append((result.data_hash, result.document, [chart.svg for chart in charts]))
    assert drawn[0] == drawn[1]


def test_progress_is_told_to_the_end(make: Factory, service: Service) -> None:
    seen: list[tuple[int, int]] = []
    publish(make, 2026, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))


def test_who_publishes_second_at_the_same_time_is_told_so(
    app: Flask, make: Factory, service: Service
) -> None:
    make.session.commit()
    with app.app_context():
        engine = db.engine

    def somebody_else(done: int, _total: int) -> None:
        if done == 2:  # one wave counted, one service drawn, nothing written yet
            with Session(engine) as other:
                body = other.get_one(PublicBody, make.body().id)
                publish_year(other, body, 2026, by=None, today=TODAY, options=IN_ITALIAN)
                other.commit()

    with pytest.raises(PublishedMeanwhile, match="Nulla è stato scritto"):
        publish(make, 2026, progress=somebody_else)
    make.session.rollback()
    assert make.session.scalar(select(func.max(YearlyResult.revision))) == 1


def test_a_form_that_arrives_while_publishing_stops_it(
    app: Flask, make: Factory, service: Service
) -> None:
    make.session.commit()
    with app.app_context():
        engine = db.engine

    def a_clerk_keys(done: int, _total: int) -> None:
        if done == 2:
            with Session(engine) as other:
                wave = other.scalars(select(Wave)).one()
                answer(other, wave, ["1111"], mode=Mode.PAPER)
                other.commit()

    with pytest.raises(PublishedMeanwhile):
        publish(make, 2026, progress=a_clerk_keys)
    make.session.rollback()
    assert make.session.scalars(select(YearlyResult)).all() == []
    assert publish(make, 2026).is_new


def test_the_entry_of_the_register_names_who_published(make: Factory, session: Session) -> None:
    member = make.staff_member()
    closed_wave(make, make.service(), 2026, spread(40, FAIR))
    publish_year(session, make.body(), 2026, by=member, today=dt.date(2027, 1, 15))
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("result:publish", "year:2026")
    assert entry.staff_member_id == member.id


def test_another_body_s_waves_stay_out(make: Factory, session: Session) -> None:
    closed_wave(make, make.service(), 2026, spread(40, FAIR))
    other = make.body(slug="altro", name="Altro ente")
    noise = make.service(body_id=other.id)
    noisy = make.wave(noise, make.edition(body=other), state=WaveState.CLOSED)
    answer(session, noisy, spread(40, BAD))
    published = publish(make, 2026)
    assert len(published.services) == 1
    assert noisy.state is WaveState.CLOSED


def test_an_earlier_year_keeps_the_threshold_fixed_before_its_wave(make: Factory) -> None:
    service = make.service()
    better = (1, 4, 8, 7)
    for year, weights, threshold in ((2024, FAIR, 5), (2025, better, 5), (2026, better, 10)):
        marks = spread(600, weights, seed=year)
        closed_wave(make, service, year, marks, practical_threshold=threshold)
    published = {year: publish(make, year).services[0] for year in (2024, 2025, 2026)}
    assert verdict_on(published[2025], "2025") == "miglioramento_accertato"
    assert verdict_on(published[2026], "2025") == "miglioramento_accertato"


def verdict_on(result: YearlyResult, year: str) -> str:
    waves = result.document["services"][0]["waves"]
    verdict: str = next(wave["change"]["verdict"] for wave in waves if wave["wave"] == year)
    return verdict
