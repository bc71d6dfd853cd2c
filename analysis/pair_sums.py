"""Sums over two answers of one form: what errors of indices and of gaps are made of."""

import numpy as np
from numpy.typing import NDArray

from analysis.form import Questionnaire

Int = NDArray[np.int64]


def pair_sums(stacked: NDArray[np.float32], place: Int, size: int) -> Int:
    """Sum products of two answers of one form, part by part.

    Parameters
    ----------
    stacked : ndarray of float32, shape (forms, 2 rated)
        Whether each answer is valid, then its code, 0 where not; at most 131,072 forms, so that
        all sums are exact.
    place : ndarray of int64, shape (forms,)
        Cell or group of each form.
    size : int
        How many of them there are.

    Returns
    -------
    ndarray of int64, shape (size, 3, rated, rated)
        N, A, P of the method, 3.3, in codes as printed.

    Examples
    --------
    >>> forms = np.array([[1, 1, 4, 5], [1, 0, 3, 0]], np.float32)
    >>> pair_sums(forms, np.zeros(2, np.int64), 1)[0].tolist()
    [[[2, 1], [1, 1]], [[7, 4], [5, 5]], [[25, 20], [20, 25]]]
    """
    items = stacked.shape[1] // 2
    order = np.argsort(place.astype(np.int16 if size < 2**15 else np.int64), kind="stable")
    ordered = stacked[order]
    ends = np.cumsum(np.bincount(place, minlength=size))
    sums = np.zeros((size, 3, items, items), dtype=np.int64)
    start = 0
    for number, end in enumerate(ends):
        if end > start:
            part = ordered[start:end]
            square = part.T @ part
            sums[number, 0] = square[:items, :items]
            sums[number, 1] = square[items:, :items]
            sums[number, 2] = square[items:, items:]
        start = end
    return sums


def pair_squares(questionnaire: Questionnaire, ratings: NDArray[np.int8]) -> NDArray[np.int64]:
    """Sums of squares of each item and of what was asked of it.

    Parameters
    ----------
    questionnaire : Questionnaire
        Gives the pairs, as ``questionnaire.beside``.
    ratings : ndarray of int8, shape (forms, rated)
        Codes as printed, statuses below 0.

    Returns
    -------
    ndarray of int64, shape (pairs, 2)
        Over the forms with both answers valid, in codes as printed.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> pair_squares(example_questionnaire(), np.ones((3, 5), np.int8)).shape
    (0, 2)
    """
    found = np.zeros((len(questionnaire.beside), 2), dtype=np.int64)
    for place, pair in enumerate(questionnaire.beside):
        codes = ratings[:, pair].astype(np.int64)
        found[place] = (codes[(codes >= 0).all(axis=1)] ** 2).sum(axis=0)
    return found
