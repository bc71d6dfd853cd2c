"""From a JSON document to a `Definition`, or a `DefinitionError` that names the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from survey.questionnaire import faults
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
from survey.questionnaire.document import (
    DOCUMENT_ID,
    KEY,
    LANGUAGE,
    Node,
    is_whole,
    refuse_repeats,
    spelled,
)
from survey.questionnaire.faults import DefinitionError, shown
from survey.questionnaire.kinds import KINDS, Known
from survey.questionnaire.scales import Polarity, Scale

__all__ = ["DefinitionError", "parse"]

#: columns of the answers file that are not questions
RESERVED_KEYS = frozenset({"mode", "day", "serial", "place", "lang", "weight"})
MAX_SCALE_CODE = 10
ALLOWS = {"dk": Status.DK, "na": Status.NA}

_ROOT = ("format", "id", "purpose", "languages", "title", "intro", "privacy", "thanks",
         "dimensions", "scales", "sections")  # fmt: skip
_QUESTION = ("key", "kind", "role", "text", "hint", "wording", "required", "variable")
_RATED_ROLES = (
    Role.ITEM, Role.OVERALL, Role.IMPORTANCE, Role.EXPECTATION, Role.CONFIRMATION, Role.IDEAL,
    Role.RECOMMEND,
)  # fmt: skip
#: besides the overall judgement, which has words of its own
_ONCE = (Role.CONFIRMATION, Role.IDEAL)

#: every question with its place, as read
Placed = list[tuple[Question, Node]]


def parse(document: object) -> Definition:
    """Read a questionnaire document; raise `DefinitionError` at the first fault."""
    root = Node(document, "")
    root.only(_ROOT)
    if root.given("format") != FORMAT:
        found = shown(root.value["format"])
        raise root.refuse("format", faults.NOT_THE_FORMAT, format=FORMAT, found=found)
    languages = _languages(root)
    dimensions = _dimensions(root, languages)
    scales = _scales(root, languages)
    known = Known(languages, scales, frozenset(dimension.key for dimension in dimensions))
    return Definition(
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


def _languages(root: Node) -> tuple[str, ...]:
    values = root.array("languages")
    languages = tuple(spelled(value, LANGUAGE, f"languages[{i}]") for i, value in enumerate(values))
    refuse_repeats("languages[%d]", languages)
    return languages


def _dimensions(root: Node, languages: Sequence[str]) -> tuple[Dimension, ...]:
    if not root.has("dimensions"):
        return ()
    dimensions = []
    for node in root.items("dimensions", least=0):
        node.only(("key", "label", "points"))
        points = node.whole("points", 0, 100) if node.has("points") else None
        dimensions.append(Dimension(node.string("key", KEY), node.text("label", languages), points))
    refuse_repeats("dimensions[%d].key", [dimension.key for dimension in dimensions])
    points_given = [dimension.points for dimension in dimensions if dimension.points is not None]
    if points_given and (len(points_given), sum(points_given)) != (len(dimensions), 100):
        raise root.refuse("dimensions", faults.POINTS_NOT_100, found=sum(points_given))
    return tuple(dimensions)


def _scales(root: Node, languages: Sequence[str]) -> Mapping[str, Scale]:
    if not root.has("scales"):
        return {}
    outer = Node(root.value["scales"], "scales")
    return {
        name: _scale(spelled(name, KEY, outer.at(shown(name))), outer, languages)
        for name in outer.value
    }


def _scale(name: str, outer: Node, languages: Sequence[str]) -> Scale:
    node = Node(outer.value[name], outer.at(name))
    node.only(("codes", "polarity", "satisfied", "dissatisfied"))
    choices = node.steps("codes", languages, low=0, high=MAX_SCALE_CODE)
    codes = [choice.code for choice in choices]
    satisfied, dissatisfied = (_subset(node, key, codes) for key in ("satisfied", "dissatisfied"))
    both = satisfied & dissatisfied
    if both:
        raise node.refuse("dissatisfied", faults.BOTH_SETS, found=shown(min(both)))
    return Scale(name, choices, node.one_of("polarity", Polarity), satisfied, dissatisfied)


def _subset(node: Node, key: str, codes: Sequence[int]) -> frozenset[int]:
    values = node.array(key)
    for i, value in enumerate(values):
        if not is_whole(value) or value not in codes:
            raise node.refuse(f"{key}[{i}]", faults.NOT_A_CODE, found=shown(value))
    refuse_repeats(f"{node.at(key)}[%d]", values)
    return frozenset(values)


def _sections(root: Node, known: Known) -> tuple[Section, ...]:
    sections: list[Section] = []
    placed: Placed = []
    for node in root.items("sections"):
        node.only(("key", "title", "hint", "questions"))
        key = node.string("key", KEY)
        title = node.text_or_none("title", known.languages)
        hint = node.text_or_none("hint", known.languages)
        questions = [
            _question(question, known, number)
            for number, question in enumerate(node.items("questions"), start=len(placed) + 1)
        ]
        placed += zip(questions, node.items("questions"), strict=True)
        sections.append(Section(key, tuple(questions), title, hint))
    refuse_repeats("sections[%d].key", [section.key for section in sections])
    _check_whole(placed)
    return tuple(sections)


def _question(node: Node, known: Known, number: int) -> Question:
    name, role = node.one_of("kind", Kind), node.one_of("role", Role)
    kind = KINDS[name]
    node.only((*_QUESTION, "allows", *kind.fields))
    if role in _RATED_ROLES and name is not Kind.RATING:
        raise node.refuse("kind", faults.KIND_OF_ROLE, role=role.value)
    key = node.string("key", KEY)
    if key in RESERVED_KEYS:
        raise node.refuse("key", faults.KEY_RESERVED, found=shown(key))
    return Question(
        key=key,
        number=number,
        kind=name,
        role=role,
        text=node.text("text", known.languages),
        hint=node.text_or_none("hint", known.languages),
        wording=node.whole("wording", 1, 999, 1),
        required=node.flag("required", default=False),
        allows=_allows(node, may_allow=kind.may_allow),
        variable=_variable(node, role),
        **kind.read(node, role, known),
    )


def _allows(node: Node, *, may_allow: bool) -> tuple[Status, ...]:
    if not node.has("allows"):
        return ()
    if not may_allow:
        raise node.refuse("allows", faults.NO_ASIDE)
    values = node.array("allows", 0)
    for i, value in enumerate(values):
        if not isinstance(value, str) or value not in ALLOWS:
            choices = ", ".join(ALLOWS)
            raise node.refuse(
                f"allows[{i}]", faults.NOT_ONE_OF, choices=choices, found=shown(value)
            )
    refuse_repeats(f"{node.at('allows')}[%d]", values)
    return tuple(ALLOWS[name] for name in ALLOWS if name in values)


def _variable(node: Node, role: Role) -> Variable | None:
    if (role is Role.PROFILE) != node.has("variable"):
        raise node.refuse("variable", faults.ONLY_PROFILE)
    return node.one_of("variable", Variable) if role is Role.PROFILE else None


def _check_whole(placed: Placed) -> None:
    """Refuse what no question shows alone: keys, items asked about, things asked twice."""
    _once(placed, "key", lambda question: question.key, faults.KEY_TAKEN)
    items = {question.key for question, _ in placed if question.role is Role.ITEM}
    for question, node in placed:
        if question.of is not None and question.of not in items:
            raise node.refuse("of", faults.NO_SUCH_ITEM, found=shown(question.of))
    _once(placed, "of", lambda question: question.of and (question.of, question.role),
          faults.ASKED_TWICE)  # fmt: skip
    _once(placed, "role", lambda question: question.role is Role.OVERALL or None,
          faults.OVERALL_TWICE)  # fmt: skip
    _once(placed, "role", lambda question: question.role if question.role in _ONCE else None,
          faults.ROLE_TWICE)  # fmt: skip
    _once(placed, "variable", lambda question: question.variable, faults.VARIABLE_TWICE)


def _once(placed: Placed, field: str, what: Callable[[Question], object], message: str) -> None:
    """Refuse the second question for which `what` gives the same thing; ``None`` is nothing."""
    seen: set[object] = set()
    for question, node in placed:
        value = what(question)
        if value is None:
            continue
        if value in seen:
            raise node.refuse(field, message, found=shown(node.value[field]))
        seen.add(value)
