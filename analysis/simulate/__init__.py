"""Synthetic waves with a known truth, to try the method on and to show it with."""

from analysis.simulate.bodies import Planned, Truth, WaveTruth, plan_body, simulate_body
from analysis.simulate.design import (
    SPECIFICATION,
    Choice,
    Design,
    Dirt,
    Rating,
    design_for,
    usual_shares,
)
from analysis.simulate.scenarios import SCENARIOS, Scenario
from analysis.simulate.waves import (
    Conditions,
    SimulatedWave,
    Traits,
    Users,
    draw_traits,
    draw_users,
    draw_wave,
    expected_index,
    solve_shift,
)

__all__ = [
    "SCENARIOS",
    "SPECIFICATION",
    "Choice",
    "Conditions",
    "Design",
    "Dirt",
    "Planned",
    "Rating",
    "Scenario",
    "SimulatedWave",
    "Traits",
    "Truth",
    "Users",
    "WaveTruth",
    "design_for",
    "draw_traits",
    "draw_users",
    "draw_wave",
    "expected_index",
    "plan_body",
    "simulate_body",
    "solve_shift",
    "usual_shares",
]
