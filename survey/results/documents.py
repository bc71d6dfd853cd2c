"""The results document as it is frozen: one for each service, one for the whole body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]


def service_document(document: Mapping[str, Any], service: str, *, excluded: Sequence[int]) -> Json:
    """Keep one service with all its waves: the year under report stands last."""
    entry = next(one for one in document["services"] if one["service"] == service)
    return _with_note(document, excluded) | {"services": [entry]}


def body_document(document: Mapping[str, Any], year: str, *, excluded: Sequence[int]) -> Json:
    """Keep all services with the wave of one year; the years before remain as body figures."""
    services = []
    for entry in document["services"]:
        waves = [wave for wave in entry["waves"] if wave["wave"] == year]
        if waves:
            services.append(entry | {"waves": waves})
    return _with_note(document, excluded) | {"services": services}


def _with_note(document: Mapping[str, Any], excluded: Sequence[int]) -> Json:
    """Tell how many forms were left out and why: nothing is deleted in silence.

    Each number is of one service and one reason; a handful is told as such (product, rule 6), as
    the part of the detail on quality does.
    """
    notes = {language: list(lines) for language, lines in document["notes"].items()}
    told = sum(n for n in excluded if n >= _HANDFUL)
    handfuls = sum(0 < n < _HANDFUL for n in excluded)
    if told or handfuls:
        kind = (
            ("and_few" if handfuls else "exact") if told else ("few" if handfuls == 1 else "fews")
        )
        for language, line in _EXCLUDED.items():
            number = _NUMBER[kind][language].format(told)
            notes.setdefault(language, []).append(line.format(number))
    return dict(document) | {"notes": notes}


_HANDFUL = 10
_NUMBER: Mapping[str, Mapping[str, str]] = {
    "exact": {"it": "{}", "en": "{}"},
    "and_few": {"it": "{}, e pochi altri (meno di 10 per volta)",
                "en": "{}, and a few more (fewer than 10 at a time)"},
    "few": {"it": "meno di 10", "en": "fewer than 10"},
    "fews": {"it": "pochi (meno di 10 per volta)", "en": "a few (fewer than 10 at a time)"},
}  # fmt: skip
_EXCLUDED = {
    "it": "Questionari esclusi perché inviati a raffica dallo stesso totem o due volte con lo "
    "stesso invito: {}.",
    "en": "Forms left out because they were sent in a burst from one kiosk or twice with one "
    "invitation: {}.",
}
