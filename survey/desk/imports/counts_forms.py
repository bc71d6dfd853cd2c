"""What is asked of a wave of which counts alone are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from survey.desk.forms import DayField
from survey.desk.imports.counts import Consent, CountsWave
from survey.desk.imports.forms import CHOOSE_FILE
from survey.fields import SelectChoice, WholeField
from survey.models import Edition, Service


class CountsForm(FlaskForm):
    file = FileField(_l("File dei conteggi"), [FileRequired(CHOOSE_FILE)])
    service = SelectField(_l("Servizio"))
    edition = SelectField(_l("Questionario"))
    year = WholeField(_l("Anno"), low=1990, high=2200)
    opens_on = DayField(_l("Dal giorno"))
    closes_on = DayField(_l("al giorno"))
    users_served = WholeField(_l("Utenti serviti, se si sa"), optional=True)
    accepted = BooleanField(_l("Ho letto le osservazioni: importa i conteggi che tornano"))
    replaces = BooleanField(_l("Sostituisci i conteggi già importati di questo servizio e anno"))

    def __init__(
        self, services: Sequence[Service], editions: Sequence[Edition], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.services = {str(one.id): one for one in services}
        self.editions = {str(one.id): one for one in editions}
        self.service.choices = [SelectChoice(key, one.name) for key, one in self.services.items()]
        self.edition.choices = [
            SelectChoice(key, f"{one.questionnaire.title} ({one.number})")
            for key, one in self.editions.items()
        ]

    def consent(self) -> Consent:
        return Consent(accepted=self.accepted.data, replaces=self.replaces.data)

    def wave(self) -> CountsWave:
        opens_on, closes_on = self.opens_on.day, self.closes_on.day
        if opens_on is None or closes_on is None:
            raise ValueError("asked of a form that was not valid")
        return CountsWave(
            service=self.services[self.service.data],
            edition=self.editions[self.edition.data],
            year=self.year.data,
            opens_on=opens_on,
            closes_on=closes_on,
            users_served=self.users_served.data,
        )
