"""Services against what chance allows, without ranking them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.intervals import Interval, student_quantile
from analysis.ranks import holm
from analysis.wave_noise import Overdispersion, overdispersion

Float = NDArray[np.float64]

_INNER, _OUTER = 1.96, 3.09
_SERVICES = 10
_FULL = 30

_BANDS: Mapping[str, tuple[str, str]] = {
    "in_line": ("in linea con gli altri servizi", "in line with the other services"),
    "above": ("sopra l'atteso", "above expectation"),
    "below": ("sotto l'atteso", "below expectation"),
    "far_above": ("molto sopra l'atteso", "far above expectation"),
    "far_below": ("molto sotto l'atteso", "far below expectation"),
}


@dataclass(frozen=True, slots=True)
class ServiceScore:
    """Profile-standardised index of one service, in points of 0-100.

    Attributes
    ----------
    value, se : float
        `se` is positive.
    n : float
        Effective respondents.
    answers : float or None
        Respondents, by which services count in the common mean; `n` where left out.
    told : bool
        Whether `n` may be told, and with it what follows from it.
    """

    name: str
    value: float
    se: float
    n: float
    answers: float | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One service in the funnel.

    Attributes
    ----------
    z : float
        With the corrected overdispersion.
    z_published : float
        With the published recipe.
    band : str
        ``in_line``, ``above``, ``below``, ``far_above`` or ``far_below``, from `z`.
    stabilised : float
        «Stima stabilizzata», shrunken towards the target; never for the charter.
    """

    service: ServiceScore
    z: float
    z_published: float
    band: str
    stabilised: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """Funnel plot of the services of one body.

    Attributes
    ----------
    points : tuple of FunnelPoint
        In the order given, not a ranking; empty with a `reason`.
    target : float or None
        Response-weighted mean.
    spread : float or None
        Standard deviation of one respondent's score, pooled over the services whose `n` may be
        told: from it, the errors and the others' numbers a single untold one would follow.
    dispersion : Overdispersion or None
        Both tau^2.
    expected_outside : float
        Services in a middle band by chance alone, if nothing differed.
    left_out : tuple of str
        Services without full publication class or without standard error.
    reason : str or None
        ``fewer_than_ten_services``.
    """

    points: tuple[FunnelPoint, ...]
    target: float | None
    spread: float | None
    dispersion: Overdispersion | None
    expected_outside: float
    left_out: tuple[str, ...]
    reason: str | None = None

    def limits(self, n: float) -> tuple[Interval, Interval]:
        """Inner (1.96) and outer (3.09) limits at `n` effective respondents, within 0-100."""
        if self.target is None or self.spread is None or self.dispersion is None:
            raise ValueError(f"no funnel: {self.reason}")
        if not n > 0:
            raise ValueError(f"a limit needs respondents, not {n}")
        scale = math.sqrt(self.spread**2 / n + self.dispersion.tau2)
        ends = [
            Interval(max(0.0, self.target - q * scale), min(100.0, self.target + q * scale))
            for q in (_INNER, _OUTER)
        ]
        return ends[0], ends[1]


def funnel(services: Sequence[ServiceScore]) -> Funnel:
    r"""Compare the services of one body with their common mean.

    Parameters
    ----------
    services : sequence of ServiceScore
        Same questionnaire, same scale, same period.

    Returns
    -------
    Funnel
        Without points when fewer than 10 services have 30 effective respondents.

    Notes
    -----
    :math:`\theta_0 = \sum N_s y_s / \sum N_s` over the N respondents of each service,
    :math:`z_s = (y_s - \theta_0)/\sqrt{SE_s^2 + \tau^2}`, limits
    :math:`\theta_0 \pm 1.96` and :math:`\pm 3.09 \sqrt{s^2/n + \tau^2}` at n effective
    respondents, :math:`s^2` the mean of :math:`n_s SE_s^2` weighted by :math:`n_s`. tau^2 from the
    winsorised z, with and without the constant of the winsorised normal; bands use the corrected
    one (method, 7; Spiegelhalter 2005, Statistics in Medicine 24:1185). Stabilised estimate:
    :math:`(y_s/SE_s^2 + \theta_0/\tau^2)/(1/SE_s^2 + 1/\tau^2)`.

    Examples
    --------
    >>> twelve = [ServiceScore(f"s{k}", 70.0 + k % 3, 2.0, 100.0) for k in range(11)]
    >>> found = funnel([*twelve, ServiceScore("odd", 55.0, 2.0, 100.0)])
    >>> [point.service.name for point in found.points if point.band != "in_line"]
    ['odd']
    """
    kept = [s for s in services if s.n >= _FULL and s.se > 0]
    left_out = tuple(s.name for s in services if s not in kept)
    if len(kept) < _SERVICES:
        return Funnel((), None, None, None, 0.0, left_out, "fewer_than_ten_services")
    y, se, n = (np.array([getattr(s, name) for s in kept]) for name in ("value", "se", "n"))
    answers = np.array([s.n if s.answers is None else s.answers for s in kept])
    target = float(answers @ y / answers.sum())
    told = np.array([s.told for s in kept])
    size, own = (n[told], se[told]) if bool(told.any()) else (answers, se)
    spread = math.sqrt(float(size @ (size * own**2) / size.sum()))
    dispersion = overdispersion(y - target, se)
    z = (y - target) / np.sqrt(se**2 + dispersion.tau2)
    published = (y - target) / np.sqrt(se**2 + dispersion.tau2_published)
    held = dispersion.tau2 / (dispersion.tau2 + se**2)
    points = tuple(
        FunnelPoint(
            service, float(z[k]), float(published[k]), band(float(z[k])),
            float(target + held[k] * (y[k] - target)),
        )
        for k, service in enumerate(kept)
    )  # fmt: skip
    return Funnel(points, target, spread, dispersion, 0.05 * len(kept), left_out)


def band(z: float) -> str:
    """Band of a service by its z.

    Parameters
    ----------
    z : float
        Standardised distance of the service from the common mean; finite.

    Returns
    -------
    str
        ``in_line`` up to 1.96 in size, ``above`` or ``below`` up to 3.09, else ``far_above`` or
        ``far_below``.

    Notes
    -----
    Limits of 95 % and 99.8 % (method, 7).

    Examples
    --------
    >>> [band(z) for z in (0.0, -1.97, 1.97, -3.1, 3.1, 1.96)]
    ['in_line', 'below', 'above', 'far_below', 'far_above', 'in_line']
    """
    if abs(z) <= _INNER:
        return "in_line"
    side = "above" if z > 0 else "below"
    return f"far_{side}" if abs(z) > _OUTER else side


def band_words(name: str, language: str) -> str:
    """Words for a band, in Italian or English.

    Parameters
    ----------
    name : str
        As from `band`.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str
        Part of a sentence, without a capital.

    Raises
    ------
    ValueError
        If there are no words in the language.

    Examples
    --------
    >>> band_words("below", "it")
    "sotto l'atteso"
    """
    if language not in ("it", "en"):
        raise ValueError(f"no words in language {language!r}")
    return _BANDS[name][language == "en"]


@dataclass(frozen=True, slots=True)
class PairDifference:
    """First service minus second, in points.

    Attributes
    ----------
    p, p_holm : float or None
        Two-sided, alone and within all pairs; None when neither service has sampling error.
    """

    first: str
    second: str
    difference: float
    interval: Interval | None
    p: float | None
    p_holm: float | None


def pairwise(
    services: Sequence[ServiceScore], *, confidence: float = 0.95
) -> tuple[PairDifference, ...]:
    """Compare every two services, for bodies with fewer than ten.

    Parameters
    ----------
    services : sequence of ServiceScore
        Only those with 30 effective respondents are compared.
    confidence : float, optional
        Coverage of each interval, not adjusted.

    Returns
    -------
    tuple of PairDifference

    Notes
    -----
    Welch's t with Satterthwaite's degrees of freedom from n - 1 each, Holm over the pairs (method,
    7).

    Examples
    --------
    >>> two = [ServiceScore("a", 70.0, 1.5, 101), ServiceScore("b", 64.0, 2.0, 51)]
    >>> found = pairwise(two)[0]
    >>> found.difference, round(found.p, 4)
    (6.0, 0.0181)
    """
    kept = [s for s in services if s.n >= _FULL]
    pairs = [_pair(one, two, confidence) for one, two in combinations(kept, 2)]
    tested = [k for k, pair in enumerate(pairs) if pair.p is not None]
    adjusted = dict(
        zip(tested, holm(np.array([pairs[k].p for k in tested], dtype=np.float64)), strict=True)
    )
    return tuple(
        PairDifference(
            pair.first, pair.second, pair.difference, pair.interval, pair.p,
            float(adjusted[k]) if k in adjusted else None,
        )
        for k, pair in enumerate(pairs)
    )  # fmt: skip


def _pair(one: ServiceScore, two: ServiceScore, confidence: float) -> PairDifference:
    difference = one.value - two.value
    v1, v2 = one.se**2, two.se**2
    if v1 + v2 == 0:
        return PairDifference(one.name, two.name, difference, None, None, None)
    df = (v1 + v2) ** 2 / (v1**2 / (one.n - 1) + v2**2 / (two.n - 1))
    se = math.sqrt(v1 + v2)
    half = student_quantile(df, confidence) * se
    p = min(1.0, 2 * float(scipy.special.stdtr(df, -abs(difference) / se)))
    ends = Interval(difference - half, difference + half)
    return PairDifference(one.name, two.name, difference, ends, p, None)
