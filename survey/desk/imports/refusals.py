"""What keeps a whole file out, each with a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from analysis.refusals import refusal_words
from survey.errors import SurveyError


class ImportRefused(SurveyError):
    """A refusal that is told on the page of the import."""


class FileTooLarge(ImportRefused):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    sentence = _l(
        "Il file supera i %(most)s MB che questa pagina prende. Chi cura il server può importarlo "
        "con il comando «survey import answers»; per abbinare le colonne ne basta una parte."
    )


class SessionOver(ImportRefused):
    status = HTTPStatus.FORBIDDEN
    sentence = _l("L'accesso è finito, e il file non è stato letto. Entra e mandalo di nuovo.")


class WaveTakesNoFile(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "In questa rilevazione non si importa: serve una rilevazione aperta o chiusa, non ancora "
        "pubblicata."
    )


class WaveIsCounts(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("Di questa rilevazione ci sono solo i conteggi: i questionari non si aggiungono.")


class ImportedBefore(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "Questo file è già stato importato in questa rilevazione il %(day)s "
        "(%(forms)s questionari)."
    )


class LooksRepeated(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "%(forms)s questionari del file hanno giorno, modalità e risposte di questionari che la "
        "rilevazione ha già: sembra che il file li contenga di nuovo, e sarebbero contati due "
        "volte. Togli dal file le righe già importate."
    )


class DefaultDayOutside(ImportRefused):
    sentence = _l("Il giorno scelto per tutti deve stare tra il %(first)s e il %(last)s.")


class UnknownLanguage(ImportRefused):
    sentence = _l("La lingua scelta non è tra quelle del questionario.")


class PrivateColumn(ImportRefused):
    sentence = _l("Una colonna scelta porta a una persona, a un apparecchio o a un'ora.")


class OtherQuestionnaire(ImportRefused):
    sentence = _l(
        "La corrispondenza «%(name)s» è di un altro questionario: sceglierne o farne un'altra."
    )


class NameTaken(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "C'è già una corrispondenza «%(name)s»: scrivi un altro nome, oppure apri quella e "
        "cambiala."
    )


class MappingOutdated(ImportRefused):
    sentence = _l(
        "La corrispondenza «%(name)s» parla della domanda «%(key)s», che questa edizione del "
        "questionario non ha: va rivista."
    )


class CountsUnreadable(ImportRefused):
    sentence = _l("Il file non è un file di conteggi: %(what)s.")

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def __str__(self) -> str:
        language = str(get_locale() or "it")
        return str(self.sentence) % {"what": refusal_words(self.error, language)}


class FindingsUnread(ImportRefused):
    sentence = _l("I conteggi hanno delle osservazioni: leggile e conferma di averle lette.")


class NothingSettled(ImportRefused):
    sentence = _l("Nessuna domanda ha conteggi che tornano: non c'è nulla da importare.")


class DaysReversed(ImportRefused):
    sentence = _l("La rilevazione finisce prima di cominciare: controlla i giorni.")


class YearTaken(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l("%(service)s ha già una rilevazione nel %(year)s.")


class CountsThere(YearTaken):
    sentence = _l(
        "Di %(service)s, %(year)s, ci sono già i conteggi: per metterne altri al loro posto segna "
        "«Sostituisci»."
    )


class PublishedEdition(ImportRefused):
    status = HTTPStatus.CONFLICT
    sentence = _l(
        "L'anno è pubblicato con il questionario «%(title)s» (%(number)s): i conteggi che "
        "sostituiscono quelli di prima devono essere dello stesso."
    )
