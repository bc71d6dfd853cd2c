"""The charts of a results document: which there are, and what each of them finds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.charts.comparison_charts import (
    break_words,
    funnel_chart,
    service_notes,
    standards_chart,
    years_line,
)
from analysis.charts.control import ControlPlot, describe_control, draw_control
from analysis.charts.detail_charts import beside_users, detail_charts
from analysis.charts.distribution import (
    Distribution,
    Question,
    describe_distribution,
    draw_distribution,
)
from analysis.charts.dots import Dot, Dots, Tone, describe_dots, draw_dots
from analysis.charts.funnel import FunnelPlot, describe_funnel, draw_funnel
from analysis.charts.modes import Mix, describe_modes, draw_modes
from analysis.charts.priority import PriorityPlot, describe_priority, draw_priority
from analysis.charts.profile import (
    ProfileClass,
    ProfileVariable,
    describe_profile,
    draw_profile,
)
from analysis.charts.standards import StandardRow, describe_standards, draw_standards
from analysis.charts.table import Alternative, say
from analysis.charts.titles import (
    answers_title,
    decimals_of,
    dimensions_title,
    modes_title,
    pick,
    profile_title,
    services_title,
    years_title,
)
from analysis.charts.vector import svg
from analysis.charts.years import YearPoint, Years, describe_years, draw_years
from analysis.figures import number
from analysis.words import Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Json = Mapping[str, Any]
_TONES: dict[str, Tone] = {
    Verdict.WORSE: "worse", Verdict.BETTER: "better", Verdict.SIGNAL: "watch",
}  # fmt: skip
_SMALL = frozenset({"below_minimum", "too_few_answers"})
_REASONS = {
    "no_valid_answer": ("nessuna risposta valida", "no valid answers"),
    "no_index_items": ("nessuna domanda dell'indice", "no question of the index"),
    "no_published_service": ("nessun servizio pubblicabile", "no service can be published"),
}


#: Labels from worst to best, and places of the satisfied and of the dissatisfied ones.
_Scale = tuple[tuple[str, ...], frozenset[int], frozenset[int]]
_JUDGEMENTS = frozenset({"item", "overall"})
_NO_NOTES: Mapping[str, str] = {}
Data = (
    Distribution | Dots | Years | FunnelPlot | PriorityPlot | ControlPlot
    | tuple[Mix, ...] | tuple[StandardRow, ...] | tuple[ProfileVariable, ...]
)  # fmt: skip
#: How each kind of data is drawn and said; tuples go by what they hold.
_KINDS: dict[type, tuple[Callable[..., "Figure"], Callable[..., Alternative]]] = {
    Distribution: (draw_distribution, describe_distribution),
    Dots: (draw_dots, describe_dots),
    Years: (draw_years, describe_years),
    FunnelPlot: (draw_funnel, describe_funnel),
    PriorityPlot: (draw_priority, describe_priority),
    ControlPlot: (draw_control, describe_control),
    Mix: (draw_modes, describe_modes),
    StandardRow: (draw_standards, describe_standards),
    ProfileVariable: (draw_profile, describe_profile),
}


def _kind(data: Data) -> tuple[Callable[..., "Figure"], Callable[..., Alternative]]:
    if isinstance(data, tuple):
        return _KINDS[type(data[0])] if data else _KINDS[Mix]
    return _KINDS[type(data)]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in one language: drawing, words and table of the same numbers."""

    #: Letters, digits and hyphens; unique among the charts of a service.
    name: str
    title: str
    language: str
    data: Data

    def figure(self, *, narrow: bool = False) -> "Figure":
        """Draw it, for paper and desk or for a phone."""
        draw, _ = _kind(self.data)
        return draw(self.data, title=self.title, language=self.language, narrow=narrow)

    def alternative(self) -> Alternative:
        """Say it, without drawing it."""
        _, describe = _kind(self.data)
        return describe(self.data, title=self.title, language=self.language)

    def svg(self, *, narrow: bool = False) -> str:
        figure = self.figure(narrow=narrow)
        return svg(figure, title=self.title, description=self.alternative().text)


def reason_in_words(reason: str | None, *, minimum: int, language: str) -> str:
    """Say why a number is not there."""
    if reason in _REASONS:
        return say(*_REASONS[reason], language=language)
    rule = f"n < {minimum}: "
    return rule + say("non pubblicato", "not published", language=language)


def _shown(estimate: Json) -> dict[str, Any]:
    """Return what a dot or a year shows of an estimate; nothing where it is suppressed."""
    if estimate["value"] is None:
        return {"value": None}
    return {
        "value": estimate["value"], "low": estimate["lower"], "high": estimate["upper"],
        "n": estimate["n"], "decimals": decimals_of(estimate),
        "few": estimate["publication"] == "warning",
    }  # fmt: skip


def _hidden(estimate: Json, *, minimum: int, language: str) -> str:
    """Return the reason, or "" for the one that the charts say by themselves."""
    if estimate["value"] is not None or (minimum == 10 and estimate["reason"] in _SMALL):
        return ""
    return reason_in_words(estimate["reason"], minimum=minimum, language=language)


def _calendar(waves: Sequence[Json]) -> bool:
    labels = [wave["wave"] for wave in waves]
    return all(re.fullmatch(r"\d{4}", label) for label in labels) and labels == sorted(set(labels))


def years_chart(
    waves: Sequence[Json], *, minimum: int, language: str, notes: Mapping[str, str] = _NO_NOTES
) -> Chart:
    """Draw the index through the waves of a service (or of a body), oldest first."""
    calendar = _calendar(waves)
    points = tuple(
        YearPoint(
            int(wave["wave"]) if calendar else place,
            label="" if calendar else str(wave["wave"]),
            break_before=break_words(wave, language) if place else "",
            note=notes.get(str(wave["wave"]), ""),
            reason=_hidden(wave["isu"], minimum=minimum, language=language),
            **_shown(wave["isu"]),
        )
        for place, wave in enumerate(waves)
    )
    title = years_title(waves, language)
    line = years_line(waves[-1], points, language=language) if waves else None
    return Chart("years", title, language, Years(points, line=line))


def dimensions_chart(wave: Json, *, minimum: int, language: str) -> Chart:
    """Draw the dimensions of one wave, with the index of the service as reference."""
    rows = tuple(
        Dot(
            pick(found["label"], language),
            reason=_hidden(found, minimum=minimum, language=language),
            **_shown(found),
        )
        for found in wave["dimensions"]
    )
    isu = wave["isu"]
    words = say("indice del servizio", "index of the service", language=language)
    value = isu["value"]
    data = Dots(
        rows, reference=value,
        reference_label="" if value is None else
        f"{words} {number(value, decimals=decimals_of(isu), language=language)}",
        what=say("Dimensione", "Dimension", language=language),
    )  # fmt: skip
    return Chart("dimensions", dimensions_title(wave["dimensions"], language), language, data)


def _question(rating: Json, *, minimum: int, weighted: bool, language: str) -> Question:
    label = f"{rating['number']}. {pick(rating['text'], language)}"
    counts = rating["counts"]
    if counts is None:
        reason = _hidden(rating["index"], minimum=minimum, language=language)
        return Question(label, None, reason=reason)
    ordered = [cell["n"] for cell in sorted(counts, key=lambda cell: _worth(rating, cell["code"]))]
    value = rating["satisfied"]["value"] if weighted else None
    share = None if value is None else value / 100
    return Question(label, tuple(ordered), share=share, **(rating["statuses"] or {}))


def _worth(rating: Json, code: int) -> int:
    return code if rating["scale"]["higher_is_better"] else -code


def _scale_of(rating: Json, language: str) -> _Scale:
    codes = sorted(rating["scale"]["codes"], key=lambda cell: _worth(rating, cell["code"]))
    places = {cell["code"]: place for place, cell in enumerate(codes)}
    return (
        tuple(pick(cell["label"], language) or str(cell["code"]) for cell in codes),
        frozenset(places[code] for code in rating["satisfied"]["codes"]),
        frozenset(places[code] for code in rating["dissatisfied"]["codes"]),
    )


def distribution_charts(wave: Json, *, minimum: int, language: str) -> list[Chart]:
    """Draw the answers of one wave: one chart for all questions of a kind that share a scale.

    Judgements stand apart from what people find important or expect, and from the rest.
    """
    ratings = [*wave["items"], *([wave["overall"]] if wave["overall"] else []),
               *wave["other_ratings"]]  # fmt: skip
    groups: dict[tuple[str, _Scale], list[Json]] = {}
    for rating in ratings:
        kind = "judged" if rating["role"] in _JUDGEMENTS else str(rating["role"])
        groups.setdefault((kind, _scale_of(rating, language)), []).append(rating)
    weighting = (wave.get("detail") or {}).get("weighting") or {}
    weighted = weighting.get("method", "none") != "none"
    return [
        Chart(
            f"answers-{place}", answers_title(group, language, kind=kind), language,
            Distribution(
                *scale,
                tuple(
                    _question(one, minimum=minimum, weighted=weighted, language=language)
                    for one in group
                ),
                judged=kind == "judged",
            ),
        )
        for place, ((kind, scale), group) in enumerate(groups.items(), start=1)
    ]  # fmt: skip


def modes_chart(waves: Sequence[Json], *, minimum: int, language: str) -> Chart:
    """Draw how the forms of each wave came in."""
    mixes = []
    for wave in waves:
        found = wave["modes"]
        counts = {cell["mode"]: cell["n"] for cell in found or []}
        whole = wave["n"] if any(n is None for n in counts.values()) else sum(counts.values())
        reason = "" if minimum == 10 else reason_in_words(None, minimum=minimum, language=language)
        mixes.append(Mix(str(wave["wave"]), None if found is None else whole, counts, reason))
    return Chart("modes", modes_title(mixes, language), language, tuple(mixes))


def profile_chart(wave: Json, *, minimum: int, language: str) -> Chart:
    """Draw who answered one wave, by each question about the user.

    Beside the users where they are known, and then of those who stated their class; of all forms
    elsewhere.

    A wave that may not be published has no profiles, and the chart says that there are no data. Of
    a wave known as counts nobody knows who answered: its questions are left out.
    """
    hidden = "" if minimum == 10 else reason_in_words(None, minimum=minimum, language=language)
    words = say("non indicato", "not stated", language=language)
    variables = []
    for found in wave["profiles"]:
        compared = beside_users(wave, found, language=language)
        if compared is not None:
            variables.append(compared)
            continue
        classes = [
            ProfileClass(pick(cell["label"], language) or str(cell["code"]), cell["n"],
                         reason=hidden)
            for cell in found["options"]
        ]  # fmt: skip
        silent = found["not_stated"]["n"]
        if silent == 0 and all(cell["n"] == 0 for cell in found["options"]):
            continue
        if silent != 0:
            classes.append(ProfileClass(words, silent, reason=hidden))
        label = pick(found["text"], language)
        variables.append(ProfileVariable(label, int(wave["forms"]), tuple(classes)))
    return Chart("profile", profile_title(variables, language), language, tuple(variables))


def service_charts(
    document: Json, service: str, *, language: str = "it", wave: str | None = None
) -> list[Chart]:
    """Return the charts of one service, up to a wave.

    Parameters
    ----------
    document : mapping
        Results as of results.schema.json.
    service : str
        Key of the service.
    language : str, optional
        ``it`` or ``en``.
    wave : str, optional
        The wave to show; the last one by default. Later ones are left out.

    Returns
    -------
    list of Chart
        Index through the years, promises (where there are any), dimensions (where there are
        several), answers (one a scale), then where the detail has them priorities, drivers and
        gaps; response modes (where they are known), and who answered (where it was asked).
    """
    entry = next((one for one in document["services"] if one["service"] == service), None)
    if entry is None:
        raise ValueError(f"no service {service!r} in the results")
    labels = [one["wave"] for one in entry["waves"]]
    if wave is not None and wave not in labels:
        raise ValueError(f"no wave {wave!r} of {service!r}: there are {', '.join(labels)}")
    waves = entry["waves"][: len(labels) if wave is None else labels.index(wave) + 1]
    minimum = int(document["parameters"]["publication_minimum"])
    last = waves[-1]
    charts = [years_chart(waves, minimum=minimum, language=language)]
    promised = standards_chart(last, language=language)
    if promised is not None:
        charts.append(Chart("standards", promised[0], language, promised[1]))
    if len(last["dimensions"]) > 1:
        charts.append(dimensions_chart(last, minimum=minimum, language=language))
    charts += distribution_charts(last, minimum=minimum, language=language)
    charts += [
        Chart(name, title, language, data)
        for name, title, data in detail_charts(last, language=language)
    ]
    modes = {cell["mode"] for one in waves for cell in one["modes"] or []}
    if modes != {"not_stated"}:
        charts.append(modes_chart(waves, minimum=minimum, language=language))
    if last.get("profiles"):
        answered = profile_chart(last, minimum=minimum, language=language)
        charts += [answered] if answered.data else []
    return charts


def _tag(change: Json | None, year: Json, language: str) -> str:
    if change is None or "no_previous_wave" in change["reasons"]:
        return ""
    tag = pick(change["label"], language)
    if change["value"] is None or change["verdict"] == Verdict.UNKNOWN:
        return tag
    if change["verdict"] == Verdict.SIGNAL and abs(change["value"]) < year.get("delta", 0.0):
        return tag  # its signal is the change from the wave before alone
    moved = number(change["value"], decimals=change["decimals"], language=language, signed=True)
    return f"{tag} ({moved})"


def _service_dot(entry: Json, wave: Json, year: Json, *, minimum: int, language: str) -> Dot:
    isu, change = wave["isu"], wave["change"]
    if isu["value"] is None:
        reason = _hidden(isu, minimum=minimum, language=language)
        return Dot(entry["name"], None, reason=reason)
    tone = _TONES.get(change["verdict"], "plain") if change else "plain"
    return Dot(entry["name"], tag=_tag(change, year, language), tone=tone, **_shown(isu))


def body_charts(document: Json, *, language: str = "it", wave: str | None = None) -> list[Chart]:
    """Return the charts of a body: its services in one wave, its index through the years."""
    labels = [year["wave"] for year in document["years"]]
    if wave is not None and wave not in labels:
        raise ValueError(f"no wave {wave!r} in the results: there are {', '.join(labels)}")
    years = document["years"][: len(labels) if wave is None else labels.index(wave) + 1]
    year, minimum = years[-1], int(document["parameters"]["publication_minimum"])
    rows = tuple(
        _service_dot(entry, found, year, minimum=minimum, language=language)
        for entry in document["services"]
        for found in entry["waves"]
        if found["wave"] == year["wave"]
    )
    isu = year["isu"]
    of_body = say("indice dell'ente", "index of the body", language=language)
    if year["weighting"] != "users_served":
        of_body = say("media delle risposte", "mean of the answers", language=language)
    value = isu["value"]
    data = Dots(
        rows, reference=value,
        reference_label="" if value is None else
        f"{of_body} {number(value, decimals=decimals_of(isu), language=language)}",
        what=say("Servizio", "Service", language=language),
    )  # fmt: skip
    charts = [Chart("services", services_title(year, language), language, data)]
    compared = funnel_chart(document, year, language=language)
    if compared is not None:
        charts.append(Chart("funnel", compared[0], language, compared[1]))
    if len(years) > 1:
        notes = service_notes(document, language=language)
        charts.append(years_chart(years, minimum=minimum, language=language, notes=notes))
    return charts
