"""The detail of a service's year, as it stands in the results document."""

from typing import Any

from analysis.detail import ServiceDetail
from analysis.parts.answers import answers_json
from analysis.parts.channels import channels_json
from analysis.parts.coherence import coherence_json
from analysis.parts.coverage import coverage_json
from analysis.parts.drivers import drivers_json
from analysis.parts.gaps import gaps_json
from analysis.parts.importance import importance_json
from analysis.parts.priorities import priorities_json
from analysis.parts.quality import quality_json
from analysis.parts.special import special_json
from analysis.parts.standards import standards_json
from analysis.parts.trend import trend_json
from analysis.parts.weighting import weighting_json
from analysis.parts.where import where_json

Json = dict[str, Any]


def detail_json(detail: ServiceDetail | None) -> Json | None:
    """Turn the detail into its block of the results document; None where there is none.

    Parameters
    ----------
    detail : ServiceDetail or None
        None where it was not asked for.

    Returns
    -------
    dict or None
        One block for each part, of plain numbers, texts and lists.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> history = ServiceHistory("urp", "URP", (example_wave(),))
    >>> block = detail_json(body_years([history])[-1].services[0].detail)
    >>> list(block)[:3], block["answers"]["forms"]
    (['where', 'standards', 'trend'], 200)
    """
    if detail is None:
        return None
    return {
        "where": where_json(detail.where),
        "standards": standards_json(detail.standards),
        "trend": trend_json(detail.trend),
        "coherence": coherence_json(detail.coherence),
        "channels": channels_json(detail.channels),
        "weighting": weighting_json(detail.weighting),
        "quality": quality_json(detail.quality),
        "importance": importance_json(detail.importance),
        "gaps": gaps_json(detail.gaps),
        "special": special_json(detail.special),
        "drivers": drivers_json(detail.drivers),
        "priorities": priorities_json(detail.priorities),
        "answers": answers_json(detail.answers),
        "coverage": coverage_json(detail.coverage),
    }
