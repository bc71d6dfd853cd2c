"""An attacker who reads a whole results document, and many others that might have been.

The attacker knows the program and all published numbers. A hidden count is given away when some
number, word or missing number of the document follows from that count alone and tells its value, or
when a sum or difference of published counts (a share times its n is a count too) gives it back.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Leaf = str | int | float | bool | None
#: What stands at each place of documents that might have been, by the hidden count of each.
Seen = Mapping[str, Mapping[int, Sequence[Leaf]]]
_DIGITS = 9
_WHOLE = 1e-6


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every number, text, truth value and null of a document, with the sum of each list's n."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{place}.{key}")
    elif isinstance(value, list):
        yield f"{place}#", len(value)
        told = [one["n"] for one in value if isinstance(one, Mapping) and "n" in one]
        if told and all(isinstance(n, int | None) for n in told):
            yield f"{place}+", sum(n or 0 for n in told)
        for number, part in enumerate(value):
            yield from leaves(part, f"{place}[{number}]")
    else:
        yield place, value


def differences(one: Any, two: Any) -> list[tuple[str, Leaf, Leaf]]:
    """Places at which two documents are not the same, and what stands there."""
    first, second = dict(leaves(one)), dict(leaves(two))
    places = sorted({*first, *second})
    pairs = [(place, first.get(place, "absent"), second.get(place, "absent")) for place in places]
    return [(place, a, b) for place, a, b in pairs if _key(a) != _key(b)]


def table(worlds: Mapping[int, Sequence[Any]]) -> Seen:
    """What stands at each place, by hidden count; "absent" where a document lacks the place."""
    read = {count: [dict(leaves(one)) for one in found] for count, found in worlds.items()}
    places = {place for found in read.values() for one in found for place in one}
    return {
        place: {
            count: [_rounded(one.get(place, "absent")) for one in found]
            for count, found in read.items()
        }
        for place in sorted(places)
    }


def _rounded(value: Leaf) -> Leaf:
    if isinstance(value, float) and value:
        return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    return value


def given_away(seen: Seen, *, but_for: str = "$^") -> dict[int, list[str]]:
    """Hidden counts that the document tells whatever else people answered, with the places.

    A place counts as telling where it is the same in all documents of the same hidden count,
    which differ in everything else, and not the same for all hidden counts. Places that match
    `but_for` are not looked at.
    """
    telling = {
        place: {count: _key(found[0]) for count, found in by.items()}
        for place, by in seen.items()
        if not re.search(but_for, place)
        and all(len({_key(one) for one in found}) == 1 for found in by.values())
        and len({_key(found[0]) for found in by.values()}) > 1
    }
    counts = next(iter(seen.values())).keys()
    signs = {count: tuple(by[count] for by in telling.values()) for count in counts}
    alone = [count for count, sign in signs.items() if list(signs.values()).count(sign) == 1]
    return {count: [f"{p} = {by[count][1]}" for p, by in telling.items()] for count in alone}


def _key(value: Leaf) -> tuple[str, Leaf]:
    """Tell 1, 1.0 and True apart from nothing but words and nulls."""
    kind = "number" if isinstance(value, int | float) else type(value).__name__
    return kind, value


def sums(seen: Seen) -> list[str]:
    """Ways to get the hidden count from up to three published counts, alike in all documents."""
    flat = {place: [one for found in by.values() for one in found] for place, by in seen.items()}
    some = next(iter(seen.values()))
    target = np.array([count for count, found in some.items() for _ in found], dtype=np.float64)
    known = _counts(flat)
    names = list(known)
    if not names:
        return []
    rows = np.stack([known[name] for name in names])
    ways = [name for name, row in zip(names, rows, strict=True) if _same(row, target)]
    return ways + _pairs(names, rows, target) + _triples(names, rows, target)


def _counts(flat: Mapping[str, list[Leaf]]) -> dict[str, Float]:
    """Counts told as such, and shares times a size that come out whole everywhere."""
    numbers: dict[bytes, tuple[str, Float]] = {}
    for place, seen in flat.items():
        if all(isinstance(one, int | float) and not isinstance(one, bool) for one in seen):
            row = np.array(seen, dtype=np.float64)
            numbers.setdefault(row.tobytes(), (place, row))
    if not numbers:
        return {}
    names = [place for place, _ in numbers.values()]
    rows = np.stack([row for _, row in numbers.values()])
    whole = _whole(rows)
    known = {rows[k].tobytes(): (names[k], rows[k]) for k in np.flatnonzero(whole).tolist()}
    sizes = [(p, row) for p, row in known.values() if row.min() >= 10 and _is_size(p)]
    for name, size in sizes:
        for parts in (rows * size / 100, rows * size):
            for k in np.flatnonzero(_whole(parts) & ~whole).tolist():
                part = np.rint(parts[k])
                known.setdefault(part.tobytes(), (f"{names[k]} x {name}", part))
    return dict(known.values())


def _is_size(place: str) -> bool:
    return place.rsplit(".", 1)[-1] in {"n", "forms", "users_served"}


def _whole(rows: Float) -> NDArray[np.bool_]:
    return np.asarray((np.abs(rows - np.rint(rows)) < _WHOLE).all(axis=1))


def _same(row: Float, target: Float) -> bool:
    return bool(np.all(np.abs(row - target) < _WHOLE))


def _pairs(names: Sequence[str], rows: Float, target: Float) -> list[str]:
    place = {row.tobytes(): name for name, row in zip(names, rows, strict=True)}
    ways = []
    for name, row in zip(names, rows, strict=True):
        for sign, other in (("-", row - target), ("+", target - row)):
            if other.tobytes() in place:
                ways.append(f"{name} {sign} {place[other.tobytes()]}")
    return ways


def _triples(names: Sequence[str], rows: Float, target: Float) -> list[str]:
    """Find a - b - c and a + b - c, by the sum of two rows under a random projection."""
    odd = np.random.default_rng(20260101).integers(1, 2**40, rows.shape[1]).astype(np.float64)
    marks, goal = rows @ odd, float(target @ odd)
    order = np.argsort(marks)
    ways = []
    for i in range(len(names)):
        for sign in (1.0, -1.0):
            wanted = marks[i] - goal + sign * marks
            near = np.searchsorted(marks[order], wanted - 0.5)
            for j in np.flatnonzero(near < len(names)).tolist():
                k = int(order[near[j]])
                if abs(marks[k] - wanted[j]) < 0.5 and _same(
                    rows[i] + sign * rows[j] - rows[k], target
                ):
                    ways.append(f"{names[i]} {'+' if sign > 0 else '-'} {names[j]} - {names[k]}")
    return ways
