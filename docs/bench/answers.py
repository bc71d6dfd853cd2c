"""From a CSV of 1,000,000 forms of 12 items to the yearly result: time and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from table import show

FORMS, ITEMS = 1_000_000, 12
CHUNK = 100_000
MODES = np.array([b"web", b"kiosk", b"paper"])
SCAN = "import sys; print(sum(1 for line in open(sys.argv[1], 'rb')))"
SPLIT = "import csv, sys; print(sum(len(row) for row in csv.reader(open(sys.argv[1], newline=''))))"


def questionnaire() -> dict[str, Any]:
    labels = ("Per nulla", "Poco", "Abbastanza", "Molto")
    items: list[dict[str, Any]] = [
        {"key": f"item{n + 1}", "kind": "rating", "role": "item", "scale": "verbal4",
         "dimension": f"d{n // 3 + 1}", "allows": ["dk"], "text": {"it": f"Aspetto {n + 1}"}}
        for n in range(ITEMS)
    ]  # fmt: skip
    ages = [{"code": n, "label": {"it": f"Classe {n}"}} for n in range(1, 5)]
    profile = {"key": "age_class", "kind": "single_choice", "role": "profile",
               "variable": "age_class", "text": {"it": "Età"}, "options": ages}  # fmt: skip
    codes = [{"code": n + 1, "label": {"it": label}} for n, label in enumerate(labels)]
    return {
        "format": "gradimento/questionnaire/1", "id": "bench", "purpose": "satisfaction",
        "languages": ["it"], "title": {"it": "Prova"},
        "dimensions": [{"key": f"d{n}", "label": {"it": f"Dimensione {n}"}} for n in range(1, 5)],
        "scales": {"verbal4": {"codes": codes, "polarity": "positive",
                               "satisfied": [3, 4], "dissatisfied": [1, 2]}},
        "sections": [{"key": "service", "questions": [*items, profile]}],
    }  # fmt: skip


def write_answers(path: Path) -> None:
    rng = np.random.default_rng(12)
    cells = np.array([b"1", b"2", b"3", b"4", b"NS", b""])
    with path.open("wb") as file:
        keys = [f"item{n + 1}" for n in range(ITEMS)]
        file.write(",".join(["mode", *keys, "age_class"]).encode() + b"\n")
        for _ in range(FORMS // CHUNK):
            person = rng.normal(0, 0.8, (CHUNK, 1)) + rng.normal(0, 0.6, (CHUNK, ITEMS))
            places = np.searchsorted([-1.5, -0.7, 0.5], person)
            luck = rng.random(places.shape)
            places[luck < 0.03], places[luck > 0.98] = 4, 5
            columns = [MODES[rng.integers(0, 3, CHUNK)], *cells[places].T,
                       cells[rng.integers(0, 4, CHUNK)]]  # fmt: skip
            file.write(b"\n".join(map(b",".join, zip(*columns, strict=True))) + b"\n")


def run(command: list[Any]) -> tuple[float, float, float]:
    """Return seconds on the clock, seconds of processor and the peak in MB of a child."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {command}")
    spent = time.perf_counter() - start
    return spent, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    answers, document = folder / "answers.csv", folder / "questionnaire.json"
    document.write_text(json.dumps(questionnaire()), "utf-8")
    write_answers(answers)
    analyse = ["-m", "analysis", "run", "--questionnaire", document,
               "--wave", f"2025={answers}", "--out", folder / "out"]  # fmt: skip
    told = {
        "read its lines": run([sys.executable, "-c", SCAN, answers]),
        "split it with the csv module": run([sys.executable, "-c", SPLIT, answers]),
        "python -m analysis run": run([sys.executable, *analyse]),
    }
    size = answers.stat().st_size / 1e6
    found = json.loads((folder / "out" / "results.json").read_text("utf-8"))

base = told["split it with the csv module"][0]
rows = [
    (what, f"{clock:.1f}", f"{processor:.1f}", f"{peak:.0f}", f"{clock / base:.2f}")
    for what, (clock, processor, peak) in told.items()
]
show((f"{FORMS:,} forms x {ITEMS} items, {size:.0f} MB", "s", "cpu s", "peak MB", "ratio"), rows)
print(f"forms in the result: {found['services'][0]['waves'][0]['forms']:,}")
