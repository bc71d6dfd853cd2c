"""Margins of the users served: which classes can be weighted, and which must be merged."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    codes : ndarray of int64, shape (respondents,)
        Class of each respondent, `BLANK` where not stated.
    merged : tuple of tuple of int
        Groups of classes put together, each of at least two.
    """

    margin: Margin
    codes: Int
    merged: tuple[tuple[int, ...], ...]

    @property
    def counts(self) -> Int:
        """Respondents in each class."""
        return np.array([np.sum(self.codes == code) for code in self.margin.classes])

    @property
    def blank_share(self) -> float:
        """Part of the respondents who did not state their class; 0 when there is nobody."""
        return float(np.mean(self.codes == BLANK)) if len(self.codes) else 0.0


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


def prepare(margin: Margin, codes: Int) -> PreparedMargin:
    """Merge classes with hardly any respondents into a neighbour.

    Parameters
    ----------
    margin : Margin
        Users served by class.
    codes : ndarray of int64, shape (respondents,)
        Class of each respondent, `BLANK` (-1) where not stated.

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
    """
    known = np.array([*margin.classes, BLANK])
    strange = np.asarray(codes)[~np.isin(codes, known)]
    if len(strange):
        raise ValueError(f"margin {margin.name!r} has no class {int(strange[0])}")
    groups = [
        ([code], float(users), int(np.sum(codes == code)))
        for code, users in zip(margin.classes, margin.users, strict=True)
        if users > 0 or bool(np.any(codes == code))
    ]
    while len(groups) > 1:
        weak = [i for i, (_, users, n) in enumerate(groups) if n < _MERGE_BELOW or users == 0]
        if not weak:
            break
        place = min(weak, key=lambda i: (groups[i][2], i))
        around = [i for i in (place - 1, place + 1) if 0 <= i < len(groups)]
        other = min(around, key=lambda i: (groups[i][2], i))
        low, high = sorted((place, other))
        first, second = groups[low], groups[high]
        groups[low:high + 1] = [
            (first[0] + second[0], first[1] + second[1], first[2] + second[2])
        ]  # fmt: skip
    recoded = np.full(len(codes), BLANK, dtype=np.int64)
    for members, _, _ in groups:
        recoded[np.isin(codes, members)] = members[0]
    kept = Margin(margin.name, tuple(g[0][0] for g in groups), tuple(g[1] for g in groups))
    return PreparedMargin(kept, recoded, tuple(tuple(g[0]) for g in groups if len(g[0]) > 1))
