"""The clusters of an answers file: the forms of one kiosk and day belong together."""

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from analysis.data import MODES

Int = NDArray[np.int64]
_KIOSK = MODES.index("kiosk")
#: above every day written as YYYYMMDD
_PLACE = 10**8


class KioskDays:
    """Numbers the forms of a file chunk by chunk.

    A form of a kiosk with a known day gets a number below zero, the same in every chunk for the
    same place and day; every other form gets its place in the file (`ClusterCounter` says why).
    """

    def __init__(self) -> None:
        self._places: dict[Hashable, int] = {}

    def place_numbers(self, names: Iterable[Hashable]) -> Int:
        """Number places by what they are called, the same number in every chunk."""
        known = self._places
        return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)

    def clusters(self, start: int, mode: NDArray[np.int8], *, days: Int, places: Int) -> Int:
        """Cluster of each form of one chunk.

        Parameters
        ----------
        start : int
            Forms before this chunk.
        mode : ndarray of int8, shape (forms,)
            Place in `MODES`.
        days, places : ndarray of int64, shape (kiosk forms,)
            For the forms of a kiosk alone: the day as YYYYMMDD or 0 where unknown, and the place.

        Returns
        -------
        ndarray of int64, shape (forms,)

        Examples
        --------
        >>> days = KioskDays()
        >>> places = days.place_numbers(["hall", "hall", "stairs"])
        >>> days.clusters(7, np.array([1, 0, 1, 1]), days=np.array([20260504, 0, 20260504]),
        ...               places=places)
        array([ -20260505,          8,          9, -120260505])
        """
        clusters = np.arange(start, start + len(mode), dtype=np.int64)
        dated = days > 0
        at = kiosk_forms(mode)[dated]
        clusters[at] = -1 - (places[dated] * _PLACE + days[dated])
        return clusters


def kiosk_forms(mode: NDArray[np.int8]) -> Int:
    """Places of the forms that were filled in at a kiosk."""
    return np.flatnonzero(mode == _KIOSK)
