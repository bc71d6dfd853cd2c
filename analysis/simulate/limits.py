"""What the method must do in each scenario, and whether measured rates keep to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: A limit is broken beyond chance when it is missed by more than this many standard errors.
_ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A bar of the acceptance table (method, 12), on the mean over bodies of one measure.

    Attributes
    ----------
    scenario, measure : str
        What is measured where; see `analysis.simulate.acceptance`.
    value : float
        Percent, or a number a body for ``false_amber``.
    at_least : bool
        Whether the bar is a floor; a ceiling otherwise.
    control : bool
        A negative control: an analysis that must fail, to show that the scenario is hard.
    """

    scenario: str
    measure: str
    value: float
    at_least: bool = False
    control: bool = False


LIMITS = (
    Limit("A", "any_red", 7), Limit("A", "any_green", 7), Limit("A", "false_amber", 1.5),
    Limit("A", "common_shift", 1),
    Limit("B", "any_red", 7), Limit("B", "any_green", 10),
    Limit("B", "crude_any_red", 25, at_least=True, control=True),
    Limit("C", "any_red", 11), Limit("C", "any_green", 13),
    Limit("C", "no_tau_any_red", 20, at_least=True, control=True),
    Limit("D", "common_shift", 95, at_least=True), Limit("D", "any_red", 7),
    Limit("D", "any_green", 7),
    Limit("E", "power_red", 79, at_least=True), Limit("E", "power_amber", 87, at_least=True),
    Limit("E", "any_red", 7), Limit("E", "common_shift", 1),
    Limit("F", "trend_found", 85, at_least=True), Limit("F", "trend_false", 7),
    Limit("I", "power_red", 72, at_least=True),
    Limit("A0", "coverage", 93, at_least=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of the table.

    Attributes
    ----------
    value, error : float
        Mean over bodies and its Monte Carlo standard error, in the units of the limit.
    bodies : int
        Bodies measured.
    limit : Limit or None
        None where the table only shows what was measured.
    """

    scenario: str
    measure: str
    value: float
    error: float
    bodies: int
    limit: Limit | None

    @property
    def excess(self) -> float:
        """How far on the wrong side of the limit; 0 or less when it is kept."""
        if self.limit is None:
            return -math.inf
        return (self.limit.value - self.value) * (1 if self.limit.at_least else -1)

    @property
    def verdict(self) -> str:
        """``kept``, ``within_error``, ``broken`` or ``shown``."""
        if self.limit is None:
            return "shown"
        if self.excess <= 0:
            return "kept"
        return "within_error" if self.excess <= _ERRORS * self.error else "broken"


def rate(scenario: str, measure: str, found: Sequence[float]) -> Rate:
    """Average one measure over bodies and hold it against its limit.

    Parameters
    ----------
    scenario, measure : str
        Which one.
    found : sequence of float
        One value a body, in the units of the limit; at least one.

    Returns
    -------
    Rate

    Notes
    -----
    The error is sd / sqrt(bodies); for yes-or-no measures it is at least that of the limit itself,
    sqrt(L (100 - L) / bodies), so that a handful of bodies that agree do not claim certainty.

    Examples
    --------
    >>> rate("A", "any_red", [0, 0, 100, 0]).verdict, rate("A", "any_red", [100] * 5).verdict
    ('within_error', 'broken')
    """
    values = np.asarray(found, dtype=np.float64)
    if not len(values):
        raise ValueError(f"no body was measured for {measure!r} of scenario {scenario!r}")
    limit = next(
        (one for one in LIMITS if (one.scenario, one.measure) == (scenario, measure)), None
    )
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    if limit is not None and set(values.tolist()) <= {0.0, 100.0}:
        least = math.sqrt(limit.value * (100 - limit.value) / len(values))
        error = least if error == math.inf else max(error, least)
    return Rate(scenario, measure, float(values.mean()), error, len(values), limit)
