"""What is known of a service's year beyond its index and its verdict, part by part."""

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


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """Parts of the detail, each with its own reasons for what it leaves out."""


def service_detail(context: ServiceContext) -> ServiceDetail | None:
    """Compute every part of the detail.

    Parameters
    ----------
    context : ServiceContext
        The wave and what surrounds it.

    Returns
    -------
    ServiceDetail or None
        None where the wave has too few respondents for anything to be published.
    """
    if context.publication is Publication.NOT_PUBLISHED:
        return None
    return ServiceDetail()
