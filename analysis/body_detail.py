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
from analysis.parts.standards import Standards, family_check
from analysis.publication import DEFAULT
from analysis.standards import ManyStandards, many_standards
from analysis.wave import Wave

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BodyStandards:
    """Promises of all services at once, for consequences that fall on the body.

    Attributes
    ----------
    keys : tuple of (str, str)
        Service and promise.
    many : ManyStandards
        Wrong verdicts to expect, and p after Holm over the body, in the order of `keys`.
    """

    keys: tuple[tuple[str, str], ...]
    many: ManyStandards


@dataclass(frozen=True, slots=True)
class BodyDetail:
    """Parts that need all services of a body."""

    comparison: Comparison
    screening: Screening
    standards: BodyStandards


def body_detail(
    services: Sequence[ComparedService],
    previous: Sequence[Wave | None],
    promised: Sequence[Standards | None] = (),
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
    promised : sequence of Standards or None, optional
        The promises of each of them; none when left out.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    BodyDetail or None
        None for a single service, which has nothing beside it.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import Publication
    >>> waves = {"urp": example_wave(), "tax": example_wave(seed=2)}
    >>> services = [
    ...     ComparedService(key, key.upper(), wave, index_result(wave), Publication.FULL)
    ...     for key, wave in waves.items()
    ... ]
    >>> found = body_detail(services, [None, None])
    >>> len(found.comparison.rows), len(found.comparison.pairs)
    (2, 1)
    >>> body_detail(services[:1], [None]) is None
    True
    """
    if len(services) < 2:
        return None
    series = [(one.key, wave, one.wave) for one, wave in zip(services, previous, strict=True)]
    return BodyDetail(
        comparison_of(services),
        screening_of(series, parameters=parameters),
        _standards(services, promised or [None] * len(services)),
    )


def _standards(
    services: Sequence[ComparedService], promised: Sequence[Standards | None]
) -> BodyStandards:
    rows = [
        ((one.key, row.standard.key), family_check(row))
        for one, kept in zip(services, promised, strict=True)
        for row in (() if kept is None else kept.rows)
    ]
    many = many_standards([check for _, check in rows])
    return BodyStandards(tuple(key for key, _ in rows), many)


def body_detail_json(detail: BodyDetail | None) -> Json | None:
    """Turn the detail of a body into its block of the results document.

    Parameters
    ----------
    detail : BodyDetail or None
        None for a single service.

    Returns
    -------
    dict or None
        Plain numbers, texts and lists; None for a single service.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> one = ServiceHistory("urp", "URP", (example_wave(),))
    >>> two = ServiceHistory("tax", "Tributi", (example_wave(seed=2),))
    >>> block = body_detail_json(body_years([one, two])[-1].detail)
    >>> list(block), block["standards"]
    (['comparison', 'screening', 'standards'], {'wrong_each_side': 0.0, 'rows': []})
    """
    if detail is None:
        return None
    return {
        "comparison": comparison_json(detail.comparison),
        "screening": screening_json(detail.screening),
        "standards": {
            "wrong_each_side": detail.standards.many.wrong_each_side,
            "rows": [
                {"service": service, "key": key, "p_holm": p}
                for (service, key), p in zip(
                    detail.standards.keys, detail.standards.many.p_holm, strict=True
                )
            ],
        },
    }
