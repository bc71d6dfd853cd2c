"""The options of `python -m analysis run`, with what a reader of its help needs."""

import argparse
from typing import Any

from analysis.parameters import Parameters
from analysis.wave import DESIGNS

_FILES = (
    "Il CSV ha una riga per questionario e una colonna per domanda, intitolata con la sua chiave: "
    "il codice della risposta, vuoto se in bianco, NS «non so», NP «non previsto», ? non valida. "
    "Altre colonne ammesse: mode (web, kiosk, paper, phone), day, place, serial, lang, weight. "
    "Esce con 0 se tutto è fatto, con 2 se un file o un'opzione non va: allora dei file non è "
    "scritto niente. Il resto: docs/statistics.md."
)


def add_run_options(commands: Any) -> argparse.ArgumentParser:
    """Add the parser of the command to those of the others.

    Parameters
    ----------
    commands : argparse sub-parsers
        As `argparse.ArgumentParser.add_subparsers` gives them.

    Returns
    -------
    argparse.ArgumentParser
        Of ``run``; what it does is set by the command itself.

    Examples
    --------
    >>> made = add_run_options(argparse.ArgumentParser().add_subparsers())
    >>> made.parse_args(["--questionnaire", "q", "--wave", "2026=a", "--out", "o"]).delta
    5.0
    """
    words = "da file di risposte ai risultati annuali"
    sub: argparse.ArgumentParser = commands.add_parser(
        "run", help=words, description=words, epilog=_FILES
    )
    sub.add_argument(
        "--questionnaire", action="append", required=True, metavar="[[SERVICE/]YEAR=]Q.json",
        help="le domande, con scale, ruoli e dimensioni (docs/questionnaire-format.md); "
        "ripetibile dove il questionario è cambiato: quello senza anno vale per le altre "
        "rilevazioni, YEAR= per quell'anno di ogni servizio, salvo SERVICE/YEAR=; gli anni si "
        "confrontano sulle domande in comune",
    )  # fmt: skip
    sub.add_argument(
        "--wave", action="append", required=True, metavar="[SERVICE/]YEAR=FILE",
        help="risposte in CSV o Parquet, o conteggi in JSON; ripetibile, una per servizio e anno",
    )  # fmt: skip
    sub.add_argument(
        "--out", required=True, metavar="DIR",
        help="cartella dei risultati, scritta tutta o per niente; i file con lo stesso nome sono "
        "sostituiti, i grafici di un calcolo precedente che non ci sono più sono tolti",
    )  # fmt: skip
    sub.add_argument("--service", metavar="NAME", help="nome del servizio senza SERVICE/")
    sub.add_argument("--body", metavar="NAME", help="nome dell'ente")
    sub.add_argument(
        "--users", action="append", metavar="[SERVICE/]YEAR=N",
        help="utenti serviti in un anno: pesano i servizi nell'indice dell'ente; ripetibile",
    )  # fmt: skip
    sub.add_argument(
        "--users-by", metavar="U.json", help="utenti serviti per classe di età, sesso, canale"
    )
    sub.add_argument("--standards", metavar="S.json", help="standard della carta dei servizi")
    sub.add_argument(
        "--lift-guard", action="append", metavar="YEAR=REASON",
        help="toglie la cautela sullo spostamento comune di un anno, con un motivo firmato",
    )  # fmt: skip
    sub.add_argument(
        "--design", action="append", metavar="[[SERVICE/]YEAR=]DESIGN",
        help="a chi era rivolto: {}, cioè a chiunque avesse il collegamento (predefinito), a "
        "tutti gli utenti con un invito, a un campione casuale; ripetibile, come "
        "--questionnaire".format(", ".join(DESIGNS)),
    )  # fmt: skip
    sub.add_argument(
        "--delta",
        type=float,
        default=Parameters().delta,
        metavar="POINTS",
        help="variazione che conta, da 3 a 10 punti su 100 (predefinita: %(default)g)",
    )
    sub.add_argument(
        "--lang", choices=("it", "en"), default="it", help="lingua di messaggi, grafici e relazione"
    )
    return sub
