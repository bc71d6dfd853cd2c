"""Static files: small on the way, kept by the browser."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from gunicorn.http.wsgi import FileWrapper as GunicornFileWrapper
from werkzeug.test import TestResponse
from werkzeug.wsgi import FileWrapper

SHEETS = ["/static/survey.css", "/static/bi/css/bootstrap-italia.min.css"]


Fetch = Callable[..., TestResponse]


@pytest.fixture(params=[FileWrapper, GunicornFileWrapper], ids=["werkzeug", "gunicorn"])
def fetch(app: Flask, request: pytest.FixtureRequest) -> Fetch:
    """Fetch as the server of development does, and as that of production."""
    client = app.test_client()
    server = {"wsgi.file_wrapper": request.param}

    def get(path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, headers=named, buffered=True, environ_overrides=server)

    return get


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_browser_that_only_knows_gzip_gets_gzip(fetch: Fetch, sheet: str) -> None:
    plain = fetch(sheet)
    packed = fetch(sheet, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_packed_file_is_not_sent_twice(fetch: Fetch, sheet: str) -> None:
    first = fetch(sheet, Accept_Encoding="gzip")
    again = fetch(sheet, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert again.status_code == 304
    assert "max-age=31536000" in first.headers["Cache-Control"]


def test_a_browser_that_wants_no_packing_gets_the_file_itself(fetch: Fetch) -> None:
    plain = fetch(SHEETS[0], Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers
    assert b"font-family" in plain.data
