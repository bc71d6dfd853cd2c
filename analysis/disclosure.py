"""Hide small cells of a table so that no subtraction brings them back.

A table carries its totals as a last row and a last column, and those are protected like any other
cell. What is hidden is hidden for every statistic of that cell, not for the count alone.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

_MINIMUM = 10
_ZERO = 1e-9


def with_totals(counts: Int) -> Int:
    """Add the totals of rows and columns, and the grand total.

    Parameters
    ----------
    counts : ndarray of int64, shape (rows, columns)
        Respondents in each cell.

    Returns
    -------
    ndarray of int64, shape (rows + 1, columns + 1)
        Totals last.

    Examples
    --------
    >>> with_totals(np.array([[3, 20], [30, 4]])).tolist()
    [[3, 20, 23], [30, 4, 34], [33, 24, 57]]
    """
    wide = np.hstack([counts, counts.sum(axis=1, keepdims=True)])
    return np.vstack([wide, wide.sum(axis=0, keepdims=True)])


def suppress_table(counts: Int, *, minimum: int = _MINIMUM) -> Bool:
    """Choose the cells of a table of respondents that must not be published.

    Parameters
    ----------
    counts : ndarray of int64, shape (rows, columns)
        Respondents in each cell, without totals.
    minimum : int, optional
        Cells with 1 to `minimum` - 1 respondents are hidden.

    Returns
    -------
    ndarray of bool, shape (rows + 1, columns + 1)
        True where hidden; the last row and column are the totals. Empty cells are never hidden.

    Raises
    ------
    ValueError
        If `counts` is not a table of whole numbers >= 0.

    Notes
    -----
    Primary: 1 to 9 respondents, also among the totals. Complementary: in a line whose total is
    published, while one cell alone is hidden or the hidden respondents are fewer than `minimum`,
    the smallest remaining non-empty cell is hidden too (method, 3.7). That rule looks at one line
    at a time and can leave a hidden cell that follows from several lines together; so, last, cells
    of its row and column (the smallest first, totals only when nothing else is left) join any
    hidden cell that is still determined by the equations "parts add up to total", until none is. A
    hidden cell has at least one respondent, so that counts are not negative tells nothing more.

    Examples
    --------
    >>> suppress_table(np.array([[120, 4, 60], [80, 50, 70]])).tolist()
    [[False, True, True, False], [False, True, True, False], [False, False, False, False]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer) or bool((table < 0).any()):
        raise ValueError(f"respondents are whole numbers in rows and columns, not {counts!r}")
    full = with_totals(table)
    hidden = (full > 0) & (full < minimum)
    while True:
        _hide_by_line(full, hidden, minimum)
        exposed = np.argwhere(determined_cells(hidden))
        if len(exposed) == 0:
            return np.asarray(hidden)
        row, column = (int(place) for place in exposed[0])
        _hide_beside(full, hidden, row, column)


def _hide_by_line(full: Int, hidden: Bool, minimum: int) -> None:
    """Apply the rule of one line to rows and columns until nothing more is hidden."""
    before = -1
    while before != int(hidden.sum()):
        before = int(hidden.sum())
        for numbers, marks in ((full, hidden), (full.T, hidden.T)):
            for line, mark in zip(numbers, marks, strict=True):
                if not mark[-1]:
                    _hide_in_line(line[:-1], mark[:-1], minimum)


def _hide_in_line(line: Int, mark: Bool, minimum: int) -> None:
    while mark.any() and (int(mark.sum()) == 1 or int(line[mark].sum()) < minimum):
        rest = np.flatnonzero((line > 0) & ~mark)
        if len(rest) == 0:
            return
        mark[rest[int(np.argmin(line[rest]))]] = True


def _hide_beside(full: Int, hidden: Bool, row: int, column: int) -> None:
    """Hide one more cell in the lines of an exposed one, or the smallest anywhere.

    There is always one left: were every non-empty cell hidden, the table and its double would both
    satisfy the equations, and nothing would be exposed.
    """
    crossing = np.zeros_like(hidden)
    crossing[row, :] = crossing[:, column] = True
    inner = np.zeros_like(hidden)
    inner[:-1, :-1] = True
    everywhere = np.ones_like(hidden)
    choices = (crossing & inner, crossing, inner, everywhere)
    candidates = (np.argwhere(allowed & (full > 0) & ~hidden) for allowed in choices)
    rest = next(found for found in candidates if len(found))
    smallest = rest[int(np.argmin(full[rest[:, 0], rest[:, 1]]))]
    hidden[smallest[0], smallest[1]] = True


def determined_cells(hidden: Bool) -> Bool:
    """Hidden cells whose value follows from the published ones.

    Parameters
    ----------
    hidden : ndarray of bool, shape (rows + 1, columns + 1)
        Totals last.

    Returns
    -------
    ndarray of bool, same shape

    Notes
    -----
    In every row and column, parts minus total is zero: linear equations in the hidden cells. A
    cell is determined exactly when every vector of the null space is zero there.

    Examples
    --------
    >>> alone = np.zeros((3, 3), dtype=bool)
    >>> alone[0, 0] = True
    >>> bool(determined_cells(alone)[0, 0])
    True
    """
    places = np.argwhere(hidden)
    found = np.zeros_like(hidden)
    if len(places) == 0:
        return found
    rows, columns = hidden.shape
    equations = np.zeros((rows + columns, len(places)))
    for k, (row, column) in enumerate(places.tolist()):
        equations[row, k] = -1.0 if column == columns - 1 else 1.0
        equations[rows + column, k] = -1.0 if row == rows - 1 else 1.0
    found[hidden] = ~_free(equations)
    return found


def _free(equations: NDArray[np.float64]) -> Bool:
    """Unknowns that can still move when all equations hold."""
    _, sizes, right = np.linalg.svd(equations, full_matrices=True)
    rank = int((sizes > _ZERO * max(1.0, float(sizes.max(initial=0.0)))).sum())
    return np.asarray(np.abs(right[rank:]).max(axis=0, initial=0.0) > _ZERO)


def published(counts: Int, hidden: Bool) -> list[list[int | None]]:
    """Cells and totals as they may be shown: None where hidden.

    Parameters
    ----------
    counts : ndarray of int64, shape (rows, columns)
        Respondents in each cell, without totals.
    hidden : ndarray of bool, shape (rows + 1, columns + 1)
        True where hidden, such as `suppress_table` tells.

    Returns
    -------
    list of list of (int or None)
        One list a row, totals last.

    Examples
    --------
    >>> small = np.array([[3, 20], [30, 4]])
    >>> published(small, suppress_table(small))
    [[None, None, 23], [None, None, 34], [33, 24, 57]]
    """
    full = with_totals(np.asarray(counts))
    return [
        [None if mark else int(count) for count, mark in zip(line, marks, strict=True)]
        for line, marks in zip(full.tolist(), hidden.tolist(), strict=True)
    ]


def nested_conflicts(
    groups: Mapping[str, Iterable[Hashable]],
    sizes: Mapping[Hashable, int],
    *,
    minimum: int = _MINIMUM,
) -> tuple[tuple[str, str, int], ...]:
    """Pairs of published groups whose difference would give a few people away.

    Parameters
    ----------
    groups : mapping of name to base cells
        Every group that is to be published, also cumulated periods; base cells do not overlap.
    sizes : mapping of base cell to respondents
        Respondents of each base cell.
    minimum : int, optional
        Two groups, one inside the other, must differ by 0 or by at least this many.

    Returns
    -------
    tuple of (outer, inner, respondents between them)

    Examples
    --------
    >>> nested_conflicts({"all": "abc", "known": "ab"}, {"a": 50, "b": 30, "c": 4})
    (('all', 'known', 4),)
    """
    cells = {name: frozenset(members) for name, members in groups.items()}
    conflicts = []
    for outer, around in cells.items():
        for inner, inside in cells.items():
            between = sum(sizes[cell] for cell in around - inside)
            if outer != inner and inside <= around and 0 < between < minimum:
                conflicts.append((outer, inner, between))
    return tuple(conflicts)


def safe_groups(
    groups: Mapping[str, Iterable[Hashable]],
    sizes: Mapping[Hashable, int],
    *,
    minimum: int = _MINIMUM,
) -> tuple[str, ...]:
    """Groups that can be published together, those named first being kept first.

    Parameters
    ----------
    groups : mapping of name to base cells
        In order of worth: the whole first, then its parts.
    sizes : mapping of base cell to respondents
        Respondents of each base cell.
    minimum : int, optional
        Fewest respondents of a group, and of anything that follows from groups together.

    Returns
    -------
    tuple of str
        A group is left out when it has 1 to `minimum` - 1 respondents, when it differs from a
        group already kept, one inside the other, by so few, or when together with all those kept
        it would determine a base cell of so few.

    Examples
    --------
    >>> sizes = {"a": 50, "b": 30, "c": 4}
    >>> safe_groups({"all": "abc", "known": "ab", "first": "a"}, sizes)
    ('all', 'first')
    """
    kept: dict[str, frozenset[Hashable]] = {}
    for name, members in groups.items():
        trial = {**kept, name: frozenset(members)}
        total = sum(sizes[cell] for cell in trial[name])
        if 0 < total < minimum or nested_conflicts(trial, sizes, minimum=minimum):
            continue
        if not exposed_cells(list(trial.values()), sizes, minimum=minimum):
            kept = trial
    return tuple(kept)


def exposed_cells(
    groups: Sequence[frozenset[Hashable]],
    sizes: Mapping[Hashable, int],
    *,
    minimum: int = _MINIMUM,
) -> tuple[Hashable, ...]:
    """Small base cells that follow from the sizes of all the groups by any combination.

    Parameters
    ----------
    groups : sequence of frozenset
        Base cells of each group whose size is published.
    sizes : mapping of base cell to respondents
        Respondents of each base cell; empty cells count as known.
    minimum : int, optional
        Cells with 1 to `minimum` - 1 respondents are small.

    Returns
    -------
    tuple of base cells
        Empty where nothing small follows.

    Notes
    -----
    The size of a group is the sum of its cells: one linear equation each. A cell follows exactly
    when every vector of their null space is zero there.

    Examples
    --------
    >>> groups = [frozenset("abc"), frozenset("ab"), frozenset("b"), frozenset("a")]
    >>> exposed_cells(groups, {"a": 50, "b": 30, "c": 4})
    ('c',)
    """
    cells = [cell for cell, size in sizes.items() if size > 0]
    if not groups or not cells:
        return ()
    equations = np.array([[float(cell in group) for cell in cells] for group in groups])
    free = _free(equations)
    return tuple(
        cell
        for cell, moves in zip(cells, free.tolist(), strict=True)
        if not moves and sizes[cell] < minimum
    )
