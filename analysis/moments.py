"""Pair sums on the common 0-1 scale, and linear indices of item means with their variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, RatedQuestion
from analysis.tally import Tally

Float = NDArray[np.float64]
#: Below this variance on the 0-1 scale an index is constant up to rounding of the arithmetic.
_NOTHING = 1e-15


@dataclass(frozen=True, slots=True)
class Moments:
    """The matrices N, A, P of some items, oriented and brought to 0-1.

    Attributes
    ----------
    N, A, P : ndarray of float64, shape (..., items, items)
        ``N[j, k]`` forms with both j and k valid, ``A[j, k]`` sum of j over the forms with k
        valid, ``P[j, k]`` sum of the products. Leading axes are cells or groups, if any.
    """

    N: Float
    A: Float
    P: Float

    def total(self) -> "Moments":
        """Add up the leading axis."""
        return Moments(self.N.sum(axis=0), self.A.sum(axis=0), self.P.sum(axis=0))

    def of(self, places: Sequence[int]) -> "Moments":
        """Take some items, in the order wanted."""
        columns = np.array(places, dtype=np.intp)  # an empty list would give floats
        rows = columns[:, None]
        return Moments(
            self.N[..., rows, columns], self.A[..., rows, columns], self.P[..., rows, columns]
        )

    @property
    def answers(self) -> Float:
        """Valid answers of each item."""
        return self.N.diagonal(axis1=-2, axis2=-1)

    @property
    def sums(self) -> Float:
        return self.A.diagonal(axis1=-2, axis2=-1)

    @property
    def means(self) -> Float:
        """Item means on 0-1; items without any answer must have been left out."""
        return self.sums / self.answers

    def centred(self, means: Float) -> Float:
        """Return C = P - A diag(m) - diag(m) A' + N mm', the sums of products around `means`."""
        scaled = self.A * means
        return self.P - scaled - scaled.swapaxes(-1, -2) + self.N * (means[:, None] * means)


def slope(item: RatedQuestion) -> tuple[float, float]:
    """Intercept and slope that bring a printed code to 0-1 with 1 best.

    Parameters
    ----------
    item : RatedQuestion
        Gives the ends L and U of its scale, and which of them is best.

    Returns
    -------
    float
        Intercept alpha: -L/(U - L), or U/(U - L) where a lower code is better.
    float
        Slope beta: 1/(U - L), or -1/(U - L).

    Notes
    -----
    u = alpha + beta x is (x - L)/(U - L), not x/U (method, 2.1).

    Examples
    --------
    On 1-5 the code 4 is 0.75, not 0.8; on a scale where 1 is best it is 0.25.

    >>> from analysis.examples import example_questionnaire
    >>> intercept, per_code = slope(example_questionnaire().rated[0])
    >>> intercept + 4 * per_code
    0.75
    """
    span = item.scale.upper - item.scale.lower
    if item.higher_is_better:
        return -item.scale.lower / span, 1 / span
    return item.scale.upper / span, -1 / span


def moments(
    questionnaire: Questionnaire, pairs: NDArray[np.int64], items: Sequence[RatedQuestion]
) -> Moments:
    """Orient the pair sums of `items`.

    Parameters
    ----------
    questionnaire : Questionnaire
        Gives the place of each item in `pairs`.
    pairs : ndarray of int64, shape (..., 3, rated, rated)
        N, A, P in codes as printed.
    items : sequence of RatedQuestion
        The items wanted, in the order wanted.

    Returns
    -------
    Moments
        On 0-1 with 1 best, of shape (..., items, items); an item without any answer has zeros.

    Notes
    -----
    With u = alpha + beta x for each item (`slope`): A_jk becomes alpha_j N_jk + beta_j A_jk, and
    P_jk becomes alpha_j alpha_k N_jk + alpha_j beta_k A_kj + beta_j alpha_k A_jk
    + beta_j beta_k P_jk (method, 3.3).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> questionnaire = wave.questionnaire
    >>> found = moments(questionnaire, wave.pairs, questionnaire.index_items)
    >>> found.means.round(3).tolist()
    [0.621, 0.635, 0.616, 0.631]
    """
    places = np.array([questionnaire.position(item.key) for item in items], dtype=np.intp)
    every = items is questionnaire.rated  # then all is wanted as it stands
    chosen = (pairs if every else pairs[..., places[:, None], places]).astype(np.float64)
    N, A, P = chosen[..., 0, :, :], chosen[..., 1, :, :], chosen[..., 2, :, :]
    alpha, beta, products = _orientation(tuple(slope(item) for item in items))
    # x'x per pair: the terms in A and in its transpose are transposes of each other
    crossed = products[1] * A
    return Moments(
        N=N,
        A=alpha * N + beta * A,
        P=products[0] * N + crossed.swapaxes(-1, -2) + crossed + products[2] * P,
    )


@lru_cache(maxsize=512)
def _orientation(slopes: tuple[tuple[float, float], ...]) -> tuple[Float, Float, Float]:
    """Intercepts and slopes as columns, and products alpha alpha', beta alpha', beta beta'."""
    alpha, beta = np.array(slopes).reshape(-1, 2).T
    products = np.stack([np.outer(alpha, alpha), np.outer(beta, alpha), np.outer(beta, beta)])
    return alpha[:, None], beta[:, None], products


def total_moments(
    questionnaire: Questionnaire, tally: Tally, items: Sequence[RatedQuestion]
) -> Moments:
    """Moments of `items` over all cells of a tally; all its questions are oriented once.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the tally belongs to.
    tally : Tally
        What was answered.
    items : sequence of RatedQuestion
        The items wanted, in the order wanted.

    Returns
    -------
    Moments
        As `moments` gives them from ``tally.total_pairs``.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> asked = wave.questionnaire.index_items
    >>> total_moments(wave.questionnaire, wave.tally, asked).means.round(3).tolist()
    [0.621, 0.635, 0.616, 0.631]
    """
    whole = tally.kept.once(
        "moments", lambda: moments(questionnaire, tally.total_pairs, questionnaire.rated)
    )
    return whole.of([questionnaire.position(item.key) for item in items])


def group_moments(
    questionnaire: Questionnaire, tally: Tally, items: Sequence[RatedQuestion]
) -> Moments:
    """Moments of `items` in each of the 64 hash groups of a tally.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the tally belongs to.
    tally : Tally
        What was answered.
    items : sequence of RatedQuestion
        The items wanted, in the order wanted; no others are oriented, since the tables are many.

    Returns
    -------
    Moments
        As `moments` gives them from ``tally.group_pairs``, of shape (64, items, items).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> wave = example_wave()
    >>> asked = wave.questionnaire.index_items
    >>> group_moments(wave.questionnaire, wave.tally, asked).total().means.round(3).tolist()
    [0.621, 0.635, 0.616, 0.631]
    """
    return moments(questionnaire, tally.group_pairs, items)


def index_weights(items: Sequence[RatedQuestion]) -> Float:
    """Weights a_j = 1/(D J_d): dimensions count alike, and so do the items of one.

    Parameters
    ----------
    items : sequence of RatedQuestion
        The items in use; D is the number of their dimensions.

    Returns
    -------
    ndarray of float64, shape (items,)
        They add up to 1.

    Notes
    -----
    Method, 2.3; J_d is the number of items of the dimension.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> index_weights(example_questionnaire().index_items[:3]).tolist()
    [0.25, 0.25, 0.5]
    """
    return np.asarray(dimension_weights(items, ())[0])


def dimension_weights(items: Sequence[RatedQuestion], dimensions: Sequence[str | None]) -> Float:
    """Weights of the index of some items, and of that of each dimension.

    Parameters
    ----------
    items : sequence of RatedQuestion
        The items in use.
    dimensions : sequence of str or None
        The dimensions wanted.

    Returns
    -------
    ndarray of float64, shape (1 + dimensions, items)
        `index_weights` first; each row adds up to 1, or is zero where a dimension has no item.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> asked = example_questionnaire()
    >>> dimension_weights(asked.index_items[:3], asked.index_dimensions[:2]).tolist()
    [[0.25, 0.25, 0.5], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    """
    return _weights(tuple(item.dimension for item in items), tuple(dimensions))


@lru_cache(maxsize=512)
def _weights(of_items: tuple[str | None, ...], dimensions: tuple[str | None, ...]) -> Float:
    alike = {name: 1 / of_items.count(name) for name in of_items}
    rows = [[alike[name] / len(alike) for name in of_items]]
    rows += [[alike[name] if name == wanted else 0.0 for name in of_items] for wanted in dimensions]
    weights = np.array(rows)
    weights.setflags(write=False)  # many share it
    return weights


def linear_index(sums: Moments, weights: Float, n: int) -> tuple[float, float | None]:
    """Estimate and standard error of theta = sum a_j m_j on 0-1.

    Parameters
    ----------
    sums : Moments
        Without leading axes; every item has an answer.
    weights : ndarray of float64, shape (items,)
        The fixed weights a_j.
    n : int
        Respondents; the standard error is None with fewer than two.

    Returns
    -------
    tuple of float and float or None

    Notes
    -----
    SE^2 = n/(n-1) sum_jk b_j b_k C_jk with b_j = a_j/N_jj: the exact linearisation when some
    answers are missing (method, 3.3).

    Examples
    --------
    >>> from analysis.moments import Moments
    >>> x = np.array([[5, 4, np.nan], [4, 4, 3], [3, np.nan, 2], [5, 5, 4], [np.nan, 2, 1],
    ...               [4, 3, 3]])
    >>> r = ~np.isnan(x)
    >>> u = np.where(r, (x - 1) / 4, 0.0)
    >>> sums = Moments(N=(r.T @ r.astype(float)), A=u.T @ r, P=u.T @ u)
    >>> theta, se = linear_index(sums, np.full(3, 1 / 3), 6)
    >>> round(1 + 4 * theta, 7), round(4 * se, 8)
    (3.4666667, 0.38918719)
    """
    return linear_indices(sums, weights[None, :], [n])[0]


def linear_indices(
    sums: Moments, weights: Float, n: Sequence[int]
) -> list[tuple[float, float | None]]:
    """Several linear indices of the same items; their products are centred once.

    Parameters
    ----------
    sums : Moments
        Without leading axes; every item has an answer.
    weights : ndarray of float64, shape (indices, items)
        Fixed weights; zero for an item that is not part of an index.
    n : sequence of int, one an index
        Respondents.

    Returns
    -------
    list of tuple of float and float or None
        Estimate and standard error as `linear_index` gives them.

    Examples
    --------
    >>> one = np.array([[4.0]])
    >>> linear_indices(Moments(one, one / 2, one / 2), np.ones((1, 1)), [4])
    [(0.5, 0.28867513459481287)]
    """
    means = sums.means
    b = weights / sums.answers
    squares = ((b @ sums.centred(means)) * b).sum(axis=1).tolist()
    found = []
    for theta, square, people in zip((weights @ means).tolist(), squares, n, strict=True):
        inside = min(max(theta, 0.0), 1.0)  # the sum of the weights is 1 up to the last bit
        se = None
        if people >= 2:
            variance = people / (people - 1) * square
            se = math.sqrt(variance) if variance > _NOTHING else 0.0
        found.append((inside, se))
    return found
