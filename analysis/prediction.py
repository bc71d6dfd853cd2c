"""What share the next wave will reach, if nothing changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Float = NDArray[np.float64]

_WOBBLE = 0.02
_WAVES_FOR_WOBBLE = 5


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the share of the next wave will exceed in 95 cases of 100 if nothing changes.

    Attributes
    ----------
    bound : float
        Lower 5 % prediction bound, on 0-1.
    wobble : float
        Standard deviation of the process between waves used; 0 for the exact beta-binomial.
    """

    bound: float
    wobble: float


def prediction_bound(
    successes: int, trials: int, next_trials: int, *, wobble: float = _WOBBLE, stable: bool = False
) -> Prediction:
    r"""Lower prediction bound of the share of the next wave.

    Parameters
    ----------
    successes, trials : int
        Of the last two waves together.
    next_trials : int
        Answers expected next time.
    wobble : float, optional
        sigma_p, on 0-1.
    stable : bool, optional
        The process is known to be stable (a control chart says so): beta-binomial, no wobble.

    Returns
    -------
    Prediction
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the counts are impossible, or the wobble is negative.

    Notes
    -----
    Stable: the 5 % quantile of BetaBinomial(n', x + 1/2, n - x + 1/2) over n'. Otherwise, with
    :math:`\tilde p = (x+\frac12)/(n+1)`,
    :math:`\tilde p - 1.645\sqrt{\tilde p(1-\tilde p)(1/n+1/n') + 1.5\sigma_p^2}` (method, 9.3).

    Examples
    --------
    >>> prediction_bound(170, 200, 200, stable=True).bound
    0.785
    """
    _check_counts(successes, trials, next_trials)
    if stable:
        cumulated = np.cumsum(beta_binomial(successes, trials, next_trials))
        reached = int(np.searchsorted(cumulated, 0.05 * (1 - 1e-12)))
        return Prediction(reached / next_trials, 0.0)
    centre, sd = _forecast(successes, trials, next_trials, wobble)
    return Prediction(max(0.0, centre - 1.6448536269514722 * sd), wobble)


def _check_counts(successes: int, trials: int, next_trials: int) -> None:
    if not (0 <= successes <= trials and trials > 0 and next_trials > 0):
        raise ValueError(f"{successes} of {trials}, then {next_trials}: impossible")


def _forecast(successes: int, trials: int, next_trials: int, wobble: float) -> tuple[float, float]:
    if not wobble >= 0:
        raise ValueError(f"a wobble cannot be negative: {wobble}")
    p = (successes + 0.5) / (trials + 1)
    variance = p * (1 - p) * (1 / trials + 1 / next_trials) + 1.5 * wobble**2
    return p, math.sqrt(variance)


def beta_binomial(successes: int, trials: int, next_trials: int) -> Float:
    r"""Probability of 0, 1, ... `next_trials` successes next time, under Jeffreys' prior.

    Parameters
    ----------
    successes, trials : int
        Seen so far.
    next_trials : int
        Answers expected next time.

    Returns
    -------
    ndarray of float64, shape (next_trials + 1,)

    Notes
    -----
    With :math:`a = x + \frac12`, :math:`b = n - x + \frac12`, the probability of k is
    :math:`\binom{n'}{k} B(k + a, n' - k + b) / B(a, b)` (method, 9.3).

    Examples
    --------
    >>> round(float(beta_binomial(170, 200, 200).sum()), 9)
    1.0
    """
    a, b = successes + 0.5, trials - successes + 0.5
    k = np.arange(next_trials + 1.0)
    choose = (
        scipy.special.gammaln(next_trials + 1.0)
        - scipy.special.gammaln(k + 1)
        - scipy.special.gammaln(next_trials - k + 1)
    )
    return np.asarray(
        np.exp(
            choose + scipy.special.betaln(k + a, next_trials - k + b) - scipy.special.betaln(a, b)
        )
    )


def chance_to_miss(
    promised: float,
    successes: int,
    trials: int,
    next_trials: int,
    *,
    wobble: float | None = _WOBBLE,
) -> float:
    """Chance that an unchanged service stays below a promise next time.

    Parameters
    ----------
    promised : float
        New value, on 0-1, of a promise of at least so much.
    successes, trials, next_trials : int
        As in `prediction_bound`.
    wobble : float or None, optional
        sigma_p; None for a process known to be stable.

    Returns
    -------
    float
        That the observed share falls below `promised`.

    Raises
    ------
    ValueError
        If the counts are impossible, or the wobble is negative.

    Notes
    -----
    Stable: the beta-binomial probability of fewer successes than the promise needs. Otherwise the
    normal one, with centre and variance of `prediction_bound` (method, 9.3).

    Examples
    --------
    >>> round(chance_to_miss(0.78, 170, 200, 200, wobble=None), 3)
    0.031
    """
    _check_counts(successes, trials, next_trials)
    if wobble is None:
        needed = math.ceil(promised * next_trials - 1e-9)
        return min(1.0, float(beta_binomial(successes, trials, next_trials)[:needed].sum()))
    centre, sd = _forecast(successes, trials, next_trials, wobble)
    return (
        float(scipy.special.ndtr((promised - centre) / sd)) if sd > 0 else float(promised > centre)
    )


def process_wobble(waves: Sequence[tuple[int, int]]) -> float | None:
    """Between-wave standard deviation of a share beyond its sampling error.

    Parameters
    ----------
    waves : sequence of (successes, trials)
        Comparable waves, each with trials.

    Returns
    -------
    float or None
        None with fewer than 5 waves: use 2 points then.

    Raises
    ------
    ValueError
        If a wave has fewer than two cases, or more successes than cases.

    Notes
    -----
    sqrt(max(0, var(p_t) - mean of p_t(1 - p_t)/(n_t - 1))).

    Examples
    --------
    >>> process_wobble([(80, 100)] * 5)
    0.0
    """
    if len(waves) < _WAVES_FOR_WOBBLE:
        return None
    if any(not (0 <= x <= n and n > 1) for x, n in waves):
        raise ValueError(f"waves with at least two cases are needed, not {tuple(waves)}")
    p = np.array([x / n for x, n in waves])
    sampling = float(np.mean([q * (1 - q) / (n - 1) for q, (_, n) in zip(p, waves, strict=True)]))
    return math.sqrt(max(0.0, float(p.var(ddof=1)) - sampling))
