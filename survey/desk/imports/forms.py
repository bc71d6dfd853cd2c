"""What is asked of a file of answers: how to read it, and what its rows do not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField, ValidationError

from analysis.faults import LISTED
from survey.collection.queries import definition_of
from survey.desk.imports.actions import Upload
from survey.desk.imports.columns import CellFault, iso_day
from survey.desk.imports.reading import Defaults
from survey.desk.imports.words import MODES
from survey.fields import SelectChoice
from survey.models import ImportMapping, Wave
from survey.questionnaire.modes import Mode

CHOOSE_FILE = _l("Scegli il file.")


class AnswersForm(FlaskForm):
    file = FileField(_l("File CSV"), [FileRequired(CHOOSE_FILE)])
    mapping = SelectField(_l("Come sono scritte le colonne"))
    mode = SelectField(_l("Modalità di compilazione"))
    day = StringField(_l("Giorno di compilazione"))
    place = SelectField(_l("Luogo"))
    language = SelectField(_l("Lingua"))
    is_new = BooleanField(_l("Ho controllato: non sono gli stessi, importali"))

    def __init__(self, wave: Wave, mappings: Sequence[ImportMapping], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wave = wave
        own = wave.edition.questionnaire_id
        self.mappings = {str(one.id): one for one in mappings if one.questionnaire_id == own}
        self.places = {str(place.id): place for place in wave.service.places}
        self.mapping.choices = [
            SelectChoice("", str(_l("chiavi e codici del questionario"))),
            *(SelectChoice(key, one.name) for key, one in self.mappings.items()),
        ]
        self.mode.choices = [
            SelectChoice("", str(_l("scritta nella colonna mode"))),
            *(SelectChoice(mode.value, str(words)) for mode, words in MODES.items()),
        ]
        self.place.choices = [
            SelectChoice("", str(_l("scritto nel file, o non indicato"))),
            *(SelectChoice(key, place.name) for key, place in self.places.items()),
        ]
        self.language.choices = [
            SelectChoice(code, code) for code in definition_of(wave.edition).languages
        ]

    def validate_day(self, field: StringField) -> None:
        try:
            if field.data:
                iso_day(field.data)
        except CellFault as fault:
            raise ValidationError(str(_l("Scrivi una data."))) from fault

    def upload(self, *, listed: int = LISTED) -> Upload:
        defaults = Defaults(
            language=self.language.data,
            mode=Mode(self.mode.data) if self.mode.data else None,
            day=iso_day(self.day.data) if self.day.data else None,
            place=self.places.get(self.place.data),
        )
        content, mapping = self.file.data.read(), self.mappings.get(self.mapping.data)
        return Upload(content, defaults, mapping, listed, is_new=self.is_new.data)
