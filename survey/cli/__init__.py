"""The ``survey`` command: parse, call one action, commit, tell.

Subcommands are imported when called: help and version must not wait for the web framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from survey.cli.sentences import sentence_of

#: where a subcommand lives, ``module:attribute``
PLACES: Mapping[str, str] = {
    "db": "survey.cli.database:db",
    "demo": "survey.cli.demo:demo",
    "serve": "survey.cli.serve:serve",
    "user": "survey.cli.user:user",
    "import": "survey.cli.imports:imports",
    "publish": "survey.cli.publish:publish",
    "check": "survey.cli.check:check",
}
#: the line that help shows, so that it need not import them all
LINES: Mapping[str, str] = {
    "db": "Prepara e aggiorna il database.",
    "demo": "Carica l'ente dimostrativo, se non c'è già, e lo serve.",
    "serve": "Avvia il server con le impostazioni dell'ambiente.",
    "user": "Gestisce le persone che accedono all'area riservata.",
    "import": "Importa questionari raccolti altrove: tutti o nessuno.",
    "publish": "Calcola e pubblica un anno: tutti i servizi o niente.",
    "check": "Controlla impostazioni, database, edizioni e risposte.",
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        module, _, attribute = PLACES[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, LINES[name]) for name in PLACES])

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


@click.group(cls=LazyGroup)
@click.version_option(package_name="gradimento", prog_name="survey")
@click.option("--traceback", is_flag=True, help="Mostra per intero un errore imprevisto.")
def main(traceback: bool) -> None:
    """Indagini di soddisfazione di un ente pubblico."""
