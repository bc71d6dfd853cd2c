"""Reading a questionnaire document: what is kept, and what is refused with its place."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.questionnaire.definition import Definition, Kind, Role, Status, Variable
from survey.questionnaire.parsing import DefinitionError, parse
from survey.questionnaire.scales import Polarity

Definitions = Callable[[str], Definition]
DELETED = object()
Q = "sections[0].questions[0]"
SECOND = "sections[1].questions"
STEP = "scales.three.codes[0]"
PROFILE = {"it": "x", "en": "x"}

#: place to change, what to put there, and the place that the refusal must name (the same if "")
REFUSALS: list[tuple[str, object, str]] = [
    ("format", "gradimento/questionnaire/2", ""),
    ("format", DELETED, ""),
    ("format", {}, ""),
    ("id", "Con Spazi", ""),
    ("id", "a" * 41, ""),
    ("id", "a\n", ""),
    ("id", 7, ""),
    ("id", DELETED, ""),
    ("purpose", "sales", ""),
    ("purpose", ["staff"], ""),
    ("purpose", DELETED, ""),
    ("languages", [], ""),
    ("languages", "it", ""),
    ("languages", DELETED, ""),
    ("languages[0]", "IT", ""),
    ("languages[0]", 3, ""),
    ("languages[1]", "it", ""),
    ("languages[1]", "fr", "dimensions[0].label.en"),
    ("title", DELETED, ""),
    ("title", "Prova", ""),
    ("title.en", DELETED, ""),
    ("title.en", "   \n", ""),
    ("title.en", 4, ""),
    ("title.en", "a\x00b", ""),
    ("title.en", "half \ud800", ""),
    ("title.en", "x" * 2001, ""),
    ("title.fr", "Essai", ""),
    ("intro", {"it": "solo italiano"}, "intro.en"),
    ("privacy", None, ""),
    ("thanks", [], ""),
    ("theme", "dark", ""),
    ("dimensions", {}, ""),
    ("dimensions[0]", "access", ""),
    ("dimensions[0].key", "con-trattino", ""),
    ("dimensions[0].label", DELETED, ""),
    ("dimensions[0].weight", 2, ""),
    ("dimensions[1].key", "access", ""),
    ("scales", [], ""),
    ("scales.three", None, ""),
    ("scales.three.codes", DELETED, ""),
    ("scales.three.codes[2]", DELETED, "scales.three.satisfied[0]"),
    ("scales.three.codes", [{"code": 1, "label": PROFILE}], ""),
    (f"{STEP}.code", 2, "scales.three.codes[1].code"),
    (f"{STEP}.code", 11, ""),
    (f"{STEP}.code", -1, ""),
    (f"{STEP}.code", 1.0, ""),
    (f"{STEP}.code", True, ""),
    (f"{STEP}.code", "1", ""),
    (f"{STEP}.code", DELETED, ""),
    (f"{STEP}.label.it", "", ""),
    (f"{STEP}.pictogram", "face-4", ""),
    (f"{STEP}.other", True, ""),
    ("scales.three.polarity", "up", ""),
    ("scales.three.polarity", DELETED, ""),
    ("scales.three.satisfied", [], ""),
    ("scales.three.satisfied", DELETED, ""),
    ("scales.three.satisfied", [9], "scales.three.satisfied[0]"),
    ("scales.three.satisfied", [3.0], "scales.three.satisfied[0]"),
    ("scales.three.satisfied", [True], "scales.three.satisfied[0]"),
    ("scales.three.satisfied", [[3]], "scales.three.satisfied[0]"),
    ("scales.three.satisfied", [3, 3], "scales.three.satisfied[1]"),
    ("scales.three.dissatisfied", [1, 3], ""),
    ("scales.three.bounds", [1, 3], ""),
    ("sections", [], ""),
    ("sections", DELETED, ""),
    ("sections[0]", [], ""),
    ("sections[0].key", DELETED, ""),
    ("sections[1].key", "first", ""),
    ("sections[0].title.it", DELETED, ""),
    ("sections[0].hint", "testo", ""),
    ("sections[0].questions", [], ""),
    ("sections[0].questions", DELETED, ""),
    ("sections[0].colour", "red", ""),
    (Q, "hours", ""),
    (f"{Q}.key", "Hours", ""),
    (f"{Q}.key", "serial", ""),
    (f"{Q}.key", "con-trattino", ""),
    (f"{Q}.key", DELETED, ""),
    (f"{SECOND}[0].key", "hours", ""),
    (f"{Q}.kind", "matrix", ""),
    (f"{Q}.kind", DELETED, ""),
    (f"{Q}.kind", "number", f"{Q}.dimension"),
    (f"{SECOND}[1].role", "recommend", f"{SECOND}[1].kind"),
    (f"{Q}.role", "star", ""),
    (f"{Q}.role", DELETED, ""),
    (f"{Q}.role", "overall", "sections[0].questions[1].of"),
    (f"{Q}.text", DELETED, ""),
    (f"{Q}.hint", {}, f"{Q}.hint.it"),
    (f"{Q}.wording", 0, ""),
    (f"{Q}.wording", "1", ""),
    (f"{Q}.required", 1, ""),
    (f"{Q}.number", 1, ""),
    (f"{Q}.options", [], ""),
    (f"{Q}.scale", "five", ""),
    (f"{Q}.scale", DELETED, ""),
    (f"{Q}.dimension", "speed", ""),
    (f"{Q}.dimension", None, ""),
    (f"{Q}.core", "yes", ""),
    (f"{Q}.reversed", None, ""),
    (f"{Q}.of", "all", ""),
    (f"{Q}.variable", "sex", ""),
    (f"{Q}.allows", "dk", ""),
    (f"{Q}.allows", ["maybe"], f"{Q}.allows[0]"),
    (f"{Q}.allows", [["dk"]], f"{Q}.allows[0]"),
    (f"{Q}.allows", ["dk", "dk"], f"{Q}.allows[1]"),
    ("sections[0].questions[1].of", DELETED, ""),
    ("sections[0].questions[1].of", "all", ""),
    ("sections[0].questions[1].of", "nowhere", ""),
    ("sections[0].questions[1].of", 1, ""),
    (f"{SECOND}[0].allows", ["dk"], ""),
    (f"{SECOND}[2].allows", [], ""),
    (f"{SECOND}[0].options", DELETED, ""),
    (f"{SECOND}[0].options[0].code", 0, ""),
    (f"{SECOND}[0].options[0].code", 23, ""),
    (f"{SECOND}[0].options[1].code", 1, ""),
    (f"{SECOND}[0].options[0].other", "yes", ""),
    (f"{SECOND}[0].options[0].pictogram", "face-1", ""),
    (f"{SECOND}[1].minimum", -1, ""),
    (f"{SECOND}[1].minimum", DELETED, ""),
    (f"{SECOND}[1].minimum", 121, f"{SECOND}[1].maximum"),
    (f"{SECOND}[1].maximum", 0, ""),
    (f"{SECOND}[1].maximum", 10_000, ""),
    (f"{SECOND}[1].maximum", DELETED, ""),
    (f"{SECOND}[2].max_length", 0, ""),
    (f"{SECOND}[3].max_length", 5_001, ""),
    (f"{SECOND}[4].variable", DELETED, ""),
    (f"{SECOND}[4].variable", "income", ""),
    (f"{SECOND}[4].variable", [], ""),
]


@pytest.mark.parametrize(("place", "value", "named"), REFUSALS)
def test_a_fault_is_refused_with_its_place(
    document: dict[str, Any], place: str, value: object, named: str
) -> None:
    change(document, place, value)
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place == (named or place)
    assert str(caught.value) == f"{named or place}: {caught.value.told()}"


@pytest.mark.parametrize("nothing", [None, [], "testo", 3, True])
def test_what_is_not_an_object_is_refused_as_a_whole(nothing: object) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(nothing)
    assert caught.value.place == ""
    assert str(caught.value) == "deve essere un oggetto JSON"


@pytest.mark.parametrize("name", ["Three", "con-trattino", "", "a%d"])
def test_a_scale_needs_a_proper_name(document: dict[str, Any], name: str) -> None:
    document["scales"][name] = document["scales"]["three"]
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place == f"scales.{name!r}"


def test_a_second_question_about_the_same_item_is_refused(document: dict[str, Any]) -> None:
    again = document["sections"][0]["questions"][1] | {"key": "again"}
    document["sections"][1]["questions"].append(again)
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place == "sections[1].questions[5].of"


def test_importance_and_expectation_of_one_item_stand_together(document: dict[str, Any]) -> None:
    expected = document["sections"][0]["questions"][1] | {"key": "exp", "role": "expectation"}
    document["sections"][1]["questions"].append(expected)
    assert parse(document).question("exp").of == "hours"


@pytest.mark.parametrize(("at", "field"), [((0, 2), "role"), ((1, 4), "variable")])
def test_a_second_overall_judgement_or_profile_variable_is_refused(
    document: dict[str, Any], at: tuple[int, int], field: str
) -> None:
    section, question = at
    again = document["sections"][section]["questions"][question] | {"key": "again"}
    document["sections"][1]["questions"].append(again)
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place == f"sections[1].questions[5].{field}"


@pytest.mark.parametrize("role", ["confirmation", "ideal"])
def test_a_second_question_on_expectations_met_or_on_the_ideal_is_refused(
    document: dict[str, Any], role: str
) -> None:
    questions = document["sections"][1]["questions"]
    overall = document["sections"][0]["questions"][2]
    questions.append(overall | {"key": "one", "role": role})
    assert parse(document).question("one").role == role
    questions.append(overall | {"key": "two", "role": role})
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place == "sections[1].questions[6].role"


@pytest.mark.parametrize(
    "points", [(60, 39), (100, None), (None, 0), (60, -60), (50.0, 50), (101, 0)]
)
def test_points_of_dimensions_that_do_not_share_out_100_are_refused(
    document: dict[str, Any], points: tuple[object, object]
) -> None:
    for dimension, share in zip(document["dimensions"], points, strict=True):
        dimension.update({} if share is None else {"points": share})
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert caught.value.place.startswith("dimensions")


def test_points_of_dimensions_are_kept(document: dict[str, Any]) -> None:
    assert [dimension.points for dimension in parse(document).dimensions] == [None, None]
    for dimension, share in zip(document["dimensions"], (70, 30), strict=True):
        dimension["points"] = share
    assert [dimension.points for dimension in parse(document).dimensions] == [70, 30]


def test_a_long_wrong_value_is_not_repeated_whole(document: dict[str, Any]) -> None:
    document["id"] = "?" * 100_000
    with pytest.raises(DefinitionError) as caught:
        parse(document)
    assert len(str(caught.value)) < 300


def test_a_small_document_is_read_with_its_defaults(document: dict[str, Any]) -> None:
    definition = parse(document)
    hours, age = definition.question("hours"), definition.question("age")
    assert (hours.core, hours.reversed, hours.wording, hours.required) == (True, False, 1, False)
    assert (hours.allows, hours.hint, hours.of, hours.variable) == ((), None, None, None)
    assert (age.role, age.variable, age.core) == (Role.PROFILE, Variable.AGE_CLASS, False)
    assert definition.question("office").max_length == 200
    assert definition.question("comment").max_length == 1_000
    assert (definition.intro, definition.sections[1].title) == (None, None)


def test_questions_are_numbered_over_the_whole_document(document: dict[str, Any]) -> None:
    definition = parse(document)
    assert [question.number for question in definition.walk()] == list(range(1, 9))
    assert definition.questions == tuple(definition.walk())


def test_closed_questions_and_texts_are_told_apart(document: dict[str, Any]) -> None:
    definition = parse(document)
    assert [question.key for question in definition.text_questions] == ["office", "comment"]
    assert len(definition.closed_questions) == 6


def test_a_question_that_is_not_there_is_a_key_error(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        parse(document).question("nowhere")


def test_an_unknown_language_falls_back_to_the_first(document: dict[str, Any]) -> None:
    definition = parse(document)
    wanted = ("en", "it", "de", None)
    assert [definition.language_or_default(x) for x in wanted] == ["en", "it", "it", "it"]


def test_non_so_comes_before_non_previsto_however_written(document: dict[str, Any]) -> None:
    document["sections"][0]["questions"][2]["allows"] = ["na", "dk"]
    assert parse(document).question("all").allows == (Status.DK, Status.NA)


def test_empty_lists_of_dimensions_and_asides_are_fine(document: dict[str, Any]) -> None:
    document["dimensions"] = []
    first = document["sections"][0]["questions"][0]
    del first["dimension"]
    first["allows"] = []
    assert parse(document).dimensions == ()


def test_a_document_without_ratings_needs_no_scales(definition_of: Definitions) -> None:
    assert definition_of("kind-short-text").scales == {}


def test_a_scale_knows_its_order_bounds_and_sets(definition_of: Definitions) -> None:
    scale = definition_of("scale-judgement5").scales["judgement5"]
    assert scale.codes == (5, 4, 3, 2, 1)
    assert scale.bounds == (1, 5)
    assert scale.satisfied == {4, 5}
    assert definition_of("scale-inverted5").scales["inverted5"].polarity is Polarity.NEGATIVE


def test_choices_of_a_question_are_its_steps_or_its_options(document: dict[str, Any]) -> None:
    definition = parse(document)
    assert [c.code for c in definition.question("hours").choices] == [1, 2, 3]
    assert [c.code for c in definition.question("wishes").choices] == [1, 2, 3]
    assert definition.question("minutes").choices == ()


def test_every_definition_parses(each_document: dict[str, Any]) -> None:
    definition = parse(each_document)
    assert definition.questions
    assert all(set(q.text) == set(definition.languages) for q in definition.walk())


def test_there_is_a_definition_for_each_kind(definition_of: Definitions) -> None:
    for kind in Kind:
        name = "scale-verbal4" if kind is Kind.RATING else f"kind-{kind.value.replace('_', '-')}"
        assert kind in {question.kind for question in definition_of(name).walk()}


def test_parsing_leaves_the_document_as_it_was(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    parse(document)
    assert document == before


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["format", "id", "sections", "x"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_other_json_is_refused_and_never_crashes(value: object) -> None:
    with pytest.raises(DefinitionError):
        parse(value)


def change(document: dict[str, Any], place: str, value: object) -> None:
    """Put `value` at a place such as ``sections[0].key``, or delete what stands there."""
    steps: list[Any] = [int(s) if s.isdigit() else s for s in re.findall(r"[^.\[\]]+", place)]
    holder: Any = document
    for step in steps[:-1]:
        holder = holder[step]
    if value is DELETED:
        del holder[steps[-1]]
    else:
        holder[steps[-1]] = value


def test_the_example_of_the_documentation_is_a_questionnaire() -> None:
    page = (Path(__file__).parents[2] / "docs" / "questionnaire-format.md").read_text("utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    assert parse(json.loads(example)).questions[0].key == "opening_hours"
