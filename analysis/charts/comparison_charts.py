"""From a results document to the charts of what is compared: services, promises, years in a row."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.funnel import FunnelPlot, FunnelService
from analysis.charts.standards import StandardRow
from analysis.charts.table import say
from analysis.charts.titles import funnel_title, pick, standards_title
from analysis.charts.years import YearPoint, YearsLine

Json = Mapping[str, Any]
_LEFT_OUT = {
    "below_minimum": ("", ""),
    "too_few_responses": (
        "fuori dal confronto: poche risposte", "not compared: few answers",
    ),
    "other_questions": (
        "fuori dal confronto: altre domande nell'indice",
        "not compared: other questions in the index",
    ),
    "no_standard_error": (
        "fuori dal confronto: errore non calcolabile", "not compared: no standard error",
    ),
}  # fmt: skip
_NO_VALUE = {
    "no_cases": ("nessun caso", "no cases"),
    "not_asked": ("la domanda non è stata posta", "the question was not asked"),
    "no_register_value": ("nessun valore comunicato", "no value was given"),
}
_UNTESTED = ("poche risposte: nessun esito", "few answers: no verdict")


def funnel_chart(document: Json, year: Json, *, language: str) -> tuple[str, FunnelPlot] | None:
    """Title and funnel of the services of one year.

    Parameters
    ----------
    document : mapping
        Results as of results.schema.json; one from before there were comparisons has none.
    year : mapping
        One of its years.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str and FunnelPlot, or None
        None with fewer than ten services: the chart of the services with their intervals is all
        that can be shown then.
    """
    found = (year.get("detail") or {}).get("comparison")
    if not found or found["target"] is None:
        return None
    names = {entry["service"]: entry["name"] for entry in document["services"]}
    services = tuple(_service(row, names, language) for row in found["services"])
    plot = FunnelPlot(
        services, found["target"], found["spread"], found["tau2"], found["expected_outside"]
    )
    return funnel_title(plot, language), plot


def _service(row: Json, names: Mapping[str, str], language: str) -> FunnelService:
    name = names.get(row["service"], row["service"])
    if row["band"] is None:
        words = _LEFT_OUT.get(row["reason"], ("", ""))
        return FunnelService(name, None, reason=say(*words, language=language))
    return FunnelService(
        name, row["value"], row["n_eff"], row["band"], pick(row["label"], language),
        decimals=row["decimals"],
    )  # fmt: skip


def standards_chart(wave: Json, *, language: str) -> tuple[str, tuple[StandardRow, ...]] | None:
    """Title and bullets of the promises of a service, or None where it promises nothing."""
    found = (wave.get("detail") or {}).get("standards")
    if not found or not found["rows"]:
        return None
    rows = tuple(_standard(row, language) for row in found["rows"])
    return standards_title(rows, language), rows


def _standard(row: Json, language: str) -> StandardRow:
    label, unit = pick(row["text"], language), "%" if row["unit"] == "percent" else ""
    if row["value"] is None:
        return StandardRow(
            label, row["promised"], None, floor=row["minimum"], at_least=row["at_least"],
            unit=unit, reason=say(*_NO_VALUE.get(row["reason"], ("", "")), language=language),
        )  # fmt: skip
    tag = pick(row["label"], language) if row["label"] else say(*_UNTESTED, language=language)
    bounds = (None, None) if row["register"] else (row["lower"], row["upper"])
    return StandardRow(
        label, row["promised"], row["value"], row["verdict"] or "not_conclusive", tag,
        lower=bounds[0], upper=bounds[1], floor=row["minimum"], at_least=row["at_least"],
        n=row["n"] or 0, unit=unit, decimals=row["decimals"], register=row["register"],
    )  # fmt: skip


def years_line(wave: Json, points: tuple[YearPoint, ...], *, language: str) -> YearsLine | None:
    """Straight line through the last waves, where all of them can be compared.

    Parameters
    ----------
    wave : mapping
        The last wave shown.
    points : tuple of YearPoint
        Where the waves stand in the chart.
    language : str
        ``it`` or ``en``.
    """
    found = (wave.get("detail") or {}).get("trend")
    if not found or found["line"] is None:
        return None
    places = {point.name: point.year for point in points}
    ends = [
        (places[one["wave"]], one["line"])
        for one in (found["waves"][0], found["waves"][-1])
        if one["wave"] in places
    ]
    if len(ends) < 2:
        return None
    said = found["words"]["en" if language.startswith("en") else "it"]
    return YearsLine(ends[0], ends[1], said[0] if said else "")
