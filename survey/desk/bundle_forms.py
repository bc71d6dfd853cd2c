"""What the desk writes down of a box, of a sheet set aside, and of a bundle that is closed."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from survey.collection.paper_words import VOID_REASONS
from survey.desk.bundles import Counts, Opening, Sealing, SetAside
from survey.desk.forms import DayField
from survey.fields import SelectChoice, SerialField, WholeField
from survey.models import Bundle, Place, VoidReason

#: more than any box holds
_MOST = 99_999
_LONG = 200
#: number of a form that opens a box, in hexadecimal
NONCE_BYTES = 16
NONCE = re.compile(rf"[0-9a-f]{{{2 * NONCE_BYTES}}}")


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("Al massimo %(max)d caratteri."))


class _OccasionForm(FlaskForm):
    """Come before the counts, as on the page: faults are listed in the order of the fields."""

    first_opener = StringField(
        _l("Prima persona"), [InputRequired(_l("Scrivi nome e cognome.")), _at_most(_LONG)]
    )
    second_opener = StringField(
        _l("Seconda persona"), [InputRequired(_l("Scrivi nome e cognome.")), _at_most(_LONG)]
    )
    opened_on = DayField(_l("Giorno"))
    place = SelectField(_l("Luogo"))
    place_note = StringField(_l("Dove stava l'urna"), [_at_most(_LONG)])


class CountsForm(FlaskForm):
    found = WholeField(_l("Trovati nell'urna"), high=_MOST)
    blank = WholeField(_l("di cui tutti bianchi"), high=_MOST)
    handed_out = WholeField(_l("Consegnati, se si sa"), high=_MOST, optional=True)
    refused = WholeField(_l("Rifiutati allo sportello"), high=_MOST)

    def counts(self) -> Counts:
        return Counts(
            found=self.found.data,
            blank=self.blank.data,
            refused=self.refused.data,
            handed_out=self.handed_out.data,
        )


class OpeningForm(_OccasionForm, CountsForm):
    first_serial = SerialField(_l("Dal numero"))
    last_serial = SerialField(_l("al numero"))
    loose = BooleanField(_l("Fogli sciolti: possono avere qualunque numero stampato"))
    #: one page opens one box
    nonce = HiddenField(_l("Pagina"))

    def __init__(self, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places = {str(place.id): place for place in places}
        self.place.choices = [
            SelectChoice("", str(_l("non indicato"))),
            *(SelectChoice(key, place.name) for key, place in self.places.items()),
        ]

    def validate_nonce(self, field: HiddenField) -> None:
        if not NONCE.fullmatch(field.data or ""):
            field.data = secrets.token_hex(NONCE_BYTES)
            raise ValidationError(str(_l("non era più valida, invia di nuovo.")))

    def opening(self) -> Opening:
        loose = self.loose.data
        return Opening(
            opened_on=self.opened_on.day or dt.date.min,
            first_opener=self.first_opener.data or "",
            second_opener=self.second_opener.data or "",
            counts=self.counts(),
            place=self.places.get(self.place.data),
            place_note=self.place_note.data or "",
            first_serial=None if loose else self.first_serial.data,
            last_serial=None if loose else self.last_serial.data,
            nonce=self.nonce.data,
        )


class VoidForm(FlaskForm):
    reason = SelectField(_l("Motivo"))
    serial = SerialField(_l("Numero"))
    note = StringField(_l("Nota"), [_at_most(_LONG)])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = [
            SelectChoice(reason.value, str(words)) for reason, words in VOID_REASONS.items()
        ]

    def sheet(self) -> SetAside:
        return SetAside(VoidReason(self.reason.data), self.serial.data, self.note.data or "")


class ClosingForm(FlaskForm):
    seal = StringField(
        _l("Sigillo"), [InputRequired(_l("Scrivi il numero del sigillo.")), _at_most(60)]
    )
    storage_place = StringField(
        _l("Dove è conservato il plico"),
        [InputRequired(_l("Scrivi stanza, armadio, scaffale.")), _at_most(_LONG)],
    )
    destroy_on = DayField(_l("La carta si può distruggere dal"))
    reason = StringField(_l("Perché si chiude così"), [_at_most(1000)])

    def sealing(self) -> Sealing:
        return Sealing(
            seal=self.seal.data or "",
            storage_place=self.storage_place.data or "",
            destroy_on=self.destroy_on.day or dt.date.min,
            reason=self.reason.data or "",
        )


class RulesForm(FlaskForm):
    bar_own_service = BooleanField(
        _l(
            "Chi ha un ruolo in un servizio, o nel suo settore, non imputa, non annulla e non "
            "conta i questionari su di esso"
        )
    )
    paper_years = WholeField(_l("Anni di conservazione della carta"), high=50)


def counts_of(bundle: Bundle) -> CountsForm:
    return CountsForm(formdata=None, obj=bundle)
