"""Tickets and timeline entries as rows and back. Columns are the fields of the values, in their order; behind a
ticket's stand some of its texts once more, without case, so that an index finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.query.fold import join_list, split_list
from app.storage.query_sql import folded, folded_name

Row = tuple[Any, ...]

FIELDS: Final = Ticket.__struct_fields__
LIGHT_FIELDS: Final = tuple(name for name in FIELDS if name not in ("description", "resolution"))
WHOLE: Final = ", ".join("ticket." + name for name in FIELDS)
LIGHT: Final = ", ".join("ticket." + name for name in LIGHT_FIELDS)
"""What a page shows; a strict beginning of ``WHOLE``."""

FOLDED: Final = ("number", "team", "assignee", "requester", "service")
"""Texts that people look for by their whole value."""
STORED: Final = (*FIELDS, *map(folded_name, FOLDED))
"""All columns but the key."""

_TAGS: Final = FIELDS.index("tags")
_FOLDED_AT: Final = tuple(map(FIELDS.index, FOLDED))

ENTRY_COLUMNS: Final = 'id, ticket_key, at, kind, "by", text, field, old, new, change_id, origin'
ENTRY: Final = (
    'timeline.id, ticket.id, timeline.at, timeline.kind, timeline."by", timeline.text, timeline.field, timeline.old,'
    " timeline.new, timeline.change_id, timeline.origin, timeline.seq"
)
ATTACHMENT: Final = (
    "attachment.id, ticket.id, attachment.name, attachment.sha256, attachment.size_bytes, attachment.at,"
    ' attachment."by"'
)


def row_of(ticket: Ticket) -> Row:
    """The values of ``STORED``."""
    values = list(msgspec.structs.astuple(ticket))
    values[_TAGS] = join_list(ticket.tags)
    values += [folded(values[at]) for at in _FOLDED_AT]
    return tuple(values)


def ticket_of(row: Sequence[Any]) -> Ticket:
    """The ticket of a row of ``WHOLE``, or of ``LIGHT``; one more column (the key) may follow.

    Spelled out: this runs for each row of each page.
    """
    whole = len(row) >= len(FIELDS)
    sla_made = row[27]
    return Ticket(
        id=row[0], number=row[1], title=row[2], kind=row[3], status=row[4], source_status=row[5],
        pending_reason=row[6], priority=row[7], impact=row[8], urgency=row[9], major=row[10] == 1, category=row[11],
        service=row[12], environment=row[13], channel=row[14], team=row[15], assignee=row[16], requester=row[17],
        source=row[18], remote_id=row[19], created_at=row[20], updated_at=row[21], resolved_at=row[22],
        closed_at=row[23], due_at=row[24], reopen_count=row[25], reassignment_count=row[26],
        sla_made=None if sla_made is None else sla_made == 1, tags=split_list(row[28]),
        pending_since_at=row[29], waited_ms=row[30], description=row[31] if whole else "",
        resolution=row[32] if whole else None,
    )  # fmt: skip


def entry_of(row: Sequence[Any]) -> TimelineEntry:
    """The entry of a row of ``ENTRY``."""
    return TimelineEntry(
        id=row[0], ticket_id=row[1], at=row[2], kind=row[3], by=row[4], text=row[5], field=row[6], old=row[7],
        new=row[8], change_id=row[9], origin=row[10], seq=row[11],
    )  # fmt: skip


def attachment_of(row: Sequence[Any]) -> Attachment:
    """The attachment of a row of ``ATTACHMENT``."""
    return Attachment(
        id=row[0], ticket_id=row[1], name=row[2], sha256=row[3], size_bytes=row[4], at=row[5], by=row[6]
    )  # fmt: skip
