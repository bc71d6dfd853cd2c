"""What states and modes are called on the pages of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from survey.models import WaveState
from survey.questionnaire.modes import Mode

STATES = {
    WaveState.DRAFT: _l("in preparazione"),
    WaveState.OPEN: _l("aperta"),
    WaveState.CLOSED: _l("chiusa"),
    WaveState.PUBLISHED: _l("pubblicata"),
}
MODES = {
    Mode.WEB: _l("online"),
    Mode.KIOSK: _l("totem"),
    Mode.PAPER: _l("carta"),
    Mode.PHONE: _l("telefono"),
}
LANGUAGES = {
    "it": _l("italiano"),
    "en": _l("inglese"),
    "de": _l("tedesco"),
    "fr": _l("francese"),
    "sl": _l("sloveno"),
}
