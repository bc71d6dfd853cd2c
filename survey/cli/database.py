"""``survey db``: upkeep of the database."""

from __future__ import annotations

import click

from survey.database import upgrade as upgrade_database
from survey.settings import database_url


@click.group()
def db() -> None:
    """Prepara e aggiorna il database."""


@db.command()
@click.option("--revision", default="head", show_default=True, help="Revisione da raggiungere.")
def upgrade(revision: str) -> None:
    """Porta il database all'ultima revisione (lo crea se non c'è)."""
    upgrade_database(database_url(), revision)
    click.echo("Il database è aggiornato.")
