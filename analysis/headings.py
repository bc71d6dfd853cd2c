"""What each column of an answers file is, from its heading."""

import csv
from dataclasses import dataclass

from analysis.data import Questionnaire
from analysis.faults import Fault, FaultList
from analysis.form import FORM_COLUMNS, Column


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: `use` is ``rating``, ``profile``, ``check``, ``skip`` or a form column."""

    place: int
    name: str
    use: str
    target: int = -1
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read the rows of one file."""

    questionnaire: Questionnaire
    delimiter: str
    headings: tuple[Heading, ...]

    @property
    def width(self) -> int:
        return len(self.headings)

    def used_as(self, use: str) -> Heading | None:
        """The column with this use, if the file has it."""
        return next((heading for heading in self.headings if heading.use == use), None)


def delimiter_of(first_line: str) -> str:
    """Semicolon where the heading line has more of them than commas."""
    return ";" if first_line.count(";") > first_line.count(",") else ","


def read_plan(first_line: str, questionnaire: Questionnaire) -> Plan:
    """Match the heading line with the questionnaire.

    Raises
    ------
    AnswersError
        With every unknown, repeated or missing column.
    """
    delimiter = delimiter_of(first_line)
    names = [name.strip() for name in next(csv.reader([first_line], delimiter=delimiter), [])]
    faults = FaultList()
    headings = []
    for place, name in enumerate(names):
        heading = _heading(place, name, questionnaire)
        if heading is None:
            faults.add(Fault(1, place + 1, "unknown_column", name))
        elif name in names[:place]:
            faults.add(Fault(1, place + 1, "duplicate_column", name))
        else:
            headings.append(heading)
    needed = [q.key for q in questionnaire.rated] + [p.key for p in questionnaire.profiles]
    for key in needed:
        if key not in names:
            faults.add(Fault(1, 0, "missing_column", key))
    faults.stop()
    return Plan(questionnaire, delimiter, tuple(headings))


def _heading(place: int, name: str, questionnaire: Questionnaire) -> Heading | None:
    column = next((c for c in questionnaire.columns if c.key == name), None)
    if column is None:
        if name == "lang":
            return Heading(place, name, "skip")
        return Heading(place, name, name) if name in FORM_COLUMNS else None
    rated = [q.key for q in questionnaire.rated]
    profiles = [p.key for p in questionnaire.profiles]
    if name in rated:
        return Heading(place, name, "rating", rated.index(name), column)
    if name in profiles:
        return Heading(place, name, "profile", profiles.index(name), column)
    textual = column.kind in ("short_text", "long_text")
    return Heading(place, name, "skip" if textual else "check", column=column)
