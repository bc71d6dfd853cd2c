"""Columns of other programs that are never taken in: who, from where, at what minute."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

#: what programs call their own columns, without capitals, spaces and underscores
_NAMES = frozenset(
    {
        # LimeSurvey
        "id", "ipaddr", "ipaddress", "indirizzoip", "refurl", "token", "seed", "lastpage",
        "startdate", "datestamp", "interviewtime", "firstname", "lastname", "email", "attribute",
        "idrisposta", "responseid", "datainizio", "datadiinizio", "dataultimaazione",
        "datadellultimaazione", "datestarted", "datelastaction", "ultimapagina", "lastpageviewed",
        "seme", "urldiprovenienza", "urldiriferimento", "referrerurl", "codicediaccesso",
        "accesscode", "tempototale", "totaltime", "participantid",
        # forms of Google and of Microsoft
        "indirizzoemail", "emailaddress", "nomeutente", "username", "punteggio", "score",
        "starttime", "oradiinizio", "lastmodifiedtime", "oradellultimamodifica",
        # EUSurvey
        "contributionid", "idcontributo", "invitationnumber", "numerodinvito",
        # other services
        "respondentid", "collectorid", "sessionid", "deviceid", "externalreference",
        "locationlatitude", "locationlongitude", "useragent", "browser", "cookie",
    }
)  # fmt: skip
#: times that LimeSurvey takes of groups and questions, and attributes of those invited
_FAMILIES = re.compile(
    r"(grouptime|attribute)\d+|g\d+q\d+\w*time|(question|group)time.*|email(status|\d+)"
    r"|recipient(email|firstname|lastname)|tempoper(ladomanda|ilgruppodidomande).*"
)
_OF = "(?:di |del |della |dello |dell |d )?"
_PAPER = "carta (?:(?:d|di) )?identita|passaporto|patente|tessera sanitaria|permesso di soggiorno"
#: what leads to a person, as people write it over a column
_THINGS = (
    "tel", "telefono", "telefonic[oi]", "cell", "cellulare", "telefonino", "fax", "recapit[oi]",
    "email", "mail", "pec", "posta elettronica(?: certificata)?", "domicilio digitale",
    "c ?f", "cod(?:ice)? ?fisc(?:ale)?", "p(?:artita)? ?iva", "iban", "targa", "matricola",
    f"documento(?: {_OF}(?:identita|riconoscimento))?", "ragione sociale", "firma",
    f"(?:numero|num|nr|no|n|estremi) {_OF}"
    f"(?:{_PAPER}|prot(?:ocollo)?|pratica|istanza|badge|civico)",
    f"(?:{_PAPER}|prot(?:ocollo)?|pratica) (?:numero|num|nr|no|n)",
    "indirizzo", "via (?:e )?(?:numero|n)(?: civico)?", "nome", "cognome", "nominativo",
    "(?:luogo e )?data ?(?:di ?)?nasc(?:ita)?", "luogo di nascita", "nat[oa](?: [oa])? (?:il|a|in)",
    "come (?:ti chiami|si chiama)", "nickname", "identificativo",
    "id(?= (?:utente|compilatore|partecipante))", "ip", "geolocalizzazione",
    "codice (?:utente|cliente|assistito|paziente|contribuente|dipendente|personale)",
    "latitudine", "longitudine", "coordinate (?:gps|geografiche)",
    # in English, German, French, Slovene
    "phone", "telephone", "(?:cell|mobile) ?(?:phone|number)", "address", "surname", "signature",
    "(?:first |last |full |user )?name", "date of birth", "birth ?date", "licen[cs]e plate",
    "(?:tax|fiscal) (?:code|id)", "passport number", "latitude", "longitude",
    "telefon(?:nummer)?", "handynummer", "vorname", "nachname", "anschrift", "geburtsdatum",
    "steuernummer", "prenom", "nom", "adresse", "date de naissance", "courriel",
    "priimek", "datum rojstva", "(?:davcna|telefonska) stevilka", "elektronski naslov", "e posta",
)  # fmt: skip
_NOUNS = re.compile(rf"\b(?:{'|'.join(_THINGS)})\b")
_BESIDE_WORDS = """
a e ed o od di del della dello dell dei degli delle d al qual quale quali sono what is your my of
and or the ihr ihre ihren votre de famille gg mm aaaa dispositivo n no nr num numero number estremi
codice cod facoltativo facoltativa obbligatorio obbligatoria opzionale optional non personale
personali privato fisso fissa mobile abitazione casa lavoro home street postal postale residenza
domicilio principale alternativo istituzionale aziendale leggibile completo completa eventuale
valido valida contatto qui sotto prego please dati anagrafici anagrafica generalita veicolo auto
vettura minore chi compila risponde ime in
"""
#: what may stand beside it, and the heading asks for it still
_BESIDE = frozenset(_BESIDE_WORDS.split())
_PEOPLE = re.compile(
    r"(?:utent|cittadin|richiedent|compilator|dichiarant|rispondent|intervistat|assistit|pazient"
    r"|alunn|bambin|figli|minor|student|genitor|tutor|atlet|docent|operator|impiegat|dipendent|funzionari|referent"
    r"|familiar|delegat|titolar|intestatari|client|contribuent|partecipant|iscritt|proprietari"
    r"|person)[a-z]{1,3}|\d{1,2}"
)
_ARTICLES = frozenset({"il", "lo", "la", "l", "i", "gli", "le", "un", "una", "uno", "a"})
_OWN = re.compile(
    r"\b(?:(?:il|lo|la|i|gli|le|al|alla|un|una) )?"
    r"(?:mi[oae]|miei|tu[oae]|tuoi|su[oae]|suoi|vostr[oaie])\b"
)
#: why it is asked for
_WHY = re.compile(
    r"\b(?:per|se)(?: (?!per\b|se\b)\w+){0,4}? (?:ri)?(?:contatt\w+|comunicazion\w|rispost\w)"
    r"|\bper favore\b"
)
#: with what a sentence asks to write something down; the infinitive begins it
_ASKS = re.compile(
    r"(?:\b(?:lasci(?:a|ate|aci|ateci)?|indic(?:a|hi|ate)|scriv(?:i|a|ete|ici)|inseri(?:sci|sca|te)"
    r"|forni(?:sci|sca|te)|specific(?:a|hi|ate)|digit[ai]|riport[ai]|enter|type|write|provide)"
    r"|^(?:si prega di )?(?:indicare|inserire|lasciare|scrivere|fornire|specificare|riportare))\b"
)
_CLAUSES = re.compile(r"[,;:?!()\[\]\n]|\.\s")
_ASIDE = re.compile(r"\([^()]*\)")
#: LimeSurvey can put a column's code before its words
_WITH_CODE = re.compile(r"(?P<code>[^\s.]+)\. (?P<words>.+)", re.DOTALL)
#: what tells a second column of the same name from the first
_AGAIN = re.compile(r" \(\d+\)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)


def is_private_name(name: str) -> bool:
    """Tell whether the heading names what leads to a person, a device or a minute.

    A question that only speaks of such a thing, of a telephone or of e-mails, does not: all words
    of a heading have to belong to it, or a sentence has to ask that it be written down.
    """
    heading = _AGAIN.sub("", name)
    code, words = split_code(heading)
    if any(_is_of_a_program(part) for part in (code, words, code + words)):
        return True
    whole = (heading, words, _ASIDE.sub(" ", words))
    return any(_names_somebody(_plain(one)) for one in whole) or any(
        _asks_for_somebody(_plain(one)) for one in _CLAUSES.split(words)
    )


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


def _is_of_a_program(name: str) -> bool:
    squashed = re.sub(r"[\s_.'’-]", "", name.casefold()).rstrip(":*?")
    return squashed in _NAMES or _FAMILIES.fullmatch(squashed) is not None


def _plain(text: str) -> str:
    """Write words and numbers apart, without capitals, accents and marks: ``C.F.`` is ``cf``."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", " ", text)
    letters = unicodedata.normalize("NFKD", apart).casefold()
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    whole = re.sub(r"\be[\s_-]{0,3}mail", "email", re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", bare))
    return " ".join(re.findall(r"[a-z0-9]+", whole))


def _names_somebody(words: str, beside: frozenset[str] = _BESIDE) -> bool:
    """Tell whether the words are such a thing and what stands beside it, and nothing else."""
    marked = _NOUNS.sub("@", _OWN.sub(" ", _WHY.sub(" ", words))).split()
    rest = set(marked) - beside
    return "@" in rest and all(one == "@" or _PEOPLE.fullmatch(one) for one in rest)


def _asks_for_somebody(clause: str) -> bool:
    asked = list(_ASKS.finditer(clause))
    return bool(asked) and _names_somebody(clause[asked[-1].end() :], _BESIDE | _ARTICLES)


def looks_private(cell: str) -> bool:
    """Tell whether a whole cell is an address, of mail or of the network."""
    text = cell.strip()
    return bool(_EMAIL.fullmatch(text) or (_ADDRESS.fullmatch(text) and len(text) > 5))


def holds_private(cells: Iterable[str]) -> bool:
    return any(looks_private(cell) for cell in cells)
