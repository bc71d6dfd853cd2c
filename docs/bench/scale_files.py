"""Write answers of many forms as CSV and as Parquet: ``scale_files.py FORMS ITEMS CSV PARQUET``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

CHUNK = 500_000
MODES = (b"web", b"kiosk", b"paper")
UNREADABLE = 5


def draw(forms: int, items: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    """Response modes and codes 1-4 (5: not readable), items then age, a chunk at a time."""
    random = np.random.default_rng(12)
    for start in range(0, forms, CHUNK):
        n = min(CHUNK, forms - start)
        latent = random.normal(0, 0.8, (n, 1)) + random.normal(0, 0.6, (n, items))
        marks = 1 + np.digitize(latent, [-1.5, -0.7, 0.5])
        marks[random.random(marks.shape) < 0.04] = UNREADABLE
        codes = np.hstack([marks, random.integers(1, 5, (n, 1))]).astype(np.uint8)
        yield random.integers(0, 3, n), codes


def write(forms: int, items: int, answers: Path, columns: Path) -> None:
    keys = [*(f"item{n + 1}" for n in range(items)), "age_class"]
    cells = np.frombuffer(b"01234?", np.uint8)
    schema = pa.schema([("mode", pa.string()), *((key, pa.string()) for key in keys)])
    with answers.open("wb") as file, pq.ParquetWriter(columns, schema) as parquet:
        file.write(",".join(["mode", *keys]).encode() + b"\n")
        for mode, codes in draw(forms, items):
            mode.sort()
            for number, name in enumerate(MODES):
                part = codes[mode == number]
                rows = np.full((len(part), len(name) + 2 * (items + 1) + 1), ord(","), np.uint8)
                rows[:, : len(name)] = np.frombuffer(name, np.uint8)
                rows[:, len(name) + 1 : -1 : 2] = cells[part]
                rows[:, -1] = ord("\n")
                file.write(rows.tobytes())
            names = pa.array([name.decode() for name in MODES]).take(pa.array(mode))
            texts = pa.array(["", "1", "2", "3", "4", "?"])
            parquet.write_table(
                pa.table([names, *(texts.take(pa.array(column)) for column in codes.T)], schema)
            )


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
