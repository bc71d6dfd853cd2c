"""All faults of a file as a file of its own: to be opened beside the one that has them."""

from __future__ import annotations

import csv
import io

from flask_babel import gettext as _

from analysis.faults import AnswersError

#: faults that the list holds; what is beyond is counted in its last line
LISTED = 100_000
#: what makes a spreadsheet take a cell for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def fault_list(error: AnswersError, language: str = "it") -> bytes:
    """Write the faults as CSV that a spreadsheet opens as it is: nothing in it is a formula."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("riga"), _("colonna"), _("nome della colonna"), _("errore")])
    for fault in error.faults:
        told = fault.message(language).removeprefix(f"{fault.place(language)}: ")
        writer.writerow([fault.line or "", fault.column or "", _plain(fault.heading), _plain(told)])
    if error.total > len(error.faults):
        writer.writerow(
            ["", "", "", _("… e altri %(more)s.", more=error.total - len(error.faults))]
        )
    return page.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
