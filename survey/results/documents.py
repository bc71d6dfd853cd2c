"""The results document as it is frozen: one for each service, one for the whole body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def service_document(document: Mapping[str, Any], service: str, *, excluded: int) -> Json:
    """Keep one service with all its waves: the year under report stands last."""
    entry = next(one for one in document["services"] if one["service"] == service)
    return _with_note(document, excluded) | {"services": [entry]}


def body_document(document: Mapping[str, Any], year: str, *, excluded: int) -> Json:
    """Keep all services with the wave of one year; the years before remain as body figures."""
    services = []
    for entry in document["services"]:
        waves = [wave for wave in entry["waves"] if wave["wave"] == year]
        if waves:
            services.append(entry | {"waves": waves})
    return _with_note(document, excluded) | {"services": services}


def _with_note(document: Mapping[str, Any], excluded: int) -> Json:
    """Tell how many forms were left out and why: nothing is deleted in silence."""
    notes = {language: list(lines) for language, lines in document["notes"].items()}
    if excluded:
        for language, line in _EXCLUDED.items():
            notes.setdefault(language, []).append(line.format(excluded))
    return dict(document) | {"notes": notes}


_EXCLUDED = {
    "it": "Questionari esclusi perché inviati a raffica dallo stesso totem o due volte con lo "
    "stesso invito: {}.",
    "en": "Forms left out because they were sent in a burst from one kiosk or twice with one "
    "invitation: {}.",
}
