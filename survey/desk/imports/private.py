"""Columns of other programs that are never taken in: who, from where, at what minute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: names of columns, without capitals, spaces and underscores, that tell of the person or the device
_NAMES = frozenset(
    {
        # LimeSurvey
        "id", "ipaddr", "ipaddress", "indirizzoip", "refurl", "token", "seed", "lastpage",
        "startdate", "datestamp", "interviewtime", "firstname", "lastname", "email", "attribute",
        "idrisposta", "responseid", "datainizio", "datadiinizio", "dataultimaazione",
        "datadellultimaazione", "datestarted", "datelastaction", "ultimapagina", "lastpageviewed",
        "seme", "urldiprovenienza", "urldiriferimento", "referrerurl", "codicediaccesso",
        "accesscode", "tempototale", "totaltime",
        # forms of Google
        "indirizzoemail", "emailaddress", "nomeutente", "username", "punteggio", "score",
        # any
        "nome", "cognome", "nomeecognome", "cognomeenome", "nominativo", "name", "surname",
        "telefono", "phone", "codicefiscale", "useragent", "browser",
    }
)  # fmt: skip
#: times that LimeSurvey takes of groups and questions, and attributes of those invited
_FAMILIES = re.compile(
    r"(grouptime|attribute)\d+|g\d+q\d+\w*time|(question|group)time.*|e?mail\w*"
    r"|tempoper(ladomanda|ilgruppodidomande).*"
)
#: LimeSurvey can put a column's code before its words
_WITH_CODE = re.compile(r"(?P<code>[^\s.]+)\. (?P<words>.+)", re.DOTALL)
#: what tells a second column of the same name from the first
_AGAIN = re.compile(r" \(\d+\)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)


def is_private_name(name: str) -> bool:
    """Tell whether the heading names what leads to a person, a device or a minute."""
    parted = split_code(_AGAIN.sub("", name))
    return any(_is_private(part) for part in (*parted, "".join(parted)))


def split_code(name: str) -> tuple[str, str]:
    """Part the code before a column's words from them; without one it is empty."""
    found = _WITH_CODE.fullmatch(name)
    return (found["code"], found["words"]) if found else ("", name)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Number the columns that have the name of one before them."""
    return tuple(
        f"{name} ({names[: place + 1].count(name)})" if name in names[:place] else name
        for place, name in enumerate(names)
    )


def _is_private(name: str) -> bool:
    plain = re.sub(r"[\s_.'’-]", "", name.casefold()).rstrip(":*?")
    return plain in _NAMES or _FAMILIES.fullmatch(plain) is not None


def looks_private(cell: str) -> bool:
    """Tell whether a whole cell is an address, of mail or of the network."""
    text = cell.strip()
    return bool(_EMAIL.fullmatch(text) or (_ADDRESS.fullmatch(text) and len(text) > 5))


def holds_private(cells: Iterable[str]) -> bool:
    return any(looks_private(cell) for cell in cells)
