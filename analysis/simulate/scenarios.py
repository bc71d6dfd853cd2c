"""The scenarios A to I of the acceptance table, as data."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Scenario:
    """What truly happens to a body; changes are on the native scale unless said otherwise."""

    key: str
    what: str
    #: Share of the paper respondents who move to the web in the last year.
    mode_shift: float = 0.0
    #: Standard deviation, latent, of an accident of service and year.
    wave_noise: float = 0.0
    #: Slope of the response on standardised satisfaction in the last year.
    selection: float = 0.0
    #: How many services step in the last year, and by how much.
    stepping: int = 0
    step: float = 0.0
    #: How many services drift, and by how much each year.
    drifting: int = 0
    drift: float = 0.0
    #: Latent step in the last year of the first item of one service.
    item_step: float = 0.0


_E = Scenario("E", "four services drop by 0.3 in the last year", stepping=4, step=-0.3)
_ALL = (
    Scenario("A", "nothing changes"),
    Scenario("B", "half of the paper moves to the web in the last year", mode_shift=0.5),
    Scenario("C", "services wobble from year to year", wave_noise=0.05),
    Scenario("D", "the satisfied answer more readily in the last year", selection=0.35),
    _E,
    Scenario("F", "three services lose 0.08 a year", drifting=3, drift=-0.08),
    Scenario("G", "two services gain 0.3 in the last year", stepping=2, step=0.3),
    Scenario("H", "one item of one service drops by 0.5 latent", item_step=-0.5),
    replace(_E, key="I", what="E and the shift of B together", mode_shift=0.5),
)
SCENARIOS = {scenario.key: scenario for scenario in _ALL}
