"""The yearly report on paper: the frozen results, arranged; typst is imported when it prints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from survey.models import Chart, PublicBody, YearlyResult
from survey.press import compile_pdf, template_digest
from survey.results import queries
from survey.results.detail import Detail, body_detail_of, detail_of
from survey.results.report_words import WORDS, mode_word, reason_word, say
from survey.results.words import few, flags_in_words

TEMPLATE = "report.typ"
Json = Mapping[str, Any]


def report_version(result: YearlyResult, language: str) -> str:
    """Name everything that the bytes of a report depend on."""
    parts = (result.body_id, result.year, result.revision, result.data_hash, language)
    text = ";".join(map(str, parts)) + template_digest(TEMPLATE)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def report_pdf(
    session: Session, body: PublicBody, result: YearlyResult, *, language: str = "it"
) -> bytes:
    """Set the report of a published year as PDF/UA-1 and PDF/A-2a."""
    return compile_pdf(TEMPLATE, report_data(session, body, result, language=language))


def report_data(
    session: Session, body: PublicBody, result: YearlyResult, *, language: str
) -> dict[str, Any]:
    """Write every number as text, so that the template only arranges."""
    services = queries.service_results(session, body, result.year, revision=result.revision)
    document = result.document
    day = result.published_on
    return {
        "language": language,
        "title": say("title", language, year=result.year),
        "body": body.name,
        "year": str(result.year),
        "day": [day.year, day.month, day.day],
        "date": say("published", language, date=format_date(day, "long", locale=language)),
        "revision": say("revision", language, revision=result.revision)
        if result.revision > 1
        else "",
        "words": {name: say(name, language) for name in WORDS if "{" not in WORDS[name][0]},
        "summary": _summary(document, language),
        "table": _services_table(document, language),
        "charts": _charts(session, result, language),
        "services": [_service(session, one, language) for one in services],
        "notes": document["notes"][language],
        "method": say("method_version", language, version=result.method_version),
        "hash": say("data_hash", language, hash=result.data_hash),
    }


def _charts(session: Session, result: YearlyResult, language: str) -> list[Json]:
    charts: Sequence[Chart] = queries.charts_of(session, result, language)
    return [
        {
            "name": chart.name,
            "language": chart.language,
            "svg": chart.svg,
            "narrow": chart.svg_narrow,
            **chart.words,
        }
        for chart in charts
    ]


def _number(found: Json, language: str) -> str:
    from analysis.figures import number

    if found["value"] is None:
        return reason_word(found["reason"], language)
    return number(found["value"], decimals=found["decimals"], language=language)


def _interval(found: Json, language: str) -> str:
    from analysis.figures import from_to

    if found["lower"] is None or found["upper"] is None:
        return ""
    return from_to(found["lower"], found["upper"], decimals=found["decimals"], language=language)


def _share(found: Json | None, language: str) -> str:
    from analysis.figures import of_total, percent

    if found is None:
        return ""
    if found["value"] is None:
        return reason_word(found["reason"], language)
    if found["as_count"]:
        return of_total(found["count"], found["n"], language=language)
    return percent(found["value"] / 100, decimals=found["decimals"], language=language)


def _whole(value: int | None, language: str) -> str:
    from analysis.figures import number

    return "" if value is None else number(value, language=language)


def _summary(document: Json, language: str) -> list[str]:
    year = document["years"][-1]
    lines = []
    if year["isu"]["value"] is not None:
        weighting = "by_users" if year["weighting"] == "users_served" else "by_answers"
        lines.append(
            say(
                "body_index",
                language,
                value=_number(year["isu"], language),
                interval=_interval(year["isu"], language),
                weighting=say(weighting, language),
            )
        )
    if year.get("change"):
        sentence = year["change"]["words"][language]
        lines.append(say("body_change", language, headline=sentence["headline"]))
        lines.append(sentence["detail"])
    verdicts = year["verdicts"]
    lines.append(
        say(
            "changes",
            language,
            total=year["services"],
            tests=year["tests"],
            better=verdicts["miglioramento_accertato"],
            worse=verdicts["peggioramento_accertato"],
            signals=verdicts["segnale_da_verificare"],
        )
    )
    shift = year["common_shift"]
    if shift and shift["words"]:
        lines.append(shift["words"][language])
    detail = body_detail_of(document, language)
    return lines if detail is None else [*lines, *detail.compared]


def _services_table(document: Json, language: str) -> Json:
    rows = []
    for service in document["services"]:
        wave = service["waves"][-1]
        isu, change = wave["isu"], wave["change"]
        overall = wave["overall"]
        shown = isu["value"] is not None
        rows.append(
            [
                service["name"],
                _number(isu, language),
                _interval(isu, language),
                _share(overall and overall["satisfied"], language) if shown else "",
                _whole(wave["n"], language) if shown else "",
                change["label"][language] if change else "",
            ]
        )
    names = ("service", "index", "interval", "satisfied", "n", "verdict")
    return {"header": [say(name, language) for name in names], "rows": rows}


def _service(session: Session, result: YearlyResult, language: str) -> Json:
    service = result.document["services"][0]
    wave = service["waves"][-1]
    change = wave["change"] or {"flags": [], "words": {}}
    sentence = change["words"].get(language, {"headline": "", "detail": ""})
    charts = _charts(session, result, language)
    return {
        "name": service["name"],
        "headline": sentence["headline"],
        "detail": sentence["detail"],
        "facts": _facts(wave, language),
        "charts": charts,
        "profile": _profile(charts),
        "items": _items(wave, language),
        "flags": flags_in_words([*wave["flags"], *change["flags"]]),
        **_said(detail_of(wave, language), language),
    }


def _profile(charts: Sequence[Json]) -> list[str]:
    """Say who answered, a line a question: the chart of it is taller than the page has room."""
    said: dict[str, list[str]] = {}
    for chart in charts:
        if chart["name"] == "profile":
            for question, answer, count, share in chart["rows"]:
                said.setdefault(question, []).append(f"{answer} {share or count}")
    return [f"{question} {'; '.join(answers)}." for question, answers in said.items()]


#: sections of a service, and the parts of the detail whose sentences they hold
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "moved": ("where",),
    "trend": ("trend",),
    "promises": ("standards",),
    "act": ("priorities", "drivers", "gaps", "importance"),
    "other": ("special",),
    "who": ("coverage", "channels"),
    "trust": ("quality", "answers", "weighting", "coherence"),
}
#: parts of which the report says why they are missing
_MISSED: Mapping[str, tuple[str, ...]] = {"trend": ("trend",), "act": ("priorities", "drivers")}


def _said(detail: Detail | None, language: str) -> dict[str, list[str]]:
    if detail is None:
        return {section: [] for section in _SECTIONS}
    said = {section: detail.said(*parts) for section, parts in _SECTIONS.items()}
    for section, parts in _MISSED.items():
        said[section] += [
            say(f"no_{part}", language, why=why) for part in parts if (why := detail.why(part))
        ]
    return said


def _facts(wave: Json, language: str) -> list[list[str]]:
    isu, overall = wave["isu"], wave["overall"]
    interval = _interval(isu, language)
    index = _number(isu, language) + (f" ({interval})" if interval else "")
    facts = [
        [say("index", language), index],
        [say("forms", language), _forms(wave["forms"], language)],
    ]
    if overall:
        facts.insert(1, [say("satisfied", language), _share(overall["satisfied"], language)])
    if wave["users_served"] is not None:
        facts.append([say("users", language), _whole(wave["users_served"], language)])
    rate = wave["response_rate"]
    if rate["value"] is not None and not few(wave["forms"]):
        found = {"value": rate["value"], "decimals": 0, "as_count": False}
        facts.append([say("rate", language), _share(found, language)])
    if wave["modes"]:
        parts = [
            f"{mode_word(one['mode'], language)} {_whole(one['n'], language)}"
            for one in wave["modes"]
            if one["n"] is not None
        ]
        if len(parts) < len(wave["modes"]):
            parts.append(say("modes_protected", language))
        facts.append([say("modes", language), ", ".join(parts)])
    return facts


def _forms(count: int | None, language: str) -> str:
    return say("few", language) if few(count) else _whole(count, language)


#: answers that are counted apart, as the page of the service names them
_ASIDE = ("dk", "na", "blank", "invalid")


def _items(wave: Json, language: str) -> Json:
    overall = [wave["overall"]] if wave["overall"] else []
    ratings = sorted(
        [*wave["items"], *overall, *wave["other_ratings"]], key=lambda one: int(one["number"])
    )
    names = ("question", "index", "interval", "satisfied", "n", *_ASIDE)
    return {
        "header": [say(name, language) for name in names],
        "rows": [_item(rating, language) for rating in ratings],
    }


def _item(rating: Json, language: str) -> list[str]:
    texts = rating["text"]
    label = f"{rating['number']}. {texts.get(language) or next(iter(texts.values()))}"
    shown, aside = rating["index"]["value"] is not None, rating["statuses"]
    return [
        label,
        _number(rating["index"], language),
        _interval(rating["index"], language),
        _share(rating["satisfied"], language) if shown else "",
        _whole(rating["n"], language) if shown else "",
        *(_whole(aside[name], language) if aside else "" for name in _ASIDE),
    ]
