"""What a printed document must be: accessible, fit for the archive, and readable by a machine."""

from __future__ import annotations

import re
from typing import Any

import page as validation
import pypdfium2

_STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*?stream\r?\n")
#: the checker takes a stream that happens to end in a carriage return for one byte short
_LENGTH_RULE = "STREAM-LENGTH"


def check_standards(pdf: bytes) -> None:
    """Hold a file against PDF/UA-1 and PDF/A-2a."""
    profiles = validation.ValidationProfile
    for profile in (profiles.PDF_UA_1, profiles.PDF_A_2A):
        report: Any = validation.validate_pdf_bytes(pdf, profile=profile)
        failures = [
            failure
            for failure in report.failures
            if _LENGTH_RULE not in failure.rule_id or not _lengths_are_right(pdf)
        ]
        assert failures == [], [(failure.rule_id, failure.message) for failure in failures]


def _lengths_are_right(pdf: bytes) -> bool:
    found = list(_STREAM.finditer(pdf))
    return bool(found) and all(
        pdf[match.end() + int(match[1]) :].startswith(b"\nendstream") for match in found
    )


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page in reading order, white space made one."""
    document = pypdfium2.PdfDocument(pdf)
    return [_words(page.get_textpage().get_text_bounded()) for page in document]


def text_in(page: pypdfium2.PdfPage, x: float, y: float, width: float, height: float) -> str:
    """Return the text in a rectangle given in millimetres from the top left corner."""
    points = 72 / 25.4
    left, right = x * points, (x + width) * points
    top = page.get_height() - y * points
    found = page.get_textpage().get_text_bounded(left, top - height * points, right, top)
    return _words(found)


def _words(found: str) -> str:
    # PDFium writes a hyphen at the end of a line as a sign of its own, and joins the lines
    return " ".join(found.replace("\ufffe", "-").replace("\x02", "-").split())
