"""Store whole-number tables as bytes: compact, versioned, checked, and never executable."""

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"GRTALLY2"
#: Version 1 had fewer tables. It also heads what is hashed, so that published hashes stay.
_FIRST = b"GRTALLY1"
_HEAD = struct.Struct("<8sII")
_TYPES = ("int8", "int16", "int32", "int64")
_LARGEST = 1 << 30


def pack(
    header: Mapping[str, Any], tables: Mapping[str, NDArray[np.int64]], *, compressed: bool = True
) -> bytes:
    """Write `tables` in the narrowest type each fits, little-endian, after a JSON header.

    The bytes depend on the contents alone. A check sum guards them; zlib shrinks them unless
    `compressed` is false (for hashing, which must not depend on the version of zlib).
    """
    described: list[tuple[str, str, tuple[int, ...]]] = []
    parts: list[bytes] = []
    for name in sorted(tables):
        table = tables[name]
        kind = _narrowest(table)
        described.append((name, kind, table.shape))
        parts.append(np.ascontiguousarray(table, dtype=np.dtype(kind).newbyteorder("<")).tobytes())
    head = json.dumps({"header": header, "tables": described}, sort_keys=True).encode()
    body = struct.pack("<I", len(head)) + head + b"".join(parts)
    if not compressed:
        return _FIRST + body
    return _HEAD.pack(_MAGIC, len(body), zlib.crc32(body)) + zlib.compress(body, 6)


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[np.int64]]]:
    """Read what `pack` wrote; `ValueError` on anything else."""
    body = _checked_body(data)
    try:
        (length,) = struct.unpack_from("<I", body)
        head = json.loads(body[4 : 4 + length])
        start = 4 + length
        tables: dict[str, NDArray[np.int64]] = {}
        for name, kind, shape in head["tables"]:
            if kind not in _TYPES:
                raise ValueError(f"unknown table type {kind!r}")
            dtype = np.dtype(kind).newbyteorder("<")
            count = int(np.prod(shape, dtype=np.int64))
            flat = np.frombuffer(body, dtype=dtype, count=count, offset=start)
            tables[str(name)] = flat.astype(np.int64).reshape(shape)
            start += count * dtype.itemsize
        return dict(head["header"]), tables
    except (KeyError, TypeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"not a stored tally: {error}") from error


def _checked_body(data: bytes) -> bytes:
    if len(data) < _HEAD.size:
        raise ValueError("not a stored tally: too short")
    magic, size, check = _HEAD.unpack_from(data)
    if magic not in (_MAGIC, _FIRST):
        raise ValueError(f"not a stored tally of this version: starts with {magic!r}")
    if size > _LARGEST:
        raise ValueError(f"a stored tally of {size} bytes is not plausible")
    try:
        body = zlib.decompressobj().decompress(data[_HEAD.size :], size + 1)
    except zlib.error as error:
        raise ValueError(f"the stored tally is damaged: {error}") from error
    if len(body) != size or zlib.crc32(body) != check:
        raise ValueError("the stored tally is damaged: wrong check sum")
    return body


def _narrowest(table: NDArray[np.int64]) -> str:
    if not table.size:
        return "int8"
    low, high = int(table.min()), int(table.max())
    for kind in _TYPES:
        info = np.iinfo(kind)
        if info.min <= low and high <= info.max:
            return kind
    raise ValueError(f"values from {low} to {high} do not fit")
