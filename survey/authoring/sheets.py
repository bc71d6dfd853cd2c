"""From a questionnaire to paper: how an edition lies on the sheet, and the sheets themselves.

A *design* is worked out once for an edition and language: the text size, the widths, and where
every box stands. It is kept with the edition, and every sheet is drawn from it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import segno

from survey.authoring.sheet_words import sheet_words
from survey.press import compile_pdf, query
from survey.questionnaire.definition import Kind
from survey.questionnaire.face import Face, FaceOption, FaceQuestion, FaceSection
from survey.questionnaire.kinds import CELL_OF, STATUS_OF
from survey.serials import format_serial

TEMPLATE = "sheet.typ"
#: text size in points and air above and below a row in millimetres, from the most comfortable
SIZES = tuple((size, air) for size in (11.0, 10.5, 10.0, 9.5, 9.0) for air in (1.0, 0.5))
_FACT = "<fact>"
#: a fixed pattern spares weighing all eight: three quarters of the time of a code
_QR_MASK = 4
_ASIDE_ORDER = {cell: place for place, cell in enumerate(CELL_OF.values())}
#: where the template puts the black squares by which a scanned sheet is laid straight
FIDUCIALS = ((6.0, 6.0), (199.0, 6.0), (6.0, 286.0), (199.0, 286.0))
_FIDUCIAL_SIDE = 5.0

Design = Mapping[str, Any]


class DoesNotFit(ValueError):
    """Even in the smallest readable type the questions need more pages."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a sheet says about its wave, apart from the questions."""

    body: str
    service: str
    year: int
    #: public address of the form
    address: str
    edition: int


_SAMPLE = Heading("", "", 2000, "https://esempio.it/q/ABCDEFGH", 1)
_SAMPLE_DAY = dt.date(2000, 1, 1)


def design_sheet(face: Face, *, pages: int = 1) -> Design:
    """Find the largest text with which the questions fit, and measure every box."""
    for size, air in SIZES:
        plain = {"size": size, "air": air, "pages": pages, "widths": {}}
        facts = query(TEMPLATE, _measured(face, plain, fitting=True), _FACT)
        if _of(facts, "pages")[0]["pages"] <= pages:
            widths = {fact["name"]: fact["widths"] for fact in _of(facts, "decided")}
            design = _measure(face, plain | {"widths": widths})
            # a text that cannot be drawn shows only when a PDF is made
            print_sheets(face, design, _SAMPLE, [1], day=_SAMPLE_DAY)
            return design
    raise DoesNotFit


def coordinates(face: Face, design: Design) -> Design:
    """Measure again with the template of today, as it would print this design."""
    return _measure(face, {key: design[key] for key in ("size", "air", "pages", "widths")})


def print_sheets(
    face: Face, design: Design, heading: Heading, serials: Iterable[int], *, day: dt.date
) -> bytes:
    """Draw a sheet for each serial number, all in one PDF."""
    sheets = [
        {"serial": format_serial(serial), "qr": qr_code(sheet_address(heading, serial))}
        for serial in serials
    ]
    return compile_pdf(TEMPLATE, _data(face, design, heading, day=day) | {"sheets": sheets})


def sheet_address(heading: Heading, serial: int) -> str:
    """Return what the QR of a sheet says: the public form, and which sheet it stands on."""
    return f"{heading.address}?foglio={serial}&e={heading.edition}"


def qr_code(address: str) -> str:
    """Draw an address as SVG, readable with a seventh of it damaged."""
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=_QR_MASK)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=2, omitsize=True, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def _measured(face: Face, design: Design, *, fitting: bool) -> dict[str, Any]:
    sheets = [{"serial": format_serial(1), "qr": qr_code(sheet_address(_SAMPLE, 1))}]
    data = _data(face, design, _SAMPLE, day=_SAMPLE_DAY)
    return data | {"sheets": sheets, "measure": True, "fitting": fitting}


def _measure(face: Face, design: Design) -> Design:
    facts = query(TEMPLATE, _measured(face, design, fitting=False), _FACT)
    return dict(design) | {
        "page": {"width": 210.0, "height": 297.0},
        "fiducials": [
            {"x": x, "y": y, "width": _FIDUCIAL_SIDE, "height": _FIDUCIAL_SIDE}
            for x, y in FIDUCIALS
        ],
        "boxes": [_rounded(fact) for fact in _of(facts, "box")],
        "texts": [_rounded(fact) for fact in _of(facts, "text")],
    }


def _of(facts: Sequence[Mapping[str, Any]], what: str) -> list[Mapping[str, Any]]:
    return [fact for fact in facts if fact["what"] == what]


def _rounded(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Keep hundredths of a millimetre: a hair's breadth, and no printer is finer."""
    return {
        key: round(value, 2) if isinstance(value, float) else value
        for key, value in fact.items()
        if key != "what"
    }


def _data(face: Face, design: Design, heading: Heading, *, day: dt.date) -> dict[str, Any]:
    words = sheet_words(face.language)
    return {
        "language": face.language,
        "title": face.title,
        "intro": face.intro,
        "privacy": face.privacy,
        "sections": [_section(section) for section in face.sections],
        "words": words,
        "body": heading.body,
        "service": heading.service,
        "year": heading.year,
        "address": heading.address,
        "footer": f"{words['edition']} {heading.edition} · {face.language}",
        "day": [day.year, day.month, day.day],
        "size": design["size"],
        "row": design["air"],
        "pages": design["pages"],
        "decided": design["widths"],
        "measure": False,
        "fitting": False,
    }


def _section(section: FaceSection) -> dict[str, Any]:
    """Put neighbours on the same scale into one grid, a row each."""
    groups = []
    for key, run in groupby(section.questions, key=_grid_key):
        questions = list(run)
        if key is not None and len(questions) > 1:
            groups.append(_group(questions, grid=True))
        else:
            groups += [_group([question], grid=False) for question in questions]
    return {"title": section.title, "hint": section.hint, "groups": groups}


def _grid_key(question: FaceQuestion) -> tuple[FaceOption, ...] | None:
    return question.options if question.kind is Kind.RATING else None


def _group(questions: Sequence[FaceQuestion], *, grid: bool) -> dict[str, Any]:
    aside = {option.cell: option for question in questions for option in question.aside}
    ordered = sorted(aside.values(), key=lambda option: _ASIDE_ORDER[option.cell])
    return {
        "grid": grid,
        "options": [_option(option) for option in questions[0].options],
        "aside": [_option(option) for option in ordered],
        "questions": [_question(question) for question in questions],
    }


def _question(question: FaceQuestion) -> dict[str, Any]:
    return {
        "number": question.number,
        "key": question.key,
        "kind": question.kind.value,
        "text": question.text,
        "hint": question.hint,
        "options": [_option(option) for option in question.options + question.aside],
        "digits": len(str(question.maximum)),
    }


def _option(option: FaceOption) -> dict[str, Any]:
    """Describe a box, with the code that stands beside it: what the clerk keys."""
    status = STATUS_OF.get(option.cell)
    return {
        "cell": option.cell,
        "code": option.cell if status is None else status.value,
        "label": option.label,
        "pictogram": option.pictogram,
    }
