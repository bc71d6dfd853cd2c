"""The rows of a CSV file, whoever wrote it, and what keeps it from being read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.faults import AnswersError, FaultList
from survey.desk.imports.faults import FileFault

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
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
                line, before = before + 1, reader.line_num
                if not row:
                    continue
                if len(row) == len(self.names):
                    yield line, row
                else:
                    cells, width = str(len(row)), str(len(self.names))
                    faults.add(FileFault(line, 0, "cells", cells, width))
        except csv.Error:
            faults.add(FileFault(before + 1, 0, "quotes"))

    def _reader(self) -> Any:
        source = io.StringIO(self.text, newline="")
        return csv.reader(source, delimiter=self.delimiter, strict=True)


def open_table(content: bytes) -> Table:
    """Read the heading of a CSV file in UTF-8, with ``,``, ``;`` or tabs.

    Raises `AnswersError` for a file that is empty or no such text.
    """
    text = decode(content)
    _check_lines(text)
    first = text.partition("\n")[0].rstrip("\r")
    delimiter = max(",;\t", key=first.count)
    table = Table((), text, delimiter)
    try:
        names: list[str] = next(table._reader(), [])
    except csv.Error as error:
        raise AnswersError((FileFault(1, 0, "quotes"),)) from error
    return Table(tuple(name.strip() for name in names), text, delimiter)


def decode(content: bytes) -> str:
    """Return the text of a file, or say why it is none."""
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
        raise AnswersError((FileFault(line, 0, "not_utf8"),)) from error


def _check_lines(text: str) -> None:
    lines = text.split("\n")
    if "\r" in lines[0].removesuffix("\r"):
        raise AnswersError((FileFault(1, 0, "line_ends"),))
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_ROW * 1_000_000:
            raise AnswersError((FileFault(number, 0, "long_row", expected=f"{_LONGEST_ROW}"),))
