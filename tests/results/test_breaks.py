"""A series that is broken on purpose: who says so, why, and what the next publication does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.models import AuditEntry, Role, SeriesBreak, Service, Wave, YearlyResult
from survey.results import actions, queries
from survey.results.actions import PublishedMeanwhile, publish_year, record_break
from tests.factories import TODAY, Factory
from tests.results.reading import signed_in, words
from tests.results.year import FAIR, GOOD, IN_ITALIAN, closed_wave, spread

REASON = "Dal 2026 lo sportello è unificato con i Tributi"


@pytest.fixture
def wave(make: Factory) -> Wave:
    """A closed wave of 2026 after one of 2025, and the same of a neighbour."""
    found = None
    for name in ("Tributi", "Anagrafe"):
        service = make.service(name=name, slug=name.lower())
        closed_wave(make, service, 2025, spread(60, GOOD))
        found = closed_wave(make, service, 2026, spread(60, FAIR, seed=2))
    assert found is not None
    return found


def test_a_broken_series_is_not_compared_and_says_why(make: Factory, wave: Wave) -> None:
    _break(make, wave, REASON)

    results = _publish(make)

    broken, whole = _wave(results["Anagrafe"]), _wave(results["Tributi"])
    assert broken["change"]["reasons"] == ["series_break"]
    assert broken["series_break"] == REASON
    assert whole["change"]["verdict"] != "non_confrontabile"
    assert whole["series_break"] is None
    words_of_chart = {chart.name: chart.words for chart in results["Anagrafe"].charts}["years"]
    assert REASON in str(words_of_chart)


def test_a_break_after_publication_is_a_new_revision_beside_the_old(
    make: Factory, wave: Wave
) -> None:
    first = _publish(make)["Anagrafe"]
    _break(make, wave, REASON)
    second = _publish(make)["Anagrafe"]

    assert (first.revision, second.revision) == (1, 2)
    assert _wave(first)["series_break"] is None
    assert _wave(second)["series_break"] == REASON


def test_a_break_can_be_reworded_and_taken_back_and_every_step_is_registered(
    make: Factory, wave: Wave
) -> None:
    for reason in ("Nuovo sportello", REASON, REASON, "  "):
        _break(make, wave, reason)

    entries = make.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "result:break").order_by(AuditEntry.id)
    ).all()
    steps = [(entry.before, entry.after) for entry in entries]
    assert steps == [
        (None, {"reason": "Nuovo sportello"}),
        ({"reason": "Nuovo sportello"}, {"reason": REASON}),
        ({"reason": REASON}, None),
    ]
    assert queries.series_break(make.session, wave.service, 2026) is None


def test_taking_back_a_break_that_is_not_there_changes_nothing(make: Factory, wave: Wave) -> None:
    assert record_break(make.session, wave, " ", by=make.staff_member(), today=TODAY) is None
    assert make.session.scalars(select(AuditEntry.action)).all() == []


def test_the_breaks_of_another_body_are_not_ours(make: Factory, wave: Wave) -> None:
    other = make.body(slug="altro", name="Altro ente")
    service = make.service(body=other, name="Sport", slug="sport")
    make.session.add(
        SeriesBreak(
            body_id=other.id, service_id=service.id, year=2026, reason="noise",
            recorded_by=make.staff_member().id, recorded_on=TODAY,
        )
    )  # fmt: skip
    make.session.flush()

    assert queries.break_reasons(make.session, wave.body) == {}


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"year": 1980}])
def test_the_database_refuses_a_break_without_reason_or_year(
    make: Factory, wave: Wave, wrong: dict[str, Any]
) -> None:
    columns = {"reason": REASON, "year": 2026} | wrong
    make.session.add(
        SeriesBreak(
            body_id=wave.body_id, service_id=wave.service_id, recorded_on=TODAY,
            recorded_by=make.staff_member().id, **columns,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        make.session.flush()


def test_the_quality_office_records_a_break_on_the_page_of_the_service(
    app: Flask, make: Factory, wave: Wave
) -> None:
    where = {"body_slug": wave.body.slug, "year": 2026, "service_slug": "anagrafe"}
    _publish(make)
    pages = signed_in(app, make, role=Role.QUALITY_OFFICE)
    page = pages.submit(pages.get("results.service", **where), {"reason": REASON})

    field = page.select_one("#reason")
    assert field is not None
    assert field["value"] == REASON
    assert "Interruzione registrata" in words(page)
    assert "Serie interrotta" not in words(page)

    _publish(make)
    make.session.commit()
    assert f"Serie interrotta: {REASON}." in words(pages.get("results.service", **where))


def test_a_manager_reads_the_page_and_is_offered_no_break(
    app: Flask, make: Factory, wave: Wave
) -> None:
    _publish(make)
    page = signed_in(app, make, role=Role.MANAGER).get(
        "results.service", body_slug=wave.body.slug, year=2026, service_slug="anagrafe"
    )

    assert page.select_one("#reason") is None


def test_a_reason_that_is_too_long_is_refused_in_words(
    app: Flask, make: Factory, wave: Wave
) -> None:
    where = {"body_slug": wave.body.slug, "year": 2026, "service_slug": "anagrafe"}
    pages = signed_in(app, make, role=Role.QUALITY_OFFICE)
    page = pages.submit(pages.get("results.service", **where), {"reason": "x" * 201})

    assert "al più 200 segni" in words(page)
    assert queries.series_break(make.session, wave.service, 2026) is None


def test_waves_in_other_months_are_flagged_in_the_published_year(make: Factory, wave: Wave) -> None:
    wave.opens_on, wave.closes_on = dt.date(2026, 10, 1), dt.date(2026, 11, 30)
    before = queries.wave_of(make.session, wave.service, 2025)
    assert before is not None
    before.opens_on, before.closes_on = dt.date(2025, 3, 1), dt.date(2025, 4, 30)

    flags = _wave(_publish(make)["Anagrafe"])["change"]["flags"]

    assert "field_period_differs" in flags


def test_a_correction_made_while_answers_are_counted_stops_the_publication(
    make: Factory, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = actions.count_forms

    def corrected_meanwhile(session: Session, one: Wave) -> Any:
        found = count(session, one)
        if one.id == wave.id:
            one.corrections += 1
            session.flush()
        return found

    monkeypatch.setattr(actions, "count_forms", corrected_meanwhile)

    with pytest.raises(PublishedMeanwhile):
        _publish(make)


def _break(make: Factory, wave: Wave, reason: str) -> None:
    record_break(make.session, wave, reason, by=make.staff_member(), today=TODAY)


def _publish(make: Factory) -> dict[str, YearlyResult]:
    published = publish_year(
        make.session, make.body(), 2026, by=None, today=TODAY, options=IN_ITALIAN
    )
    names = {service.id: service.name for service in make.session.scalars(select(Service)).all()}
    return {names[one.service_id]: one for one in published.services if one.service_id}


def _wave(result: YearlyResult) -> dict[str, Any]:
    found: dict[str, Any] = result.document["services"][0]["waves"][-1]
    return found
