"""Waves known only as counts or percentages: what contractors and old reports leave behind.

Nothing is corrected. Every disagreement between the figures is named in words; counts that cannot
be settled stay out of the tally.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.data import MODE_NOT_STATED, Questionnaire, RatedQuestion
from analysis.tally import CATEGORIES, FIRST_CODE, GROUPS, NOT_STATED, Tally, empty_tally, layout_of

FORMAT = "gradimento/counts/1"

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


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Counts settled for one item, or None, and what was found on the way."""

    counts: dict[int, int] | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CountsReading:
    """A tally of the items that could be settled, with `paired` false, and all findings."""

    tally: Tally
    findings: tuple[Finding, ...]


def share_count(percentage: float, n: int, *, decimals: int) -> int | None:
    """Whole number of answers behind a percentage printed with some decimals, or None.

    Parameters
    ----------
    percentage : float
        As printed.
    n : int
        Its base.
    decimals : int
        Decimals printed: the count must give back the percentage within half a unit of the last.

    Examples
    --------
    >>> share_count(89.66, 174, decimals=2), share_count(50.0, 7, decimals=1)
    (156, None)
    """
    count = round(percentage * n / 100)
    half = 0.5 * 10.0**-decimals + 1e-9
    fits = n > 0 and 0 <= count <= n and abs(100 * count / n - percentage) <= half
    return count if fits else None


def mean_is_possible(mean: float, n: int, *, decimals: int) -> bool:
    """Whether `n` whole answers can have this mean, as printed with some decimals.

    Examples
    --------
    >>> mean_is_possible(3.6, 5, decimals=1), mean_is_possible(3.67, 5, decimals=2)
    (True, False)
    """
    half = 0.5 * 10.0**-decimals + 1e-9
    return n > 0 and abs(round(mean * n) / n - mean) <= half


def decimals_of(value: float) -> int:
    """Decimals with which a number was written.

    Examples
    --------
    >>> decimals_of(89.66), decimals_of(38), decimals_of(3.6)
    (2, 0, 1)
    """
    return len(f"{value!r}".partition(".")[2].removesuffix("0")) if value % 1 else 0


def settle_counts(
    item: str,
    *,
    codes: Sequence[int],
    n: int | None,
    counts: Mapping[int, int] | None = None,
    percentages: Mapping[int, float] | None = None,
) -> ItemCounts:
    """Check the counts or percentages of one item and settle on whole counts.

    Parameters
    ----------
    item : str
        Its name, for the findings.
    codes : sequence of int
        Codes of its scale.
    n : int or None
        Stated number of valid answers.
    counts, percentages : mapping of code to number, optional
        What was published; counts win when both are given.

    Returns
    -------
    ItemCounts
        Percentages must add up to 100 within 0.5 a category when they are whole and 0.05 when they
        have one decimal (domain facts, section 6); each must be possible with `n` answers.
    """
    given: Mapping[int, float] = counts or percentages or {}
    findings = [
        Finding(item, "unknown_code", str(code), ", ".join(map(str, codes)))
        for code in given
        if code not in codes
    ]
    if not given:
        findings.append(Finding(item, "not_recomputable"))
    if findings:
        return ItemCounts(None, tuple(findings))
    if counts is not None:
        return _from_counts(item, codes, counts, n)
    return _from_percentages(item, codes, given, n)


def _from_counts(
    item: str, codes: Sequence[int], counts: Mapping[int, int], n: int | None
) -> ItemCounts:
    bad = [value for value in counts.values() if not (isinstance(value, int) and value >= 0)]
    if bad:
        return ItemCounts(None, (Finding(item, "not_a_count", str(bad[0])),))
    total = sum(counts.values())
    findings: tuple[Finding, ...] = ()
    if n is not None and total != n:
        findings = (Finding(item, "parts_not_total", str(total), str(n)),)
    return ItemCounts({code: counts.get(code, 0) for code in codes}, findings)


def _from_percentages(
    item: str, codes: Sequence[int], percentages: Mapping[int, float], n: int | None
) -> ItemCounts:
    total = math.fsum(percentages.values())
    decimals = max(decimals_of(value) for value in percentages.values())
    tolerance = 0.5 * 10.0**-decimals * len(percentages) + 1e-9
    shown = f"{total:.{decimals}f}"
    if n is not None and abs(total - 100) > tolerance and abs(total - n) <= tolerance:
        return ItemCounts(None, (Finding(item, "counts_not_percentages", shown),))
    if abs(total - 100) > tolerance:
        return ItemCounts(None, (Finding(item, "percentages_not_100", shown),))
    if n is None:
        return ItemCounts(None, (Finding(item, "not_recomputable"),))
    settled: dict[int, int] = dict.fromkeys(codes, 0)
    for code, value in percentages.items():
        count = share_count(value, n, decimals=decimals)
        if count is None:
            return ItemCounts(None, (Finding(item, "percentage_impossible", f"{value}", str(n)),))
        settled[code] = count
    if sum(settled.values()) != n:
        found = Finding(item, "parts_not_total", str(sum(settled.values())), str(n))
        return ItemCounts(None, (found,))
    return ItemCounts(settled, ())


def check_published(
    item: str,
    question: RatedQuestion,
    *,
    counts: Mapping[int, int] | None,
    n: int | None,
    published: Mapping[str, float],
) -> tuple[Finding, ...]:
    """Hold the counts against the mean and the share satisfied that were printed.

    Parameters
    ----------
    item : str
        Name for the findings.
    question : RatedQuestion
        Gives the scale and the satisfied codes.
    counts : mapping or None
        Settled counts; without them only what is impossible can be found.
    n : int or None
        Stated base.
    published : mapping
        Any of ``mean`` and ``satisfied`` (percent).

    Returns
    -------
    tuple of Finding
        Empty when every printed figure is confirmed.
    """
    findings = []
    mean, satisfied = published.get("mean"), published.get("satisfied")
    scale = question.scale
    if mean is not None and not scale.lower <= mean <= scale.upper:
        bounds = f"{scale.lower}-{scale.upper}"
        findings.append(Finding(item, "mean_out_of_range", f"{mean}", bounds))
    total = sum(counts.values()) if counts else 0
    if counts and total:
        if mean is not None:
            exact = sum(code * count for code, count in counts.items()) / total
            findings += _differs(item, "mean_differs", exact, mean)
        if satisfied is not None:
            part = 100 * sum(counts[code] for code in question.satisfied) / total
            findings += _differs(item, "share_differs", part, satisfied)
    elif mean is not None and n and not mean_is_possible(mean, n, decimals=decimals_of(mean)):
        findings.append(Finding(item, "mean_impossible", f"{mean}", str(n)))
    return tuple(findings)


def _differs(item: str, code: str, exact: float, printed: float) -> list[Finding]:
    decimals = decimals_of(printed)
    if abs(exact - printed) <= 0.5 * 10.0**-decimals + 1e-9:
        return []
    return [Finding(item, code, f"{exact:.{decimals + 2}f}", f"{printed}")]


def read_counts(document: Mapping[str, Any], questionnaire: Questionnaire) -> CountsReading:
    """Read a wave of aggregate counts.

    Parameters
    ----------
    document : mapping
        ``{"format": "gradimento/counts/1", "n": forms, "items": {key: {"counts": {code: number}}
        or {"percentages": {code: number}}, with optional "n" and "published": {"mean", "satisfied"}
        }}``.
    questionnaire : Questionnaire
        Gives the scale of each item.

    Returns
    -------
    CountsReading
        Means and shares come out of its tally; the error of an index does not, because nobody
        knows who gave which answers together.

    Raises
    ------
    ValueError
        If the document has another format, names an unknown item, or `n` is not a count.
    """
    if document.get("format") != FORMAT:
        raise ValueError(f"format: expected {FORMAT!r}, found {document.get('format')!r}")
    forms = document.get("n")
    if not isinstance(forms, int) or isinstance(forms, bool) or forms < 0:
        raise ValueError(f"n: the number of forms is needed, found {forms!r}")
    findings: list[Finding] = []
    settled: dict[str, dict[int, int]] = {}
    for key, entry in document.get("items", {}).items():
        question = questionnaire.rated[questionnaire.position(key)]
        n = entry.get("n", forms)
        found = settle_counts(
            key,
            codes=question.scale.codes,
            n=n,
            counts=_by_code(entry.get("counts"), key),
            percentages=_by_code(entry.get("percentages"), key),
        )
        findings += found.findings
        findings += check_published(
            key, question, counts=found.counts, n=n, published=entry.get("published", {})
        )
        if found.counts is not None:
            settled[key] = found.counts
    return CountsReading(tally_counts(questionnaire, settled, forms=forms), tuple(findings))


def _by_code(given: object, key: str) -> dict[int, Any] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise ValueError(f"items.{key}: counts and percentages are objects, found {given!r}")
    for value in given.values():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value < 0:
            raise ValueError(f"items.{key}: a count or percentage is needed, found {value!r}")
    try:
        return {int(code): value for code, value in given.items()}
    except ValueError as error:
        raise ValueError(f"items.{key}: a code is a whole number ({error})") from error


def tally_counts(
    questionnaire: Questionnaire, counts: Mapping[str, Mapping[int, int]], *, forms: int
) -> Tally:
    """Lay aggregate counts out as a tally without pair sums.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    counts : mapping of item to mapping of code to number
        Valid answers; an item may be missing.
    forms : int
        Forms received; an item with more answers raises it.
    """
    rated = len(questionnaire.rated)
    table = np.zeros((1, rated, CATEGORIES), dtype=np.int64)
    for key, by_code in counts.items():
        for code, number in by_code.items():
            table[0, questionnaire.position(key), FIRST_CODE + code] = number
    valid = table[0, :, FIRST_CODE:]
    answers = valid.sum(axis=1)
    size = max(forms, int(answers.max(initial=0)))
    codes = np.arange(CATEGORIES - FIRST_CODE)
    pairs = np.stack([np.diag(answers), np.diag(valid @ codes), np.diag(valid @ codes**2)])
    width = 1 + len(questionnaire.index_dimensions)
    respondents = np.full((1, width), size, dtype=np.int64)
    empty = empty_tally(questionnaire)
    group_respondents, group_pairs = empty.group_respondents.copy(), empty.group_pairs.copy()
    group_respondents[GROUPS - 1], group_pairs[GROUPS - 1] = respondents[0], pairs
    return Tally(
        layout=layout_of(questionnaire),
        keys=np.array([[MODE_NOT_STATED, NOT_STATED, NOT_STATED, NOT_STATED]], dtype=np.int64),
        questionnaires=np.array([size], dtype=np.int64),
        respondents=respondents,
        counts=table,
        pairs=pairs[None],
        group_respondents=group_respondents,
        group_pairs=group_pairs,
        profiles=empty.profiles,
        paired=False,
    )
