"""``survey demo``: from nothing to a served demonstration body in one command."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

import click
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.cli.serve import require_free, run_server
from survey.collection.clock import today
from survey.database import upgrade
from survey.demo.accounts import POSTS, address_of, renew_password
from survey.demo.load import load, loaded_body
from survey.logs import configure_logging
from survey.models import Wave, WaveState
from survey.settings import Settings

HOST = "127.0.0.1"
_STEPS = 1000


@click.command()
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000,
              show_default=True, help="Porta (anche PORT).")  # fmt: skip
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), show_default=True,
              default=Path("instance"), help="Dove stanno database e chiave.")  # fmt: skip
@click.option("--load-only", is_flag=True, help="Carica i dati senza avviare il server.")
def demo(port: int, folder: Path, load_only: bool) -> None:
    """Carica l'ente dimostrativo, se non c'è già, e lo serve."""
    configure_logging(logging.WARNING)
    if not load_only:
        require_free(HOST, port)
    settings = _settings(folder.absolute(), port)
    upgrade(settings.database_url)
    lines = _prepare(settings)
    if load_only:
        click.echo("I dati dimostrativi sono pronti.")
        return
    run_server(settings, host=HOST, port=port, workers=2, threads=4,
               when_ready=lambda: click.echo("\n".join(lines)))  # fmt: skip


def _settings(folder: Path, port: int) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(
        secret_key=_secret_key(folder / "secret-key"),
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        public_url=f"http://{HOST}:{port}",
        # the demonstration is served without HTTPS, to this machine alone
        secure_cookies=False,
    )


def _secret_key(path: Path) -> str:
    """Read the key of this installation; the first start makes it, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def _prepare(settings: Settings) -> list[str]:
    """Load what is missing, renew the password, and return what to tell once the server is up."""
    engine = create_engine(settings.database_url)
    try:
        with Session(engine) as session:
            if loaded_body(session) is None:
                _load(session)
            password = renew_password(session)
            session.commit()
            return _lines(session, settings.public_url, password)
    finally:
        engine.dispose()


def _form_lines(session: Session, url: str) -> list[str]:
    """Name a form that can be filled in today; when the year loaded is over there is none."""
    day = today()
    waves = session.scalars(select(Wave).where(Wave.state == WaveState.OPEN).order_by(Wave.id))
    wave = next((wave for wave in waves if wave.accepts_on(day)), None)
    if wave is not None:
        return [f"Un questionario       {url}/q/{wave.code}"]
    return [
        "Un questionario       nessuno: l'anno dei dati dimostrativi è finito.",
        "                      Per averne di nuovi cancella il file demo.sqlite nella cartella",
        "                      della dimostrazione (di solito instance) e riavvia.",
    ]


def _load(session: Session) -> None:
    click.echo(
        "Carico l'ente dimostrativo: dodici servizi, quattro anni pubblicati e uno in corso."
    )
    with click.progressbar(length=_STEPS, label="Dati e risultati", show_eta=False) as bar:
        load(session, today=today(),
             progress=lambda share: bar.update(int(share * _STEPS) - bar.pos))  # fmt: skip


def _lines(session: Session, url: str, password: str) -> list[str]:
    body = loaded_body(session)
    slug = body.slug if body else ""
    return [
        "",
        f"Questionari aperti    {url}/",
        *_form_lines(session, url),
        f"Area riservata        {url}/accesso",
        f"Quadro annuale        {url}/ente/{slug}/quadro",
        "",
        f"Password di tutti gli account, nuova a ogni avvio: {password}",
        *(f"  {address_of(mailbox):<58}{name}" for mailbox, name, _ in POSTS),
        "",
        "Ctrl-C per fermare il server.",
    ]
