"""Additive tables of one wave: everything published comes from them.

A tally holds whole numbers only, so that adding, subtracting and merging are exact and the order
of the answers does not matter.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from analysis.clusters import ClusterCounter, no_clusters
from analysis.data import CELL_VARIABLES, Questionnaire, Responses
from analysis.groups import GROUPS, Groups, hash_group, known_groups
from analysis.kept import Kept
from analysis.packing import hashed
from analysis.pair_sums import pair_squares, pair_sums
from analysis.stored import restore, store

#: Place of code 0 among the counted categories; the four statuses stand before it.
FIRST_CODE = 4
CATEGORIES = FIRST_CODE + 11
PROFILE_CATEGORIES = FIRST_CODE + 23
#: Level of a profile variable that was not asked, left blank or not legible.
NOT_STATED = 0
_BLOCK = 131_072  # float32 holds every whole number up to 2^24 > 131072 x 10 x 10

Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts and pair sums of one wave, or of any part of it.

    Attributes
    ----------
    layout : str
        What the columns are; tallies of different layouts never mix.
    keys : ndarray of int64, shape (cells, 4)
        Mode, age class, sex and access channel of each cell, sorted.
    questionnaires : ndarray of int64, shape (cells,)
        Forms, also those without any valid answer.
    respondents : ndarray of int64, shape (cells, 1 + dimensions)
        Forms with at least one valid index item; then the same for each dimension.
    counts : ndarray of int64, shape (cells, rated, 15)
        Forms by answer: statuses -4..-1, then codes 0..10.
    pairs : ndarray of int64, shape (cells, 3, rated, rated)
        The matrices N, A, P of the method, 3.3, in codes as printed.
    groups : Groups
        `respondents` and `pairs` by hash group instead of by cell.
    profiles : ndarray of int64, shape (profile questions, 27)
        Forms by answer: statuses -4..-1, then codes 0..22.
    squares : ndarray of int64, shape (pairs, 2)
        Of each item and of what was asked of it, over the forms with both; empty where not known.
    cluster_pairs, cluster_shares, cluster_extra : ndarray of int64
        What forms of one cluster have in common; see `analysis.clusters.no_clusters`. A cluster
        lies whole in one tally.
    paired : bool
        False when only counts were known (aggregate waves): off-diagonal pair sums are missing.
    kept : Kept
        What was computed of these tables alone.
    """

    layout: str
    keys: Int
    questionnaires: Int
    respondents: Int
    counts: Int
    pairs: Int
    groups: Groups
    profiles: Int
    squares: Int
    cluster_pairs: Int
    cluster_shares: Int
    cluster_extra: Int
    paired: bool = True
    kept: Kept = field(init=False, repr=False, default_factory=Kept)

    @property
    def total_counts(self) -> Int:
        """`counts` over all cells, shape (rated, 15): summed once, whatever asks for them."""
        return self.kept.once("counts", lambda: self.counts.sum(axis=0))

    @property
    def answers(self) -> tuple[int, ...]:
        """Valid answers to each rated question."""
        valid = self.total_counts[:, FIRST_CODE:]
        return self.kept.once("answers", lambda: tuple(valid.sum(axis=1).tolist()))

    @property
    def total_pairs(self) -> Int:
        """`pairs` over all cells, shape (3, rated, rated): summed once as well."""
        return self.kept.once("pairs", lambda: self.pairs.sum(axis=0))

    @property
    def group_respondents(self) -> Int:
        """`respondents` by hash group, shape (64, 1 + dimensions)."""
        return self.groups.tables.respondents

    @property
    def group_pairs(self) -> Int:
        """`pairs` by hash group, shape (64, 3, rated, rated)."""
        return self.groups.tables.pairs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def __add__(self, other: "Tally") -> "Tally":
        return self._combine(other, 1)

    def __sub__(self, other: "Tally") -> "Tally":
        rest = self._combine(other, -1)
        if any(t.size and t.min() < 0 for name, t in rest._tables().items() if name != "keys"):
            raise ValueError("the tally to subtract is not part of this one")
        return rest

    def _combine(self, other: "Tally", sign: int) -> "Tally":
        if self.layout != other.layout:
            raise ValueError("tallies of different questionnaires cannot be combined")
        keys, place = np.unique(np.vstack([self.keys, other.keys]), axis=0, return_inverse=True)
        mine, yours = place[: len(self.keys)], place[len(self.keys) :]

        def spread(first: Int, second: Int) -> Int:
            total = np.zeros((len(keys), *first.shape[1:]), dtype=np.int64)
            total[mine] += first
            total[yours] += sign * second
            return total

        questionnaires = spread(self.questionnaires, other.questionnaires)
        left = questionnaires != 0
        return Tally(
            layout=self.layout,
            keys=keys[left],
            questionnaires=questionnaires[left],
            respondents=spread(self.respondents, other.respondents)[left],
            counts=spread(self.counts, other.counts)[left],
            pairs=spread(self.pairs, other.pairs)[left],
            groups=known_groups(
                self.group_respondents + sign * other.group_respondents,
                self.group_pairs + sign * other.group_pairs,
            ),
            profiles=self.profiles + sign * other.profiles,
            squares=_joined(self.squares, sign * other.squares),
            cluster_pairs=self.cluster_pairs + sign * other.cluster_pairs,
            cluster_shares=self.cluster_shares + sign * other.cluster_shares,
            cluster_extra=self.cluster_extra + sign * other.cluster_extra,
            paired=self.paired and other.paired,
        )

    def _tables(self) -> dict[str, Int]:
        return {name: getattr(self, name) for name in _TABLES}

    def to_bytes(self) -> bytes:
        """Return a compact, versioned form; equal tallies have equal bytes."""
        return store({"layout": self.layout, "paired": self.paired}, self._tables())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Tally":
        """Read what `to_bytes` wrote; `ValueError` if it is damaged or of another version.

        In a tally stored before clusters were counted every form stands alone, and one stored
        before the squares of pairs were does not know them.
        """
        header, tables, groups = restore(data)
        if set(tables) == set(_HASHED):
            nothing = no_clusters(tables["counts"].shape[1], tables["respondents"].shape[1] - 1)
            tables["cluster_pairs"] = nothing["cluster_pairs"]
            tables["cluster_shares"] = nothing["cluster_shares"]
            tables["cluster_extra"] = nothing["cluster_extra"]
        tables.setdefault("squares", np.zeros((0, 2), dtype=np.int64))
        if set(tables) != {*_HASHED, "squares", *_CLUSTERS} or set(header) != {"layout", "paired"}:
            raise ValueError("not a stored tally: tables are missing")
        return cls(
            layout=str(header["layout"]), paired=bool(header["paired"]), groups=groups, **tables
        )

    def digest(self) -> str:
        """SHA-256 of what was answered, whatever the order of the forms.

        The hash groups follow the order or the cluster numbers of the forms, and a file of answers
        tells the clusters only where it has the days, so both are left out; so are the squares.
        """
        header = {"layout": self.layout, "paired": self.paired}
        tables = {name: getattr(self, name) for name in _HASHED}
        return self.kept.once("digest", lambda: sha256(hashed(header, tables)).hexdigest())


_HASHED = ("keys", "questionnaires", "respondents", "counts", "pairs", "profiles")
_CLUSTERS = ("cluster_pairs", "cluster_shares", "cluster_extra")
_TABLES = (*_HASHED, "squares", "group_respondents", "group_pairs", *_CLUSTERS)


def layout_of(questionnaire: Questionnaire) -> str:
    """Describe the columns of a tally: two questionnaires with one layout may be pooled.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    str
        JSON of the rated questions, the dimensions of the index and the profile questions.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> layout_of(example_questionnaire())[-42:]
    ',"profiles":[["age","age_class",[1,2,3]]]}'
    """
    return json.dumps(
        {
            "rated": [
                [*q.identity, q.role, q.dimension, q.core, sorted(q.satisfied)]
                for q in questionnaire.rated
            ],
            "dimensions": list(questionnaire.index_dimensions),
            "profiles": [[p.key, p.variable, list(p.codes)] for p in questionnaire.profiles],
        },
        separators=(",", ":"),
    )


def empty_tally(questionnaire: Questionnaire) -> Tally:
    """Tally of no form at all: the zero of addition.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    Tally

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> empty_tally(example_questionnaire()).counts.shape
    (0, 5, 15)
    """
    items, width = len(questionnaire.rated), 1 + len(questionnaire.index_dimensions)

    def zeros(*shape: int) -> Int:
        return np.zeros(shape, dtype=np.int64)

    return Tally(
        layout=layout_of(questionnaire),
        keys=zeros(0, 1 + len(CELL_VARIABLES)),
        questionnaires=zeros(0),
        respondents=zeros(0, width),
        counts=zeros(0, items, CATEGORIES),
        pairs=zeros(0, 3, items, items),
        groups=known_groups(zeros(GROUPS, width), zeros(GROUPS, 3, items, items)),
        profiles=zeros(len(questionnaire.profiles), PROFILE_CATEGORIES),
        squares=zeros(len(questionnaire.beside), 2),
        **no_clusters(items, width - 1),
    )


def tally_responses(questionnaire: Questionnaire, responses: Responses) -> Tally:
    """Count responses into additive tables.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the responses answer.
    responses : Responses
        Any number of forms; weights are not used.

    Returns
    -------
    Tally

    Notes
    -----
    With r the 0/1 matrix of valid answers and x the codes, 0 where not valid, each cell and each
    group keeps N = r'r, A = x'r and P = x'x (method, sections 3.3 and 4). Sums of at most 131,072
    rows are taken in single precision, where whole numbers of this size are exact.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> marks, age = np.array([[4] * 5, [5] * 5], np.int8), np.array([[1], [2]], np.int8)
    >>> mode, asked = np.zeros(2, np.int8), example_questionnaire()
    >>> tally_responses(asked, Responses(asked, marks, age, mode, np.arange(2))).keys.tolist()
    [[0, 1, 0, 0], [0, 2, 0, 0]]
    """
    return tally_stream(questionnaire, [responses])


def tally_stream(questionnaire: Questionnaire, chunks: Iterable[Responses]) -> Tally:
    """Count a stream of responses, holding one chunk at a time.

    Parameters
    ----------
    questionnaire : Questionnaire
        The one the responses answer.
    chunks : iterable of Responses
        Clusters are numbered upwards from chunk to chunk, and each stands in one chunk; only
        those numbered below zero may come again in a later one.

    Returns
    -------
    Tally

    Raises
    ------
    ValueError
        If a cluster numbered from zero on may have been cut by the border of a chunk.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> tally_stream(example_questionnaire(), []) == empty_tally(example_questionnaire())
    True
    """
    total, clusters = empty_tally(questionnaire), ClusterCounter(questionnaire)
    for responses in chunks:
        answered = _answered(questionnaire, responses.ratings >= 0)
        clusters.add(responses.ratings, answered, responses.cluster)
        for start in range(0, len(responses), _BLOCK):
            total = total + _block(questionnaire, responses, slice(start, start + _BLOCK))
    return replace(total, **clusters.tables())


def _block(questionnaire: Questionnaire, responses: Responses, rows: slice) -> Tally:
    ratings, profiles = responses.ratings[rows], responses.profiles[rows]
    valid = ratings >= 0
    answered = _answered(questionnaire, valid)
    keys, cell = _cells(questionnaire, responses.mode[rows], profiles)
    group = hash_group(responses.cluster[rows])
    stacked = np.hstack([valid, np.where(valid, ratings, 0)]).astype(np.float32)
    items, size = ratings.shape[1], len(keys)
    place = (cell[:, None] * items + np.arange(items)) * CATEGORIES + ratings + FIRST_CODE
    counts = np.bincount(place.ravel(), minlength=size * items * CATEGORIES)
    return Tally(
        layout=layout_of(questionnaire),
        keys=keys,
        questionnaires=np.bincount(cell, minlength=size),
        respondents=_sums(answered, cell, size),
        counts=counts.reshape(size, items, CATEGORIES),
        pairs=pair_sums(stacked, cell, size),
        groups=known_groups(_sums(answered, group, GROUPS), pair_sums(stacked, group, GROUPS)),
        profiles=_profile_counts(profiles),
        squares=pair_squares(questionnaire, ratings),
        **no_clusters(items, answered.shape[1] - 1),
    )


def _answered(questionnaire: Questionnaire, valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each form has a valid answer to the index, then to each dimension."""
    items = questionnaire.index_items
    wanted = [[questionnaire.position(q.key) for q in items]]
    for dimension in questionnaire.index_dimensions:
        wanted.append([questionnaire.position(q.key) for q in items if q.dimension == dimension])
    return np.stack([valid[:, places].any(axis=1) for places in wanted], axis=1)


def _cells(
    questionnaire: Questionnaire, mode: NDArray[np.int8], profiles: NDArray[np.int8]
) -> tuple[Int, Int]:
    """Keys of the cells that occur, sorted, and the cell of each form."""
    code = mode.astype(np.int64) + 1
    for variable in CELL_VARIABLES:
        asked = [i for i, p in enumerate(questionnaire.profiles) if p.variable == variable]
        level = np.maximum(profiles[:, asked[0]], NOT_STATED) if asked else NOT_STATED
        code = code * 32 + level
    found, cell = np.unique(code, return_inverse=True)
    keys = np.stack([(found >> 15) - 1, (found >> 10) & 31, (found >> 5) & 31, found & 31], axis=1)
    return keys, cell


def _sums(flags: NDArray[np.bool_], place: Int, size: int) -> Int:
    columns = [np.bincount(place[flags[:, j]], minlength=size) for j in range(flags.shape[1])]
    return np.stack(columns, axis=1)


def _joined(first: Int, second: Int) -> Int:
    """Add squares up; where one side does not know them, nobody does."""
    return first + second if first.shape == second.shape else first[:0]


def _profile_counts(profiles: NDArray[np.int8]) -> Int:
    counts = np.zeros((profiles.shape[1], PROFILE_CATEGORIES), dtype=np.int64)
    for number, codes in enumerate(profiles.T.astype(np.int64) + FIRST_CODE):
        counts[number] = np.bincount(codes, minlength=PROFILE_CATEGORIES)
    return counts
