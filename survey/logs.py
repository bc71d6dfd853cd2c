"""One JSON object a line. Never an answer, an address or a user agent."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

#: as Python begins it: whoever searches a log for failures searches for this
_HEAD = "Traceback (most recent call last):\n"


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        entry = {
            "at": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """Leave of each message its first line: a database shows the row that it refused below."""
        told: list[str] = []
        error: BaseException | None = ei[1]
        met: set[int] = set()  # one may name itself as its cause
        while error is not None and id(error) not in met:
            met.add(id(error))
            first = str(error).partition("\n")[0]
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            frames = traceback.format_tb(error.__traceback__)
            told.append("".join((_HEAD, *frames, f"{name}: {first}\n")))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(reversed(told))


def configure_logging(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


logger = logging.getLogger(__name__)


#: the way of a citizen who answers: a line would tell the minute of a response, and where few
#: answer on a day even whose
_UNTOLD = frozenset({"collection.form", "collection.send", "collection.thanks"})
_AS_IT_SHOULD = frozenset({200, 302, 303, 422})
_FILES = frozenset({"static", "theme.static"})


def init_request_log(app: Flask) -> None:
    """Log each request by endpoint, not by path: an address may hold a code or a serial."""

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        fields = {
            "method": request.method,
            "endpoint": request.endpoint or "-",
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        }
        untold = request.endpoint in _UNTOLD and response.status_code in _AS_IT_SHOULD
        if request.endpoint not in _FILES and not untold:
            logger.info("request", extra={"fields": fields})
        return response
