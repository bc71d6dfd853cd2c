"""Flask extensions, bound to an application in `create_app`."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

from flask import abort, request
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, event
from sqlalchemy.sql import Executable

from survey.models import Base

db = SQLAlchemy()
babel = Babel()
login_manager = LoginManager()
csrf = CSRFProtect()

#: no id and no year is larger: PostgreSQL's integers end here, and it refuses even to be asked
LARGEST_NUMBER = 2**31 - 1

M = TypeVar("M", bound=Base)


def get_or_abort(kind: type[M], key: object) -> M:
    """Load a row by its primary key, or answer 404."""
    row = db.session.get(kind, key)
    if row is None:
        abort(404)
    return row


def one_or_abort(statement: Executable) -> Any:
    """Load the one row that a statement selects, or answer 404."""
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        abort(404)
    return row


def number_argument(name: str) -> int | None:
    """Return a number asked for in the address; None for one that no row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST_NUMBER else None


@event.listens_for(Engine, "connect")
def _settle_sqlite(connection: object, _record: object) -> None:
    """Keep what SQLite leaves loose by default: foreign keys, and the flush of a commit."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "busy_timeout = 10000"):
            connection.execute(f"PRAGMA {pragma}")
