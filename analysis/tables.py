"""The results document as flat tables, for spreadsheets and open data."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis import detail_tables
from analysis.spreadsheet import plain_cell

Row = dict[str, Any]

_INDEX = ("service", "wave", "level", "key")
_ESTIMATE = ("n", "value", "se", "lower", "upper", "publication", "reason")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "indices": (*_INDEX, *_ESTIMATE),
    "items": (
        "service", "wave", "item", "role", "dimension", "n", "dk", "na", "blank", "invalid",
        "mean", "sd", "index", "lower", "upper", "satisfied", "satisfied_lower",
        "satisfied_upper", "dissatisfied", "reason",
    ),
    "counts": ("service", "wave", "item", "code", "n"),
    "changes": (
        "service", "wave", "base_waves", "verdict", "value", "se", "lower", "upper", "crude",
        "p", "p_worse", "p_better", "mde", "flags", "reasons",
    ),
    "modes": ("service", "wave", "mode", "n", "share", "reason"),
    **detail_tables.COLUMNS,
}  # fmt: skip


def write_tables(document: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write one CSV for each table: UTF-8, comma, decimal point, numbers not rounded.

    Empty cells are suppressed or undefined numbers; `reason` says which. A body without promises,
    or with one service alone, has those tables with their headings only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "indices": indices(document),
        "items": items(document),
        "counts": counts(document),
        "changes": changes(document),
        "modes": modes(document),
        **{name: rows_of(document) for name, rows_of in detail_tables.ROWS.items()},
    }
    return [_write(folder / f"{name}.csv", COLUMNS[name], table) for name, table in rows.items()]


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return path


def _cell(value: object) -> object:
    """Write a list in one cell, and no name so that a spreadsheet would run it."""
    if isinstance(value, list):
        value = "|".join(str(part) for part in value)
    return plain_cell(value) if isinstance(value, str) else value


def _waves(document: Mapping[str, Any]) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    for service in document["services"]:
        for wave in service["waves"]:
            yield {"service": service["service"], "wave": wave["wave"]}, wave


def indices(document: Mapping[str, Any]) -> Iterator[Row]:
    """Give the index of body, service and dimension, one row each."""
    for year in document["years"]:
        place = {"service": None, "wave": year["wave"], "level": "body", "key": "isu"}
        yield {**place, **_part(year["isu"], _ESTIMATE)}
    for place, wave in _waves(document):
        yield {**place, "level": "service", "key": "isu", **_part(wave["isu"], _ESTIMATE)}
        for found in wave["dimensions"]:
            key = {"level": "dimension", "key": found["key"]}
            yield {**place, **key, **_part(found, _ESTIMATE)}


def items(document: Mapping[str, Any]) -> Iterator[Row]:
    """Give each rated question, one row each."""
    for place, wave in _waves(document):
        for rating in ratings(wave):
            statuses = rating["statuses"] or dict.fromkeys(("dk", "na", "blank", "invalid"))
            satisfied = rating["satisfied"]
            yield {
                **place,
                "item": rating["key"],
                "role": rating["role"],
                "dimension": rating["dimension"],
                "n": rating["n"],
                **statuses,
                "mean": rating["mean"]["value"],
                "sd": rating["mean"]["sd"],
                "index": rating["index"]["value"],
                "lower": rating["index"]["lower"],
                "upper": rating["index"]["upper"],
                "satisfied": satisfied["value"],
                "satisfied_lower": satisfied["lower"],
                "satisfied_upper": satisfied["upper"],
                "dissatisfied": rating["dissatisfied"]["value"],
                "reason": rating["index"]["reason"],
            }


def ratings(wave: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All rated questions of a wave block: items, the overall one, others."""
    overall = [] if wave["overall"] is None else [wave["overall"]]
    return [*wave["items"], *overall, *wave["other_ratings"]]


def counts(document: Mapping[str, Any]) -> Iterator[Row]:
    """Give the distribution of each rated question; suppressed ones are absent."""
    for place, wave in _waves(document):
        for rating in ratings(wave):
            for entry in rating["counts"] or []:
                yield {**place, "item": rating["key"], "code": entry["code"], "n": entry["n"]}


def changes(document: Mapping[str, Any]) -> Iterator[Row]:
    """Give the verdict of each service and wave."""
    for place, wave in _waves(document):
        if wave["change"] is not None:
            yield {**place, **_part(wave["change"], COLUMNS["changes"][2:])}


def modes(document: Mapping[str, Any]) -> Iterator[Row]:
    """Give the response modes of each service and wave."""
    for place, wave in _waves(document):
        for entry in wave["modes"] or []:
            yield {**place, **entry}


def _part(entry: Mapping[str, Any], keys: Iterable[str]) -> Row:
    return {key: entry[key] for key in keys}
