"""Monthly control charts: did the process change, or is it noise?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

_POINTS, _BETTER = 12, 20
_D2 = 1.128  # mean range of two normal values, in standard deviations
_RUN = 8


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points with their centre line, limits and signals.

    Attributes
    ----------
    values, lower, upper : tuple of float
        Points and their three-sigma limits, which may vary from point to point. Empty with a
        `reason`.
    centre : float or None
        Mean.
    beyond, run, near : tuple of int
        Places that signal: beyond a limit; last of 8 or more in a row on one side; two of three
        beyond two sigma on the same side.
    sigma_z : float or None
        Laney's factor on the limits of a p-chart; 1 means plain binomial limits.
    few_points : bool
        Fewer than 20 points: limits are still rough.
    reason : str or None
        ``fewer_than_twelve_points``, ``no_variance`` or ``no_trials``.
    """

    values: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    centre: float | None
    beyond: tuple[int, ...] = ()
    run: tuple[int, ...] = ()
    near: tuple[int, ...] = ()
    sigma_z: float | None = None
    few_points: bool = True
    reason: str | None = None

    @property
    def stable(self) -> bool | None:
        """Whether no rule signals; None where there is no chart."""
        if self.reason is not None and self.reason != "no_variance":
            return None
        return not (self.beyond or self.run or self.near)


def xmr(values: Float) -> ControlChart:
    r"""Chart of individual values with limits from their moving range.

    Parameters
    ----------
    values : ndarray of float64, shape (points,)
        One a month, in order; at least 12, better 20. Five yearly points are no control chart.

    Returns
    -------
    ControlChart
        All equal: limits on the line, no signal, reason ``no_variance``.

    Notes
    -----
    :math:`\bar x \pm 2.66\,\overline{|x_t - x_{t-1}|}` (method, 6.6).

    Examples
    --------
    >>> found = xmr(np.array([70.0, 72, 69, 71, 70, 73, 71, 70, 72, 71, 69, 90]))
    >>> found.beyond, round(found.upper[0], 2)
    ((11,), 82.01)
    """
    points = np.asarray(values, dtype=np.float64)
    if not bool(np.isfinite(points).all()):
        raise ValueError("a month without value is left out, not NaN")
    if len(points) < _POINTS:
        return _no_chart("fewer_than_twelve_points")
    centre = float(points.mean())
    half = 2.66 * float(np.abs(np.diff(points)).mean())
    return _chart(points, centre, np.full(len(points), half / 3), sigma_z=None)


def p_chart(
    successes: Int, trials: Int, *, bounds: tuple[float, float] = (0.0, 1.0)
) -> ControlChart:
    r"""Chart of monthly shares with Laney's limits.

    Parameters
    ----------
    successes, trials : ndarray of int64, shape (months,)
        Months without trials are skipped; places count the months that are left.
    bounds : tuple of float, optional
        Limits never leave the scale.

    Returns
    -------
    ControlChart
        Values and limits on 0-1.

    Notes
    -----
    :math:`\bar p \pm 3\sigma_z\sqrt{\bar p(1-\bar p)/n_t}`, with :math:`z_t` the standardised
    shares and :math:`\sigma_z = \overline{|z_t - z_{t-1}|}/1.128`: months with thousands of answers
    vary by more than binomial chance (Laney 2002, Quality Engineering 14). Factors below 1 narrow
    the limits and are kept as they are.

    Examples
    --------
    >>> satisfied = np.array([80, 82, 78, 81, 79, 83, 80, 77, 82, 80, 81, 60])
    >>> p_chart(satisfied, np.full(12, 100)).beyond
    (11,)
    """
    if successes.shape != trials.shape or bool(((successes < 0) | (successes > trials)).any()):
        raise ValueError(f"{successes} of {trials} are no shares")
    held = trials > 0
    x, n = successes[held].astype(np.float64), trials[held].astype(np.float64)
    if len(n) == 0:
        return _no_chart("no_trials")
    if len(n) < _POINTS:
        return _no_chart("fewer_than_twelve_points")
    p = float(x.sum() / n.sum())
    sigma = np.sqrt(p * (1 - p) / n)
    if float(sigma.max()) == 0:
        return _chart(x / n, p, sigma, sigma_z=None)
    z = (x / n - p) / sigma
    factor = float(np.abs(np.diff(z)).mean()) / _D2
    return _chart(x / n, p, factor * sigma, sigma_z=factor, bounds=bounds)


def _no_chart(reason: str) -> ControlChart:
    return ControlChart((), (), (), None, reason=reason)


def _chart(
    points: Float,
    centre: float,
    sigma: Float,
    *,
    sigma_z: float | None,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> ControlChart:
    low, high = centre - 3 * sigma, centre + 3 * sigma
    apart = points - centre
    flat = bool((sigma < 1e-12).all())
    side = np.where(np.abs(apart) < 1e-12, 0, np.sign(apart)).astype(np.int64)
    far = np.abs(apart) > 2 * sigma + 1e-12
    beyond = np.abs(apart) > 3 * sigma + 1e-12
    return ControlChart(
        values=tuple(points.tolist()),
        lower=tuple(np.maximum(low, bounds[0]).tolist()),
        upper=tuple(np.minimum(high, bounds[1]).tolist()),
        centre=centre,
        beyond=tuple(np.flatnonzero(beyond).tolist()),
        run=_runs(side.tolist()),
        near=_near(side * far),
        sigma_z=sigma_z,
        few_points=len(points) < _BETTER,
        reason="no_variance" if flat and float(np.ptp(points)) < 1e-12 else None,
    )


def _runs(sides: Sequence[int]) -> tuple[int, ...]:
    """Places where 8 or more in a row have been on one side; a point on the line breaks it."""
    found, length, last = [], 0, 0
    for place, side in enumerate(sides):
        length = length + 1 if side == last and side != 0 else int(side != 0)
        last = side
        if length >= _RUN:
            found.append(place)
    return tuple(found)


def _near(marked: Int) -> tuple[int, ...]:
    """Places that complete two of three beyond two sigma on one side."""
    found = []
    for place in range(1, len(marked)):
        window = marked[max(0, place - 2) : place + 1]
        own = int(marked[place])
        if own != 0 and int((window == own).sum()) >= 2:
            found.append(place)
    return tuple(found)
