"""What went wrong, as one sentence for whoever typed the command."""

from __future__ import annotations

import sys

_UPGRADE = "Esegui prima `survey db upgrade`."


def sentence_of(error: Exception) -> str:
    """Say in one sentence what an exception means.

    Modules are looked up, not imported: an exception of theirs cannot come from a module that is
    not loaded, and a mistyped option should not wait for SQLAlchemy.
    """
    if _is(error, "survey.settings", "SettingsError") or _is(error, "survey.errors", "SurveyError"):
        return str(error)
    if _is(error, "sqlalchemy.exc", "SQLAlchemyError"):
        return _database_sentence(error)
    if _is(error, "alembic.util", "CommandError"):
        return f"La migrazione del database non è riuscita: {_first_line(error)}"
    if isinstance(error, OSError):
        what = error.strerror or _first_line(error)
        return f"{error.filename}: {what}" if error.filename else what
    return (
        f"Errore imprevisto ({type(error).__name__}: {_first_line(error)}). "
        "Ripeti con `survey --traceback …` e segnala quello che appare."
    )


def _database_sentence(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    text = _first_line(cause)
    if "no such table" in text or "does not exist" in text or "no such column" in text:
        return f"Il database non è pronto ({text}). {_UPGRADE}"
    if _is(error, "sqlalchemy.exc", "ArgumentError"):
        return "SURVEY_DATABASE_URL non è l'indirizzo di un database."
    return f"Il database ha rifiutato l'operazione: {text}"


def _is(error: object, module: str, name: str) -> bool:
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
