"""publiccode.yml holds what Developers Italia asks of a catalogue entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
#: from the controlled vocabulary of the standard
CATEGORIES = {"survey", "feedback-and-reviews-management", "data-analytics", "data-collection"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    return loaded


def test_mandatory_keys_are_there(document: dict[str, Any]) -> None:
    mandatory = {"publiccodeYmlVersion", "name", "url", "platforms", "categories",
                 "developmentStatus", "softwareType", "description", "legal", "maintenance",
                 "localisation"}  # fmt: skip
    assert mandatory <= set(document)


def test_categories_come_from_the_vocabulary(document: dict[str, Any]) -> None:
    assert set(document["categories"]) <= CATEGORIES


@pytest.mark.parametrize("language", ["it", "en"])
def test_descriptions_keep_to_the_lengths(document: dict[str, Any], language: str) -> None:
    description = document["description"][language]
    assert 1 <= len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert all(len(feature) <= 100 for feature in description["features"])


def test_licence_and_version_agree_with_the_package(document: dict[str, Any]) -> None:
    from survey import __version__

    assert document["legal"]["license"] == "EUPL-1.2"
    assert document["softwareVersion"] == __version__
