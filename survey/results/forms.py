"""The one form of the room: publish a year."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField


class PublishForm(FlaskForm):
    leave_out_open = BooleanField(_l("Lascia fuori i servizi con la rilevazione ancora aperta"))
