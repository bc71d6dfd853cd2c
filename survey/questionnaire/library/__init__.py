"""The model questionnaires shipped with the product, and the scales they are made with."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

_FOLDER = files(__name__)
_SCALES = files("survey.questionnaire") / "scales.json"
_SUFFIX = ".json"


def library_names() -> tuple[str, ...]:
    """Return the names of the model questionnaires, in alphabetical order."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def library_document(name: str) -> dict[str, Any]:
    """Return a fresh copy of a model questionnaire; `KeyError` when there is none of that name."""
    if name not in library_names():
        raise KeyError(name)
    document: dict[str, Any] = json.loads((_FOLDER / f"{name}{_SUFFIX}").read_text("utf-8"))
    return document


def scale_names() -> tuple[str, ...]:
    """Return the names of the scales of the library, the default first."""
    return tuple(_scales())


def scale_document(name: str) -> dict[str, Any]:
    """Return a fresh copy of a scale as a document writes it; `KeyError` when there is none."""
    return _scales()[name]


def _scales() -> dict[str, dict[str, Any]]:
    scales: dict[str, dict[str, Any]] = json.loads(_SCALES.read_text("utf-8"))
    return scales
