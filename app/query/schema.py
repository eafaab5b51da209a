"""What can be asked of one kind of thing: its fields, flags and order, as data.

A schema names attributes; it knows neither rows nor tables. Concrete schemas are in ``app.query.schemas``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final

from app.query.tree import Sort

BEHIND: Final = 10**15
"""Milliseconds, more than any two moments are apart: by how much a row that is ``behind`` is put off in order."""


class FieldType(Enum):
    """How a field's values are written and compared.

    TEXT: the whole value, wildcards allowed. PROSE: text in which a value is searched. ENUM: one of ``values``, kept
    exactly so. INT: whole number. TIME: a moment. AGE: a moment told as the time since. FLAG: yes or no.
    LIST: several texts, one of which must match.
    """

    TEXT = "text"
    PROSE = "prose"
    ENUM = "enum"
    INT = "int"
    TIME = "time"
    AGE = "age"
    FLAG = "flag"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """``attribute``: what it reads on a row, the name itself when left out; also accepted as a name.

    ``values``: for ENUM all values in their order of rank; for others what completion offers first.
    ``ahead``: a TIME that lies in the future, so that a length of time means the time left until it.
    ``natural``: ordered by length first, so that INC-9 comes before INC-10.
    ``behind``: an attribute and those of its values, for a TIME that then stands still: in order such rows come after
    all others, value by value, so that what presses is never hidden below what waits.
    """

    name: str
    type: FieldType
    help: str
    attribute: str = ""
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    ahead: bool = False
    natural: bool = False
    behind: tuple[str, tuple[str, ...]] | None = None

    @property
    def reads(self) -> str:
        return self.attribute or self.name

    @property
    def sortable(self) -> bool:
        return self.type is not FieldType.LIST

    @property
    def comparable(self) -> bool:
        """Whether ``<`` and ``>`` mean something."""
        return self.type in {FieldType.INT, FieldType.TIME, FieldType.AGE}


@dataclass(frozen=True)
class Flag:
    """A word after ``is:``. Either the ``query`` that defines it, or the yes-or-no ``attribute`` it reads."""

    name: str
    help: str
    query: str = ""
    attribute: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Schema:
    """``text_fields``: where free words are searched. Compared and hashed by identity: schemas are constants."""

    name: str
    fields: tuple[Field, ...]
    flags: tuple[Flag, ...] = ()
    text_fields: tuple[str, ...] = ()
    default_sort: tuple[Sort, ...] = field(default=())

    @cached_property
    def fields_by_name(self) -> Mapping[str, Field]:
        """By name, alias and attribute; the name wins."""
        found: dict[str, Field] = {}
        for item in self.fields:
            for name in (item.name, *item.aliases):
                found.setdefault(name, item)
        for item in self.fields:
            found.setdefault(item.reads, item)
        return found

    @cached_property
    def flags_by_name(self) -> Mapping[str, Flag]:
        return {name: flag for flag in self.flags for name in (flag.name, *flag.aliases)}
