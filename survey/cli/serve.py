"""``survey serve``: the application behind gunicorn."""

from __future__ import annotations

import gc
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # ships no types

from survey.cli.revision import require_current
from survey.logs import configure_logging
from survey.settings import Settings, from_env

if TYPE_CHECKING:
    from flask import Flask


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with threads; each worker makes its own application after the fork."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        fixed = {"worker_class": "gthread", "control_socket_disable": True, "accesslog": None}
        for name, value in (fixed | self.options).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return lasting_application(self.settings)


def lasting_application(settings: Settings) -> Flask:
    """Make the application of a worker, out of reach of Python's collector of garbage.

    All that it consists of stays as long as the worker; the collector would walk through it again
    and again, and each time all threads would wait.
    """
    from survey import create_app

    made = create_app(settings)
    gc.collect()
    gc.freeze()
    return made


def require_free(host: str, port: int) -> None:
    """Refuse in a sentence when somebody already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"La porta {port} di {host} non è libera ({error.strerror}). "
                "Chiudi il programma che la usa o scegline un'altra con --port."
            ) from error


def run_server(
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    when_ready: Callable[[], None] | None = None,
) -> None:
    """Serve until stopped; Ctrl-C ends it cleanly."""
    Server(
        settings,
        bind=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        workers=workers,
        threads=threads,
        loglevel="warning",
        when_ready=lambda _server: when_ready() if when_ready else None,
    ).run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Indirizzo su cui ascoltare.")
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000,
              show_default=True, help="Porta (anche PORT).")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True,
              help="Processi.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True,
              help="Fili di ogni processo.")  # fmt: skip
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Avvia il server con le impostazioni dell'ambiente."""
    configure_logging(logging.INFO)
    settings = from_env()
    require_current(settings.database_url)
    require_free(host, port)
    run_server(settings, host=host, port=port, workers=workers, threads=threads)
