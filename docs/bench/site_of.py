"""A server to measure: gunicorn with the same configuration for whatever application."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.authoring.actions import create_wave, publish_edition
from survey.collection.clock import today
from survey.database import upgrade
from survey.models import PublicBody, Questionnaire, Service, WaveState
from survey.questionnaire.library import library_document

HERE = Path(__file__).parent
SECRET = secrets.token_urlsafe(40)
WORKERS, THREADS = 2, 4


def make_wave(folder: Path) -> tuple[str, str]:
    """Make a database with one open wave; return its address and the wave's code."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    upgrade(url)
    engine = create_engine(url)
    with Session(engine) as session:
        body = PublicBody(slug="bench", name="Comune di prova", email="urp@ente.example")
        session.add(body)
        session.flush()
        service = Service(body_id=body.id, slug="urp", name="URP", first_year=today().year)
        questionnaire = Questionnaire(body_id=body.id, slug="urp", title="URP")
        session.add_all([service, questionnaire])
        session.flush()
        document = library_document("urp-sportello")
        edition = publish_edition(session, questionnaire, document, by=None, today=today())
        day = dt.timedelta(days=30)
        wave = create_wave(session, service, edition, by=None, year=today().year,
                           opens_on=today() - day, closes_on=today() + day)  # fmt: skip
        wave.state = WaveState.OPEN
        code = wave.code
        session.commit()
    engine.dispose()
    return url, code


@contextmanager
def serving(application: str, folder: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """Serve ``module:factory()`` on a free port; yield host and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
               "--workers", str(WORKERS), "--threads", str(THREADS),
               "--worker-class", "gthread", "--keep-alive", "30", "--log-level", "warning",
               "--no-control-socket", "--pythonpath", str(HERE)]  # fmt: skip
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
    try:
        _wait(port, server)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1.5)  # every worker has imported the application
                return
        time.sleep(0.1)
    raise SystemExit("the server does not start")
