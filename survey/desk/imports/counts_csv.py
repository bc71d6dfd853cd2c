"""Counts in CSV: one row an answer of an item, as an old report prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.faults import FaultList
from survey.collection.queries import definition_of
from survey.desk.imports.faults import FileFault
from survey.desk.imports.mapping import normal
from survey.desk.imports.table import Table, open_table
from survey.models import Edition
from survey.questionnaire.definition import Question

_HEADING = ("item", "code", "n", "percentage", "base")
_NAMES = {"n": "counts", "percentage": "percentages"}
#: above it a sum of squares would not fit where it is kept
_MOST = 10**12


def counts_from_csv(content: bytes, edition: Edition) -> Mapping[str, Any]:
    """Turn rows of item, code, n or percentage, and base into the document of counts.

    Items and answers go by key and code, or by their words. Raises `AnswersError` with every
    fault by line and column.
    """
    from analysis.counts import FORMAT
    from analysis.data import read_questionnaire

    rated = {one.key for one in read_questionnaire(edition.document).rated}
    table, faults = open_table(content), FaultList()
    _check_heading(table, faults)
    rows = _Rows([one for one in definition_of(edition).walk() if one.key in rated], table, faults)
    for line, row in table.rows(faults):
        rows.add(line, dict(zip(table.names, row, strict=True)))
    if not faults.total:
        rows.settle_bases()
    faults.stop()
    items = rows.items
    bases = [entry["n"] for entry in items.values() if "n" in entry]
    return {"format": FORMAT, "n": max([*bases, 0]), "items": items}


def _check_heading(table: Table, faults: FaultList) -> None:
    for place, name in enumerate(table.names, start=1):
        if name not in _HEADING:
            faults.add(FileFault(1 + table.skipped, place, "no_column_of_counts", name))
        elif name in table.names[: place - 1]:
            faults.add(FileFault(1 + table.skipped, place, "duplicate_column", name))
    for name in ("item", "code"):
        if name not in table.names:
            faults.add(FileFault(1 + table.skipped, 0, "missing_column", name))
    if not {"n", "percentage"} & set(table.names):
        faults.add(FileFault(1 + table.skipped, 0, "no_figures"))
    elif not {"n", "base"} & set(table.names):
        faults.add(FileFault(1 + table.skipped, 0, "no_base_column"))
    faults.stop()


class _Rows:
    def __init__(self, questions: list[Question], table: Table, faults: FaultList) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self._table, self._faults = table, faults
        #: where each item begins
        self._lines: dict[str, int] = {}
        self._questions = {
            normal(name): one for one in questions for name in (one.key, *one.text.values())
        }

    def add(self, line: int, row: Mapping[str, str]) -> None:
        if not any(cell.strip() for cell in row.values()):
            return
        question = self._questions.get(normal(row["item"]))
        if question is None:
            self._fault(line, "item", "not_an_item", row["item"].strip())
            return
        entry = self.items.setdefault(question.key, {})
        self._lines.setdefault(question.key, line)
        code = self._code(line, question, row["code"])
        for column, name in _NAMES.items():
            value = self._number(line, column, row.get(column, ""))
            if value is None or code is None:
                continue
            values = entry.setdefault(name, {})
            if code in values:
                self._fault(line, "code", "twice", code)
            values[code] = value
        base = self._number(line, "base", row.get("base", ""))
        if base is not None:
            self._base(line, entry, base)

    def settle_bases(self) -> None:
        """Give each item that has none the base that its counts make, or ask for it.

        Without a base of its own an item is over its own answers; where it has percentages
        as well, those have to say the same.
        """
        for key, entry in self.items.items():
            if "n" in entry:
                continue
            total, shares = sum(entry.get("counts", {}).values()), entry.get("percentages", {})
            if shares and "counts" not in entry:
                self._fault(self._lines[key], "base", "no_base", key)
            elif not all(
                _is_share(n, entry["counts"].get(code, 0), total) for code, n in shares.items()
            ):
                self._fault(self._lines[key], "base", "other_base", key, str(total))
            elif "counts" in entry:
                entry["n"] = total

    def _base(self, line: int, entry: dict[str, Any], base: int | float) -> None:
        if entry.setdefault("n", base) != base:
            self._fault(line, "base", "two_bases", str(base), str(entry["n"]))

    def _code(self, line: int, question: Question, cell: str) -> str | None:
        words = {
            normal(text): str(one.code) for one in question.choices for text in one.label.values()
        }
        plain = cell.strip()
        found = words.get(normal(plain), plain)
        if not (found.isascii() and found.isdigit() and len(found) < 4):
            codes = ", ".join(str(one.code) for one in question.choices)
            self._fault(line, "code", "not_a_code", plain, codes)
            return None
        return str(int(found))

    def _number(self, line: int, column: str, cell: str) -> int | float | None:
        plain = cell.strip().removesuffix("%").strip().replace(",", ".")
        if not plain:
            return None
        digits = plain if column in ("n", "base") else plain.replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit()) or float(plain) > _MOST:
            code = "not_a_number" if column == "percentage" else "not_a_count"
            self._fault(line, column, code, cell.strip())
            return None
        return float(plain) if "." in plain else int(plain)

    def _fault(self, line: int, column: str, code: str, value: str, expected: str = "") -> None:
        there = column in self._table.names
        place = self._table.names.index(column) + 1 if there else 0
        self._faults.add(FileFault(line, place, code, value, expected, column))


def _is_share(percentage: int | float, part: int, whole: int) -> bool:
    """Tell whether a printed percentage is this part, give or take one in its last digit."""
    from analysis.printed import decimals_of

    exact = 100 * part / whole if whole else 0.0
    return abs(percentage - exact) <= 10.0 ** -decimals_of(percentage)
