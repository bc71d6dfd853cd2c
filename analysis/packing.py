"""Store whole-number tables as bytes: compact, versioned, checked, and never executable."""

import json
import math
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Tables by name; of whole numbers of any width.
Tables = dict[str, NDArray[Any]]
_MAGIC = b"GRTALLY3"
#: Versions 1 and 2 had a single section. Version 1 also heads what is hashed, so that published
#: hashes stay.
_FIRST, _SECOND = b"GRTALLY1", b"GRTALLY2"
_ONE_SECTION = struct.Struct("<8sII")
_TWO_SECTIONS = struct.Struct("<8sI4I")
_CHECKED_FROM = 12
_KINDS = {
    kind: (np.dtype(kind).newbyteorder("<"), int(np.iinfo(kind).min), int(np.iinfo(kind).max))
    for kind in ("int8", "int16", "int32", "int64")
}
_LARGEST = 1 << 30


class Unpacked(NamedTuple):
    """What `pack` wrote; the tables have the narrow types they are stored in."""

    header: dict[str, Any]
    tables: Tables
    later: Callable[[], Tables]


def pack(
    header: Mapping[str, Any],
    tables: Mapping[str, NDArray[np.int64]],
    later: Mapping[str, NDArray[np.int64]],
) -> bytes:
    """Write `tables`, and apart from them those that are read `later`, only where they are wanted.

    The bytes depend on the contents alone. A check sum guards them all; zlib shrinks them.
    """
    bodies = plain(header, tables), plain({}, later)
    sections = [_deflated(body) for body in bodies]
    sizes = [size for pair in zip(bodies, sections, strict=True) for size in map(len, pair)]
    head = _TWO_SECTIONS.pack(_MAGIC, 0, *sizes)
    check = zlib.crc32(b"".join([head[_CHECKED_FROM:], *sections]))
    return b"".join([_TWO_SECTIONS.pack(_MAGIC, check, *sizes), *sections])


def hashed(header: Mapping[str, Any], tables: Mapping[str, NDArray[np.int64]]) -> bytes:
    """Return the bytes that stand for `tables` in a hash: they depend on no version of zlib."""
    return _FIRST + plain(header, tables)


def plain(header: Mapping[str, Any], tables: Mapping[str, NDArray[np.int64]]) -> bytes:
    """Write `tables` in the narrowest type each fits, little-endian, after a JSON header."""
    described: list[tuple[str, str, tuple[int, ...]]] = []
    parts: list[memoryview] = []
    for name in sorted(tables):
        table = tables[name]
        kind = _narrowest(table)
        described.append((name, kind, table.shape))
        parts.append(table.astype(_KINDS[kind][0], order="C").data)
    head = json.dumps({"header": header, "tables": described}, sort_keys=True).encode()
    return b"".join([struct.pack("<I", len(head)), head, *parts])


def unpack(data: bytes) -> Unpacked:
    """Read what `pack` wrote, or wrote in an older version; `ValueError` on anything else."""
    magic = data[: len(_MAGIC)]
    if len(data) < _TWO_SECTIONS.size:
        raise ValueError("not a stored tally: too short")
    if magic == _MAGIC:
        return _two_sections(data)
    if magic not in (_FIRST, _SECOND):
        raise ValueError(f"not a stored tally of this version: starts with {magic!r}")
    _, size, check = _ONE_SECTION.unpack_from(data)
    _plausible(size)
    body = _inflated(data[_ONE_SECTION.size :], size, zlib.MAX_WBITS)
    if zlib.crc32(body) != check:
        raise ValueError("the stored tally is damaged: wrong check sum")
    return Unpacked(*_read(body), dict)


def _two_sections(data: bytes) -> Unpacked:
    _, check, size, stored, later_size, later_stored = _TWO_SECTIONS.unpack_from(data)
    _plausible(size + later_size)
    end = _TWO_SECTIONS.size + stored
    if len(data) != end + later_stored or zlib.crc32(memoryview(data)[_CHECKED_FROM:]) != check:
        raise ValueError("the stored tally is damaged: wrong check sum")
    header, tables = _read(_inflated(data[_TWO_SECTIONS.size : end], size, -zlib.MAX_WBITS))
    return Unpacked(header, tables, partial(_read_later, data[end:], later_size))


def _read_later(stored: bytes, size: int) -> Tables:
    return _read(_inflated(stored, size, -zlib.MAX_WBITS))[1]


def _plausible(size: int) -> None:
    if size > _LARGEST:
        raise ValueError(f"a stored tally of {size} bytes is not plausible")


def _deflated(body: bytes) -> bytes:
    """Without the frame of zlib: one check sum over everything is enough."""
    packer = zlib.compressobj(6, wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _inflated(stored: bytes, size: int, frame: int) -> bytes:
    try:
        body = zlib.decompressobj(frame).decompress(stored, size + 1)
    except zlib.error as error:
        raise ValueError(f"the stored tally is damaged: {error}") from error
    if len(body) != size:
        raise ValueError(f"the stored tally is damaged: not {size} bytes")
    return body


def _read(body: bytes) -> tuple[dict[str, Any], Tables]:
    try:
        (length,) = struct.unpack_from("<I", body)
        head = json.loads(body[4 : 4 + length])
        start = 4 + length
        tables: Tables = {}
        for name, kind, shape in head["tables"]:
            if kind not in _KINDS:
                raise ValueError(f"unknown table type {kind!r}")
            dtype, count = _KINDS[kind][0], math.prod(shape)
            flat = np.frombuffer(body, dtype=dtype, count=count, offset=start)
            tables[str(name)] = flat.reshape(shape)
            start += count * dtype.itemsize
        return dict(head["header"]), tables
    except (KeyError, TypeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"not a stored tally: {error}") from error


def _narrowest(table: NDArray[np.int64]) -> str:
    if not table.size:
        return "int8"
    low, high = int(table.min()), int(table.max())
    for kind, (_, least, most) in _KINDS.items():
        if least <= low and high <= most:
            return kind
    raise ValueError(f"values from {low} to {high} do not fit")
