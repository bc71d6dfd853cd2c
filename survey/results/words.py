"""What pages say of verdicts, flags and missing numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Look:
    """How a verdict shows: the icon's shape alone tells it, its name stands beside."""

    icon: str
    tone: str


#: counts of fewer people are told to nobody (product, rule 6)
_HANDFUL = 10
_PLAIN = Look("it-info-circle", "plain")
LOOKS: Mapping[str, Look] = {
    "peggioramento_accertato": Look("it-arrow-down-circle", "worse"),
    "miglioramento_accertato": Look("it-arrow-up-circle", "better"),
    "segnale_da_verificare": Look("it-warning-circle", "watch"),
    "variazione_piccola": Look("it-minus-circle", "plain"),
    "stabile": Look("it-minus-circle", "plain"),
    "non_determinabile": Look("it-help-circle", "plain"),
    "non_confrontabile": _PLAIN,
}

FLAGS: Mapping[str, object] = {
    "items_reduced": _l(
        "Alcune domande hanno meno di 10 risposte valide e non entrano nell'indice."
    ),
    "more_forms_than_users": _l(
        "I questionari raccolti sono più degli utenti dichiarati: controllare quanti utenti ha "
        "servito il servizio."
    ),
    "weights_ignored": _l("I pesi presenti nei dati non sono stati usati."),
    "mostly_not_applicable": _l(
        "A questa domanda più del 40 % ha risposto «non so» o «non previsto»: il prossimo anno "
        "non entrerà nell'indice."
    ),
    "simpson": _l(
        "La differenza semplice e quella a parità di modalità e profilo vanno in direzioni "
        "opposte: è cambiato chi ha risposto."
    ),
    "cambia_in_modo_diverso_per_canale": _l(
        "Il cambiamento è diverso secondo la modalità di risposta."
    ),
    "mode_mix_changed": _l(
        "La quota di una modalità di risposta è cambiata di almeno 15 punti percentuali."
    ),
    "field_period_differs": _l(
        "Le risposte sono state raccolte in mesi dell'anno diversi dalla rilevazione precedente."
    ),
    "spostamento_comune": _l(
        "Quasi tutti i servizi si muovono insieme: verificare se è cambiato il modo di raccogliere "
        "le risposte."
    ),
    "no_variance": _l("In ciascuna rilevazione tutti hanno risposto allo stesso modo."),
    "distribuzione_cambiata": _l(
        "La media e la distribuzione dicono cose diverse: guardare come sono distribuite le "
        "risposte."
    ),
}

REASONS: Mapping[str, object] = {
    "below_minimum": _l("n < 10: non pubblicato"),
    "too_few_answers": _l("n < 10: non pubblicato"),
    "no_valid_answer": _l("nessuna risposta valida"),
    "no_index_items": _l("nessuna domanda dell'indice"),
    "no_set_declared": _l("risposte favorevoli non definite"),
    "no_published_service": _l("nessun servizio pubblicabile"),
    "not_calculable": _l("non calcolabile"),
    "no_pair_sums": _l("noti solo i conteggi"),
    "one_respondent": _l("una sola risposta"),
    "one_cluster": _l("un solo totem in un solo giorno"),
}

MODES: Mapping[str, object] = {
    "web": _l("online"),
    "kiosk": _l("totem"),
    "paper": _l("cartaceo"),
    "phone": _l("telefono"),
    "not_stated": _l("non indicata"),
}


def look(verdict: str) -> Look:
    return LOOKS.get(verdict, _PLAIN)


# a lazy text passes for safe markup in a template, and ours hold signs such as <: hence str()


def reason(code: str | None) -> str:
    """Say why there is no number."""
    return str(REASONS.get(code or "", _l("non disponibile")))


def few(count: int | None) -> bool:
    """Tell whether a count is that of a handful of people: pages say «meno di 10» for it.

    Documents hold null in its place; those published before hold the number.
    """
    return count is None or 0 < count < _HANDFUL


def mode_word(mode: str) -> str:
    return str(MODES[mode])


def flags_in_words(codes: Iterable[str]) -> list[str]:
    """Explain flags, each once; one that this version does not know is named as it is."""
    return [str(FLAGS.get(code, code)) for code in dict.fromkeys(codes)]
