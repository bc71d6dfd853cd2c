"""What verdicts say, in Italian and English, with the places of their numbers."""

from collections.abc import Mapping

#: Why there is no comparison, in Italian and in English.
REASONS: Mapping[str, tuple[str, str]] = {
    "no_previous_wave": ("è la prima rilevazione", "this is the first survey"),
    "series_break": ("la serie è stata interrotta", "the series was broken on purpose"),
    "items_changed": ("le domande sono cambiate", "the questions changed"),
    "scale_changed": (
        "la scala delle risposte è cambiata",
        "the answer scale changed",
    ),
    "too_few_responses": (
        "servono almeno {minimum} questionari in entrambe le rilevazioni",
        "at least {minimum} forms are needed in both surveys",
    ),
    "too_few_answers": (
        "troppe domande hanno poche risposte",
        "too many questions have few answers",
    ),
    "no_common_mode": (
        "è cambiato il modo di raccogliere le risposte",
        "the way of collecting answers changed",
    ),
    "no_pair_sums": (
        "di una rilevazione si conoscono solo i conteggi",
        "of one survey only the counts are known",
    ),
    "confounded": (
        "canale e profilo degli utenti sono cambiati insieme alla rilevazione",
        "response mode and users' profile changed together with the survey",
    ),
}
SIGNAL = {
    "it": (
        "Possibile {way}{against} ({points}): {among}un segnale così può comparire per caso. "
        "Da verificare con l'indagine successiva o con i reclami."
    ),
    "en": (
        "Possible {way}{against} ({points}): {among}a signal like this can appear by chance. "
        "To be checked with the next survey or with complaints."
    ),
}
MOVED = {
    "it": (
        "La soddisfazione è {way} da {base} a {last} ({points}{alike}, intervallo da {lower} a "
        "{upper}). È molto improbabile che dipenda dal caso."
    ),
    "en": (
        "Satisfaction {way} from {base} to {last} ({points}{alike}, interval from {lower} to "
        "{upper}). It is very unlikely to be due to chance."
    ),
}
#: For a change that the plain values do not show, or show the other way round.
MOVED_ALIKE = {
    "it": (
        "A parità di modalità di risposta{and_profile} la soddisfazione è {way} di {size} "
        "(intervallo da {lower} a {upper}); senza questa correzione l'indice è {base} prima e "
        "{last} ora. È molto improbabile che dipenda dal caso."
    ),
    "en": (
        "At equal response mode{and_profile} satisfaction {way} by {size} (interval from {lower} "
        "to {upper}); without this correction the index is {base} before and {last} now. It is "
        "very unlikely to be due to chance."
    ),
}
SMALL = {
    "it": "Variazione piccola: la differenza ({points}) è sotto la soglia di {delta} fissata.",
    "en": "Small change: the difference ({points}) is below the threshold of {delta}.",
}
STABLE = {
    "it": "Stabile: la differenza ({change}) è più piccola della soglia di {delta} fissata.",
    "en": "Stable: the difference ({change}) is smaller than the threshold of {delta}.",
}
UNKNOWN = {
    "it": (
        "I dati non permettono di dire se è cambiata: con {n} risposte avremmo visto solo "
        "variazioni di almeno {mde}."
    ),
    "en": (
        "The data cannot tell whether it changed: with {n} answers only changes of at least "
        "{mde} would have been seen."
    ),
}
DETAIL = {
    "it": (
        "{base_n} risposte prima e {last_n} ora; indice{common} {base} e {last}; differenza "
        "semplice {crude}, a parità di modalità di risposta{and_profile} {change} (da {lower} a "
        "{upper})."
    ),
    "en": (
        "{base_n} answers before and {last_n} now; index{common} {base} and {last}; plain "
        "difference {crude}, at equal response mode{and_profile} {change} (from {lower} to "
        "{upper})."
    ),
}
DETAIL_TWO = {
    "it": (
        "{base_n} risposte nelle due rilevazioni precedenti e {last_n} ora; indice{common} {base} "
        "nella loro media e {last} ora; differenza semplice {crude}, a parità di modalità di "
        "risposta{and_profile} {change} (da {lower} a {upper}); rispetto alla sola rilevazione "
        "precedente {last_year}."
    ),
    "en": (
        "{base_n} answers in the two surveys before and {last_n} now; index{common} {base} in "
        "their mean and {last} now; plain difference {crude}, at equal response mode{and_profile} "
        "{change} (from {lower} to {upper}); against the survey before alone {last_year}."
    ),
}
#: Beside the word «index», where it is that of the questions which all waves compared share.
COMMON_QUESTIONS = {
    "it": (" della sola domanda in comune", " delle sole {} domande in comune"),
    "en": (" of the one question they share", " of the {} questions they share"),
}
COMMON = {
    "it": (
        "Quasi tutti i servizi si muovono insieme ({shift}): prima di leggerlo come {way} "
        "verificare se è cambiato il modo di raccogliere le risposte."
    ),
    "en": (
        "Almost all services move together ({shift}): before reading it as {way}, check whether "
        "the way of collecting answers changed."
    ),
}
#: Where the change from the wave before alone is the signal, and not that from the base.
AGAINST = {
    "it": " rispetto alla sola rilevazione precedente",
    "en": " against the survey before alone",
}
ALIKE = {"it": " a parità di modalità", "en": " at equal mode"}
AND_PROFILE = {"it": " e profilo", "en": " and profile"}
WAYS = {
    "it": {"fall": "calo", "rise": "miglioramento", "fell": "scesa", "rose": "salita"},
    "en": {"fall": "fall", "rise": "improvement", "fell": "fell", "rose": "rose"},
}
#: Why a signal needs checking, by what makes it doubtful.
DOUBTS: Mapping[str, Mapping[str, str]] = {
    "distribuzione_cambiata": {
        "it": (
            "Possibile {way}{against} ({points}), ma la domanda complessiva si muove in senso "
            "opposto. Da verificare guardando la distribuzione delle risposte."
        ),
        "en": (
            "Possible {way}{against} ({points}), but the overall question moves the other way. "
            "To be checked against the distribution of the answers."
        ),
    },
    "spostamento_comune": {
        "it": (
            "Possibile {way}{against} ({points}), ma quasi tutti i servizi si muovono insieme. "
            "Da verificare se è cambiato il modo di raccogliere le risposte."
        ),
        "en": (
            "Possible {way}{against} ({points}), but almost all services move together. "
            "To be checked whether the way of collecting answers changed."
        ),
    },
    "no_variance": {
        "it": (
            "Possibile {way}{against} ({points}), ma in ciascuna rilevazione tutti hanno risposto "
            "allo stesso modo e i dati non bastano a confermarlo. Da verificare con l'indagine "
            "successiva o con i reclami."
        ),
        "en": (
            "Possible {way}{against} ({points}), but in each survey everybody answered alike and "
            "the data are not enough to confirm it. To be checked with the next survey or with "
            "complaints."
        ),
    },
}
