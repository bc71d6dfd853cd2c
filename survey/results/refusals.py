"""Why a year is not published: one sentence each, for who asked."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError


class NothingToPublish(SurveyError):
    sentence = _l("Nel %(year)s non c'è nessuna rilevazione chiusa da pubblicare.")


class WaveStillOpen(SurveyError):
    sentence = _l(
        "L'anno %(year)s non si può pubblicare: sono ancora aperte le rilevazioni di %(services)s. "
        "Chiudile, oppure pubblica l'anno senza di loro."
    )


class BundlesStillOpen(SurveyError):
    sentence = _l(
        "L'anno %(year)s non si può pubblicare: ci sono plichi di carta ancora aperti "
        "(%(bundles)s). Chiudi i plichi, oppure pubblica l'anno così com'è: i fogli non ancora "
        "imputati ne restano fuori per sempre."
    )


class ThresholdsDiffer(SurveyError):
    sentence = _l(
        "L'anno %(year)s non si può pubblicare: le rilevazioni hanno soglie di variazione diverse "
        "(%(thresholds)s punti). La soglia deve essere la stessa per tutti i servizi."
    )


class PublishedMeanwhile(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "L'anno %(year)s è cambiato mentre veniva pubblicato: qualcun altro lo ha pubblicato, o "
        "sono arrivati altri questionari. Nulla è stato scritto: riprova."
    )


class CountsDoNotFit(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "L'anno non si può pubblicare: di %(service)s, %(year)s, restano solo i conteggi "
        "importati, e non corrispondono più alle domande del questionario. Non ci sono risposte da "
        "contare di nuovo. Nulla è stato scritto: in «Importazioni», «Importa conteggi», manda di "
        "nuovo il file e segna «Sostituisci»."
    )
