"""What is known of a service's year beyond its index and its verdict, part by part."""

from dataclasses import dataclass

from analysis.context import ServiceContext
from analysis.parts.channels import Channels, channels_of
from analysis.parts.coherence import Coherences, coherence_of
from analysis.parts.quality import QualityLine, quality_of
from analysis.parts.trend import Trend, trend_of
from analysis.publication import Publication

__all__ = ["ServiceContext", "ServiceDetail", "service_detail"]


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """Parts of the detail, each with its own reasons for what it leaves out."""

    trend: Trend
    coherence: Coherences
    channels: Channels
    quality: QualityLine


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
    return ServiceDetail(
        trend=trend_of(context),
        coherence=coherence_of(context),
        channels=channels_of(context),
        quality=quality_of(context),
    )
