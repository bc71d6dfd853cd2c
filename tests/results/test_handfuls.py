"""One to nine people: the same words everywhere, and their number nowhere in what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.results.documents import body_document
from survey.results.report import report_data
from tests.factories import Factory
from tests.results.reading import signed_in, words
from tests.results.year import FAIR, closed_wave, publish, spread


def counts(block: Any) -> Iterator[int | None]:
    """Give every count of forms or answers in a block of a document."""
    if isinstance(block, list):
        for part in block:
            yield from counts(part)
    elif isinstance(block, dict):
        for key, part in block.items():
            if key in ("n", "forms"):
                yield from part if isinstance(part, list) else [part]
            else:
                yield from counts(part)


def test_a_silent_wave_tells_no_count_in_any_document(make: Factory) -> None:
    closed_wave(make, make.service(slug="sport"), 2026, spread(7, FAIR), users_served=100)
    whole, alone = publish(make, 2026)
    for result in (whole, alone):
        wave = result.document["services"][0]["waves"][-1]
        assert set(counts(wave)) <= {None, 0}
        assert (wave["forms"], wave["n"], wave["detail"]) == (None, None, None)
        assert wave["response_rate"]["value"] is None


def test_a_handful_is_not_told_a_year_later(make: Factory) -> None:
    service = make.service(slug="sport")
    closed_wave(make, service, 2025, spread(7, FAIR), users_served=100)
    closed_wave(make, service, 2026, spread(60, FAIR), users_served=100)
    _, alone = publish(make, 2025, 2026)
    before, now = alone.document["services"][0]["waves"]
    assert set(counts(before)) <= {None, 0}
    assert now["detail"]["coverage"]["before"] is None
    assert 7 not in (now["change"]["n"] or [])
    assert now["isu"]["n"] == 60


def test_page_and_report_say_fewer_than_ten(app: Flask, make: Factory, session: Session) -> None:
    closed_wave(make, make.service(slug="sport"), 2026, spread(7, FAIR), users_served=100)
    whole, _ = publish(make, 2026)
    page = signed_in(app, make).get(f"/ente/{make.body().slug}/quadro/2026/sport")
    card = page.select(".results-card")[-1]
    assert words(card).startswith("Questionari raccolti meno di 10 100 utenti serviti")
    assert "non calcolabile" in words(card)
    data = report_data(session, make.body(), whole, language="it")
    assert ["Questionari raccolti", "meno di 10"] in data["services"][0]["facts"]


@pytest.mark.parametrize(
    ("excluded", "said"),
    [
        ([12], "12."),
        ([3], "meno di 10."),
        ([3, 4], "pochi (meno di 10 per volta)."),
        ([12, 3], "12, e pochi altri (meno di 10 per volta)."),
        ([12, 0, 15], "27."),
    ],
)
def test_forms_left_out_are_counted_and_a_handful_is_not_told(
    excluded: list[int], said: str
) -> None:
    empty: dict[str, Any] = {"notes": {"it": [], "en": []}, "services": []}
    (line,) = body_document(empty, "2026", excluded=excluded)["notes"]["it"]
    assert line.endswith(f"con lo stesso invito: {said}")
    assert json.dumps(empty) == '{"notes": {"it": [], "en": []}, "services": []}'


def test_no_form_left_out_needs_no_note() -> None:
    empty: dict[str, Any] = {"notes": {"it": [], "en": []}, "services": []}
    assert body_document(empty, "2026", excluded=[0, 0])["notes"]["it"] == []
