"""Words that only the paper needs, in the languages we ship: how to mark, where to look."""

from __future__ import annotations

from collections.abc import Mapping

_FALLBACK = "en"
_WORDS: Mapping[str, Mapping[str, str]] = {
    "it": {
        "year": "Anno",
        "number": "Modulo n.",
        "online": "Puoi rispondere anche su internet:",
        "qr": "Codice QR che apre",
        "page": "Pagina",
        "edition": "Edizione",
        "cross": "Fai una croce sulla casella:",
        "correct": "Se sbagli, annerisci la casella:",
        "again": "e fai una croce su un’altra.",
    },
    "en": {
        "year": "Year",
        "number": "Form no.",
        "online": "You can also answer online:",
        "qr": "QR code that opens",
        "page": "Page",
        "edition": "Edition",
        "cross": "Put a cross in the box:",
        "correct": "If you make a mistake, fill in the box:",
        "again": "and put a cross in another one.",
    },
    "de": {
        "year": "Jahr",
        "number": "Bogen Nr.",
        "online": "Sie können auch im Internet antworten:",
        "qr": "QR-Code, öffnet",
        "page": "Seite",
        "edition": "Ausgabe",
        "cross": "Kreuzen Sie das Kästchen an:",
        "correct": "Bei einem Fehler füllen Sie das Kästchen aus:",
        "again": "und kreuzen Sie ein anderes an.",
    },
    "fr": {
        "year": "Année",
        "number": "Formulaire n°",
        "online": "Vous pouvez aussi répondre sur internet :",
        "qr": "Code QR qui ouvre",
        "page": "Page",
        "edition": "Édition",
        "cross": "Faites une croix dans la case :",
        "correct": "En cas d’erreur, noircissez la case :",
        "again": "et faites une croix dans une autre.",
    },
    "sl": {
        "year": "Leto",
        "number": "Vprašalnik št.",
        "online": "Odgovorite lahko tudi na spletu:",
        "qr": "Koda QR, ki odpre",
        "page": "Stran",
        "edition": "Izdaja",
        "cross": "V okence naredite križec:",
        "correct": "Če se zmotite, okence počrnite:",
        "again": "in naredite križec v drugo okence.",
    },
}


def sheet_words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS[_FALLBACK])
