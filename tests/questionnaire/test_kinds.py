"""Cells: what the web form, the keying desk and the answers file say of a closed answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey.questionnaire.definition import Definition, Kind, Question, Status
from survey.questionnaire.kinds import BLANK, KINDS, Answer

Definitions = Callable[[str], Definition]


@pytest.mark.parametrize(
    ("name", "key", "cell", "codes"),
    [
        ("scale-verbal4", "waiting_time", "4", (4,)),
        ("scale-numeric0-10", "waiting_time", "0", (0,)),
        ("scale-numeric0-10", "waiting_time", "10", (10,)),
        ("scale-yes-no", "waiting_time", "0", (0,)),
        ("kind-single-choice", "reason", "9", (9,)),
        ("all-options", "main_service", "22", (22,)),
        ("kind-multiple-choice", "wishes", "2", (2,)),
        ("kind-multiple-choice", "wishes", "3|2", (3, 2)),
        ("kind-number", "minutes", "0", (0,)),
        ("kind-number", "minutes", "240", (240,)),
    ],
)
def test_a_cell_is_read_and_written_back(
    definition_of: Definitions, name: str, key: str, cell: str, codes: tuple[int, ...]
) -> None:
    question = definition_of(name).question(key)
    answer = read(question, cell)
    assert answer == Answer.valid(*codes)
    assert KINDS[question.kind].to_cell(answer) == cell


def test_ticks_are_kept_in_the_order_of_the_form(definition_of: Definitions) -> None:
    wishes = definition_of("kind-multiple-choice").question("wishes")
    assert read(wishes, "2|1|3").codes == (3, 1, 2)


def test_figures_with_leading_zeros_are_the_same_number(definition_of: Definitions) -> None:
    assert read(definition_of("kind-number").question("minutes"), "007").codes == (7,)


@pytest.mark.parametrize(
    ("cell", "status"),
    [("", Status.BLANK), ("NS", Status.DK), ("NP", Status.NA), ("?", Status.INVALID)],
)
@pytest.mark.parametrize("name", ["aside", "kind-number"])
def test_a_status_is_read_and_written_back(
    definition_of: Definitions, name: str, cell: str, status: Status
) -> None:
    question = definition_of(name).questions[0]
    assert read(question, cell) == Answer(status)
    assert KINDS[question.kind].to_cell(Answer(status)) == cell


@pytest.mark.parametrize(
    ("name", "key", "cell"),
    [
        ("scale-verbal4", "waiting_time", "5"),
        ("scale-verbal4", "waiting_time", "0"),
        ("scale-verbal4", "waiting_time", "1|2"),
        ("scale-verbal4", "waiting_time", "A"),
        ("scale-verbal4", "waiting_time", "ns"),
        ("scale-numeric10", "waiting_time", "4,5"),
        ("scale-numeric10", "waiting_time", "4.0"),
        ("kind-single-choice", "reason", "3"),
        ("kind-multiple-choice", "wishes", "4"),
        ("kind-multiple-choice", "wishes", "1|1"),
        ("kind-multiple-choice", "wishes", "1|"),
        ("kind-multiple-choice", "wishes", "|"),
        ("kind-multiple-choice", "wishes", "1|?"),
        ("kind-number", "minutes", "241"),
        ("kind-number", "minutes", "-1"),
        ("kind-number", "minutes", "+1"),
        ("kind-number", "minutes", "1_0"),
        ("kind-number", "minutes", " 1"),
        ("kind-number", "minutes", "²"),
        ("kind-number", "minutes", "٣"),
        ("kind-number", "minutes", "9" * 5_000),
        ("kind-number", "visits", "0"),
        ("kind-short-text", "office", "testo"),
        ("kind-long-text", "comment", "1"),
    ],
)
def test_what_the_question_does_not_offer_is_refused(
    definition_of: Definitions, name: str, key: str, cell: str
) -> None:
    with pytest.raises(ValueError, match="is not a"):
        read(definition_of(name).question(key), cell)


@pytest.mark.parametrize(
    ("key", "cell"),
    [("courtesy", "NS"), ("hours", "NP"), ("overall", "NS"), ("overall", "NP")],
)
def test_non_so_is_refused_where_it_is_not_offered(
    definition_of: Definitions, key: str, cell: str
) -> None:
    with pytest.raises(ValueError, match=cell):
        read(definition_of("aside").question(key), cell)


def test_several_ticks_never_say_non_so(definition_of: Definitions) -> None:
    with pytest.raises(ValueError, match="NS"):
        read(definition_of("kind-multiple-choice").question("wishes"), "NS")


def test_a_status_with_codes_is_nobodys_answer(definition_of: Definitions) -> None:
    question = definition_of("scale-verbal4").question("waiting_time")
    assert not KINDS[question.kind].offers(question, Answer(Status.BLANK, (1,)))
    assert KINDS[question.kind].offers(question, BLANK)


@pytest.mark.parametrize(
    ("name", "key", "boxes"),
    [
        ("scale-numeric0-10", "waiting_time", 1),
        ("all-options", "main_service", 1),
        ("all-options", "services", 22),
        ("kind-number", "visits", 1),
        ("kind-number", "minutes", 3),
        ("kind-short-text", "office", 0),
        ("kind-long-text", "comment", 0),
    ],
)
def test_a_question_takes_its_boxes(
    definition_of: Definitions, name: str, key: str, boxes: int
) -> None:
    question = definition_of(name).question(key)
    assert KINDS[question.kind].width(question) == boxes


def test_every_kind_is_registered_and_knows_whether_it_is_text() -> None:
    assert set(KINDS) == set(Kind)
    for name, kind in KINDS.items():
        assert kind.is_text == name.value.endswith("_text")


def test_a_question_and_its_kind_agree_on_being_text(definition_of: Definitions) -> None:
    for question in definition_of("required").walk():
        assert question.is_text == KINDS[question.kind].is_text


def read(question: Question, cell: str) -> Answer:
    return KINDS[question.kind].from_cell(question, cell)
