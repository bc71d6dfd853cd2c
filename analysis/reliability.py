"""Do the items of a dimension hang together: alpha, item-rest correlation, omega."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.intervals import Interval
from analysis.one_factor import one_factor

Float = NDArray[np.float64]
Values = tuple[float | None, ...]
_CONSTANT = 1e-12
_MINIMUM_ALPHA, _MINIMUM_OMEGA = 50, 100

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
    item_rest: Values = ()
    if_deleted: Values = ()
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
    own, rows = np.diagonal(covariance).tolist(), covariance.sum(axis=1).tolist()
    total = sum(rows)
    if total < _CONSTANT:
        return Alpha(None, None, n, reason="no_variance")
    value = k / (k - 1) * (1 - sum(own) / total)
    tail = (1 - confidence) / 2
    first, second = n - 1.0, (n - 1.0) * (k - 1)
    ends = (1 - (1 - value) * scipy.special.fdtri(first, second, [1 - tail, tail])).tolist()
    raised = {"negative_alpha": value < 0, "not_coherent": value < 0.60}
    return Alpha(
        value=value,
        interval=Interval(ends[0], ends[1]),
        n=n,
        item_rest=_item_rest(total, own, rows),
        if_deleted=_without(total, own, rows),
        band=band(value),
        shown=k >= 3 and n >= _MINIMUM_ALPHA,
        flags=tuple(name for name, present in raised.items() if present),
    )


def _item_rest(total: float, own: Sequence[float], rows: Sequence[float]) -> Values:
    """Correlation of each item with the sum of the others."""
    found: list[float | None] = []
    for variance, row in zip(own, rows, strict=True):
        beside = row - variance
        rest = total - variance - 2 * beside
        known = variance >= _CONSTANT and rest >= _CONSTANT
        found.append(min(max(beside / math.sqrt(variance * rest), -1.0), 1.0) if known else None)
    return tuple(found)


def _without(total: float, own: Sequence[float], rows: Sequence[float]) -> Values:
    """Alpha without each item."""
    left, trace = len(own) - 1, sum(own)
    if left < 2:
        return (None,) * len(own)
    rests = [total - 2 * row + variance for variance, row in zip(own, rows, strict=True)]
    return tuple(
        left / (left - 1) * (1 - (trace - variance) / rest) if rest >= _CONSTANT else None
        for variance, rest in zip(own, rests, strict=True)
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
    :math:`\omega = (\sum\lambda)^2 / [(\sum\lambda)^2 + \sum\theta]` (McDonald 1999),
    from `analysis.one_factor.one_factor` of the correlations. Uniquenesses are kept above 0.005 of
    the variance (no Heywood case below that). Two items cannot tell loading and uniqueness apart.

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
    own = np.diagonal(covariance)
    if float(own.min()) < _CONSTANT:
        return Omega(None, n, reason="no_variance")
    spread = np.sqrt(own)
    correlation = covariance / (spread[:, None] * spread)
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest < 1e-8:
        return Omega(None, n, reason="singular_covariance")
    solved = one_factor(correlation, smallest=smallest)
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
