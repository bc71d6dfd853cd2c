"""What is known of a service's year beyond its index and its verdict, part by part."""

from dataclasses import dataclass

from analysis.context import ServiceContext
from analysis.parts.answers import Answers, answers_of
from analysis.parts.channels import Channels, channels_of
from analysis.parts.coherence import Coherences, coherence_of
from analysis.parts.coverage import Coverage, coverage_of
from analysis.parts.drivers import ServiceDrivers, drivers_of
from analysis.parts.gaps import Gaps, gaps_of
from analysis.parts.importance import Importance, importance_of
from analysis.parts.priorities import Priorities, priorities_of
from analysis.parts.quality import QualityLine, quality_of
from analysis.parts.special import Special, special_of
from analysis.parts.standards import Standards, standards_of
from analysis.parts.trend import Trend, trend_of
from analysis.parts.weighting import Weighted, weighting_of
from analysis.parts.where import Where, where_of
from analysis.publication import Publication

__all__ = ["ServiceContext", "ServiceDetail", "service_detail"]


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """Parts of the detail, each with its own reasons for what it leaves out."""

    where: Where
    standards: Standards
    trend: Trend
    coherence: Coherences
    channels: Channels
    weighting: Weighted
    quality: QualityLine
    importance: Importance
    gaps: Gaps
    special: Special
    drivers: ServiceDrivers
    priorities: Priorities
    answers: Answers
    coverage: Coverage


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

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> detail = body_years([ServiceHistory("urp", "URP", (example_wave(),))])[0].services[0].detail
    >>> detail.trend.reason, detail.coverage is None, len(detail.drivers.found.drivers)
    ('fewer_than_four_waves', False, 4)
    >>> few = ServiceHistory("urp", "URP", (example_wave(n=9),))
    >>> body_years([few])[0].services[0].detail is None
    True
    """
    if context.publication is Publication.NOT_PUBLISHED:
        return None
    drivers = drivers_of(context)
    return ServiceDetail(
        where=where_of(context),
        standards=standards_of(context),
        trend=trend_of(context),
        coherence=coherence_of(context),
        channels=channels_of(context),
        weighting=weighting_of(context),
        quality=quality_of(context),
        importance=importance_of(context),
        gaps=gaps_of(context),
        special=special_of(context),
        drivers=drivers,
        priorities=priorities_of(context, drivers),
        answers=answers_of(context),
        coverage=coverage_of(context),
    )
