"""Fields of forms that several rooms use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import TextInput

from survey.serials import format_serial, parse_serial

__all__ = ["SelectChoice", "SerialField", "WholeField"]

#: more than the people of the largest city, less than what any database refuses
_MOST = 99_999_999
#: plain digits, or points between the thousands: 1.5 is no whole number
_WHOLE = re.compile(r"[0-9]{1,8}|[0-9]{1,3}(\.[0-9]{3}){1,2}")
_SLIP = _l("Il numero non torna con la cifra di controllo: rileggilo sul foglio.")
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


class SerialField(Field):
    """A serial number as it is printed, or none; what was typed stays in `raw`."""

    widget = TextInput()

    def __init__(self, label: object, **kw: Any) -> None:
        super().__init__(label=str(label), **kw)
        self.raw: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.raw = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not self.raw:
            return
        try:
            self.data = parse_serial(self.raw)
        except ValueError as error:
            raise ValidationError(str(_SLIP)) from error

    @property
    def shown(self) -> str:
        if self.raw is not None:
            return self.raw
        return "" if self.data is None else format_serial(self.data)
