"""Titles that say what a chart finds, in the words of the results."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from analysis.charts.modes import Mix, mode_name
from analysis.charts.table import say
from analysis.figures import from_to, number, percent
from analysis.words import Verdict

Json = Mapping[str, Any]


def pick(texts: Mapping[str, str] | None, language: str) -> str:
    """Choose a text by language; where it is not there, the first one."""
    if not texts:
        return ""
    wanted = language.split("-", maxsplit=1)[0]
    return texts.get(wanted) or next(iter(texts.values()))


def decimals_of(estimate: Json) -> int:
    return int(estimate["decimals"])


def years_title(waves: Sequence[Json], language: str) -> str:
    """Give the verdict and its two values; without a comparison, the last value alone."""
    title = say("Indice di soddisfazione", "Satisfaction index", language=language)
    if not waves or waves[-1]["isu"]["value"] is None:
        return title
    last, change = waves[-1], waves[-1].get("change")
    if change and change["values"]:
        before, now = (
            number(value, decimals=change["decimals"], language=language)
            for value in (fmean(change["values"][:-1]), change["values"][-1])
        )
        return say("{}: {} nel {}, {} nel {}", "{}: {} in {}, {} in {}", language=language).format(
            pick(change["label"], language), before, "-".join(change["base_waves"]), now,
            last["wave"],
        )  # fmt: skip
    value = number(last["isu"]["value"], decimals=decimals_of(last["isu"]), language=language)
    return f"{title} {last['wave']}: {value}"


def dimensions_title(dimensions: Sequence[Json], language: str) -> str:
    """Name the weakest dimension where its interval lies below all others, else the range."""
    shown = sorted((d for d in dimensions if d["value"] is not None), key=lambda d: d["value"])
    # Too few answers are not compared; an index known from counts alone has no interval.
    compared = all(d["publication"] == "full" and d["lower"] is not None for d in shown)
    if compared and len(shown) > 1 and shown[0]["upper"] < min(d["lower"] for d in shown[1:]):
        return say(
            "{} è la dimensione più debole", "{} is the weakest dimension", language=language
        ).format(pick(shown[0]["label"], language))
    title = say("Dimensioni della qualità", "Dimensions of quality", language=language)
    if len(shown) > 1:
        title += ": " + from_to(shown[0]["value"], shown[-1]["value"], language=language)
    return title


def answers_title(ratings: Sequence[Json], language: str) -> str:
    shown = [r for r in ratings if r["satisfied"]["value"] is not None and r["n"] >= 30]
    shown.sort(key=lambda r: r["satisfied"]["value"])
    if not shown:
        return say(
            "Le risposte, domanda per domanda", "The answers, by question", language=language
        )
    low, high = (percent(r["satisfied"]["value"] / 100, language=language)
                 for r in (shown[0], shown[-1]))  # fmt: skip
    if len(shown) == 1:
        return say("{} di utenti soddisfatti", "{} of users satisfied", language=language).format(
            high
        )
    return say(
        "Utenti soddisfatti: tra {} (domanda {}) e {} (domanda {})",
        "Satisfied users: between {} (question {}) and {} (question {})",
        language=language,
    ).format(low, shown[0]["number"], high, shown[-1]["number"])


def modes_title(mixes: Sequence[Mix], language: str) -> str:
    last = mixes[-1] if mixes else Mix("", None, {})
    if not last.forms or last.forms < 30:
        return say("Come sono arrivati i questionari", "How the forms came in", language=language)
    known = [(count, mode) for mode, count in last.counts.items() if count]
    parts = [
        f"{mode_name(mode, language)} {percent(count / last.forms, language=language)}"
        for count, mode in sorted(known, reverse=True)
    ]
    lead = say("Questionari del {}: {}", "Forms of {}: {}", language=language)
    return lead.format(last.label, ", ".join(parts))


def services_title(year: Json, language: str) -> str:
    words = {
        Verdict.WORSE: ("in peggioramento accertato", "established decline"),
        Verdict.BETTER: ("in miglioramento accertato", "established improvement"),
        Verdict.SIGNAL: ("con un segnale da verificare", "signal to be checked"),
    }
    parts = [
        f"{year['verdicts'][verdict]} {say(*both, language=language)}"
        for verdict, both in words.items()
        if year["verdicts"].get(verdict)
    ]
    lead = say("Servizi nel {}", "Services in {}", language=language).format(year["wave"])
    nothing = say("nessun cambiamento accertato", "no established change", language=language)
    return f"{lead}: {', '.join(parts) if parts else nothing}"
