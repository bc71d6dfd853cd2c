"""What the register keeps of a deed, in words: names, questions, answers before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.collection.paper_words import VOID_REASONS
from survey.collection.queries import definition_of
from survey.formatting import date
from survey.models import AuditEntry, VoidReason, Wave, WaveState
from survey.questionnaire.cell_words import cell_words
from survey.questionnaire.definition import Definition, Question
from survey.questionnaire.face import FIELD_PREFIX
from survey.staff.queries import RegisterNames, subject_of
from survey.staff.words import ROLES

#: before the name of a free text, of which the register keeps the length alone
_TEXT = "text:"
#: how the facts of a deed are called; a fact without a name shows its key
LABELS: Mapping[str, object] = {
    "among": _l("tra quanti"),
    "area": _l("settore"),
    "bar_own_service": _l("chi lavora in un servizio non ne imputa i questionari"),
    "blank": _l("bianchi"),
    "bundle": _l("plico"),
    "columns": _l("colonne"),
    "compared": _l("campi confrontati"),
    "data_hash": _l("impronta dei dati"),
    "day": _l("giorno di compilazione"),
    "destroy_on": _l("la carta si può distruggere dal"),
    "digest": _l("impronta"),
    "discordant": _l("campi diversi"),
    "drawn": _l("fogli estratti"),
    "edition": _l("edizione"),
    "findings": _l("avvertimenti"),
    "first": _l("primo numero"),
    "forms": _l("questionari"),
    "found": _l("trovati"),
    "half_marks": _l("segni tra due caselle"),
    "handed_out": _l("consegnati"),
    "language": _l("lingua"),
    "last": _l("ultimo numero"),
    "left": _l("fogli senza spiegazione"),
    "mapping": _l("corrispondenza"),
    "modes": _l("modalità"),
    "name": _l("nome"),
    "note": _l("nota"),
    "number": _l("plico"),
    "open_bundles": _l("plichi ancora aperti"),
    "opened_on": _l("aperto il"),
    "paper_years": _l("anni di conservazione della carta"),
    "proposal": _l("proposta"),
    "question": _l("domanda"),
    "reason": _l("spiegazione"),
    "refused": _l("rifiutati"),
    "revision": _l("revisione"),
    "role": _l("ruolo"),
    "seal": _l("sigillo"),
    "seed": _l("numero del sorteggio"),
    "serial": _l("foglio"),
    "serials": _l("fogli"),
    "service": _l("servizio"),
    "services": _l("servizi"),
    "state": _l("stato"),
    "storage_place": _l("conservato in"),
    "typed_by_resolver": _l("chi ha risolto aveva imputato il foglio"),
    "users_served": _l("utenti serviti"),
    "void": _l("annullati"),
    "year": _l("anno"),
}
_VOID_REASON = _l("motivo dell'annullamento")
_VALUES: Mapping[str, Mapping[object, object]] = {
    "state": {
        WaveState.DRAFT.value: _l("in preparazione"),
        WaveState.OPEN.value: _l("aperta"),
        WaveState.CLOSED.value: _l("chiusa"),
        WaveState.PUBLISHED.value: _l("pubblicata"),
    },
    "proposal": {
        "accept": _l("accettare il plico"),
        "rekey": _l("imputare di nuovo tutto il plico"),
        "not_yet": _l("non ancora"),
    },
    "modes": {
        "web": _l("online"),
        "kiosk": _l("totem"),
        "paper": _l("carta"),
        "phone": _l("telefono"),
    },
    "typed_by_resolver": {1: _l("la prima volta"), 2: _l("la seconda volta")},
    "role": {role.value: words for role, words in ROLES.items()},
}
_DAYS = frozenset({"day", "destroy_on", "opened_on"})


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the register as it is read."""

    entry: AuditEntry
    subject: str
    #: whether the subject is told by name
    is_named: bool
    lines: tuple[Line, ...]


def tell(entry: AuditEntry, names: RegisterNames) -> Told:
    name = _subject(entry, names)
    reader = _Reader(entry, names)
    return Told(entry, name or entry.subject, bool(name), tuple(reader.lines()))


def _subject(entry: AuditEntry, names: RegisterNames) -> str:
    kind, number = subject_of(entry)
    if kind == "wave" and number in names.waves:
        return _wave(names.waves[number])
    if kind == "bundle" and number in names.bundles:
        bundle = names.bundles[number]
        plico = _("plico %(number)s", number=bundle.number)
        return f"{_wave(names.waves[bundle.wave_id])}, {plico}"
    if kind == "edition" and number in names.editions:
        return _edition(names, number)
    if kind == "year" and number:
        return str(number)
    return names.people.get(number, "") if kind == "staff" else ""


def _wave(wave: Wave) -> str:
    return f"{wave.service.name} {wave.year}"


def _edition(names: RegisterNames, number: int) -> str:
    found = names.editions[number]
    words = _("edizione %(number)s", number=found.number)
    return f"{found.questionnaire.title}, {words}"


class _Reader:
    """Reads the facts of one entry; what it does not know it gives as it was written."""

    def __init__(self, entry: AuditEntry, names: RegisterNames) -> None:
        self.entry, self.names = entry, names
        self.before, self.after = entry.before or {}, entry.after or {}
        self.definition = self._definition()
        locale = get_locale()
        self.language = (
            self.definition.language_or_default(locale.language if locale else None)
            if self.definition
            else ""
        )

    def lines(self) -> Iterator[Line]:
        names = dict.fromkeys((*self.after, *self.before))
        # what a sheet or a bundle is comes first, then what became of it
        for name in sorted(names, key=lambda one: one not in ("serial", "bundle", "number")):
            if self._is_told(name):
                yield Line(self._label(name), self._words(name))

    def _is_told(self, name: str) -> bool:
        if name == "reason" and self.after.get(name) == (self.entry.reason or ""):
            return False  # it stands below, as of every deed
        if name in ("serial", "bundle"):
            return (self.after or self.before).get(name) is not None
        is_changed = self.before.get(name) != self.after.get(name)
        return is_changed or not (self.before and self.after)

    def _words(self, name: str) -> str:
        if name not in self.before or name not in self.after:
            facts = self.after if name in self.after else self.before
            return self._value(name, facts[name])
        before, after = self._value(name, self.before[name]), self._value(name, self.after[name])
        if before == after:
            return after
        if name.startswith(_TEXT):
            lengths = {"before": self.before[name], "after": self.after[name]}
            return str(_("da %(before)s a %(after)s caratteri", **lengths))
        return str(_("da «%(before)s» a «%(after)s»", before=before, after=after))

    def _label(self, name: str) -> str:
        if name == "reason" and self._is_void():
            return str(_VOID_REASON)
        if (asked := self._asked(name.removeprefix(FIELD_PREFIX), name, FIELD_PREFIX)) is not None:
            return str(_("domanda %(question)s", question=self._question(asked)))
        if (asked := self._asked(name.removeprefix(_TEXT), name, _TEXT)) is not None:
            return str(_("testo della domanda %(question)s", question=self._question(asked)))
        return str(LABELS.get(name, name))

    def _value(self, name: str, value: Any) -> str:
        if value is None:
            return str(_("non indicato"))
        if name == "reason" and self._is_void() and value in set(VoidReason):
            return str(VOID_REASONS[VoidReason(value)])
        asked = self._asked(name.removeprefix(FIELD_PREFIX), name, FIELD_PREFIX)
        if asked is not None and isinstance(value, str):
            return cell_words(asked, value, self.language)
        return self._plain(name, value)

    def _plain(self, name: str, value: Any) -> str:
        tellers: Mapping[str, Callable[[Any], str]] = {
            "half_marks": self._halves,
            "question": self._named_question,
            "edition": lambda one: (
                _edition(self.names, one) if one in self.names.editions else str(one)
            ),
            "area": lambda one: self.names.areas.get(one, str(one)),
            "service": lambda one: self.names.services.get(one, str(one)),
        }
        if isinstance(value, bool):
            return str(_("sì") if value else _("no"))
        if isinstance(value, list):
            return ", ".join(self._plain("", one) for one in value)
        if isinstance(value, dict):
            known = _VALUES.get(name, {})
            return ", ".join(f"{known.get(key, key)} {one}" for key, one in value.items())
        if name in tellers:
            return tellers[name](value)
        if name in _DAYS:
            return _day(value)
        return str(_VALUES.get(name, {}).get(value, value))

    def _halves(self, keys: str) -> str:
        asked = [self._known(key) for key in keys.split(",") if key]
        if not asked:
            return str(_("nessuno"))
        numbers = ", ".join(str(one.number) if one else "?" for one in asked)
        return str(
            ngettext("domanda %(numbers)s", "domande %(numbers)s", len(asked), numbers=numbers)
        )

    def _named_question(self, key: str) -> str:
        asked = self._known(key)
        return self._question(asked) if asked else key

    def _question(self, question: Question) -> str:
        return f"{question.number}, {question.text[self.language]}"

    def _asked(self, key: str, name: str, prefix: str) -> Question | None:
        return self._known(key) if name.startswith(prefix) else None

    def _known(self, key: str) -> Question | None:
        if self.definition is None:
            return None
        return next((one for one in self.definition.questions if one.key == key), None)

    def _is_void(self) -> bool:
        return self.entry.action in ("bundle:void", "bundle:unvoid")

    def _definition(self) -> Definition | None:
        kind, number = subject_of(self.entry)
        bundle = self.names.bundles.get(number) if kind == "bundle" else None
        wave_id = bundle.wave_id if bundle else number if kind == "wave" else 0
        wave = self.names.waves.get(wave_id)
        return definition_of(wave.edition) if wave else None


def _day(value: Any) -> str:
    try:
        return date(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
