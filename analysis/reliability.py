"""Do the items of a dimension hang together: alpha, item-rest correlation, omega."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.intervals import Interval

Float = NDArray[np.float64]
_CONSTANT = 1e-12
_MINIMUM_ALPHA, _MINIMUM_OMEGA = 50, 100
_FLOOR = math.log(0.005)
#: Smallest eigenvalue above which the one-factor discrepancy has one resting point in practice;
#: nearly singular matrices have more.
_WELL_CONDITIONED = 0.05
_NEWTON_STEPS, _FLAT, _ROUNDING = 60, 1e-8, 1e-13

_WORDS: Mapping[str, tuple[str, str]] = {
    "redundant": ("possibili domande ridondanti", "some questions may be redundant"),
    "consistent": ("coerente", "consistent"),
    "acceptable": ("accettabile", "acceptable"),
    "inconsistent": (
        "la dimensione non è coerente: leggere le domande una per una",
        "the dimension is not consistent: read its questions one by one",
    ),
}


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of the items of one dimension.

    Attributes
    ----------
    value : float or None
        At most 1, and negative when items contradict one another; None with a `reason`.
    interval : Interval or None
        Feldt's, from the complete forms.
    n : int
        Forms in which every item is valid.
    item_rest : tuple of float or None
        Correlation of each item with the sum of the others; None where one of them is constant.
    if_deleted : tuple of float or None
        Alpha without each item; None with two items, or when the rest is constant.
    band : str or None
        ``redundant``, ``consistent``, ``acceptable`` or ``inconsistent``.
    shown : bool
        At least 3 items and 50 complete forms.
    flags : tuple of str
        ``negative_alpha`` (a reversed item?), ``not_coherent``.
    reason : str or None
        ``one_item``, ``too_few_complete_forms`` or ``no_variance``.
    """

    value: float | None
    interval: Interval | None
    n: int
    item_rest: tuple[float | None, ...] = ()
    if_deleted: tuple[float | None, ...] = ()
    band: str | None = None
    shown: bool = False
    flags: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega total of the one-factor model.

    Attributes
    ----------
    value : float or None
        Between 0 and 1; None with a `reason`.
    loadings, uniquenesses : tuple of float
        Of the covariance matrix given; the first loading of largest size is positive.
    shown : bool
        At least 4 items and 100 complete forms.
    reason : str or None
        ``fewer_than_three_items``, ``too_few_complete_forms``, ``no_variance``,
        ``singular_covariance`` or ``not_converged``.
    """

    value: float | None
    n: int
    loadings: tuple[float, ...] = ()
    uniquenesses: tuple[float, ...] = ()
    shown: bool = False
    reason: str | None = None


def complete_covariance(values: Float) -> tuple[Float, int]:
    """Covariance (n - 1) over the forms in which every item is valid, and their number.

    Parameters
    ----------
    values : ndarray of float64, shape (respondents, items)
        Oriented answers, NaN where not valid.

    Returns
    -------
    tuple of ndarray of float64 of shape (items, items) and int
        Zeros when fewer than two forms are complete.

    Examples
    --------
    >>> complete_covariance(np.array([[1.0, 2], [3, 5], [5, np.nan], [2, 2]]))[0].tolist()
    [[1.0, 1.5], [1.5, 3.0]]
    """
    whole = values[~np.isnan(values).any(axis=1)]
    items = values.shape[1]
    if len(whole) < 2 or items == 0:
        return np.zeros((items, items)), len(whole)
    return np.cov(whole, rowvar=False).reshape(items, items), len(whole)


def cronbach(covariance: Float, n: int, *, confidence: float = 0.95) -> Alpha:
    r"""Cronbach's alpha with Feldt's interval, from a covariance matrix.

    Parameters
    ----------
    covariance : ndarray of float64, shape (items, items)
        Of oriented items, over complete forms or pairwise.
    n : int
        Complete forms; they give the degrees of freedom.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    Alpha

    Notes
    -----
    :math:`\alpha = \frac{k}{k-1}\left(1 - \frac{\sum_j \sigma_{jj}}{\sum_{jk} \sigma_{jk}}\right)`,
    interval :math:`1 - (1-\alpha) F_{1-q}` to :math:`1 - (1-\alpha) F_q` with n - 1 and
    (n - 1)(k - 1) degrees of freedom and q = (1 - confidence)/2 (Feldt 1965; method, 5.1).
    Alpha is no evidence that the items measure one thing.

    Examples
    --------
    >>> found = cronbach(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]]), 100)
    >>> round(found.value, 4), round(found.interval.lower, 4), found.band
    (0.75, 0.6513, 'consistent')
    """
    k = len(covariance)
    if k < 2:
        return Alpha(None, None, n, reason="one_item")
    if n < 3:
        return Alpha(None, None, n, reason="too_few_complete_forms")
    value = _alpha(covariance)
    if value is None:
        return Alpha(None, None, n, reason="no_variance")
    tail = (1 - confidence) / 2
    first, second = n - 1.0, (n - 1.0) * (k - 1)
    ends = (1 - (1 - value) * scipy.special.fdtri(first, second, [1 - tail, tail])).tolist()
    raised = {"negative_alpha": value < 0, "not_coherent": value < 0.60}
    return Alpha(
        value=value,
        interval=Interval(ends[0], ends[1]),
        n=n,
        item_rest=_item_rest(covariance),
        if_deleted=_without(covariance),
        band=band(value),
        shown=k >= 3 and n >= _MINIMUM_ALPHA,
        flags=tuple(name for name, present in raised.items() if present),
    )


def _alpha(covariance: Float) -> float | None:
    total, k = float(covariance.sum()), len(covariance)
    if total < _CONSTANT:
        return None
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def _item_rest(covariance: Float) -> tuple[float | None, ...]:
    """Correlation of each item with the sum of the others."""
    own = np.diag(covariance)
    beside = covariance.sum(axis=1) - own
    rest = float(covariance.sum()) - own - 2 * beside
    known = (own >= _CONSTANT) & (rest >= _CONSTANT)
    found = beside / np.sqrt(np.where(known, own * rest, 1.0))
    return tuple(
        value if sure else None
        for value, sure in zip(np.clip(found, -1.0, 1.0).tolist(), known.tolist(), strict=True)
    )


def _without(covariance: Float) -> tuple[float | None, ...]:
    """Alpha without each item."""
    left = len(covariance) - 1
    if left < 2:
        return (None,) * (left + 1)
    own = np.diag(covariance)
    rest = float(covariance.sum()) - 2 * covariance.sum(axis=1) + own
    known = rest >= _CONSTANT
    found = left / (left - 1) * (1 - (float(own.sum()) - own) / np.where(known, rest, 1.0))
    return tuple(
        value if sure else None for value, sure in zip(found.tolist(), known.tolist(), strict=True)
    )


def band(value: float) -> str:
    """Name of a coefficient's size; the cut-offs serve alpha and omega alike.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
        From 0.90, from 0.70, from 0.60 and below, in the order of the example (method, 5.1).

    Examples
    --------
    >>> [band(value) for value in (0.95, 0.70, 0.60, -0.2)]
    ['redundant', 'consistent', 'acceptable', 'inconsistent']
    """
    for name, least in (("redundant", 0.90), ("consistent", 0.70), ("acceptable", 0.60)):
        if value >= least:
            return name
    return "inconsistent"


def band_words(name: str, language: str) -> str:
    """Sentence part for a band, in Italian or English.

    Parameters
    ----------
    name, language : str
        What `band` gives; ``it`` or ``en``, `ValueError` for any other.

    Returns
    -------
    str

    Examples
    --------
    >>> band_words("consistent", "it")
    'coerente'
    """
    if language not in ("it", "en"):
        raise ValueError(f"no words in language {language!r}")
    return _WORDS[name][language == "en"]


def omega_total(covariance: Float, n: int) -> Omega:
    r"""Omega total from the maximum likelihood one-factor model.

    Parameters
    ----------
    covariance : ndarray of float64, shape (items, items)
        Over complete forms, oriented items.
    n : int
        Complete forms.

    Returns
    -------
    Omega

    Notes
    -----
    With the covariance modelled as :math:`\lambda\lambda' + \mathrm{diag}(\theta)`:
    :math:`\omega = (\sum\lambda)^2 / [(\sum\lambda)^2 + \sum\theta]` (McDonald 1999). The
    likelihood is maximised over :math:`\log\theta` of the correlation matrix R, the loading given
    theta being known in closed form: with :math:`\nu_1 \ge \nu_2 \ge \ldots` the eigenvalues of
    :math:`\theta^{-1/2} R\, \theta^{-1/2}`, the discrepancy is
    :math:`\sum_{i \ge 2} (\nu_i - 1 - \log \nu_i)` (Joereskog 1967). Uniquenesses are kept above
    0.005 of the variance (no Heywood case below that). Two items cannot tell loading and
    uniqueness apart.

    Examples
    --------
    >>> loading = np.array([0.8, 0.7, 0.6, 0.5])
    >>> model = np.outer(loading, loading) + np.diag(1 - loading**2)
    >>> round(omega_total(model, 200).value, 4)
    0.7494
    """
    k = len(covariance)
    if k < 3:
        return Omega(None, n, reason="fewer_than_three_items")
    if n <= k:
        return Omega(None, n, reason="too_few_complete_forms")
    spread = np.sqrt(np.diag(covariance))
    if float(spread.min()) < _CONSTANT:
        return Omega(None, n, reason="no_variance")
    correlation = covariance / np.outer(spread, spread)
    if float(np.linalg.eigvalsh(correlation)[0]) < 1e-8:
        return Omega(None, n, reason="singular_covariance")
    solved = _one_factor(correlation)
    if solved is None:
        return Omega(None, n, reason="not_converged")
    loadings, uniquenesses = solved[0] * spread, solved[1] * spread**2
    common = float(loadings.sum()) ** 2
    return Omega(
        value=common / (common + float(uniquenesses.sum())),
        n=n,
        loadings=tuple(loadings.tolist()),
        uniquenesses=tuple(uniquenesses.tolist()),
        shown=k >= 4 and n >= _MINIMUM_OMEGA,
    )


def _one_factor(correlation: Float) -> tuple[Float, Float] | None:
    """Loadings and uniquenesses of largest likelihood; None where none is found."""
    logs = None
    if float(np.linalg.eigvalsh(correlation)[0]) >= _WELL_CONDITIONED:
        logs = _newton(correlation)
    if logs is None:
        logs = _searched(correlation)
    if logs is None:
        return None
    theta = np.exp(logs)
    return _loading(correlation, theta), theta


def _newton(correlation: Float) -> Float | None:
    r"""Resting point of the discrepancy in :math:`x = \log\theta`, by Newton's steps.

    With :math:`u_i` the eigenvectors of :math:`\theta^{-1/2} R\, \theta^{-1/2}` the slope is
    :math:`\sum_{i \ge 2} (1 - \nu_i) u_{ij}^2`, and the curvature
    :math:`\sum_{i,m \ge 2} \nu_i u_{ij} u_{ik} u_{mj} u_{mk} + \sum_{i \ge 2}
    (1 - \nu_i) \frac{\nu_1 + \nu_i}{\nu_1 - \nu_i} u_{1j} u_{1k} u_{ij} u_{ik}`.
    """
    x = np.clip(np.log(0.5 / np.diag(np.linalg.inv(correlation))), _FLOOR, 0.0)
    value, slope, curve = _discrepancy(correlation, x)
    for _ in range(_NEWTON_STEPS):
        held = ((x <= _FLOOR) & (slope > 0)) | ((x >= 0.0) & (slope < 0))
        free = np.flatnonzero(~held)
        if float(np.abs(slope[free]).max(initial=0.0)) < _FLAT:
            return np.asarray(x)
        step = np.zeros_like(x)
        sizes, vectors = np.linalg.eigh(curve[np.ix_(free, free)])
        # where the surface is not a bowl, the step still goes down
        step[free] = -vectors @ ((vectors.T @ slope[free]) / np.maximum(np.abs(sizes), 1e-3))
        for shorter in 0.5 ** np.arange(12):
            trial = np.clip(x + shorter * step, _FLOOR, 0.0)
            tried = _discrepancy(correlation, trial)
            if tried[0] <= value + _ROUNDING:
                break
        else:
            return None
        x, (value, slope, curve) = trial, tried
    return None


def _discrepancy(correlation: Float, logs: Float) -> tuple[float, Float, Float]:
    root = np.exp(0.5 * logs)
    sizes, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    rest, others = sizes[:-1], vectors[:, :-1]
    value = float((rest - 1 - np.log(rest)).sum())
    slope = (others**2) @ (1 - rest)
    bend = (1 - rest) * (sizes[-1] + rest) / np.maximum(sizes[-1] - rest, _CONSTANT)
    first = np.outer(vectors[:, -1], vectors[:, -1])
    curve = (others @ others.T) * ((others * rest) @ others.T)
    return value, slope, curve + first * ((others * bend) @ others.T)


def _searched(correlation: Float) -> Float | None:
    """Lowest of several resting points, for matrices that have more than one or are hard."""
    from scipy.optimize import minimize

    def discrepancy(logs: Float) -> tuple[float, Float]:
        theta, loading = np.exp(logs), _loading(correlation, np.exp(logs))
        model = np.outer(loading, loading) + np.diag(theta)
        inverse = np.linalg.inv(model)
        value = float(np.linalg.slogdet(model)[1] + np.trace(inverse @ correlation))
        slope = np.diag(inverse @ (model - correlation) @ inverse) * theta
        return value, slope

    k = len(correlation)
    squared_multiple = np.log(0.5 / np.diag(np.linalg.inv(correlation)))
    best = None
    for start in (squared_multiple, np.full(k, math.log(0.5)), np.full(k, math.log(0.9))):
        found = minimize(
            discrepancy,
            np.clip(start, _FLOOR, 0.0),
            jac=True,
            method="L-BFGS-B",
            bounds=[(_FLOOR, 0.0)] * k,
            options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
        )
        inside = (found.x > _FLOOR + 1e-9) & (found.x < -1e-9)
        flat = float(np.abs(discrepancy(found.x)[1])[inside].max(initial=0.0)) < 1e-4
        if flat and (best is None or found.fun < best.fun - 1e-9):
            best = found
    return None if best is None else np.asarray(best.x)


def _loading(correlation: Float, theta: Float) -> Float:
    """Best loadings for given uniquenesses; of positive sum."""
    root = np.sqrt(theta)
    sizes, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    loading = root * vectors[:, -1] * math.sqrt(max(float(sizes[-1]) - 1, 0.0))
    return np.asarray(loading if float(loading.sum()) >= 0 else -loading)
