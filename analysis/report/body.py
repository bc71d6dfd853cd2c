"""The section of the body: all its services beside one another."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.charts.table import Alternative, say
from analysis.charts.titles import pick
from analysis.figures import percent
from analysis.reasons import why
from analysis.report.actions import body_standards_table
from analysis.report.cells import NOTHING, chance, per_cent, plain, two, with_ends, words_of
from analysis.report.html import paragraphs, section, table, text
from analysis.report.service import Picture, estimate_words, figure

Json = Mapping[str, Any]


def body_section(results: Json, pictures: Sequence[Picture], *, language: str) -> str:
    """Write the section over all services."""
    title = say("Tutti i servizi", "All services", language=language)
    year = results["years"][-1]
    shift = year["common_shift"]
    raised = shift["words"] if shift and shift["raised"] else None
    known = year["weighting"] == "users_served"
    lead = say("Indice dell'ente", "Index of the body", language=language)
    if not known:
        lead = say("Media delle risposte dell'ente (utenti serviti non noti)",
                   "Mean of the answers of the body (users served not known)",
                   language=language)  # fmt: skip
    charts = {picture.chart.name: figure(picture, whose=title) for picture in pictures}
    compared = charts.pop("funnel", "")
    content = [
        f'<p class="index"><strong>{text(lead)} {text(year["wave"])}: '
        f"{text(estimate_words(year['isu'], language=language))}</strong></p>",
        *_change(year, language),
        paragraphs([raised[two(language)]] if raised else []),
        *charts.values(),
        _comparison(results, year, compared, language),
        _promises(results, year, language),
        _screening(results, year, language),
    ]
    return section(title, content, name="services")


def _change(year: Json, language: str) -> list[str]:
    """Say the verdict on the body; documents from before there was one have none."""
    found = year.get("change")
    if found is None:
        return []
    words = found["words"][two(language)]
    return [paragraphs([words["headline"]], kind="verdict"), paragraphs([words["detail"]])]


def _names(results: Json) -> dict[str, str]:
    return {entry["service"]: entry["name"] for entry in results["services"]}


def _detail(year: Json, name: str) -> Json | None:
    return (year.get("detail") or {}).get(name)


def _comparison(results: Json, year: Json, funnel: str, language: str) -> str:
    found = _detail(year, "comparison")
    if found is None:
        return ""
    names = _names(results)
    pairs = tuple(
        (f"{names.get(one['first'], one['first'])} − {names.get(one['second'], one['second'])}",
         with_ends(one, language, decimals=one["decimals"], signed=True, value="difference"),
         chance(one["p_holm"], language))
        for one in found["pairs"]
    )  # fmt: skip
    header = (
        say("Servizi", "Services", language=language),
        say("Differenza in punti", "Difference in points", language=language),
        say("p (Holm)", "p (Holm)", language=language),
    )
    caption = say("Servizi a due a due", "Services two by two", language=language)
    left = [
        f"{names.get(one['service'], one['service'])}: {why(one['reason'], language)}"
        for one in found["services"]
        if one["reason"] is not None
    ]
    apart = say("Fuori dal confronto", "Not compared", language=language)
    content = [
        paragraphs(words_of(found, language)),
        funnel,
        table(Alternative("", header, pairs), name="pairs", caption=caption),
        paragraphs([f"{apart} – {'; '.join(left)}."] if left else [], kind="missing"),
    ]
    title = say("Il confronto tra servizi", "Services compared", language=language)
    return section(title, content, name="comparison", level=3)


def _promises(results: Json, year: Json, language: str) -> str:
    found = _detail(year, "standards")
    if found is None or not found["rows"]:
        return ""
    promises = {}
    for entry in results["services"]:
        for wave in entry["waves"]:
            block = (wave.get("detail") or {}).get("standards")
            if wave["wave"] != year["wave"] or block is None:
                continue
            for row in block["rows"]:
                said = pick(row["label"], language) if row["label"] else why(
                    row["reason"], language, part="standards"
                )  # fmt: skip
                name = f"{entry['name']}: {pick(row['text'], language)}"
                promises[entry["service"], row["key"]] = (name, said)
    caption = say("Standard di tutti i servizi, come una sola famiglia di verifiche",
                  "Standards of all services, as one family of tests",
                  language=language)  # fmt: skip
    numbers = table(
        body_standards_table(found, promises, language), name="promises", caption=caption
    )
    title = say("Gli standard di tutti i servizi", "Standards of all services", language=language)
    return section(title, [numbers], name="all-promises", level=3)


def _screening(results: Json, year: Json, language: str) -> str:
    found = _detail(year, "screening")
    if found is None:
        return ""
    names, texts = _names(results), _texts(results, year, language)
    rows = tuple(
        (
            names.get(one["service"], one["service"]),
            texts.get((one["service"], one["key"]), one["key"]),
            _way(one, language),
            per_cent(None if one["superiority"] is None else 100 * one["superiority"], language),
            chance(one["p_adjusted"], language),
            " → ".join(plain(n, language) for n in one["n"]),
        )
        for one in found["cells"]
        if one["marked"]
    )
    header = (
        ("Servizio", "Service"),
        ("Domanda", "Question"),
        ("Verso", "Direction"),
        ("Probabilità che oggi si giudichi meglio", "Chance that today's mark is better"),
        ("p (Benjamini-Hochberg)", "p (Benjamini-Hochberg)"),
        ("n", "n"),
    )
    rate = percent(found["false_discoveries"], language=language)
    caption = say(
        "Tabella esplorativa: domande mosse dalla rilevazione precedente; circa il {} può essere "
        "caso",
        "Exploratory table: questions that moved since the survey before; about {} of them may be "
        "chance",
        language=language,
    )
    columns = tuple(say(*one, language=language) for one in header)
    content = [
        paragraphs(words_of(found, language)),
        table(Alternative("", columns, rows), name="screened", caption=caption.format(rate)),
    ]
    title = say("Dove guardare (tabella esplorativa)", "Where to look (exploratory table)",
                language=language)  # fmt: skip
    return section(title, content, name="screening", level=3)


def _way(cell: Json, language: str) -> str:
    if cell["superiority"] is None or cell["superiority"] == 0.5:
        return NOTHING
    rising = cell["superiority"] > 0.5
    return say(*(("migliora", "better") if rising else ("peggiora", "worse")), language=language)


def _texts(results: Json, year: Json, language: str) -> dict[tuple[str, str], str]:
    return {
        (entry["service"], item["key"]): f"{item['number']}. {pick(item['text'], language)}"
        for entry in results["services"]
        for wave in entry["waves"]
        if wave["wave"] == year["wave"]
        for item in wave["items"]
    }
