"""Who answered, of all users served: rates, profile, representativity.

Nothing here corrects a non-response that depends on satisfaction itself; no method can.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.intervals import Interval, wilson
from analysis.population import INVITED

_RATE_MOVED = 0.30
_PROFILE_APART = 0.10


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """Respondents over users served, on 0-1.

    Attributes
    ----------
    received : int
        Questionnaires received.
    users : int or None
        Users served.
    rate : float or None
        None with a `reason`: ``open_link`` («non calcolabile»), ``users_unknown`` or
        ``more_answers_than_users``.
    interval : Interval or None
        Wilson, 95 %.
    """

    received: int
    users: int | None
    rate: float | None
    interval: Interval | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ClassRate:
    """One class of the profile: how many are users, how many answered.

    Attributes
    ----------
    users_share, answers_share : float
        Parts of the users and of the respondents who stated their class, on 0-1.
    rate : float or None
        Response rate of the class, where it makes sense.
    flagged : bool
        The two shares differ by more than 10 percentage points.
    """

    code: int
    respondents: int
    users: float
    users_share: float
    answers_share: float
    rate: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Representativity:
    """Profile of respondents against users.

    Attributes
    ----------
    classes : tuple of ClassRate
        In the order given; empty with a `reason`.
    r_indicator : float or None
        1 when every class answered alike; None where there is no response rate.
    reason : str or None
        ``nobody_stated_a_class``.
    """

    classes: tuple[ClassRate, ...]
    r_indicator: float | None
    reason: str | None = None

    @property
    def flagged(self) -> bool:
        return any(found.flagged for found in self.classes)


def response_rate(received: int, users: int | None, *, design: str) -> ResponseRate:
    """Response rate of a wave.

    Parameters
    ----------
    received : int
        Questionnaires received.
    users : int or None
        Users served, or invited in a random sample.
    design : str
        ``"open_link"``, ``"census_invited"`` or ``"random_sample"``.

    Returns
    -------
    ResponseRate

    Raises
    ------
    ValueError
        If questionnaires are negative, or users are known and not positive.

    Examples
    --------
    >>> response_rate(120, 480, design="census_invited").rate
    0.25
    >>> response_rate(120, 480, design="open_link").reason
    'open_link'
    """
    if received < 0 or (users is not None and users <= 0):
        raise ValueError(f"{received} questionnaires of {users} users is impossible")
    if design not in INVITED:
        return ResponseRate(received, users, None, None, "open_link")
    if users is None:
        return ResponseRate(received, None, None, None, "users_unknown")
    if received > users:
        return ResponseRate(received, users, None, None, "more_answers_than_users")
    return ResponseRate(received, users, received / users, wilson(received, users))


def rate_changed(before: ResponseRate, after: ResponseRate) -> bool | None:
    """Whether the rate moved by more than 30 % of its earlier value; None when not known.

    Parameters
    ----------
    before, after : ResponseRate
        Of two waves.

    Returns
    -------
    bool or None
        None where either has no rate; after a rate of 0, whether anybody answered.

    Notes
    -----
    :math:`|r_2/r_1 - 1| > 0.30` (method, 3.9).

    Examples
    --------
    >>> old, new = (response_rate(n, 400, design="census_invited") for n in (100, 140))
    >>> rate_changed(old, new)
    True
    """
    if before.rate is None or after.rate is None:
        return None
    if before.rate == 0:
        return after.rate > 0
    return abs(after.rate / before.rate - 1) > _RATE_MOVED + 1e-12


def representativity(
    respondents: Mapping[int, int], users: Sequence[tuple[int, float]], *, rates: bool
) -> Representativity:
    r"""Compare the profile of those who answered with that of the users served.

    Parameters
    ----------
    respondents : mapping of int to int
        Respondents by class, those who stated it.
    users : sequence of (class, users served)
        Every class of the variable.
    rates : bool
        Whether response rates make sense (invited census or random sample).

    Returns
    -------
    Representativity

    Raises
    ------
    ValueError
        If a respondent is in a class that `users` does not have, or there are no users.

    Notes
    -----
    :math:`R = 1 - 2\,\mathrm{sd}(\hat\rho)` with :math:`\hat\rho_k = n_k/N_k` and
    :math:`\mathrm{sd}^2 = \sum_k (N_k/N) (\hat\rho_k - \bar\rho)^2` (Schouten, Cobben & Bethlehem
    2009, Survey Methodology 35).

    Examples
    --------
    >>> found = representativity({1: 20, 2: 60}, [(1, 100), (2, 100)], rates=True)
    >>> round(found.r_indicator, 6), [c.flagged for c in found.classes]
    (0.6, [True, True])
    """
    sizes = dict(users)
    strange = sorted(set(respondents) - set(sizes))
    population = float(sum(sizes.values()))
    if strange:
        raise ValueError(f"no users are known in class {strange[0]}")
    if population <= 0 or min(sizes.values()) < 0:
        raise ValueError(f"impossible users {tuple(sizes.values())}")
    answered = sum(respondents.values())
    if answered == 0:
        return Representativity((), None, "nobody_stated_a_class")
    possible = rates and all(respondents.get(code, 0) <= size for code, size in users)
    found = []
    for code, size in users:
        n = respondents.get(code, 0)
        wanted, seen = size / population, n / answered
        rate = n / size if possible and size > 0 else None
        apart = abs(seen - wanted) > _PROFILE_APART + 1e-12
        found.append(ClassRate(code, n, size, wanted, seen, rate, apart))
    if not possible:
        return Representativity(tuple(found), None)
    mean = answered / population
    variance = sum(c.users_share * (c.rate - mean) ** 2 for c in found if c.rate is not None)
    return Representativity(tuple(found), 1 - 2 * math.sqrt(variance))
