"""What is wrong with an answers file, said with line, column and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

#: More faults than this are counted, not listed.
LISTED = 1000
_SHOWN = 24

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "empty_file": (
        "il file è vuoto",
        "the file is empty",
    ),
    "not_utf8": (
        "il testo non è in UTF-8: salvare il file come «CSV UTF-8»",
        "the text is not UTF-8: save the file as “CSV UTF-8”",
    ),
    "nul": (
        "contiene un carattere nullo: il file è rovinato o non è un CSV",
        "holds a null character: the file is damaged or not a CSV",
    ),
    "line_ends": (
        "le righe finiscono con il solo ritorno a capo (CR): salvare il file come «CSV UTF-8»",
        "lines end with a carriage return alone (CR): save the file as “CSV UTF-8”",
    ),
    "long_row": (
        "una riga supera {expected} milioni di caratteri: forse mancano virgolette di chiusura",
        "a row is longer than {expected} million characters: closing quotation marks may be "
        "missing",
    ),
    "quotes": (
        "virgolette non chiuse o fuori posto",
        "unbalanced or misplaced quotation marks",
    ),
    "unknown_column": (
        "colonna sconosciuta «{value}»: non è una domanda del questionario",
        "unknown column “{value}”: not a question of the questionnaire",
    ),
    "duplicate_column": (
        "la colonna «{value}» compare due volte",
        "column “{value}” appears twice",
    ),
    "missing_column": (
        "manca la colonna «{value}»",
        "column “{value}” is missing",
    ),
    "cells": (
        "{value} celle invece di {expected}",
        "{value} cells instead of {expected}",
    ),
    "unknown_code": (
        "«{value}» non è una risposta prevista (sono ammessi {expected})",
        "“{value}” is not an answer of this question (allowed: {expected})",
    ),
    "out_of_range": (
        "«{value}» è fuori dai limiti {expected}",
        "“{value}” lies outside {expected}",
    ),
    "mode": (
        "«{value}» non è una modalità (sono ammesse {expected})",
        "“{value}” is not a response mode (allowed: {expected})",
    ),
    "day": (
        "«{value}» non è una data scritta come 2026-03-31",
        "“{value}” is not a date written like 2026-03-31",
    ),
    "weight": (
        "«{value}» non è un peso: serve un numero maggiore di zero",
        "“{value}” is not a weight: a number above zero is needed",
    ),
    "duplicate_serial": (
        "il numero di foglio «{value}» compare più volte",
        "serial number “{value}” appears more than once",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault; line and column are 1-based, 0 where the whole file or row is meant."""

    line: int
    column: int
    code: str
    value: str = ""
    expected: str = ""
    heading: str = ""

    def message(self, language: str = "it") -> str:
        """Say the fault in Italian, or in English for ``en``."""
        english = language.startswith("en")
        short = self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"
        text = _MESSAGES[self.code][english].format(value=short, expected=self.expected)
        place = self.place(language)
        return f"{place}: {text}" if place else text

    def place(self, language: str = "it") -> str:
        """Say where it is; empty where the whole file is meant."""
        english = language.startswith("en")
        parts = []
        if self.line:
            parts.append(f"line {self.line}" if english else f"riga {self.line}")
        if self.column:
            word = "column" if english else "colonna"
            parts.append(f"{word} {self.column}" + (f" ({self.heading})" if self.heading else ""))
        return ", ".join(parts)


class AnswersError(ValueError):
    """An answers file that cannot be read; nothing of it has been kept.

    Attributes
    ----------
    faults : tuple of Fault
        In the order of the file, at most `LISTED`.
    total : int
        All faults found.
    """

    def __init__(self, faults: tuple[Fault, ...], *, total: int | None = None) -> None:
        self.faults = faults
        self.total = len(faults) if total is None else total
        super().__init__(self.message())

    def message(self, language: str = "it") -> str:
        """List every fault, one a line."""
        lines = [fault.message(language) for fault in self.faults]
        more = self.total - len(self.faults)
        if more > 0:
            lines.append(
                f"… and {more} more faults" if language.startswith("en") else f"… e altri {more}"
            )
        return "\n".join(lines)


class FaultList:
    """Collects faults, keeping the first `most` and counting all."""

    def __init__(self, most: int = LISTED) -> None:
        self._listed: list[Fault] = []
        self._most = most
        self.total = 0

    def add(self, fault: Fault) -> None:
        """Note one fault."""
        self.total += 1
        if len(self._listed) < self._most:
            self._listed.append(fault)

    def stop(self) -> None:
        """Raise `AnswersError` if there is any fault."""
        if self.total:
            raise AnswersError(tuple(sorted(self._listed)), total=self.total)
