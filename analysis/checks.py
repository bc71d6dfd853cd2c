"""What only whole forms can tell, counted while they pass: flags, and where people stopped.

The counts are additive like a tally, so that a stream of any length needs no memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.data import Questionnaire, Responses
from analysis.tally import CATEGORIES, FIRST_CODE

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

_STRAIGHT_ITEMS = 5
_LOW, _HIGH = -128, 127


@dataclass(frozen=True, slots=True, eq=False)
class FormChecks:
    """Flags of the forms of one wave, or of any part of it.

    Attributes
    ----------
    forms : int
        Forms looked at.
    flags : mapping of str to int
        Forms under each flag that was looked for: ``straightline``, ``empty``, ``fast``.
    suspicious : int
        Forms under any flag but ``empty``.
    answers : ndarray of int64, shape (rated, 15)
        Their answers: statuses -4..-1, then codes 0..10.
    stopped : ndarray of int64, shape (rated,)
        Forms with a valid answer, by the place of the last one.
    left_out : mapping of str to int
        Forms that a flag kept out of the tally: ``duplicate_token``, ``burst``.
    """

    forms: int
    flags: Mapping[str, int]
    suspicious: int
    answers: Int
    stopped: Int
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "FormChecks") -> "FormChecks":
        return FormChecks(
            forms=self.forms + other.forms,
            flags=_added(self.flags, other.flags),
            suspicious=self.suspicious + other.suspicious,
            answers=self.answers + other.answers,
            stopped=self.stopped + other.stopped,
            left_out=_added(self.left_out, other.left_out),
        )

    def facts(self) -> str:
        """Return every number as one line, for a digest of what was computed from."""
        tables = (self.answers.ravel().tolist(), self.stopped.tolist())
        marks = (sorted(self.flags.items()), sorted(self.left_out.items()))
        return repr((self.forms, self.suspicious, *marks, *tables))


def _added(one: Mapping[str, int], two: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + two.get(name, 0) for name in sorted({*one, *two})}


def no_checks(questionnaire: Questionnaire) -> FormChecks:
    """Checks of no form at all: the zero of addition.

    Parameters
    ----------
    questionnaire : Questionnaire
        Gives the number of rated questions.

    Returns
    -------
    FormChecks
        Zeros, with no flag looked for.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> none = no_checks(example_questionnaire())
    >>> none.forms, none.answers.shape, dict(none.flags)
    (0, (5, 15), {})
    """
    rated = len(questionnaire.rated)
    zeros = np.zeros((rated, CATEGORIES), dtype=np.int64)
    return FormChecks(0, {}, 0, zeros, np.zeros(rated, dtype=np.int64))


def check_forms(questionnaire: Questionnaire, responses: Responses) -> FormChecks:
    """Look for the flags that the answers alone can raise.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    responses : Responses
        Any number of forms.

    Returns
    -------
    FormChecks
        ``straightline``: at least 5 valid answers to the index items, all the same code as
        printed. ``empty``: none (method, 5.3). The arithmetic of `analysis.quality.flag_forms`,
        on whole numbers.

    Examples
    --------
    >>> from analysis.data import responses_from_columns
    >>> from analysis.examples import example_questionnaire
    >>> questionnaire = example_questionnaire()
    >>> keys = ("waiting", "courtesy", "clarity", "rooms", "overall", "age")
    >>> columns = {key: np.array([3, -1], dtype=np.int16) for key in keys}
    >>> forms = responses_from_columns(questionnaire, columns, mode=np.zeros(2, dtype=np.int8))
    >>> found = check_forms(questionnaire, forms)
    >>> found.forms, found.flags, found.stopped.tolist()
    (2, {'straightline': 0, 'empty': 1}, [0, 0, 0, 0, 1])
    """
    straight, empty = _straight(questionnaire, responses)
    return FormChecks(
        forms=len(responses),
        flags={"straightline": int(straight.sum()), "empty": int(empty.sum())},
        suspicious=int(straight.sum()),
        answers=_answers(responses, straight),
        stopped=_stopped(responses),
    )


def fast_forms(questionnaire: Questionnaire, responses: Responses) -> FormChecks:
    """Count forms that intake marked as filled too fast, to be added to the checks of all forms.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    responses : Responses
        Only the forms so marked; `check_forms` has seen them too.

    Returns
    -------
    FormChecks
        With the forms that are not a straight line as well, so that a sum counts each form once.

    Examples
    --------
    >>> from analysis.data import responses_from_columns
    >>> from analysis.examples import example_questionnaire
    >>> questionnaire = example_questionnaire()
    >>> keys = ("waiting", "courtesy", "clarity", "rooms", "overall", "age")
    >>> columns = {key: np.array([3, 2], dtype=np.int16) for key in keys}
    >>> marked = responses_from_columns(questionnaire, columns, mode=np.zeros(2, dtype=np.int8))
    >>> both = check_forms(questionnaire, marked) + fast_forms(questionnaire, marked)
    >>> both.forms, both.flags, both.suspicious
    (2, {'empty': 0, 'fast': 2, 'straightline': 0}, 2)
    """
    straight, _ = _straight(questionnaire, responses)
    return FormChecks(
        forms=0,
        flags={"fast": len(responses)},
        suspicious=int((~straight).sum()),
        answers=_answers(responses, ~straight),
        stopped=np.zeros(len(questionnaire.rated), dtype=np.int64),
    )


def _straight(questionnaire: Questionnaire, responses: Responses) -> tuple[Bool, Bool]:
    """Whether each form is a straight line, and whether it is empty."""
    places = [questionnaire.position(item.key) for item in questionnaire.index_items]
    ratings = responses.ratings[:, places]
    valid = ratings >= 0
    answered = valid.sum(axis=1)
    lowest = np.where(valid, ratings, np.int8(_HIGH)).min(axis=1, initial=_HIGH)
    highest = np.where(valid, ratings, np.int8(_LOW)).max(axis=1, initial=_LOW)
    return (answered >= _STRAIGHT_ITEMS) & (lowest == highest), answered == 0


def _answers(responses: Responses, chosen: Bool) -> Int:
    ratings = responses.ratings[chosen].astype(np.int64) + FIRST_CODE
    rated = ratings.shape[1]
    place = np.arange(rated) * CATEGORIES + ratings
    return np.bincount(place.ravel(), minlength=rated * CATEGORIES).reshape(rated, CATEGORIES)


def _stopped(responses: Responses) -> Int:
    valid = responses.ratings >= 0
    rated = valid.shape[1]
    some = valid[valid.any(axis=1)]
    if len(some) == 0:
        return np.zeros(rated, dtype=np.int64)
    last = rated - 1 - np.argmax(some[:, ::-1], axis=1)
    return np.bincount(last, minlength=rated)
