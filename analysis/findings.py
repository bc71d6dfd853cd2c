"""What a reader of published counts must know, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "parts_not_total": (
        "le parti fanno {found}, ma il totale dichiarato è {expected}",
        "the parts add up to {found}, but the stated total is {expected}",
    ),
    "percentages_not_100": (
        "le percentuali fanno {found} invece di 100: manca una categoria o la base è un'altra",
        "the percentages add up to {found} instead of 100: a category is missing or the base "
        "is another",
    ),
    "counts_not_percentages": (
        "le percentuali fanno {found}, come il numero di risposte: sembrano conteggi",
        "the percentages add up to {found}, like the number of answers: they look like counts",
    ),
    "percentage_impossible": (
        "{found} % non è possibile con {expected} risposte",
        "{found} % is not possible with {expected} answers",
    ),
    "unknown_code": (
        "la risposta {found} non è sulla scala ({expected})",
        "answer {found} is not on the scale ({expected})",
    ),
    "not_a_count": (
        "{found} non è un conteggio",
        "{found} is not a count",
    ),
    "mean_differs": (
        "la media dai conteggi è {found}, quella dichiarata {expected}",
        "the mean from the counts is {found}, the stated one {expected}",
    ),
    "mean_out_of_range": (
        "la media dichiarata {found} è fuori dalla scala {expected}",
        "the stated mean {found} lies outside the scale {expected}",
    ),
    "mean_impossible": (
        "la media {found} non è possibile con {expected} risposte intere",
        "the mean {found} is not possible with {expected} whole answers",
    ),
    "share_differs": (
        "la quota di soddisfatti dai conteggi è {found} %, quella dichiarata {expected} %",
        "the share satisfied from the counts is {found} %, the stated one {expected} %",
    ),
    "not_recomputable": (
        "senza i conteggi di ogni risposta la cifra non si può ricalcolare",
        "without the counts of each answer the figure cannot be recomputed",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reader of the figures must know."""

    item: str
    code: str
    found: str = ""
    expected: str = ""

    def message(self, language: str = "it") -> str:
        """Say it in Italian, or in English for ``en``."""
        english = language.startswith("en")
        point = "." if english else ","
        return f"{self.item}: " + _MESSAGES[self.code][english].format(
            found=self.found.replace(".", point), expected=self.expected.replace(".", point)
        )
