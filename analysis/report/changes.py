"""Tables of what changed: question by question, in the series, by what users hold important."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.table import Alternative, say
from analysis.report.cells import NOTHING, chance, or_why, per_cent, plain, with_ends

Json = Mapping[str, Any]
Texts = Mapping[str, str]

_MOVED = {
    "up": ("migliorata", "better"),
    "down": ("peggiorata", "worse"),
    None: ("non si distingue dal caso", "not told from chance"),
}
_PARTS = {
    "total": ("Variazione dell'indice pesato", "Change of the weighted index"),
    "performance": ("per i giudizi", "due to judgements"),
    "preferences": ("per l'importanza data", "due to the importance given"),
}


def where_table(block: Json, texts: Texts, language: str) -> Alternative:
    """Which questions moved since the wave before."""
    rows = []
    for one in block["items"]:
        share = one["satisfied"]
        shown = [NOTHING] * 2
        if share is not None:
            digits = share["decimals"]
            shown = [
                " → ".join(per_cent(share[when], language, decimals=digits)
                           for when in ("before", "after")),
                with_ends(share, language, decimals=digits, signed=True, value="difference"),
            ]  # fmt: skip
        delta = {"value": one["cliff"], "lower": one["cliff_lower"], "upper": one["cliff_upper"]}
        rows.append((
            texts[one["key"]],
            say(*_MOVED[one["moved"]], language=language),
            *shown,
            or_why(with_ends(delta, language, decimals=2, signed=True), one["reason"], language),
            chance(one["p_adjusted"], language),
            " → ".join(plain(n, language) for n in one["n"]),
        ))  # fmt: skip
    header = (
        ("Domanda", "Question"),
        ("Esito", "Outcome"),
        ("Soddisfatti", "Satisfied"),
        ("Differenza", "Difference"),
        ("Delta di Cliff", "Cliff's delta"),
        ("p (Holm)", "p (Holm)"),
        ("n", "n"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def trend_table(block: Json, texts: Texts, language: str) -> Alternative:
    """Drift of each question over the waves of the series."""
    rows = [
        (
            texts[one["key"]],
            or_why(plain(one["marks"]["z"], language, decimals=1, signed=True),
                   one["marks"]["reason"], language),
            chance(one["marks"]["p_holm"], language),
            or_why(plain(one["satisfied"]["z"], language, decimals=1, signed=True),
                   one["satisfied"]["reason"], language),
            chance(one["satisfied"]["p_holm"], language),
            plain(one["n"], language),
        )
        for one in block["questions"]
    ]  # fmt: skip
    header = (
        ("Domanda", "Question"),
        ("Giudizi: z", "Marks: z"),
        ("p (Holm)", "p (Holm)"),
        ("Soddisfatti: z", "Satisfied: z"),
        ("p (Holm)", "p (Holm)"),
        ("n", "n"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def split_table(block: Json, language: str) -> Alternative:
    """Split of the change of the weighted index: judgements and importance."""
    change = block["change"]
    rows = () if change is None else tuple(
        (say(*words, language=language),
         with_ends(change[part], language, decimals=change["decimals"], signed=True),
         " → ".join(plain(n, language) for n in change["n"]))
        for part, words in _PARTS.items()
    )  # fmt: skip
    header = (
        say("Che cosa", "What", language=language),
        say("Punti", "Points", language=language),
        "n",
    )
    return Alternative("", header, rows)
