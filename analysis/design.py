"""Figures of a wave with the standard error that its design leaves them.

Everything that makes a standard error differ from that of a simple sample is found here.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.calibrated_cells import calibrated_cell_index
from analysis.calibrated_means import calibrated_cell_means
from analysis.calibration import CalibratedEstimate
from analysis.data import RatedQuestion
from analysis.moments import (
    Moments,
    dimension_weights,
    index_weights,
    linear_indices,
    moments,
    slope,
    total_moments,
)
from analysis.sample import SIMPLE, Precision, Sample, Spread, sample_of, wave_weighting
from analysis.tally import CATEGORIES, FIRST_CODE

__all__ = [
    "SIMPLE",
    "Precision",
    "Sample",
    "Spread",
    "index_spread",
    "index_spreads",
    "item_spread",
    "sample_of",
    "share_spread",
    "wave_weighting",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_NOTHING = 1e-15


def index_spread(sample: Sample, items: Sequence[RatedQuestion]) -> Spread:
    r"""Spread of the linear index of some items.

    Parameters
    ----------
    sample : Sample
        With pair sums where there are several items.
    items : sequence of RatedQuestion
        At least one; each has an answer.

    Returns
    -------
    Spread

    Raises
    ------
    ValueError
        If there is no item.

    Notes
    -----
    Clusters: with the scores :math:`z_i = \sum_j b_j r_{ij} (x_{ij} - m_j)` summed in each of G
    clusters, :math:`SE^2 = \frac{G}{G-1} \sum_g (\sum_{i \in g} z_i)^2`, which is
    :math:`b'Cb` with the matrices between clusters (method, 3.3 and 3.4). Weighted: the error of
    `calibrated_cell_index`, times the root of the design effect that clusters have unweighted,
    since a tally does not know clusters by cell.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire, example_wave
    >>> round(index_spread(sample_of(example_wave()), example_questionnaire().index_items).se, 4)
    0.0125
    """
    plain = _plain_index(sample, items)[0]
    if plain is None:
        raise ValueError("an index of no item has no spread")
    if sample.weighting is None:
        return plain
    return _calibrated(sample, items, index_weights(items), plain, counts=sample.sizes)


def index_spreads(sample: Sample, items: Sequence[RatedQuestion]) -> tuple[Spread | None, ...]:
    """Spread of the linear index of some items, and of that of each dimension.

    Parameters
    ----------
    sample : Sample
        With pair sums where a dimension has several items.
    items : sequence of RatedQuestion
        Each has an answer.

    Returns
    -------
    tuple of Spread or None
        That of `index_spread` first; then by dimension, in the order of the questionnaire. None
        where there is no item.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire, example_wave
    >>> found = index_spreads(sample_of(example_wave()), example_questionnaire().index_items[:2])
    >>> [spread and round(spread.theta, 3) for spread in found]
    [0.628, 0.628, None]
    """
    plain = _plain_index(sample, items)
    if sample.weighting is None:
        return plain
    weights = dimension_weights(items, sample.questionnaire.index_dimensions)
    found: list[Spread | None] = [None] * len(plain)
    for column, spread in enumerate(plain):
        if spread is not None:
            a = weights[column]
            chosen = [item for item, weight in zip(items, a.tolist(), strict=True) if weight]
            people = sample.tally.respondents[:, column]
            found[column] = _calibrated(sample, chosen, a[a > 0], spread, counts=people)
    return tuple(found)


def _plain_index(sample: Sample, items: Sequence[RatedQuestion]) -> tuple[Spread | None, ...]:
    """`index_spreads` without weights: found once, whoever asks."""
    asked = sample.questionnaire.index_dimensions
    extra = sample.tally.cluster_extra[: 1 + len(asked)].tolist()

    def find() -> tuple[Spread | None, ...]:
        weights = dimension_weights(items, asked)
        spreads = _plain(sample, items, weights, n=sample.respondents, extra=extra)
        used = weights.sum(axis=1).tolist()
        return tuple(one if weight else None for one, weight in zip(spreads, used, strict=True))

    # another year may ask for the same questions by dimensions of its own
    asked_for = tuple((sample.questionnaire.position(item.key), item.dimension) for item in items)
    return sample.tally.kept.once(("index_spreads", asked_for), find)


def item_spread(sample: Sample, item: RatedQuestion) -> Spread:
    r"""Spread of one item, on 0-1 with 1 best; it has an answer.

    Parameters
    ----------
    sample : Sample
        Answers and how they came.
    item : RatedQuestion
        Has an answer.

    Returns
    -------
    Spread
        `se` is :math:`s/\sqrt{n}` where forms stand alone and count alike, otherwise as in
        `index_spread` (method, 3.1 and 3.3); None where one person, or one cluster, answered.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire, example_wave
    >>> round(item_spread(sample_of(example_wave()), example_questionnaire().rated[0]).se, 4)
    0.0159
    """
    place = sample.questionnaire.position(item.key)
    extra = int(sample.tally.cluster_extra[place - len(sample.questionnaire.rated)])
    counts = sample.tally.pairs[:, 0, place, place]
    n = int(counts.sum())
    plain = _plain(sample, [item], np.ones((1, 1)), n=[n], extra=[extra])[0]
    if sample.weighting is None:
        return plain
    return _weighted(plain, _calibrated_means(sample)[place], sample.kish(counts))


def _plain(
    sample: Sample,
    items: Sequence[RatedQuestion],
    weights: Float,
    *,
    n: Sequence[int],
    extra: Sequence[int],
) -> list[Spread]:
    """Spreads of linear indices of the same items, one a row of `weights`; all count alike."""
    tally = sample.tally
    sums = total_moments(sample.questionnaire, tally, items)
    squares = _squares_between(sample, items, weights, sums) if any(extra) else None
    spreads = []
    for row, (theta, se) in enumerate(linear_indices(sums, weights, n)):
        clusters = n[row] - extra[row]
        if not tally.paired and np.count_nonzero(weights[row]) > 1:
            spread = Spread(theta, None, n[row] - 1.0, clusters, None)
        else:
            spread = Spread(theta, se, n[row] - 1.0, clusters)
            if squares is not None and extra[row]:
                spread = _clustered(spread, float(squares[row]))
        spreads.append(spread)
    return spreads


def _squares_between(
    sample: Sample, items: Sequence[RatedQuestion], weights: Float, sums: Moments
) -> Float:
    """Sums of squares of the scores of the clusters: b'Cb with the matrices between them."""
    pairs = sample.tally.total_pairs + sample.tally.cluster_pairs
    between = moments(sample.questionnaire, pairs, items).centred(sums.means)
    b = weights / sums.answers
    return np.asarray(((b @ between) * b).sum(axis=1))


def _clustered(simple: Spread, squares: float) -> Spread:
    """Replace the simple error by the one between clusters."""
    if simple.se is None:
        return simple
    groups = simple.clusters
    if groups < 2:
        return Spread(simple.theta, None, 0.0, groups, None)
    variance = groups / (groups - 1) * squares
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / simple.se**2 if simple.se > 0 else None
    return Spread(simple.theta, math.sqrt(variance), groups - 1.0, groups, deff)


def _calibrated(
    sample: Sample, items: Sequence[RatedQuestion], weights: Float, plain: Spread, *, counts: Int
) -> Spread:
    if sample.weighting is None:
        return plain
    found = calibrated_cell_index(
        moments(sample.questionnaire, sample.tally.pairs, items), sample.sizes, weights,
        sample.weighting, frame=sample.frame,
    )  # fmt: skip
    return _weighted(plain, found, sample.kish(counts))


def _weighted(plain: Spread, found: CalibratedEstimate, kish: float) -> Spread:
    if found.value is None:
        return plain
    theta = min(max(found.value, 0.0), 1.0)
    if found.se is None or plain.se is None:
        return Spread(theta, None, plain.df, plain.clusters, None, kish)
    inflation = 1.0 if plain.deff is None else plain.deff
    deff = None if found.deff is None else found.deff * inflation
    return Spread(theta, found.se * math.sqrt(inflation), plain.df, plain.clusters, deff, kish)


def share_spread(sample: Sample, item: RatedQuestion, codes: frozenset[int]) -> Spread:
    r"""Spread of the share of an item's valid answers that fall in a set.

    Parameters
    ----------
    sample : Sample
        Answers and their design.
    item : RatedQuestion
        Has an answer.
    codes : frozenset of int
        Any set; where forms share clusters, the satisfied or the dissatisfied set of the item.

    Returns
    -------
    Spread
        `se` follows :math:`\sqrt{p(1-p)/n}` where forms stand alone and count alike.

    Raises
    ------
    ValueError
        If forms share clusters and the tally does not keep this set.

    Notes
    -----
    A share is the mean of a 0/1 answer: with h hits and r answers of a cluster,
    :math:`SE^2 = \frac{G}{G-1} \frac{\sum_g (h_g - p r_g)^2}{n^2}`.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire, example_wave
    >>> item, satisfied = example_questionnaire().rated[0], frozenset({4, 5})
    >>> round(share_spread(sample_of(example_wave()), item, satisfied).se, 4)
    0.0354
    """
    place = sample.questionnaire.position(item.key)
    table = sample.tally.counts[:, place, FIRST_CODE:]
    answers, hits = table.sum(axis=1), table[:, sorted(codes)].sum(axis=1)
    n, count = int(answers.sum()), int(hits.sum())
    clusters = n - int(sample.tally.cluster_extra[place - len(sample.questionnaire.rated)])
    p = count / n
    plain = Spread(p, math.sqrt(p * (1 - p) / n), n - 1.0, clusters)
    if clusters < n:
        plain = _clustered_share(plain, _shared_hits(sample, item, codes), n=n, count=count)
    if sample.weighting is None:
        return plain
    rated = len(sample.questionnaire.rated)
    if codes == item.satisfied:
        found = _calibrated_means(sample)[rated + place]
    elif codes == item.dissatisfied:
        found = _calibrated_means(sample)[2 * rated + place]
    else:
        powers = np.stack([answers, hits, hits])[:, :, None].astype(np.float64)
        found = calibrated_cell_means(powers, sample.weighted_frame)[0]
    return _weighted(plain, found, sample.kish(answers))


def _calibrated_means(sample: Sample) -> tuple[CalibratedEstimate, ...]:
    """Weighted means of all questions on 0-1, then satisfied and dissatisfied shares of all."""
    return sample.kept.once(
        "means", lambda: calibrated_cell_means(_powers(sample), sample.weighted_frame)
    )


def _powers(sample: Sample) -> Float:
    """Answers, their sums and sums of squares by cell, for `_calibrated_means`."""
    rated = sample.questionnaire.rated
    N, A, P = np.moveaxis(sample.tally.pairs.diagonal(axis1=-2, axis2=-1), 1, 0)
    alpha, beta = np.array([slope(item) for item in rated]).T
    codes = range(CATEGORIES - FIRST_CODE)
    hits = [
        (
            sample.tally.counts[:, :, FIRST_CODE:]
            * [[c in chosen for c in codes] for chosen in sets]
        ).sum(axis=-1)
        for sets in ([q.satisfied for q in rated], [q.dissatisfied for q in rated])
    ]
    squares = alpha**2 * N + 2 * alpha * beta * A + beta**2 * P
    return np.stack(
        [
            np.hstack([N, N, N]),
            np.hstack([alpha * N + beta * A, *hits]),
            np.hstack([squares, *hits]),
        ]
    ).astype(np.float64)


def _shared_hits(sample: Sample, item: RatedQuestion, codes: frozenset[int]) -> tuple[int, ...]:
    """Products beyond the forms' own: answers by answers, hits by answers, hits by hits."""
    if codes not in (item.satisfied, item.dissatisfied):
        raise ValueError(f"the tally keeps no clusters for the codes {sorted(codes)}")
    place = sample.questionnaire.position(item.key)
    kept = sample.tally.cluster_shares[0 if codes == item.satisfied else 1, :, place]
    answers = int(sample.tally.cluster_pairs[0, place, place])
    return answers, int(kept[0]), int(kept[1])


def _clustered_share(plain: Spread, shared: tuple[int, ...], *, n: int, count: int) -> Spread:
    groups, p, simple = plain.clusters, plain.theta, plain.se or 0.0
    if groups < 2:
        return Spread(p, None, 0.0, groups, None)
    both = n + shared[0], count + shared[1], count + shared[2]
    squares = both[2] - 2 * p * both[1] + p * p * both[0]
    variance = groups / (groups - 1) * max(squares, 0.0) / n**2
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / (simple**2 * n / (n - 1)) if simple > 0 else None
    return Spread(p, math.sqrt(variance), groups - 1.0, groups, deff)
