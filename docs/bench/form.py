"""Requests a second of the public form, beside a bare Flask application on the same server."""

from __future__ import annotations

import tempfile
from pathlib import Path

from applications import make_bare_database
from load import CONNECTIONS, Measured, Target, measure
from site_of import SECRET, THREADS, WORKERS, make_wave, serving
from table import show

SECONDS = 8.0


def both(application: str, folder: Path, code: str, **environment: str) -> dict[str, Measured]:
    with serving(f"applications:{application}()", folder, **environment) as (host, port):
        target = Target(host, port, f"/q/{code}")
        return {kind: measure(kind, target, seconds=SECONDS) for kind in ("page", "journey")}


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    url, code = make_wave(folder)
    make_bare_database(str(folder / "bare.sqlite"))
    plain = both("bare", folder, code, BARE_DATABASE=str(folder / "bare.sqlite"))
    settings = {"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET,
                "SURVEY_SECURE_COOKIES": "0"}  # fmt: skip
    own = both("ours", folder, code, **settings)

rows = []
for kind, title in (("page", "GET of the page"), ("journey", "page, answer, thanks")):
    for who, measured in (("bare Flask", plain[kind]), ("Gradimento", own[kind])):
        ratio = measured.per_second / plain[kind].per_second
        rows.append((title, who, f"{measured.per_second:.0f}", f"{measured.p50:.1f}",
                     f"{measured.p99:.1f}", measured.failures, f"{ratio:.2f}"))  # fmt: skip
show(("what", "who", "a second", "p50 ms", "p99 ms", "failed", "ratio"), rows)
print(f"{CONNECTIONS} connections on this machine, gunicorn {WORKERS} workers x {THREADS} threads")
print("bars: ratio 0.50 at least; 150 journeys a second, p99 at most 100 ms on 2 free cores")
