"""What the desk is refused about a bundle, each with a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError


class BundleRefused(SurveyError):
    """A refusal that is told on the page of the bundle, at the field where it has one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    field: ClassVar[str] = ""


class NoBoxYet(BundleRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("La rilevazione è in bozza: le urne si aprono da quando è aperta.")


class FiguresPublished(BundleRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("I risultati sono già pubblicati: i conti dei plichi non cambiano più.")


class SamePerson(BundleRefused):
    field = "second_opener"
    sentence = _l("Un'urna si apre in due: scrivi il nome di un'altra persona.")


class FormUsed(BundleRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Non è stato aperto un altro plico: con questa pagina è già stato aperto il plico "
        "%(number)s. Per un'altra urna torna ai plichi e scegli «Apri un'urna»; i conteggi del "
        "plico %(number)s si correggono sulla sua pagina."
    )


class DayOutside(BundleRefused):
    field = "opened_on"
    sentence = _l("Il giorno deve stare tra il %(first)s, inizio della rilevazione, e oggi.")


class PlaceElsewhere(BundleRefused):
    field = "place"
    sentence = _l("Quel luogo non è di questo servizio.")


class HalfRange(BundleRefused):
    field = "last_serial"
    sentence = _l("Scrivi il primo e l'ultimo numero, oppure lascia vuoti tutti e due.")


class RangeBackwards(BundleRefused):
    field = "last_serial"
    sentence = _l("L'ultimo numero viene prima del primo.")


class NotPrinted(BundleRefused):
    field = "first_serial"
    sentence = _l("Il foglio %(serial)s non è stato stampato per questa rilevazione.")


class MoreBlankThanFound(BundleRefused):
    field = "blank"
    sentence = _l("I bianchi non possono essere più dei %(found)s trovati.")


class SerialVoid(BundleRefused):
    field = "serial"
    status = HTTPStatus.CONFLICT
    sentence = _l("Il foglio %(serial)s è già tra gli annullati.")


class SerialKeyed(BundleRefused):
    field = "serial"
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Il foglio %(serial)s è già stato imputato. Se questo è un doppione, scegli «copia o "
        "doppione»."
    )


class SerialElsewhere(BundleRefused):
    field = "serial"
    sentence = _l(
        "Il foglio %(serial)s non è stato stampato per questa rilevazione: "
        "lascia vuoto il numero, o scegli «di un'altra rilevazione»."
    )


class NoteMissing(BundleRefused):
    field = "note"
    sentence = _l("Di' in due parole perché il foglio non vale.")


class ReasonMissing(BundleRefused):
    field = "reason"
    sentence = _l("Il plico non è in ordine: per chiuderlo scrivi perché.")


class StillOpen(BundleRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il plico è ancora aperto: il verbale di chiusura si stampa quando è chiuso.")


class NotSealed(BundleRefused):
    field = "seal"
    sentence = _l("Scrivi il sigillo e il luogo in cui il plico è conservato.")


class DestroyedTooSoon(BundleRefused):
    field = "destroy_on"
    sentence = _l("La carta non si distrugge prima della chiusura del plico.")


class YearsOutside(BundleRefused):
    field = "paper_years"
    sentence = _l("Scrivi un numero di anni tra 0 e 50.")
