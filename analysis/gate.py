"""Which waves of a service may be compared, and on which items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.data import RatedQuestion, Status
from analysis.indices import MOSTLY_NOT_APPLICABLE, usable_items
from analysis.parameters import Parameters
from analysis.publication import DEFAULT
from analysis.tally import FIRST_CODE
from analysis.wave import Wave, mode_shares

_ENOUGH_IN_MODE = 10
_MODE_SHIFT = 0.15
_DK, _NA = FIRST_CODE + int(Status.DK), FIRST_CODE + int(Status.NA)


@dataclass(frozen=True, slots=True)
class ServicePair:
    """The waves of one service to compare: the last one with one or more before, oldest first."""

    service: str
    previous: tuple[Wave, ...]
    last: Wave


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether waves may be compared, and on which items."""

    reasons: tuple[str, ...]
    items: tuple[RatedQuestion, ...]

    @property
    def open(self) -> bool:
        return not self.reasons


def comparability_gate(pair: ServicePair, *, parameters: Parameters = DEFAULT) -> Gate:
    """Decide whether the waves of a service may be compared (method, 6.1).

    Parameters
    ----------
    pair : ServicePair
        The waves.
    parameters : Parameters, optional
        Its `full_minimum` is the least number of respondents of each wave.

    Returns
    -------
    Gate
        Open when at least 80 % of the core items of each wave, and one of each dimension, are the
        same in text, wording, scale and block; every wave has enough respondents; and the modes
        with ten respondents in every wave cover half of each.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> before, after = example_wave("2025"), example_wave("2026", seed=2)
    >>> comparability_gate(ServicePair("urp", (before,), after)).open
    True
    >>> comparability_gate(ServicePair("urp", (), after)).reasons
    ('no_previous_wave',)
    """
    waves = (*pair.previous, pair.last)
    if len(waves) < 2:
        return Gate(("no_previous_wave",), ())
    if any(wave.series_break for wave in waves[1:]):
        return Gate(("series_break",), ())
    items, reason = common_items(waves, parameters=parameters)
    reasons = [] if reason is None else [reason]
    if any(wave.respondents < parameters.full_minimum for wave in waves):
        reasons.insert(0, "too_few_responses")
    if not all(wave.tally.paired for wave in waves):
        reasons.insert(0, "no_pair_sums")  # of their modes nothing is known either
    elif not _modes_overlap(waves):
        reasons.append("no_common_mode")
    return Gate(tuple(reasons), items)


def excluded_items(previous: Wave | None) -> frozenset[str]:
    """Items that most users could not judge in the wave before: more than 40 % dk and na.

    They describe another set of people, so they stay out of the index (method, 2.3).

    Parameters
    ----------
    previous : Wave or None
        The wave before; None for the first one, which excludes nothing.

    Returns
    -------
    frozenset of str
        Keys of index items.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> excluded_items(None), excluded_items(example_wave())
    (frozenset(), frozenset())
    """
    if previous is None:
        return frozenset()
    return previous.kept.once("excluded_items", lambda: _mostly_not_applicable(previous))


def _mostly_not_applicable(previous: Wave) -> frozenset[str]:
    questionnaire, counts = previous.questionnaire, previous.tally.total_counts.tolist()
    rows = [
        (item.key, counts[questionnaire.position(item.key)]) for item in questionnaire.index_items
    ]
    return frozenset(
        key for key, row in rows if row[_DK] + row[_NA] > MOSTLY_NOT_APPLICABLE * sum(row)
    )


@dataclass(frozen=True, slots=True)
class _Items:
    """Questions of one wave, and what tells them from those of another."""

    questions: tuple[RatedQuestion, ...]
    identities: frozenset[tuple[str, int, str, str]]


def common_items(
    waves: Sequence[Wave], *, parameters: Parameters = DEFAULT
) -> tuple[tuple[RatedQuestion, ...], str | None]:
    """Index items of the last wave that all waves share, and why they are not enough (or None).

    Items that stay out of the index of the last wave stay out of the comparison too, so that the
    change is one of the index that is published.

    Parameters
    ----------
    waves : sequence of Wave
        Oldest first, at least two.
    parameters : Parameters, optional
        Its `publication_minimum` is the least number of answers to an item in each wave.

    Returns
    -------
    tuple of (tuple of RatedQuestion, str or None)
        The items, as the last wave asked them; then None where they are 80 % of those asked in each
        wave and one of each dimension, or ``too_few_answers``, ``scale_changed``, ``items_changed``
        (method, 6.1).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> items, reason = common_items([example_wave("2025"), example_wave("2026", seed=2)])
    >>> [item.key for item in items], reason
    (['waiting', 'courtesy', 'clarity', 'rooms'], None)
    """
    out = excluded_items(waves[-2])
    usable = [_usable(wave, out, parameters) for wave in waves]
    asked = [_asked(wave, out) for wave in waves]
    chosen = _shared(usable)
    if _enough(chosen, asked):
        return chosen, None
    if not any(one.questions for one in asked) or _enough(_shared(asked), asked):
        return chosen, "too_few_answers"  # or most users could judge none of the questions
    scales = [{item.key: item.identity[2] for item in one.questions} for one in asked]
    last = scales[-1]
    moved = any(last.get(key, scale) != scale for one in scales for key, scale in one.items())
    return chosen, "scale_changed" if moved else "items_changed"


def _usable(wave: Wave, out: frozenset[str], parameters: Parameters) -> _Items:
    """Index items with enough answers: the same for every comparison that the wave is in."""
    return wave.kept.once(
        ("items_with_answers", out, parameters.publication_minimum),
        lambda: _items(usable_items(wave, excluded=out, parameters=parameters)),
    )


def _asked(wave: Wave, out: frozenset[str]) -> _Items:
    asked = wave.questionnaire
    return wave.kept.once(
        ("items_asked", out),
        lambda: _items(item for item in asked.index_items if item.key not in out),
    )


def _items(questions: Iterable[RatedQuestion]) -> _Items:
    chosen = tuple(questions)
    return _Items(chosen, frozenset(item.identity for item in chosen))


def _shared(waves: Sequence[_Items]) -> tuple[RatedQuestion, ...]:
    shared = frozenset.intersection(*(one.identities for one in waves))
    last = waves[-1]
    if len(shared) == len(last.questions):
        return last.questions
    return tuple(item for item in last.questions if item.identity in shared)


def _enough(chosen: tuple[RatedQuestion, ...], asked: Sequence[_Items]) -> bool:
    """Whether items are 80 % of those asked in each wave, and one of each dimension."""
    every = {item.dimension for item in asked[-1].questions}
    return (
        bool(chosen)
        and len(chosen) >= 0.8 * max(len(one.questions) for one in asked)
        and {item.dimension for item in chosen} == every
    )


def _modes_overlap(waves: Sequence[Wave]) -> bool:
    mixes = [mode_shares(wave) for wave in waves]
    common = {
        mode for mode in mixes[-1] if all(mix.get(mode, 0) >= _ENOUGH_IN_MODE for mix in mixes)
    }
    return all(
        sum(mix.get(mode, 0) for mode in common) >= 0.5 * max(sum(mix.values()), 1) for mix in mixes
    ) and bool(common)


def field_period_differs(before: Wave, after: Wave) -> bool:
    """Whether two waves were in the field in different months of the year (method, 10).

    Parameters
    ----------
    before, after : Wave
        Waves of one service.

    Returns
    -------
    bool
        True when fewer than half of the calendar months of the longer one are months of the other
        too; False where a period is not known.

    Examples
    --------
    >>> import datetime as dt
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> spring = replace(example_wave(), field_period=(dt.date(2025, 3, 1), dt.date(2025, 4, 30)))
    >>> autumn = replace(example_wave(), field_period=(dt.date(2026, 10, 1), dt.date(2026, 11, 30)))
    >>> field_period_differs(spring, autumn), field_period_differs(spring, example_wave())
    (True, False)
    """
    one, two = _months(before), _months(after)
    return bool(one and two) and len(one & two) < 0.5 * max(len(one), len(two))


def _months(wave: Wave) -> frozenset[int]:
    if wave.field_period is None:
        return frozenset()
    first, last = wave.field_period
    start, end = 12 * first.year + first.month, 12 * last.year + last.month
    return frozenset(month % 12 for month in range(start, end + 1))


def mode_mix_changed(before: Wave, after: Wave) -> bool:
    """Whether the share of any response mode moved by 15 percentage points (method, 3.8).

    Parameters
    ----------
    before, after : Wave
        Waves of one service.

    Returns
    -------
    bool
        «Not stated» is one of the modes; False where a wave has no respondents.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> mode_mix_changed(example_wave("2025"), example_wave("2026", seed=2))
    False
    """
    one, two = mode_shares(before), mode_shares(after)
    n1, n2 = sum(one.values()), sum(two.values())
    if not n1 or not n2 or not (before.tally.paired and after.tally.paired):
        return False
    return any(
        abs(two.get(mode, 0) / n2 - one.get(mode, 0) / n1) >= _MODE_SHIFT - 1e-12
        for mode in {*one, *two}
    )
