"""Weights that give each class of users its known part: post-stratification and raking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.margins import Margin, PreparedMargin, check_totals, prepare
from analysis.refusals import DocumentError

Float = NDArray[np.float64]
Int = NDArray[np.int64]

_SWEEPS = 1000
_TOLERANCE = 1e-10
_TRIM_AT = 5.0
_MINIMUM_RESPONDENTS = 60
_MINIMUM_CLASS = 10
_MINIMUM_CELL = 20


@dataclass(frozen=True, slots=True)
class Effective:
    """Kish's effective number of respondents and the design effect of unequal weights."""

    n: float
    deff: float


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of the respondents of one wave, or the reason why they are all equal.

    Attributes
    ----------
    weights : ndarray of float64, shape (respondents,)
        With mean 1; all ones when `method` is ``"none"``.
    base : ndarray of float64, shape (respondents,)
        Weights before calibration, with mean 1: those of the regression behind the standard
        error.
    margins : tuple of PreparedMargin
        What was calibrated to; empty when `method` is ``"none"``.
    method : str
        ``"post_stratified"``, ``"raked"`` or ``"none"``.
    effective : Effective
        n_eff and deff_w; both 0 with nobody.
    flags : tuple of str
        ``classes_merged``, ``margin_dropped``, ``margin_blank``, ``weights_trimmed``,
        ``weights_extreme``, ``not_weighted_small_n``.
    """

    weights: Float
    base: Float
    margins: tuple[PreparedMargin, ...]
    method: str
    effective: Effective
    flags: tuple[str, ...]


def kish(weights: Float) -> Effective:
    """Effective number of respondents of a weighted sample.

    Parameters
    ----------
    weights : ndarray of float64, shape (respondents,)
        Positive; with nobody both results are 0.

    Returns
    -------
    Effective

    Notes
    -----
    n_eff = (sum w)^2 / sum w^2, deff = n/n_eff (Kish 1965, Survey Sampling).

    Examples
    --------
    >>> kish(np.array([1.0, 1.0, 2.0]))
    Effective(n=2.6666666666666665, deff=1.125)
    """
    if len(weights) == 0:
        return Effective(0.0, 0.0)
    if not bool(np.all(weights > 0) and np.all(np.isfinite(weights))):
        raise ValueError("weights must be positive")
    n = float(weights.sum() ** 2 / (weights**2).sum())
    return Effective(n, len(weights) / n)


def rake(margins: Sequence[PreparedMargin], base: Float, *, sizes: Int | None = None) -> Float:
    r"""Adjust weights until every margin has the shares of the users served.

    Parameters
    ----------
    margins : sequence of PreparedMargin
        Each class has users and respondents.
    base : ndarray of float64, shape (rows,)
        Positive starting weights.
    sizes : ndarray of int64, shape (rows,), optional
        Respondents of each row, none empty, where a row is a group of them; each row is one when
        left out.

    Returns
    -------
    ndarray of float64, shape (rows,)
        Of each respondent of the row; with mean 1 over the respondents.

    Raises
    ------
    ValueError
        If a class has no respondents, or 1,000 sweeps do not converge (margins that contradict
        one another through empty combinations).

    Notes
    -----
    Iterative proportional fitting: for each margin and class k,
    :math:`w \leftarrow w \, s_k W / \sum_{i \in k} w_i` with :math:`s_k` the users' share and
    :math:`W` the weight of those who stated their class, until no factor of a sweep differs
    from 1 by 1e-10. Who left a margin blank keeps the factors of the others. One margin is
    post-stratification. Source: Deville & Särndal 1992, JASA 87.

    Examples
    --------
    >>> from analysis.margins import Margin, prepare
    >>> sex = prepare(Margin("sex", (1, 2), (500, 500)), np.repeat([1, 2], [6, 18]))
    >>> rake([sex], np.ones(24))[[0, 23]].round(4).tolist()
    [2.0, 0.6667]
    """
    if any(bool((margin.counts == 0).any()) for margin in margins):
        raise ValueError("a class without respondents cannot be raked")
    people = np.ones(len(base)) if sizes is None else sizes.astype(np.float64)
    everybody = float(people.sum())
    held = base * people
    held *= everybody / held.sum()
    tables = [(margin.margin.shares, *_members(margin)) for margin in margins]
    for _ in range(_SWEEPS):
        largest = 0.0
        for shares, members, blank in tables:
            classes = members @ held
            factors = shares * (classes.sum() / classes)
            held *= factors @ members + blank
            largest = max(largest, *np.abs(factors - 1).tolist())
        if largest < _TOLERANCE:
            return np.asarray(held / people * (everybody / held.sum()))
    names = ", ".join(margin.margin.name for margin in margins)
    raise DocumentError("unreconciled", names=names)


def _members(margin: PreparedMargin) -> tuple[Float, Float]:
    """Which rows are in each class, and which in none, as 0 and 1."""
    members = (np.array(margin.margin.classes)[:, None] == margin.codes).astype(np.float64)
    return members, 1 - members.sum(axis=0)


def weigh(
    margins: Sequence[tuple[Margin, Int]],
    respondents: int,
    *,
    joint: tuple[Margin, Int] | None = None,
    base: Float | None = None,
    sizes: Int | None = None,
) -> Weighting:
    """Choose and compute the weights of a wave.

    Parameters
    ----------
    margins : sequence of (Margin, ndarray of int64 of shape (rows,))
        Users served by class, and the class of each respondent (-1 where blank). None: unweighted.
    respondents : int
        Respondents of the wave.
    joint : (Margin, ndarray of int64 of shape (rows,)), optional
        Users served by cell of all the variables together, where the body knows them.
    base : ndarray of float64, shape (rows,), optional
        Design weights; equal when left out.
    sizes : ndarray of int64, shape (rows,), optional
        Respondents of each row, none empty, where a row is a group of them, all in the same
        classes; each row is one respondent when left out.

    Returns
    -------
    Weighting
        Of the respondents, row by row. Never refused for few answers: then the weights are 1, with
        ``not_weighted_small_n``.

    Raises
    ------
    ValueError
        If totals of margins disagree, a code is unknown, lengths differ, or raking cannot
        converge.

    Notes
    -----
    Method, 3.4. Weighted only with at least 60 respondents and 10 in every class (after classes
    with fewer than 5 were merged). Post-stratified to `joint` when each of its cells has at least
    20, raked otherwise. Weights above 5 times the median are cut there and raked once more.
    ``weights_extreme``: deff_w above 2 or a weight above 5 times the median in the end.

    Examples
    --------
    >>> sex = Margin("sex", (1, 2), (500, 500))
    >>> found = weigh([(sex, np.repeat([1, 2], [30, 90]))], 120)
    >>> found.method, round(found.effective.n, 1), found.flags
    ('raked', 90.0, ())
    >>> weigh([(sex, np.array([1, 2]))], 50, sizes=np.array([30, 20])).flags
    ('not_weighted_small_n',)
    """
    people = np.ones(respondents, dtype=np.int64) if sizes is None else sizes
    start = _start(people, base)
    known = [*margins, joint] if joint else list(margins)
    if int(people.sum()) != respondents or any(len(codes) != len(people) for _, codes in known):
        raise ValueError(f"one class for each of the {respondents} respondents is needed")
    if not known:
        return _equal(start, people, ())
    check_totals([margin for margin, _ in known])
    if joint and _rich(*joint, people):
        cells = (prepare(*joint, sizes=people),)
        return _calibrated(cells, start, people, method="post_stratified", flags=())
    prepared = [prepare(*pair, sizes=people) for pair in margins]
    ready = tuple(margin for margin in prepared if len(margin.margin.classes) > 1)
    flags = _flags(prepared, dropped=len(ready) < len(prepared))
    if not ready or not _enough(ready, respondents):
        small = bool(ready) or respondents < _MINIMUM_RESPONDENTS
        return _equal(start, people, (*flags, "not_weighted_small_n") if small else flags)
    return _calibrated(ready, start, people, method="raked", flags=flags)


def _start(people: Int, base: Float | None) -> Float:
    if base is None:
        return np.ones(len(people))
    start = np.array(base, dtype=np.float64)
    if len(start) != len(people) or not bool(np.all(start > 0) and np.all(np.isfinite(start))):
        raise ValueError("base weights must be positive, one for each respondent")
    return np.asarray(start * (people.sum() / (start @ people))) if len(start) else start


def _rich(margin: Margin, codes: Int, people: Int) -> bool:
    """Every cell with users has enough respondents, and nobody is outside such cells."""
    found = [int(people[codes == code].sum()) for code in margin.classes]
    used = [(n, users) for n, users in zip(found, margin.users, strict=True) if n or users]
    whole = sum(found) == int(people.sum()) >= _MINIMUM_RESPONDENTS
    return whole and all(n >= _MINIMUM_CELL and users > 0 for n, users in used)


def _enough(ready: Sequence[PreparedMargin], respondents: int) -> bool:
    smallest = min(int(margin.counts.min()) for margin in ready)
    return respondents >= _MINIMUM_RESPONDENTS and smallest >= _MINIMUM_CLASS


def _flags(prepared: Sequence[PreparedMargin], *, dropped: bool) -> tuple[str, ...]:
    raised = {
        "classes_merged": any(margin.merged for margin in prepared),
        "margin_dropped": dropped,
        "margin_blank": any(margin.blank_share > 0.10 for margin in prepared),
    }
    return tuple(name for name, present in raised.items() if present)


def _equal(start: Float, people: Int, flags: tuple[str, ...]) -> Weighting:
    weights = np.repeat(start, people)
    return Weighting(weights, weights, (), "none", kish(weights), flags)


def _calibrated(
    ready: tuple[PreparedMargin, ...],
    start: Float,
    people: Int,
    *,
    method: str,
    flags: tuple[str, ...],
) -> Weighting:
    weights = np.repeat(rake(ready, start, sizes=people), people)
    median = float(np.median(weights))
    if float(weights.max()) > _TRIM_AT * median:
        first = np.cumsum(people) - people
        cut = np.minimum(weights[first], _TRIM_AT * median)
        weights = np.repeat(rake(ready, cut, sizes=people), people)
        median = float(np.median(weights))
        flags = (*flags, "weights_trimmed")
    effective = kish(weights)
    if effective.deff > 2 or float(weights.max()) / median > _TRIM_AT:
        flags = (*flags, "weights_extreme")
    base = np.repeat(start, people)
    margins = tuple(replace(one, codes=np.repeat(one.codes, people)) for one in ready)
    return Weighting(weights, base, margins, method, effective, flags)
