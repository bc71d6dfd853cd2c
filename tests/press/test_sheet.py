"""The printed sheet: one accessible page, and every box where its edition says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pypdfium2
import pytest

from survey.authoring.sheets import (
    Design,
    Heading,
    coordinates,
    design_sheet,
    print_sheets,
    sheet_address,
)
from survey.press import PressError, compile_pdf
from survey.questionnaire.face import Face, show
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.parsing import parse
from tests.factories import document
from tests.pdf import check_standards, text_in, texts

DAY = dt.date(2026, 11, 22)
ADDRESS = "https://gradimento.example.it/q/ABCDEFGH"
PLAIN = Heading("Comune", "URP", 2026, ADDRESS, 1)
#: names as long as the database lets them be
WORDY = Heading("Unione di Comuni " * 11, "Sportello " * 20, 2199, ADDRESS + "/x" * 30, 999)
MODELS = [(name, language) for name in library_names() for language in ("it", "en")]
SOME = [*MODELS, ("kind-number", "it"), ("aside", "it"), ("scale-stars5", "it"),
        ("scale-numeric0-10", "it"), ("right-to-left", "ar"), ("sections", "en")]  # fmt: skip
_DOTS = 200 / 25.4  # a scanner's 200 dots an inch, as dots a millimetre


@pytest.mark.parametrize(("name", "language"), MODELS)
def test_a_model_questionnaire_is_one_accessible_page(name: str, language: str) -> None:
    shown = face(name, language)
    pdf = print_sheets(shown, design_sheet(shown), PLAIN, [1], day=DAY)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    check_standards(pdf)


@pytest.mark.parametrize(("name", "language"), MODELS)
def test_a_model_questionnaire_is_printed_large_enough_to_read(name: str, language: str) -> None:
    assert design_sheet(face(name, language))["size"] >= 10


@pytest.mark.parametrize("heading", [PLAIN, WORDY], ids=["plain", "wordy"])
@pytest.mark.parametrize(("name", "language"), SOME)
def test_every_stored_box_has_its_outline_on_the_sheet(
    name: str, language: str, heading: Heading
) -> None:
    shown = face(name, language)
    design = design_sheet(shown)
    pdf = print_sheets(shown, design, heading, [1, 99_999_999], day=DAY)
    for picture in pictures(pdf):
        for box in (*design["boxes"], *design["texts"], *design["fiducials"]):
            assert outlined(picture, box), box


@pytest.mark.parametrize(("name", "language"), MODELS)
def test_every_box_of_the_walk_is_on_the_sheet_once(name: str, language: str) -> None:
    shown = face(name, language)
    printed = [(box["question"], box["cell"]) for box in design_sheet(shown)["boxes"]]
    assert printed == [
        (question.key, option.cell)
        for question in shown.questions
        for option in question.options + question.aside
    ]


def test_a_number_has_a_box_for_each_digit() -> None:
    boxes = design_sheet(face("kind-number", "it"))["boxes"]
    cells = [box["cell"] for box in boxes if box["question"] == "minutes"]
    assert cells == ["digit-1", "digit-2", "digit-3", "NS", "NP"]


def test_the_words_of_the_scale_stand_over_their_boxes() -> None:
    shown = face("urp-sportello", "it")
    design = design_sheet(shown)
    pdf = print_sheets(shown, design, PLAIN, [1], day=DAY)
    page = pypdfium2.PdfDocument(pdf)[0]
    first = {box["cell"]: box for box in boxes_of(design, shown.questions[1].key)}
    top = min(box["y"] for box in boxes_of(design, shown.questions[0].key))
    step = first["2"]["x"] - first["1"]["x"]
    for option in shown.questions[1].options:
        middle = first[option.cell]["x"] + first[option.cell]["width"] / 2 + 0.8
        over = text_in(page, middle - step / 2, top - 7, step, 6)
        assert over == option.label


def test_the_words_of_an_option_stand_beside_its_box() -> None:
    shown = face("urp-sportello", "it")
    design = design_sheet(shown)
    page = pypdfium2.PdfDocument(print_sheets(shown, design, PLAIN, [1], day=DAY))[0]
    (question,) = [one for one in shown.questions if one.key == "reason"]
    for box, option in zip(boxes_of(design, "reason"), question.options, strict=True):
        beside = text_in(page, box["x"] + box["width"], box["y"], 100, box["height"])
        assert beside == f"{option.cell} {option.label}"


def test_each_sheet_of_a_run_carries_its_own_number_and_code() -> None:
    shown = face("small", "it")
    pdf = print_sheets(shown, design_sheet(shown), PLAIN, [17, 18], day=DAY)
    first, second = texts(pdf)
    assert "00017-4" in first
    assert "00018-" in second
    assert "00017" not in second
    assert sheet_address(PLAIN, 17) == f"{ADDRESS}?foglio=17&e=1"


def test_the_same_sheets_are_the_same_bytes() -> None:
    shown = face("small", "it")
    design = design_sheet(shown)
    first = print_sheets(shown, design, PLAIN, [1, 2], day=DAY)
    assert print_sheets(shown, design, PLAIN, [1, 2], day=DAY) == first


def test_measuring_a_design_again_finds_it_where_it_was() -> None:
    design = design_sheet(face("urp-sportello", "it"))
    assert coordinates(face("urp-sportello", "it"), design) == design


def test_a_run_of_sheets_with_long_names_stays_accessible() -> None:
    shown = face("small", "it")
    check_standards(print_sheets(shown, design_sheet(shown), WORDY, range(1, 4), day=DAY))


def test_a_fault_of_the_template_is_told() -> None:
    with pytest.raises(PressError):
        compile_pdf("sheet.typ", {})


def face(name: str, language: str) -> Face:
    doc: Any = library_document(name) if name in library_names() else document(name)
    return show(parse(doc), language)


def boxes_of(design: Design, key: str) -> list[Any]:
    return [box for box in design["boxes"] if box["question"] == key]


def pictures(pdf: bytes) -> list[np.ndarray]:
    return [
        np.asarray(page.render(scale=200 / 72, grayscale=True).to_pil())
        for page in pypdfium2.PdfDocument(pdf)
    ]


def outlined(picture: np.ndarray, box: dict[str, float]) -> bool:
    """Tell whether a dark line runs along most of each side of the box."""
    left, top = box["x"] * _DOTS, box["y"] * _DOTS
    right, bottom = left + box["width"] * _DOTS, top + box["height"] * _DOTS
    inner = 4
    columns = slice(round(left) + inner, round(right) - inner)
    rows = slice(round(top) + inner, round(bottom) - inner)
    sides = [
        picture[near(top), columns].min(axis=0),
        picture[near(bottom), columns].min(axis=0),
        picture[rows, near(left)].min(axis=1),
        picture[rows, near(right)].min(axis=1),
    ]
    return all((side < 140).mean() > 0.95 for side in sides)


def near(place: float) -> slice:
    """Return the dots within a fifth of a millimetre of a place."""
    return slice(round(place) - 2, round(place) + 2)
