"""Flags of single questionnaires, what they do to the index, and where people stop answering.

Nothing is deleted in silence: a flag is counted, and by default only repeated tokens and bursts
are left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.ranks import lower_tail

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

#: Flags whose questionnaires are left out unless the body decides otherwise.
EXCLUDED = ("duplicate_token", "burst")
_SAME_ANSWERS_WITHIN = 3600.0
_BURST_FORMS, _BURST_WITHIN = 5, 60.0
_SECONDS_AN_ITEM = 2.0
_STRAIGHT_ITEMS = 5
_MOVED_POINTS = 2.0


@dataclass(frozen=True, slots=True)
class Intake:
    """What intake knows of the questionnaires of one wave besides their answers.

    Attributes
    ----------
    seconds : ndarray of float64, shape (forms,), or None
        Time spent on the form; NaN where not known. Only for modes filled by the respondent on a
        screen.
    token : ndarray of int64, shape (forms,), or None
        Same number for forms sent with the same one-answer token; negative without token.
    device : ndarray of int64, shape (forms,), or None
        Kiosk or session; negative where not known.
    kiosk : ndarray of bool, shape (forms,), or None
        Forms filled on a kiosk, where bursts are looked for.
    arrival : ndarray of float64, shape (forms,), or None
        Seconds since any moment; NaN where not known.
    """

    seconds: Float | None = None
    token: Int | None = None
    device: Int | None = None
    kiosk: Bool | None = None
    arrival: Float | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """One mark a form and flag.

    Attributes
    ----------
    marks : mapping of str to ndarray of bool, shape (forms,)
        ``straightline``, ``fast``, ``duplicate`` (token or same answers), ``duplicate_token``,
        ``empty``, ``burst``.
    """

    marks: Mapping[str, Bool]

    @property
    def counts(self) -> dict[str, int]:
        """Forms under each flag, for the methodological note."""
        return {name: int(mark.sum()) for name, mark in self.marks.items()}

    @property
    def excluded(self) -> Bool:
        """Forms left out by default."""
        return _any([self.marks[name] for name in EXCLUDED])

    @property
    def suspicious(self) -> Bool:
        """Forms under any flag but ``empty``, which has no answer to distort."""
        return _any([mark for name, mark in self.marks.items() if name != "empty"])


def _any(marks: list[Bool]) -> Bool:
    return np.asarray(np.any(marks, axis=0))


def flag_forms(values: Float, intake: Intake) -> Flags:
    """Mark questionnaires that may not be what they seem.

    Parameters
    ----------
    values : ndarray of float64, shape (forms, items)
        Codes as printed of the rated items, NaN where not valid, rows in order of arrival.
    intake : Intake
        What is not known raises no flag.

    Returns
    -------
    Flags

    Notes
    -----
    Method, 5.3. ``straightline``: at least 5 valid answers, all equal (common and often honest:
    kept). ``fast``: under 2 seconds a valid item. ``duplicate_token``: not the first form of its
    token. ``duplicate``: that, or the same answers from the same device within 60 minutes of an
    earlier form. ``burst``: one of at least 5 kiosk forms of one device within 60 seconds.

    Examples
    --------
    >>> marks = np.array([[5.0] * 5, [5, 4, 5, 4, 5], [np.nan] * 5])
    >>> flag_forms(marks, Intake(seconds=np.array([40.0, 6.0, 3.0]))).counts["fast"]
    1
    """
    forms = len(values)
    valid = ~np.isnan(values)
    answered = valid.sum(axis=1)
    for known in (intake.seconds, intake.token, intake.device, intake.kiosk, intake.arrival):
        if known is not None and len(known) != forms:
            raise ValueError(f"{len(known)} rows of intake for {forms} forms")
    nothing = np.zeros(forms, dtype=bool)
    fast = nothing if intake.seconds is None else intake.seconds < _SECONDS_AN_ITEM * answered
    token = nothing if intake.token is None else _repeated(intake.token)
    return Flags(
        {
            "straightline": (answered >= _STRAIGHT_ITEMS) & _all_equal(values, valid),
            "fast": fast,
            "duplicate": token | _same_answers(values, intake),
            "duplicate_token": token,
            "empty": answered == 0,
            "burst": _bursts(forms, intake),
        }
    )


def _all_equal(values: Float, valid: Bool) -> Bool:
    low = np.where(valid, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(valid, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(low == high)


def _repeated(token: Int) -> Bool:
    mark: Bool = np.ones(len(token), dtype=bool)
    mark[np.unique(token, return_index=True)[1]] = False
    return mark & (token >= 0)


def _same_answers(values: Float, intake: Intake) -> Bool:
    mark = np.zeros(len(values), dtype=bool)
    if intake.device is None or intake.arrival is None:
        return mark
    seen: dict[tuple[int, bytes], float] = {}
    filled = np.where(np.isnan(values), -99.0, values)
    empty: Bool = np.asarray(np.isnan(values).all(axis=1))
    for row in np.argsort(intake.arrival, kind="stable").tolist():
        when, device = float(intake.arrival[row]), int(intake.device[row])
        if device < 0 or np.isnan(when) or empty[row]:
            continue
        key = (device, filled[row].tobytes())
        mark[row] = when - seen.get(key, -np.inf) <= _SAME_ANSWERS_WITHIN
        seen[key] = when
    return mark


def _bursts(forms: int, intake: Intake) -> Bool:
    mark = np.zeros(forms, dtype=bool)
    if intake.device is None or intake.arrival is None or intake.kiosk is None:
        return mark
    usable: Bool = intake.kiosk & (intake.device >= 0) & ~np.isnan(intake.arrival)
    for device in np.unique(intake.device[usable]):
        rows = np.flatnonzero(usable & (intake.device == device))
        rows = rows[np.argsort(intake.arrival[rows], kind="stable")]
        times = intake.arrival[rows]
        ends = np.searchsorted(times, times + _BURST_WITHIN, side="right")
        for start, end in enumerate(ends.tolist()):
            if end - start >= _BURST_FORMS:
                mark[rows[start:end]] = True
    return mark


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The index with and without the flagged questionnaires, in points of 0-100.

    Attributes
    ----------
    everybody, unflagged : float or None
        None when no form is left with a valid answer to every item of the index.
    moved : float or None
        `unflagged` minus `everybody`.
    worth_saying : bool
        It moves by more than 2 points.
    left_out : int
        Forms under a flag.
    """

    everybody: float | None
    unflagged: float | None
    moved: float | None
    worth_saying: bool
    left_out: int


def sensitivity(values: Float, item_weights: Float, flagged: Bool) -> Sensitivity:
    """Compute the index with all forms and without the flagged ones.

    Parameters
    ----------
    values : ndarray of float64, shape (forms, items)
        Index items on 0-1, NaN where not valid.
    item_weights : ndarray of float64, shape (items,)
        The fixed weights a_j.
    flagged : ndarray of bool, shape (forms,)
        Forms to leave out.

    Returns
    -------
    Sensitivity

    Examples
    --------
    >>> found = sensitivity(np.array([[1.0], [0.5], [0.5]]), np.ones(1), np.array([1, 0, 0]) > 0)
    >>> round(found.moved, 2), found.worth_saying
    (-16.67, True)
    """
    whole, rest = _index(values, item_weights), _index(values[~flagged], item_weights)
    moved = None if whole is None or rest is None else rest - whole
    large = moved is not None and abs(moved) > _MOVED_POINTS
    return Sensitivity(whole, rest, moved, large, int(flagged.sum()))


def _index(values: Float, item_weights: Float) -> float | None:
    valid = ~np.isnan(values)
    answers = valid.sum(axis=0)
    if len(answers) == 0 or bool((answers == 0).any()):
        return None
    means = np.where(valid, values, 0.0).sum(axis=0) / answers
    return float(100 * item_weights @ means)


def drop_off(values: Float) -> Float:
    """Part of the non-empty forms whose last valid answer stands before each item.

    Parameters
    ----------
    values : ndarray of float64, shape (forms, items)
        In the order of the form, NaN where not valid.

    Returns
    -------
    ndarray of float64, shape (items,)
        Never decreasing along the form, first always 0; zeros when every form is empty.

    Examples
    --------
    >>> drop_off(np.array([[4.0, np.nan, np.nan], [4, np.nan, 5]])).tolist()
    [0.0, 0.5, 0.5]
    """
    valid = ~np.isnan(values)
    some = valid[valid.any(axis=1)]
    items = values.shape[1]
    if len(some) == 0:
        return np.zeros(items)
    last = items - 1 - np.argmax(some[:, ::-1], axis=1)
    return np.asarray((last[:, None] < np.arange(items)[None, :]).mean(axis=0))


def blank_shares(blank: Bool, mode: Int) -> dict[int, Float]:
    """Share of blanks of each item by response mode.

    Parameters
    ----------
    blank : ndarray of bool, shape (forms, items)
        True where the item was left without a mark.
    mode : ndarray of int64, shape (forms,)
        Response mode.

    Returns
    -------
    dict of int to ndarray of float64, shape (items,)
        Only modes that have forms.

    Examples
    --------
    >>> blank = np.array([[True, False], [False, False], [False, True]])
    >>> {mode: shares.tolist() for mode, shares in blank_shares(blank, np.array([0, 0, 2])).items()}
    {0: [0.5, 0.0], 2: [0.0, 1.0]}
    """
    return {int(m): np.asarray(blank[mode == m].mean(axis=0)) for m in np.unique(mode)}


@dataclass(frozen=True, slots=True)
class ShareChange:
    """How the share of «non so» of an item moved between two waves.

    Attributes
    ----------
    difference : float or None
        After minus before, in percentage points; None with reason ``no_forms``.
    p : float or None
        Two-sided; None when all or none said so in both waves.
    flagged : bool
        ``dk_share_changed``: p below .01 and at least 10 points. The mean then describes other
        people than before.
    """

    difference: float | None
    p: float | None
    flagged: bool
    reason: str | None = None


def dk_share_change(before: tuple[int, int], after: tuple[int, int]) -> ShareChange:
    r"""Compare the «non so» (or «non previsto») of an item in two waves.

    Parameters
    ----------
    before, after : tuple of (such answers, forms on which the item stood)
        The two waves.

    Returns
    -------
    ShareChange

    Notes
    -----
    :math:`z = (p_2 - p_1)/\sqrt{p(1-p)(1/n_1+1/n_2)}`, p of both waves together (method, 5.2).

    Examples
    --------
    >>> dk_share_change((10, 200), (40, 200)).flagged
    True
    """
    (x1, n1), (x2, n2) = before, after
    if not (0 <= x1 <= n1 and 0 <= x2 <= n2):
        raise ValueError(f"{before} and {after} are no shares")
    if n1 == 0 or n2 == 0:
        return ShareChange(None, None, False, "no_forms")
    difference, pooled = x2 / n2 - x1 / n1, (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance == 0:
        return ShareChange(100 * difference, None, False, "no_variance")
    p = min(1.0, 2 * lower_tail(-abs(difference) / math.sqrt(variance), None))
    return ShareChange(100 * difference, p, p < 0.01 and abs(difference) >= 0.10 - 1e-12)
