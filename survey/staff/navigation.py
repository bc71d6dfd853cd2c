"""What the header of staff pages leads to, for whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from survey.access import Permission, may, staff_member
from survey.collection import clock
from survey.models import PublicBody


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class _Room:
    endpoint: str
    label: object
    permission: Permission
    takes_year: bool = False


_ROOMS = (
    _Room("results.overview", _l("Quadro annuale"), Permission.RESULT_READ),
    _Room("authoring.waves", _l("Rilevazioni"), Permission.SURVEY_READ, takes_year=True),
    _Room("desk.index", _l("Imputazione"), Permission.RESPONSE_KEY),
    _Room("staff.people", _l("Persone"), Permission.STAFF_EDIT),
    _Room("staff.register", _l("Registro"), Permission.AUDIT_READ),
)


def navigation(body: PublicBody) -> list[Entry]:
    """Return the rooms of the body that the member may enter."""
    return [
        Entry(str(room.label), _address(room, body), _is_current(room))
        for room in _ROOMS
        if room.endpoint in current_app.view_functions
        and may(staff_member(), room.permission, body=body)
    ]


def _address(room: _Room, body: PublicBody) -> str:
    if room.takes_year:
        return url_for(room.endpoint, body_slug=body.slug, year=clock.today().year)
    return url_for(room.endpoint, body_slug=body.slug)


def _is_current(room: _Room) -> bool:
    endpoint = request.endpoint or ""
    if room.endpoint.startswith("staff."):
        return endpoint.startswith(room.endpoint)
    return endpoint.partition(".")[0] == room.endpoint.partition(".")[0]
