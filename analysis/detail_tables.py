"""The detail of services and body as flat tables: rows from the blocks of the results document.

Each function reads a whole document and gives one row a figure; waves without a detail (fewer than
10 respondents, or a document from before there was one) give none. A part that was not computed
gives one row with its reason, so that a missing service is told from a silent one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Row = dict[str, Any]
Json = Mapping[str, Any]

_PLACE = ("service", "wave")
_ENDS = ("value", "se", "lower", "upper")
_SHIFT = ("superiority", "lower", "upper", "cliff", "cliff_lower", "cliff_upper", "p", "p_adjusted",
          "moved", "reason")  # fmt: skip
_SATISFIED = ("before", "after", "difference", "lower", "upper")
_DIFFERENCE = ("first", "second", *_ENDS, "p", "compared", "flagged", "reason")
_MIX = ("mode", "n", "before", "after", "moved", "reason")
_STATUSES = ("dk", "na", "blank", "invalid")
_CLASS = ("code", "users", "users_share", "n", "answers_share", "rate", "flagged", "reason")
_RATE = ("received", "users", "value", "lower", "upper", "reason")
_DESIGN = ("method", "variables", "flags", "difference", "n", "n_effective", "n_effective_exact",
           "clusters", "design_effect", "df", "margin_of_error", "reason")  # fmt: skip
_GAP = ("item", "against", "kind", "n", *_ENDS, "p", "publication", "reason")
_DRIVER = ("key", "share", "se", "lower", "upper", "lmg", "level_with")
_QUADRANTS = ("high_low", "high_high", "low_low", "low_high")
_LINE = ("slope", "se", "lower", "upper", "p", "misfit", "misfit_df", "misfit_p")
_TEST = ("z", "p", "p_holm", "reason")
_PROMISE = ("kind", "unit", "promised", "at_least", "minimum", "register", "n", "value", "lower",
            "upper", "reached", "verdict", "p", "p_holm")  # fmt: skip
_PROPOSAL = ("action", "new_value", "chance_to_miss", "answers_needed")
_COMPARED = ("service", "n", "n_eff", "value", "se", "standardised", "z", "z_published", "band",
             "stabilised", "flags", "reason")  # fmt: skip
_PAIR = ("first", "second", "difference", "lower", "upper", "p", "p_holm")
_BODY_CHANGE = ("verdict", *_ENDS, "p", "base", "last", "mde")
_FUNNEL = ("target", "spread", "tau2", "tau2_published", "expected_outside", "standardised_to",
           "reason")  # fmt: skip

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "where": (
        *_PLACE, "before", "item", "n_before", "n_after", *_SHIFT[:-1],
        *(f"satisfied_{name}" for name in _SATISFIED), "reason",
    ),
    "trend": (
        *_PLACE, "kind", "item", "first_wave", "waves", "n", "slope", "se", "lower", "upper", "z",
        "p", "p_holm", "misfit", "misfit_df", "misfit_p", "reason",
    ),
    "standards": (
        *_PLACE, "standard", *_PROMISE, "p_holm_body", "minimum_kept", "weighted", *_PROPOSAL,
        "reason",
    ),
    "response": (*_PLACE, *_RATE[:-1], "changed", "reason"),
    "coverage": (*_PLACE, "variable", *_CLASS[:-1], "r_indicator", "reason"),
    "channels": (*_PLACE, *_DIFFERENCE),
    "mode_mix": (*_PLACE, "wave_before", *_MIX),
    "answers": (
        *_PLACE, "question", *_STATUSES, "dk_before", "dk_difference", "dk_p", "na_before",
        "na_difference", "na_p", "dropped_before", "dropped_reason", "flags", "reason",
    ),
    "blanks": (*_PLACE, "mode", "share", "reason"),
    "weighting": (
        *_PLACE, *_DESIGN[:-1], "unweighted", "unweighted_lower", "unweighted_upper",
        "finite_population_factor", "finite_population_reason", "reason",
    ),
    "coherence": (
        *_PLACE, "level", "dimension", "item", "n", "value", "lower", "upper", "band", "omega",
        "omega_reason", "item_rest", "alpha_if_deleted", "flags", "reason",
    ),
    "quality": (*_PLACE, "kind", "flag", "n", "everybody", "unflagged", "moved", "reason"),
    "importance": (
        *_PLACE, "item", "n", *_ENDS, "difference", "difference_se", "shown", "performance",
        "performance_n", "importance", "importance_n", "reason",
    ),
    "importance_change": (*_PLACE, "base_wave", "part", "item", *_ENDS, "reason"),
    "gaps": (*_PLACE, *_GAP),
    "special": (*_PLACE, "index", "n", *_ENDS, "reason"),
    "drivers": (*_PLACE, "by", "n", "r_squared", *_DRIVER, "reason"),
    "priorities": (
        *_PLACE, "basis", "n", "item", "importance", "performance",
        *(f"p_{name}" for name in _QUADRANTS), "quadrant", "between", "reason",
    ),
    "body_years": (
        "wave", *(f"change_{name}" for name in _BODY_CHANGE), *_FUNNEL[:-1], "common_shift",
        "common_shift_p", "common_shift_raised", "wave_noise", "wave_noise_reason",
        "wrong_standards_each_side", "reason",
    ),
    "comparison": ("wave", *_COMPARED),
    "pairs": ("wave", *_PAIR),
    "screening": (
        "wave", "service", "item", "n_before", "n_after", "superiority", "p", "p_adjusted",
        "marked", "reason",
    ),
}  # fmt: skip


def _part(entry: Json | None, names: Iterable[str]) -> Row:
    return {name: None if entry is None else entry[name] for name in names}


def _details(document: Json, name: str) -> Iterator[tuple[Row, Json]]:
    """Give one block of the detail of every wave that has it."""
    for service in document["services"]:
        for wave in service["waves"]:
            block = (wave.get("detail") or {}).get(name)
            if block is not None:
                yield {"service": service["service"], "wave": wave["wave"]}, block


def _or_reason(rows: Iterable[Row], place: Row, reason: str | None) -> Iterator[Row]:
    """Give the rows, or one that says why there are none."""
    empty = True
    for row in rows:
        empty = False
        yield {**place, **row}
    if empty and reason is not None:
        yield {**place, "reason": reason}


def _where(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "where"):
        rows = (
            {
                "item": one["key"],
                "n_before": one["n"][0],
                "n_after": one["n"][1],
                **_part(one, _SHIFT),
                **{
                    f"satisfied_{name}": value
                    for name, value in _part(one["satisfied"], _SATISFIED).items()
                },
            }
            for one in block["items"]
        )
        yield from _or_reason(rows, {**place, "before": block["before"]}, block["reason"])


def _trend(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "trend"):
        waves, line = block["waves"], block["line"]
        place["first_wave"] = waves[0]["wave"] if waves else None
        place["waves"] = len(waves) or None
        shown = {"kind": "index", **_part(line, _LINE), "reason": block["reason"]}
        yield {**place, **shown, "n": sum(one["n"] for one in waves) if line else None}
        for one in block["questions"]:
            for kind in ("marks", "satisfied"):
                row = {"kind": kind, "item": one["key"], "n": one["n"]}
                yield {**place, **row, **_part(one[kind], _TEST)}


def _standards(document: Json) -> Iterator[Row]:
    whole = {
        (year["wave"], row["service"], row["key"]): row["p_holm"]
        for year in document["years"]
        for row in _of_body(year, "standards").get("rows", ())
    }
    for place, block in _details(document, "standards"):
        for row in block["rows"]:
            yield {
                **place,
                "standard": row["key"],
                **_part(row, (*_PROMISE, "minimum_kept", "weighted", "reason")),
                "p_holm_body": whole.get((place["wave"], place["service"], row["key"])),
                **_part(row["proposal"], _PROPOSAL),
            }


def _response(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "coverage"):
        yield {**place, **_part(block["rate"], _RATE), "changed": block["rate_changed"]}


def _coverage(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "coverage"):
        for one in block["profiles"]:
            shared = {"variable": one["variable"], "r_indicator": one["r_indicator"]}
            rows = (_part(cell, _CLASS) for cell in one["classes"])
            yield from _or_reason(rows, {**place, **shared}, one["reason"])


def _channels(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "channels"):
        rows = (
            {**_part(one, _DIFFERENCE), "reason": one["reason"] or one.get("compared_reason")}
            for one in block["differences"]
        )
        yield from _or_reason(rows, place, block["reason"])


def _mode_mix(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "channels"):
        for one in block["mix"]:
            yield {**place, "wave_before": block["before"], **_part(one, _MIX)}


def _answers(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "answers"):
        for one in block["questions"]:
            change = one["change"] or {}
            moved = {
                f"{status}_{name}": (change.get(status) or {}).get(name)
                for status in ("dk", "na")
                for name in ("before", "difference", "p")
            }
            names = (*_STATUSES, "dropped_before", "flags", "reason")
            stops = {"dropped_reason": one.get("dropped_reason")}
            yield {**place, "question": one["key"], **_part(one, names), **moved, **stops}


def _blanks(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "answers"):
        for one in block["blank_by_mode"]:
            yield {**place, **_part(one, ("mode", "share", "reason"))}


def _weighting(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "weighting"):
        plain, finite = block["unweighted"], block["finite_population"]
        hidden = block.get("n_effective_reason") or block.get("design_effect_reason")
        yield {
            **place,
            **_part(block, _DESIGN),
            "reason": block["reason"] or hidden,
            "unweighted": None if plain is None else plain["value"],
            "unweighted_lower": None if plain is None else plain["lower"],
            "unweighted_upper": None if plain is None else plain["upper"],
            "finite_population_factor": finite["factor"],
            "finite_population_reason": finite["reason"],
        }


def _coherence(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "coherence"):
        for one in (*block["dimensions"], block["whole"]):
            level = "index" if one is block["whole"] else "dimension"
            yield {
                **place,
                "level": level,
                "dimension": one["key"],
                "n": one["n"],
                **_part(one["alpha"], ("value", "lower", "upper", "band", "reason")),
                "omega": one["omega"]["value"],
                "omega_reason": one["omega"]["reason"],
                "flags": one["flags"],
            }
            for item in one["items"]:
                shared = {"level": f"item_of_{level}", "dimension": one["key"], "item": item["key"]}
                found = _part(item, ("item_rest", "alpha_if_deleted"))
                reason = item.get("reason", one["alpha"]["reason"])
                yield {**place, **shared, **found, "reason": reason}
        whole = _part(block["overall"], ("n", "value", "lower", "upper", "reason"))
        yield {**place, "level": "correlation_with_overall", **whole}


def _quality(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "quality"):
        for kind, entries in (("flagged", block["flags"]), ("left_out", block["left_out"])):
            for one in entries:
                yield {**place, "kind": kind, **_part(one, ("flag", "n", "reason"))}
        line = _part(block["sensitivity"], ("everybody", "unflagged", "moved", "reason"))
        yield {**place, "kind": "sensitivity", **line}


def _importance(document: Json) -> Iterator[Row]:
    names = ("performance", "performance_n", "importance", "importance_n")
    whole = ("n", *_ENDS, "difference", "difference_se", "shown", "reason")
    for place, block in _details(document, "importance"):
        yield {**place, **_part(block, whole)}
        for one in block["items"]:
            yield {**place, "item": one["key"], **_part(one, names)}


def _importance_change(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "importance"):
        change = block["change"]
        if change is None:
            yield {**place, "part": "total", "reason": block["change_reason"]}
            continue
        place["base_wave"] = change["base_wave"]
        for part in ("total", "performance", "preferences"):
            yield {**place, "part": part, **_part(change[part], _ENDS)}
        for one in change["items"]:
            for part in ("performance", "preferences"):
                yield {**place, "part": part, "item": one["key"], "value": one[part]}


def _gaps(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "gaps"):
        rows = ({"item": one["key"], **_part(one, _GAP[1:])} for one in block["gaps"])
        yield from _or_reason(rows, place, block["reason"])
        for kind in ("plain", "weighted"):
            found = block["servqual"][kind]
            if found is not None:
                whole = _part(found, ("n", *_ENDS, "reason"))
                yield {**place, "kind": f"servqual_{kind}", **whole}


def _special(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "special"):
        for name in ("three_questions", "recommendation"):
            yield {**place, "index": name, **_part(block[name], ("n", *_ENDS, "reason"))}


def _drivers(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "drivers"):
        rows = (_part(one, _DRIVER) for one in block["drivers"])
        shared = _part(block, ("by", "n", "r_squared"))
        yield from _or_reason(rows, {**place, **shared}, block["reason"])


def _priorities(document: Json) -> Iterator[Row]:
    for place, block in _details(document, "priorities"):
        rows = (
            {
                "item": one["key"],
                **_part(one, ("importance", "performance", "quadrant", "between")),
                **{f"p_{name}": one["probabilities"][name] for name in _QUADRANTS},
            }
            for one in block["places"]
        )
        shared = _part(block, ("basis", "n"))
        yield from _or_reason(rows, {**place, **shared}, block["reason"])


def _of_body(year: Json, name: str) -> Json:
    found: Json = (year.get("detail") or {}).get(name) or {}
    return found


def _body_years(document: Json) -> Iterator[Row]:
    for year in document["years"]:
        shift, noise = year["common_shift"], year["wave_noise"]
        compared = _of_body(year, "comparison") or None
        yield {
            "wave": year["wave"],
            **{f"change_{name}": found
               for name, found in _part(year.get("change"), _BODY_CHANGE).items()},
            **_part(compared, _FUNNEL),
            "common_shift": shift and shift["value"],
            "common_shift_p": shift and shift["p"],
            "common_shift_raised": shift and shift["raised"],
            "wave_noise": None if noise["reason"] else noise["tau"],
            "wave_noise_reason": noise["reason"],
            "wrong_standards_each_side": _of_body(year, "standards").get("wrong_each_side"),
        }  # fmt: skip


def _comparison(document: Json) -> Iterator[Row]:
    for year in document["years"]:
        for one in _of_body(year, "comparison").get("services", ()):
            yield {"wave": year["wave"], **_part(one, _COMPARED)}


def _pairs(document: Json) -> Iterator[Row]:
    for year in document["years"]:
        for one in _of_body(year, "comparison").get("pairs", ()):
            yield {"wave": year["wave"], **_part(one, _PAIR)}


def _screening(document: Json) -> Iterator[Row]:
    names = ("service", "superiority", "p", "p_adjusted", "marked", "reason")
    for year in document["years"]:
        for one in _of_body(year, "screening").get("cells", ()):
            place = {"wave": year["wave"], "item": one["key"]}
            n = {"n_before": one["n"][0], "n_after": one["n"][1]}
            yield {**place, **n, **_part(one, names)}


#: Rows of each table, by its name; columns stand in `COLUMNS`.
ROWS: Mapping[str, Callable[[Json], Iterator[Row]]] = {
    "where": _where,
    "trend": _trend,
    "standards": _standards,
    "response": _response,
    "coverage": _coverage,
    "channels": _channels,
    "mode_mix": _mode_mix,
    "answers": _answers,
    "blanks": _blanks,
    "weighting": _weighting,
    "coherence": _coherence,
    "quality": _quality,
    "importance": _importance,
    "importance_change": _importance_change,
    "gaps": _gaps,
    "special": _special,
    "drivers": _drivers,
    "priorities": _priorities,
    "body_years": _body_years,
    "comparison": _comparison,
    "pairs": _pairs,
    "screening": _screening,
}
