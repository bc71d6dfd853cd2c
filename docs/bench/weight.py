"""What a first visit to the form weighs, as a browser asks for it."""

from __future__ import annotations

import http.client
import re
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from site_of import SECRET, make_wave, serving
from table import show

_LOADED = re.compile(r'<(?:link|script|img)[^>]*?(?:href|src)="(/static/[^"#]+)')
_IN_STYLE = re.compile(r"url\([\"']?([^)\"']+\.woff2)[\"']?\)")
ACCEPTED = ("identity", "gzip", "gzip, deflate, br, zstd")


def fetch(host: str, port: int, path: str, accepted: str = "identity") -> bytes:
    """Return the content as it travels, headers apart."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": accepted})
    answer = connection.getresponse()
    sent = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return sent


def measure(host: str, port: int, path: str) -> dict[str, tuple[int, ...]]:
    """Return for each thing loaded its bytes as it is, in gzip, and as a browser gets it."""
    page = fetch(host, port, path).decode()
    waiting = [path]
    waiting += [found.replace("&amp;", "&") for found in _LOADED.findall(page)]
    rows: dict[str, tuple[int, ...]] = {}
    while waiting:
        address = waiting.pop(0)
        name = "HTML" if address == path else address.split("?")[0].rsplit("/", 1)[-1]
        if name in rows:
            continue
        contents = [fetch(host, port, address, accepted) for accepted in ACCEPTED]
        rows[name] = tuple(len(content) for content in contents)
        if ".css" in address:
            fonts = _IN_STYLE.findall(contents[0].decode())
            waiting += [urljoin(address, font) for font in fonts]
    return rows


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    url, code = make_wave(folder)
    settings = {"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET}
    with serving("applications:ours()", folder, **settings) as (host, port):
        rows = measure(host, port, f"/q/{code}")

table = [(name, *(f"{size / 1000:.1f}" for size in sizes)) for name, sizes in rows.items()]
totals = [sum(sizes[n] for sizes in rows.values()) / 1000 for n in range(len(ACCEPTED))]
table.append((f"first visit, {len(rows)} requests", *(f"{total:.1f}" for total in totals)))
show(("kB", "as it is", "gzip only", "as a browser asks"), table)
print("bars: HTML 14 kB, first visit 200 kB with style and fonts")
