"""What stands above the answers of a sheet, and the marks that stood between two boxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.form import CellField, ResponseForm
from survey.serials import parse_serial

#: name of the boxes that note a mark between two values
HALF = "mezzo"
LONGEST_REASON = 500
_ONE_OF_TWO = _l("Di un segno tra due caselle si tiene la più bassa delle due: scegli quella.")


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
        self.number = _serial(field)


class CorrectionForm(FlaskForm):
    """A sheet keyed before: its number stands, and why it is corrected must be said."""

    day = DayField(_l("Data di compilazione"))
    reason = StringField(
        _l("Perché si corregge"),
        [
            InputRequired(_l("Scrivi perché il foglio si corregge: resta nel registro.")),
            Length(
                max=LONGEST_REASON, message=_l("Il motivo è troppo lungo: al più %(max)d segni.")
            ),
        ],
    )


class MoveForm(FlaskForm):
    """The number that is printed on a sheet keyed under another, and why it was."""

    serial = StringField(
        _l("Numero stampato sul foglio"),
        [InputRequired(_l("Scrivi il numero stampato sul foglio."))],
    )
    reason = StringField(
        _l("Perché si sposta"),
        [
            InputRequired(_l("Scrivi perché il foglio si sposta: resta nel registro.")),
            Length(
                max=LONGEST_REASON, message=_l("Il motivo è troppo lungo: al più %(max)d segni.")
            ),
        ],
    )

    number = 0

    def validate_serial(self, field: StringField) -> None:
        self.number = _serial(field)


class FindForm(Form):
    """The number of a keyed sheet, asked for in the address of the list."""

    numero = StringField(_l("Numero del foglio"))

    found = 0

    def is_asked(self) -> bool:
        return bool(self.numero.data)

    def validate_numero(self, field: StringField) -> None:
        self.found = _serial(field)


def read_half_marks(form: ResponseForm, noted: Sequence[str]) -> tuple[str, ...]:
    """Return the questions noted as marked between two boxes, in the order of the sheet.

    Where the answer cannot be the lower of two, a sentence is left at the question.
    """
    fields = [field for field in form if isinstance(field, CellField)]
    halves = [field for field in fields if field.question.key in noted and not field.errors]
    for field in halves:
        if not field.kind.may_be_half(field.question, field.data):
            field.errors = [str(_ONE_OF_TWO)]
    return tuple(field.question.key for field in halves)


def half_fields(noted: Collection[str]) -> frozenset[str]:
    """Return the names of the fields whose half mark the screen shows again."""
    return frozenset(FIELD_PREFIX + key for key in noted)


def _serial(field: StringField) -> int:
    try:
        return parse_serial(field.data or "")
    except ValueError as error:
        raise ValidationError(
            str(_l("Il numero non torna con la cifra di controllo: rileggilo sul foglio."))
        ) from error
