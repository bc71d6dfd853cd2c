"""The calibrated index from the cells of a tally, equal to the one from respondents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import CalibratedEstimate, design_matrix
from analysis.margins import BLANK, Margin
from analysis.moments import Moments
from analysis.tally import NOT_STATED
from analysis.weights import Weighting, weigh

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_NOTHING = 1e-15


def weigh_cells(
    margins: Sequence[tuple[Margin, Int]], sizes: Int, *, joint: tuple[Margin, Int] | None = None
) -> Weighting:
    """Choose and compute the weights of respondents known by cell.

    Parameters
    ----------
    margins : sequence of (Margin, ndarray of int64 of shape (cells,))
        Users served by class, and the class of each cell as a tally names it (0 not stated).
    sizes : ndarray of int64, shape (cells,)
        Respondents of each cell.
    joint : (Margin, ndarray of int64 of shape (cells,)), optional
        Users served by cell of all the variables together, where the body knows them.

    Returns
    -------
    Weighting
        Of the respondents, cell by cell in the order given.

    Examples
    --------
    >>> sex = Margin("sex", (1, 2), (500, 500))
    >>> found = weigh_cells([(sex, np.array([1, 2]))], np.array([30, 90]))
    >>> found.method, found.weights[[0, 119]].round(4).tolist()
    ('raked', [2.0, 0.6667])
    """
    held = np.flatnonzero(sizes)
    people = sizes[held]

    def stated(margin: Margin, codes: Int) -> tuple[Margin, Int]:
        return margin, np.where(codes == NOT_STATED, BLANK, codes)[held]

    together = None if joint is None else stated(*joint)
    return weigh([stated(*one) for one in margins], int(people.sum()), joint=together, sizes=people)


@dataclass(frozen=True, slots=True)
class CellFrame:
    """What every figure of one weighted wave shares.

    Attributes
    ----------
    held : ndarray of bool, shape (cells,)
        Cells with respondents; the other fields are of these alone.
    sizes, weights : ndarray of float64
        Respondents, and the weight of each of them.
    design : ndarray of float64, shape (held cells, columns)
        Columns that calibration holds fixed.
    solver : ndarray of float64, shape (columns, held cells)
        From root-weighted scores to the slopes of the regression with the base weights.
    root : ndarray of float64
        Square roots of base weight times respondents.
    """

    held: NDArray[np.bool_]
    sizes: Float
    weights: Float
    design: Float
    solver: Float
    root: Float


def cell_frame(sizes: Int, weighting: Weighting) -> CellFrame:
    """Prepare the weighted figures of one wave.

    Parameters
    ----------
    sizes : ndarray of int64, shape (cells,)
        Respondents of each cell; cells may be empty.
    weighting : Weighting
        From `weigh_cells` with the same sizes.

    Returns
    -------
    CellFrame

    Raises
    ------
    ValueError
        If the weights are of other respondents.

    Notes
    -----
    With base weights d, respondents n and the columns Z that calibration holds fixed, the solver is
    the pseudo-inverse of diag(sqrt(d n)) Z (method, 3.4).

    Examples
    --------
    >>> sex, sizes = Margin("sex", (1, 2), (500, 500)), np.array([30, 0, 90])
    >>> frame = cell_frame(sizes, weigh_cells([(sex, np.array([1, 1, 2]))], sizes))
    >>> frame.held.tolist(), frame.sizes.tolist(), frame.weights.round(4).tolist()
    ([True, False, True], [30.0, 90.0], [2.0, 0.6667])
    """
    held = sizes > 0
    n = sizes[held].astype(np.float64)
    if len(weighting.weights) != int(n.sum()):
        raise ValueError(f"{len(weighting.weights)} weights for {int(n.sum())} respondents")
    first = (np.cumsum(n) - n).astype(np.int64)
    design = design_matrix(weighting, first)
    root = np.sqrt(weighting.base[first] * n)
    solver = np.asarray(np.linalg.pinv(root[:, None] * design), dtype=np.float64)
    return CellFrame(held, n, weighting.weights[first], design, solver, root)


def calibrated_cell_index(
    sums: Moments,
    sizes: Int,
    item_weights: Float,
    weighting: Weighting,
    *,
    frame: CellFrame | None = None,
) -> CalibratedEstimate:
    r"""Weighted linear index of item means, from pair sums by cell.

    Parameters
    ----------
    sums : Moments
        With a leading axis of cells; respondents of one cell have one weight.
    sizes : ndarray of int64, shape (cells,)
        Respondents with at least one valid item; cells may be empty.
    item_weights : ndarray of float64, shape (items,)
        The fixed weights a_j.
    weighting : Weighting
        From `weigh_cells` with the same sizes.
    frame : CellFrame, optional
        From `cell_frame` with the same sizes and weights, where several figures share it.

    Returns
    -------
    CalibratedEstimate
        What `analysis.calibration.calibrated_index` gives for the same respondents.

    Raises
    ------
    ValueError
        If the weights are of other respondents.

    Notes
    -----
    With :math:`b_j = a_j \sum w / \sum w r_j`, a cell's scores add up to
    :math:`S_1 = b'(\mathrm{diag} A - m \circ \mathrm{diag} N)` and their squares to
    :math:`S_2 = b'Cb`; with f the fit of the cell,
    :math:`\sum (we)^2 = \sum_c w_c^2 (S_2 - 2 f S_1 + n_c f^2)` (method, 3.4 and section 4).

    Examples
    --------
    One item, with mean 0.5 in a cell of 30 and 0.8 in a cell of 90, weighted to halves:

    >>> sex, sizes = Margin("sex", (1, 2), (500, 500)), np.array([30, 90])
    >>> weighting = weigh_cells([(sex, np.array([1, 2]))], sizes)
    >>> N, A, P = (np.array(x, float)[:, None, None] for x in ([30, 90], [15, 72], [9, 60]))
    >>> found = calibrated_cell_index(Moments(N, A, P), sizes, np.ones(1), weighting)
    >>> round(found.value, 4), round(found.se, 4), found.n
    (0.65, 0.0222, 120)
    """
    shared = frame or cell_frame(sizes, weighting)
    held, n, w = shared.held, shared.sizes, shared.weights
    N, A, P = sums.N[held], sums.A[held], sums.P[held]
    total = int(n.sum())
    if total == 0:
        return CalibratedEstimate(None, None, None, 0, reason="no_valid_answer")
    kept = Moments(N, A, P)
    answered = w @ kept.answers
    if bool((answered == 0).any()):
        return CalibratedEstimate(None, None, None, total, reason="item_without_answers")
    means = w @ kept.sums / answered
    theta = float(item_weights @ means)
    if total == 1:
        return CalibratedEstimate(theta, None, None, 1, reason="one_respondent")
    weight = float(w @ n)
    b = item_weights * weight / answered
    scores = (kept.sums - means * kept.answers) @ b
    squares = np.maximum(np.einsum("j,cjk,k->c", b, kept.centred(means), b), 0.0)
    fitted = shared.design @ (shared.solver @ (shared.root * scores / n))
    pieces = float(w @ (scores - n * fitted))
    spread = float(w**2 @ (squares - 2 * fitted * scores + n * fitted**2)) - pieces**2 / total
    variance = total / (total - 1) * spread / weight**2
    simple = float(w @ squares) / weight / (total - 1)
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / simple if simple > _NOTHING else None
    return CalibratedEstimate(theta, math.sqrt(variance), total - 1.0, total, deff)
