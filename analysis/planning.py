"""How many answers to plan for, before the wave."""

import math

import scipy

_ONE_SIDED = 0.05
#: An established change has zero outside its 95 % interval too, which binds a body of one service.
_INTERVAL = 0.025
_POWER = 0.80


def _upper(tail: float) -> float:
    if not 0 < tail < 1:
        raise ValueError(f"a probability strictly between 0 and 1 is needed, not {tail}")
    return float(-scipy.special.ndtri(tail))


def answers_for_standard(promised: float, margin: float, *, power: float = _POWER) -> int | None:
    r"""Answers needed to show that a share is above its standard.

    Parameters
    ----------
    promised : float
        Promised share p0, strictly between 0 and 1.
    margin : float
        The true share is p0 + `margin`; positive.
    power : float, optional
        Chance to find ``met`` then.

    Returns
    -------
    int or None
        None when p0 + `margin` reaches 1.

    Notes
    -----
    :math:`n = (z_{.05}\sqrt{p_0q_0} + z_{power}\sqrt{p_1q_1})^2/m^2`, rounded up (method, 9.3).

    Examples
    --------
    >>> answers_for_standard(0.85, 0.05)
    283
    """
    if not 0 < promised < 1 or not margin > 0:
        raise ValueError(f"a standard of {promised} with a margin of {margin} is impossible")
    reached = promised + margin
    if reached >= 1:
        return None
    spread = _upper(_ONE_SIDED) * math.sqrt(promised * (1 - promised))
    spread += _upper(1 - power) * math.sqrt(reached * (1 - reached))
    return math.ceil((spread / margin) ** 2)


def answers_for_change(
    change: float,
    sd: float,
    *,
    services: int,
    base_waves: int = 2,
    power: float = _POWER,
    threshold: float = 0.0,
) -> int | None:
    r"""Answers per wave needed to establish a change of one service among many.

    Parameters
    ----------
    change, sd : float
        Change to find and standard deviation of one respondent's index, same units, positive.
    services : int
        Services of the body tested together.
    base_waves : int, optional
        Earlier waves in the comparison, 1 or 2.
    power : float, optional
        Chance to establish the change.
    threshold : float, optional
        Smallest change worth a verdict, same units: what is seen must reach it too.

    Returns
    -------
    int or None
        None where `change` does not exceed `threshold`: with any number of answers half of such
        changes look smaller than they are, and are not established.

    Notes
    -----
    :math:`n = 2(z_{.05/K}+z_{power})^2 sd^2/d^2`, times 0.75 with two base waves (method, 6.7):
    Bonferroni's first step of Holm, one-sided; z_.025 with one service, whose interval must leave
    zero out. With a threshold :math:`\delta` also
    :math:`n \ge 2 z_{power}^2 sd^2/(d-\delta)^2`. Wave noise and response modes come on top.

    Examples
    --------
    >>> answers_for_change(0.3, 0.75, services=40, base_waves=1)
    187
    """
    if not (change > 0 and sd > 0) or services < 1 or base_waves not in (1, 2):
        raise ValueError(f"impossible plan: {change} of {sd}, {services} services, {base_waves}")
    if change <= threshold:
        return None
    reach = (_upper(min(_ONE_SIDED / services, _INTERVAL)) + _upper(1 - power)) / change
    reach = max(reach, _upper(1 - power) / (change - threshold))
    return math.ceil((2 if base_waves == 1 else 1.5) * (reach * sd) ** 2)


def power_of_change(
    n: float, change: float, sd: float, *, services: int, base_waves: int = 2, tau: float = 0.0
) -> float:
    r"""Chance to establish a change with n answers in each wave.

    Parameters
    ----------
    n : float
        Answers per wave, positive.
    change, sd, services, base_waves
        As in `answers_for_change`.
    tau : float, optional
        Wave noise of a difference, in the same units.

    Returns
    -------
    float

    Notes
    -----
    :math:`\Phi(d/\sqrt{f\,sd^2/n + \tau_w^2} - z_{.05/K})`, f = 2 with one base wave and 1.5 with
    two.

    Examples
    --------
    >>> round(power_of_change(200, 0.3, 0.75, services=40, base_waves=1), 2)
    0.84
    """
    if not (n > 0 and sd > 0 and tau >= 0) or services < 1 or base_waves not in (1, 2):
        raise ValueError(f"impossible plan: {n} answers, sd {sd}, {services} services")
    se = math.sqrt((2 if base_waves == 1 else 1.5) * sd**2 / n + tau**2)
    return float(scipy.special.ndtr(change / se - _upper(min(_ONE_SIDED / services, _INTERVAL))))


def chance_over(threshold: float, change: float, se: float) -> float:
    r"""Chance that a true change is seen at least as large as the threshold of the body.

    Parameters
    ----------
    threshold, change : float
        In the same units.
    se : float
        Standard error of what is seen, wave noise included; positive.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `se` is not positive.

    Notes
    -----
    :math:`\Phi((d - \delta)/s)` (method, 6.4). To be established a change must do both, reach the
    threshold and the test: the chance of that is the smaller of this and `power_of_change`, because
    both ask what is seen to lie beyond a point.

    Examples
    --------
    >>> chance_over(5.0, 5.0, 2.0)
    0.5
    """
    if not se > 0:
        raise ValueError(f"a standard error above 0 is needed, not {se}")
    return float(scipy.special.ndtr((change - threshold) / se))


def detectable_change(se: float, *, tau: float = 0.0) -> float:
    """Smallest change found four times out of five, in the units of `se`.

    Parameters
    ----------
    se : float
        Standard error of the change, in any units.
    tau : float, optional
        Wave noise of a difference, in the same units.

    Returns
    -------
    float
        In the units of `se`; 0 where both are 0.

    Raises
    ------
    ValueError
        If either is negative.

    Notes
    -----
    MDE = (1.645 + 0.842) sqrt(SE^2 + tau_w^2) (method, 6.4), one test alone.

    Examples
    --------
    >>> round(detectable_change(2.0), 2)
    4.97
    """
    if not (se >= 0 and tau >= 0):
        raise ValueError(f"standard error {se} and wave noise {tau} cannot be negative")
    return (_upper(_ONE_SIDED) + _upper(1 - _POWER)) * math.hypot(se, tau)


def answers_for_share(half_width: float, *, expected: float = 0.5, confidence: float = 0.95) -> int:
    r"""Answers that give a share an interval of a wanted half width.

    Parameters
    ----------
    half_width : float
        Between 0 and 1, such as 0.05 for five points.
    expected : float, optional
        Expected share; one half is the safest.
    confidence : float, optional
        Coverage.

    Returns
    -------
    int

    Notes
    -----
    :math:`n = z^2 p(1-p)/h^2`, rounded up; the same for an index with :math:`p(1-p)` in the place
    of its variance is always enough.

    Examples
    --------
    >>> answers_for_share(0.05)
    385
    """
    if not 0 < half_width < 1 or not 0 < expected < 1:
        raise ValueError(f"half width {half_width} of a share of {expected} is impossible")
    z = _upper((1 - confidence) / 2)
    return math.ceil(z * z * expected * (1 - expected) / half_width**2)
