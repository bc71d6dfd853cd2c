"""Times of ``make demo`` and ``make test`` from a fresh clone: only when asked, minutes long.

Runs on the standard library alone, since there is no environment yet.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 1800


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_first_answer(clone: Path, log: Path) -> float:
    """Start ``make demo``, wait for the first page, stop it with Ctrl-C."""
    port = free_port()
    start = time.perf_counter()
    with log.open("ab") as file:
        demo = subprocess.Popen(["make", "demo"], cwd=clone, stdout=file, stderr=file,
                                env=os.environ | {"PORT": str(port)},
                                start_new_session=True)  # fmt: skip
        try:
            while not answers(port):
                if demo.poll() is not None or time.perf_counter() - start > LIMIT:
                    raise SystemExit(f"make demo failed, see {log}")
                time.sleep(0.1)
            return time.perf_counter() - start
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            demo.wait(timeout=60)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="gradimento-fresh-"))
    log, clone = work / "log", work / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    print(f"log: {log}")
    print(f"make demo, to the first answer        {until_first_answer(clone, log):7.1f} s")
    print(f"make demo again, data kept            {until_first_answer(clone, log):7.1f} s")
    if "--demo" in sys.argv:
        return
    start = time.perf_counter()
    with log.open("ab") as file:
        tests = subprocess.run(["make", "test"], cwd=clone, stdout=file, stderr=file, check=False)
    verdict = "passed" if tests.returncode == 0 else "FAILED"
    print(f"make test, {verdict:<27}{time.perf_counter() - start:7.1f} s")


if __name__ == "__main__":
    main()
