"""What can go wrong, in words: errors that actions raise, and the pages that show them."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import ClassVar

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

logger = logging.getLogger(__name__)


ErrorPage = tuple[str, int, dict[str, str]]


class SurveyError(Exception):
    """A refusal with a sentence for the reader; rooms raise subclasses."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    sentence: ClassVar[object] = _l("L'operazione non è possibile.")

    def __init__(self, **details: object) -> None:
        super().__init__(type(self).__name__)
        self.details = details

    def __str__(self) -> str:
        return str(self.sentence) % self.details if self.details else str(self.sentence)


SENTENCES = {
    400: _l("La richiesta non è leggibile. Torna indietro e riprova."),
    403: _l("Il tuo ruolo non permette questa operazione. Chiedi all'amministratore dell'ente."),
    404: _l("La pagina non esiste o è stata spostata. Controlla l'indirizzo."),
    405: _l("Questa pagina non accetta questo tipo di richiesta."),
    410: _l("Questa pagina non c'è più."),
    413: _l("Quello che hai inviato è troppo grande. Accorcia il testo e riprova."),
    415: _l("Il formato di quello che hai inviato non è accettato."),
    429: _l("Troppe richieste in poco tempo. Aspetta un minuto e riprova."),
    500: _l("C'è un problema nostro. Riprova tra qualche minuto; nulla di ciò che era già stato "
            "confermato è andato perso."),
}  # fmt: skip
TITLES = {
    403: _l("Non hai il permesso"),
    404: _l("Pagina non trovata"),
    413: _l("Invio troppo grande"),
    500: _l("Qualcosa non ha funzionato"),
}


def error_page(status: int, sentence: object | None = None) -> tuple[str, int]:
    """Draw an error page. It must not touch the database or the user: either may be the cause."""
    title = TITLES.get(status, _l("Non è stato possibile"))
    sentence = sentence or SENTENCES.get(status, SENTENCES[400])
    return render_template("errors/error.html", title=title, sentence=sentence), status


def _http_error(error: HTTPException) -> ErrorPage | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    logger.log(logging.ERROR if status >= 500 else logging.WARNING, "http %s", status)
    # which methods there are, or when to come back; the type is our page's own
    kept = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return *error_page(status), kept


def _survey_error(error: SurveyError) -> tuple[str, int]:
    logger.warning("refused: %s", type(error).__name__)
    return error_page(error.status.value, str(error))


def _csrf_error(_error: CSRFError) -> tuple[str, int]:
    logger.warning("refused: csrf")
    return error_page(400, _l("La pagina è rimasta aperta troppo a lungo. Ricaricala e riprova."))


def _unexpected(error: Exception) -> tuple[str, int]:
    # the traceback names code, never the values that a citizen sent
    logger.error("unexpected %s", type(error).__name__, exc_info=error)
    return error_page(InternalServerError.code)


def init_errors(app: Flask) -> None:
    app.register_error_handler(SurveyError, _survey_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
