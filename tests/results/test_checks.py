"""Flags of stored forms: counted, kept or left out, and the index tried without them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from survey.models import Edition, Service, WaveState
from survey.questionnaire.modes import Mode
from survey.results.queries import left_out_forms, wave_marks
from survey.results.tallies import count_forms, count_wave
from tests.factories import Factory, small_document
from tests.results.year import FAIR, answer, closed_wave, publish, spread


def test_flags_of_the_database_and_of_the_answers_are_counted_together(
    session: Session, make: Factory, edition: Edition
) -> None:
    wave, noise = make.wave(edition=edition), make.wave(edition=edition)
    answer(session, wave, ["222222" + "31"] * 3 + ["323232" + "31"] * 4)
    answer(session, wave, ["444444" + "41"] * 2 + ["343434" + "41"], flags="F")
    answer(session, wave, ["......" + ".."], mode=Mode.PAPER)
    answer(session, wave, ["111111" + "11"] * 5, mode=Mode.KIOSK, flags="FB")
    answer(session, wave, ["111111" + "11"] * 2, flags="D")
    answer(session, noise, ["444444" + "41"] * 7, flags="F")

    tally, checks = count_forms(session, wave)

    assert tally == count_wave(session, wave)
    assert checks.flags == {"straightline": 5, "empty": 1, "fast": 3}
    assert checks.left_out == {"burst": 5, "duplicate_token": 2}
    assert (checks.forms, checks.suspicious) == (11, 6)


def test_a_form_of_a_burst_that_repeats_an_invitation_is_left_out_once(
    session: Session, make: Factory
) -> None:
    wave = make.wave()
    answer(session, wave, ["1111"] * 3, flags="BD")
    answer(session, wave, ["1111"], flags="D")

    assert left_out_forms(session, wave) == {"burst": 3, "duplicate_token": 1}


def test_small_chunks_find_the_same_flags_as_one(
    session: Session, make: Factory, edition: Edition
) -> None:
    wave = make.wave(edition=edition)
    answer(session, wave, [one[:3] * 2 + one[:1] + "1" for one in spread(200, FAIR)])
    answer(session, wave, ["333333" + "31"] * 30, flags="F")

    assert count_forms(session, wave, chunk=17)[1].facts() == count_forms(session, wave)[1].facts()


def test_the_forms_under_a_flag_can_be_asked_for_alone(session: Session, make: Factory) -> None:
    wave = make.wave()
    answer(session, wave, ["1111"] * 2)
    answer(session, wave, ["2222"] * 3, flags="F")

    (forms,) = wave_marks(session, wave, flag="F")

    assert forms.marks == b"2222" * 3


def test_a_published_year_tells_its_flags_and_not_those_of_the_years_before(
    session: Session, make: Factory, edition: Edition, service: Service
) -> None:
    ordinary = ["2434" + "33" + "31"] * 60
    for year in (2025, 2026):
        wave = closed_wave(make, service, year, ordinary, edition=edition)
        answer(session, wave, ["444444" + "41"] * 20, flags="F")
        answer(session, wave, ["111111" + "11"] * 12, flags="B")

    _, result = publish(make, 2025, 2026)

    before, this = result.document["services"][0]["waves"]
    assert before["detail"] is None
    now = this["detail"]["quality"]
    counts = {one["flag"]: one["n"] for one in now["flags"] + now["left_out"]}
    assert counts == {
        "straightline": 20, "fast": 20, "empty": 0, "burst": 12, "duplicate_token": 0,
    }  # fmt: skip
    # ordinary forms are 2 4 3 4 3 3 on 1-4, over two dimensions of three questions each
    line = now["sensitivity"]
    assert line["unflagged"] == pytest.approx(100 * (19 / 6 - 1) / 3)
    assert line["everybody"] == pytest.approx((60 * line["unflagged"] + 20 * 100) / 80)
    assert line["worth_saying"]


def test_a_flag_that_changes_makes_another_revision(
    session: Session, make: Factory, edition: Edition, service: Service
) -> None:
    wave = closed_wave(make, service, 2026, ["243433" + "31"] * 40, edition=edition)
    first = publish(make, 2026)[0]
    again = publish(make, 2026)[0]
    answer(session, wave, ["243433" + "31"] * 3, flags="B")
    assert wave.state is WaveState.PUBLISHED
    second = publish(make, 2026)[0]

    assert (first.revision, again.revision, second.revision) == (1, 1, 2)


@pytest.fixture
def edition(make: Factory) -> Edition:
    """Six rated items where the small questionnaire has two."""
    doc: dict[str, Any] = small_document()
    questions = doc["sections"][0]["questions"]
    items = [one for one in questions if one.get("role") == "item"]
    more = [one | {"key": f"{one['key']}_{n}"} for n in (2, 3) for one in items]
    place = questions.index(items[-1]) + 1
    questions[place:place] = more
    return make.edition(doc)


@pytest.fixture
def service(make: Factory) -> Service:
    return make.service(name="Anagrafe", slug="anagrafe", first_year=2025)
