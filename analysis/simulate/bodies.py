"""A whole body over several years, under a scenario, with its truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.simulate.design import SPECIFICATION, Design
from analysis.simulate.scenarios import Scenario
from analysis.simulate.waves import (
    Conditions,
    SimulatedWave,
    Traits,
    draw_traits,
    draw_users,
    draw_wave,
    solve_shift,
)


@dataclass(frozen=True, slots=True)
class WaveTruth:
    """What is true of one service in one year."""

    service: int
    year: int
    #: Expected index of all its users in the reference mode, 0-100.
    true_index: float
    #: Whether the service itself differs from the year before.
    changed: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """One wave with its truth."""

    wave: SimulatedWave
    truth: WaveTruth


def _points(design: Design, native: float) -> float:
    """Turn a change on the native scale of the items into points of the 0-100 index."""
    codes = design.items[0].codes
    return 100 * native / abs(codes[-1] - codes[0])


def _shifts(
    rng: np.random.Generator, design: Design, *, traits: Traits, changes: list[float]
) -> list[float]:
    """Solve the latent shift of every year; a drawn population stands for the service's own."""
    if not any(changes):
        return [0.0] * len(changes)
    offsets = np.array([item.offset for item in design.items]) + traits.items
    content = draw_users(rng, design, traits=traits, conditions=Conditions()).content
    return [
        solve_shift(design, content, offsets=offsets, change=_points(design, change))
        if change
        else 0.0
        for change in changes
    ]


def _changes(scenario: Scenario, service: int, *, years: int) -> list[float]:
    """Return the departure from the first year, native scale, of each year of a service."""
    drift = scenario.drift if service < scenario.drifting else 0.0
    step = scenario.step if service < scenario.stepping else 0.0
    return [drift * year + (step if year == years - 1 else 0.0) for year in range(years)]


@dataclass(frozen=True, slots=True)
class Planned:
    """One wave before it is drawn.

    Attributes
    ----------
    service, year : int
        Counted from 0.
    traits, conditions
        What is drawn; two plans of one seed with equal service, year and conditions are the same
        wave, whatever their scenarios.
    changed : bool
        Whether the service itself differs from the year before.
    """

    service: int
    year: int
    traits: Traits
    conditions: Conditions
    changed: bool
    stream: np.random.Generator

    def draw(self, design: Design = SPECIFICATION, *, truth: bool = True) -> SimulatedWave:
        """Draw the wave; to be called once, as the stream of chance moves on."""
        return draw_wave(
            self.stream, design, traits=self.traits, conditions=self.conditions, truth=truth
        )


def plan_body(
    rng: np.random.Generator,
    scenario: Scenario,
    *,
    design: Design = SPECIFICATION,
    services: int = 40,
    years: int = 5,
    target: float = 200.0,
) -> Iterator[Planned]:
    """Plan every wave of a body, service by service, year by year.

    Parameters
    ----------
    rng, scenario, design, services, years, target
        As for `simulate_body`.

    Yields
    ------
    Planned
        Each service and each year has its own stream, so that scenarios with one seed differ
        only where something truly differs.

    Examples
    --------
    >>> from analysis.simulate.scenarios import SCENARIOS
    >>> plans = plan_body(np.random.default_rng(1), SCENARIOS["A"], services=2, years=3)
    >>> [(plan.service, plan.year) for plan in plans]
    [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    """
    for service, stream in enumerate(rng.spawn(services)):
        traits = draw_traits(stream, design)
        changes = _changes(scenario, service, years=years)
        shifter, wobbler, *by_year = stream.spawn(years + 2)
        shifts = _shifts(shifter, design, traits=traits, changes=changes)
        for year in range(years):
            last = year == years - 1
            wobble = float(wobbler.normal(0, scenario.wave_noise)) if scenario.wave_noise else 0.0
            dented = last and service == 0 and bool(scenario.item_step)
            conditions = Conditions(
                target=target,
                shift=shifts[year] + wobble,
                item_shifts={design.items[0].key: scenario.item_step} if dented else {},
                mode_shift=scenario.mode_shift if last else 0.0,
                selection=scenario.selection if last else 0.0,
            )
            moved = year > 0 and changes[year] != changes[year - 1]
            yield Planned(service, year, traits, conditions, moved or dented, by_year[year])


def simulate_body(
    rng: np.random.Generator,
    scenario: Scenario,
    *,
    design: Design = SPECIFICATION,
    services: int = 40,
    years: int = 5,
    target: float = 200.0,
) -> Iterator[Truth]:
    """Draw every wave of a body, service by service, year by year.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance. Each service has its own stream, so that the first ten services of a
        body of forty are those of a body of ten.
    scenario : Scenario
        What truly happens; see `SCENARIOS`.
    design : Design, optional
        Questionnaire and population.
    services, years : int, optional
        Size of the body.
    target : float, optional
        Expected forms of each wave.

    Yields
    ------
    Truth
        Services count from 0, years from 0; services that change come first.

    Examples
    --------
    >>> from analysis.simulate.scenarios import SCENARIOS
    >>> drawn = simulate_body(np.random.default_rng(1), SCENARIOS["A"], services=1, years=2)
    >>> [(one.truth.year, one.truth.changed) for one in drawn]
    [(0, False), (1, False)]
    """
    plans = plan_body(rng, scenario, design=design, services=services, years=years, target=target)
    for plan in plans:
        wave = plan.draw(design)
        yield Truth(wave, WaveTruth(plan.service, plan.year, wave.true_index, plan.changed))
