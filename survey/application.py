"""Wiring of the Flask application."""

from __future__ import annotations

import datetime as dt
from inspect import iscoroutinefunction
from io import BytesIO
from typing import IO

from flask import Flask, Request, Response, abort, request, session
from flask_babel import get_locale
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from survey import authoring, collection, desk, results, staff
from survey.access import may
from survey.errors import init_errors
from survey.extensions import LARGEST_NUMBER, babel, csrf, db, login_manager
from survey.formatting import init_formatting
from survey.logs import init_request_log
from survey.packing import init_packing
from survey.settings import Settings
from survey.share import share
from survey.theme import init_theme

LANGUAGES = ("it", "en")
#: a form of 40 questions with every text at its limit stays well below
MAX_BODY = 256 * 1024
POLICY = "; ".join(
    (
        "default-src 'self'",
        "font-src 'self' data:",  # Bootstrap Italia's sheet embeds an icon font
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class MemoryRequest(Request):
    """A request whose files, answers of citizens among them, never touch the disk.

    The limits of its length bound the memory.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class NumberConverter(IntegerConverter):
    """A number of an address; one that no row can have leads nowhere, as any unknown one."""

    def __init__(self, map: Map, fixed_digits: int = 0) -> None:  # noqa: A002  # Werkzeug's word
        super().__init__(map, fixed_digits, max=LARGEST_NUMBER)


def build(settings: Settings) -> Flask:
    app = Flask(__name__, template_folder=str(share("templates")), static_folder="static")
    _configure(app, settings)
    app.request_class = MemoryRequest
    app.url_map.converters["int"] = NumberConverter
    db.init_app(app)
    _drop_async_teardowns(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = None  # it would keep a hash of address and user agent
    babel.init_app(app, locale_selector=select_language)
    Compress(app)
    init_formatting(app)
    init_errors(app)
    init_request_log(app)
    init_theme(app)
    for room in (authoring, collection, desk, results, staff):
        app.register_blueprint(room.blueprint)
    app.jinja_env.globals.update(may=may, get_locale=get_locale)
    app.before_request(refuse_nul)
    app.after_request(close_files)
    init_packing(app)
    app.after_request(secure)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Werkzeug documents
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        # the parameters of a statement are answers: no message of an error is to repeat them
        SQLALCHEMY_ENGINES={"default": {"url": settings.database_url, "hide_parameters": True}},
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_NAME="gradimento",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(hours=10),
        SESSION_REFRESH_EACH_REQUEST=False,  # else who is signed in gets cookies on public pages
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session: a desk stays open all day
        SEND_FILE_MAX_AGE_DEFAULT=dt.timedelta(days=365),
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml",
                            "application/json", "text/csv"],
        BABEL_DEFAULT_LOCALE="it",
        SETTINGS=settings,
    )  # fmt: skip
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _drop_async_teardowns(app: Flask) -> None:
    """Keep an event loop out of each request: there are no asynchronous sessions to close."""
    functions = app.teardown_appcontext_funcs
    functions[:] = [function for function in functions if not iscoroutinefunction(function)]


def select_language() -> str:
    """Choose the words of the page: asked for in the address, else what the browser prefers."""
    wanted = request.args.get("lang", "")
    if wanted in LANGUAGES:
        return wanted
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def refuse_nul() -> None:
    """Refuse what no database text can hold, before any query trips over it.

    The public form is left to its own check, which keeps what was typed.
    """
    if "\x00" in request.path:
        abort(404)
    given = list(request.args.values())
    if request.endpoint != "collection.send":
        given += list(request.form.values())
    if any("\x00" in value for value in given):
        abort(400)


def close_files(response: Response) -> Response:
    """Close a file that is sent: Flask-Compress wraps it and forgets that it can be closed."""
    if response.is_streamed and hasattr(response.response, "close"):
        response.call_on_close(response.response.close)
    return response


def secure(response: Response) -> Response:
    headers = response.headers
    if session:  # a page for one visitor: it may hold a token of theirs
        headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
