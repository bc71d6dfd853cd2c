"""Documents to parse: a small one to change, and every definition that tests and product hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.questionnaire.definition import Definition
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.parsing import parse

FOLDER = Path(__file__).parents[1] / "definitions"
TESTED = sorted(path.stem for path in FOLDER.glob("*.json"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `each_document` on every document there is."""
    if "each_document" in metafunc.fixturenames:
        names = [*(f"tests/{name}" for name in TESTED), *library_names()]
        metafunc.parametrize("each_document", names, indirect=True)


@pytest.fixture
def each_document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


@pytest.fixture
def definition_of() -> Callable[[str], Definition]:
    """Parse a definition of tests/definitions."""
    return lambda name: parse(read(f"tests/{name}"))


@pytest.fixture
def document() -> dict[str, Any]:
    """Return a document with a question of every kind, to be spoilt."""

    def text(words: str) -> dict[str, str]:
        return {"it": words, "en": f"{words} (en)"}

    def question(key: str, kind: str, role: str, **fields: Any) -> dict[str, Any]:
        return {"key": key, "kind": kind, "role": role, "text": text(key), **fields}

    options = [{"code": code, "label": text(f"opzione {code}")} for code in (1, 2, 3)]
    return {
        "format": "gradimento/questionnaire/1",
        "id": "prova",
        "purpose": "satisfaction",
        "languages": ["it", "en"],
        "title": text("Prova"),
        "dimensions": [{"key": key, "label": text(key)} for key in ("access", "relation")],
        "scales": {
            "three": {
                "codes": [{"code": code, "label": text(str(code))} for code in (1, 2, 3)],
                "polarity": "positive",
                "satisfied": [3],
                "dissatisfied": [1],
            }
        },
        "sections": [
            {
                "key": "first",
                "title": text("Prima"),
                "questions": [
                    question("hours", "rating", "item", scale="three", dimension="access"),
                    question("hours_imp", "rating", "importance", scale="three", of="hours"),
                    question("all", "rating", "overall", scale="three", allows=["dk", "na"]),
                ],
            },
            {
                "key": "second",
                "questions": [
                    question("wishes", "multiple_choice", "need", options=options),
                    question("minutes", "number", "other", minimum=0, maximum=120),
                    question("office", "short_text", "other"),
                    question("comment", "long_text", "comment"),
                    question("age", "single_choice", "profile", variable="age_class",
                             options=options),
                ],
            },
        ],
    }  # fmt: skip


def read(name: str) -> dict[str, Any]:
    if not name.startswith("tests/"):
        return library_document(name)
    path = FOLDER / f"{name.removeprefix('tests/')}.json"
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document
