"""From a results document to the charts of what is compared: services, promises, years in a row."""

from collections.abc import Mapping
from typing import Any

from analysis.charts.funnel import FunnelPlot, FunnelService
from analysis.charts.standards import StandardRow
from analysis.charts.table import say
from analysis.charts.titles import funnel_title, pick, standards_title
from analysis.charts.years import YearPoint, YearsLine
from analysis.figures import is_english

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
#: Reasons for which a series is cut; too few answers do not cut it.
_BREAKS = frozenset({"series_break", "items_changed", "scale_changed", "no_common_mode"})


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


def service_notes(document: Json, *, language: str) -> dict[str, str]:
    """Say of which years the index of the body rests on other services than the year before.

    Parameters
    ----------
    document : mapping
        Results as of results.schema.json.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    dict of str to str
        By label; years with the same services as before have no entry.
    """
    said: dict[str, str] = {}
    before: set[str] = set()
    for year in document["years"]:
        label = str(year["wave"])
        now = {
            str(entry["service"])
            for entry in document["services"]
            for wave in entry["waves"]
            if wave["wave"] == label and wave["isu"]["value"] is not None
        }
        if before and now and now != before:
            words = ("servizi diversi dall'anno prima: {} in più, {} in meno",
                     "other services than the year before: {} more, {} fewer")  # fmt: skip
            said[label] = say(*words, language=language).format(
                len(now - before), len(before - now)
            )
        before = now
    return said


def break_words(wave: Json, language: str) -> str:
    """Say why a series is cut before a wave; "" where it is not.

    Parameters
    ----------
    wave : mapping
        A wave of a service, or a year of the body.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str
    """
    if wave.get("series_break"):
        return str(wave["series_break"])
    change = wave.get("change") or {}
    # The change of a whole body has no reasons: services that cannot be compared are left out.
    if not change.get("reasons") or change["reasons"][0] not in _BREAKS:
        return ""
    headline = str(change["words"]["en" if is_english(language) else "it"]["headline"])
    return headline.rstrip(".").split(": ", 1)[-1]
