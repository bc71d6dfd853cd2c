"""From the bytes of a file to a JSON document, or a `DefinitionError` in plain words."""

from __future__ import annotations

import json
from typing import Any

from survey.questionnaire import faults
from survey.questionnaire.faults import DefinitionError, shown

#: a questionnaire of 100 questions in five languages takes a fifth of this
MAX_BYTES = 1_000_000


def read_document(data: bytes) -> object:
    """Read one JSON document strictly: UTF-8 with or without BOM, no name twice, no NaN."""
    if len(data) > MAX_BYTES:
        raise DefinitionError("", faults.TOO_BIG, most=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DefinitionError("", faults.NOT_UTF8) from error
    return _loads(text)


def _loads(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_number,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise DefinitionError("", faults.NOT_JSON, **place) from error
    except RecursionError as error:
        raise DefinitionError("", faults.TOO_DEEP) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in pairs:
        if name in document:
            raise DefinitionError("", faults.NAME_TWICE, found=shown(name))
        document[name] = value
    return document


def _refuse_number(text: str) -> object:
    raise DefinitionError("", faults.NOT_A_NUMBER, found=shown(text))


def _whole(text: str) -> object:
    """Read a whole number; Python itself refuses thousands of digits in words of its own."""
    try:
        return int(text)
    except ValueError:
        return _refuse_number(text)
