"""From a JSON document to a `Definition`, or a `DefinitionError` that names the place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey.questionnaire.definition import (
    FORMAT,
    Definition,
    Dimension,
    Kind,
    Purpose,
    Question,
    Role,
    Section,
    Status,
    Variable,
)
from survey.questionnaire.document import KEY, DefinitionError, Node, refuse_repeats
from survey.questionnaire.kinds import KINDS, Known
from survey.questionnaire.scales import Polarity, Scale

DOCUMENT_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
#: columns of the answers file that are not questions
RESERVED_KEYS = frozenset({"mode", "day", "serial", "place", "lang", "weight"})
MAX_SCALE_CODE = 10
ALLOWS = {"dk": Status.DK, "na": Status.NA}

_ROOT = ("format", "id", "purpose", "languages", "title", "intro", "privacy", "thanks",
         "dimensions", "scales", "sections")  # fmt: skip
_QUESTION = ("key", "kind", "role", "text", "hint", "wording", "required", "allows", "variable")
_RATED_ROLES = (Role.ITEM, Role.OVERALL, Role.IMPORTANCE, Role.EXPECTATION, Role.RECOMMEND)


def parse(document: object) -> Definition:
    """Read a questionnaire document; raise `DefinitionError` at the first fault."""
    root = Node(document, "")
    root.only(_ROOT)
    if root.value.get("format") != FORMAT:
        raise root.refuse("format", f"deve essere «{FORMAT}»")
    languages = _languages(root)
    dimensions = tuple(
        Dimension(node.string("key", KEY), node.text("label", languages))
        for node in (root.items("dimensions") if root.has("dimensions") else [])
    )
    refuse_repeats("dimensions[%d].key", [dimension.key for dimension in dimensions])
    scales = _scales(root, languages)
    known = Known(languages, scales, frozenset(dimension.key for dimension in dimensions))
    definition = Definition(
        id=root.string("id", DOCUMENT_ID),
        purpose=root.one_of("purpose", Purpose),
        languages=languages,
        title=root.text("title", languages),
        intro=root.text_or_none("intro", languages),
        privacy=root.text_or_none("privacy", languages),
        thanks=root.text_or_none("thanks", languages),
        dimensions=dimensions,
        scales=scales,
        sections=_sections(root, known),
    )
    _check_whole(definition)
    return definition


def _languages(root: Node) -> tuple[str, ...]:
    values = root.array("languages")
    for i, value in enumerate(values):
        if not isinstance(value, str) or not LANGUAGE.match(value):
            raise root.refuse(f"languages[{i}]", f"non è un codice di lingua: {value!r}")
    refuse_repeats("languages[%d]", values)
    return tuple(values)


def _scales(root: Node, languages: Sequence[str]) -> Mapping[str, Scale]:
    if not root.has("scales"):
        return {}
    outer = Node(root.value["scales"], "scales")
    return {
        name: _scale(name, Node(value, f"scales.{name}"), languages)
        for name, value in outer.value.items()
    }


def _scale(name: str, node: Node, languages: Sequence[str]) -> Scale:
    if not KEY.match(name):
        raise DefinitionError(node.place, "nome di scala non valido")
    node.only(("codes", "polarity", "satisfied", "dissatisfied"))
    choices = node.steps("codes", languages, low=0, high=MAX_SCALE_CODE)
    if len(choices) < 2:
        raise node.refuse("codes", "una scala ha almeno due gradini")
    codes = [choice.code for choice in choices]
    satisfied, dissatisfied = (_subset(node, key, codes) for key in ("satisfied", "dissatisfied"))
    if satisfied & dissatisfied:
        raise node.refuse("dissatisfied", "un codice non può stare anche in «satisfied»")
    return Scale(name, choices, node.one_of("polarity", Polarity), satisfied, dissatisfied)


def _subset(node: Node, key: str, codes: Sequence[int]) -> frozenset[int]:
    values = node.array(key)
    for i, value in enumerate(values):
        if isinstance(value, bool) or value not in codes:
            raise node.refuse(f"{key}[{i}]", f"codice che la scala non ha: {value!r}")
    return frozenset(values)


def _sections(root: Node, known: Known) -> tuple[Section, ...]:
    sections: list[Section] = []
    seen: list[str] = []
    for node in root.items("sections"):
        node.only(("key", "title", "hint", "questions"))
        questions = tuple(_question(question, known, seen) for question in node.items("questions"))
        title = node.text_or_none("title", known.languages)
        hint = node.text_or_none("hint", known.languages)
        sections.append(Section(node.string("key", KEY), questions, title, hint))
    refuse_repeats("sections[%d].key", [section.key for section in sections])
    return tuple(sections)


def _question(node: Node, known: Known, seen: list[str]) -> Question:
    name, role = node.one_of("kind", Kind), node.one_of("role", Role)
    kind = KINDS[name]
    node.only((*_QUESTION, *kind.fields))
    key = node.string("key", KEY)
    if key in seen:
        raise node.refuse("key", f"già usata da un'altra domanda: {key!r}")
    if key in RESERVED_KEYS:
        raise node.refuse("key", f"nome riservato alle colonne di servizio: {key!r}")
    if role in _RATED_ROLES and name is not Kind.RATING:
        raise node.refuse("kind", f"una domanda con ruolo «{role}» è di tipo «rating»")
    seen.append(key)
    return Question(
        key=key,
        number=len(seen),
        kind=name,
        role=role,
        text=node.text("text", known.languages),
        hint=node.text_or_none("hint", known.languages),
        wording=node.whole("wording", 1, 999, 1),
        required=node.flag("required", default=False),
        allows=_allows(node) if kind.may_allow else _allows_nothing(node),
        variable=_variable(node, role),
        **kind.read(node, role, known),
    )


def _allows(node: Node) -> tuple[Status, ...]:
    if not node.has("allows"):
        return ()
    values = node.array("allows", 0)
    for i, value in enumerate(values):
        if value not in ALLOWS:
            raise node.refuse(f"allows[{i}]", "deve essere «dk» oppure «na»")
    refuse_repeats(f"{node.at('allows')}[%d]", values)
    return tuple(ALLOWS[name] for name in ALLOWS if name in values)


def _allows_nothing(node: Node) -> tuple[Status, ...]:
    if node.has("allows"):
        raise node.refuse("allows", "non previsto per questo tipo di domanda")
    return ()


def _variable(node: Node, role: Role) -> Variable | None:
    if (role is Role.PROFILE) != node.has("variable"):
        raise node.refuse("variable", "va indicata per le domande di profilo, e solo per quelle")
    return node.one_of("variable", Variable) if role is Role.PROFILE else None


def _check_whole(definition: Definition) -> None:
    questions = definition.questions
    if sum(question.role is Role.OVERALL for question in questions) > 1:
        raise DefinitionError("sections", "c'è più di una domanda sul giudizio complessivo")
    items = {question.key for question in questions if question.role is Role.ITEM}
    for question in questions:
        if question.of is not None and question.of not in items:
            raise DefinitionError(
                f"domanda {question.key}", f"«of» indica una domanda che non c'è: {question.of!r}"
            )
    variables = [question.variable for question in questions if question.variable]
    for variable in Variable:
        if variables.count(variable) > 1:
            raise DefinitionError("sections", f"variabile di profilo chiesta due volte: {variable}")
