"""Sheets of a bundle in the words of the office: why they stand as they are."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.desk.rules import is_at_work
from survey.formatting import date
from survey.models import Bundle, BundleState, WaveState


def read_only_words(bundle: Bundle) -> str:
    """Say why the sheets of the bundle can be looked at and not changed; nothing while they can."""
    if is_at_work(bundle):
        return ""
    if bundle.wave.state is WaveState.PUBLISHED:
        return str(
            _(
                "I risultati della rilevazione sono pubblicati: i fogli si guardano soltanto, "
                "nessuno li può più cambiare."
            )
        )
    if bundle.state is BundleState.CLOSED:
        return str(
            _(
                "Il plico %(number)s è chiuso dal %(day)s: i fogli si guardano soltanto, nessuno "
                "li può più cambiare.",
                number=bundle.number,
                day=date(bundle.closed_on),
            )
        )
    return str(_("La rilevazione è in bozza: finché non è aperta i fogli si guardano soltanto."))
