"""The detail of a service's year, as it stands in the results document."""

from typing import Any

from analysis.detail import ServiceDetail
from analysis.parts.channels import channels_json
from analysis.parts.coherence import coherence_json
from analysis.parts.quality import quality_json
from analysis.parts.trend import trend_json

Json = dict[str, Any]


def detail_json(detail: ServiceDetail | None) -> Json | None:
    """Turn the detail into its block of the results document; None where there is none."""
    if detail is None:
        return None
    return {
        "trend": trend_json(detail.trend),
        "coherence": coherence_json(detail.coherence),
        "channels": channels_json(detail.channels),
        "quality": quality_json(detail.quality),
    }
