"""The mapping of a CSV file: which column is which field of a ticket, and how its texts are read. A TOML file:

    source = "helpdesk"            # name of the source; --source wins
    kind = "incident"              # incident request problem change
    delimiter = ","                # one character, or "tab"
    encoding = "utf-8"             # utf-8 latin-1 cp1252
    time_zone = "Europe/Berlin"    # for dates without a zone; --time-zone wins; default UTC
    dates = ["iso", "d/m/y"]       # tried in this order: iso, d/m/y, epoch, epoch_ms, or a pattern as %d.%m.%Y %H:%M
    missing = ["", "?", "N/A"]     # texts that mean: not known

    [columns]                      # column = field, or a list of fields
    "Case ID" = "remote_id"        # needed: what tells one ticket from another
    "{Product}: {Fault}" = "title" # several columns put together
    "State" = ["status", "source_status"]
    "Changed" = "updated_at"

    [values.status]                # field: text of the file = value; "*" is everything else
    "In Progress" = "open"
    "*" = "open"

    [defaults]                     # field = value where the file says nothing
    channel = "phone"

Several rows with the same remote id are updates of one ticket: ordered by ``order`` when a column is mapped to it,
else by ``updated_at``, then by their place in the file. Fields that no column gives are worked out: ``created_at``
from the first row, ``resolved_at`` and ``closed_at`` from when the status came to be so, ``reopen_count`` from how
often it went back to work, ``reassignment_count`` from changes of team (of assignee, when there is no team),
``status`` from ``closed_at`` and ``resolved_at``, ``priority`` from impact and urgency.

Owns reading and checking of the mapping; raises UsageTrouble with the entry at fault.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.base.errors import UsageTrouble
from app.domain import ticket as words
from app.usecases.imports.reading import ENCODINGS, Dialect

SIZE_LIMIT_BYTES: Final = 1_000_000
MOMENTS: Final = ("created_at", "updated_at", "resolved_at", "closed_at", "due_at")
COUNTS: Final = ("reopen_count", "reassignment_count")
TEXTS: Final = (
    "title", "source_status", "category", "service", "environment", "team", "assignee", "requester", "resolution",
)  # fmt: skip
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "status": words.STATUSES,
    "pending_reason": words.PENDING_REASONS,
    "kind": words.KINDS,
    "channel": words.CHANNELS,
    "priority": ("1", "2", "3", "4", "5"),
    "impact": ("1", "2", "3"),
    "urgency": ("1", "2", "3"),
}
FLAGS: Final = ("major", "sla_made")
OTHERS: Final = ("tags", "description")
# Of the file, not of the ticket: what tells rows apart, what orders them, who wrote them.
KEYS: Final = ("remote_id", "number", "order", "by")
FIELDS: Final = (*KEYS, *CHOICES, *TEXTS, *MOMENTS, *COUNTS, *FLAGS, *OTHERS)
ANY_OTHER: Final = "*"
PLACE: Final = re.compile(r"\{([^{}]+)\}")
"""A column's name within several put together."""


@dataclass(frozen=True, slots=True)
class TicketMapping:
    """``columns``: (column, field) in the order of the file. The rest as in the module's text."""

    columns: tuple[tuple[str, str], ...]
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    source: str = ""
    kind: str = "incident"
    dialect: Dialect = dataclasses.field(default_factory=Dialect)
    time_zone: str = "UTC"
    dates: tuple[str, ...] = ("iso",)
    missing: frozenset[str] = frozenset({""})

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        parts = (PLACE.findall(column) or [column] for column, _ in self.columns)
        return tuple(dict.fromkeys(name for names in parts for name in names))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that columns give."""
        return frozenset(field for _, field in self.columns)


def load_mapping(path: Path) -> TicketMapping:
    """A mapping from its file. Raises UsageTrouble."""
    try:
        raw = path.read_bytes()[: SIZE_LIMIT_BYTES + 1]
        if len(raw) > SIZE_LIMIT_BYTES:
            raise ValueError("it is too large")
        tables = tomllib.loads(raw.decode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageTrouble(f"The mapping {path} cannot be read: {reason}.", concerns=str(path)) from None
    return read_mapping(tables, str(path))


def read_mapping(tables: Mapping[str, Any], name: str) -> TicketMapping:
    """A mapping from its tables; ``name`` is for messages. Raises UsageTrouble."""
    check = _Check(name)
    unknown = sorted(set(tables) - set(_READERS) - {"columns", "values", "defaults"})
    if unknown:
        raise check.trouble(unknown[0], "there is no such entry", "Entries: " + ", ".join(sorted(_READERS)) + ".")
    plain = {key: read(check, key, tables[key]) for key, read in _READERS.items() if key in tables}
    dialect = Dialect(plain.pop("delimiter", ","), plain.pop("encoding", "utf-8"))
    columns = _columns(check, tables.get("columns"))
    values = {
        check.field("values", field): check.texts(f"values.{field}", entries)
        for field, entries in check.table("values", tables.get("values", {})).items()
    }
    defaults = {
        check.field("defaults", field): check.text(f"defaults.{field}", value)
        for field, value in check.table("defaults", tables.get("defaults", {})).items()
    }
    for field, choices in CHOICES.items():
        given = [*values.get(field, {}).values(), *([defaults[field]] if field in defaults else [])]
        for value in given:
            if value not in choices and value != "":
                raise check.trouble(field, f"“{value}” is not one of its values", "Use " + ", ".join(choices) + ".")
    return TicketMapping(columns=columns, values=values, defaults=defaults, dialect=dialect, **plain)


def _columns(check: _Check, given: object) -> tuple[tuple[str, str], ...]:
    table = check.table("columns", given)
    found: list[tuple[str, str]] = []
    for column, fields in table.items():
        for field in fields if isinstance(fields, list) else [fields]:
            found.append((column, check.field("columns", field)))
    fields_only = [field for _, field in found]
    if "remote_id" not in fields_only:
        raise check.trouble(
            "columns", "no column is mapped to remote_id", "Name the column that tells tickets apart."
        )
    if not {"created_at", "updated_at"} & set(fields_only):
        raise check.trouble(
            "columns", "no column is mapped to created_at or updated_at", "Name the column of the time."
        )
    for field in fields_only:
        if fields_only.count(field) > 1:
            raise check.trouble("columns", f"two columns are mapped to {field}", "Choose one.")
    return tuple(found)


class _Check:
    """Reads entries of one mapping and names the one at fault."""

    def __init__(self, name: str) -> None:
        self._name = name

    def trouble(self, entry: str, reason: str, hint: str = "") -> UsageTrouble:
        return UsageTrouble(f"The mapping {self._name}, {entry}: {reason}.", hint=hint, concerns=self._name)

    def table(self, entry: str, given: object) -> Mapping[str, Any]:
        if not isinstance(given, dict) or (entry == "columns" and not given):
            raise self.trouble(entry, "it must be a table", "Write it as a heading in brackets.")
        return given

    def field(self, entry: str, name: object) -> str:
        if name not in FIELDS:
            raise self.trouble(entry, f"“{name}” is not a field", "Fields: " + ", ".join(FIELDS) + ".")
        return str(name)

    def text(self, entry: str, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if not isinstance(value, str | int):
            raise self.trouble(entry, "it must be a text")
        return str(value)

    def texts(self, entry: str, given: object) -> Mapping[str, str]:
        return {key: self.text(f"{entry}.{key}", value) for key, value in self.table(entry, given).items()}

    def choice(self, entry: str, value: object, choices: tuple[str, ...]) -> str:
        if value not in choices:
            raise self.trouble(entry, f"“{value}” is not known", "Use " + ", ".join(choices) + ".")
        return str(value)

    def list_of_texts(self, entry: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.trouble(entry, "it must be a list of texts")
        return tuple(value)

    def delimiter(self, entry: str, value: object) -> str:
        found = "\t" if value == "tab" else value
        if not isinstance(found, str) or len(found) != 1 or found in '"\r\n':
            raise self.trouble(entry, "it must be one character, or tab")
        return found


_READERS: Final[Mapping[str, Any]] = {
    "source": _Check.text,
    "kind": lambda check, entry, value: check.choice(entry, value, words.KINDS),
    "delimiter": _Check.delimiter,
    "encoding": lambda check, entry, value: check.choice(entry, value, ENCODINGS),
    "time_zone": _Check.text,
    "dates": _Check.list_of_texts,
    "missing": lambda check, entry, value: frozenset(check.list_of_texts(entry, value)),
}
