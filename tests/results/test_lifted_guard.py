"""All services moved together: the guard stands, until somebody signs why it should not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import AuditEntry, Role
from survey.results.actions import PublishOptions, publish_year
from survey.results.guard import lifted_guards
from tests.factories import TODAY, Factory
from tests.results.reading import signed_in, words
from tests.results.year import BAD, FAIR, GOOD, IN_ITALIAN, closed_wave, publish, spread

WHY = "Sportello unico aperto a marzo per tutti gli uffici"


def _body_that_rises(make: Factory, *, years: tuple[int, ...] = (2025, 2026)) -> None:
    for place, name in enumerate(("Anagrafe", "Tributi", "Sport", "Nidi", "Scuola")):
        service = make.service(name=name, slug=name.lower())
        for year, weights in zip(years, (BAD, GOOD, FAIR), strict=False):
            closed_wave(make, service, year, spread(80, weights, seed=10 * place + year))


def _verdicts(
    session: Session, make: Factory, year: int, options: PublishOptions
) -> dict[str, int]:
    found = publish_year(session, make.body(), year, by=None, today=TODAY, options=options)
    verdicts: dict[str, int] = found.body.document["years"][-1]["verdicts"]
    return verdicts


def test_a_signed_reason_publishes_a_revision_without_the_guard(
    make: Factory, session: Session
) -> None:
    _body_that_rises(make)
    publish(make, 2025)

    guarded = _verdicts(session, make, 2026, IN_ITALIAN)
    lifted = _verdicts(session, make, 2026, replace(IN_ITALIAN, lift_guard=WHY))
    again = publish_year(session, make.body(), 2026, by=None, today=TODAY, options=IN_ITALIAN)

    assert guarded["miglioramento_accertato"] == 0
    assert lifted["miglioramento_accertato"] == 5
    assert not again.is_new
    assert again.body.revision == 2
    assert any(WHY in line for line in again.body.document["notes"]["it"])
    assert lifted_guards(session, make.body(), last_year=2025) == {}
    signed = lifted_guards(session, make.body(), last_year=2026)
    assert signed == {"2026": f"{WHY} ({TODAY:%d/%m/%Y})"}


def test_a_later_year_reckons_with_the_reason_that_stands(make: Factory, session: Session) -> None:
    _body_that_rises(make, years=(2024, 2025, 2026))
    for year in (2024, 2025):
        options = replace(IN_ITALIAN, lift_guard=WHY if year == 2025 else "")
        publish_year(session, make.body(), year, by=None, today=TODAY, options=options)

    later = publish_year(session, make.body(), 2026, by=None, today=TODAY, options=IN_ITALIAN)

    shifts = [year["common_shift"] for year in later.body.document["years"]]
    assert shifts[1]["lifted"].startswith(WHY)
    # an accepted rise is a new level: the year after is held against it alone
    changes = [one["waves"][-1]["change"] for one in later.body.document["services"]]
    assert {tuple(one["base_waves"]) for one in changes} == {("2025",)}


def test_the_office_lifts_it_on_the_page_and_its_name_stands_below(
    app: Flask, make: Factory, session: Session
) -> None:
    _body_that_rises(make)
    for year in (2025, 2026):
        publish_year(
            session, make.body(), year, by=None, today=dt.date(2026, 12, 1), options=IN_ITALIAN
        )
    office = signed_in(app, make, Role.QUALITY_OFFICE)
    page = office.get("results.overview", body_slug=make.body().slug, year=2026)
    assert "Quasi tutti i servizi si muovono insieme" in words(page)

    after = office.submit(page, {"lift_guard": WHY})

    assert f"La cautela è stata tolta: {WHY} (" in words(after)
    assert after.select_one("[name=lift_guard]") is None
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.reason or "").startswith(WHY)


def test_a_reader_is_told_of_the_guard_and_cannot_lift_it(app: Flask, make: Factory) -> None:
    _body_that_rises(make)
    publish(make, 2025, 2026)
    manager = signed_in(app, make, Role.MANAGER)

    page = manager.get("results.overview", body_slug=make.body().slug, year=2026)

    assert "Quasi tutti i servizi si muovono insieme" in words(page)
    assert page.select_one("[name=lift_guard]") is None


def test_no_reason_lifts_nothing(app: Flask, make: Factory, session: Session) -> None:
    _body_that_rises(make)
    publish(make, 2025, 2026)
    office = signed_in(app, make, Role.QUALITY_OFFICE)
    page = office.get("results.overview", body_slug=make.body().slug, year=2026)

    after = office.submit(page, {"lift_guard": "  "})

    assert "Scrivi il motivo" in words(after)
    assert lifted_guards(session, make.body(), last_year=2026) == {}
