"""How the forms of a wave came: alone or in clusters, by which weights, out of how many users."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analysis.calibrated_cells import CellFrame, cell_frame, weigh_cells
from analysis.data import CELL_VARIABLES, MODES, Questionnaire, RatedQuestion
from analysis.kept import Kept
from analysis.margins import Margin
from analysis.population import INVITED, FinitePopulation, finite_population
from analysis.tally import NOT_STATED, Tally
from analysis.wave import Wave
from analysis.weights import Weighting

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
    kept : Kept
        What was computed of this sample alone, such as its weighted means.
    """

    questionnaire: Questionnaire
    tally: Tally
    users: int | None = None
    collection: str = "open_link"
    weighting: Weighting | None = None
    frame: CellFrame | None = None
    kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)

    @property
    def sizes(self) -> Int:
        """Respondents to the index, by cell."""
        return self.tally.respondents[:, 0]

    @property
    def respondents(self) -> tuple[int, ...]:
        """Respondents to the index, then to each dimension: summed once."""
        people = self.tally.respondents
        return self.tally.kept.once("respondents", lambda: tuple(people.sum(axis=0).tolist()))

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

    def alone(self, item: RatedQuestion, n: int) -> Precision | None:
        """Precision of `n` answers to `item`; None where they share clusters or have weights."""
        return Precision(finite=self.finite(n)) if self.is_simple(item) else None

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

    @property
    def weighted_frame(self) -> CellFrame:
        """`frame`, also of a sample that was made without it; `ValueError` without weights."""
        if self.weighting is None:
            raise ValueError("a sample without weights has no frame")
        return self.frame or cell_frame(self.sizes, self.weighting)

    def kish(self, counts: Int) -> float:
        """Effective number of `counts` people by cell: (sum w)^2 / sum w^2."""
        if self.weighting is None:
            return float(counts.sum())
        shared = self.weighted_frame
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
    return wave.kept.once("weighting", lambda: _weighting(wave))


def _weighting(wave: Wave) -> Weighting:
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
