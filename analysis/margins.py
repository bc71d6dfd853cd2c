"""Margins of the users served: which classes can be weighted, and which must be merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.refusals import DocumentError

Int = NDArray[np.int64]

#: Code of a respondent who left the profile question blank.
BLANK = -1
_TOTALS_MAY_DIFFER = 0.005
_MERGE_BELOW = 5


@dataclass(frozen=True, slots=True)
class Margin:
    """Users served by the classes of one variable, classes in their natural order.

    Attributes
    ----------
    name : str
        Such as ``"age_class"``. Response mode is never a margin: nobody knows how many users
        would answer on paper (method, 1).
    classes : tuple of int
        Codes, distinct and not negative; neighbours in this order may be merged.
    users : tuple of float
        Users served in each class, none negative, not all zero.
    """

    name: str
    classes: tuple[int, ...]
    users: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.name == "mode":
            raise ValueError("response mode has no known margin and is never weighted")
        if len(self.classes) != len(self.users) or len(set(self.classes)) != len(self.classes):
            raise DocumentError("class_twice", name=self.name)
        if any(code < 0 for code in self.classes):
            raise ValueError(f"margin {self.name!r}: negative class in {self.classes}")
        if not all(0 <= count < np.inf for count in self.users) or sum(self.users) <= 0:
            raise DocumentError("impossible_users", name=self.name, users=self.users)

    @property
    def total(self) -> float:
        return float(sum(self.users))

    @property
    def shares(self) -> NDArray[np.float64]:
        """Part of the users in each class; they add up to 1."""
        return np.array(self.users, dtype=np.float64) / self.total


@dataclass(frozen=True, slots=True)
class PreparedMargin:
    """A margin whose classes all have respondents, with the respondents recoded to it.

    Attributes
    ----------
    margin : Margin
        After merging; classes are named by their first code.
    codes : ndarray of int64, shape (rows,)
        Class of each respondent, or of each group of them; `BLANK` where not stated.
    merged : tuple of tuple of int
        Groups of classes put together, each of at least two.
    counts : ndarray of int64, shape (classes,)
        Respondents in each class.
    blank_share : float
        Part of the respondents who did not state their class; 0 when there is nobody.
    """

    margin: Margin
    codes: Int
    merged: tuple[tuple[int, ...], ...]
    counts: Int
    blank_share: float


def check_totals(margins: Sequence[Margin]) -> None:
    """Refuse margins that do not describe the same users.

    Parameters
    ----------
    margins : sequence of Margin
        All those to weight by together.

    Raises
    ------
    ValueError
        If there is no margin, a name comes twice, or totals differ by more than 0.5 %.

    Examples
    --------
    >>> check_totals([Margin("sex", (1, 2), (500, 500)), Margin("age_class", (1, 2), (700, 303))])
    >>> check_totals([Margin("sex", (1, 2), (500, 500)), Margin("age_class", (1, 2), (700, 310))])
    Traceback (most recent call last):
    ...
    analysis.refusals.DocumentError: totals of the margins differ: sex 1000, age_class 1010
    """
    if not margins:
        raise ValueError("no margin to weight by")
    names = [margin.name for margin in margins]
    if len(set(names)) != len(names):
        raise ValueError(f"a margin comes twice: {', '.join(names)}")
    totals = [margin.total for margin in margins]
    if max(totals) - min(totals) > _TOTALS_MAY_DIFFER * max(totals):
        shown = ", ".join(f"{margin.name} {margin.total:.10g}" for margin in margins)
        raise DocumentError("totals", shown=shown)


def prepare(margin: Margin, codes: Int, *, sizes: Int | None = None) -> PreparedMargin:
    """Merge classes with hardly any respondents into a neighbour.

    Parameters
    ----------
    margin : Margin
        Users served by class.
    codes : ndarray of int64, shape (rows,)
        Class of each respondent, `BLANK` (-1) where not stated.
    sizes : ndarray of int64, shape (rows,), optional
        Respondents of each row, where a row is a group of them; each row is one when left out.

    Returns
    -------
    PreparedMargin
        A class with fewer than 5 respondents, or with respondents but no users, is put together
        with the neighbour that has fewer respondents (the one before when equal). A class without
        users and without respondents is dropped. One class may be all that is left.

    Raises
    ------
    ValueError
        If a code is neither blank nor a class of the margin.

    Notes
    -----
    Method, 3.4. The smallest class is merged first, until none is too small.

    Examples
    --------
    >>> age = Margin("age_class", (1, 2, 3), (100, 200, 300))
    >>> ready = prepare(age, np.repeat([1, 2, 3], [20, 3, 40]))
    >>> ready.margin.classes, ready.margin.users, ready.merged
    ((1, 3), (300.0, 300.0), ((1, 2),))
    >>> prepare(age, np.array([1, 2, 3]), sizes=np.array([20, 3, 40])).counts.tolist()
    [23, 40]
    """
    codes = np.asarray(codes)
    people = np.ones(len(codes), dtype=np.int64) if sizes is None else sizes
    matches = codes[:, None] == np.array(margin.classes)
    stated = matches.any(axis=1)
    strange = codes[~stated & (codes != BLANK)]
    if len(strange):
        raise ValueError(f"margin {margin.name!r} has no class {int(strange[0])}")
    total, counts = int(people.sum()), (people @ matches).tolist()
    groups = _merged(margin, counts)
    if len(groups) < len(margin.classes):
        first = {code: group.classes[0] for group in groups for code in group.classes}
        names = np.array([first.get(code, BLANK) for code in margin.classes])
        codes = np.where(stated, names[matches.argmax(axis=1)], BLANK)
        kept = tuple(group.classes[0] for group in groups)
        margin = Margin(margin.name, kept, tuple(group.users for group in groups))
    return PreparedMargin(
        margin, codes,
        tuple(group.classes for group in groups if len(group.classes) > 1),
        np.array([group.n for group in groups]),
        (total - sum(counts)) / total if total else 0.0,
    )  # fmt: skip


class _Group(NamedTuple):
    """Neighbouring classes, their users and their respondents."""

    classes: tuple[int, ...]
    users: float
    n: int

    @property
    def weak(self) -> bool:
        return self.n < _MERGE_BELOW or self.users == 0


def _merged(margin: Margin, counts: Sequence[int]) -> list[_Group]:
    groups = [
        _Group((code,), float(users), n)
        for code, users, n in zip(margin.classes, margin.users, counts, strict=True)
        if users > 0 or n > 0
    ]
    while len(groups) > 1:
        weak = [i for i, group in enumerate(groups) if group.weak]
        if not weak:
            break
        place = min(weak, key=lambda i: (groups[i].n, i))
        around = [i for i in (place - 1, place + 1) if 0 <= i < len(groups)]
        other = min(around, key=lambda i: (groups[i].n, i))
        low, high = sorted((place, other))
        one, two = groups[low], groups[high]
        both = _Group(one.classes + two.classes, one.users + two.users, one.n + two.n)
        groups[low : high + 1] = [both]
    return groups
