"""``survey demo`` as a newcomer meets it: started, read, stopped, started again."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

SURVEY = Path(sys.executable).with_name("survey")
#: a start with data already there, on a machine busy with other tests
LATEST_START = 30.0


def test_a_newcomer_opens_a_form_signs_in_and_stops_the_server(folder: Path) -> None:
    with started(folder) as (output, server):
        url = re.findall(r"http://\S+/q/\S+", output)[0]
        assert "<fieldset" in read(build_opener(), url)
        told = re.findall(r"avvio: (\S+)", output)[0]
        addresses = re.findall(r"^  (\S+@\S+)", output, re.MULTILINE)
        assert len(addresses) == 5
        for address in addresses:
            assert sign_in(output, address, told), address
    assert server.returncode == 0
    assert "Traceback" not in (folder / "log").read_text()


def test_a_second_start_keeps_the_data_and_changes_the_password(folder: Path) -> None:
    counts, passwords = [], []
    for _ in range(2):
        with started(folder) as (output, _server):
            passwords.append(re.findall(r"avvio: (\S+)", output)[0])
        with sqlite3.connect(folder / "demo.sqlite") as database:
            counts.append(database.execute("SELECT count(*) FROM response").fetchone())
        database.close()
    assert counts[0] == counts[1] > (10_000,)
    assert passwords[0] != passwords[1]


def test_when_the_year_of_the_data_is_over_the_start_says_what_to_do(folder: Path) -> None:
    with sqlite3.connect(folder / "demo.sqlite") as database:
        database.execute("UPDATE wave SET closes_on = opens_on WHERE state = 'open'")
    database.close()
    with started(folder) as (output, _server):
        assert "/q/" not in output
        assert "l'anno dei dati dimostrativi è finito" in output
        assert "cancella il file demo.sqlite" in output


def test_the_secret_key_is_kept_and_readable_by_its_owner_only(folder: Path) -> None:
    for _ in range(2):
        run = subprocess.run([SURVEY, "demo", "--load-only", "--folder", folder], check=True)
        assert run.returncode == 0
        key = folder / "secret-key"
        assert key.stat().st_mode & 0o777 == 0o600
        assert len(key.read_text()) >= 32
    kept = key.read_text()
    subprocess.run([SURVEY, "demo", "--load-only", "--folder", folder], check=True)
    assert key.read_text() == kept


def test_a_taken_port_is_told_in_one_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = subprocess.run([SURVEY, "demo", "--folder", folder, "--port", port],
                             capture_output=True, text=True, check=False)  # fmt: skip
    assert run.returncode == 1
    assert f"La porta {port} di 127.0.0.1 non è libera" in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.fixture
def folder(tmp_path: Path, demo_file: Path) -> Path:
    """A folder in which the demonstration was loaded before."""
    shutil.copy(demo_file, tmp_path / "demo.sqlite")
    return tmp_path


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the demonstration on a free port; yield what it told once it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    log = folder / "log"
    with log.open("wb") as file:
        server = subprocess.Popen([SURVEY, "demo", "--folder", folder, "--port", port],
                                  stdout=file, stderr=file)  # fmt: skip
    try:
        end = time.monotonic() + LATEST_START
        while "Ctrl-C" not in log.read_text():
            assert server.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield log.read_text(), server
    finally:
        server.send_signal(signal.SIGINT)
        # a process of it that is just starting does not hear the signal, and is killed after 30 s
        server.wait(timeout=60)


def read(opener: OpenerDirector, url: str, data: dict[str, str] | None = None) -> str:
    with opener.open(url, urlencode(data).encode() if data else None, timeout=30) as page:
        return str(page.read().decode())


def sign_in(output: str, address: str, password: str) -> bool:
    """Tell whether the account opens the reserved area."""
    url = re.findall(r"http://\S+/accesso", output)[0]
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', read(opener, url))[0]
    page = read(opener, url, {"email": address, "password": password, "csrf_token": token})
    return 'name="password"' not in page
