"""How long the command takes to answer, and the engine to load, against an empty Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from table import show

RUNS = 9
SURVEY = Path(sys.executable).with_name("survey")
ENGINE = "import analysis.history, analysis.results"


def seconds(command: list[str | Path]) -> tuple[float, float]:
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return min(taken), statistics.median(taken)


bare = seconds([sys.executable, "-c", "pass"])
rows = [("python -c pass", f"{bare[0]:.3f}", f"{bare[1]:.3f}", "1.0")]
load = seconds([sys.executable, "-c", ENGINE])
rows.append((ENGINE, f"{load[0]:.3f}", f"{load[1]:.3f}", f"{load[1] / bare[1]:.1f}"))
for arguments in (["--version"], ["--help"], ["db", "--help"]):
    best, middle = seconds([SURVEY, *arguments])
    told = " ".join(["survey", *arguments])
    rows.append((told, f"{best:.3f}", f"{middle:.3f}", f"{middle / bare[1]:.1f}"))
show(("command", "best s", "median s", "times bare"), rows)
print("bars: survey --help within 0.5 s, the engine within 0.6 s")
