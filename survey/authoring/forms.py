"""What the office writes down about a wave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import TextInput

from survey.authoring.actions import MOST_COPIES, WaveCounts
from survey.authoring.words import LANGUAGES
from survey.models import Wave

#: more than the people of the largest city, less than what any database refuses
_MOST = 99_999_999
#: plain digits, or points between the thousands: 1.5 is no whole number
_WHOLE = re.compile(r"[0-9]{1,8}|[0-9]{1,3}(\.[0-9]{3}){1,2}")
_NOT_WHOLE = _l("Scrivi un numero intero tra %(low)d e %(high)d.")


class WholeField(Field):
    """A whole number; what was typed stays in `raw` when it is none."""

    widget = TextInput()

    def __init__(
        self, label: object, *, low: int = 0, high: int = _MOST, optional: bool = False, **kw: Any
    ) -> None:
        super().__init__(label=str(label), **kw)
        self.low, self.high, self.optional = low, high, optional
        self.raw: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.raw = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if _WHOLE.fullmatch(self.raw):
            self.data = int(self.raw.replace(".", ""))
        if self.data is None and self.optional and not self.raw:
            return
        if self.data is None or not self.low <= self.data <= self.high:
            raise ValidationError(str(_NOT_WHOLE % {"low": self.low, "high": self.high}))

    @property
    def shown(self) -> str:
        if self.raw is not None:
            return self.raw
        return "" if self.data is None else str(self.data)


class CountsForm(FlaskForm):
    users_served = WholeField(_l("Utenti serviti nel periodo"), optional=True)
    handed_out = WholeField(_l("Questionari di carta consegnati"))
    refused = WholeField(_l("Rifiutati allo sportello"))
    void = WholeField(_l("Restituiti ma non validi"))

    def counts(self) -> WaveCounts:
        return {
            "users_served": self.users_served.data,
            "handed_out": self.handed_out.data,
            "refused": self.refused.data,
            "void": self.void.data,
        }


class PrintForm(FlaskForm):
    copies = WholeField(_l("Numero di fogli"), low=1, high=MOST_COPIES, default=50)
    language = SelectField(_l("Lingua"))

    def __init__(self, wave: Wave, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = [
            SelectChoice(code, str(LANGUAGES.get(code, code)))
            for code in wave.edition.document["languages"]
        ]
