"""What the second keyer and the reviewer send besides the answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from survey.desk.differences import Reading, Settlement
from survey.desk.forms import LONGEST_REASON
from survey.extensions import LARGEST_NUMBER
from survey.serials import parse_serial


class SecondSheetForm(FlaskForm):
    """The number of a sheet typed again; its day was read the first time."""

    serial = StringField(
        _l("Numero del foglio"), [InputRequired(_l("Scrivi il numero stampato sul foglio."))]
    )

    number = 0

    def validate_serial(self, field: StringField) -> None:
        try:
            self.number = parse_serial(field.data or "")
        except ValueError as error:
            raise ValidationError(
                str(_l("Il numero non torna con la cifra di controllo: rileggilo sul foglio."))
            ) from error


class ResolveForm(FlaskForm):
    """One difference settled: by what a keyer typed, by what is stored, or as typed."""

    keying = IntegerField(validators=[NumberRange(1, LARGEST_NUMBER)])
    question = StringField(validators=[InputRequired()])
    reading = StringField(validators=[AnyOf([reading.value for reading in Reading])])
    typed = StringField(_l("Altra risposta"), [Length(max=200)], filters=[lambda text: text or ""])
    seen = StringField(validators=[Length(max=200)])

    def settlement(self) -> Settlement:
        reading = Reading(self.reading.data or "")
        question, typed, seen = self.question.data, self.typed.data, self.seen.data
        return Settlement(question or "", reading, typed or "", seen or "")


class DecisionForm(FlaskForm):
    reason = TextAreaField(
        _l("Motivazione"),
        [Length(max=LONGEST_REASON, message=_l("La motivazione è troppo lunga."))],
        filters=[lambda text: (text or "").strip()],
    )
