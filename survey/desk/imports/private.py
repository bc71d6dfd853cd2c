"""Columns of other programs that are never taken in: who, from where, at what minute."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: names of columns, without capitals, spaces and underscores, that tell of the person or the device
_NAMES = frozenset(
    {
        # LimeSurvey
        "id", "ipaddr", "ipaddress", "indirizzoip", "refurl", "token", "seed", "lastpage",
        "startdate", "datestamp", "interviewtime", "firstname", "lastname", "email", "attribute",
        "idrisposta", "responseid", "datainizio", "dataultimaazione", "datestarted",
        "datelastaction", "ultimapagina", "seme", "urldiprovenienza", "referrerurl",
        "codicediaccesso", "accesscode", "tempototale", "totaltime",
        # forms of Google
        "indirizzoemail", "emailaddress", "nomeutente", "username", "punteggio", "score",
        # any
        "nome", "cognome", "name", "surname", "telefono", "phone", "codicefiscale", "useragent",
        "browser",
    }
)  # fmt: skip
#: times that LimeSurvey takes of groups and questions, and attributes of those invited
_FAMILIES = re.compile(r"(grouptime|attribute)\d+|g\d+q\d+time|questiontime\w*|e?mail\w*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)


def is_private_name(name: str) -> bool:
    """Tell whether the heading names what leads to a person, a device or a minute."""
    plain = re.sub(r"[\s_.'’-]", "", name.casefold()).rstrip(":*?")
    return plain in _NAMES or _FAMILIES.fullmatch(plain) is not None


def looks_private(cell: str) -> bool:
    """Tell whether a whole cell is an address, of mail or of the network."""
    text = cell.strip()
    return bool(_EMAIL.fullmatch(text) or (_ADDRESS.fullmatch(text) and len(text) > 5))


def holds_private(cells: Iterable[str]) -> bool:
    return any(looks_private(cell) for cell in cells)
