"""What the office is refused, each with a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError


class EditionRefused(SurveyError):
    sentence = _l("La domanda «%(key)s» aveva un'altra scala nell'edizione %(number)s: con una "
                  "scala diversa deve avere una chiave nuova.")  # fmt: skip


class WaveRefused(SurveyError):
    status = HTTPStatus.CONFLICT


class WaveExists(WaveRefused):
    sentence = _l("%(service)s ha già una rilevazione per il %(year)s.")


class OtherBody(WaveRefused):
    sentence = _l("Il servizio e il questionario sono di enti diversi.")


class DaysReversed(WaveRefused):
    sentence = _l("La rilevazione finirebbe prima di cominciare: controlla le date.")


class NotOpenable(WaveRefused):
    sentence = _l("Questa rilevazione è già stata pubblicata: i suoi risultati non cambiano più.")


class CountsAlone(WaveRefused):
    sentence = _l("Di questa rilevazione ci sono solo i conteggi importati: non si apre, perché le "
                  "risposte nuove non entrerebbero nei risultati.")  # fmt: skip


class AlreadyOpen(WaveRefused):
    sentence = _l("La rilevazione è già aperta.")


class PeriodOver(WaveRefused):
    sentence = _l("Il periodo è finito il %(day)s: la rilevazione non può più aprirsi.")


class NotClosable(WaveRefused):
    sentence = _l("Si può chiudere solo una rilevazione aperta.")


class CountsFrozen(WaveRefused):
    sentence = _l("I conteggi di una rilevazione pubblicata non si cambiano.")


class CountsByBundles(WaveRefused):
    sentence = _l("Questi conteggi li danno i plichi: si cambiano dalla pagina del plico.")


class NotPrintable(WaveRefused):
    sentence = _l("La rilevazione è chiusa: non si stampano altri fogli.")


class BadCopies(SurveyError):
    sentence = _l("Si stampano da 1 a %(most)s fogli alla volta.")


class SerialsExhausted(WaveRefused):
    sentence = _l("I numeri dei fogli di questa rilevazione sono finiti.")


class LanguageMissing(SurveyError):
    sentence = _l("Il questionario non è scritto in questa lingua.")


class SheetTooLong(SurveyError):
    sentence = _l("Le domande non stanno in una pagina A4 con un testo leggibile: accorcia il "
                  "questionario.")  # fmt: skip


class TextNotPrintable(SurveyError):
    sentence = _l("Il testo «%(text)s» ha caratteri che non si possono stampare: toglili dal "
                  "questionario.")  # fmt: skip


class SheetMoved(WaveRefused):
    sentence = _l("Il modello di stampa è cambiato e le caselle non starebbero più dove sono nei "
                  "fogli già stampati: pubblica una nuova edizione.")  # fmt: skip
