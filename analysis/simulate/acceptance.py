"""The acceptance table: scenarios with a known truth through the real engine (method, 12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy

from analysis.adjust import adjusted_change
from analysis.calibration import calibrated_index
from analysis.change import BodyChange
from analysis.comparisons import Comparisons
from analysis.data import Questionnaire, RatedQuestion, read_questionnaire, responses_from_columns
from analysis.gate import ServicePair, comparability_gate
from analysis.history import ServiceHistory, YearOfChange, years_of_change
from analysis.intervals import quasi_wilson_t
from analysis.margins import Margin
from analysis.moments import index_weights
from analysis.parameters import Parameters
from analysis.ranks import holm
from analysis.simulate.bodies import Planned, plan_body
from analysis.simulate.design import SPECIFICATION, Design
from analysis.simulate.files import document_of
from analysis.simulate.scenarios import SCENARIOS
from analysis.simulate.waves import SimulatedWave
from analysis.tally import tally_responses
from analysis.trend import weighted_line
from analysis.wave import Wave
from analysis.wave_effects import wave_effects
from analysis.weights import weigh
from analysis.words import Verdict
from analysis.yearly import ServiceWaves, judge

#: Scenario A without mode effects and dirt, raked: the coverage of the interval.
COVERAGE = "A0"
#: Those with a limit; H has none and is run when asked for.
USUAL = ("A", "B", "C", "D", "E", "F", "G", "I", COVERAGE)
_YEARS = 5
#: Importance enters no verdict, so it is not drawn.
_DESIGN = replace(SPECIFICATION, importance=())
_CALIBRATED = _DESIGN.clean()
Measures = dict[str, float]


@dataclass(slots=True)
class SeedRun:
    """All scenarios of one seed; waves that scenarios share are drawn and compared once."""

    seed: int
    services: int = 40
    target: float = 200.0
    _questionnaire: Questionnaire = field(init=False)
    _waves: dict[str, Wave] = field(default_factory=dict)
    _comparisons: Comparisons = field(default_factory=Comparisons)

    def __post_init__(self) -> None:
        self._questionnaire = read_questionnaire(document_of(_DESIGN))

    def measure(self, scenario: str) -> Measures:
        """Run one scenario and measure the body: percents, and alarms a body.

        Returns
        -------
        dict of str to float
            Every measure of the scenario; 0 or 100 for what a body has or has not.
        """
        if scenario == COVERAGE:
            return {"coverage": self._coverage()}
        services = [
            _Service([self._drawn(plan) for plan in plans], plans[-1].changed)
            for plans in self._plans(scenario, _DESIGN, _YEARS)
        ]
        if scenario == "F":
            return self._trends(services)
        last = self._judged(services)
        changed = [one.changed for one in services]
        falls = SCENARIOS[scenario].step <= 0
        measures = _measures(last.change, changed, falls=falls)
        if scenario == "B":
            measures["crude_any_red"] = _percent(_crude_red(last.services))
        if scenario == "C":
            quiet = judge(last.services, comparisons=self._comparisons)
            found = _measures(quiet, changed, falls=falls)
            measures["no_tau_any_red"] = found["any_red"]
        return measures

    def _plans(self, scenario: str, design: Design, years: int) -> Iterator[list[Planned]]:
        key = "A" if scenario == COVERAGE else scenario
        plans = list(
            plan_body(
                np.random.default_rng(self.seed), SCENARIOS[key], design=design,
                services=self.services, years=years, target=self.target,
            )
        )  # fmt: skip
        for start in range(0, len(plans), years):
            yield plans[start : start + years]

    def _drawn(self, plan: Planned) -> Wave:
        key = _key(plan)
        if key not in self._waves:
            drawn = plan.draw(_DESIGN, truth=False)
            answers = responses_from_columns(self._questionnaire, drawn.columns, mode=drawn.mode)
            tally = tally_responses(self._questionnaire, answers)
            self._waves[key] = Wave(str(plan.year), self._questionnaire, tally)
        return self._waves[key]

    def _items(self, service: "_Service") -> tuple[RatedQuestion, ...]:
        return comparability_gate(ServicePair("", (service.waves[0],), service.waves[1])).items

    def _judged(self, services: Sequence["_Service"]) -> YearOfChange:
        """Verdicts of the last year, found as for a body: year by year, from all years before."""
        series = [
            ServiceHistory(str(place), str(place), tuple(one.waves))
            for place, one in enumerate(services)
        ]
        *_, last = years_of_change(series, comparisons=self._comparisons)
        return last

    def _trends(self, services: Sequence["_Service"]) -> Measures:
        tau = self._judged(services).noise.tau
        found: dict[bool, list[bool]] = {True: [], False: []}
        for one in services:
            effects = wave_effects(one.waves, self._items(one))
            if effects is None:
                continue
            times = np.arange(float(_YEARS))
            line = weighted_line(times, effects.values, effects.covariance, tau=tau)
            if line.interval is not None:
                outside = not line.interval.lower <= 0 <= line.interval.upper
                found[one.changed].append(outside)
        return {
            "trend_found": 100 * float(np.mean(found[True])),
            "trend_false": 100 * float(np.mean(found[False])),
        }

    def _coverage(self) -> float:
        covered = [
            _covers(plans[0].draw(_CALIBRATED), self._questionnaire.index_items)
            for plans in self._plans(COVERAGE, _CALIBRATED, 1)
        ]
        return 100 * float(np.mean(covered))


@dataclass(frozen=True, slots=True)
class _Service:
    waves: list[Wave]
    changed: bool


def _key(plan: Planned) -> str:
    return f"{plan.service}/{plan.year}/{plan.conditions!r}"


def _percent(happened: bool) -> float:
    return 100.0 if happened else 0.0


def _measures(change: BodyChange, changed: Sequence[bool], *, falls: bool) -> Measures:
    verdicts = [one.verdict for one in change.services]
    still = [verdict for verdict, moved in zip(verdicts, changed, strict=True) if not moved]
    moved = [verdict for verdict, moved in zip(verdicts, changed, strict=True) if moved]
    shift = change.common_shift
    measures = {
        "any_red": _percent(Verdict.WORSE in still),
        "any_green": _percent(Verdict.BETTER in still),
        "false_amber": float(still.count(Verdict.SIGNAL)),
        "common_shift": _percent(shift is not None and shift.raised),
    }
    if moved:
        named, colour = ("power_red", Verdict.WORSE) if falls else ("power_green", Verdict.BETTER)
        seen = moved.count(colour)
        measures[named] = 100 * seen / len(moved)
        measures["power_amber"] = 100 * (seen + moved.count(Verdict.SIGNAL)) / len(moved)
    return measures


def _crude_red(services: Sequence[ServiceWaves]) -> bool:
    """Any red by the usual test: plain difference from last year, Holm, at least delta."""
    usual = Parameters()
    changes = []
    for one in services:
        waves = (one.earlier[-1], one.wave)
        gate = comparability_gate(ServicePair(one.key, waves[:1], one.wave))
        found = adjusted_change(waves, gate.items) if gate.open else None
        if found is not None and found.crude_se > 0:
            changes.append((found.crude, found.crude_se))
    crude = np.array(changes).reshape(-1, 2)
    p = holm(scipy.special.ndtr(crude[:, 0] / crude[:, 1]))
    return bool(np.any((p < usual.alpha) & (crude[:, 0] <= -usual.delta)))


def _covers(drawn: SimulatedWave, items: Sequence[RatedQuestion]) -> bool:
    """Whether the interval of the raked index holds the truth of all users."""
    codes = np.column_stack([drawn.columns[item.key] for item in items]).astype(np.float64)
    low = np.array([item.scale.lower for item in items], dtype=np.float64)
    length = np.array([item.scale.upper for item in items]) - low
    values = np.where(codes >= 0, (codes - low) / length, np.nan)
    ages, sexes = drawn.population.sum(axis=1), drawn.population.sum(axis=0)
    margins = [
        (Margin(name, classes, tuple(map(float, users))), drawn.columns[name].astype(np.int64))
        for name, classes, users in (
            (_CALIBRATED.age_key, _CALIBRATED.age_codes, ages),
            (_CALIBRATED.sex_key, _CALIBRATED.sex_codes, sexes),
        )
    ]
    weighting = weigh(margins, drawn.forms)
    found = calibrated_index(values, index_weights(items), weighting)
    if found.value is None or found.se is None or found.df is None:
        return False
    ends = quasi_wilson_t(
        found.value, found.se, found.df, n=weighting.effective.n, simple=False
    ).times(100)
    return ends.lower <= drawn.true_index <= ends.upper
