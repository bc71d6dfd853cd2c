"""The form that checks what comes back, from the web or from the keying desk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from survey.questionnaire import messages
from survey.questionnaire.definition import Definition, Question, Status
from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.kinds import BLANK, KINDS, TICK_SEPARATOR, Answer
from survey.questionnaire.modes import Mode

_NONCHARACTERS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")


class CellField(Field):
    """A closed answer posted as cells; its data is an `Answer`."""

    def __init__(self, question: Question, *, mode: Mode, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question
        self.kind = KINDS[question.kind]
        self.mode = mode
        self.cells: list[str] = []

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        cells = [cell.strip() for cell in valuelist if cell.strip()]
        self.cells = [printable(cell) for cell in cells]
        self.data = BLANK
        if len(cells) > 1 and not self.kind.takes_many:
            raise ValidationError(messages.ONE_ANSWER)
        try:
            answer = self.kind.from_cell(self.question, TICK_SEPARATOR.join(cells))
        except ValueError as error:
            raise ValidationError(self._refusal()) from error
        if answer.status is Status.INVALID and self.mode is not Mode.PAPER:
            raise ValidationError(self._refusal())
        self.data = answer

    def pre_validate(self, form: Any) -> None:
        if self.errors or self.mode is Mode.PAPER or not self.question.required:
            return
        if self.data is None or self.data.status is Status.BLANK:
            written = self.kind.is_written
            raise ValidationError(messages.REQUIRED_NUMBER if written else messages.REQUIRED)

    def _refusal(self) -> str:
        if self.kind.is_written:
            low, high = self.question.minimum, self.question.maximum
            return str(messages.NOT_A_NUMBER % {"min": low, "max": high})
        return str(messages.NOT_AN_OPTION)


class TextField(Field):
    """Free text, kept to the letter but for line endings."""

    def __init__(self, question: Question, *, mode: Mode, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question
        self.mode = mode
        self.cells: list[str] = []

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = (valuelist[0] if valuelist else "").replace("\r\n", "\n").replace("\r", "\n")
        self.cells = [printable(text)]
        self.data = text
        if self.cells != [text]:
            raise ValidationError(messages.CONTROL_CHARACTERS)
        if len(text) > self.question.max_length:
            sizes = {"max": self.question.max_length, "length": len(text)}
            raise ValidationError(str(messages.TOO_LONG % sizes))

    def pre_validate(self, form: Any) -> None:
        if self.errors or self.mode is Mode.PAPER or not self.question.required:
            return
        if not (self.data or "").strip():
            raise ValidationError(messages.REQUIRED_TEXT)


class ResponseForm(FlaskForm):
    """A filled-in questionnaire; whoever shows it guards it: nonce in public, CSRF inside."""

    class Meta:
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read posted fields alone: a JSON body is not how anybody fills in a form."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return request.form if request.method == "POST" else None

        def get_translations(self, form: Any) -> None:
            """Need none: every sentence is one of `messages`."""

    definition: Definition

    def answers(self) -> dict[str, Answer]:
        return {
            field.question.key: field.data or BLANK
            for field in self
            if isinstance(field, CellField)
        }

    def comments(self) -> dict[str, str]:
        """Return the free texts that hold more than white space."""
        return {
            field.question.key: field.data
            for field in self
            if isinstance(field, TextField) and (field.data or "").strip()
        }

    def is_empty(self) -> bool:
        return not self.comments() and all(answer == BLANK for answer in self.answers().values())

    def cells(self) -> dict[str, list[str]]:
        """Return what was typed, field by field, to show the form again."""
        return {
            field.name: field.cells for field in self if isinstance(field, CellField | TextField)
        }


def build_form(definition: Definition, mode: Mode) -> type[ResponseForm]:
    """Make the form class of a definition; kept, since an edition never changes."""
    return _build(_Identity(definition), mode)


class _Identity:
    """Key a cache by the definition object itself: hashing a whole document would cost more."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.definition is self.definition


@lru_cache(maxsize=256)
def _build(identity: _Identity, mode: Mode) -> type[ResponseForm]:
    definition = identity.definition
    fields: dict[str, Any] = {"definition": definition}
    for question in definition.walk():
        field_class = TextField if KINDS[question.kind].is_text else CellField
        fields[FIELD_PREFIX + question.key] = field_class(question, mode=mode)
    return type("QuestionnaireForm", (ResponseForm,), fields)


def printable(text: str) -> str:
    """Drop what some output could not hold: half characters have no UTF-8, NUL no PostgreSQL.

    Control characters other than tab and line end break XML, hence spreadsheets, and HTML, which
    refuses noncharacters too.
    """
    return _UNPRINTABLE.sub("", text).encode(errors="ignore").decode()
