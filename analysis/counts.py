"""Waves known only as counts or percentages: what contractors and old reports leave behind.

Nothing is corrected. Every disagreement between the figures is named in words; counts that cannot
be settled stay out of the tally.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.data import MODE_NOT_STATED, Questionnaire, RatedQuestion
from analysis.findings import Finding
from analysis.groups import GROUPS, known_groups
from analysis.printed import decimals_of, mean_is_possible, share_count
from analysis.refusals import DocumentError
from analysis.tally import CATEGORIES, FIRST_CODE, NOT_STATED, Tally, empty_tally

FORMAT = "gradimento/counts/1"
_MOST_FORMS = 10**12


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

    Examples
    --------
    >>> settle_counts("waiting", codes=[1, 2, 3], n=174, percentages={2: 10.34, 3: 89.66}).counts
    {1: 0, 2: 18, 3: 156}
    >>> found = settle_counts("waiting", codes=[1, 2, 3], n=50, percentages={2: 50.5, 3: 49.5})
    >>> found.counts, found.findings[0].code
    (None, 'percentage_impossible')
    """
    given: Mapping[int, float] = counts or percentages or {}
    counts = counts or None
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

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> item, printed = example_questionnaire().rated[0], {"mean": 4.4, "satisfied": 90.0}
    >>> counts = {1: 0, 2: 0, 3: 0, 4: 3, 5: 2}
    >>> found = check_published("waiting", item, counts=counts, n=5, published=printed)
    >>> [one.code for one in found]
    ['share_differs']
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

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> items = {"waiting": {"counts": {"3": 20, "5": 25}}, "rooms": {"percentages": {"4": 98}}}
    >>> document = {"format": "gradimento/counts/1", "n": 50, "items": items}
    >>> reading = read_counts(document, example_questionnaire())
    >>> [(one.item, one.code) for one in reading.findings], reading.tally.paired
    ([('waiting', 'parts_not_total'), ('rooms', 'percentages_not_100')], False)
    """
    top = _object(document, "document")
    if top.get("format") != FORMAT:
        raise DocumentError("format", "format", expected=FORMAT, found=top.get("format"))
    forms = _forms(top.get("n"), "n")
    findings: list[Finding] = []
    settled: dict[str, dict[int, int]] = {}
    for key, raw in _object(top.get("items", {}), "items").items():
        entry = _object(raw, f"items.{key}")
        question = questionnaire.rated[questionnaire.position(key)]
        n = entry.get("n", forms)
        n = None if n is None else _forms(n, f"items.{key}.n")
        found = settle_counts(
            key,
            codes=question.scale.codes,
            n=n,
            counts=_by_code(entry.get("counts"), key),
            percentages=_by_code(entry.get("percentages"), key),
        )
        findings += found.findings
        findings += check_published(
            key, question, counts=found.counts, n=n, published=_published(entry, key)
        )
        if found.counts is not None:
            settled[key] = found.counts
    return CountsReading(tally_counts(questionnaire, settled, forms=forms), tuple(findings))


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DocumentError("object", place, kind=type(value).__name__)
    return value


def _forms(value: object, place: str) -> int:
    """Check a number of forms; above the limit a sum of squares would not fit in 64 bits."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not whole or not 0 <= value <= _MOST_FORMS:
        raise DocumentError("forms", place, most=_MOST_FORMS, found=value)
    return value


def _published(entry: Mapping[str, Any], key: str) -> dict[str, float]:
    place = f"items.{key}.published"
    given = _object(entry.get("published", {}), place)
    return {name: _amount(value, place) for name, value in given.items()}


def _amount(value: object, place: str) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, int | float) or not number or not 0 <= value <= _MOST_FORMS:
        raise DocumentError("amount", place, found=value)
    return value


def _by_code(given: object, key: str) -> dict[int, Any] | None:
    if given is None:
        return None
    found: dict[int, Any] = {}
    for text, value in _object(given, f"items.{key}").items():
        try:
            code = int(text)
        except ValueError as error:
            raise DocumentError("code_whole", f"items.{key}", found=text) from error
        if code in found:
            raise DocumentError("code_twice", f"items.{key}", code=code)
        found[code] = _amount(value, f"items.{key}")
    return found


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

    Returns
    -------
    Tally
        One cell, with `paired` false: of N, A, P only the diagonals are known, and the respondents
        stand for the forms.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> tally = tally_counts(example_questionnaire(), {"waiting": {4: 30, 5: 20}}, forms=60)
    >>> tally.counts[0, 0, FIRST_CODE:].tolist(), int(tally.questionnaires.sum()), tally.paired
    ([0, 0, 0, 0, 30, 20, 0, 0, 0, 0, 0], 60, False)
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
    return replace(
        empty,
        keys=np.array([[MODE_NOT_STATED, NOT_STATED, NOT_STATED, NOT_STATED]], dtype=np.int64),
        questionnaires=np.array([size], dtype=np.int64),
        respondents=respondents,
        counts=table,
        pairs=pairs[None],
        groups=known_groups(group_respondents, group_pairs),
        paired=False,
    )
