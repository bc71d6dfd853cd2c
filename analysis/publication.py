"""When a number may be shown, and with how many decimals."""

from collections.abc import Sequence
from enum import StrEnum

from analysis.parameters import Parameters

DEFAULT = Parameters()


class Publication(StrEnum):
    """Class of a statistic by its valid answers (method, 3.7)."""

    NOT_PUBLISHED = "not_published"
    WARNING = "warning"
    FULL = "full"


def publication_class(
    n: float, *, effective: float | None = None, parameters: Parameters = DEFAULT
) -> Publication:
    """Class of a statistic with `n` valid answers, and `effective` ones where weighted.

    Parameters
    ----------
    n : float
        Valid answers, not weighted.
    effective : float, optional
        Kish's effective number of answers, where there are weights.
    parameters : Parameters, optional
        Minimums of the body.

    Returns
    -------
    Publication
        By the smaller of the two sizes.

    Examples
    --------
    >>> [publication_class(n).value for n in (9, 10, 29, 30)]
    ['not_published', 'warning', 'warning', 'full']
    >>> publication_class(100, effective=25.0).value
    'warning'
    """
    size = n if effective is None else min(n, effective)
    if size < parameters.publication_minimum:
        return Publication.NOT_PUBLISHED
    return Publication.WARNING if size < parameters.full_minimum else Publication.FULL


def index_decimals(se: float) -> int:
    """Decimals shown for a 0-100 figure with standard error `se` in points: 0 or 1.

    Parameters
    ----------
    se : float
        Standard error, in points of 0-100; 0 asks for the most.

    Returns
    -------
    int
        clip(ceil(-log10(2 se)), 0, 1): the whole number from half a point on (method, 3.6).

    Examples
    --------
    >>> index_decimals(1.1), index_decimals(0.5), index_decimals(0.12)
    (0, 0, 1)
    """
    return 0 if se >= 0.5 else 1


def native_decimals(se: float) -> int:
    """Decimals shown for a mean in the units of its scale: 1 or 2.

    Parameters
    ----------
    se : float
        Standard error, in the units of the scale.

    Returns
    -------
    int
        clip(ceil(-log10(2 se)), 1, 2): one from a twentieth on (method, 3.6).

    Examples
    --------
    >>> native_decimals(0.297), native_decimals(0.05), native_decimals(0.04)
    (1, 1, 2)
    """
    return 1 if se >= 0.05 else 2


def share_decimals(se: float, n: float) -> int:
    """Decimals shown for a percentage; none below 100 answers.

    Parameters
    ----------
    se : float
        Standard error, in percentage points.
    n : float
        Valid answers.

    Returns
    -------
    int
        0 or 1 (method, 3.6).

    Examples
    --------
    >>> share_decimals(0.12, 99), share_decimals(0.12, 5000)
    (0, 1)
    """
    return 0 if n < 100 else index_decimals(se)


def suppress_line(counts: Sequence[int], *, minimum: int = 10) -> list[int | None]:
    """Hide small cells of a line whose total is published.

    Parameters
    ----------
    counts : sequence of int
        Respondents in each cell.
    minimum : int, optional
        Cells with 1 to `minimum` - 1 respondents are hidden.

    Returns
    -------
    list of int or None
        None where hidden. While the hidden respondents are fewer than `minimum` in all, the
        smallest remaining non-empty cell is hidden too (method, 3.7). Empty cells stay 0.

    Examples
    --------
    >>> suppress_line([120, 4, 60, 0])
    [120, None, None, 0]
    >>> suppress_line([120, 6, 7])
    [120, None, None]
    """
    hidden = {i for i, count in enumerate(counts) if 0 < count < minimum}
    while hidden and sum(counts[i] for i in hidden) < minimum:
        rest = [i for i, count in enumerate(counts) if count > 0 and i not in hidden]
        if not rest:
            break
        hidden.add(min(rest, key=lambda i: (counts[i], i)))
    return [None if i in hidden else count for i, count in enumerate(counts)]
