"""What is slow to load is loaded where it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

SLOW = ("matplotlib", "pyarrow", "scipy.optimize", "scipy.special", "scipy.stats")


@pytest.mark.parametrize("engine", ["analysis.history", "analysis.results", "analysis.charts"])
def test_importing_the_engine_loads_nothing_that_is_slow(engine: str) -> None:
    program = f"import sys, {engine}\nprint(*(name for name in {SLOW} if name in sys.modules))"
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=root, capture_output=True, text=True
    )
    assert run.stdout.strip() == ""
