"""Why a sheet is not taken, or not changed: each refusal with its sentence."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError


class NotKeyable(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("La rilevazione è in bozza: i questionari si imputano da quando è aperta.")


class AlreadyPublished(NotKeyable):
    sentence = _l("I risultati sono già pubblicati: i questionari non si imputano più.")


class SheetRefused(SurveyError):
    """What is wrong with a sheet, and at which field to say it."""

    field: ClassVar[str] = "serial"


class SerialUnknown(SheetRefused):
    sentence = _l("Il foglio %(serial)s non è stato stampato per questa rilevazione.")


class SerialElsewhere(SheetRefused):
    sentence = _l(
        "Il foglio %(serial)s non è di questo plico, che va dal %(first)s al %(last)s: mettilo da "
        "parte per il suo."
    )


class SheetVoid(SheetRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è annotato tra quelli annullati.")


class SheetKeyed(SheetRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è già stato imputato: controlla il numero sul foglio.")


class DayOutside(SheetRefused):
    field = "day"
    sentence = _l("La data non è nel periodo della rilevazione, dal %(first)s al %(last)s.")


class SheetEmpty(SheetRefused):
    sentence = _l(
        "Non c'è nessuna risposta: un foglio tutto bianco non si imputa, si conta tra i bianchi "
        "del plico."
    )


class SheetMissing(SurveyError):
    status = HTTPStatus.NOT_FOUND
    sentence = _l("Il foglio %(serial)s non è tra quelli imputati in questo plico.")


class SheetDrawn(SurveyError):
    status = HTTPStatus.FORBIDDEN
    sentence = _l(
        "Il foglio %(serial)s è stato estratto per la seconda imputazione: finché non è imputato "
        "di nuovo lo vede e lo corregge solo chi l'ha imputato la prima volta."
    )


class SheetMoved(SheetRefused):
    field = "reason"
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Intanto qualcun altro ha corretto il foglio %(serial)s: guarda che cosa è registrato ora, "
        "poi salva di nuovo."
    )


class ReasonMissing(SheetRefused):
    field = "reason"
    sentence = _l("Scrivi perché il foglio si corregge: resta nel registro.")


class NothingChanged(SheetRefused):
    field = "reason"
    sentence = _l("Non è cambiato nulla: quello che hai scritto è già registrato.")
