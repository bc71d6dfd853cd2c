"""The results document: every published number, and nothing that may not be published.

Numbers are not rounded; `decimals` says how many to show. A suppressed number is null with a
`reason`. The document validates against `results.schema.json` beside this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from analysis import METHOD_VERSION
from analysis.adjust import AdjustedChange
from analysis.body_change import body_index_change_json
from analysis.body_detail import body_detail_json
from analysis.change import ServiceChange, shown_se, two_sided
from analysis.collection import uncollected
from analysis.common_shift import CommonShift, lifted_note
from analysis.detail_json import detail_json
from analysis.finite import check_finite
from analysis.parameters import Parameters
from analysis.publication import index_decimals, suppress_line
from analysis.questions_json import (
    BELOW,
    estimate_json,
    printed_ratings,
    profile_json,
    rating_json,
)
from analysis.words import LANGUAGES, Verdict, label, note
from analysis.yearly import BodyYear, ServiceYear

FORMAT = "gradimento/results/1"

Json = dict[str, Any]


@uncollected()
def as_document(years: Sequence[BodyYear], *, body: str | None = None) -> Json:
    """Turn yearly results into the document that is stored, drawn and published.

    Parameters
    ----------
    years : sequence of BodyYear
        One or more waves of one body, oldest first, computed with the same parameters; only the
        threshold for a change may differ, since it is fixed before each wave.
    body : str, optional
        Name of the public body.

    Returns
    -------
    dict
        Only text, finite numbers, booleans, lists, objects and null. Nobody may change a text or
        scale of a question in place: every wave with the same questionnaire has the same object.

    Raises
    ------
    ValueError
        If there is no year, the parameters differ, or a number is not finite.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> years = body_years([ServiceHistory("urp", "URP", (example_wave(),))])
    >>> wave = as_document(years, body="Comune")["services"][0]["waves"][0]
    >>> wave["n"], round(wave["isu"]["value"], 1), wave["publication"]
    (200, 62.6, 'full')
    """
    if not years:
        raise ValueError("at least one year is needed")
    parameters = years[-1].parameters
    if any(replace(year.parameters, delta=parameters.delta) != parameters for year in years):
        raise ValueError("years computed with different parameters cannot share a document")
    document = {
        "format": FORMAT,
        "method_version": METHOD_VERSION,
        "body": body,
        "parameters": parameters.as_dict(),
        "notes": {language: _notes(years, language) for language in LANGUAGES},
        "years": [_year(year) for year in years],
    }
    check_finite(document)
    return {**document, "services": _services(years, parameters)}


def _services(years: Sequence[BodyYear], parameters: Parameters) -> list[Json]:
    services: dict[str, Json] = {}
    for year in years:
        for one in year.services:
            entry = services.setdefault(
                one.key, {"service": one.key, "name": one.name, "waves": []}
            )
            wave = _wave(one, parameters)
            # One by one while they are at hand: once all are written, memory is the slow part.
            check_finite(wave, place=f"document.services.{one.key}.waves.{year.label}")
            entry["waves"].append(wave)
            entry["name"] = one.name
    return list(services.values())


def _notes(years: Sequence[BodyYear], language: str) -> list[str]:
    notes = [note("interval", language), note("non_response", language)]
    notes += _noise_notes(years, language)
    shifts = [(year.label, year.change.common_shift) for year in years]
    notes += [lifted_note(wave, one.lifted, language) for wave, one in shifts if one and one.lifted]
    if any(one.wave.weights_ignored for year in years for one in year.services):
        notes.append(note("weights_ignored", language))
    return notes


def _noise_notes(years: Sequence[BodyYear], language: str) -> list[str]:
    """Say which comparisons reckon with the wobble between years."""
    tested = [year for year in years if year.change.tests]
    known = [year.label for year in tested if year.noise.reason is None]
    unknown = [year.label for year in tested if year.noise.reason is not None]
    if not known:
        return [note("no_wave_noise", language)]
    notes = [note("wave_noise", language, years=", ".join(known))]
    if unknown:
        notes.append(note("no_wave_noise_in", language, years=", ".join(unknown)))
    return notes


def _year(year: BodyYear) -> Json:
    verdicts = [one.verdict.value for one in year.change.services]
    return {
        "wave": year.label,
        "isu": estimate_json(year.index.isu),
        "weighting": year.index.weighting,
        "services": len(year.services),
        "services_in_index": year.index.services,
        "services_left_out": list(year.index.left_out),
        "delta": year.parameters.delta,
        "tests": year.change.tests,
        "verdicts": {v.value: verdicts.count(v.value) for v in Verdict},
        "common_shift": _shift(year.change.common_shift),
        "change": body_index_change_json(year.index_change),
        "wave_noise": asdict(year.noise),
        "detail": body_detail_json(year.detail),
    }


def _shift(shift: CommonShift | None) -> Json | None:
    if shift is None:
        return None
    return {
        "value": shift.value,
        "p": shift.p,
        "raised": shift.raised,
        "spread": shift.spread,
        "lifted": shift.lifted,
        "words": dict(shift.words) or None,
    }


def _wave(one: ServiceYear, parameters: Parameters) -> Json:
    block = _wave_block(one, parameters)
    few = one.wave.respondents < parameters.publication_minimum
    return _silent(block, parameters.publication_minimum) if few else block


def _silent(block: Any, minimum: int) -> Any:
    """Take the counts of a handful out of a wave that is not published (product, rule 6).

    The distribution of a question is there only where ten people answered it, as in any wave.
    """
    if isinstance(block, list):
        return [_silent(part, minimum) for part in block]
    if not isinstance(block, dict):
        return block
    return {
        key: part
        if key == "counts"
        else _told(part, minimum)
        if key in ("forms", "n")
        else _silent(part, minimum)
        for key, part in block.items()
    }


def _told(count: Any, minimum: int) -> Any:
    """Return a count, or counts, with None in the place of one person to a handful."""
    if isinstance(count, list):
        return [_told(one, minimum) for one in count]
    return None if count is not None and 0 < count < minimum else count


def _wave_block(one: ServiceYear, parameters: Parameters) -> Json:
    minimum = parameters.publication_minimum
    hidden = one.wave.respondents < minimum
    questionnaire = one.wave.questionnaire
    names, printed = questionnaire.dimensions, printed_ratings(questionnaire)
    by_role: dict[str, list[Json]] = {"item": [], "overall": [], "other": []}
    for rating in one.ratings:
        role, key = rating.question.role, rating.question.key
        block = rating_json(rating, printed[key], hidden=hidden)
        by_role[role if role in by_role else "other"].append(block)
    rate = one.response_rate
    return {
        "wave": one.wave.label,
        # With a handful of forms every possible set of answers could be tried against the hash.
        "data_hash": None if hidden else one.wave.tally.digest(),
        "questionnaire": {
            "id": questionnaire.id,
            "title": dict(questionnaire.title),
            "languages": list(questionnaire.languages),
        },
        "forms": one.wave.forms,
        "n": one.wave.respondents,
        "users_served": one.wave.users_served,
        "design": one.wave.design,
        "series_break": one.wave.series_break,
        "response_rate": {
            # times the users it would be the number of forms
            "value": None if rate is None or hidden else 100 * rate,
            "reason": "not_calculable" if rate is None else BELOW if hidden else None,
        },
        "publication": one.publication.value,
        "flags": list(one.flags),
        "modes": None if hidden else _modes(one.modes, parameters),
        "profiles": [] if hidden else [profile_json(p, minimum=minimum) for p in one.profiles],
        "isu": estimate_json(one.index.isu),
        "dimensions": [
            {"key": key, "label": dict(names[key]) if key else None, **estimate_json(found)}
            for key, found in one.index.dimensions.items()
        ],
        "index_items": [item.key for item in one.index.items],
        "items_left_out": [item.key for item in one.index.left_out],
        "overall": by_role["overall"][0] if by_role["overall"] else None,
        "items": by_role["item"],
        "other_ratings": by_role["other"],
        "change": None if one.change is None else _change(one.change, parameters),
        "detail": detail_json(one.detail),
    }


def _modes(modes: Mapping[str, int], parameters: Parameters) -> list[Json]:
    """Respondents by response mode, with small ones hidden so that no subtraction helps."""
    total = sum(modes.values())
    shown = suppress_line(list(modes.values()), minimum=parameters.publication_minimum)
    return [
        {
            "mode": name,
            "n": n,
            "share": None if n is None else 100 * n / total,
            "reason": BELOW if n is None else None,
        }
        for name, n in zip(modes, shown, strict=True)
    ]


def _change(found: ServiceChange, parameters: Parameters) -> Json:
    change, ranks = found.change, found.overall
    return {
        "verdict": found.verdict.value,
        "label": {language: label(found.verdict, language) for language in LANGUAGES},
        "words": {
            language: {"headline": sentence.headline, "detail": sentence.detail}
            for language, sentence in found.words.items()
        },
        "reasons": list(found.reasons),
        "base_waves": list(found.base_waves),
        "items": list(found.items),
        "n": _told(list(found.n), parameters.publication_minimum),
        "values": None if change is None else list(change.values),
        "value": None if change is None else change.adjusted,
        "se": found.se,
        "df": None if change is None else change.df,
        "lower": found.lower,
        "upper": found.upper,
        "crude": None if change is None else change.crude,
        "crude_se": None if change is None else change.crude_se,
        "last_year": None if found.last_year is None else _last_year(found.last_year),
        "wave_noise": found.tau,
        "decimals": 0 if found.se is None else index_decimals(shown_se(found)),
        "adjusted_for": [] if change is None else list(change.factors),
        "p": found.p,
        "p_worse": found.p_worse_adjusted,
        "p_better": found.p_better_adjusted,
        "interaction_p": None if change is None else change.interaction_p,
        "mde": found.mde,
        "overall": None
        if ranks is None
        else {
            "superiority": ranks.superiority,
            "lower": ranks.lower,
            "upper": ranks.upper,
            "p": ranks.p,
            "exact": ranks.exact,
        },
        "flags": list(found.flags),
    }


def _last_year(found: AdjustedChange) -> Json:
    return {
        "value": found.adjusted,
        "se": found.se,
        "crude": found.crude,
        "crude_se": found.crude_se,
        "p": two_sided(found),
    }
