"""Weighted means of many single answers at once, from sums by cell."""

import numpy as np
from numpy.typing import NDArray

from analysis.calibrated_cells import CellFrame
from analysis.calibration import CalibratedEstimate

Float = NDArray[np.float64]
#: Below this a variance on the 0-1 scale is rounding of the arithmetic.
_NOTHING = 1e-15


def calibrated_cell_means(powers: Float, frame: CellFrame) -> tuple[CalibratedEstimate, ...]:
    """Weighted means of several answers of the same people.

    Parameters
    ----------
    powers : ndarray of float64, shape (3, cells, means)
        Valid answers, their sum and the sum of their squares.
    frame : CellFrame
        From `analysis.calibrated_cells.cell_frame`, of the same cells.

    Returns
    -------
    tuple of CalibratedEstimate
        Each what `analysis.calibrated_cells.calibrated_cell_index` gives for one item.

    Notes
    -----
    The formulas are those of `calibrated_cell_index` with b one number a mean, so that the products
    with the frame are taken for all means together (method, 3.4 and section 4).

    Examples
    --------
    With mean 0.5 in a cell of 30 and 0.8 in a cell of 90, weighted to halves:

    >>> from analysis.calibrated_cells import cell_frame, weigh_cells
    >>> from analysis.margins import Margin
    >>> sex, sizes = Margin("sex", (1, 2), (500, 500)), np.array([30, 90])
    >>> frame = cell_frame(sizes, weigh_cells([(sex, np.array([1, 2]))], sizes))
    >>> powers = np.array([[[30.0], [90.0]], [[15.0], [72.0]], [[9.0], [60.0]]])
    >>> found = calibrated_cell_means(powers, frame)[0]
    >>> round(found.value, 4), round(found.se, 4), found.n
    (0.65, 0.0222, 120)
    """
    answers, sums, squares = powers[:, frame.held]
    n, w = frame.sizes, frame.weights
    total, weight = int(n.sum()), float(w @ n)
    if total == 0:
        nothing = CalibratedEstimate(None, None, None, 0, reason="no_valid_answer")
        return tuple(nothing for _ in range(powers.shape[2]))
    answered = w @ answers
    some = np.maximum(answered, _NOTHING)  # a question without answers has no sums either
    means, b = w @ sums / some, weight / some
    scores = (sums - means * answers) * b
    squared = np.maximum(squares - 2 * means * sums + means**2 * answers, 0.0) * b**2
    each = n[:, None]
    fitted = frame.design @ (frame.solver @ (frame.root[:, None] * scores / each))
    pieces = w @ (scores - each * fitted)
    spread = w**2 @ (squared - 2 * fitted * scores + each * fitted**2)
    free = max(total - 1, 1)  # of one respondent there is no error
    variance = total / free * (spread - pieces**2 / total) / weight**2
    simple = w @ squared / weight / free
    columns = answered.tolist(), means.tolist(), variance.tolist(), simple.tolist()
    return tuple(_estimate(total, *column) for column in zip(*columns, strict=True))


def _estimate(
    total: int, answered: float, mean: float, variance: float, simple: float
) -> CalibratedEstimate:
    if answered == 0:
        return CalibratedEstimate(None, None, None, total, reason="item_without_answers")
    if total == 1:
        return CalibratedEstimate(mean, None, None, 1, reason="one_respondent")
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / simple if simple > _NOTHING else None
    return CalibratedEstimate(mean, variance**0.5, total - 1.0, total, deff)
