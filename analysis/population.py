"""When the finite number of users narrows an interval, and what it may be called."""

import math
from dataclasses import dataclass
from functools import lru_cache

#: Designs in which everybody, or a random sample, was invited.
INVITED = ("census_invited", "random_sample")
_WORTH_CORRECTING = 0.05


@dataclass(frozen=True, slots=True)
class FinitePopulation:
    """Factor of a standard error.

    Attributes
    ----------
    factor : float
        Between 0 and 1; 1 when not applied.
    applied : bool
        Whether the correction is on.
    reason : str or None
        Why not: ``users_unknown``, ``self_selected``, ``repeated_answers``, ``small_fraction`` or
        ``more_answers_than_users``, which is an error in the data to be shown to the body.
    """

    factor: float
    applied: bool
    reason: str | None = None


@lru_cache(maxsize=4096)
def finite_population(
    n: int, users: int | None, *, design: str, one_answer_each: bool
) -> FinitePopulation:
    r"""Correct a standard error for a population that was largely observed.

    Parameters
    ----------
    n : int
        Respondents.
    users : int or None
        Users served in the period; None when the body does not know.
    design : str
        ``"open_link"``, ``"census_invited"`` or ``"random_sample"``.
    one_answer_each : bool
        True when a token lets each user answer once; never for open links or kiosks.

    Returns
    -------
    FinitePopulation
        The factor is for the description of one year only. A change between years is tested
        without it: the question is about the process, not about those users.

    Notes
    -----
    :math:`\sqrt{1 - n/N}` when n/N > 5 % and users were invited, each once (method, 3.5; Cochran
    1977, ch. 2). With n = N the interval is a point.

    Examples
    --------
    >>> finite_population(75, 100, design="census_invited", one_answer_each=True).factor
    0.5
    >>> finite_population(75, 100, design="open_link", one_answer_each=True).reason
    'self_selected'
    """
    if n < 0 or (users is not None and users <= 0):
        raise ValueError(f"{n} respondents of {users} users is impossible")
    reason = _reason(n, users, design, one_answer_each=one_answer_each)
    if reason is not None or users is None:
        return FinitePopulation(1.0, False, reason or "users_unknown")
    return FinitePopulation(math.sqrt(1 - n / users), True)


def _reason(n: int, users: int | None, design: str, *, one_answer_each: bool) -> str | None:
    if users is None:
        return "users_unknown"
    if n > users:
        return "more_answers_than_users"
    if design not in INVITED:
        return "self_selected"
    if not one_answer_each:
        return "repeated_answers"
    return "small_fraction" if n / users <= _WORTH_CORRECTING else None


def may_say_margin_of_error(design: str) -> bool:
    """Whether "margine di errore" is an honest name for the interval (AAPOR 2016).

    Parameters
    ----------
    design : str
        How people were asked, one of `analysis.wave.DESIGNS`.

    Returns
    -------
    bool
        True for an invited census or a random sample.

    Examples
    --------
    >>> may_say_margin_of_error("random_sample"), may_say_margin_of_error("open_link")
    (True, False)
    """
    return design in INVITED
