"""Marks of a whole wave as columns of whole numbers: the way to the analysis.

The same reading as `marks.decode`, over an array instead of one response. numpy is imported when
the first column is asked for, so that the web process starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.questionnaire.definition import Definition, Question, Status
from survey.questionnaire.kinds import ALPHABET, KINDS
from survey.questionnaire.marks import marks_length, width

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: what stands in a column where there is no code
CODE_OF_STATUS = {Status.DK: -1, Status.NA: -2, Status.BLANK: -3, Status.INVALID: -4}
#: no answer of any question; never leaves this module
_UNKNOWN = -5


def decode_columns(definition: Definition, blob: bytes, count: int) -> dict[str, NDArray[np.int16]]:
    """Read the concatenated marks of `count` responses, a column a question of one answer.

    Ratings, single choices and numbers have a column, in the order of the walk: the code, or the
    number of the status. Questions of several answers and free texts have none. `ValueError` names
    the first question and response whose marks are not an answer.
    """
    import numpy as np

    length = marks_length(definition)
    if len(blob) != count * length:
        raise ValueError(f"{len(blob)} marks for {count} responses of {length} boxes")
    marks = np.frombuffer(blob, dtype=np.uint8).reshape(count, length)
    columns, start = {}, 0
    for question in definition.closed_questions:
        end = start + width(question)
        if not KINDS[question.kind].takes_many:
            columns[question.key] = _column(question, marks[:, start:end])
        start = end
    return columns


def _column(question: Question, marks: NDArray[np.uint8]) -> NDArray[np.int16]:
    written = KINDS[question.kind].is_written
    column = _written(question, marks) if written else _ticked(question, marks[:, 0])
    if len(column) and column.min() == _UNKNOWN:
        row = int((column == _UNKNOWN).argmax())
        found = marks[row].tobytes().decode("latin-1")
        raise ValueError(
            f"{question.key}: {found!r} is not an answer of this question (response {row + 1})"
        )
    return column


def _ticked(question: Question, marks: NDArray[np.uint8]) -> NDArray[np.int16]:
    table = _statuses(question)
    for choice in question.choices:
        table[ord(ALPHABET[choice.code])] = choice.code
    return table.take(marks)


def _written(question: Question, marks: NDArray[np.uint8]) -> NDArray[np.int16]:
    import numpy as np

    figures = marks - np.uint8(ord("0"))
    weights = 10 ** np.arange(marks.shape[1] - 1, -1, -1, dtype=np.int32)
    number = figures @ weights
    valid = (figures <= 9).all(axis=1)
    valid &= (question.minimum <= number) & (number <= question.maximum)
    same = (marks == marks[:, :1]).all(axis=1)
    status = np.where(same, _statuses(question).take(marks[:, 0]), _UNKNOWN)
    return np.where(valid, number, status).astype(np.int16)


def _statuses(question: Question) -> NDArray[np.int16]:
    """Make a table of 256 marks that knows the statuses that the question offers."""
    import numpy as np

    table = np.full(256, _UNKNOWN, dtype=np.int16)
    for status in (Status.BLANK, Status.INVALID, *question.allows):
        table[ord(status.value)] = CODE_OF_STATUS[status]
    return table
