"""Every sentence that a respondent can be told, in one place so that tone is reviewed at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

REQUIRED = _l("Scegli una risposta.")
REQUIRED_NUMBER = _l("Scrivi un numero intero.")
REQUIRED_TEXT = _l("Scrivi una risposta.")
NOT_AN_OPTION = _l("Questa risposta non è tra quelle previste: sceglila di nuovo.")
ONE_ANSWER = _l("Scegli una sola risposta.")
TOO_LONG = _l("Il testo è troppo lungo: al massimo %(max)d caratteri, ne hai scritti %(length)d.")
CONTROL_CHARACTERS = _l("Il testo contiene caratteri che non si possono salvare: riscrivilo.")
NOT_A_NUMBER = _l("Scrivi un numero intero tra %(min)d e %(max)d.")
NOTHING_ANSWERED = _l("Non hai risposto a nessuna domanda: rispondi almeno a una, poi invia.")
