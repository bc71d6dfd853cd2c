"""Words on paper sheets that more than one room of the office says."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.models import VoidReason

VOID_REASONS: Mapping[VoidReason, object] = {
    VoidReason.DAMAGED: _l("rovinato"),
    VoidReason.UNREADABLE: _l("illeggibile"),
    VoidReason.INSULT: _l("solo insulti"),
    VoidReason.OTHER_WAVE: _l("di un'altra rilevazione"),
    VoidReason.COPY: _l("copia o doppione"),
    VoidReason.NOT_A_FORM: _l("non è un questionario"),
    VoidReason.OTHER: _l("altro (scrivi perché)"),
}
