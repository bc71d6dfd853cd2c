"""The answers to a questionnaire as whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.document import read_questionnaire
from analysis.form import (
    CELL_VARIABLES,
    MODE_NOT_STATED,
    MODES,
    STATUS_NAMES,
    ProfileQuestion,
    Questionnaire,
    RatedQuestion,
    Scale,
    Status,
)

__all__ = [
    "CELL_VARIABLES",
    "MODES",
    "MODE_NOT_STATED",
    "STATUS_NAMES",
    "ProfileQuestion",
    "Questionnaire",
    "RatedQuestion",
    "Responses",
    "Scale",
    "Status",
    "read_questionnaire",
    "responses_from_columns",
]


@dataclass(frozen=True, slots=True)
class Responses:
    """Coded answers, one row a form.

    Attributes
    ----------
    ratings : ndarray of int8, shape (forms, rated questions)
        Code as printed, or a `Status`.
    profiles : ndarray of int8, shape (forms, profile questions)
        Option code, or a `Status`.
    mode : ndarray of int8, shape (forms,)
        Place in `MODES`, or `MODE_NOT_STATED`.
    cluster : ndarray of int64, shape (forms,)
        Forms of one cluster share a number; by default each form is its own.
    weight : ndarray of float64, shape (forms,), or None
        Weights that came with the data; kept, never used by a tally.
    """

    questionnaire: Questionnaire
    ratings: NDArray[np.int8]
    profiles: NDArray[np.int8]
    mode: NDArray[np.int8]
    cluster: NDArray[np.int64]
    weight: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.mode)


def responses_from_columns(
    questionnaire: Questionnaire,
    columns: Mapping[str, NDArray[np.int16]],
    *,
    mode: NDArray[np.int8],
    cluster: NDArray[np.int64] | None = None,
    weight: NDArray[np.float64] | None = None,
) -> Responses:
    """Check columns of codes and bind them to their questionnaire.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    columns : mapping of str to ndarray of int16, each of shape (forms,)
        One column for each rating and each profile question: code as printed, or a `Status`.
    mode : ndarray of int8, shape (forms,)
        Place in `MODES`; `MODE_NOT_STATED` where unknown.
    cluster : ndarray of int64, shape (forms,), optional
        Same number for forms that are not independent (one device and day, one class).
    weight : ndarray of float64, shape (forms,), optional
        Positive weights.

    Returns
    -------
    Responses

    Raises
    ------
    ValueError
        If a column is missing, has another length, or holds a code that is not on the form.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> questionnaire = example_questionnaire()
    >>> keys = [question.key for question in (*questionnaire.rated, *questionnaire.profiles)]
    >>> columns = {key: np.array([1, 3, Status.BLANK], dtype=np.int16) for key in keys}
    >>> answers = responses_from_columns(questionnaire, columns, mode=np.zeros(3, dtype=np.int8))
    >>> len(answers), answers.ratings[:, 0].tolist()
    (3, [1, 3, -3])
    """
    modes = np.asarray(mode)
    forms = len(modes)
    if forms and not (modes.min() >= MODE_NOT_STATED and modes.max() < len(MODES)):
        raise ValueError(f"mode outside -1..{len(MODES) - 1}")
    if cluster is not None and len(cluster) != forms:
        raise ValueError(f"cluster has {len(cluster)} rows, mode has {forms}")
    if weight is not None and (len(weight) != forms or not bool(np.all(weight > 0))):
        raise ValueError("weight must be positive, one for each form")
    rated = [(q.key, q.scale.codes) for q in questionnaire.rated]
    profiles = [(p.key, p.codes) for p in questionnaire.profiles]
    return Responses(
        questionnaire=questionnaire,
        ratings=_matrix(rated, columns, forms),
        profiles=_matrix(profiles, columns, forms),
        mode=modes.astype(np.int8),
        cluster=np.arange(forms) if cluster is None else np.asarray(cluster, dtype=np.int64),
        weight=weight,
    )


def _matrix(
    wanted: list[tuple[str, tuple[int, ...]]],
    columns: Mapping[str, NDArray[np.int16]],
    forms: int,
) -> NDArray[np.int8]:
    matrix = np.empty((forms, len(wanted)), dtype=np.int8)
    for place, (key, codes) in enumerate(wanted):
        if key not in columns:
            raise ValueError(f"no column for question {key!r}")
        column = np.asarray(columns[key])
        if column.shape != (forms,):
            raise ValueError(f"column {key!r} has shape {column.shape}, expected ({forms},)")
        known = np.array([*codes, *Status], dtype=np.int16)
        if not bool(np.isin(column, known).all()):
            bad = column[~np.isin(column, known)][0]
            raise ValueError(f"column {key!r} holds {bad}, which is not on the form")
        matrix[:, place] = column
    return matrix
