"""Run every benchmark, or those named: ``python docs/bench/run.py weight form yearly``."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("start", "weight", "form", "keying", "answers", "imports", "yearly")


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"unknown benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return 2
    began = time.perf_counter()
    failed = [name for name in names or NAMES if _run(name) != 0]
    print(f"\n{time.perf_counter() - began:.0f} s in all")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _run(name: str) -> int:
    print(f"\n== {name} ==", flush=True)
    return subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
