"""The forms of a wave in 64 parts, for errors that no formula gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.kept import Kept

Int = NDArray[np.int64]
GROUPS = 64


@dataclass(frozen=True, slots=True)
class GroupTables:
    """What a tally keeps by hash group.

    Attributes
    ----------
    respondents : ndarray of int64, shape (64, 1 + dimensions)
        Forms with at least one valid index item; then the same for each dimension.
    pairs : ndarray of int64, shape (64, 3, rated, rated)
        The matrices N, A, P of the method, 3.3, in codes as printed.
    """

    respondents: Int
    pairs: Int


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The tables by hash group, got when first asked for.

    They are most of what a stored tally holds, and few figures need them.

    Attributes
    ----------
    get : callable
        Gives the tables.
    kept : Kept
        What it gave.
    """

    get: Callable[[], GroupTables]
    kept: Kept = field(init=False, repr=False, default_factory=Kept)

    @property
    def tables(self) -> GroupTables:
        return self.kept.once("tables", self.get)


def known_groups(respondents: Int, pairs: Int) -> Groups:
    """Groups whose tables are at hand.

    Parameters
    ----------
    respondents, pairs : ndarray of int64
        See `GroupTables`.

    Returns
    -------
    Groups

    Examples
    --------
    >>> groups = known_groups(np.ones((64, 2), int), np.ones((64, 3, 5, 5), int))
    >>> groups.tables.pairs.shape
    (64, 3, 5, 5)
    """
    return Groups(partial(GroupTables, respondents, pairs))


def hash_group(cluster: Int) -> Int:
    """Group of each cluster, the same on every machine.

    Parameters
    ----------
    cluster : ndarray of int64, shape (forms,)
        Number of the cluster of each form.

    Returns
    -------
    ndarray of int64, shape (forms,)
        0 to 63, by the finaliser of SplitMix64.

    Examples
    --------
    >>> hash_group(np.array([0, 1, 2, 0])).tolist()
    [47, 1, 14, 47]
    """
    value = cluster.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((value ^ (value >> np.uint64(31))) & np.uint64(GROUPS - 1)).astype(np.int64)
