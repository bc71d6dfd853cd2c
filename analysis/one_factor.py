"""The model in which items share one factor: its loadings of largest likelihood."""

import math

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
_CONSTANT = 1e-12
_FLOOR = math.log(0.005)
#: Smallest eigenvalue above which the one-factor discrepancy has one resting point in practice;
#: nearly singular matrices have more.
_WELL_CONDITIONED = 0.05
_NEWTON_STEPS, _FLAT, _ROUNDING = 60, 1e-8, 1e-13
_SHORTER = tuple(0.5**halvings for halvings in range(12))


def one_factor(correlation: Float, *, smallest: float) -> tuple[Float, Float] | None:
    r"""Loadings and uniquenesses of largest likelihood.

    Parameters
    ----------
    correlation : ndarray of float64, shape (items, items)
        Of three items or more, not singular.
    smallest : float
        Its smallest eigenvalue: nearly singular matrices are searched from several starts.

    Returns
    -------
    tuple of ndarray of float64, each of shape (items,), or None
        The loadings have a positive sum, the uniquenesses lie between 0.005 and 1; None where no
        resting point is found.

    Notes
    -----
    The likelihood of :math:`\lambda\lambda' + \mathrm{diag}(\theta)` is maximised over
    :math:`\log\theta`, the loading given theta being known in closed form: with
    :math:`\nu_1 \ge \nu_2 \ge \ldots` the eigenvalues of
    :math:`\theta^{-1/2} R\, \theta^{-1/2}`, the discrepancy is
    :math:`\sum_{i \ge 2} (\nu_i - 1 - \log \nu_i)` (Joereskog 1967).

    Examples
    --------
    >>> loading = np.array([0.8, 0.7, 0.6, 0.5])
    >>> model = np.outer(loading, loading) + np.diag(1 - loading**2)
    >>> one_factor(model, smallest=float(np.linalg.eigvalsh(model)[0]))[0].round(4).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    logs = None if smallest < _WELL_CONDITIONED else _newton(correlation)
    if logs is None:
        logs = _searched(correlation)
    if logs is None:
        return None
    theta = np.exp(logs)
    return _loading(correlation, theta), theta


def _newton(correlation: Float) -> Float | None:
    r"""Resting point of the discrepancy in :math:`x = \log\theta`, by Newton's steps.

    With :math:`u_i` the eigenvectors of :math:`\theta^{-1/2} R\, \theta^{-1/2}` the slope is
    :math:`\sum_{i \ge 2} (1 - \nu_i) u_{ij}^2`, and the curvature
    :math:`\sum_{i,m \ge 2} \nu_i u_{ij} u_{ik} u_{mj} u_{mk} + \sum_{i \ge 2}
    (1 - \nu_i) \frac{\nu_1 + \nu_i}{\nu_1 - \nu_i} u_{1j} u_{1k} u_{ij} u_{ik}`. It starts from
    :math:`(1 - 1/2k)/r^{jj}` with :math:`r^{jj}` the diagonal of the inverse of R (Joereskog 1967).
    """
    start = (1 - 0.5 / len(correlation)) / np.diagonal(np.linalg.inv(correlation))
    x = _inside(np.log(start))
    value, slope, spectrum = _discrepancy(correlation, x)
    for _ in range(_NEWTON_STEPS):
        free = ((x > _FLOOR) | (slope <= 0)) & ((x < 0.0) | (slope >= 0))
        if float(np.abs(slope[free]).max(initial=0.0)) < _FLAT:
            return x
        step = np.zeros_like(x)
        step[free] = _downhill(slope[free], _curvature(*spectrum)[free][:, free])
        for shorter in _SHORTER:
            trial = _inside(x + shorter * step)
            tried = _discrepancy(correlation, trial)
            if tried[0] <= value + _ROUNDING:
                break
        else:
            return None
        x, (value, slope, spectrum) = trial, tried
    return None


def _inside(logs: Float) -> Float:
    """Cut where a uniqueness is too small, or more than the whole variance."""
    return np.asarray(np.minimum(np.maximum(logs, _FLOOR), 0.0))


def _downhill(slope: Float, curve: Float) -> Float:
    """Newton's step; where the surface is not a bowl, it still goes down."""
    sizes, vectors = np.linalg.eigh(curve)
    return np.asarray(-vectors @ ((slope @ vectors) / np.maximum(np.abs(sizes), 1e-3)))


def _discrepancy(correlation: Float, logs: Float) -> tuple[float, Float, tuple[Float, Float]]:
    """The discrepancy at some log uniquenesses, its slope, and the eigenvalues and vectors."""
    root = np.exp(-0.5 * logs)
    sizes, vectors = np.linalg.eigh(correlation * (root[:, None] * root))
    rest, others = sizes[:-1], vectors[:, :-1]
    value = float((rest - 1 - np.log(rest)).sum())
    return value, (others**2) @ (1 - rest), (sizes, vectors)


def _curvature(sizes: Float, vectors: Float) -> Float:
    """Curvature of the discrepancy where it has these eigenvalues and vectors."""
    rest, others = sizes[:-1], vectors[:, :-1]
    bend = (1 - rest) * (sizes[-1] + rest) / np.maximum(sizes[-1] - rest, _CONSTANT)
    turned, first = others.T, vectors[:, -1]
    curve = (others @ turned) * ((others * rest) @ turned)
    return np.asarray(curve + first[:, None] * first * ((others * bend) @ turned))


def _searched(correlation: Float) -> Float | None:
    """Lowest of several resting points, for matrices that have more than one or are hard."""
    from scipy.optimize import minimize

    def discrepancy(logs: Float) -> tuple[float, Float]:
        theta, loading = np.exp(logs), _loading(correlation, np.exp(logs))
        model = np.outer(loading, loading) + np.diag(theta)
        inverse = np.linalg.inv(model)
        value = float(np.linalg.slogdet(model)[1] + np.trace(inverse @ correlation))
        slope = np.diag(inverse @ (model - correlation) @ inverse) * theta
        return value, slope

    k = len(correlation)
    squared_multiple = np.log(0.5 / np.diag(np.linalg.inv(correlation)))
    best = None
    for start in (squared_multiple, np.full(k, math.log(0.5)), np.full(k, math.log(0.9))):
        found = minimize(
            discrepancy,
            np.clip(start, _FLOOR, 0.0),
            jac=True,
            method="L-BFGS-B",
            bounds=[(_FLOOR, 0.0)] * k,
            options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
        )
        inside = (found.x > _FLOOR + 1e-9) & (found.x < -1e-9)
        flat = float(np.abs(discrepancy(found.x)[1])[inside].max(initial=0.0)) < 1e-4
        if flat and (best is None or found.fun < best.fun - 1e-9):
            best = found
    return None if best is None else np.asarray(best.x)


def _loading(correlation: Float, theta: Float) -> Float:
    """Best loadings for given uniquenesses; of positive sum."""
    root = np.sqrt(theta)
    sizes, vectors = np.linalg.eigh(correlation / (root[:, None] * root))
    loading = root * vectors[:, -1] * math.sqrt(max(float(sizes[-1]) - 1, 0.0))
    return np.asarray(loading if float(loading.sum()) >= 0 else -loading)
