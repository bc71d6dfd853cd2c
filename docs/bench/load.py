"""A small load generator: processes with keep-alive connections of http.client."""

from __future__ import annotations

import http.client
import multiprocessing
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

CONNECTIONS = 8
_HIDDEN = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Target:
    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Measured:
    per_second: float
    p50: float
    p99: float
    failures: int


def measure(kind: str, target: Target, *, seconds: float) -> Measured:
    """Run ``page`` or ``journey`` over and over on eight connections."""
    context = multiprocessing.get_context("fork")
    queue: Any = context.Queue()
    arguments = (kind, target, seconds, queue)
    workers = [context.Process(target=_work, args=arguments) for _ in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    results = [queue.get(timeout=seconds + 120) for _ in workers]
    for worker in workers:
        worker.join()
    times = sorted(one for taken, _ in results for one in taken)
    if not times:
        raise SystemExit(f"{kind} of {target.path}: not one success")
    return Measured(
        per_second=len(times) / seconds,
        p50=1000 * times[len(times) // 2],
        p99=1000 * times[min(len(times) - 1, int(len(times) * 0.99))],
        failures=sum(failed for _, failed in results),
    )


def _work(kind: str, target: Target, seconds: float, queue: Any) -> None:
    once: Callable[[http.client.HTTPConnection, str], bool] = _page if kind == "page" else _journey
    connection = http.client.HTTPConnection(target.host, target.port, timeout=30)
    once(connection, target.path)
    times, failures = [], 0
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        if once(connection, target.path):
            times.append(time.perf_counter() - start)
        else:
            failures += 1
    connection.close()
    queue.put((times, failures))


def _page(connection: http.client.HTTPConnection, path: str) -> bool:
    return _get(connection, path)[0] == 200


def _journey(connection: http.client.HTTPConnection, path: str) -> bool:
    """Open the page, send it filled in, follow to the thanks."""
    status, page = _get(connection, path)
    if status != 200:
        return False
    connection.request("POST", path, urlencode(_filled(page)),
                       {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    answer = connection.getresponse()
    answer.read()
    return answer.status == 303 and _get(connection, answer.headers["Location"])[0] == 200


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _filled(page: str) -> list[tuple[str, str]]:
    """Tick one box of each question and write a comment."""
    boxes: dict[str, list[str]] = {}
    fields = []
    for tag in _HIDDEN.findall(page):
        found = dict(_ATTRIBUTE.findall(tag))
        if found.get("type") == "hidden":
            fields.append((found["name"], found["value"]))
        elif found.get("type") in ("radio", "checkbox") and found["name"].startswith("q_"):
            boxes.setdefault(found["name"], []).append(found["value"])
    fields += [(name, random.choice(values)) for name, values in boxes.items()]  # noqa: S311  # load
    return [*fields, ("q_comment", "Tutto bene, ma l'attesa è stata lunga.")]
