"""Two hundred small bodies with odd answers: every number finite, every null with its reason."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import analysis
from analysis.data import Status
from analysis.history import ServiceHistory, body_years
from analysis.results import as_document
from tests.analysis.worlds import ASKED, PROFILES, PROMISES, Forms, forms

SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BODIES = 200
BATCHES = 10


def odd_answers(made: Forms, rng: np.random.Generator) -> None:
    """Leave them as they are, or make them extreme in one of the ways that break formulas."""
    n, columns = made.ratings.shape
    statuses = np.array([int(status) for status in Status], dtype=np.int16)
    match int(rng.integers(8)):
        case 0:
            made.ratings[:] = int(Status.BLANK)
        case 1:
            made.ratings[:] = int(rng.integers(1, 6))
        case 2:
            made.ratings[:] = rng.integers(1, 6, (1, columns))
        case 3:
            made.ratings[:] = rng.integers(1, 6, (n, 1))
        case 4:
            made.ratings[rng.random((n, columns)) < 0.7] = int(rng.choice(statuses))
        case 5:
            made.ratings[:, int(rng.integers(columns))] = int(rng.choice(statuses))
        case 6:
            made.ratings[:] = np.where(rng.random((n, columns)) < 0.5, 1, 5)
        case _:
            pass


def odd_surroundings(made: Forms, rng: np.random.Generator) -> None:
    n = len(made.mode)
    made.mode = rng.choice([-1, 0, 1, 2, 3], n, p=rng.dirichlet(np.full(5, 0.4))).astype(np.int8)
    for variable, options in PROFILES.items():
        codes = [*range(1, options + 1), int(Status.BLANK)]
        shares = rng.dirichlet(np.full(len(codes), 0.5))
        made.profiles[variable] = rng.choice(codes, n, p=shares).astype(np.int16)
    made.choices = {
        "design": str(rng.choice(["open_link", "census_invited", "random_sample"])),
        "users_served": [None, 5, 40, 900][int(rng.integers(4))],
        "series_break": "nuovo modulo" if rng.random() < 0.1 else None,
        "standards": PROMISES if rng.random() < 0.5 else (),
    }
    if rng.random() < 0.4:
        made.choices["users_by"] = {"age_class": tuple((k, 100.0 * k) for k in (1, 2, 3))}


def document(seed: int) -> dict[str, Any]:
    """One to three services in one to three years, 0 to 40 forms each."""
    rng = np.random.default_rng([20260322, seed])
    histories = []
    for place in range(int(rng.integers(1, 4))):
        waves = []
        for year in range(int(rng.integers(1, 4))):
            n = int(rng.choice([0, 1, 2, 9, 10, 29, 30, int(rng.integers(0, 41))]))
            made = forms(n, rng, spread=False)
            odd_answers(made, rng)
            odd_surroundings(made, rng)
            waves.append(made.wave(str(2024 + year)))
        histories.append(ServiceHistory(f"s{place}", f"Servizio {place}", tuple(waves)))
    return as_document(body_years(histories))


def objects(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield place, value
        for key, part in value.items():
            yield from objects(part, f"{place}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from objects(part, f"{place}[{number}]")


def without_reason(found: dict[str, Any]) -> list[str]:
    """Places where the figure of an object with a `reason` is null and the reason is too."""
    figures = ("value", "share", "index", "n")
    return [
        f"{place}.{name}"
        for place, one in objects(found)
        if "reason" in one and one["reason"] is None
        for name in figures
        if name in one and one[name] is None
    ]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_small_bodies_with_odd_answers_give_valid_documents(batch: int) -> None:
    for seed in range(batch, BODIES, BATCHES):
        found = document(seed)

        faults = [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(found)]
        assert faults == [], f"body {seed}"
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        assert without_reason(found) == [], f"body {seed}"


def test_the_questionnaire_of_the_bodies_asks_everything_a_part_needs() -> None:
    roles = {question.role for question in ASKED.rated}

    assert {"item", "overall", "importance"} <= roles
    assert {profile.variable for profile in ASKED.profiles} == set(PROFILES)


def test_a_null_without_a_reason_is_found() -> None:
    assert without_reason({"a": [{"value": None, "reason": None}]}) == [".a[0].value"]
    assert without_reason({"a": {"value": None, "reason": "below_minimum"}}) == []
