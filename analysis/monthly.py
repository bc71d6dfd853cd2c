"""Months of one service as control charts: did the process change, or is it noise?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.control_chart import ControlChart, p_chart, xmr
from analysis.data import Questionnaire
from analysis.indices import index_result
from analysis.publication import suppress_line
from analysis.tally import FIRST_CODE, Tally
from analysis.wave import Wave


@dataclass(frozen=True, slots=True)
class MonthlySeries:
    """One figure, month by month.

    Attributes
    ----------
    key : str
        ``satisfied``, the share of the overall question, or ``isu``.
    months : tuple of str
        Every month with forms, such as ``"2026-03"``, in order.
    n : tuple of (int or None)
        Answers of each month; None where the month may not be shown.
    chart : ControlChart
        Of the months that are shown, in their order; shares on 0-1, the index on 0-100.
    reason : str or None
        ``not_asked``, or why there is no chart.
    """

    key: str
    months: tuple[str, ...]
    n: tuple[int | None, ...]
    chart: ControlChart
    reason: str | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """Months that are points of the chart."""
        return tuple(month for month, n in zip(self.months, self.n, strict=True) if n is not None)


def monthly_series(
    questionnaire: Questionnaire, tallies: Mapping[str, Tally], *, undated: int = 0
) -> tuple[MonthlySeries, ...]:
    """Control charts of the share satisfied and of the index, by month.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one all months answered.
    tallies : mapping of str to Tally
        By month, ``YYYY-MM``.
    undated : int, optional
        Forms without a day: they belong to no month.

    Returns
    -------
    tuple of MonthlySeries
        A share (p-chart with Laney's limits) where there is an overall question, and the index
        (individual values).

    Notes
    -----
    A month with fewer than 10 answers is no point, and neither is the next smallest while those
    left out are fewer than 10 in all: the yearly total is published, and would tell them (method,
    3.7 and 6.6). Fewer than twelve points make no chart.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire, example_wave
    >>> tallies = {f"2026-{k:02}": example_wave(n=40, seed=k).tally for k in range(1, 13)}
    >>> found = monthly_series(example_questionnaire(), tallies)
    >>> [(one.key, len(one.shown), one.reason) for one in found]
    [('satisfied', 12, None), ('isu', 12, None)]
    """
    months = tuple(sorted(tallies))
    forms = [int(tallies[month].questionnaires.sum()) for month in months]
    open_months = suppress_line([*forms, undated])[: len(months)]
    waves = [Wave(month, questionnaire, tallies[month]) for month in months]
    found = [_isu(months, waves, open_months)]
    if questionnaire.overall is not None and questionnaire.overall.satisfied:
        found.insert(0, _satisfied(months, waves, open_months))
    return tuple(found)


def _allowed(counts: Sequence[int], open_months: Sequence[int | None]) -> tuple[int | None, ...]:
    """Answers of the months that may be shown, by their forms and by their answers."""
    own = suppress_line(counts)
    return tuple(
        None if forms is None or n is None or n == 0 else n
        for n, forms in zip(own, open_months, strict=True)
    )


def _satisfied(
    months: tuple[str, ...], waves: Sequence[Wave], open_months: Sequence[int | None]
) -> MonthlySeries:
    trials, successes = [], []
    for wave in waves:
        question = wave.questionnaire.overall
        if question is None:
            raise ValueError(f"{wave.label}: no overall question")
        place = wave.questionnaire.position(question.key)
        valid = wave.tally.total_counts[place, FIRST_CODE:]
        trials.append(int(valid.sum()))
        successes.append(int(valid[sorted(question.satisfied)].sum()))
    n = _allowed(trials, open_months)
    kept = [k for k, count in enumerate(n) if count is not None]
    chart = p_chart(
        np.array([successes[k] for k in kept], dtype=np.int64),
        np.array([trials[k] for k in kept], dtype=np.int64),
    )
    if not kept and sum(trials) > 0:
        chart = replace(chart, reason="fewer_than_twelve_points")
    return MonthlySeries("satisfied", months, n, chart, chart.reason)


def _isu(
    months: tuple[str, ...], waves: Sequence[Wave], open_months: Sequence[int | None]
) -> MonthlySeries:
    values = [index_result(wave).isu.value for wave in waves]
    counts = [wave.respondents for wave in waves]
    n = tuple(
        None if value is None else count
        for value, count in zip(values, _allowed(counts, open_months), strict=True)
    )
    kept = [
        value for value, count in zip(values, n, strict=True)
        if count is not None and value is not None
    ]  # fmt: skip
    chart = xmr(np.array(kept, dtype=np.float64))
    return MonthlySeries("isu", months, n, chart, chart.reason)
