"""What was computed once of something that never changes."""

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class Kept:
    """Results by name; kept as long as what they belong to."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute the first time, and remember.

        Parameters
        ----------
        key : hashable
            Names what is computed, with every choice it depends on.
        compute : callable
            Its result must not be changed by anybody: arrays, and those of a dataclass, are made
            read-only.

        Returns
        -------
        object
            What `compute` gave the first time.

        Examples
        --------
        >>> kept = Kept()
        >>> kept.once("n", lambda: 200), kept.once("n", lambda: 1)
        (200, 200)
        """
        if key not in self._found:
            self._found[key] = _sealed(compute())
        found: T = self._found[key]
        return found


def _sealed(result: T) -> T:
    names = [one.name for one in fields(result)] if is_dataclass(result) else []
    for part in (result, *(getattr(result, name) for name in names)):
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
    return result
