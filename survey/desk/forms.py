"""What stands above the answers of a sheet: its number, and the day it was filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from survey.serials import parse_serial


class DayField(StringField):
    """A day as a browser's date field sends it."""

    day: dt.date | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata(list(valuelist))
        try:
            self.day = dt.date.fromisoformat(self.data or "")
        except ValueError as error:
            raise ValidationError(str(_l("Scrivi una data: giorno, mese, anno."))) from error


class SheetForm(FlaskForm):
    serial = StringField(
        _l("Numero del foglio"), [InputRequired(_l("Scrivi il numero stampato sul foglio."))]
    )
    day = DayField(_l("Data di compilazione"))

    number = 0

    def validate_serial(self, field: StringField) -> None:
        try:
            self.number = parse_serial(field.data or "")
        except ValueError as error:
            raise ValidationError(
                str(_l("Il numero non torna con la cifra di controllo: rileggilo sul foglio."))
            ) from error
