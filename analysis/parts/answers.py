"""Answers that are not on the scale: «non so», not applicable, blank, not legible."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.context import ServiceContext
from analysis.data import MODES, STATUS_NAMES, RatedQuestion, Status
from analysis.disclosure import suppress_table
from analysis.figures import number
from analysis.parameters import Parameters
from analysis.publication import share_decimals, suppress_line
from analysis.quality import ShareChange, dk_share_change
from analysis.tally import FIRST_CODE
from analysis.wave import Wave, mode_shares
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
Identity = tuple[str, int, str, str]
BELOW = "below_minimum"
#: Where the counts of a question hold each status.
_COLUMNS = {status: status + FIRST_CODE for status in Status}
#: Compared with the wave before, and the flag each raises.
_FLAGS = {Status.DK: "dk_share_changed", Status.NA: "na_share_changed"}

_TEXTS: Mapping[str, tuple[str, str]] = {
    "changed": (
        "«{question}»: chi risponde «{status}» è passato dal {before}% al {after}% ({points}). La "
        "media della domanda descrive ora persone diverse da prima.",
        "“{question}”: those who answer “{status}” went from {before}% to {after}% ({points}). The "
        "mean of the question now describes other people than before.",
    ),
    "most": (
        "La domanda con più «non so» o «non applicabile» è «{question}» ({share}%): anche questo "
        "dice qualcosa sul servizio.",
        "The question with most “don't know” or “not applicable” is “{question}” ({share}%): this "
        "too tells something about the service.",
    ),
}
_STATUS: Mapping[Status, tuple[str, str]] = {
    Status.DK: ("non so", "don't know"),
    Status.NA: ("non applicabile", "not applicable"),
}
_WORTH_SAYING = 10.0


@dataclass(frozen=True, slots=True)
class Moved:
    """One status of a question against the wave before; shares in percent."""

    before: float
    after: float
    change: ShareChange


@dataclass(frozen=True, slots=True)
class QuestionAnswers:
    """One rated question.

    Attributes
    ----------
    statuses : mapping of Status to int
        Forms without a valid answer, by reason.
    moved : mapping of Status to Moved
        «Non so» and not applicable against the wave before; empty with a `reason`.
    dropped : float or None
        Percent of the forms with an answer whose last valid one stands before this question; None
        where it would tell fewer people than the minimum, or the forms are not at hand.
    reason : str or None
        Why nothing is compared: ``no_previous_wave``, ``question_changed``, ``too_few_answers``.
    """

    question: RatedQuestion
    statuses: Mapping[Status, int]
    moved: Mapping[Status, Moved]
    dropped: float | None
    reason: str | None

    @property
    def flags(self) -> tuple[str, ...]:
        """``dk_share_changed``, ``na_share_changed``."""
        return tuple(_FLAGS[status] for status, moved in self.moved.items() if moved.change.flagged)


@dataclass(frozen=True, slots=True)
class ModeBlanks:
    """Percent of the answers left blank in one response mode; None where it is too small."""

    mode: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Every rated question in the order of the form, and blanks by response mode.

    Attributes
    ----------
    forms : int
        Forms received.
    drop_off : str or None
        Why nothing is known of where people stopped: ``not_kept``.
    """

    forms: int
    questions: tuple[QuestionAnswers, ...]
    blanks: tuple[ModeBlanks, ...]
    drop_off: str | None


def answers_of(context: ServiceContext) -> Answers:
    """Describe what was not answered on the scale.

    Parameters
    ----------
    context : ServiceContext
        Its wave, the last of the earlier ones, and the parameters.

    Returns
    -------
    Answers
        Shares of all forms of the wave, as the counts of each question (method, 5.2 and 5.4). A
        share by response mode is a table of small groups and protected as one. Shares are in
        percent; a share is None where it would tell fewer people than the minimum.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import Publication
    >>> from analysis.wave_noise import WaveNoise
    >>> wave = example_wave()
    >>> earlier, index = (example_wave("2025", seed=2),), index_result(wave)
    >>> context = ServiceContext(
    ...     "urp", wave, earlier, index, Publication.FULL, None, WaveNoise(0.0, 0), Parameters()
    ... )
    >>> found = answers_of(context)
    >>> found.forms, found.questions[0].statuses[Status.BLANK], found.drop_off
    (200, 0, 'not_kept')
    >>> [(one.mode, one.share) for one in found.blanks]
    [('web', 0.0), ('paper', 0.0)]
    """
    wave, parameters = context.wave, context.parameters
    counts = wave.tally.total_counts.tolist()
    previous = context.earlier[-1] if context.earlier else None
    dropped = _dropped(wave, parameters)
    earlier = None if previous is None else _earlier_counts(previous)
    questions = []
    for place, question in enumerate(wave.questionnaire.rated):
        moved, reason = _moved(question, counts[place], earlier, parameters)
        statuses = {status: counts[place][column] for status, column in _COLUMNS.items()}
        questions.append(QuestionAnswers(question, statuses, moved, dropped[place], reason))
    return Answers(
        forms=wave.forms,
        questions=tuple(questions),
        blanks=_blanks(wave, parameters),
        drop_off="not_kept" if wave.checks is None else None,
    )


def _earlier_counts(previous: Wave) -> dict[Identity, list[int]]:
    counts = previous.tally.total_counts.tolist()
    asked = previous.questionnaire.rated
    return {one.identity: row for one, row in zip(asked, counts, strict=True)}


def _moved(
    question: RatedQuestion,
    counts: Sequence[int],
    asked: Mapping[Identity, Sequence[int]] | None,
    parameters: Parameters,
) -> tuple[dict[Status, Moved], str | None]:
    if asked is None:
        return {}, "no_previous_wave"
    if question.identity not in asked:
        return {}, "question_changed"
    before = asked[question.identity]
    forms, earlier = sum(counts), sum(before)
    if min(forms, earlier) < parameters.full_minimum:
        return {}, "too_few_answers"
    found = {}
    for status in _FLAGS:
        now, then = counts[_COLUMNS[status]], before[_COLUMNS[status]]
        change = dk_share_change((then, earlier), (now, forms))
        found[status] = Moved(100 * then / earlier, 100 * now / forms, change)
    return found, None


def _dropped(wave: Wave, parameters: Parameters) -> list[float | None]:
    """Share of forms that stopped before each question, a step only where enough people did."""
    if wave.checks is None:
        return [None] * len(wave.questionnaire.rated)
    total, minimum = int(wave.checks.stopped.sum()), parameters.publication_minimum
    found: list[float | None] = []
    told = before = 0
    for stopped in wave.checks.stopped.tolist():
        few = 0 < before - told < minimum or 0 < total - before < minimum
        told = told if few else before
        found.append(None if few or not total else 100 * before / total)
        before += stopped
    return found


def _blanks(wave: Wave, parameters: Parameters) -> tuple[ModeBlanks, ...]:
    """Hide where a mode is hidden for its respondents, or its blanks or answers are few."""
    minimum, sizes = parameters.publication_minimum, mode_shares(wave)
    modes = sorted(sizes, key=lambda mode: mode if mode >= 0 else len(MODES))
    if not modes:
        return ()
    line = suppress_line([sizes[mode] for mode in modes], minimum=minimum)
    table = _blank_or_not(wave, modes)
    hidden = [False] * len(modes)
    if any(0 < count < minimum for row in table for count in row):
        found = suppress_table(np.array(table), minimum=minimum)
        hidden = [bool(row.any()) for row in found[: len(modes)]]
    return tuple(
        ModeBlanks(
            mode=MODES[mode] if mode >= 0 else "not_stated",
            share=None if n is None or out else 100 * blank / (blank + rest),
        )
        for mode, n, out, (blank, rest) in zip(modes, line, hidden, table, strict=True)
    )


def _blank_or_not(wave: Wave, modes: Sequence[int]) -> list[tuple[int, int]]:
    """Answers left blank, and all others, in each mode."""
    by_cell = wave.tally.counts.sum(axis=1)
    blanks, answers = by_cell[:, _COLUMNS[Status.BLANK]].tolist(), by_cell.sum(axis=1).tolist()
    cells = wave.tally.keys[:, 0].tolist()
    found = dict.fromkeys(cells, (0, 0))
    for mode, blank, count in zip(cells, blanks, answers, strict=True):
        before = found[mode]
        found[mode] = (before[0] + blank, before[1] + count - blank)
    return [found[mode] for mode in modes]


def answers_json(found: Answers) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : Answers
        The part.

    Returns
    -------
    dict
        Shares in percent; None with a reason where they are not told.

    Examples
    --------
    >>> answers_json(Answers(0, (), (ModeBlanks("web", None),), "not_kept"))["blank_by_mode"]
    [{'mode': 'web', 'share': None, 'reason': 'below_minimum'}]
    """
    return {
        "forms": found.forms,
        "questions": [_question_json(one, found) for one in found.questions],
        "blank_by_mode": [
            {
                "mode": one.mode,
                "share": one.share,
                "reason": BELOW if one.share is None else None,
            }
            for one in found.blanks
        ],
        "drop_off": {"reason": found.drop_off},
        "words": {language: list(answers_words(found, language)) for language in LANGUAGES},
    }


def _question_json(one: QuestionAnswers, whole: Answers) -> Json:
    forms = whole.forms
    shares = {
        name: 100 * one.statuses[status] / forms if forms else None
        for status, name in STATUS_NAMES.items()
    }
    moved = {
        STATUS_NAMES[status]: {
            "before": found.before,
            "difference": found.change.difference,
            "p": found.change.p,
            "reason": found.change.reason,
            "flagged": found.change.flagged,
        }
        for status, found in one.moved.items()
    }
    return {
        "key": one.question.key,
        "number": one.question.number,
        **shares,
        "decimals": share_decimals(_se(one, forms), forms),
        "change": moved or None,
        "reason": one.reason,
        "dropped_before": one.dropped,
        "dropped_reason": None if one.dropped is not None else whole.drop_off or BELOW,
        "flags": list(one.flags),
    }


def _se(one: QuestionAnswers, forms: int) -> float:
    """Standard error of the share without a valid answer, in points; 0 where nobody differs."""
    if not forms:
        return 0.0
    missing = sum(one.statuses.values()) / forms
    return 100 * math.sqrt(missing * (1 - missing) / forms)


def answers_words(found: Answers, language: str) -> tuple[str, ...]:
    """Say up to two shares that moved, else the question most often left aside.

    Parameters
    ----------
    found : Answers
        The part.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Empty where nothing moved and hardly anything was left aside.

    Examples
    --------
    >>> answers_words(Answers(0, (), (), None), "it")
    ()
    """
    flagged = [
        (abs(moved.change.difference or 0.0), one.question, status, moved)
        for one in found.questions
        for status, moved in one.moved.items()
        if moved.change.flagged
    ]
    flagged.sort(key=lambda entry: -entry[0])
    if flagged:
        return tuple(
            _text(
                "changed", language,
                question=_title(question, language),
                status=_STATUS[status][LANGUAGES.index(language)],
                before=number(moved.before, language=language),
                after=number(moved.after, language=language),
                points=points(moved.change.difference or 0.0, language),
            )
            for _, question, status, moved in flagged[:2]
        )  # fmt: skip
    return _most(found.questions, found.forms, language)


def _most(questions: Sequence[QuestionAnswers], forms: int, language: str) -> tuple[str, ...]:
    def aside(one: QuestionAnswers) -> int:
        return one.statuses[Status.DK] + one.statuses[Status.NA]

    most = max(questions, key=aside, default=None)
    if most is None or not forms or 100 * aside(most) / forms < _WORTH_SAYING:
        return ()
    share = number(100 * aside(most) / forms, language=language)
    return (_text("most", language, question=_title(most.question, language), share=share),)


def _title(question: RatedQuestion, language: str) -> str:
    return question.text.get(language) or question.text.get("it") or question.key


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)
