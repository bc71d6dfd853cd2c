"""How a tally is stored: half of each symmetric matrix, and the hash groups apart from the rest."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.groups import Groups, GroupTables
from analysis.packing import Tables, pack, unpack

Int = NDArray[np.int64]
_GROUPED = ("group_respondents", "group_pairs")
_HALVED = ("pairs", "group_pairs")
_MATRICES = ("N", "A", "P")


def store(header: Mapping[str, Any], tables: Mapping[str, Int]) -> bytes:
    """Write the tables of a tally.

    Parameters
    ----------
    header : mapping
        What else there is to tell.
    tables : mapping of name to ndarray of int64
        ``pairs`` and ``group_pairs`` hold matrices N, A and P, of which N and P are symmetric.

    Returns
    -------
    bytes
        Equal tables have equal bytes.

    Raises
    ------
    ValueError
        If an N or a P is not symmetric.

    Examples
    --------
    >>> pairs = np.ones((2, 3, 5, 5), int)
    >>> stored = store({}, {"group_respondents": np.ones((2, 1), int), "group_pairs": pairs})
    >>> bool((restore(stored)[2].tables.pairs == pairs).all())
    True
    """
    first, later = ({name: t for name, t in tables.items() if (name in _GROUPED) == grouped}
                    for grouped in (False, True))  # fmt: skip
    return pack(header, _halved(first), _halved(later))


def restore(data: bytes) -> tuple[dict[str, Any], dict[str, Int], Groups]:
    """Read what `store` wrote, also in the versions before it.

    Parameters
    ----------
    data : bytes
        As stored.

    Returns
    -------
    dict, dict, Groups
        The header; the tables by name, but those by hash group; and these, read when asked for.

    Raises
    ------
    ValueError
        If this is no stored tally, or a damaged one.

    Examples
    --------
    >>> restore(b"something else")
    Traceback (most recent call last):
    ...
    ValueError: not a stored tally: too short
    """
    header, tables, later = unpack(data)
    if tables.keys() >= {*_GROUPED}:  # versions 1 and 2 keep everything together
        later = partial(dict, {name: tables.pop(name) for name in _GROUPED})
    return header, _whole(tables), Groups(partial(_groups, later))


def _groups(later: Callable[[], Tables]) -> GroupTables:
    tables = _whole(later())
    if tables.keys() != {*_GROUPED}:
        raise ValueError("not a stored tally: tables by hash group are missing")
    return GroupTables(*(tables[name] for name in _GROUPED))


def _halved(tables: Mapping[str, Int]) -> dict[str, Int]:
    """Replace each table of matrices by three: half of N, A, half of P."""
    found = {name: table for name, table in tables.items() if name not in _HALVED}
    for name in tables.keys() & _HALVED:
        matrices = tables[name].swapaxes(0, 1)
        upper = np.triu_indices(matrices.shape[-1])
        for letter, table in zip(_MATRICES, matrices, strict=True):
            if letter != "A" and not np.array_equal(table, table.swapaxes(1, 2)):
                raise ValueError(f"{letter} of {name} is not symmetric")
            found[f"{name}_{letter}"] = table if letter == "A" else table[:, upper[0], upper[1]]
    return found


def _whole(tables: Tables) -> dict[str, Int]:
    """Widen the tables, and put those of matrices together again."""
    names = [name for name in _HALVED if f"{name}_A" in tables]
    parts = {f"{name}_{letter}" for name in names for letter in _MATRICES}
    if not parts <= tables.keys():
        raise ValueError("not a stored tally: matrices are missing")
    found = {name: t.astype(np.int64) for name, t in tables.items() if name not in parts}
    for name in names:
        n, a, p = (tables[f"{name}_{letter}"] for letter in _MATRICES)
        items = a.shape[-1] if a.ndim else 0
        half = (*n.shape[:1], items * (items + 1) // 2)
        if not n.shape == p.shape == half or a.shape != (*n.shape[:1], items, items):
            raise ValueError(f"not a stored tally: matrices of {name} do not fit each other")
        place = _places(items)
        pairs = np.empty((len(a), 3, *a.shape[1:]), dtype=np.int64)
        pairs[:, 0], pairs[:, 1], pairs[:, 2] = n.take(place, axis=1), a, p.take(place, axis=1)
        found[name] = pairs
    return found


@lru_cache(maxsize=8)
def _places(items: int) -> Int:
    """Where each number of a symmetric matrix stands in its upper half."""
    upper = np.triu_indices(items)
    place = np.zeros((items, items), dtype=np.int64)
    place[upper] = np.arange(len(upper[0]))
    return np.maximum(place, place.T)
