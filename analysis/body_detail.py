"""What is known of a body's year beyond its index: its services beside one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.parameters import Parameters
from analysis.parts.comparison import (
    ComparedService,
    Comparison,
    comparison_json,
    comparison_of,
)
from analysis.parts.screening import Screening, screening_json, screening_of
from analysis.publication import DEFAULT
from analysis.wave import Wave

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BodyDetail:
    """Parts that need all services of a body."""

    comparison: Comparison
    screening: Screening


def body_detail(
    services: Sequence[ComparedService],
    previous: Sequence[Wave | None],
    *,
    parameters: Parameters = DEFAULT,
) -> BodyDetail | None:
    """Compute every part of a body's year.

    Parameters
    ----------
    services : sequence of ComparedService
        All services with a wave in this period.
    previous : sequence of Wave or None
        The wave before, of each of them.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    BodyDetail or None
        None for a single service, which has nothing beside it.
    """
    if len(services) < 2:
        return None
    series = [(one.key, wave, one.wave) for one, wave in zip(services, previous, strict=True)]
    return BodyDetail(comparison_of(services), screening_of(series, parameters=parameters))


def body_detail_json(detail: BodyDetail | None) -> Json | None:
    """Turn the detail of a body into its block of the results document."""
    if detail is None:
        return None
    return {
        "comparison": comparison_json(detail.comparison),
        "screening": screening_json(detail.screening),
    }
