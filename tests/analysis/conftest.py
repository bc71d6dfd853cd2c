"""Questionnaires and waves made for one test at a time."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.__main__ import main, parser
from analysis.command import run
from analysis.data import Questionnaire, Status, read_questionnaire, responses_from_columns
from analysis.tally import tally_responses
from analysis.wave import Wave

Document = dict[str, Any]


def text(value: str) -> dict[str, str]:
    return {"it": value, "en": value}


def scale(low: int, high: int, **changes: Any) -> Document:
    codes = range(low, high + 1)
    return {
        "codes": [{"code": code, "label": text(f"code {code}")} for code in codes],
        "polarity": "positive",
        "satisfied": [high - 1, high] if high - low > 1 else [high],
        "dissatisfied": [low],
        **changes,
    }


@pytest.fixture
def make_document() -> Callable[..., Document]:
    """A questionnaire with rated items q1..qn spread over dimensions, an overall and a profile."""

    def make(
        *,
        items: int = 4,
        dimensions: int = 2,
        bounds: tuple[int, int] = (1, 5),
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        profiles: Mapping[str, int] | None = None,
        overall: bool = True,
    ) -> Document:
        changes = changes or {}
        profiles = {"age_class": 3, "sex": 2} if profiles is None else profiles
        questions = []
        for number in range(1, items + 1):
            key = f"q{number}"
            question = {
                "key": key, "kind": "rating", "role": "item", "scale": "main",
                "allows": ["dk", "na"], "text": text(key),
            }  # fmt: skip
            if dimensions:
                question["dimension"] = f"d{(number - 1) % dimensions + 1}"
            questions.append({**question, **changes.get(key, {})})
        if overall:
            question = {"key": "overall", "kind": "rating", "role": "overall", "scale": "main"}
            questions.append({**question, "text": text("overall"), **changes.get("overall", {})})
        for variable, options in profiles.items():
            questions.append(
                {
                    "key": variable, "kind": "single_choice", "role": "profile",
                    "variable": variable, "text": text(variable),
                    "options": [
                        {"code": code, "label": text(f"{code}")} for code in range(1, options + 1)
                    ],
                }
            )  # fmt: skip
        return {
            "format": "gradimento/questionnaire/1",
            "id": "made-for-tests",
            "languages": ["it", "en"],
            "title": text("Prova"),
            "dimensions": [
                {"key": f"d{number}", "label": text(f"D{number}")}
                for number in range(1, dimensions + 1)
            ],
            "scales": {"main": scale(*bounds), "yes_no": scale(0, 1)},
            "sections": [{"key": "all", "questions": questions}],
        }

    return make


@pytest.fixture
def make_questionnaire(make_document: Callable[..., Document]) -> Callable[..., Questionnaire]:
    return lambda **choices: read_questionnaire(make_document(**choices))


@pytest.fixture
def make_wave() -> Callable[..., Wave]:
    """A wave from one row a form: codes or statuses of the rated questions, in order."""

    def make(
        questionnaire: Questionnaire,
        ratings: Sequence[Sequence[int]] | NDArray[Any],
        *,
        mode: Sequence[int] | NDArray[Any] | None = None,
        profiles: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
        label: str = "2026",
        **choices: Any,
    ) -> Wave:
        rated = [question.key for question in questionnaire.rated]
        table = np.asarray(ratings, dtype=np.int16).reshape(-1, len(rated))
        columns = dict(zip(rated, table.T, strict=True))
        blank = np.full(len(table), int(Status.BLANK), dtype=np.int16)
        for profile in questionnaire.profiles:
            columns[profile.key] = np.asarray((profiles or {}).get(profile.key, blank))
        modes = np.zeros(len(table)) if mode is None else np.asarray(mode)
        responses = responses_from_columns(questionnaire, columns, mode=modes.astype(np.int8))
        return Wave(label, questionnaire, tally_responses(questionnaire, responses), **choices)

    return make


@pytest.fixture
def draw() -> Callable[..., tuple[NDArray[np.int16], NDArray[np.int8], dict[str, NDArray[Any]]]]:
    """Correlated answers with gaps, response modes and profiles, from a seed."""

    def make(
        questionnaire: Questionnaire, n: int, *, seed: int, shift: float = 0.0, gaps: float = 0.1
    ) -> tuple[NDArray[np.int16], NDArray[np.int8], dict[str, NDArray[Any]]]:
        rng = np.random.default_rng(seed)
        person = rng.normal(0, 0.7, (n, 1)) + shift
        columns = []
        for place, question in enumerate(questionnaire.rated):
            low, high = question.scale.lower, question.scale.upper
            latent = person[:, 0] + rng.normal(0.1 * place, 0.7, n)
            spread = (high - low) / 4
            marks = np.clip(np.rint(low + 0.65 * (high - low) + spread * latent), low, high)
            missing = rng.random(n) < gaps
            columns.append(np.where(missing, rng.choice([-1, -2, -3, -4], n), marks))
        mode = rng.choice([0, 1, 2], n, p=[0.5, 0.2, 0.3]).astype(np.int8)
        profiles = {
            profile.key: rng.choice([*profile.codes, int(Status.BLANK)], n)
            for profile in questionnaire.profiles
        }
        return np.stack(columns, axis=1).astype(np.int16), mode, profiles

    return make


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path]:
    """A simulated body of ten services over five years, as computed from its files.

    One service has promises and users by class. Returns the results document and the folder where
    the command wrote it, with its tables.
    """
    folder = tmp_path_factory.mktemp("simulated")
    assert main(["simulate", "--out", str(folder), "--scenario", "E", "--seed", "7",
                 "--services", "10"]) == 0  # fmt: skip
    truth = json.loads((folder / "truth.json").read_text("utf-8"))["waves"]
    waves = [f"--wave={one['service']}/{one['wave']}={folder / one['file']}" for one in truth]
    users = [f"--users={one['service']}/{one['wave']}={one['users']}" for one in truth]
    first = [one for one in truth if one["service"] == "servizio01"]
    by_class = {
        f"{one['service']}/{one['wave']}": {"sex": {"1": one["users"] // 2,
                                                    "2": one["users"] - one["users"] // 2}}
        for one in first
    }  # fmt: skip
    promises = [
        {"key": f"satisfied{share}", "service": "servizio01", "text": text(f"TEXT {share}"),
         "indicator": {"kind": "satisfied_share"}, "promised": share}
        for share in (55, 85)
    ]  # fmt: skip
    standards = {"format": "gradimento/standards/1", "standards": promises}
    for name, content in (("users.json", by_class), ("standards.json", standards)):
        (folder / name).write_text(json.dumps(content), "utf-8")
    given = parser().parse_args([
        "run", f"--questionnaire={folder / 'questionnaire.json'}", f"--out={folder / 'out'}",
        f"--users-by={folder / 'users.json'}", f"--standards={folder / 'standards.json'}",
        "--body=Comune", *waves, *users,
    ])  # fmt: skip
    return run(given), folder / "out"
