"""Base class, names of constraints, and the column types that repeat."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

#: a nameless constraint cannot be dropped later, least of all on SQLite
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_BIG = BigInteger().with_variant(Integer(), "sqlite")
#: largest id that SQLite, PostgreSQL and a signed 64-bit reader all hold
MAX_ID = 2**63 - 1


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment, always aware and in UTC, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value and value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(dt.UTC)
        return value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON(),
        dt.datetime: UtcDateTime(),
    }


Id = Annotated[int, mapped_column(primary_key=True)]
#: drawn at random by the writer, so that neither ids nor storage order tell who came first
ShuffledId = Annotated[int, mapped_column(_BIG, primary_key=True, autoincrement=False)]
BodyId = Annotated[int, mapped_column(ForeignKey("public_body.id"))]
Slug = Annotated[str, mapped_column(String(60))]
Name = Annotated[str, mapped_column(String(200))]
Language = Annotated[str, mapped_column(String(3))]
Digest = Annotated[str, mapped_column(String(64))]


def by_value(kind: type[StrEnum]) -> Enum:
    """Store an enumeration by its value, with a named CHECK on every database."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=max(20, *(len(member) for member in kind)),
        name=kind.__name__.lower(),
    )
