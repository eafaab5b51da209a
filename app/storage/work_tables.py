"""The tables of ``work.db``. Changing anything here needs a migration beside it and ``SCHEMA_VERSION`` raised.

Moments are integers, lists one text column (``app.query.fold.join_list``), all tables STRICT, so that no row can hold
a value of another type. A ticket has a small ``key`` of this file beside its id: timelines and pages point with it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement

from app.query import TICKETS
from app.storage.query_sql import folded_name, put_off
from app.storage.ticket_row import FOLDED

SCHEMA_VERSION: Final = 7
"""The newest migration under ``migrations/versions``."""

MIN_WRITER_VERSION: Final = 1
"""The oldest schema version whose programs may still write this schema. Kept in each file for the programs to come;
this one writes no schema but its own."""

metadata = MetaData()


class Flag(Boolean):
    """Yes or no, stored as 1 or 0: STRICT tables know no BOOLEAN."""

    cache_ok = True


@compiles(Flag, "sqlite")
def _flag_type(_type: Any, _compiler: Any, **_: Any) -> str:
    return "INTEGER"


class Real(Float[float]):
    """A number with a fraction."""


@compiles(Real, "sqlite")
def _real_type(_type: Any, _compiler: Any, **_: Any) -> str:
    return "REAL"


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _given(name: str, type_: Any = Text) -> Column[Any]:
    return Column(name, type_, nullable=False)


def _open_order(name: str, *columns: ColumnElement[Any] | Column[Any]) -> Index:
    """An order of the open queue. Its condition is spelled as the query language spells ``is:open``.

    ``status`` stands in the index although the condition says it: without it, SQLite 3.40 looks each row up.
    """
    return Index(name, *columns, _t.status, sqlite_where=text("status IN ('new', 'open', 'pending')"))


ticket = _table(
    "ticket",
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _given("number"),
    _given("title"),
    _given("kind"),
    _given("status"),
    Column("source_status", Text),
    Column("pending_reason", Text),
    Column("priority", Integer),
    Column("impact", Integer),
    Column("urgency", Integer),
    _given("major", Flag),
    Column("category", Text),
    Column("service", Text),
    Column("environment", Text),
    Column("channel", Text),
    Column("team", Text),
    Column("assignee", Text),
    Column("requester", Text),
    Column("source", Text),
    Column("remote_id", Text),
    _given("created_at", Integer),
    _given("updated_at", Integer),
    Column("resolved_at", Integer),
    Column("closed_at", Integer),
    Column("due_at", Integer),
    _given("reopen_count", Integer),
    _given("reassignment_count", Integer),
    Column("sla_made", Flag),
    _given("tags"),
    _given("description"),
    Column("resolution", Text),
    *(Column(folded_name(name), Text) for name in FOLDED),
    Column("pending_since_at", Integer),
    Column("waited_ms", Integer, nullable=False, server_default=text("0")),
)
_t = ticket.c
# Alembic's batch mode cannot read back an index over an expression: a migration that makes this table anew must make
# those indexes anew too.
_due = put_off(TICKETS.fields_by_name["due"], dict(_t.items()))
Index("ticket_by_number", _t.number.collate("NOCASE"))
Index("ticket_by_remote", _t.source, _t.remote_id, sqlite_where=text("remote_id IS NOT NULL"))
# With whose ticket it is, so that looking for one team's or person's reads no other rows.
Index("ticket_by_updated", _t.updated_at.desc(), _t.id, _t.team, _t.assignee)
Index("ticket_by_created", _t.created_at.desc(), _t.id)
Index("ticket_by_resolved", _t.resolved_at.desc(), _t.id, _t.status, _t.due_at)
# With what else is asked of a long list by due time, so that rows that do not match are not read.
Index("ticket_by_due", _due, _t.id, _t.due_at, _t.status, _t.team_folded, _t.assignee_folded, _t.priority)
Index("ticket_by_number_folded", _t.number_folded)
for _name in FOLDED[1:]:
    # With what the order by due time needs, so that few rows are read to sort by it.
    Index(f"ticket_by_{_name}", _t[folded_name(_name)], _t.updated_at.desc(), _t.id, _t.due_at, _t.status)
_open_order("open_by_updated", _t.updated_at.desc(), _t.id)
_open_order("open_by_due", _due, _t.id, _t.due_at, _t.team, _t.assignee, _t.team_folded, _t.assignee_folded)
_open_order("open_by_team", _t.team_folded, _due, _t.id, _t.due_at, _t.assignee_folded, _t.priority)
_open_order("open_by_assignee", _t.assignee_folded, _due, _t.id, _t.due_at, _t.team_folded, _t.priority)
_open_order("open_by_priority", _t.priority, _due, _t.id)
_open_order("open_by_created", _t.created_at.desc(), _t.id)
# Holds what the views of the queue ask about, so that their counts read no rows.
_open_order(
    "open_facets", _t.team, _t.assignee, _t.priority, _t.due_at, _t.major, _t.service, _t.environment, _t.category,
    _t.channel,
    *(_t[folded_name(_name)] for _name in ("team", "assignee", "service")),
)  # fmt: skip

ticket_number = _table("ticket_number", Column("prefix", Text, primary_key=True), _given("last", Integer))

timeline = _table(
    "timeline",
    Column("seq", Integer, primary_key=True),
    _given("id"),
    Column("ticket_key", Integer, ForeignKey("ticket.key"), nullable=False),
    _given("at", Integer),
    _given("kind"),
    Column("by", Text),
    Column("text", Text),
    Column("field", Text),
    Column("old", Text),
    Column("new", Text),
    _given("change_id"),
    _given("origin"),
)
Index("timeline_by_ticket", timeline.c.ticket_key, timeline.c.at)
Index(
    "timeline_by_origin", timeline.c.ticket_key, timeline.c.origin, unique=True, sqlite_where=text("origin <> ''")
)  # fmt: skip

attachment = _table(
    "attachment",
    Column("id", Text, primary_key=True),
    Column("ticket_key", Integer, ForeignKey("ticket.key"), nullable=False),
    _given("name"),
    _given("sha256"),
    _given("size_bytes", Integer),
    _given("at", Integer),
    _given("by"),
)
Index("attachment_by_ticket", attachment.c.ticket_key, attachment.c.at)

article = _table(
    "article",
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    _given("title"),
    _given("body"),
    _given("tags"),
    Column("owner", Text),
    Column("reviewed_at", Integer),
    Column("next_review_at", Integer),
    _given("facts"),
    Column("source", Text),
    _given("created_at", Integer),
    _given("updated_at", Integer),
    _given("version", Integer),
)

article_version = _table(
    "article_version",
    Column("article_key", Integer, ForeignKey("article.key"), primary_key=True),
    Column("version", Integer, primary_key=True),
    _given("title"),
    _given("body"),
    _given("at", Integer),
    _given("by"),
)

draft = _table("draft", Column("key", Text, primary_key=True), _given("text"), _given("at", Integer), _given("mode"))

source = _table(
    "source",
    Column("id", Text, primary_key=True),
    _given("name"),
    _given("kind"),
    _given("url"),
    _given("user"),
    Column("interval_s", Real),
    _given("deadline_s", Real),
    _given("environment"),
    _given("ca_file"),
    _given("fingerprint"),
    _given("secret_file"),
    _given("enabled", Flag),
    Column("alertmanager_url", Text, nullable=False, server_default=text("''")),
)

view = _table(
    "view",
    Column("id", Text, primary_key=True),
    _given("name"),
    _given("query"),
    _given("group"),
    _given("icon"),
    _given("position", Integer),
)

business_service = _table(
    "business_service",
    Column("id", Text, primary_key=True),
    _given("name"),
    _given("members"),
    _given("rule"),
    _given("down_share", Real),
)

alert_rule = _table(
    "alert_rule",
    Column("id", Text, primary_key=True),
    _given("name"),
    _given("rows"),
    _given("label"),
    _given("kind"),
    _given("side"),
    _given("limit", Real),
    Column("clear", Real),
    _given("for_s", Real),
    _given("window_s", Real),
    _given("severity"),
    _given("enabled", Flag),
)

audit = _table(
    "audit",
    Column("seq", Integer, primary_key=True),
    _given("at", Integer),
    _given("by"),
    _given("action"),
    _given("concerns"),
    _given("detail"),
    _given("digest"),
)

meta = _table("meta", Column("name", Text, primary_key=True), _given("value"))

# Full text: columns in the order of their weights in ``app.storage.article_text``. ``rowid`` is ``article.key``.
_ARTICLE_TEXT = (
    "CREATE VIRTUAL TABLE article_text USING fts5"
    "(title, headings, body, path, parts, tokenize='porter unicode61', prefix='2 3')"
)
_APPEND_ONLY = (
    "CREATE TRIGGER audit_kept_{what} BEFORE {verb} ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
)
_KEPT = (("unchanged", "UPDATE"), ("whole", "DELETE"))
_more = [_ARTICLE_TEXT, *(_APPEND_ONLY.format(what=what, verb=verb) for what, verb in _KEPT)]
for _statement in _more:
    event.listen(metadata, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
