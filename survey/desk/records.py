"""The records of a bundle on paper: of its opening, which goes in the file, and of its closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from survey.collection.paper_words import VOID_REASONS
from survey.desk.bundle_queries import BundleRow
from survey.desk.bundle_refusals import StillOpen
from survey.desk.bundle_words import (
    SECOND_KEYINGS,
    left_words,
    missing_sentence,
    place_words,
    serials_words,
)
from survey.formatting import NO_NUMBER, date, number
from survey.models import Bundle, VoidReason, VoidSheet
from survey.press import UnprintableText, compile_pdf, spell_out
from survey.serials import format_serial

TEMPLATE = "record.typ"
Pair = tuple[str, str]


def opening_record(bundle: Bundle) -> bytes:
    """Set the record that the two people sign when they have opened the box."""
    lead = _(
        "Il giorno %(day)s %(first)s e %(second)s hanno aperto l'urna dei questionari di carta e "
        "ne hanno contato insieme il contenuto.",
        day=date(bundle.opened_on),
        first=bundle.first_opener,
        second=bundle.second_opener,
    )
    data = _data(bundle, _("Verbale di apertura dell'urna"), day=bundle.opened_on) | {
        "lead": lead,
        "facts": _facts(bundle),
        "counts": _counts(
            [
                (_("Consegnati per quest'urna"), number(bundle.handed_out)),
                (_("Rifiutati allo sportello"), number(bundle.refused)),
                (_("Trovati nell'urna"), number(bundle.found)),
                (_("di cui tutti bianchi"), number(bundle.blank)),
            ]
        ),
        "signatures": [bundle.first_opener, bundle.second_opener],
    }
    return _print(data)


def closing_record(row: BundleRow, voids: Sequence[VoidSheet]) -> bytes:
    """Set the record that goes into the sealed envelope."""
    bundle, balance = row.bundle, row.balance
    if bundle.closed_on is None or bundle.closer is None:
        raise StillOpen
    lead = _(
        "Il giorno %(day)s il plico è stato chiuso da %(name)s, con il conto che segue. Da quel "
        "giorno i suoi fogli non si imputano e non si correggono più.",
        day=date(bundle.closed_on),
        name=bundle.closer.name,
    )
    rows = [
        (_("Trovati nell'urna"), number(balance.found)),
        (_("Imputati"), number(balance.keyed)),
        (_("Tutti bianchi"), number(balance.blank)),
        (_("Annullati"), number(balance.void)),
        (_("Trovati e non spiegati"), number(balance.left)),
    ]
    data = _data(bundle, _("Verbale di chiusura del plico"), day=bundle.closed_on) | {
        "lead": lead,
        "facts": _facts(bundle),
        "counts": _counts(rows),
        "lines": [_verdict(row), missing_sentence(balance)],
        "voids": _voids(voids),
        "ending": _ending(bundle),
        "signatures": [bundle.closer.name, _("Seconda persona")],
    }
    return _print(data)


def _print(data: dict[str, Any]) -> bytes:
    """Print a record in any case: of a closed bundle nothing that was typed can be changed."""
    try:
        return compile_pdf(TEMPLATE, data)
    except UnprintableText:
        return compile_pdf(TEMPLATE, spell_out(data))


def _data(bundle: Bundle, title: str, *, day: dt.date) -> dict[str, Any]:
    wave = bundle.wave
    subtitle = _(
        "%(service)s, rilevazione %(year)s, plico %(number)s",
        service=wave.service.name,
        year=wave.year,
        number=bundle.number,
    )
    locale = get_locale()
    return {
        "language": "it" if locale is None else locale.language,
        "title": title,
        "body": wave.body.name,
        "day": [day.year, day.month, day.day],
        "subtitle": subtitle,
        "footer": f"{wave.body.name} · {subtitle}",
        "lines": [],
        "voids": {"header": [], "rows": []},
        "ending": [],
        "words": {
            "page": _("Pagina"),
            "count": _("Conto dei fogli"),
            "voids": _("Fogli annullati"),
            "ending": _("Chiusura e conservazione"),
            "signatures": _("Firme"),
        },
    }


def _facts(bundle: Bundle) -> list[Pair]:
    return [
        (_("Luogo:"), place_words(bundle)),
        (_("Aperta il:"), date(bundle.opened_on)),
        (_("Aperta da:"), f"{bundle.first_opener}, {bundle.second_opener}"),
        (_("Numeri dei fogli:"), serials_words(bundle)),
    ]


def _counts(rows: list[Pair]) -> dict[str, Any]:
    return {"header": [_("Fogli"), _("Quanti")], "rows": rows}


def _verdict(row: BundleRow) -> str:
    words = left_words(row.balance.left)
    sentence = words[:1].upper() + words[1:] + "."
    reason = row.bundle.imbalance_reason
    if not reason:
        return sentence
    told = _("Chiuso con questa spiegazione: %(reason)s", reason=reason)
    return f"{sentence} {told}"


def _voids(voids: Sequence[VoidSheet]) -> dict[str, Any]:
    rows = [
        (
            NO_NUMBER if void.serial is None else format_serial(void.serial),
            reason_words(void.reason),
            void.note or "",
            date(void.recorded_on, "short"),
        )
        for void in voids
    ]
    return {"header": [_("Numero"), _("Motivo"), _("Nota"), _("Annotato il")], "rows": rows}


def reason_words(reason: VoidReason) -> str:
    return str(VOID_REASONS[reason])


def _ending(bundle: Bundle) -> list[Pair]:
    return [
        (_("Seconda imputazione:"), str(SECOND_KEYINGS[bundle.second_keying])),
        (_("Sigillo:"), bundle.seal or ""),
        (_("Conservato in:"), bundle.storage_place or ""),
        (_("La carta si può distruggere dal:"), date(bundle.destroy_on)),
    ]
