"""What the office writes down about a wave."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from survey.authoring.actions import MOST_COPIES, WaveCounts
from survey.authoring.words import LANGUAGES
from survey.fields import SelectChoice, WholeField
from survey.models import Wave


class CountsForm(FlaskForm):
    users_served = WholeField(_l("Utenti serviti nel periodo"), optional=True)
    handed_out = WholeField(_l("Questionari di carta consegnati"))
    refused = WholeField(_l("Rifiutati allo sportello"))
    void = WholeField(_l("Restituiti ma non validi"))

    def __init__(self, *, by_bundles: Collection[str] = (), **kwargs: Any) -> None:
        """Leave out the counts that follow from the wave's bundles."""
        super().__init__(**kwargs)
        for name in by_bundles:
            del self[name]

    def counts(self) -> WaveCounts:
        counts = {field.name: field.data for field in self if isinstance(field, WholeField)}
        return cast(WaveCounts, counts)


class PrintForm(FlaskForm):
    copies = WholeField(_l("Numero di fogli"), low=1, high=MOST_COPIES, default=50)
    language = SelectField(_l("Lingua"))

    def __init__(self, wave: Wave, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = [
            SelectChoice(code, str(LANGUAGES.get(code, code)))
            for code in wave.edition.document["languages"]
        ]
