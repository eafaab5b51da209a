"""One row of a CSV file of tickets, read by its mapping: which cell is which field, and what its text stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple

from app.base.clock import Moment
from app.base.errors import Refused
from app.domain.ticket_field import TITLE_LIMIT, read_field
from app.usecases.imports.cell import Cached, is_whole, wrong, wrong_width
from app.usecases.imports.mapping import ANY_OTHER, CHOICES, COUNTS, FLAGS, MOMENTS, PLACE, TicketMapping
from app.usecases.imports.moment_text import MomentReader

Fields = Mapping[str, str | None]


class TicketRow(NamedTuple):
    """One row, read: ``fields`` as text, moments beside it."""

    place: int
    order: int
    fields: Fields
    moments: Mapping[str, Moment]


class RowReader:
    """Reads rows of one file by its mapping. Calling it raises ValueError with the reason why one is set aside."""

    def __init__(self, header: list[str], mapping: TicketMapping, moment: MomentReader) -> None:
        self._header = header
        self._mapping = mapping
        self._moment = moment
        place = {name: index for index, name in enumerate(header)}
        self._columns = tuple((_cell_reader(column, place), field) for column, field in mapping.columns)
        self._known = {field: Cached(partial(self._read, field)) for field in mapping.fields}

    def __call__(self, row: list[str], place: int) -> tuple[str, TicketRow]:
        """(remote id, row)."""
        if len(row) != len(self._header):
            raise wrong_width(row, len(self._header))
        fields: dict[str, str | None] = {}
        moments: dict[str, Moment] = {}
        for cell, field in self._columns:
            text = cell(row).strip()
            if field in MOMENTS:
                if text not in self._mapping.missing:
                    moments[field] = self._moment[text]
            else:
                fields[field] = self._known[field][text]
        remote_id = fields.get("remote_id")
        if not remote_id:
            raise ValueError("it has no id")
        for field, value in self._mapping.defaults.items():
            if fields.get(field) is None:
                fields[field] = value or None
        at = moments.get("updated_at", moments.get("created_at"))
        if at is None:
            raise ValueError("it has no time")
        return remote_id, TicketRow(place, int(fields.get("order") or at), fields, moments)

    def _read(self, field: str, text: str) -> str | None:
        if text in self._mapping.missing:
            return self._mapping.values.get(field, {}).get(text) or None
        mapped = self._mapping.values.get(field, {})
        value = mapped.get(text, mapped.get(ANY_OTHER, text)) or None
        return _CHECKS.get(field, _plain)(field, value) if value is not None else None


def _cell_reader(column: str, place: Mapping[str, int]) -> Callable[[list[str]], str]:
    """Gives a column's text, or that of several put together."""
    if not PLACE.search(column):
        return itemgetter(place[column])
    return lambda row: PLACE.sub(lambda found: row[place[found[1]]], column)


def _plain(_field: str, value: str) -> str | None:
    return value


def _choice(field: str, value: str) -> str | None:
    word = value.casefold()
    if word not in CHOICES[field]:
        raise wrong(value, f"is not a value of {field}")
    return word


def _whole(field: str, value: str) -> str | None:
    if not is_whole(value, 15):
        raise wrong(value, f"is not a count for {field}")
    return value


def _flag(field: str, value: str) -> str | None:
    try:
        return "yes" if read_field("major", value) else "no"
    except Refused:
        raise wrong(value, f"is neither yes nor no for {field}") from None


def _title_text(_field: str, value: str) -> str | None:
    return " ".join(value.split())[:TITLE_LIMIT] or None


_CHECKS: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys((*COUNTS, "order"), _whole),
    **dict.fromkeys(FLAGS, _flag),
    "title": _title_text,
}
