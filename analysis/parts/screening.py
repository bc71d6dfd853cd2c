"""Every question of every service against the wave before: where to look, and no verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.data import RatedQuestion
from analysis.gate import ServicePair, comparability_gate
from analysis.parameters import Parameters
from analysis.publication import DEFAULT
from analysis.ranks import RankComparison, brunner_munzel
from analysis.tally import FIRST_CODE
from analysis.wave import Wave
from analysis.words import LANGUAGES

Json = dict[str, Any]
Float = NDArray[np.float64]
#: False discoveries to expect among the cells that are marked.
FALSE_DISCOVERIES = 0.10


def benjamini_hochberg(p_values: Float) -> Float:
    r"""Adjust a family of p-values for the rate of false discoveries.

    Parameters
    ----------
    p_values : ndarray of float64, shape (tests,)
        No NaN: what cannot be tested is left out before.

    Returns
    -------
    ndarray of float64, shape (tests,)

    Raises
    ------
    ValueError
        If a value is not a probability.

    Notes
    -----
    Sorted :math:`p_{(1)} \le \dots \le p_{(m)}`: adjusted :math:`p_{(i)} = \min_{k \ge i}
    \min(1, p_{(k)} m / k)` (Benjamini & Hochberg 1995, JRSS B 57).

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    if not bool(np.all((p_values >= 0) & (p_values <= 1))):
        raise ValueError(f"not all probabilities: {p_values}")
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    steps = np.minimum(p_values[order] * count / np.arange(1, count + 1), 1.0)
    adjusted = np.empty_like(steps)
    adjusted[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return adjusted


@dataclass(frozen=True, slots=True)
class ScreenedCell:
    """One question of one service.

    Attributes
    ----------
    n : tuple of int
        Answers before and now.
    ranks : RankComparison or None
        None with a `reason`.
    p_adjusted : float or None
        Over all cells of the table.
    reason : str or None
        ``too_few_answers`` or ``no_variance``.
    """

    service: str
    question: RatedQuestion
    n: tuple[int, int]
    ranks: RankComparison | None
    p_adjusted: float | None = None
    reason: str | None = None

    @property
    def marked(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted < FALSE_DISCOVERIES


@dataclass(frozen=True, slots=True)
class Screening:
    """Questions by services, exploratory.

    Attributes
    ----------
    cells : tuple of ScreenedCell
        Service by service in the order given; only services comparable with their wave before.
    tests : int
        Cells that could be tested.
    """

    cells: tuple[ScreenedCell, ...]
    tests: int


def screening_of(
    services: Sequence[tuple[str, Wave | None, Wave]], *, parameters: Parameters = DEFAULT
) -> Screening:
    """Compare every question of every service with the wave before.

    Parameters
    ----------
    services : sequence of (key, wave before or None, wave)
        Of one body in one wave.
    parameters : Parameters, optional
        Its `full_minimum` is the least number of answers on each side.

    Returns
    -------
    Screening
        Brunner-Munzel of each index item that both waves asked alike, Benjamini-Hochberg at 10 %
        over the whole table: of the cells marked, one in ten is expected to be chance (method,
        6.3). A table to look for places, not a verdict.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = example_wave("2025"), example_wave("2026", seed=2, shift=-0.5)
    >>> found = screening_of([("urp", *waves)])
    >>> found.tests, [cell.marked for cell in found.cells]
    (4, [True, True, True, True])
    """
    cells = [
        cell
        for key, before, wave in services
        if before is not None
        for cell in _cells(ServicePair(key, (before,), wave), parameters)
    ]
    tested = [k for k, cell in enumerate(cells) if cell.reason is None]
    p = np.array([_p(cells[k]) for k in tested], dtype=np.float64)
    for k, value in zip(tested, benjamini_hochberg(p).tolist(), strict=True):
        cells[k] = replace(cells[k], p_adjusted=value)
    return Screening(tuple(cells), len(tested))


def _cells(pair: ServicePair, parameters: Parameters) -> list[ScreenedCell]:
    gate = comparability_gate(pair, parameters=parameters)
    if not gate.open:
        return []
    waves = (pair.previous[0], pair.last)
    tables = [wave.tally.total_counts[:, FIRST_CODE:].tolist() for wave in waves]
    found = []
    for item in gate.items:
        codes = sorted(item.scale.codes, reverse=not item.higher_is_better)
        rows = (
            table[wave.questionnaire.position(item.key)]
            for wave, table in zip(waves, tables, strict=True)
        )
        before, after = ([row[code] for code in codes] for row in rows)
        n = (sum(before), sum(after))
        if min(n) < parameters.full_minimum:
            found.append(ScreenedCell(pair.service, item, n, None, reason="too_few_answers"))
            continue
        ranks = brunner_munzel(np.array(before), np.array(after))
        reason = "no_variance" if ranks.p is None else None
        found.append(ScreenedCell(pair.service, item, n, ranks, reason=reason))
    return found


def _p(cell: ScreenedCell) -> float:
    if cell.ranks is None or cell.ranks.p is None:
        raise ValueError(f"{cell.service}, {cell.question.key}: not tested ({cell.reason})")
    return cell.ranks.p


def screening_words(screening: Screening, language: str) -> tuple[str, ...]:
    """Say how many cells are marked, and that this is exploratory.

    Parameters
    ----------
    screening : Screening
        As `screening_of` gives it.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Sentences; empty where no cell could be tested.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> screening_words(Screening((), 0), "it")
    ()
    """
    if not screening.tests:
        return ()
    marked = sum(cell.marked for cell in screening.cells)
    place = LANGUAGES.index(language)
    moved = (
        "Tabella esplorativa, senza correzione per modalità e profilo: {marked} domande su "
        "{tests}, tra tutti i servizi, si scostano dalla rilevazione precedente più di quanto "
        "faccia di solito il caso.",
        "Exploratory table, without correction for mode and profile: {marked} of {tests} "
        "questions, over all services, differ from the survey before by more than chance usually "
        "does.",
    )[place].format(marked=marked, tests=screening.tests)
    if not marked:
        return (moved,)
    caution = (
        "Di quelle segnate circa una su dieci può essere caso: serve a scegliere dove guardare, "
        "non a giudicare.",
        "Of those marked about one in ten may be chance: it tells where to look, and is no "
        "verdict.",
    )[place]
    return (moved, caution)


def screening_json(screening: Screening) -> Json:
    """Turn a screening into its block of the results document.

    Parameters
    ----------
    screening : Screening
        As `screening_of` gives it.

    Returns
    -------
    dict
        Plain JSON: superiority and p on 0-1, None with a `reason`.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = example_wave("2025"), example_wave("2026", seed=2, shift=-0.5)
    >>> cell = screening_json(screening_of([("urp", *waves)]))["cells"][0]
    >>> cell["key"], round(cell["superiority"], 2), cell["n"]
    ('waiting', 0.38, [200, 200])
    """
    return {
        "exploratory": True,
        "false_discoveries": FALSE_DISCOVERIES,
        "tests": screening.tests,
        "cells": [
            {
                "service": cell.service,
                "key": cell.question.key,
                "number": cell.question.number,
                "superiority": None
                if cell.ranks is None or cell.reason
                else cell.ranks.superiority,
                "p": None if cell.ranks is None else cell.ranks.p,
                "p_adjusted": cell.p_adjusted,
                "marked": cell.marked,
                "n": [None if cell.reason == "too_few_answers" else n for n in cell.n],
                "reason": cell.reason,
            }
            for cell in screening.cells
        ],
        "words": {language: list(screening_words(screening, language)) for language in LANGUAGES},
    }
