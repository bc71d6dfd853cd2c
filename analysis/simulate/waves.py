"""One synthetic wave: from the users of a service to the columns of its answers file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.data import MODES, Status
from analysis.simulate.design import Design, FloatArray, Rating

IntArray = NDArray[np.int64]

DIMENSION_VARIANCE = 0.12
UNIQUE_VARIANCE = 0.36
PERSON_VARIANCE = 0.52


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays the same of a service over the years."""

    level: float
    #: Deviation of each item from its offset, latent, shape (items,).
    items: FloatArray
    users: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is particular to one wave of one service."""

    target: float = 200.0
    #: Latent change of every item.
    shift: float = 0.0
    #: Latent change of single items, by key.
    item_shifts: Mapping[str, float] = field(default_factory=dict)
    #: Share of those who would use paper and use the web instead.
    mode_shift: float = 0.0
    #: Slope of the response on standardised satisfaction.
    selection: float = 0.0
    #: Factors of the mode shares, such as ``{"kiosk": 0}`` where there is no kiosk.
    mode_factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Users:
    """Everybody who used the service in the period; all arrays have shape (users,)."""

    age: IntArray
    sex: IntArray
    mode: NDArray[np.int8]
    #: Satisfaction, latent, of the person with the service.
    content: FloatArray


@dataclass(frozen=True, slots=True)
class SimulatedWave:
    """The file of a wave, and what the file does not tell."""

    #: Codes or statuses, one column a question, shape (forms,) each.
    columns: dict[str, NDArray[np.int16]]
    mode: NDArray[np.int8]
    #: Seconds from opening to sending.
    seconds: FloatArray
    #: Who filled the form: a person who sent it twice counts as one.
    cluster: IntArray
    duplicate: NDArray[np.bool_]
    straightline: NDArray[np.bool_]
    #: Expected index of all users, answered or not, in the reference mode, 0-100; NaN where the
    #: truth was not asked for.
    true_index: float
    users: int
    #: Users by age class and sex, shape (age classes, sexes).
    population: IntArray

    @property
    def forms(self) -> int:
        return int(self.mode.size)


def draw_traits(
    rng: np.random.Generator, design: Design, *, level: float | None = None, users: int = 0
) -> Traits:
    """Draw a service: level N(0, 0.25), items N(0, 0.15), users lognormal(log 2500, 0.5).

    A `level` or a number of `users` given is kept instead of drawn; the generator advances all
    the same, so that fixing one service leaves the others as they were.
    """
    drawn = rng.normal(0, design.service_sd)
    items = rng.normal(0, design.service_item_sd, len(design.items))
    size = int(np.clip(rng.lognormal(np.log(2500), 0.5), 1000, 12000))
    return Traits(float(drawn if level is None else level), items, users or size)


def _modes(
    rng: np.random.Generator, design: Design, *, age: IntArray, conditions: Conditions
) -> NDArray[np.int8]:
    names = list(design.modes)
    table = np.array([design.modes[name] for name in names]).T.copy()
    table *= [conditions.mode_factors.get(name, 1.0) for name in names]
    table /= table.sum(axis=1, keepdims=True)
    drawn = (rng.random(age.size)[:, None] > np.cumsum(table, axis=1)[age]).sum(axis=1)
    places = np.array([MODES.index(name) for name in names], dtype=np.int8)
    mode: NDArray[np.int8] = places[np.minimum(drawn, len(names) - 1)]
    moves = (mode == MODES.index("paper")) & (rng.random(age.size) < conditions.mode_shift)
    mode[moves] = MODES.index("web")
    return mode


def draw_users(
    rng: np.random.Generator, design: Design, *, traits: Traits, conditions: Conditions
) -> Users:
    """Draw everybody who uses the service in the period.

    Satisfaction is g = level + shift + 0.10 (age - mean age) + 0.04 (sex - 0.5) + N(0, sd²=0.52).
    """
    size = traits.users
    age = rng.choice(len(design.age_shares), size, p=design.age_shares)
    sex = rng.choice(len(design.sex_shares), size, p=design.sex_shares)
    middle = (len(design.age_shares) - 1) / 2
    content = traits.level + conditions.shift + rng.normal(0, np.sqrt(PERSON_VARIANCE), size)
    # Four classes span what the specification calls one unit each, however many the form has.
    content += 0.10 * (age - middle) * (1.5 / middle if middle else 0)
    content += 0.04 * (np.minimum(sex, 1) - 0.5)
    return Users(age, sex, _modes(rng, design, age=age, conditions=conditions), content)


def _level(logit: FloatArray, target: float) -> float:
    """Solve sum expit(level + logit) = target: Newton on log odds of the mean, which is concave."""
    level = float(np.log(target / (logit.size - target)))
    for _ in range(50):
        chances = scipy.special.expit(level + logit)
        found = float(chances.sum())
        slope = float(chances @ (1 - chances)) / (found * (1 - found / logit.size))
        step = float(np.log(target / (logit.size - target)))
        step -= float(np.log(found / (logit.size - found)))
        level += step / max(slope, 1e-3)
        if abs(step) < 1e-13:
            break
    return level


def _answering(
    rng: np.random.Generator, users: Users, *, conditions: Conditions
) -> NDArray[np.bool_]:
    size = users.age.size
    if not 0 <= conditions.target < size:
        raise ValueError(f"target {conditions.target} of {size} users is out of reach")
    if conditions.target == 0:
        return np.zeros(size, dtype=bool)
    spread = users.content.std() or 1.0
    logit = 0.22 * (users.age - users.age.mean()) + 0.15 * (np.minimum(users.sex, 1) - 0.5)
    logit += conditions.selection * (users.content - users.content.mean()) / spread
    level = _level(logit, conditions.target)
    answers: NDArray[np.bool_] = rng.random(size) < scipy.special.expit(level + logit)
    return answers


def _offsets(design: Design, traits: Traits, *, conditions: Conditions) -> FloatArray:
    return np.array(
        [
            item.offset + own + conditions.item_shifts.get(item.key, 0.0)
            for item, own in zip(design.items, traits.items, strict=True)
        ]
    )


def expected_index(
    design: Design, content: FloatArray, *, offsets: FloatArray
) -> tuple[float, float]:
    r"""Return the expected index 0-100 of people in the reference mode, and its slope.

    Parameters
    ----------
    design : Design
        Items, scales and dimensions.
    content : ndarray of float, shape (people,)
        Latent satisfaction of each.
    offsets : ndarray of float, shape (items,)
        Latent ease of each item.

    Returns
    -------
    tuple of float
        Index, and its derivative with respect to a latent shift of everybody.

    Notes
    -----
    With thresholds :math:`c_k` and residual variance 0.48, the expected place of an answer on
    the scale is :math:`\sum_k w_k \Phi((g + o_j - c_k)/\sqrt{0.48})`, where :math:`w_k` is the
    step between neighbouring codes divided by the length of the scale.
    """
    sd = np.sqrt(DIMENSION_VARIANCE + UNIQUE_VARIANCE)
    value = slope = 0.0
    for item, offset in zip(design.items, offsets, strict=True):
        same = sum(other.dimension == item.dimension for other in design.items)
        weight = 100 / (len(design.dimensions) * same)
        steps = np.abs(np.diff(item.codes)) / abs(item.codes[-1] - item.codes[0])
        z = (content[:, None] + offset - item.thresholds) / sd
        value += weight * float((scipy.special.ndtr(z) @ steps).mean())
        density = np.exp(-(z**2) / 2) / (sd * np.sqrt(2 * np.pi))
        slope += weight * float((density @ steps).mean())
    return value, slope


def solve_shift(
    design: Design, content: FloatArray, *, offsets: FloatArray, change: float
) -> float:
    """Return the latent shift that moves the expected index by `change` points of 100.

    Newton's method on `expected_index`; ValueError where the scale leaves no room.
    """
    start, _ = expected_index(design, content, offsets=offsets)
    if not 0 < start + change < 100:
        raise ValueError(f"no room to move an index of {start:.1f} by {change:.1f}")
    shift = 0.0
    for _ in range(60):
        value, slope = expected_index(design, content + shift, offsets=offsets)
        miss = start + change - value
        if abs(miss) < 1e-10:
            return shift
        shift += float(np.clip(miss / max(slope, 1e-6), -0.5, 0.5))
    raise ValueError(f"no latent shift found that moves {start:.1f} by {change:.1f}")


def _cut(rating: Rating, latent: FloatArray) -> NDArray[np.int16]:
    places = np.searchsorted(rating.thresholds, latent)
    return np.array(rating.codes, dtype=np.int16)[places]


def _opinions(
    rng: np.random.Generator, design: Design, *, users: Users, offsets: FloatArray
) -> dict[str, NDArray[np.int16]]:
    size = users.age.size
    effects = np.array([design.mode_effects.get(name, 0.0) for name in MODES])
    base = users.content + effects[users.mode]
    shared = {name: rng.normal(0, np.sqrt(DIMENSION_VARIANCE), size) for name in design.dimensions}
    columns: dict[str, NDArray[np.int16]] = {}
    for item, offset in zip(design.items, offsets, strict=True):
        unique = rng.normal(0, np.sqrt(UNIQUE_VARIANCE), size)
        columns[item.key] = _cut(item, base + shared[item.dimension] + unique + offset)
    if design.overall:
        unique = rng.normal(0, np.sqrt(DIMENSION_VARIANCE + UNIQUE_VARIANCE), size)
        columns[design.overall.key] = _cut(design.overall, base + unique + design.overall.offset)
    # What matters to a person has little to do with how content that person is.
    taste = rng.normal(0, np.sqrt(0.4), size)
    for rating in design.importance:
        unique = rng.normal(0, np.sqrt(0.6), size)
        columns[rating.key] = _cut(rating, taste + unique + rating.offset)
    return columns


def _straightlined(
    rng: np.random.Generator,
    design: Design,
    *,
    mode: NDArray[np.int8],
    columns: dict[str, NDArray[np.int16]],
) -> NDArray[np.bool_]:
    dirt = design.dirt
    chance = np.where(mode == MODES.index("kiosk"), dirt.straightline_at_kiosk, dirt.straightline)
    lines: NDArray[np.bool_] = rng.random(mode.size) < chance
    kind = rng.choice(4, mode.size, p=(0.55, 0.25, 0.12, 0.08))
    for rating in design.ratings:
        k = len(rating.codes)
        values = np.array([rating.codes[i] for i in (k - 1, max(k - 2, 0), (k - 1) // 2, 0)])
        columns[rating.key][lines] = values[kind[lines]]
    return lines


def _soiled(
    rng: np.random.Generator,
    design: Design,
    *,
    mode: NDArray[np.int8],
    columns: dict[str, NDArray[np.int16]],
) -> None:
    """Put the statuses in, then the slips of the keyer."""
    paper = mode == MODES.index("paper")
    for rating in design.ratings:
        column, luck = columns[rating.key], rng.random(mode.size)
        column[luck < rating.dk] = Status.DK
        column[(luck >= rating.dk) & (luck < rating.dk + rating.na)] = Status.NA
        column[rng.random(mode.size) < design.dirt.blank] = Status.BLANK
        column[paper & (rng.random(mode.size) < design.dirt.invalid_on_paper)] = Status.INVALID
        slips = paper & (column >= 0) & (rng.random(mode.size) < design.dirt.keying_error)
        codes = np.array(rating.codes)
        places = np.argmax(column[slips][:, None] == codes, axis=1)
        other = (places + rng.integers(1, codes.size, places.size)) % codes.size
        column[slips] = codes[other]
        asked = np.isin(mode, [MODES.index(name) for name in rating.modes])
        column[~asked] = Status.BLANK


def _profile(
    rng: np.random.Generator, design: Design, *, users: Users
) -> dict[str, NDArray[np.int16]]:
    size = users.age.size
    columns: dict[str, NDArray[np.int16]] = {}
    if design.age_key:
        columns[design.age_key] = np.array(design.age_codes, dtype=np.int16)[users.age]
    if design.sex_key:
        columns[design.sex_key] = np.array(design.sex_codes, dtype=np.int16)[users.sex]
    for choice in design.choices:
        columns[choice.key] = rng.choice(choice.codes, size, p=choice.shares).astype(np.int16)
    for column in columns.values():
        column[rng.random(size) < design.dirt.profile_blank] = Status.BLANK
    return columns


def _population(design: Design, users: Users) -> IntArray:
    shape = (len(design.age_shares), len(design.sex_shares))
    counts = np.bincount(users.age * shape[1] + users.sex, minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.int64)


def draw_wave(
    rng: np.random.Generator,
    design: Design,
    *,
    traits: Traits,
    conditions: Conditions | None = None,
    truth: bool = True,
) -> SimulatedWave:
    """Draw the answers file of one service in one year.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance; the same state gives the same file.
    design : Design
        What is asked, and the population.
    traits : Traits
        The service.
    conditions : Conditions, optional
        The year: how many answer, what has changed.
    truth : bool, optional
        Whether to compute the true index, which takes as long as all the rest.

    Returns
    -------
    SimulatedWave
        Columns of codes (as printed) and statuses, with the truth of all users.

    Notes
    -----
    The answer is the category of g + mode effect + dimension N(0, sd²=0.12) + own N(0, sd²=0.36)
    + ease of the item. Who answers is drawn with logit = c + 0.22 age + 0.15 sex
    + selection x standardised g, where c makes the expected number of forms the target.

    Examples
    --------
    >>> from analysis.simulate.design import SPECIFICATION
    >>> rng = np.random.default_rng(1)
    >>> wave = draw_wave(rng, SPECIFICATION, traits=draw_traits(rng, SPECIFICATION))
    >>> sorted(wave.columns)[:2], 150 < wave.forms < 250
    (['age_class', 'importance1'], True)
    """
    conditions = conditions or Conditions()
    everybody = draw_users(rng, design, traits=traits, conditions=conditions)
    offsets = _offsets(design, traits, conditions=conditions)
    true_index = np.nan
    if truth:
        true_index, _ = expected_index(design, everybody.content, offsets=offsets)
    who = np.flatnonzero(_answering(rng, everybody, conditions=conditions))
    users = Users(
        everybody.age[who], everybody.sex[who], everybody.mode[who], everybody.content[who]
    )
    columns = _opinions(rng, design, users=users, offsets=offsets)
    lines = _straightlined(rng, design, mode=users.mode, columns=columns)
    _soiled(rng, design, mode=users.mode, columns=columns)
    columns |= _profile(rng, design, users=users)
    again = np.flatnonzero(rng.random(who.size) < design.dirt.duplicate)
    rows = np.concatenate([np.arange(who.size), again])
    return SimulatedWave(
        columns={key: column[rows] for key, column in columns.items()},
        mode=users.mode[rows],
        seconds=rng.lognormal(np.log(150), 0.45, rows.size),
        cluster=who[rows].astype(np.int64),
        duplicate=np.arange(rows.size) >= who.size,
        straightline=lines[rows],
        true_index=true_index,
        users=traits.users,
        population=_population(design, everybody),
    )
