"""From 10,000,000 forms of 12 items, in CSV and in Parquet, to the yearly result.

Time and peak memory, beside the plain scan of the same file. The bar: 120 s and 2 GB on 2 cores.
FORMS sets another size. The files are written by a process of their own, because a child's peak
begins at the size of its parent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from table import show

FORMS, ITEMS = int(os.environ.get("FORMS", "10000000")), 12
SECONDS, MEGABYTES = 120, 2048
SCAN_CSV = "import sys; print(sum(1 for line in open(sys.argv[1], 'rb')))"
SCAN_PARQUET = """import sys, pyarrow.parquet as pq
file = pq.ParquetFile(sys.argv[1])
print(sum(batch.num_rows for batch in file.iter_batches(batch_size=500_000)))"""


def questionnaire() -> dict[str, Any]:
    labels = ("Per nulla", "Poco", "Abbastanza", "Molto")
    items: list[dict[str, Any]] = [
        {"key": f"item{n + 1}", "kind": "rating", "role": "item", "scale": "verbal4",
         "dimension": f"d{n // 3 + 1}", "text": {"it": f"Aspetto {n + 1}"}}
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


def run(command: list[Any]) -> tuple[float, float, float]:
    """Return seconds on the clock, seconds of processor and the peak in MB of a child."""
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {command}")
    spent = perf_counter() - start
    return spent, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    within = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        document = folder / "questionnaire.json"
        document.write_text(json.dumps(questionnaire()), "utf-8")
        files = {
            "CSV": (folder / "a.csv", SCAN_CSV),
            "Parquet": (folder / "a.parquet", SCAN_PARQUET),
        }
        paths = [path for path, _ in files.values()]
        writer = [sys.executable, Path(__file__).with_name("scale_files.py")]
        subprocess.run([*writer, str(FORMS), str(ITEMS), *paths], check=True)
        rows, indices = [], []
        for kind, (path, scan) in files.items():
            out = folder / f"out-{kind}"
            plain = run([sys.executable, "-c", scan, path])
            whole = run([sys.executable, "-m", "analysis", "run", "--questionnaire", document,
                         "--wave", f"2025={path}", "--out", out])  # fmt: skip
            within = within and whole[0] <= SECONDS and whole[2] <= MEGABYTES
            size = path.stat().st_size / 1e6
            for what, (clock, processor, peak) in (("scan", plain), ("analysis run", whole)):
                rows.append((f"{kind}, {size:.0f} MB: {what}", f"{clock:.1f}", f"{processor:.1f}",
                             f"{peak:.0f}", f"{clock / plain[0]:.1f}"))  # fmt: skip
            found = json.loads((out / "results.json").read_text("utf-8"))
            indices.append(found["services"][0]["waves"][0]["isu"])
    show((f"{FORMS:,} forms x {ITEMS} items", "s", "cpu s", "peak MB", "x scan"), rows)
    print(f"same index from both: {indices[0] == indices[1]}, n {indices[0]['n']:,}")
    print(f"bar {SECONDS} s and {MEGABYTES} MB: {'met' if within else 'MISSED'}")
    return 0 if within or FORMS != 10_000_000 else 1


if __name__ == "__main__":
    raise SystemExit(main())
