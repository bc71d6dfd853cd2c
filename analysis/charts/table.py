"""What a chart says without being seen: a text and a table of the same numbers."""

from dataclasses import dataclass

from analysis.figures import is_english


@dataclass(frozen=True, slots=True)
class Alternative:
    """Text alternative of a chart, and its numbers as a table of strings."""

    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def say(italian: str, english: str, *, language: str) -> str:
    return english if is_english(language) else italian


def withheld(reason: str, *, language: str) -> str:
    """Return why a number is not there; without a reason given, that it rests on too few."""
    return reason or say("n < 10: non pubblicato", "n < 10: not published", language=language)


def nothing_to_show(language: str) -> str:
    return say("Nessun dato da mostrare.", "No data to show.", language=language)
