"""Two published years, told once for all tests that only read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.results.year import two_published_years


@pytest.fixture(scope="session")
def two_years(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_published_years(empty_file, tmp_path_factory.mktemp("years") / "two.sqlite")
