"""Which key the clerk presses for each box: the code printed beside it, in one stroke."""

from __future__ import annotations

from survey.questionnaire.definition import Status
from survey.questionnaire.face import FaceQuestion
from survey.questionnaire.kinds import CELL_OF

#: pressed before the lower of two boxes that a mark stands between; on the number pad too, which
#: has a comma or a full stop
HALF_KEY = ","
#: two marks, or a mark that cannot be read
UNREADABLE = CELL_OF[Status.INVALID]
_ASIDE = {CELL_OF[Status.DK]: "N", CELL_OF[Status.NA]: "P", UNREADABLE: "/"}
_TEN, _NOUGHT = "10", "0"
_ONE_STROKE = 10


def key_caps(question: FaceQuestion) -> dict[str, str]:
    """Return the key of each cell.

    A single figure is its own key. Ten is ``0`` where no box is numbered 0, else ``*``, as long as
    nothing goes beyond ten; in a longer list the number is typed whole.
    """
    cells = [option.cell for option in question.options]
    caps = {cell: cell for cell in cells}
    if _TEN in caps and max(int(cell) for cell in cells) == _ONE_STROKE:
        caps[_TEN] = "*" if _NOUGHT in caps else _NOUGHT
    caps |= {option.cell: _ASIDE[option.cell] for option in question.aside}
    return caps | {UNREADABLE: _ASIDE[UNREADABLE]}
