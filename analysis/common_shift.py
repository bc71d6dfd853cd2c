"""Did nearly all services of a body move together? Then the first suspect is the survey."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from analysis.wave_noise import overdispersion
from analysis.words import LANGUAGES, common_shift

_GUARDED_SERVICES = 5
_GUARD_POINTS = 2.0
_GUARD_P = 0.001


@dataclass(frozen=True, slots=True)
class Moved:
    """The change of one service.

    Attributes
    ----------
    value : float
        Adjusted change, in points of 0-100.
    se : float
        Its standard error without wave noise, positive.
    tau : float
        Wave noise in a comparison with this base, in points.
    """

    value: float
    se: float
    tau: float = 0.0


@dataclass(frozen=True, slots=True)
class CommonShift:
    """Movement shared by the services of a body.

    Attributes
    ----------
    value : float
        Mean change, weighted by precision, in points of 0-100.
    p : float
        Two-sided, of no mean change.
    raised : bool
        Whether it is large and sure enough to suspect the survey.
    words : mapping of language to str
        The warning; empty where it is not raised.
    spread : float
        How differently the services share in a raised shift: standard deviation in points, beyond
        sampling error and wave noise.
    lifted : str or None
        Signed reason of the person who took the guard away; the flag stays, the tests are those of
        an ordinary year.
    """

    value: float
    p: float
    raised: bool
    words: Mapping[str, str]
    spread: float = 0.0
    lifted: str | None = None

    @property
    def active(self) -> bool:
        """Whether the shift is taken out of the tests."""
        return self.raised and self.lifted is None


_LIFTED = {
    "it": "{wave}: la cautela sullo spostamento comune è stata tolta. Motivo: {reason}",
    "en": "{wave}: the guard against a common shift was taken away. Reason: {reason}",
}


def lifted_note(wave: str, reason: str, language: str) -> str:
    """Say in the methodological note that the guard was taken away, and why.

    Parameters
    ----------
    wave : str
        Label of the wave.
    reason : str
        As signed.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str

    Examples
    --------
    >>> lifted_note("2026", "new counter (URP)", "en")
    '2026: the guard against a common shift was taken away. Reason: new counter (URP)'
    """
    return _LIFTED[language].format(wave=wave, reason=reason)


def find_common_shift(changes: Sequence[Moved], *, lifted: str | None = None) -> CommonShift | None:
    r"""Find the movement that the services of a body share.

    Parameters
    ----------
    changes : sequence of Moved
        Of the services that pass the gate and in which something varies.
    lifted : str, optional
        Signed reason for which the guard is taken away.

    Returns
    -------
    CommonShift or None
        None with fewer than five services.

    Notes
    -----
    :math:`\bar\Delta = \sum(\Delta_s/SE_s^2) / \sum(1/SE_s^2)`; raised when it is at least 2
    points and its two-sided p below .001 (method, 6.3). Two things go beyond the method. The wave
    noise of each service is in the error of the mean: few services that wobble would else raise
    the guard by chance. And the median change is at least 2 points the same way: a third of the
    services that truly fell moves the mean of a small body, but they are not «nearly all».

    A change in who answers does not move all services alike: where few users answer it has more
    room. Taking one mean out of all of them leaves that behind as false improvements and declines,
    so in a year under suspicion the additive overdispersion of :math:`\Delta_s - \bar\Delta`
    joins the error of each test. It is estimated from the wave under test, which hides real
    changes too: right only where the survey itself is in doubt, and never done otherwise (6.2).

    Examples
    --------
    >>> together = [Moved(6.0 + step, 1.0) for step in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    >>> found = find_common_shift(together)
    >>> round(found.value, 6), found.raised, found.spread
    (6.0, True, 0.0)
    """
    if len(changes) < _GUARDED_SERVICES:
        return None
    values = np.array([one.value for one in changes])
    ses = np.array([one.se for one in changes])
    precision = 1 / ses**2
    value = float(precision @ values / precision.sum())
    own = np.hypot(ses, np.array([one.tau for one in changes]))
    error = math.sqrt(float(precision**2 @ own**2)) / float(precision.sum())
    p = 2 * float(scipy.special.ndtr(-abs(value) / error))
    middle = float(np.median(values)) * math.copysign(1, value)
    if min(abs(value), middle) < _GUARD_POINTS or p >= _GUARD_P:
        return CommonShift(value, p, False, {})
    spread = math.sqrt(overdispersion(values - value, own).tau2)
    words = {language: common_shift(value, language) for language in LANGUAGES}
    return CommonShift(value, p, True, words, spread, lifted)
