"""Bundles in the words of the office."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.desk.bundle_queries import Balance
from survey.formatting import NO_NUMBER, number
from survey.models import Bundle, BundleState, SecondKeying
from survey.serials import format_serial

BUNDLE_STATES: Mapping[BundleState, object] = {
    BundleState.OPEN: _l("aperto"),
    BundleState.CLOSED: _l("chiuso"),
}
SECOND_KEYINGS: Mapping[SecondKeying, object] = {
    SecondKeying.NONE: _l("non fatta"),
    SecondKeying.DRAWN: _l("fogli estratti, da decidere"),
    SecondKeying.ACCEPTED: _l("fatta: imputazione accettata"),
    SecondKeying.REKEY: _l("da imputare di nuovo per intero"),
}


def balance_sentence(balance: Balance) -> str:
    """Say in one line what was found, what became of it, and what is still to do."""
    parts = _(
        "Trovati %(found)s: imputati %(keyed)s, bianchi %(blank)s, annullati %(void)s",
        found=number(balance.found),
        keyed=number(balance.keyed),
        blank=number(balance.blank),
        void=number(balance.void),
    )
    return f"{parts}; {left_words(balance.left)}."


def left_words(left: int) -> str:
    if left == 0:
        return str(_("il conto torna"))
    if left > 0:
        return str(ngettext("ne manca %(num)s da imputare", "ne mancano %(num)s da imputare", left))
    return str(
        ngettext("ce n'è %(num)s più dei trovati", "ce ne sono %(num)s più dei trovati", -left)
    )


def missing_sentence(balance: Balance) -> str:
    """Say what became of the sheets given out, where their number is known."""
    if balance.missing is None:
        return str(_("Non si sa quanti fogli sono stati consegnati."))
    facts = {"handed_out": number(balance.handed_out), "refused": number(balance.refused),
             "missing": number(abs(balance.missing))}  # fmt: skip
    if balance.missing < 0:
        return str(
            _("Consegnati %(handed_out)s, rifiutati %(refused)s: ne sono tornati %(missing)s "
              "più dei consegnati.", **facts)
        )  # fmt: skip
    return str(
        _("Consegnati %(handed_out)s, rifiutati %(refused)s, non tornati %(missing)s.", **facts)
    )


def serials_words(bundle: Bundle) -> str:
    if bundle.first_serial is None or bundle.last_serial is None:
        return str(_("fogli sciolti, con qualunque numero stampato"))
    return str(
        _("da %(first)s a %(last)s", first=format_serial(bundle.first_serial),
          last=format_serial(bundle.last_serial))
    )  # fmt: skip


def place_words(bundle: Bundle) -> str:
    parts = [bundle.place.name if bundle.place else "", bundle.place_note]
    return ", ".join(part for part in parts if part) or str(_("non indicato"))


def serial_words(serial: int | None) -> str:
    return NO_NUMBER if serial is None else format_serial(serial)
