"""Flags of the questionnaires, and what the index would be without the flagged ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.checks import FormChecks
from analysis.context import ServiceContext
from analysis.data import Questionnaire, RatedQuestion
from analysis.figures import number
from analysis.moments import index_weights, slope
from analysis.tally import FIRST_CODE
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
Int = NDArray[np.int64]
BELOW = "below_minimum"
_MOVED_POINTS = 2.0

_TEXTS: Mapping[str, tuple[str, str]] = {
    "straightline": (
        "In {n} questionari le risposte sono tutte uguali: può essere un giudizio sincero, e sono "
        "tenuti nel conteggio.",
        "In {n} forms all answers are the same: this may be a sincere opinion, and they are kept "
        "in the figures.",
    ),
    "left_out": (
        "Non sono contati {n} questionari: secondi invii dello stesso invito, o raffiche allo "
        "stesso totem.",
        "{n} forms are not counted: second forms of one invitation, or bursts at one kiosk.",
    ),
    "left_out_few": (
        "Non sono contati alcuni questionari (meno di {minimum}): secondi invii dello stesso "
        "invito, o raffiche allo stesso totem.",
        "A few forms (fewer than {minimum}) are not counted: second forms of one invitation, or "
        "bursts at one kiosk.",
    ),
    "left_out_more": (
        "Non sono contati {n} questionari e pochi altri (meno di {minimum}): secondi invii dello "
        "stesso invito, o raffiche allo stesso totem.",
        "{n} forms and a few more (fewer than {minimum}) are not counted: second forms of one "
        "invitation, or bursts at one kiosk.",
    ),
    "moved": (
        "Senza i questionari segnalati l'indice sarebbe {unflagged} invece di {everybody} "
        "({points}): il risultato dipende da loro.",
        "Without the flagged forms the index would be {unflagged} instead of {everybody} "
        "({points}): the result depends on them.",
    ),
    "steady": (
        "Senza i questionari segnalati l'indice cambierebbe di non più di 2 punti ({points}).",
        "Without the flagged forms the index would change by no more than 2 points ({points}).",
    ),
}


@dataclass(frozen=True, slots=True)
class FlagCount:
    """Forms under one flag; `n` None where they are fewer than the minimum."""

    flag: str
    n: int | None


@dataclass(frozen=True, slots=True)
class SensitivityLine:
    """The index with and without the flagged forms, unweighted, in points of 0-100.

    Attributes
    ----------
    everybody, unflagged, moved : float or None
        None with a `reason`: ``not_kept`` (the forms of this wave are not at hand),
        ``below_minimum`` (too few flagged, or left, for the two to be told apart),
        ``too_few_answers`` (an item of the index loses its answers).
    worth_saying : bool
        It moves by more than 2 points.
    """

    everybody: float | None
    unflagged: float | None
    moved: float | None
    worth_saying: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class QualityLine:
    """Flags that were looked for, forms left out of the figures, and the sensitivity line.

    Attributes
    ----------
    flags : tuple of FlagCount
        Kept in the figures.
    left_out : tuple of FlagCount
        Not in the figures.
    minimum : int
        Fewest forms that are told.
    """

    flags: tuple[FlagCount, ...]
    left_out: tuple[FlagCount, ...]
    sensitivity: SensitivityLine
    minimum: int


def quality_of(context: ServiceContext) -> QualityLine:
    """Tell the flags of a wave whose forms were at hand.

    Parameters
    ----------
    context : ServiceContext
        Its wave with `Wave.checks`, the index and the parameters.

    Returns
    -------
    QualityLine
        Nothing is deleted in silence: what is left out is counted, what is kept is tried without
        (method, 5.3). Two groups one inside the other are told apart only by the minimum or more
        (3.7), so the line is silent where fewer forms are flagged.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.parameters import Parameters
    >>> from analysis.publication import Publication
    >>> from analysis.wave_noise import WaveNoise
    >>> answers = np.zeros((5, 15), np.int64)
    >>> answers[:, FIRST_CODE + 5] = 12  # twelve forms with the best mark everywhere
    >>> checks = FormChecks(200, {"straightline": 12}, 12, answers, np.zeros(5, np.int64))
    >>> wave = replace(example_wave(), checks=checks)
    >>> context = ServiceContext(
    ...     "urp", wave, (), index_result(wave), Publication.FULL,
    ...     None, WaveNoise(0.0, 0), Parameters(),
    ... )
    >>> line = quality_of(context).sensitivity
    >>> round(line.everybody, 1), round(line.unflagged, 1), line.worth_saying
    (62.6, 60.2, True)
    """
    minimum, checks = context.parameters.publication_minimum, context.wave.checks
    if checks is None:
        return QualityLine((), (), SensitivityLine(None, None, None, False, "not_kept"), minimum)
    return QualityLine(
        flags=_told(checks.flags, minimum),
        left_out=_told(checks.left_out, minimum),
        sensitivity=_sensitivity(context, checks, minimum),
        minimum=minimum,
    )


def _told(counts: Mapping[str, int], minimum: int) -> tuple[FlagCount, ...]:
    """Hide handfuls; empty forms alone are told, being the forms without a respondent."""
    return tuple(
        FlagCount(name, None if 0 < n < minimum and name != "empty" else n)
        for name, n in sorted(counts.items())
    )


def _sensitivity(context: ServiceContext, checks: FormChecks, minimum: int) -> SensitivityLine:
    wave, items = context.wave, context.index.items
    if not items:
        return SensitivityLine(None, None, None, False, "too_few_answers")
    if 0 < checks.suspicious < minimum or wave.respondents - checks.suspicious < minimum:
        return SensitivityLine(None, None, None, False, BELOW)
    counts = wave.tally.total_counts
    everybody = _index(wave.questionnaire, counts, items)
    unflagged = _index(wave.questionnaire, counts - checks.answers, items)
    if everybody is None or unflagged is None:
        return SensitivityLine(None, None, None, False, "too_few_answers")
    moved = unflagged - everybody
    return SensitivityLine(everybody, unflagged, moved, abs(moved) > _MOVED_POINTS)


def _index(
    questionnaire: Questionnaire, counts: Int, items: Sequence[RatedQuestion]
) -> float | None:
    places = [questionnaire.position(item.key) for item in items]
    valid = counts[places, FIRST_CODE:].astype(np.float64)
    answers = valid.sum(axis=1)
    if bool((answers <= 0).any()):
        return None
    means = valid @ np.arange(valid.shape[1]) / answers
    lines = np.array([slope(item) for item in items])
    return float(100 * index_weights(items) @ (lines[:, 0] + lines[:, 1] * means))


def quality_json(found: QualityLine) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : QualityLine
        The part.

    Returns
    -------
    dict
        Figures in points of 0-100; None with a reason where they are not told.

    Examples
    --------
    >>> line = SensitivityLine(None, None, None, False, "below_minimum")
    >>> quality_json(QualityLine((FlagCount("straightline", None),), (), line, 10))["flags"]
    [{'flag': 'straightline', 'n': None, 'reason': 'below_minimum'}]
    """
    line = found.sensitivity
    return {
        "flags": [_count_json(one) for one in found.flags],
        "left_out": [_count_json(one) for one in found.left_out],
        "sensitivity": {
            "everybody": line.everybody,
            "unflagged": line.unflagged,
            "moved": line.moved,
            "worth_saying": line.worth_saying,
            "reason": line.reason,
        },
        "words": {language: list(quality_words(found, language)) for language in LANGUAGES},
    }


def _count_json(one: FlagCount) -> Json:
    return {"flag": one.flag, "n": one.n, "reason": BELOW if one.n is None else None}


def quality_words(found: QualityLine, language: str) -> tuple[str, ...]:
    """Say how many forms are left out and flagged, and whether the index depends on them.

    Parameters
    ----------
    found : QualityLine
        The part.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where there is nothing to tell.

    Examples
    --------
    >>> line = SensitivityLine(72.4, 69.1, -3.3, True)
    >>> found = QualityLine((FlagCount("straightline", 24),), (), line, 10)
    >>> print(quality_words(found, "it")[1])
    Senza i questionari segnalati l'indice sarebbe 69,1 invece di 72,4 (−3,3 punti): il risultato
    dipende da loro.
    """
    said = []
    if any(one.n != 0 for one in found.left_out):
        few = any(one.n is None for one in found.left_out)
        total = sum(one.n or 0 for one in found.left_out)
        key = "left_out" if not few else "left_out_more" if total else "left_out_few"
        said.append(_text(key, language, n=number(total, language=language), minimum=found.minimum))
    straight = next((one.n for one in found.flags if one.flag == "straightline"), None)
    if straight:
        said.append(_text("straightline", language, n=number(straight, language=language)))
    said.extend(_line_words(found.sensitivity, language))
    return tuple(said)


def _line_words(line: SensitivityLine, language: str) -> tuple[str, ...]:
    if line.everybody is None or line.unflagged is None or line.moved is None:
        return ()
    if line.moved == 0:
        return ()
    return (
        _text(
            "moved" if line.worth_saying else "steady", language,
            everybody=number(line.everybody, decimals=1, language=language),
            unflagged=number(line.unflagged, decimals=1, language=language),
            points=points(line.moved, language, decimals=1),
        ),
    )  # fmt: skip


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)
