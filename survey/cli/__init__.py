"""The ``survey`` command: parse, call one action, commit, tell.

Subcommands are imported when called: help and version must not wait for the web framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from survey.cli.sentences import sentence_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subcommand lives, and the line that help shows without importing it."""

    module: str
    attribute: str
    line: str


class LazyGroup(click.Group):
    """A group whose subcommands are imported only when they are called."""

    places: Mapping[str, Place]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.places.get(cmd_name)
        if place is None:
            return None
        command: click.Command = getattr(import_module(place.module), place.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.line) for name, place in self.places.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Turn whatever goes wrong into one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            raise click.ClickException(sentence_of(error)) from error


class Commands(LazyGroup):
    places = {  # noqa: RUF012  # never changed, and typed as a Mapping by the base class
        "db": Place("survey.cli.database", "db", "Prepara e aggiorna il database."),
        "demo": Place(
            "survey.cli.demo", "demo", "Carica l'ente dimostrativo, se non c'è già, e lo serve."
        ),
        "serve": Place(
            "survey.cli.serve", "serve", "Avvia il server con le impostazioni dell'ambiente."
        ),
        "user": Place(
            "survey.cli.user", "user", "Gestisce le persone che accedono all'area riservata."
        ),
        "publish": Place(
            "survey.cli.publish", "publish", "Calcola e pubblica un anno: tutti i servizi o niente."
        ),
        "check": Place(
            "survey.cli.check", "check", "Controlla impostazioni, database, edizioni e risposte."
        ),
    }


@click.group(cls=Commands)
@click.version_option(package_name="gradimento", prog_name="survey")
@click.option("--traceback", is_flag=True, help="Mostra per intero un errore imprevisto.")
def main(traceback: bool) -> None:
    """Indagini di soddisfazione di un ente pubblico."""
