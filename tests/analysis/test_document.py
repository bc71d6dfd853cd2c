"""The questionnaire document as statistics read it."""

from collections.abc import Callable
from typing import Any

import pytest

from analysis.data import Status, read_questionnaire
from analysis.publication import (
    Publication,
    index_decimals,
    native_decimals,
    publication_class,
    share_decimals,
    suppress_line,
)

Make = Callable[..., Any]


def test_a_document_becomes_items_profiles_and_columns(make_document: Make) -> None:
    questionnaire = read_questionnaire(make_document())

    assert [question.key for question in questionnaire.rated] == ["q1", "q2", "q3", "q4", "overall"]
    assert [question.number for question in questionnaire.rated] == [1, 2, 3, 4, 5]
    assert [item.key for item in questionnaire.index_items] == ["q1", "q2", "q3", "q4"]
    assert questionnaire.index_dimensions == ("d1", "d2")
    assert questionnaire.overall is not None
    assert [profile.variable for profile in questionnaire.profiles] == ["age_class", "sex"]
    assert Status.DK in questionnaire.columns[0].statuses
    assert Status.DK not in questionnaire.columns[-1].statuses


@pytest.mark.parametrize(
    ("polarity", "turned", "better"),
    [("positive", False, True), ("positive", True, False), ("negative", False, False),
     ("negative", True, True)],
)  # fmt: skip
def test_direction_is_polarity_turned_once_more_when_reversed(
    make_document: Make, polarity: str, turned: bool, better: bool
) -> None:
    document = make_document(changes={"q1": {"reversed": turned}})
    document["scales"]["main"]["polarity"] = polarity

    item = read_questionnaire(document).rated[0]

    assert item.higher_is_better is better
    assert item.satisfied == (frozenset({1}) if turned else frozenset({4, 5}))


def test_wording_scale_and_block_are_part_of_the_identity(make_document: Make) -> None:
    base = read_questionnaire(make_document()).rated[0].identity
    reworded = make_document(changes={"q1": {"wording": 2}})
    moved = make_document()
    moved["sections"][0]["key"] = "elsewhere"
    rescaled = make_document(bounds=(1, 4))

    for document in (reworded, moved, rescaled):
        assert read_questionnaire(document).rated[0].identity != base


def _edit(place: str, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        target: Any = document
        *path, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        for step in path:
            target = target[step]
        target[last] = value

    return edit


QUESTION = "sections/0/questions/0/"
SCALE = "scales/main/"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("format", "gradimento/questionnaire/9", "format"),
        ("sections", None, "sections"),
        ("sections", [1], r"sections\[0\]"),
        ("sections/0/questions", {}, r"sections\[0\]\.questions"),
        ("dimensions", [{"label": {}}], r"dimensions\[0\]\.key"),
        ("scales", [], "scales"),
        (QUESTION + "key", "q2", "used twice"),
        (QUESTION + "key", "", r"questions\[0\]\.key"),
        (QUESTION + "kind", "slider", "kind"),
        (QUESTION + "scale", "none", "no scale 'none'"),
        (QUESTION + "dimension", "none", "no dimension 'none'"),
        (QUESTION + "role", "overall", "at most one"),
        ("dimensions/0/points", 100, "add up to 100"),
        (QUESTION + "role", "itm", "role: one of"),
        (QUESTION + "key", "weight", "taken"),
        (QUESTION + "reversed", "false", "reversed: true or false"),
        (QUESTION + "core", "no", "core: true or false"),
        (QUESTION + "allows", ["maybe"], "allows"),
        (QUESTION + "allows", [["dk"]], "allows"),
        (QUESTION + "wording", "2", "wording"),
        (QUESTION + "text", "ciao", "text"),
        (SCALE + "codes", [{"code": 1}], "at least two"),
        (SCALE + "codes", [{"code": 1}, {"code": 1}], "at least two"),
        (SCALE + "codes", [{"code": 1}, {"code": 11}], "from 0 to 10"),
        (SCALE + "codes", [{"code": 1}, {"code": True}], "whole number"),
        (SCALE + "polarity", "up", "polarity"),
        (SCALE + "satisfied", [9], "disjoint lists"),
        (SCALE + "satisfied", [[5]], "whole number"),
        (SCALE + "satisfied", [5.0], "whole number"),
        ("dimensions", [{"key": "d1"}, {"key": "d1"}], "used twice"),
        (SCALE + "dissatisfied", [5], "disjoint lists"),
        ("sections/0/questions/5/options", [{"code": 23}], "from 1 to 22"),
        ("sections/0/questions/5/variable", None, "variable"),
        ("sections/0/questions/5/variable", "age", "variable: one of age_class, sex"),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(
    make_document: Make, place: str, value: object, words: str
) -> None:
    document = make_document()
    _edit(place, value)(document)

    with pytest.raises(ValueError, match=words):
        read_questionnaire(document)


def test_an_unknown_question_has_no_position(make_questionnaire: Make) -> None:
    with pytest.raises(ValueError, match="no rating question"):
        make_questionnaire().position("nothing")


def test_publication_follows_both_numbers() -> None:
    assert publication_class(9) is Publication.NOT_PUBLISHED
    assert publication_class(10) is Publication.WARNING
    assert publication_class(30) is Publication.FULL
    assert publication_class(500, effective=9.9) is Publication.NOT_PUBLISHED


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([50, 30, 20], [50, 30, 20]),
        ([50, 30, 0], [50, 30, 0]),
        ([50, 30, 9], [50, None, None]),
        ([50, 6, 7], [50, None, None]),
        ([50, 3, 4], [None, None, None]),
        ([5], [None]),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_small_cells_take_a_neighbour_with_them(
    counts: list[int], expected: list[int | None]
) -> None:
    assert suppress_line(counts) == expected


def test_decimals_follow_the_standard_error() -> None:
    assert native_decimals(0.297) == 1
    assert native_decimals(1e-9) == 2
    assert native_decimals(0.0) == 2
    assert [index_decimals(se) for se in (40.0, 1.1, 0.12, 1e-9)] == [0, 0, 1, 1]
    assert [share_decimals(0.12, n) for n in (12, 99, 100)] == [0, 0, 1]


def test_importance_is_of_an_item_and_each_item_has_it_once(make_document: Make) -> None:
    asked = {"kind": "rating", "role": "importance", "scale": "main"}
    for keys, words in ((["nowhere"], "no item 'nowhere'"), (["q1", "q1"], "at most one question")):
        document = make_document()
        document["sections"][0]["questions"] += [
            {"key": f"i{place}", "of": key, **asked} for place, key in enumerate(keys)
        ]
        with pytest.raises(ValueError, match=words):
            read_questionnaire(document)


def test_a_variable_is_asked_once(make_document: Make) -> None:
    document = make_document()
    profile = document["sections"][0]["questions"][5]
    document["sections"][0]["questions"].append({**profile, "key": "again"})

    with pytest.raises(ValueError, match="at most one question has variable"):
        read_questionnaire(document)
