"""Shares of items in R-squared over all orderings: a check of the relative weights."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
#: The subsets of more items are too many.
LMG_AT_MOST = 12


def lmg(correlations: Float, with_overall: Float) -> Float:
    r"""Parts of R-squared by the average gain over all orderings.

    Parameters
    ----------
    correlations : ndarray of float64, shape (items, items)
        At most 12 items.
    with_overall : ndarray of float64, shape (items,)
        Of each item with the overall question.

    Returns
    -------
    ndarray of float64, shape (items,)

    Raises
    ------
    ValueError
        If there are more than 12 items.

    Notes
    -----
    :math:`\sum_{S \not\ni j} \frac{|S|!(J-|S|-1)!}{J!} [R^2(S \cup j) - R^2(S)]` (Lindeman,
    Merenda & Gold 1980; Groemping 2007), from :math:`2^J` regressions on the correlations.

    Examples
    --------
    >>> lmg(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.5, 0.4])).round(4).tolist()
    [0.185, 0.095]
    """
    J = len(correlations)
    if J > LMG_AT_MOST:
        raise ValueError(f"{J} items have too many orderings, at most {LMG_AT_MOST}")
    return np.asarray(_gain_weights(J) @ _r_squared_of_subsets(correlations, with_overall))


@lru_cache(maxsize=LMG_AT_MOST + 1)
def _gain_weights(J: int) -> Float:
    """What R-squared of each subset counts in the average gain of each item, above and below."""
    weights, subsets = np.zeros((J, 1 << J)), np.arange(1 << J)
    chance = np.array([1 / (J * math.comb(J - 1, size)) for size in range(J)])
    for j in range(J):
        outside = subsets[(subsets >> j & 1) == 0]
        weights[j, outside | 1 << j] = chance[np.bitwise_count(outside)]
        weights[j, outside] = -chance[np.bitwise_count(outside)]
    weights.setflags(write=False)
    return weights


def _r_squared_of_subsets(correlations: Float, with_overall: Float) -> Float:
    """R-squared of the regression on every subset; bit j of the place says that j is in it.

    Items are swept out of the correlation matrix one after the other, the last first: each matrix
    splits into one without the item and one with what is left when the item is accounted for. What
    is left of the overall question, which comes first, is what no item of the subset explains.
    """
    J = len(correlations)
    left = np.empty((1, J + 1, J + 1))
    left[0, 0, 0], left[0, 0, 1:], left[0, 1:, 0] = 1.0, with_overall, with_overall
    left[0, 1:, 1:] = correlations
    for size in range(J, 0, -1):
        rest, column = left[:, :size, :size], left[:, :size, size:]
        split = np.empty((len(left), 2, size, size))
        split[:, 0] = rest
        split[:, 1] = rest - column * (column.swapaxes(1, 2) / left[:, size:, size:])
        left = split.reshape(-1, size, size)
    return 1 - left.ravel()
