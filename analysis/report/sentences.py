"""The sentences of the report that are not verdicts."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.table import say
from analysis.figures import number, percent

Json = Mapping[str, Any]

FLAGS: Mapping[str, tuple[str, str]] = {
    "simpson": (
        "La differenza semplice e quella a parità di modalità e profilo hanno segno opposto: è "
        "cambiato chi ha risposto.",
        "The plain difference and the one at equal mode and profile have opposite signs: those "
        "who answered have changed.",
    ),
    "cambia_in_modo_diverso_per_canale": (
        "Il cambiamento è diverso secondo il modo di rispondere.",
        "The change differs by response mode.",
    ),
    "mode_mix_changed": (
        "La quota di una modalità di risposta è cambiata di almeno 15 punti percentuali.",
        "The share of one response mode changed by at least 15 percentage points.",
    ),
    "spostamento_comune": (
        "Quasi tutti i servizi si sono mossi insieme: verificare se è cambiato il modo di "
        "raccogliere le risposte.",
        "Almost all services moved together: check whether the way of collecting answers changed.",
    ),
    "distribuzione_cambiata": (
        "La domanda complessiva si è mossa in senso opposto all'indice: guardare la "
        "distribuzione delle risposte.",
        "The overall question moved against the index: look at the distribution of the answers.",
    ),
    "no_variance": (
        "Tutte le risposte sono uguali: il confronto usa la domanda complessiva.",
        "All answers are equal: the comparison uses the overall question.",
    ),
    "items_reduced": (
        "Alcune domande hanno troppo poche risposte e non entrano nell'indice.",
        "Some questions have too few answers and do not enter the index.",
    ),
    "more_forms_than_users": (
        "I questionari sono più degli utenti dichiarati: verificare il numero degli utenti.",
        "There are more forms than declared users: check the number of users.",
    ),
    "weights_ignored": (
        "I pesi contenuti nel file non sono stati usati.",
        "The weights found in the file were not used.",
    ),
}


def flags_in_words(wave: Json, language: str) -> list[str]:
    """Say the flags of a wave and of its change, each once; unknown ones by their name."""
    names = [*wave["flags"], *(wave["change"]["flags"] if wave["change"] else [])]
    return [say(*FLAGS.get(name, (name, name)), language=language) for name in dict.fromkeys(names)]


def collection_line(wave: Json, *, minimum: int, language: str) -> str:
    """Say how many forms came in, of how many users."""
    forms, users = wave["forms"], wave["users_served"]
    if forms is None or forms < minimum:
        text = say("Meno di {} questionari ricevuti", "Fewer than {} forms received",
                   language=language).format(minimum)  # fmt: skip
    else:
        text = say("{} questionari ricevuti", "{} forms received", language=language).format(
            number(forms, language=language)
        )
    if users is not None:
        text += say(", {} utenti nell'anno", ", {} users in the period", language=language).format(
            number(users, language=language)
        )
    rate = wave["response_rate"]["value"]
    if rate is not None and forms >= minimum:
        text += say(", tasso di risposta {}", ", response rate {}", language=language).format(
            percent(rate / 100, language=language)
        )
    return text + "."


def method_lines(results: Json, language: str) -> list[str]:
    """Say the choices behind the numbers."""
    parameters = results["parameters"]

    def write(value: float) -> str:
        return number(value, decimals=0 if value == int(value) else 1, language=language)

    lines = [
        say(
            "L'indice va da 0 a 100: è la media, con pesi uguali, delle dimensioni della qualità "
            "e, dentro ciascuna, delle sue domande. «Non so», «non previsto» e risposte in bianco "
            "non vi entrano.",
            "The index goes from 0 to 100: it is the mean, equally weighted, of the dimensions of "
            "quality and, within each, of its questions. «Don't know», «not applicable» and blank "
            "answers do not enter.",
            language=language,
        ),
        say(
            "Con meno di {} risposte un dato non è pubblicato; con meno di {} va letto con "
            "cautela e non è confrontato.",
            "With fewer than {} answers a figure is not published; with fewer than {} it is to be "
            "read with caution and is not compared.",
            language=language,
        ).format(parameters["publication_minimum"], parameters["full_minimum"]),
        say(
            "Una variazione conta quando è di almeno {} punti; gli intervalli sono al {}.",
            "A change matters when it is at least {} points; intervals are at {}.",
            language=language,
        ).format(write(parameters["delta"]), percent(parameters["confidence"], language=language)),
    ]
    return [*lines, *results["notes"]["en" if language.startswith("en") else "it"]]
