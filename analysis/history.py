"""The years of a body in order: each year's verdicts feed the bases and the noise of the next."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.change import BodyChange
from analysis.collection import uncollected
from analysis.common_shift import Moved, find_common_shift
from analysis.comparisons import Comparisons
from analysis.parameters import Parameters
from analysis.publication import DEFAULT
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise, wave_noise
from analysis.words import Verdict
from analysis.yearly import BodyYear, ServiceWaves, body_year, judge

_COLOURED = (Verdict.WORSE, Verdict.BETTER)


@dataclass(frozen=True, slots=True)
class ServiceHistory:
    """All waves of one service.

    Attributes
    ----------
    key, name : str
        Identifier, and name for people.
    waves : tuple of Wave
        Oldest first, each label once.
    """

    key: str
    name: str
    waves: tuple[Wave, ...]


@dataclass(frozen=True, slots=True)
class YearOfChange:
    """Verdicts of one year, before anything else is computed of it.

    Attributes
    ----------
    label : str
        Of the waves.
    services : tuple of ServiceWaves
        Those with a wave of this label, in the order given.
    change : BodyChange
        Their verdicts, in the same order.
    noise : WaveNoise
        Estimated from the years before.
    parameters : Parameters
        Of this year.
    """

    label: str
    services: tuple[ServiceWaves, ...]
    change: BodyChange
    noise: WaveNoise
    parameters: Parameters


@uncollected()
def body_years(
    services: Sequence[ServiceHistory],
    parameters: Parameters | Mapping[str, Parameters] = DEFAULT,
    *,
    detailed: Collection[str] | None = None,
    lifted: Mapping[str, str] = MappingProxyType({}),
) -> list[BodyYear]:
    """Compute the whole series of a body, oldest year first.

    Parameters
    ----------
    services : sequence of ServiceHistory
        A service may begin or end in mid-series, or skip a year.
    parameters : Parameters or mapping of wave label to Parameters, optional
        Choices of the body; the threshold for a change may differ by year.
    detailed : collection of str, optional
        Labels of the years whose detail is wanted; all of them unless told. The index, the
        questions and the verdicts of every year are always there.
    lifted : mapping of wave label to str, optional
        Signed reasons for which the common-shift guard is taken away in a year (method, 6.3).

    Returns
    -------
    list of BodyYear
        One entry for each label. The results of a year depend on that year and on those before
        alone: a later year never changes them.

    Raises
    ------
    KeyError
        If `parameters` is a mapping without some wave's label.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2, shift=-0.3))
    >>> years = body_years([ServiceHistory("urp", "URP", waves)])
    >>> [(year.label, year.services[0].publication.value) for year in years]
    [('2025', 'full'), ('2026', 'full')]
    """
    return [
        body_year(
            year.label,
            year.services,
            change=year.change,
            noise=year.noise,
            parameters=year.parameters,
            detailed=detailed is None or year.label in detailed,
        )
        for year in years_of_change(services, parameters, lifted=lifted)
    ]


def years_of_change(
    services: Sequence[ServiceHistory],
    parameters: Parameters | Mapping[str, Parameters] = DEFAULT,
    *,
    comparisons: Comparisons | None = None,
    lifted: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[YearOfChange]:
    """Judge every service in every year, oldest year first.

    Parameters
    ----------
    services, parameters, lifted
        As for `body_years`.
    comparisons : Comparisons, optional
        Where changes that were computed before are kept.

    Yields
    ------
    YearOfChange

    Raises
    ------
    KeyError
        If `parameters` is a mapping without some wave's label.

    Notes
    -----
    The base of a wave is the mean of the two waves before it that are comparable with it, or the
    one before; after a year in which the service was judged to have declined or improved it is
    that year's wave alone, since a level shift is a new level (method, 6.2).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2, shift=-0.3))
    >>> years = years_of_change([ServiceHistory("urp", "URP", waves)])
    >>> [(year.label, year.change.services[0].verdict.value) for year in years]
    [('2025', 'non_confrontabile'), ('2026', 'peggioramento_accertato')]
    """
    known = Comparisons() if comparisons is None else comparisons
    coloured: dict[str, bool] = {}
    before: list[YearOfChange] = []
    labels = {wave.label for service in services for wave in service.waves}
    for label in sorted(labels, key=period_order):
        present = tuple(
            ServiceWaves(
                service.key, service.name, wave, service.waves[:place],
                restart=coloured.get(service.key, False),
            )
            for service in services
            for place, wave in enumerate(service.waves)
            if wave.label == label
        )  # fmt: skip
        chosen = parameters if isinstance(parameters, Parameters) else parameters[label]
        noise = noise_before(before, comparisons=known)
        change = judge(
            present, noise=noise, comparisons=known, parameters=chosen, lifted=lifted.get(label)
        )
        coloured |= {one.service: one.verdict in _COLOURED for one in change.services}
        before.append(YearOfChange(label, present, change, noise, chosen))
        yield before[-1]


def noise_before(
    years: Sequence[YearOfChange], *, comparisons: Comparisons | None = None
) -> WaveNoise:
    """Estimate the wobble between waves from the years before.

    Parameters
    ----------
    years : sequence of YearOfChange
        Earlier years of the body; never the one under test, whose real drops it would hide.
    comparisons : Comparisons, optional
        Where changes that were computed before are kept.

    Returns
    -------
    WaveNoise
        0 with a reason where there are fewer than 30 differences.

    Notes
    -----
    The differences are of each wave from the mean of the two before it, wherever the three are
    comparable, also where the verdict of that year had started its base again: services that
    wobble much start again often, and would else hide their wobble. A shift that nearly all
    services of a year shared is taken out of these differences, because it says nothing of how one
    service wobbles beside the others: also where a signed reason let it into the tests of its year
    (method, 6.3), and in the year after, whose older base wave it still separates.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> waves = tuple(example_wave(str(year), seed=year) for year in range(2023, 2027))
    >>> found = noise_before(list(years_of_change([ServiceHistory("urp", "URP", waves)])))
    >>> found.tau, found.differences, found.reason
    (0.0, 2, 'too_few_differences')
    """
    known = Comparisons() if comparisons is None else comparisons
    values: list[float] = []
    ses: list[float] = []
    for year in years:
        bases = [(*one.earlier[-2:], one.wave) for one in year.services]
        tried = [known.change(waves, year.parameters) for waves in bases if len(waves) == 3]
        found = [one for one in tried if one is not None]
        shift = find_common_shift([Moved(one.adjusted, one.se) for one in found if one.se > 0])
        centre = shift.value if shift is not None and shift.raised else 0.0
        values += [one.adjusted - centre for one in found]
        ses += [one.se for one in found]
    return wave_noise(np.array(values, dtype=np.float64), np.array(ses, dtype=np.float64))


def period_order(label: str) -> list[tuple[int, int, str]]:
    """Sort key of wave labels: numbers by value, so that wave 10 comes after wave 9.

    Parameters
    ----------
    label : str
        Of a wave.

    Returns
    -------
    list of tuple of (int, int, str)
        One entry for each run of digits, or of other characters; digits come first.

    Examples
    --------
    >>> sorted(["2026-10", "2026-9", "2025"], key=period_order)
    ['2025', '2026-9', '2026-10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", label)
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in parts]
