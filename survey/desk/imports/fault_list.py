"""All faults of a file as a file of its own: to be opened beside the one that has them."""

from __future__ import annotations

import csv
import io

from flask_babel import gettext as _

from analysis.faults import AnswersError
from analysis.spreadsheet import plain_cell

#: faults that the list holds; what is beyond is counted in its last line
LISTED = 100_000


def fault_list(error: AnswersError, language: str = "it") -> bytes:
    """Write the faults as CSV that a spreadsheet opens as it is: nothing in it is a formula."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    writer.writerow(_row(_("riga"), _("colonna"), _("nome della colonna"), _("errore")))
    for fault in error.faults:
        told = fault.message(language).removeprefix(f"{fault.place(language)}: ")
        writer.writerow(_row(fault.line or "", fault.column or "", fault.heading, told))
    if error.total > len(error.faults):
        more = _("… e altri %(more)s.", more=error.total - len(error.faults))
        writer.writerow(_row("", "", "", more))
    return page.getvalue().encode("utf-8-sig")


def _row(*cells: str | int) -> list[str]:
    """Let nothing run as a formula, as in all our tables, and end no line."""
    return [plain_cell(" ".join(str(cell).split())) for cell in cells]
