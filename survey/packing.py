"""Static files gzipped once and kept, since the style of the pages is most of a first visit."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

STATIC_ENDPOINTS = ("static", "theme.static")
_PACKED_SUFFIXES = {".css", ".js", ".mjs", ".svg"}


def init_packing(app: Flask) -> None:
    """Answer for the static files; whatever else is compressed is so on its way out."""

    @app.after_request
    def pack_static(response: Response) -> Response:
        path = _file_sent(response)
        if path is None or not request.accept_encodings["gzip"]:
            return response
        content = _packed(path, path.stat().st_mtime_ns)
        response.close()
        response.direct_passthrough = False
        response.data = content
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        # the same file in other bytes: only a weak tag may be shared
        tag, _ = response.get_etag()
        if tag is not None:
            response.set_etag(tag, weak=True)
        return response


def _file_sent(response: Response) -> Path | None:
    """Find which of our static texts a whole answer sends."""
    if request.endpoint not in STATIC_ENDPOINTS or response.status_code != 200:
        return None
    # Werkzeug's wrapper of a file calls it so, and gunicorn's otherwise
    wrapped = getattr(response.response, "file", None)
    wrapped = wrapped or getattr(response.response, "filelike", None)
    name = getattr(wrapped, "name", None)
    path = Path(name) if isinstance(name, str) else None
    return path if path is not None and path.suffix in _PACKED_SUFFIXES else None


@lru_cache(maxsize=64)
def _packed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
