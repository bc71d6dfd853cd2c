"""What is told of a file that can be imported, before and after."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.desk.imports.reading import Reading
from survey.models import ImportSource
from survey.questionnaire.modes import Mode

MODES: Mapping[Mode, object] = {
    Mode.WEB: _l("online"),
    Mode.KIOSK: _l("totem"),
    Mode.PAPER: _l("cartaceo"),
    Mode.PHONE: _l("telefono"),
}
SOURCES: Mapping[ImportSource, object] = {
    ImportSource.LIMESURVEY: _l("LimeSurvey"),
    ImportSource.GOOGLE_FORMS: _l("Moduli Google"),
    ImportSource.ANSWERS: _l("altro foglio di calcolo"),
}


def notes(reading: Reading) -> list[str]:
    """Say what of the file is not imported, and what may be there twice."""
    told = []
    if reading.plan.ignored:
        names = ", ".join(f"«{name}»" for name in reading.plan.ignored)
        told.append(_("Colonne che non si importano: %(names)s.", names=names))
    if reading.plan.unasked:
        names = ", ".join(reading.plan.unasked)
        told.append(_("Domande senza una colonna, che restano vuote: %(names)s.", names=names))
    if reading.empty:
        told.append(
            ngettext(
                "%(num)s riga senza nessuna risposta: non è un questionario e non si importa.",
                "%(num)s righe senza nessuna risposta: non sono questionari e non si importano.",
                reading.empty,
            )
        )
    if reading.unsent:
        told.append(
            ngettext(
                "%(num)s riga senza data di invio: chi rispondeva non ha finito, e non si importa.",
                "%(num)s righe senza data di invio: chi rispondeva non ha finito, e non si "
                "importano.",
                reading.unsent,
            )
        )
    if reading.repeated:
        told.append(
            ngettext(
                "%(num)s questionario ha giorno, modalità e risposte di uno già registrato: "
                "controlla che non sia lo stesso.",
                "%(num)s questionari hanno giorno, modalità e risposte di altri già registrati: "
                "controlla che non siano gli stessi.",
                reading.repeated,
            )
        )
    if reading.identical:
        told.append(
            ngettext(
                "%(num)s riga è identica a un'altra: si importa, ma controlla che non sia doppia.",
                "%(num)s righe sono identiche ad altre: si importano, ma controlla che non siano "
                "doppie.",
                reading.identical,
            )
        )
    return [str(one) for one in told]
