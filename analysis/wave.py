"""One service in one period: what was asked, what came back, and how it was collected."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.checks import FormChecks
from analysis.data import CELL_VARIABLES, Questionnaire
from analysis.kept import Kept
from analysis.margins import Margin, check_totals
from analysis.promises import PromisedStandard
from analysis.refusals import DocumentError
from analysis.tally import Tally, layout_of

T = TypeVar("T")
DESIGNS = ("open_link", "census_invited", "random_sample")


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of one service.

    Attributes
    ----------
    label : str
        Period, such as ``"2026"``.
    users_served : int or None
        Users of the service in the period, where the body knows it.
    design : str
        One of `DESIGNS`; only an invited census or a random sample has a response rate.
    series_break : str or None
        Reason why this wave must not be compared with earlier ones.
    field_period : tuple of date, or None
        First and last day in which answers were collected, where known.
    weights_ignored : bool
        The data came with weights, which a tally does not use.
    users_by : mapping of str to tuple of (int, float)
        Users served by class of ``age_class``, ``sex`` or ``access_channel``: option code of the
        profile question and users. What is known is weighted to (method, 3.4).
    checks : FormChecks or None
        What only the forms themselves can tell; None where they are not at hand.
    standards : tuple of PromisedStandard
        What the service promises in this period.
    kept : Kept
        What was computed of this wave alone: many comparisons share a wave.
    """

    label: str
    questionnaire: Questionnaire
    tally: Tally
    users_served: int | None = None
    design: str = "open_link"
    series_break: str | None = None
    weights_ignored: bool = False
    field_period: tuple[dt.date, dt.date] | None = None
    users_by: Mapping[str, tuple[tuple[int, float], ...]] = dataclasses.field(default_factory=dict)
    checks: FormChecks | None = None
    standards: tuple[PromisedStandard, ...] = ()
    kept: Kept = dataclasses.field(init=False, repr=False, compare=False, default_factory=Kept)

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise ValueError(f"design is one of {', '.join(DESIGNS)}, not {self.design!r}")
        if self.users_served is not None and self.users_served <= 0:
            raise ValueError(f"users served must be positive, not {self.users_served}")
        if self.field_period is not None and self.field_period[0] > self.field_period[1]:
            raise ValueError(f"a wave cannot end before it begins: {self.field_period}")
        if self.tally.layout != layout_of(self.questionnaire):
            raise ValueError(f"the tally of wave {self.label!r} belongs to another questionnaire")
        check_users_by(self.questionnaire, self.users_by)

    @property
    def forms(self) -> int:
        """Forms received, also those without a valid answer."""
        return int(self.tally.questionnaires.sum())

    @property
    def pairs(self) -> NDArray[np.int64]:
        """N, A, P over all cells, shape (3, rated, rated)."""
        return self.tally.total_pairs

    @property
    def respondents(self) -> int:
        """Forms with at least one valid index item."""
        return self.kept.once("respondents", lambda: int(self.tally.respondents[:, 0].sum()))


def check_users_by(
    questionnaire: Questionnaire, users_by: Mapping[str, tuple[tuple[int, float], ...]]
) -> None:
    """Refuse users by class that cannot be those of the people who were asked.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    users_by : mapping of str to tuple of (int, float)
        Users served by class of a variable.

    Raises
    ------
    ValueError
        If a variable or an option was not asked, a number is impossible, or totals differ by more
        than 0.5 %.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> check_users_by(example_questionnaire(), {"age_class": ((1, 300), (2, 500), (3, 200))})
    >>> check_users_by(example_questionnaire(), {"sex": ((1, 500), (2, 500))})
    Traceback (most recent call last):
    ...
    analysis.refusals.DocumentError: users by 'sex': the questionnaire does not ask it
    """
    for variable, users in users_by.items():
        profile = questionnaire.cell_profile(variable) if variable in CELL_VARIABLES else None
        if profile is None:
            raise DocumentError("not_asked", variable=variable)
        strange = [code for code, _ in users if code not in profile.codes]
        if strange:
            raise DocumentError("option_not_asked", variable=variable, code=strange[0])
    if users_by:
        check_totals(
            [
                Margin(variable, tuple(code for code, _ in users), tuple(n for _, n in users))
                for variable, users in users_by.items()
            ]
        )


def mode_shares(wave: Wave) -> dict[int, int]:
    """Respondents by response mode (-1: not stated).

    Parameters
    ----------
    wave : Wave
        With a tally.

    Returns
    -------
    dict of int to int
        Respondents to the index by place in `analysis.data.MODES`; modes without any are left out.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> mode_shares(example_wave("2026", seed=2))
    {0: 91, 2: 109}
    """
    return dict(wave.kept.once("mode_shares", lambda: _mode_shares(wave.tally)))


def _mode_shares(tally: Tally) -> dict[int, int]:
    modes, people = tally.keys[:, 0].tolist(), tally.respondents[:, 0].tolist()
    found = dict.fromkeys(sorted(modes), 0)
    for mode, count in zip(modes, people, strict=True):
        found[mode] += count
    return {mode: count for mode, count in found.items() if count}
