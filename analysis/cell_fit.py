"""Regression of the scores of several waves on wave, response mode and profile, from cell sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.data import CELL_VARIABLES

Float = NDArray[np.float64]
FACTORS = ("mode", *CELL_VARIABLES)
_ESTIMABLE = 1e-6
#: Variance, in squared points of 0-100, that is rounding of the arithmetic.
_NOTHING = 1e-11
_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class WaveCells:
    """Cells of several waves, one wave after the other, with scores in points of 0-100.

    Attributes
    ----------
    keys : ndarray of int64, shape (cells, 5)
        Number of the wave from 0, then the levels of `FACTORS`.
    size, total, squares : ndarray of float64, shape (cells,)
        Respondents, at least one; sums of their scores and of the squares.
    """

    keys: NDArray[np.int64]
    size: Float
    total: Float
    squares: Float

    def design(self, factors: Sequence[str]) -> Float:
        """One dummy a wave, then reference-coded dummies of the levels that occur.

        Parameters
        ----------
        factors : sequence of str
            Of `FACTORS`.

        Returns
        -------
        ndarray of float64, shape (cells, columns)

        Examples
        --------
        >>> keys = np.array([[0, 0, 1, 0, 0], [0, 2, 1, 0, 0], [1, 0, 1, 0, 0]])
        >>> WaveCells(keys, np.ones(3), np.zeros(3), np.zeros(3)).design(("mode",)).tolist()
        [[1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
        """
        columns = [(0, wave) for wave in range(int(self.keys[-1, 0]) + 1)]
        for place in (1 + FACTORS.index(factor) for factor in factors):
            levels = sorted(set(self.keys[:, place].tolist()))
            columns += [(place, level) for level in levels[1:]]
        places, wanted = zip(*columns, strict=True)
        return np.asarray(self.keys[:, places] == wanted, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class CellFit:
    """Ordinary least squares of the respondents' scores.

    Attributes
    ----------
    design : ndarray of float64, shape (cells, columns)
        As it was given.
    rank : int
        Columns that can be told apart.
    df : float
        Respondents less the rank.
    """

    design: Float
    rank: int
    df: float
    _effects: Float
    _gram: Float
    _inverse: Float
    _errors: Float

    def contrasts(self, rows: Float) -> tuple[Float, Float] | None:
        """Values and covariance of linear combinations of the effects.

        Parameters
        ----------
        rows : ndarray of float64, shape (contrasts, columns)
            Weights of the columns of the design.

        Returns
        -------
        tuple of two ndarrays, of shape (contrasts,) and (contrasts, contrasts), or None
            None where the design cannot tell a contrast, or leaves no degrees of freedom. What
            does not vary but for rounding has covariances of 0.
        """
        solved = rows @ self._inverse
        if self.df <= 0 or np.abs(solved @ self._gram - rows).max() > _ESTIMABLE:
            return None
        spread = self.design @ solved.T
        covariance = spread.T @ (self._errors[:, None] * spread)
        varies = covariance.diagonal() >= _NOTHING
        return rows @ self._effects, covariance * varies * varies[:, None]


def fit_cells(cells: WaveCells, design: Float) -> CellFit:
    r"""Fit a design to the scores of the respondents.

    Parameters
    ----------
    cells : WaveCells
        Sums of scores.
    design : ndarray of float64, shape (cells, columns)
        Alike for all respondents of a cell; its columns need not be independent.

    Returns
    -------
    CellFit

    Notes
    -----
    With the HC1 sandwich :math:`\frac{n}{n-p} (X'X)^- X' \mathrm{diag}(e^2) X (X'X)^-`. All from
    cell sums: with f the fit of a cell, :math:`\sum e^2 = \sum y^2 - 2 f \sum y + n f^2` (method,
    sections 4 and 6.2).

    Examples
    --------
    Two waves of three, with scores 1, 2, 3 and 4, 6, 8:

    >>> keys = np.array([[0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
    >>> cells = WaveCells(keys, np.full(2, 3.0), np.array([6.0, 18]), np.array([14.0, 116]))
    >>> values, covariance = fit_cells(cells, cells.design(())).contrasts(np.array([[-1.0, 1.0]]))
    >>> values.round(9).tolist(), covariance.round(9).tolist()
    ([4.0], [[1.666666667]])
    """
    gram = design.T @ (cells.size[:, None] * design)
    inverse, rank = pseudo_inverse(gram)
    effects = inverse @ (cells.total @ design)
    fitted = design @ effects
    squares = cells.squares + fitted * (cells.size * fitted - 2 * cells.total)
    n = float(cells.size.sum())
    df = n - rank
    errors = np.maximum(squares, 0.0) * (n / df if df > 0 else 1.0)
    return CellFit(design, rank, df, effects, gram, inverse, errors)


def pseudo_inverse(matrix: Float) -> tuple[Float, int]:
    """Pseudo-inverse and rank of a symmetric matrix, by one decomposition and one tolerance.

    Parameters
    ----------
    matrix : ndarray of float64, shape (columns, columns)
        Symmetric.

    Returns
    -------
    tuple of ndarray and int

    Examples
    --------
    >>> inverse, rank = pseudo_inverse(np.array([[2.0, 0.0], [0.0, 0.0]]))
    >>> inverse.tolist(), rank
    ([[0.5, 0.0], [0.0, 0.0]], 1)
    """
    values, vectors = np.linalg.eigh(matrix)
    sizes = np.abs(values)
    held = sizes > sizes.max() * len(matrix) * _EPS
    kept = vectors[:, held]
    return (kept / values[held]) @ kept.T, kept.shape[1]
