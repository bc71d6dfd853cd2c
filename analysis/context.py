"""What the parts of a service's detail are computed from."""

from dataclasses import dataclass

from analysis.change import ServiceChange
from analysis.indices import IndexResult
from analysis.parameters import Parameters
from analysis.publication import Publication
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What every part of the detail is computed from.

    Attributes
    ----------
    key : str
        Of the service.
    wave : Wave
        Under report.
    earlier : tuple of Wave
        All waves of the service before it, oldest first.
    index : IndexResult
        Of the wave.
    publication : Publication
        Class of the wave.
    change : ServiceChange or None
        Verdict on the service in this wave.
    noise : WaveNoise
        Wobble between waves of the body, from the years before this one.
    parameters : Parameters
        Choices of the body.
    """

    key: str
    wave: Wave
    earlier: tuple[Wave, ...]
    index: IndexResult
    publication: Publication
    change: ServiceChange | None
    noise: WaveNoise
    parameters: Parameters
