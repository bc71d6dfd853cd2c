"""Tables of how far the figures can be relied on: design, coherence, flagged forms."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.table import Alternative, say
from analysis.charts.titles import pick
from analysis.reasons import why
from analysis.report.cells import or_why, plain, two, with_ends

Json = Mapping[str, Any]
Texts = Mapping[str, str]
Two = tuple[str, str]

SHORT = "fewer_than_three_items"
_DESIGNS: Mapping[str, Two] = {
    "open_link": ("aperto a tutti", "open to everybody"),
    "census_invited": ("invitati tutti gli utenti", "all users invited"),
    "random_sample": ("campione casuale", "random sample"),
}
_METHODS: Mapping[str, Two] = {
    "post_stratified": ("post-stratificazione", "post-stratification"),
    "raked": ("calibrazione sui margini", "raking"),
    "none": ("nessuna", "none"),
}
_FLAGS: Mapping[str, Two] = {
    "straightline": ("tutte le risposte uguali", "all answers the same"),
    "empty": ("nessuna risposta", "no answers"),
    "fast": ("compilati troppo in fretta", "filled in too fast"),
    "duplicate_token": ("inviati due volte", "sent twice"),
    "burst": ("arrivati a raffica", "arrived in a burst"),
}
_LEFT_OUT: Two = ("{}, esclusi", "{}, left out")
_KEPT: Two = ("{}, tenuti", "{}, kept")


def design_table(wave: Json, language: str) -> Alternative:
    """How people were asked, what was corrected, how many answers that is worth."""
    block = wave["detail"]["weighting"]

    def digits(value: float | None, decimals: int) -> str:
        return plain(value, language, decimals=decimals)

    correction = say(*_METHODS[block["method"]], language=language)
    if block["reason"]:
        correction += f" ({why(block['reason'], language)})"
    finite = block["finite_population"]
    population = digits(finite["factor"], 2) if finite["applied"] else why(
        finite["reason"], language
    )  # fmt: skip
    rows = [
        (("Rilevazione", "Survey"), say(*_DESIGNS[wave["design"]], language=language)),
        (("Correzione secondo gli utenti", "Correction to the users"), correction),
        (("Risposte", "Answers"), digits(block["n"], 0)),
        (("Risposte efficaci", "Effective answers"), _effective(block, language)),
        (("Effetto del disegno", "Design effect"), digits(block["design_effect"], 2)),
        (("Correzione per popolazione finita", "Finite population correction"), population),
    ]
    if block["clusters"] != block["n"]:
        rows.append((("Gruppi di risposte", "Clusters of answers"), digits(block["clusters"], 0)))
    plainly = block["unweighted"]
    if plainly is not None:
        shown = with_ends(plainly, language, decimals=plainly["decimals"])
        rows.append((("Indice senza correzione", "Index without correction"), shown))
    header = (
        say("Che cosa", "What", language=language),
        say("Valore", "Value", language=language),
    )
    told = tuple((say(*name, language=language), value) for name, value in rows if value)
    return Alternative("", header, told)


def _effective(block: Json, language: str) -> str:
    """Effective answers; nothing where every form counts alike."""
    if block["n_effective"] is None:
        return "" if block["n_effective_exact"] else why("below_minimum", language)
    return plain(block["n_effective"], language)


def short_dimensions(wave: Json) -> list[Json]:
    """Dimensions of one or two questions, of which nothing can be said."""
    found = wave["detail"]["coherence"]["dimensions"]
    return [one for one in found if one["alpha"]["reason"] == SHORT]


def coherence_table(wave: Json, language: str) -> Alternative:
    """Cronbach's alpha and omega of the whole index and of its dimensions, but short ones."""
    block = wave["detail"]["coherence"]
    labels = {one["key"]: pick(one["label"], language) for one in wave["dimensions"]}
    whole = say("Tutte le domande dell'indice", "All questions of the index", language=language)
    short = short_dimensions(wave)
    rows = []
    for one in (*(one for one in block["dimensions"] if one not in short), block["whole"]):
        alpha, omega = one["alpha"], one["omega"]
        name = whole if one is block["whole"] else labels.get(one["key"]) or one["key"]
        shown = with_ends(alpha, language, decimals=2)
        rows.append((
            name or whole,
            or_why(shown, alpha["reason"], language, part="coherence"),
            or_why(plain(omega["value"], language, decimals=2), omega["reason"], language,
                   part="omega"),
            alpha["label"][two(language)] if alpha["label"] else "",
            plain(one["n"], language),
        ))  # fmt: skip
    header = (
        ("Dimensione", "Dimension"),
        ("Alfa di Cronbach", "Cronbach's alpha"),
        ("Omega", "Omega"),
        ("Lettura", "Reading"),
        ("n", "n"),
    )
    return Alternative("", tuple(say(*one, language=language) for one in header), tuple(rows))


def items_table(wave: Json, texts: Texts, language: str) -> Alternative:
    """How each question goes with the others of the index; no rows where it is not known."""
    block = wave["detail"]["coherence"]["whole"]
    rows = tuple(
        (texts[one["key"]], plain(one["item_rest"], language, decimals=2),
         plain(one["alpha_if_deleted"], language, decimals=2))
        for one in block["items"]
        if one["item_rest"] is not None
    )  # fmt: skip
    header = (
        say("Domanda", "Question", language=language),
        say("Correlazione con le altre", "Correlation with the others", language=language),
        say("Alfa senza di essa", "Alpha without it", language=language),
    )
    return Alternative("", header, rows)


def quality_table(wave: Json, language: str) -> Alternative:
    """Forms that deserve a look, kept or left out."""
    block = wave["detail"]["quality"]
    rows = [
        (say(*words, language=language).format(
            say(*_FLAGS.get(one["flag"], (one["flag"],) * 2), language=language)
         ), or_why(plain(one["n"], language), one["reason"], language))
        for words, found in ((_KEPT, block["flags"]), (_LEFT_OUT, block["left_out"]))
        for one in found
        if one["n"] != 0
    ]  # fmt: skip
    header = (
        say("Questionari", "Forms", language=language),
        say("Quanti", "How many", language=language),
    )
    return Alternative("", header, tuple(rows))
