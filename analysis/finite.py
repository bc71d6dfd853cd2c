"""Documents without NaN and infinity: standard JSON cannot write them."""

import json
import math
from typing import Any


def check_finite(document: dict[str, Any]) -> None:
    """Refuse a document with NaN or infinity: the encoder finds that there is one, a walk where.

    Parameters
    ----------
    document : dict
        Text, numbers, booleans, lists, objects and null.

    Raises
    ------
    ValueError
        Naming the place of the first number that is not finite.

    Examples
    --------
    >>> check_finite({"waves": [{"value": 62.6, "se": None}]})
    >>> check_finite({"waves": [{"value": math.nan}]})
    Traceback (most recent call last):
    ValueError: document.waves[0].value is nan: a results document holds finite numbers only
    """
    try:
        json.dumps(document, allow_nan=False)
    except ValueError:
        _refuse_not_finite(document, "document")
        raise


def _refuse_not_finite(value: object, place: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{place} is {value}: a results document holds finite numbers only")
    if isinstance(value, dict):
        for key, part in value.items():
            _refuse_not_finite(part, f"{place}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _refuse_not_finite(part, f"{place}[{number}]")
