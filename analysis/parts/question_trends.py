"""Whether the answers to each question move over a run of waves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import RatedQuestion
from analysis.parameters import Parameters
from analysis.ranks import holm
from analysis.tally import FIRST_CODE
from analysis.trend import TrendTest, cochran_armitage, jonckheere
from analysis.wave import Wave

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QuestionTrend:
    """Tests of one question over the run.

    Attributes
    ----------
    question : RatedQuestion
        An index item or the overall question.
    marks, satisfied : TrendTest
        Of the answers (Jonckheere-Terpstra) and of the satisfied (Cochran-Armitage).
    marks_p, satisfied_p : float or None
        After Holm within the service, one family for each kind of test.
    """

    question: RatedQuestion
    marks: TrendTest
    satisfied: TrendTest
    marks_p: float | None = None
    satisfied_p: float | None = None


def question_trends(
    run: Sequence[Wave], items: Sequence[RatedQuestion], times: Float, parameters: Parameters
) -> tuple[QuestionTrend, ...]:
    """Test the direction of every question that all waves of a run asked alike.

    Parameters
    ----------
    run : sequence of Wave
        Comparable with one another, oldest first; at least two.
    items : sequence of RatedQuestion
        Index items that all of them asked alike.
    times : ndarray of float64, shape (waves,)
        When each wave was, in any unit; rising.
    parameters : Parameters
        Gives the answers that a question needs in each wave.

    Returns
    -------
    tuple of QuestionTrend
        The items in their order, then the overall question where all waves asked it alike. With too
        few answers in any wave the tests carry a reason in the place of z and p.

    Notes
    -----
    Jonckheere-Terpstra of the answers, Cochran-Armitage of the satisfied (method, 6.6), each with
    Holm over the questions.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> run = [example_wave(str(y), seed=y, shift=0.1 * (y - 2022)) for y in range(2022, 2026)]
    >>> items, times = run[-1].questionnaire.index_items, np.arange(2022.0, 2026)
    >>> found = question_trends(run, items, times, Parameters())
    >>> [one.question.key for one in found if one.marks_p < 0.05]
    ['waiting', 'courtesy', 'clarity', 'rooms', 'overall']
    """
    asked = [*items]
    overall = [wave.questionnaire.overall for wave in run]
    last = overall[-1]
    if last is not None and all(q is not None and q.identity == last.identity for q in overall):
        asked.append(last)
    counts = np.stack([_counts(wave, asked) for wave in run], axis=1)
    found = [
        _tests(question, table, times, minimum=parameters.full_minimum)
        for question, table in zip(asked, counts, strict=True)
    ]
    marks_p = _adjusted([marks.p for marks, _ in found])
    satisfied_p = _adjusted([satisfied.p for _, satisfied in found])
    return tuple(
        QuestionTrend(question, *tests, p, q)
        for question, tests, p, q in zip(asked, found, marks_p, satisfied_p, strict=True)
    )


def _counts(wave: Wave, asked: Sequence[RatedQuestion]) -> Int:
    """Answers by question and code."""
    places = [wave.questionnaire.position(question.key) for question in asked]
    return wave.tally.total_counts[places, FIRST_CODE:]


def _tests(
    question: RatedQuestion, table: Int, times: Float, *, minimum: int
) -> tuple[TrendTest, TrendTest]:
    """Test the answers by wave and code, and the share of the satisfied."""
    trials = table.sum(axis=1)
    waves, total = len(table), int(trials.sum())
    if int(trials.min()) < minimum:
        few = TrendTest(None, None, waves, total, "too_few_answers")
        return few, few
    codes = sorted(question.scale.codes, reverse=not question.higher_is_better)
    marks = jonckheere(table[:, codes])
    if not question.satisfied:
        return marks, TrendTest(None, None, waves, total, "no_set_declared")
    successes = table[:, list(question.satisfied)].sum(axis=1)
    return marks, cochran_armitage(successes, trials, times=times)


def _adjusted(values: Sequence[float | None]) -> list[float | None]:
    known = [k for k, p in enumerate(values) if p is not None]
    family = holm(np.array([values[k] for k in known], dtype=np.float64))
    found = dict(zip(known, family.tolist(), strict=True))
    return [found.get(k) for k in range(len(values))]
