"""One definition, four faces: what web, paper and desk show is the same, in the same order."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from survey.authoring.sheet_words import sheet_words
from survey.authoring.sheets import Design, DoesNotFit, Heading, design_sheet, print_sheets
from survey.press import UnprintableText
from survey.questionnaire.definition import Definition
from survey.questionnaire.face import Face, show
from survey.questionnaire.library import library_document, library_names
from survey.questionnaire.parsing import parse
from tests.faces import on_paper, on_the_desk, on_the_web, spoken, without_marking, words
from tests.factories import Factory, document
from tests.pages import Pages
from tests.pdf import texts

FOLDER = Path(__file__).parents[1] / "definitions"
DOCUMENTS = {name: library_document(name) for name in library_names()} | {
    path.stem: document(path.stem) for path in sorted(FOLDER.glob("*.json"))
}
CASES = [(name, language) for name, doc in DOCUMENTS.items() for language in doc["languages"]]
#: what no font has, and what turns a line round unseen
UNPRINTABLE = {"naughty-texts"}
_NOT_ON_PAPER = str.maketrans("", "", "👍🏽\u202e\u202c\u200b")
RIGHT_TO_LEFT = {"ar"}
HEADING = Heading("Comune", "Servizio", 2026, "https://g.example.it/q/ABCDEFGH", 3)


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_web_form_says_what_the_definition_says(
    name: str, language: str, make: Factory, pages: Pages
) -> None:
    wave = make.wave(edition=make.edition(DOCUMENTS[name]))
    make.session.commit()
    page = pages.get(f"/q/{wave.code}?lang={language}")
    assert on_the_web(page) == spoken(face(name, language))


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_keying_screen_says_what_the_definition_says(
    name: str, language: str, make: Factory, staff_pages: Pages
) -> None:
    wave = make.wave(edition=make.edition(DOCUMENTS[name]))
    make.print_run(wave)
    bundle = make.bundle(wave)
    make.session.commit()
    args = {"body_slug": make.body().slug, "bundle_id": bundle.id, "lingua": language}
    page = staff_pages.get("desk.key", **args)
    assert on_the_desk(page) == spoken(face(name, language))


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_printed_sheet_says_what_the_definition_says(name: str, language: str) -> None:
    shown = face(name, language, printable=True)
    design = design_sheet(shown)
    found, expected = read(print_one(shown, design), shown), on_paper(shown, grids=grids(design))
    if language in RIGHT_TO_LEFT:
        # PDFium cannot tell the order of mixed directions: the letters must all be there
        found, expected = letters(found), letters(expected)
    assert found == expected


@pytest.mark.parametrize("name", sorted(UNPRINTABLE))
def test_a_text_that_no_font_can_draw_is_refused_not_mangled(name: str) -> None:
    with pytest.raises(UnprintableText):
        design_sheet(face(name, DOCUMENTS[name]["languages"][0]))


def test_a_questionnaire_that_needs_two_pages_is_refused_for_one() -> None:
    doc = document("small")
    questions = doc["sections"][0]["questions"]
    item = next(question for question in questions if question["kind"] == "rating")
    doc["sections"][0]["questions"] = [
        item | {"key": f"item_{n}", "role": "item"} for n in range(60)
    ]
    shown = show(parse(doc), "it")
    with pytest.raises(DoesNotFit):
        design_sheet(shown)
    design = design_sheet(shown, pages=2)
    assert {box["page"] for box in design["boxes"]} == {1, 2}


def face(name: str, language: str, *, printable: bool = False) -> Face:
    return show(definition(name, printable=printable), language)


def definition(name: str, *, printable: bool) -> Definition:
    doc: Any = DOCUMENTS[name]
    if printable and name in UNPRINTABLE:
        doc = json.loads(json.dumps(doc, ensure_ascii=False).translate(_NOT_ON_PAPER))
    return parse(doc)


def print_one(shown: Face, design: Design) -> bytes:
    return print_sheets(shown, design, HEADING, [17], day=dt.date(2026, 11, 22))


def grids(design: Design) -> set[str]:
    """Return the first question of each run that is printed as a grid."""
    return {
        name.removeprefix("grid ")
        for name, widths in design["widths"].items()
        if name.startswith("grid ") and widths
    }


def letters(text: str) -> list[str]:
    return sorted(text.replace(" ", ""))


def read(pdf: bytes, shown: Face) -> str:
    """Return the words of the sheet between its head and its foot."""
    (text,) = texts(pdf)
    said = sheet_words(shown.language)
    if shown.language in RIGHT_TO_LEFT:
        return read_any_order(text, shown)
    head = words(
        f"{HEADING.body} {HEADING.service} {said['year']} {HEADING.year} {said['number']} "
        f"00017-4 {said['online']} {HEADING.address}"
    )
    foot = words(f"{said['edition']} {HEADING.edition} · {shown.language} 00017-4")
    assert text.startswith(head), text
    assert text.endswith(foot), text
    body = text.removeprefix(head).removesuffix(foot).strip()
    return without_marking(body, (said["cross"], said["correct"], said["again"]))


def read_any_order(text: str, shown: Face) -> str:
    said = sheet_words(shown.language)
    around = (HEADING.body, HEADING.service, said["year"], HEADING.year, said["number"], "00017-4",
              said["online"], HEADING.address, said["edition"], HEADING.edition, "·",
              shown.language, "00017-4", said["cross"], said["correct"], said["again"])  # fmt: skip
    left = Counter(text.replace(" ", ""))
    left.subtract("".join(str(part) for part in around).replace(" ", ""))
    assert min(left.values()) >= 0
    return "".join(left.elements()) + "\N{BALLOT BOX WITH X}"
