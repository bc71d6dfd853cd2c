"""Titles that say what a chart finds, in the words of the results."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from analysis.charts.control import ControlPlot
from analysis.charts.funnel import FunnelPlot
from analysis.charts.modes import Mix, mode_name
from analysis.charts.priority import PriorityPlot
from analysis.charts.profile import ProfileVariable
from analysis.charts.standards import StandardRow
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
    # The change of a whole body is told by its sentence: it rests on some of the services alone.
    if change and change.get("values"):
        before, now = (
            number(value, decimals=change["decimals"], language=language)
            for value in (fmean(change["values"][:-1]), change["values"][-1])
        )
        told = say("{}: {} nel {}, {} nel {}", "{}: {} in {}, {} in {}", language=language).format(
            pick(change["label"], language), before, "-".join(change["base_waves"]), now,
            last["wave"],
        )  # fmt: skip
        return told + _on_common_questions(waves, change, language)
    value = number(last["isu"]["value"], decimals=decimals_of(last["isu"]), language=language)
    return f"{title} {last['wave']}: {value}"


def _on_common_questions(waves: Sequence[Json], change: Json, language: str) -> str:
    """Say that the two values rest on fewer questions than the points of the chart."""
    compared = {*change["base_waves"], waves[-1]["wave"]}
    asked = [wave["index_items"] for wave in waves if wave["wave"] in compared]
    if all(set(items) == set(change["items"]) for items in asked):
        return ""
    return say(", sulle domande in comune", ", on the questions they share", language=language)


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


_ON_100 = {
    "importance": ("Importanza", "Importance"),
    "expectation": ("Aspettative", "Expectations"),
}


def answers_title(ratings: Sequence[Json], language: str, *, kind: str = "judged") -> str:
    """Give the range of satisfied users, or that of importance or expectations on 0-100."""
    if kind in _ON_100:
        return _range_title(ratings, say(*_ON_100[kind], language=language), language)
    if kind != "judged":
        ratings = ()
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


def _range_title(ratings: Sequence[Json], what: str, language: str) -> str:
    shown = sorted(
        (one for one in ratings if one["index"]["value"] is not None and one["n"] >= 30),
        key=lambda one: one["index"]["value"],
    )
    if not shown:
        return what
    low, high = (number(one["index"]["value"], language=language) for one in (shown[0], shown[-1]))
    if len(shown) == 1:
        return say("{}: {} su 100", "{}: {} of 100", language=language).format(what, high)
    words = ("{}: tra {} (domanda {}) e {} (domanda {}) su 100",
             "{}: between {} (question {}) and {} (question {}) of 100")  # fmt: skip
    return say(*words, language=language).format(
        what, low, shown[0]["number"], high, shown[-1]["number"]
    )


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


def funnel_title(plot: FunnelPlot, language: str) -> str:
    """Name the services outside the limits where they are few, in the order given."""
    outside = [one for one in plot.shown if one.band != "in_line"]
    if not outside:
        return say("Nessun servizio si scosta dagli altri più di quanto possa il caso",
                   "No service differs from the others by more than chance allows",
                   language=language)  # fmt: skip
    if len(outside) <= 2:
        return "; ".join(f"{one.label}: {one.tag}" if one.tag else one.label for one in outside)
    above = sum(one.band.endswith("above") for one in outside)
    words = ("Servizi sopra l'atteso: {}, sotto: {}, su {}",
             "Services above expectation: {}, below: {}, of {}")  # fmt: skip
    return say(*words, language=language).format(above, len(outside) - above, len(plot.shown))


def priority_title(plot: PriorityPlot, language: str) -> str:
    """Name the priorities for action that are sure; it may well be that none is."""
    first = [item.label for item in plot.items if item.act and item.importance is not None]
    if not plot.shown:
        return say("Importanza e soddisfazione", "Importance and satisfaction", language=language)
    if not first:
        return say("Di nessuna domanda si può dire che sia una priorità di intervento",
                   "Of no question can it be said that it is a priority for action",
                   language=language)  # fmt: skip
    lead = say("Priorità di intervento", "Priority for action", language=language)
    if len(first) > 3:
        return lead + say(": {} domande", ": {} questions", language=language).format(len(first))
    return f"{lead}: {'; '.join(first)}"


def standards_title(rows: Sequence[StandardRow], language: str) -> str:
    """Count the verdicts, and the promises that nothing was found about."""
    shown = [row.outcome for row in rows if row.value is not None]
    words = {
        "met": ("rispettati {}", "met {}"),
        "not_met": ("non rispettati {}", "not met {}"),
        "not_conclusive": ("non si può dire {}", "cannot tell {}"),
    }
    parts = [
        say(*both, language=language).format(shown.count(outcome))
        for outcome, both in words.items()
        if outcome in shown
    ]
    if len(shown) < len(rows):
        words_none = ("senza valore {}", "without a value {}")
        parts.append(say(*words_none, language=language).format(len(rows) - len(shown)))
    lead = say("Standard della carta", "Standards of the charter", language=language)
    return f"{lead}: {', '.join(parts)}" if parts else lead


def control_title(plot: ControlPlot, language: str) -> str:
    """Tell where the process last gave a signal, or that it gave none."""
    signals = [point.label for point in plot.shown if point.signals]
    count = len(plot.shown)
    if not count:
        return say("Carta di controllo", "Control chart", language=language)
    if not signals:
        words = ("Processo stabile: nessun segnale in {} punti",
                 "Stable process: no signal in {} points")  # fmt: skip
        return say(*words, language=language).format(count)
    words = ("Il processo dà segnali di cambiamento: {} su {} punti, l'ultimo {}",
             "The process signals a change: {} of {} points, the last {}")  # fmt: skip
    return say(*words, language=language).format(len(signals), count, signals[-1])


def profile_title(variables: Sequence[ProfileVariable], language: str) -> str:
    """Name the classes that differ from the users, where any is said to."""
    apart = [one.label for variable in variables for one in variable.shown if one.tag]
    if apart:
        words = ("Chi ha risposto si discosta dagli utenti: {}",
                 "Respondents differ from users: {}")  # fmt: skip
        return say(*words, language=language).format(", ".join(apart))
    return say("Chi ha risposto", "Who answered", language=language)


def drivers_title(top: Sequence[str], count: int, *, by_item: bool, language: str) -> str:
    """Name what goes most with overall satisfaction, where it can be told from the rest."""
    if len(top) == count:
        noun = ("domanda", "question") if by_item else ("dimensione", "dimension")
        words = ("Nessuna {} si distingue nell'associazione con la soddisfazione complessiva",
                 "No {} stands out in going with overall satisfaction")  # fmt: skip
        return say(*words, language=language).format(say(*noun, language=language))
    if len(top) > 3:
        words = ("{} a pari merito tra le più associate alla soddisfazione complessiva",
                 "{} level among those that most go with overall satisfaction")  # fmt: skip
        return say(*words, language=language).format(len(top))
    lead = say("Più associate alla soddisfazione complessiva, a pari merito",
               "Most go with overall satisfaction, level with one another",
               language=language)  # fmt: skip
    if len(top) == 1:
        lead = say("Più associata alla soddisfazione complessiva",
                   "Most goes with overall satisfaction", language=language)  # fmt: skip
    return f"{lead}: {'; '.join(top)}"


def gaps_title(kind: str, below: Sequence[str], language: str) -> str:
    """Name the questions that lie below, the widest gap first, or say that none does."""
    against = {
        "expectation": ("sotto le aspettative", "below expectations"),
        "importance": ("sotto l'importanza che gli utenti danno", "below the importance given"),
    }
    where = say(*against[kind], language=language)
    if not below:
        return say("Nessun giudizio risulta {}", "No judgement is found {}",
                   language=language).format(where)  # fmt: skip
    if len(below) > 3:
        return say("Giudizi {}: {} domande", "Judgements {}: {} questions",
                   language=language).format(where, len(below))  # fmt: skip
    lead = say("Giudizi {}", "Judgements {}", language=language).format(where)
    return f"{lead}: {'; '.join(below)}"
