"""How well paper forms were keyed: error rate of double keying, acceptance, agreement."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval, clopper_pearson, normal_quantile

Int = NDArray[np.int64]
_ACCEPTED_RATE = 0.01
_SHARE_TO_KEY_TWICE, _LEAST_TO_KEY_TWICE = 0.10, 50


@dataclass(frozen=True, slots=True)
class KeyingQuality:
    """Fields that two keyings of the same forms saw differently.

    Attributes
    ----------
    discordant, compared : int
        Fields.
    rate : float or None
        None with a `reason`.
    interval : Interval or None
        Clopper-Pearson, two-sided 95 %.
    upper : float or None
        One-sided 95 % upper bound.
    accepted : bool or None
        The upper bound is at most 1 %; otherwise the batch is keyed anew. None: nothing compared.
    reason : str or None
        ``nothing_compared``.
    """

    discordant: int
    compared: int
    rate: float | None
    interval: Interval | None
    upper: float | None
    accepted: bool | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Chance-corrected agreement of two keyings of one question.

    Attributes
    ----------
    observed : float or None
        Part of the pairs that agree; None when there is no pair.
    kappa, se, lower, upper : float or None
        Cohen's kappa with its asymptotic standard error; None with a `reason`.
    n : int
        Pairs.
    reason : str or None
        ``no_pairs`` or ``one_category`` (show `observed` instead).
    """

    observed: float | None
    kappa: float | None
    se: float | None
    lower: float | None
    upper: float | None
    n: int
    reason: str | None = None


def forms_to_key_twice(forms: int) -> int:
    """How many forms of a batch to key twice: 10 %, at least 50, or all.

    Parameters
    ----------
    forms : int
        In the batch.

    Returns
    -------
    int
        At most `forms`.

    Raises
    ------
    ValueError
        If the number of forms is negative.

    Examples
    --------
    >>> [forms_to_key_twice(forms) for forms in (30, 200, 1234)]
    [30, 50, 124]
    """
    if forms < 0:
        raise ValueError(f"{forms} forms is impossible")
    return min(forms, max(_LEAST_TO_KEY_TWICE, math.ceil(forms * _SHARE_TO_KEY_TWICE)))


def keying_quality(discordant: int, compared: int) -> KeyingQuality:
    """Judge a batch by the fields keyed twice.

    Parameters
    ----------
    discordant, compared : int
        Fields that differ, of the fields compared.

    Returns
    -------
    KeyingQuality

    Raises
    ------
    ValueError
        If more fields differ than were compared, or a number is negative.

    Notes
    -----
    Exact bounds because the acceptance is a guarantee (method, 5.5).

    Examples
    --------
    >>> good, bad = keying_quality(0, 300), keying_quality(7, 1200)
    >>> round(good.upper, 4), good.accepted, round(bad.upper, 4), bad.accepted
    (0.0099, True, 0.0109, False)
    """
    if not 0 <= discordant <= compared:
        raise ValueError(f"{discordant} of {compared} fields is impossible")
    if compared == 0:
        return KeyingQuality(0, 0, None, None, None, None, "nothing_compared")
    upper = clopper_pearson(discordant, compared, confidence=0.90).upper
    return KeyingQuality(
        discordant,
        compared,
        discordant / compared,
        clopper_pearson(discordant, compared),
        upper,
        upper <= _ACCEPTED_RATE,
    )


def compare_keyings(first: Int, second: Int) -> KeyingQuality:
    """Compare two keyings field by field.

    Parameters
    ----------
    first, second : ndarray of int64, shape (forms, fields)
        Codes and statuses as keyed; a blank is a value like another.

    Returns
    -------
    KeyingQuality

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> compare_keyings(np.array([[1, 2]]), np.array([[1, 3]])).discordant
    1
    """
    if first.shape != second.shape:
        raise ValueError(f"keyings of shapes {first.shape} and {second.shape}")
    return keying_quality(int((first != second).sum()), int(first.size))


def agreement_table(first: Int, second: Int, categories: Int) -> Int:
    """Count pairs of values by first and second keying.

    Parameters
    ----------
    first, second : ndarray of int64, shape (forms,)
        Pairs with a value outside `categories` in either keying are left out.
    categories : ndarray of int64, shape (categories,)
        In order.

    Returns
    -------
    ndarray of int64, shape (categories, categories)
        Rows by first, columns by second keying.

    Examples
    --------
    >>> first, second = np.array([1, 1, 2, 3]), np.array([1, 2, 2, 3])
    >>> agreement_table(first, second, np.array([1, 2])).tolist()
    [[1, 1], [0, 1]]
    """
    hits1 = np.asarray(first)[:, None] == categories[None, :]
    hits2 = np.asarray(second)[:, None] == categories[None, :]
    return np.asarray(hits1.T.astype(np.int64) @ hits2.astype(np.int64))


def kappa(table: Int, *, ordinal: bool, confidence: float = 0.95) -> Agreement:
    r"""Cohen's kappa, with quadratic weights for ordered categories.

    Parameters
    ----------
    table : ndarray of int64, shape (categories, categories)
        Pairs by first (rows) and second keying, categories in order.
    ordinal : bool
        Quadratic weights; none for nominal questions.
    confidence : float, optional
        Coverage of the interval.

    Returns
    -------
    Agreement

    Notes
    -----
    With agreement weights v (1 on the diagonal; :math:`1 - (i-j)^2/(k-1)^2` when ordinal),
    :math:`\kappa = (p_o - p_e)/(1 - p_e)`, and the asymptotic variance of Fleiss, Cohen &
    Everitt 1969 (Psychological Bulletin 72):

    .. math:: \frac{\sum_{ij} p_{ij} [v_{ij} - (\bar v_{i\cdot} + \bar v_{\cdot j})(1 - \kappa)]^2
              - [\kappa - p_e (1 - \kappa)]^2}{n (1 - p_e)^2}

    Examples
    --------
    >>> found = kappa(np.array([[20, 5], [10, 15]]), ordinal=False)
    >>> round(found.kappa, 4), round(found.se, 4), found.observed
    (0.4, 0.127, 0.7)
    """
    n = int(table.sum())
    k = len(table)
    if n == 0:
        return Agreement(None, None, None, None, None, 0, "no_pairs")
    p = table / n
    observed = float(np.trace(p))
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    apart = np.subtract.outer(np.arange(k), np.arange(k))
    v = 1 - apart**2 / max(k - 1, 1) ** 2 if ordinal else np.eye(k)
    expected = float(rows @ v @ columns)
    if 1 - expected < 1e-12:
        return Agreement(observed, None, None, None, None, n, "one_category")
    value = (float((p * v).sum()) - expected) / (1 - expected)
    beside = (v @ columns)[:, None] + (rows @ v)[None, :]
    spread = float((p * (v - beside * (1 - value)) ** 2).sum())
    spread -= (value - expected * (1 - value)) ** 2
    se = math.sqrt(max(spread, 0.0) / n) / (1 - expected)
    half = normal_quantile(confidence) * se
    return Agreement(observed, value, se, max(-1.0, value - half), min(1.0, value + half), n)
