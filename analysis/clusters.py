"""Forms that do not stand alone: those of one kiosk and day, of one person who came again."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from analysis.form import Questionnaire

Int = NDArray[np.int64]
_BLOCK = 131_072  # float32 holds every whole number up to 2^24 > 131072 x 10 x 10


class ClusterTables(TypedDict):
    """What `no_clusters` describes."""

    cluster_pairs: Int
    cluster_shares: Int
    cluster_extra: Int


def no_clusters(items: int, dimensions: int) -> ClusterTables:
    """Return the cluster tables of forms that all stand alone.

    Parameters
    ----------
    items : int
        Rated questions.
    dimensions : int
        Dimensions of the index.

    Returns
    -------
    ClusterTables
        ``cluster_pairs`` (3, items, items): over the clusters, the products of their sums less the
        products of their own forms, so that N, A, P plus this are the matrices between clusters.
        ``cluster_shares`` (2, 2, items): for the satisfied and the dissatisfied codes, the same of
        hits by answers and of hits by hits. ``cluster_extra`` (1 + dimensions + items,): forms
        with an answer to the index, to a dimension, to an item, less the clusters with one.

    Examples
    --------
    >>> {name: table.shape for name, table in no_clusters(4, 2).items()}
    {'cluster_pairs': (3, 4, 4), 'cluster_shares': (2, 2, 4), 'cluster_extra': (7,)}
    """
    return {
        "cluster_pairs": np.zeros((3, items, items), dtype=np.int64),
        "cluster_shares": np.zeros((2, 2, items), dtype=np.int64),
        "cluster_extra": np.zeros(1 + dimensions + items, dtype=np.int64),
    }


class ClusterCounter:
    """Adds up clusters while a stream of forms goes by.

    A number from zero on stands in one chunk alone, and numbers grow from chunk to chunk, so that
    millions of forms that stand alone are not remembered. A number below zero may come again in
    any later chunk: its sums are kept to the end.
    """

    def __init__(self, questionnaire: Questionnaire) -> None:
        rated = questionnaire.rated
        self._satisfied = [np.array(sorted(q.satisfied), dtype=np.int8) for q in rated]
        self._dissatisfied = [np.array(sorted(q.dissatisfied), dtype=np.int8) for q in rated]
        self._items = len(rated)
        self._tables = no_clusters(len(rated), len(questionnaire.index_dimensions))
        self._last = -1
        self._open: Int = np.empty(0, dtype=np.int64)
        self._sums: Int | None = None

    def add(self, ratings: NDArray[np.int8], answered: NDArray[np.bool_], cluster: Int) -> None:
        """Count one chunk.

        Parameters
        ----------
        ratings : ndarray of int8, shape (forms, items)
            Codes, negative where not valid.
        answered : ndarray of bool, shape (forms, 1 + dimensions)
            Whether the form answers the index, then each dimension.
        cluster : ndarray of int64, shape (forms,)
            Number of the cluster.

        Raises
        ------
        ValueError
            If a number from zero on may have stood in an earlier chunk.
        """
        if not len(cluster):
            return
        first = int(cluster.min())
        rising = bool((np.diff(cluster) > 0).all())
        self._check_order(cluster if first < 0 else cluster[:1] if rising else cluster)
        self._last = max(self._last, int(cluster.max()))
        if first >= 0 and rising:
            return
        _, place, size = np.unique(cluster, return_inverse=True, return_counts=True)
        shared = np.flatnonzero((size[place] > 1) | (cluster < 0))
        if not len(shared):
            return
        self._take_own(ratings[shared])
        numbers, place = np.unique(cluster[shared], return_inverse=True)
        sums = self._cluster_sums(ratings[shared], answered[shared], place)
        self._close(sums[numbers >= 0])
        self._keep(numbers[numbers < 0], sums[numbers < 0])

    def tables(self) -> ClusterTables:
        """Close every cluster and return the tables that `no_clusters` describes."""
        if self._sums is not None:
            self._close(self._sums)
            self._sums, self._open = None, np.empty(0, dtype=np.int64)
        return self._tables

    def _check_order(self, cluster: Int) -> None:
        again = cluster[(cluster >= 0) & (cluster <= self._last)]
        if len(again):
            raise ValueError(
                f"cluster {int(again[0])} may have come in an earlier chunk: number clusters "
                "upwards, or below zero where they come again"
            )

    def _take_own(self, ratings: NDArray[np.int8]) -> None:
        """Subtract the products of the forms themselves."""
        items = self._items
        for start in range(0, len(ratings), _BLOCK):
            part = ratings[start : start + _BLOCK]
            valid = part >= 0
            stacked = np.hstack([valid, np.where(valid, part, 0)]).astype(np.float32)
            square = (stacked.T @ stacked).astype(np.int64)
            self._tables["cluster_pairs"] -= np.stack(
                [square[:items, :items], square[items:, :items], square[items:, items:]]
            )

    def _cluster_sums(
        self, ratings: NDArray[np.int8], answered: NDArray[np.bool_], place: Int
    ) -> Int:
        """Valid answers, codes, satisfied and dissatisfied answers by item, then forms."""
        parts = [ratings >= 0, np.maximum(ratings, 0), answered]
        for sets in (self._satisfied, self._dissatisfied):
            hits = [np.isin(marks, codes) for marks, codes in zip(ratings.T, sets, strict=True)]
            parts.insert(-1, np.stack(hits, axis=1) if hits else np.empty_like(ratings))
        columns = np.hstack(parts).T
        size = int(place.max()) + 1
        # whole numbers far below 2^53: exact in double precision
        return np.stack([np.bincount(place, c, size) for c in columns], axis=1).astype(np.int64)

    def _keep(self, numbers: Int, sums: Int) -> None:
        if self._sums is None:
            self._open, self._sums = numbers, sums
            return
        known, place = np.unique(np.concatenate([self._open, numbers]), return_inverse=True)
        total = np.zeros((len(known), sums.shape[1]), dtype=np.int64)
        total[place[: len(self._open)]] += self._sums
        total[place[len(self._open) :]] += sums
        self._open, self._sums = known, total

    def _close(self, sums: Int) -> None:
        items = self._items
        valid, codes, good, bad = (sums[:, items * k : items * (k + 1)] for k in range(4))
        self._tables["cluster_pairs"] += np.stack(
            [valid.T @ valid, codes.T @ valid, codes.T @ codes]
        )
        for row, hits in enumerate((good, bad)):
            alone = hits.sum(axis=0)
            shares = self._tables["cluster_shares"][row]
            shares[0] += (hits * valid).sum(axis=0) - alone
            shares[1] += (hits * hits).sum(axis=0) - alone
        counted = np.hstack([sums[:, 4 * items :], valid])
        self._tables["cluster_extra"] += counted.sum(axis=0) - (counted > 0).sum(axis=0)
