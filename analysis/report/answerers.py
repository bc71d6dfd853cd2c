"""Tables of who answered: users and answers, response modes, what was left out."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.modes import mode_name
from analysis.charts.table import Alternative, say
from analysis.charts.titles import pick
from analysis.report.cells import NOTHING, chance, or_why, per_cent, plain, with_ends

Json = Mapping[str, Any]
Texts = Mapping[str, str]

_VARIABLES = {
    "age_class": ("età", "age"),
    "sex": ("sesso", "sex"),
    "access_channel": ("canale di accesso", "access channel"),
}
_FAR = ("lontana dagli utenti", "far from the users")
_LARGE = ("differenza di modo", "mode effect")


def more_than_drawn(block: Json) -> bool:
    """Tell whether the table of users and answers adds to the chart of who answered."""
    cells = [cell for one in block["profiles"] for cell in one["classes"]]
    return any(one["rate"] is not None or one["answers_share"] is None for one in cells)


def coverage_table(block: Json, language: str) -> Alternative:
    """Respondents beside users, by class."""
    rows = []
    for one in block["profiles"]:
        name = say(*_VARIABLES.get(one["variable"], (one["variable"],) * 2), language=language)
        for cell in one["classes"]:
            share = per_cent(cell["answers_share"], language)
            rows.append((
                f"{name}: {pick(cell['label'], language) or cell['code']}",
                per_cent(cell["users_share"], language),
                or_why(share, cell["reason"], language),
                plain(cell["n"], language),
                per_cent(cell["rate"], language),
                say(*_FAR, language=language) if cell["flagged"] else NOTHING,
            ))  # fmt: skip
    header = (
        ("Classe", "Class"),
        ("Utenti", "Users"),
        ("Risposte", "Answers"),
        ("n", "n"),
        ("Tasso di risposta", "Response rate"),
        ("Nota", "Note"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def channels_table(block: Json, language: str) -> Alternative:
    """Differences between response modes at equal profile."""
    rows = []
    for one in block["differences"]:
        pair = f"{mode_name(one['first'], language)} − {mode_name(one['second'], language)}"
        shown = with_ends(one, language, decimals=one["decimals"], signed=True)
        rows.append((
            pair,
            or_why(shown, one["reason"], language),
            chance(one["p"], language),
            per_cent(one["compared"], language),
            say(*_LARGE, language=language) if one["flagged"] else NOTHING,
        ))  # fmt: skip
    header = (
        ("Modi", "Modes"),
        ("Punti dell'indice", "Points of the index"),
        ("p", "p"),
        ("Questionari confrontati", "Forms compared"),
        ("Nota", "Note"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def answers_table(block: Json, texts: Texts, language: str) -> Alternative:
    """What was not answered, question by question; as shares of all forms."""
    rows = [
        (
            texts[one["key"]],
            *(per_cent(one[status], language, decimals=one["decimals"])
              for status in ("dk", "na", "blank", "invalid")),
            per_cent(one["dropped_before"], language, decimals=one["decimals"]),
            _moved(one, language),
        )
        for one in block["questions"]
    ]  # fmt: skip
    header = (
        ("Domanda", "Question"),
        ("Non so", "Don't know"),
        ("Non applicabile", "Not applicable"),
        ("In bianco", "Blank"),
        ("Non valide", "Invalid"),
        ("Fermati prima", "Stopped before"),
        ("Rispetto a prima", "Against before"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def _moved(one: Json, language: str) -> str:
    words = {"dk": ("«non so»", "“don't know”"), "na": ("«non applicabile»", "“not applicable”")}
    points = say("punti", "points", language=language)
    said = [
        f"{say(*words[status], language=language)} "
        f"{plain(found['difference'], language, signed=True)} {points}"
        for status, found in (one["change"] or {}).items()
        if found["flagged"]
    ]
    return ", ".join(said) or NOTHING


def blanks_table(block: Json, language: str) -> Alternative:
    """Blank answers by response mode; no rows where modes are not known."""
    rows = tuple(
        (mode_name(one["mode"], language),
         or_why(per_cent(one["share"], language, decimals=1), one["reason"], language))
        for one in block["blank_by_mode"]
        if one["mode"] != "not_stated" or len(block["blank_by_mode"]) > 1
    )  # fmt: skip
    header = (
        say("Modo", "Mode", language=language),
        say("Risposte in bianco", "Blank answers", language=language),
    )
    return Alternative("", header, rows)
