"""Tables of where to act and of what was promised."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.table import Alternative, say
from analysis.report.cells import NOTHING, chance, per_cent, plain, two, with_ends

Json = Mapping[str, Any]
Texts = Mapping[str, str]

_QUADRANTS = ("high_low", "high_high", "low_low", "low_high")
_BASES = {
    "stated": ("importanza chiesta agli utenti", "importance asked of users"),
    "derived": ("importanza ricavata dalle risposte", "importance derived from the answers"),
}


def basis_words(block: Json, language: str) -> str:
    """Where the importance of a priority map comes from."""
    return say(*_BASES.get(block["basis"], ("", "")), language=language)


def priorities_table(block: Json, texts: Texts, language: str) -> Alternative:
    """Probability of each quadrant of the map, question by question."""
    names = block["quadrants"][two(language)]
    rows = tuple(
        (
            texts[one["key"]],
            *(per_cent(100 * one["probabilities"][name], language) for name in _QUADRANTS),
        )
        for one in block["places"]
    )
    header = (
        say("Domanda", "Question", language=language),
        *(names[name] for name in _QUADRANTS),
    )
    return Alternative("", header, rows)


def special_table(block: Json, language: str) -> Alternative:
    """Indices that some questionnaires declare: three questions, recommendation."""
    rows = tuple(
        (one["label"][two(language)], with_ends(one, language, decimals=one["decimals"]),
         plain(one["n"], language))
        for one in (block["three_questions"], block["recommendation"])
        if one["value"] is not None
    )  # fmt: skip
    header = (
        say("Indice", "Index", language=language),
        say("Valore (intervallo)", "Value (interval)", language=language),
        "n",
    )
    return Alternative("", header, rows)


def servqual_table(block: Json, language: str) -> Alternative:
    """Mean gap over the dimensions, plain and with declared points."""
    names = {
        "plain": ("Media delle dimensioni", "Mean of the dimensions"),
        "weighted": ("Media con i punti dichiarati", "Mean with the declared points"),
    }
    rows = tuple(
        (say(*words, language=language),
         with_ends(found, language, decimals=found["decimals"], signed=True),
         plain(found["n"], language))
        for kind, words in names.items()
        if (found := block["servqual"][kind]) is not None and found["value"] is not None
    )  # fmt: skip
    header = (
        say("Scarto dalle aspettative", "Gap from expectations", language=language),
        say("Punti (intervallo)", "Points (interval)", language=language),
        "n",
    )
    return Alternative("", header, rows)


def proposal_lines(block: Json, language: str) -> list[str]:
    """Say what is proposed for each promise."""
    lines = []
    for row in block["rows"]:
        said = " ".join(row["words"][two(language)])
        if said:
            name = row["text"].get(two(language)) or next(iter(row["text"].values()), row["key"])
            lines.append(f"{name}: {said}")
    return lines


def body_standards_table(
    block: Json, promises: Mapping[tuple[str, str], tuple[str, str]], language: str
) -> Alternative:
    """All promises of a body, with p-values over the whole family.

    Parameters
    ----------
    block : mapping
        Block `standards` of the detail of a year.
    promises : mapping of (str, str) to (str, str)
        Promise and verdict in words, by service and key; the promise names its service.
    language : str
        ``it`` or ``en``.
    """
    rows = []
    for one in block["rows"]:
        name, verdict = promises.get((one["service"], one["key"]), (one["key"], NOTHING))
        rows.append((name, verdict, chance(one["p_holm"], language)))
    header = (
        say("Standard", "Standard", language=language),
        say("Esito", "Verdict", language=language),
        say("p (Holm)", "p (Holm)", language=language),
    )
    return Alternative("", header, tuple(rows))
