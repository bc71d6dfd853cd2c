"""Documents without NaN and infinity: standard JSON cannot write them."""

from collections.abc import Mapping
from math import isfinite
from typing import Any


class Finite(dict[str, Any]):
    """A block found finite when it was made, which is not looked through again.

    For what is written once and stands in many places, such as the scale of a question in every
    wave: nobody may change it in place.

    Raises
    ------
    ValueError
        If it holds NaN or infinity.
    """

    def __init__(self, block: Mapping[str, Any]) -> None:
        super().__init__(block)
        check_finite(self)


_ALWAYS = frozenset({str, int, bool, type(None), Finite})


def check_finite(document: dict[str, Any], *, place: str = "document") -> None:
    """Refuse a document with NaN or infinity.

    Parameters
    ----------
    document : dict
        Text, numbers, booleans, lists, objects and null.
    place : str, optional
        What the refusal calls it.

    Raises
    ------
    ValueError
        Naming the place of the first number that is not finite.

    Examples
    --------
    >>> check_finite({"waves": [{"value": 62.6, "se": None}]})
    >>> check_finite({"waves": [{"value": float("nan")}]})
    Traceback (most recent call last):
    ValueError: document.waves[0].value is nan: a results document holds finite numbers only
    """
    if not _is_plain(document):
        _refuse_not_finite(document, place)


def _is_plain(document: dict[str, Any]) -> bool:
    """Whether all is of the usual types and finite; places are not followed, to be fast."""
    parts: list[Any] = list(document.values())
    numbers = []
    for part in parts:  # which grows while it is read
        kind = type(part)
        if kind in _ALWAYS:
            continue
        if kind is float:
            numbers.append(part)
        elif kind is dict:
            parts += part.values()
        elif kind is list:
            parts += part
        else:
            return False
    return all(map(isfinite, numbers))


def _refuse_not_finite(value: object, place: str) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{place} is {value}: a results document holds finite numbers only")
    if isinstance(value, dict):
        for key, part in value.items():
            _refuse_not_finite(part, f"{place}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _refuse_not_finite(part, f"{place}[{number}]")
