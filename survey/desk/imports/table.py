"""The rows of a CSV file, whoever wrote it, and what keeps it from being read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.faults import AnswersError, FaultList
from survey.desk.imports.faults import FileFault

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: how a file of a spreadsheet or an archive begins, whatever its name says: xlsx and ods, xls
_SPREADSHEETS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
#: what Excel may write before the heading, so that it finds the separator again
_SEPARATOR = re.compile(r"\"?sep=([,;\t])\"?[,;\t]*\r?\n", re.IGNORECASE)
_DELIMITERS = ",;\t"
#: more than any file of answers has
MOST_COLUMNS = 1_000
#: characters in millions: a longer row is a quotation mark that was never closed
_LONGEST_ROW = 2
#: the reader stops at 131,072 characters a cell unless told otherwise; rows are bounded here
csv.field_size_limit(max(csv.field_size_limit(), 2 * _LONGEST_ROW * 1_000_000))


@dataclass(frozen=True, slots=True)
class Table:
    """The heading of a file, and its rows to walk once."""

    names: tuple[str, ...]
    text: str
    delimiter: str
    #: lines before the heading
    skipped: int = 0

    @property
    def length(self) -> int:
        """About how many rows there are: enough to tell how far a reading has got."""
        return self.text.count("\n")

    def rows(self, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
        """Yield each row with its first line; what is no row is noted as a fault."""
        reader = self._reader()
        next(reader)
        before = reader.line_num
        try:
            for row in reader:
                line, before = self.skipped + before + 1, reader.line_num
                if len(row) == len(self.names):
                    yield line, row
                elif any(cell.strip() for cell in row):
                    cells, width = str(len(row)), str(len(self.names))
                    faults.add(FileFault(line, 0, "cells", cells, width))
        except csv.Error:
            faults.add(FileFault(self.skipped + before + 1, 0, "quotes"))

    def _reader(self) -> Any:
        source = io.StringIO(self.text, newline="")
        return csv.reader(source, delimiter=self.delimiter, strict=True)


def open_table(content: bytes) -> Table:
    """Read the heading of a CSV file in UTF-8, with ``,``, ``;`` or tabs.

    White space in a name counts as one blank: pages and spreadsheets change it. Raises
    `AnswersError` for a file that is empty or no such text.
    """
    text = decode(content)
    _check_lines(text)
    told = _SEPARATOR.match(text)
    text = text[told.end() :] if told else text
    skipped = 1 if told else 0
    table = Table((), text, told[1] if told else _delimiter(text), skipped)
    try:
        names: list[str] = next(table._reader(), [])
    except csv.Error as error:
        raise AnswersError((FileFault(skipped + 1, 0, "quotes"),)) from error
    if len(names) > MOST_COLUMNS:
        many = FileFault(skipped + 1, 0, "too_wide", str(len(names)), str(MOST_COLUMNS))
        raise AnswersError((many,))
    return Table(tuple(" ".join(name.split()) for name in names), text, table.delimiter, skipped)


def _delimiter(text: str) -> str:
    """Find what parts the names of the heading: what stands within quotation marks does not."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for character in text[: _LONGEST_ROW * 1_000_000]:
        if character == '"':
            is_quoted = not is_quoted
        elif character == "\n" and not is_quoted:
            break
        elif character in counts and not is_quoted:
            counts[character] += 1
    return max(_DELIMITERS, key=counts.__getitem__)


def decode(content: bytes) -> str:
    """Return the text of a file, or say why it is none."""
    if content.startswith(_SPREADSHEETS):
        raise AnswersError((FileFault(0, 0, "spreadsheet"),))
    if content.startswith(_UTF16):
        raise AnswersError((FileFault(0, 0, "utf16"),))
    content = content.removeprefix(_BOM)
    if not content.strip():
        raise AnswersError((FileFault(0, 0, "empty_file"),))
    nul = content.find(b"\0")
    if nul >= 0:
        raise AnswersError((FileFault(1 + content.count(b"\n", 0, nul), 0, "nul"),))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        raise AnswersError((FileFault(line, 0, _other_encoding(content)),)) from error


def _other_encoding(content: bytes) -> str:
    """Tell a text as a spreadsheet of Western Europe saves it from what is no text that we know.

    It is told and not read: nearly any bytes are such a text, and what was meant nobody checks.
    """
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "not_utf8"
    return "windows_1252"


def _check_lines(text: str) -> None:
    lines = text.split("\n")
    if "\r" in lines[0].removesuffix("\r"):
        raise AnswersError((FileFault(1, 0, "line_ends"),))
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_ROW * 1_000_000:
            raise AnswersError((FileFault(number, 0, "long_row", expected=f"{_LONGEST_ROW}"),))
