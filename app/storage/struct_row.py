"""Small tables whose columns are the fields of a value: written and read by field name.

For configuration and drafts, read whole; tickets and articles have rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table

from app.domain.value import Value
from app.storage.ticket_row import Row

V = TypeVar("V", bound=Value)


def select_sql(table: Table, type_: type[Value], ending: str = "") -> str:
    """Reads the fields of a value, in their order."""
    columns = ", ".join(f'"{name}"' for name in type_.__struct_fields__)
    return f"SELECT {columns} FROM {table.name} {ending}"  # noqa: S608


def upsert_sql(table: Table, type_: type[Value]) -> str:
    """Inserts a value, or overwrites exactly its own columns; the first field is the key."""
    key, *rest = type_.__struct_fields__
    columns = ", ".join(f'"{name}"' for name in (key, *rest))
    places = ", ".join("?" for _ in (key, *rest))
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return (
        f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608
        f' ON CONFLICT ("{key}") DO UPDATE SET {updates}'
    )


def values_of(type_: type[V], rows: Iterable[Row]) -> list[V]:
    """The values of rows read by ``select_sql``; 1 and 0 become yes and no where the field wants it."""
    names = type_.__struct_fields__
    return [msgspec.convert(dict(zip(names, row, strict=True)), type_, strict=False) for row in rows]


def parameters_of(value: Value) -> tuple[Any, ...]:
    """The parameters of ``upsert_sql``."""
    return msgspec.structs.astuple(value)
