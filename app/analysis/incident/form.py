"""What an incident file is made of: its parts, the rows in them, its bounds and its version.

A part holds JSON Lines of one kind of row; times are ISO 8601 in UTC with ``Z``, absent is null. The JSON Schema in
``resources/incident`` is made of these types and held in step by a test.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

import msgspec

from app.base.text import tr
from app.domain.value import Value

FORMAT: Final = "watchdesk incident"
VERSION: Final = 1
ENDING: Final = ".incident"
MIME: Final = "application/vnd.watchdesk.incident+zip"

MOST_PARTS: Final = 10_000
LARGEST_BYTES: Final = 500_000_000
"""Of all parts, unpacked."""
LARGEST_ROWS_BYTES: Final = 300_000_000
"""Of those, what is rows: reading them costs more."""
LARGEST_RATIO: Final = 100
RATIO_FROM_BYTES: Final = 1_000_000
"""A smaller part may shrink as it likes: it can do no harm."""
LARGEST_TAG_BYTES: Final = 4_000_000
LONGEST_LINE_BYTES: Final = 4_000_000
LONGEST_NAME_BYTES: Final = 240

BAGIT: Final = "bagit.txt"
BAG_INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PAGE: Final = "index.html"
SIGNATURE: Final = "signature.json"
HEAD: Final = "data/incident.json"
ATTACHMENT_FOLDER: Final = "data/attachments/"
TAG_PARTS: Final = (BAGIT, BAG_INFO, MANIFEST, PAGE)

Time = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Row(Value, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """One line of a part."""


class TicketRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A ticket, with the keys of ``ticket show --json``."""

    id: str
    number: str
    kind: str
    title: str
    status: str
    source_status: str | None = None
    pending_reason: str | None = None
    priority: int | None = None
    impact: int | None = None
    urgency: int | None = None
    major: bool = False
    category: str | None = None
    service: str | None = None
    environment: str | None = None
    channel: str | None = None
    team: str | None = None
    assignee: str | None = None
    requester: str | None = None
    source: str | None = None
    remote_id: str | None = None
    created_at: Time
    updated_at: Time
    resolved_at: Time | None = None
    closed_at: Time | None = None
    due_at: Time | None = None
    reopen_count: int = 0
    reassignment_count: int = 0
    sla_made: bool | None = None
    tags: tuple[str, ...] = ()
    pending_since_at: Time | None = None
    waited_s: float = 0.0
    description: str = ""
    resolution: str | None = None


class TimelineRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """Something that happened to a ticket. ``ticket``: its number."""

    ticket: str
    at: Time
    kind: str
    by: str | None = None
    text: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None


class ProblemRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A host or service of the incident, as its source last told it."""

    id: str
    source: str
    kind: str
    host: str
    name: str
    state: str
    hard: bool
    since_at: Time | None = None
    acknowledged: bool = False
    in_downtime: bool = False
    output: str = ""
    groups: tuple[str, ...] = ()
    environment: str = ""


class StateRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A state that began; an empty one: from then on the source had no such row. ``row_id``: of a problem."""

    row_id: str
    at: Time
    state: str
    hard: bool
    handled: bool = False
    output: str = ""


class SampleRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A stretch of one series, oldest first; ``at`` and ``values`` are of one length."""

    row_id: str
    label: str
    unit: str
    warn: float | None = None
    crit: float | None = None
    at: tuple[Time, ...]
    values: tuple[float, ...]


class ArticleRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """An article that the tickets name. ``body``: Markdown."""

    id: str
    path: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    owner: str | None = None
    updated_at: Time
    version: int = 1


class AttachmentRow(Row, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A file of a ticket. ``part``: where it lies in the bag; null: left out, ``why`` says why."""

    ticket: str
    name: str
    part: str | None
    sha256: Digest | None
    size_bytes: int
    at: Time
    by: str
    why: str | None = None


class Applied(Value, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """What was masked. ``masked``: how often, by kind. ``left_out``: attachments that are not in the file."""

    profile: str = "none"
    version: int = 1
    masked: dict[str, int] = msgspec.field(default_factory=dict)
    left_out: int = 0


class Head(Value, frozen=True, gc=False, kw_only=True):
    """``data/incident.json``. ``counts``: the rows of each part. Unknown keys are read over, so that a newer version
    can still be told by its number."""

    format: str
    version: int
    made_at: Time
    made_with: str
    made_by: str
    subject: str
    title: str
    since_at: Time
    until_at: Time
    counts: dict[str, int]
    redaction: Applied


PARTS: Final[dict[str, type[Row]]] = {
    "tickets": TicketRow, "timeline": TimelineRow, "problems": ProblemRow, "states": StateRow,
    "samples": SampleRow, "articles": ArticleRow, "attachments": AttachmentRow,
}  # fmt: skip
"""The kinds of rows by the name of their part, in the order in which they stand in the file."""


def part_of(kind: str) -> str:
    """The part that holds the rows of this kind."""
    return f"data/{kind}.jsonl"


_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)
_FORBIDDEN: Final = frozenset('\\:%<>"|?*')


def name_fault(name: str) -> str:
    """Why a part may not be called so on any system; empty when it may."""
    if not name or len(name.encode("utf-8", "replace")) > LONGEST_NAME_BYTES:
        return tr("its name is empty or too long")
    if name.startswith("/") or any(segment in ("", ".", "..") for segment in name.split("/")):
        return tr("its name leads out of the file")
    if any(char in _FORBIDDEN or unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in name):
        return tr("its name holds a sign that no part may have")
    if unicodedata.normalize("NFC", name) != name:
        return tr("its name is not in Unicode normal form C")
    for segment in name.split("/"):
        if segment.endswith((" ", ".")) or segment.startswith((" ", "-", "~")):
            return tr("its name begins or ends with a sign that no part may have there")
        if segment.split(".")[0].strip().casefold() in _RESERVED:
            return tr("its name is reserved on some systems")
    return ""


def same_name(name: str) -> str:
    """Names with the same answer fall together on some system."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
