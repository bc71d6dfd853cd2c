"""Forms of the room: publish a year, say that a series is broken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from survey.models.results import BREAK_REASON


class PublishForm(FlaskForm):
    leave_out_open = BooleanField(_l("Lascia fuori i servizi con la rilevazione ancora aperta"))
    leave_open_bundles = BooleanField(
        _l("Pubblica anche con plichi aperti: i fogli non imputati restano fuori per sempre")
    )


class LiftForm(FlaskForm):
    """What all services share that is a change of theirs, and not of the survey."""

    lift_guard = StringField(
        _l("Perché i servizi si sono mossi davvero tutti insieme"),
        [
            DataRequired(_l("Scrivi il motivo: sarà pubblicato con il tuo nome.")),
            Length(max=BREAK_REASON, message=_l("Il motivo è troppo lungo: al più %(max)d segni.")),
        ],
    )


class BreakForm(FlaskForm):
    """Why a year must not be compared with those before; empty where it may."""

    reason = StringField(
        _l("Perché quest'anno non si può confrontare con i precedenti"),
        [Length(max=BREAK_REASON, message=_l("Il motivo è troppo lungo: al più %(max)d segni."))],
    )
