"""How much services move from wave to wave for reasons that are not the service."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

#: Variance of a standard normal winsorised at 10 % in each tail.
WINSORISED_VARIANCE = 0.678655
_MINIMUM_DIFFERENCES = 30


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """Additive variance between units beyond their sampling error.

    Attributes
    ----------
    phi : float
        Mean square of the winsorised z over that of a normal sample; 1 without overdispersion.
    tau2 : float
        Additive variance, in squared units of the estimates; never negative.
    phi_published, tau2_published : float
        The same by the published recipe, which leaves the winsorising uncorrected (and so finds
        less overdispersion, and flags too many).
    units : int
        Estimates used.
    """

    phi: float
    tau2: float
    phi_published: float
    tau2_published: float
    units: int


@dataclass(frozen=True, slots=True)
class WaveNoise:
    """Standard deviation of the wobble between waves, tau_w, in the units of the differences.

    Attributes
    ----------
    tau : float
        Of a change against the mean of two waves. 0 with a `reason`; the note then says that
        swings between years are not accounted for.
    differences : int
        Earlier differences used.
    reason : str or None
        ``too_few_differences``.
    """

    tau: float
    differences: int
    reason: str | None = None

    def against(self, base_waves: int) -> float:
        r"""Wobble of a change against the mean of `base_waves` waves.

        Notes
        -----
        Where each wave wobbles by :math:`\sigma` around its service, the last wave minus the mean
        of k others wobbles by :math:`\sigma^2 (1 + 1/k)`: 1.5 with two, the kind that `tau` was
        estimated from, 2 with one.

        Examples
        --------
        >>> round(WaveNoise(3.0, 40).against(1), 3), WaveNoise(3.0, 40).against(2)
        (3.464, 3.0)
        """
        return self.tau * math.sqrt((1 + 1 / base_waves) / 1.5) if base_waves else 0.0


#: Of a body whose earlier years are not known.
NO_NOISE = WaveNoise(0.0, 0, "too_few_differences")


def winsorise(values: Float, share: float = 0.10) -> Float:
    """Pull the tails in to their quantiles.

    Parameters
    ----------
    values : ndarray of float64, shape (values,)
        At least one, no NaN.
    share : float, optional
        Part of each tail.

    Returns
    -------
    ndarray of float64, shape (values,)
        Quantiles by linear interpolation (type 7).

    Examples
    --------
    >>> winsorise(np.arange(11.0)).tolist()
    [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0]
    """
    low, high = np.quantile(values, [share, 1 - share])
    return np.clip(values, low, high)


def overdispersion(deviations: Float, ses: Float) -> Overdispersion:
    r"""Additive overdispersion of deviations from their expected value.

    Parameters
    ----------
    deviations, ses : ndarray of float64, shape (units,)
        Estimate minus expectation, and positive standard errors; at least two units.

    Returns
    -------
    Overdispersion

    Notes
    -----
    :math:`z_h = \Delta_h/SE_h`, winsorised at 10 % of each tail;
    :math:`\varphi = \overline{z_w^2}/0.678655`;
    :math:`\tau^2 = \max\left(0, \frac{I\varphi-(I-1)}{\sum\omega-\sum\omega^2/\sum\omega}\right)`,
    :math:`\omega = 1/SE^2` (method, 6.2 and 7; Spiegelhalter 2005, Quality and Safety in Health
    Care 14:347, whose recipe lacks the constant).

    Examples
    --------
    >>> found = overdispersion(np.array([-3.0, -1.0, 0.0, 1.0, 3.0]), np.ones(5))
    >>> round(found.tau2_published, 3), round(found.tau2, 3)
    (1.92, 3.303)
    """
    if deviations.shape != ses.shape or len(ses) < 2:
        raise ValueError(f"{len(deviations)} deviations and {len(ses)} errors: two are needed")
    if not bool(np.all(ses > 0) and np.all(np.isfinite(deviations))):
        raise ValueError("standard errors must be positive and deviations finite")
    squares = float(np.mean(winsorise(deviations / ses) ** 2))
    corrected = squares / WINSORISED_VARIANCE
    return Overdispersion(corrected, _tau2(corrected, ses), squares, _tau2(squares, ses), len(ses))


def _tau2(phi: float, ses: Float) -> float:
    omega = 1 / ses**2
    total = float(omega.sum())
    return max(0.0, (len(ses) * phi - (len(ses) - 1)) / (total - float(omega @ omega) / total))


def wave_noise(differences: Float, ses: Float) -> WaveNoise:
    """Estimate tau_w from a body's earlier differences between waves.

    Parameters
    ----------
    differences, ses : ndarray of float64, shape (differences,)
        Changes of the kind under test and their standard errors, from **earlier** waves only:
        the wave under test would hide its own real drops. Those without sampling error (SE = 0)
        tell nothing and are left out.

    Returns
    -------
    WaveNoise
        0 with fewer than 30 differences.

    Examples
    --------
    >>> wave_noise(np.full(10, 2.0), np.ones(10))
    WaveNoise(tau=0.0, differences=10, reason='too_few_differences')
    """
    if differences.shape != ses.shape:
        raise ValueError(f"{len(differences)} differences and {len(ses)} standard errors")
    usable = ses > 0
    count = int(usable.sum())
    if count < _MINIMUM_DIFFERENCES:
        return WaveNoise(0.0, count, "too_few_differences")
    found = overdispersion(differences[usable], ses[usable])
    return WaveNoise(math.sqrt(found.tau2), count)
