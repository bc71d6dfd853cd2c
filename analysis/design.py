"""How the forms of a wave came: each alone or in clusters, by which weights, out of how many users.

Everything that makes a standard error differ from that of a simple sample is found here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.calibrated_cells import CellFrame, calibrated_cell_index, cell_frame, weigh_cells
from analysis.calibration import CalibratedEstimate
from analysis.data import CELL_VARIABLES, MODES, Questionnaire, RatedQuestion
from analysis.margins import Margin
from analysis.moments import Moments, index_weights, linear_index, moments, total_moments
from analysis.population import INVITED, FinitePopulation, finite_population
from analysis.tally import FIRST_CODE, NOT_STATED, Tally
from analysis.wave import Wave
from analysis.weights import Weighting

Float = NDArray[np.float64]
Int = NDArray[np.int64]
_KIOSK = MODES.index("kiosk")
_NOTHING = 1e-15
_UNKNOWN = FinitePopulation(1.0, False, "users_unknown")


@dataclass(frozen=True, slots=True)
class Precision:
    """What makes a figure more or less precise than a simple sample of as many answers.

    Attributes
    ----------
    effective : float or None
        Answers of an equally precise simple sample; None where forms stand alone and count alike.
    kish : float or None
        Effective answers by the weights alone, which the publication class looks at.
    finite : FinitePopulation
        Factor of the standard error for users that were largely observed.
    reason : str or None
        Why there is no standard error although several people answered: ``one_cluster``.
    """

    effective: float | None = None
    kish: float | None = None
    finite: FinitePopulation = _UNKNOWN
    reason: str | None = None


SIMPLE = Precision()


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure on 0-1 with its standard error before any finite-population correction.

    Attributes
    ----------
    theta : float
        Estimate.
    se : float or None
        None with fewer than two answers or two clusters.
    df : float
        Degrees of freedom: clusters less one (a form that stands alone is a cluster).
    clusters : int
        Clusters with an answer.
    deff : float or None
        Variance over that of a simple sample; None where that is zero or unknown, 1 exactly
        where forms stand alone and count alike.
    kish : float or None
        Effective answers by the weights alone; None where all count alike.
    """

    theta: float
    se: float | None
    df: float
    clusters: int
    deff: float | None = 1.0
    kish: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The forms of a wave and how they came.

    Attributes
    ----------
    questionnaire, tally : Questionnaire, Tally
        What was asked, and what was answered.
    users : int or None
        Users served, where known.
    collection : str
        One of `analysis.wave.DESIGNS`.
    weighting : Weighting or None
        Weights of the respondents to the index, cell by cell; None where all count alike.
    frame : CellFrame or None
        What the weighted figures share.
    """

    questionnaire: Questionnaire
    tally: Tally
    users: int | None = None
    collection: str = "open_link"
    weighting: Weighting | None = None
    frame: CellFrame | None = None

    @property
    def sizes(self) -> Int:
        """Respondents to the index, by cell."""
        return self.tally.respondents[:, 0]

    def finite(self, n: int) -> FinitePopulation:
        """Correction for `n` answers; kiosks let people answer twice, so never with them."""
        if self.users is None:
            return _UNKNOWN
        once = self.collection in INVITED and not self._kiosk()
        return finite_population(n, self.users, design=self.collection, one_answer_each=once)

    def _kiosk(self) -> bool:
        return bool(self.tally.questionnaires[self.tally.keys[:, 0] == _KIOSK].any())

    def is_simple(self, item: RatedQuestion) -> bool:
        """Whether the answers to `item` stand alone and count alike."""
        place = self.questionnaire.position(item.key) - len(self.questionnaire.rated)
        return self.weighting is None and int(self.tally.cluster_extra[place]) == 0

    def precision(self, spread: Spread, n: int) -> Precision:
        """Say how precise a figure from `n` answers is.

        Parameters
        ----------
        spread : Spread
            The figure.
        n : int
            Valid answers behind it, unweighted.
        """
        reason = "one_cluster" if n > 1 and spread.clusters < 2 else None
        if spread.clusters == n and spread.kish is None:
            return Precision(finite=self.finite(n))
        effective = min(spread.clusters, spread.kish or n)
        if spread.deff:
            effective = n / spread.deff
        return Precision(effective, spread.kish, self.finite(n), reason)

    def kish(self, counts: Int) -> float:
        """Effective number of `counts` people by cell: (sum w)^2 / sum w^2."""
        if self.weighting is None:
            return float(counts.sum())
        shared = self.frame or cell_frame(self.sizes, self.weighting)
        weights, people = shared.weights, counts[shared.held]
        return float((weights @ people) ** 2 / max(float(weights**2 @ people), _NOTHING))


def sample_of(wave: Wave, weighting: Weighting | None = None) -> Sample:
    """Describe how the forms of a wave came.

    Parameters
    ----------
    wave : Wave
        With one tally.
    weighting : Weighting, optional
        From `wave_weighting`; not used where its method is ``"none"``.

    Returns
    -------
    Sample

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> sample_of(example_wave()).collection
    'open_link'
    """
    plain = Sample(wave.questionnaire, wave.tally, wave.users_served, wave.design)
    if weighting is None or weighting.method == "none":
        return plain
    return replace(plain, weighting=weighting, frame=cell_frame(plain.sizes, weighting))


def wave_weighting(wave: Wave) -> Weighting | None:
    """Weights of the respondents of a wave, or None where users are not known by class.

    Parameters
    ----------
    wave : Wave
        With `users_by`.

    Returns
    -------
    Weighting or None
        Its method is ``"none"`` where there are too few answers (method, 3.4). One margin alone
        is post-stratified where each class has 20 respondents and nobody left it blank. Options
        without known users, such as "I prefer not to say", count as left blank.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> users = {"age_class": ((1, 3000.0), (2, 2000.0), (3, 1000.0))}
    >>> wave_weighting(replace(example_wave(), users_by=users)).method
    'post_stratified'
    """
    if not wave.users_by or not wave.tally.paired:
        return None
    margins = []
    for variable, users in wave.users_by.items():
        classes = tuple(code for code, _ in users)
        codes = wave.tally.keys[:, 1 + CELL_VARIABLES.index(variable)]
        known = np.where(np.isin(codes, classes), codes, NOT_STATED)
        margins.append((Margin(variable, classes, tuple(n for _, n in users)), known))
    joint = None
    if len(margins) == 1:
        margin, codes = margins[0]
        joint = (Margin("cells", margin.classes, margin.users), codes)
    return weigh_cells(margins, wave.tally.respondents[:, 0], joint=joint)


def index_spread(sample: Sample, items: Sequence[RatedQuestion], column: int = 0) -> Spread:
    r"""Spread of the linear index of some items.

    Parameters
    ----------
    sample : Sample
        With pair sums where there are several items.
    items : sequence of RatedQuestion
        At least one; each has an answer.
    column : int, optional
        Of the tally's respondents: 0 for the whole index, 1 upwards for a dimension.

    Returns
    -------
    Spread

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
    extra = int(sample.tally.cluster_extra[column])
    counts = sample.tally.respondents[:, column]
    return _spread(sample, items, index_weights(items), counts=counts, extra=extra)


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
    return _spread(sample, [item], np.ones(1), counts=counts, extra=extra)


def _spread(
    sample: Sample, items: Sequence[RatedQuestion], weights: Float, *, counts: Int, extra: int
) -> Spread:
    tally, n = sample.tally, int(counts.sum())
    clusters = n - extra
    sums = total_moments(sample.questionnaire, tally, items)
    theta, se = linear_index(sums, weights, n)
    if not tally.paired and len(items) > 1:
        return Spread(theta, None, n - 1.0, clusters, None)
    between = None
    if clusters < n:
        between = moments(sample.questionnaire, tally.total_pairs + tally.cluster_pairs, items)
    plain = _clustered(Spread(theta, se, n - 1.0, clusters), sums, weights, between)
    if sample.weighting is None:
        return plain
    found = calibrated_cell_index(
        moments(sample.questionnaire, tally.pairs, items), sample.sizes, weights,
        sample.weighting, frame=sample.frame,
    )  # fmt: skip
    return _weighted(plain, found, sample.kish(counts))


def _clustered(simple: Spread, sums: Moments, weights: Float, between: Moments | None) -> Spread:
    """Replace the simple error by the one between clusters, where forms share any."""
    if between is None or simple.se is None:
        return simple
    groups = simple.clusters
    if groups < 2:
        return Spread(simple.theta, None, 0.0, groups, None)
    b = weights / sums.answers
    variance = groups / (groups - 1) * float(b @ between.centred(sums.means) @ b)
    variance = variance if variance > _NOTHING else 0.0
    deff = variance / simple.se**2 if simple.se > 0 else None
    return Spread(simple.theta, math.sqrt(variance), groups - 1.0, groups, deff)


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
    by_cell = [table.astype(np.float64)[:, None, None] for table in (answers, hits, hits)]
    found = calibrated_cell_index(
        Moments(*by_cell), sample.sizes, np.ones(1), sample.weighting, frame=sample.frame
    )
    return _weighted(plain, found, sample.kish(answers))


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
