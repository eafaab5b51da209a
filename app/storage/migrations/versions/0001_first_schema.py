"""The first schema: tickets, timelines, articles, drafts, what the team shares, audit."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# In full, and never to be changed: what a table became later is told by the migrations after this one.
_TABLES = (
    "article",
    "audit",
    "business_service",
    "draft",
    "meta",
    "source",
    "ticket",
    "ticket_number",
    "view",
    "article_version",
    "attachment",
    "timeline",
)
_SCHEMA = """\
CREATE TABLE article ("key" INTEGER NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, body
    TEXT NOT NULL, tags TEXT NOT NULL, owner TEXT, reviewed_at INTEGER, next_review_at INTEGER, facts TEXT NOT
    NULL, source TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY
    KEY ("key"), UNIQUE (id), UNIQUE (path)) STRICT

CREATE TABLE audit (seq INTEGER NOT NULL, at INTEGER NOT NULL, "by" TEXT NOT NULL, action TEXT NOT NULL,
    concerns TEXT NOT NULL, detail TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (seq)) STRICT

CREATE TABLE business_service (id TEXT NOT NULL, name TEXT NOT NULL, members TEXT NOT NULL, rule TEXT NOT
    NULL, down_share REAL NOT NULL, PRIMARY KEY (id)) STRICT

CREATE TABLE draft ("key" TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL, mode TEXT NOT NULL, PRIMARY
    KEY ("key")) STRICT

CREATE TABLE meta (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)) STRICT

CREATE TABLE source (id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, user TEXT
    NOT NULL, interval_s REAL, deadline_s REAL NOT NULL, environment TEXT NOT NULL, ca_file TEXT NOT NULL,
    fingerprint TEXT NOT NULL, secret_file TEXT NOT NULL, enabled INTEGER NOT NULL, PRIMARY KEY (id)) STRICT

CREATE TABLE ticket ("key" INTEGER NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL, kind
    TEXT NOT NULL, status TEXT NOT NULL, source_status TEXT, pending_reason TEXT, priority INTEGER, impact
    INTEGER, urgency INTEGER, major INTEGER NOT NULL, category TEXT, service TEXT, environment TEXT, channel TEXT,
    team TEXT, assignee TEXT, requester TEXT, source TEXT, remote_id TEXT, created_at INTEGER NOT NULL, updated_at
    INTEGER NOT NULL, resolved_at INTEGER, closed_at INTEGER, due_at INTEGER, reopen_count INTEGER NOT NULL,
    reassignment_count INTEGER NOT NULL, sla_made INTEGER, tags TEXT NOT NULL, description TEXT NOT NULL,
    resolution TEXT, PRIMARY KEY ("key"), UNIQUE (id)) STRICT

CREATE INDEX open_by_created ON ticket (created_at DESC, id, status) WHERE status IN ('new', 'open',
    'pending')

CREATE INDEX open_by_due ON ticket (due_at, id, status) WHERE status IN ('new', 'open', 'pending')

CREATE INDEX open_by_priority ON ticket (priority, due_at, id, status) WHERE status IN ('new', 'open',
    'pending')

CREATE INDEX open_by_updated ON ticket (updated_at DESC, id, status) WHERE status IN ('new', 'open',
    'pending')

CREATE INDEX open_facets ON ticket (team, assignee, priority, due_at, major, service, environment, category,
    status) WHERE status IN ('new', 'open', 'pending')

CREATE INDEX ticket_by_created ON ticket (created_at DESC, id)

CREATE INDEX ticket_by_number ON ticket (number COLLATE "NOCASE")

CREATE INDEX ticket_by_remote ON ticket (source, remote_id) WHERE remote_id IS NOT NULL

CREATE INDEX ticket_by_updated ON ticket (updated_at DESC, id)

CREATE TABLE ticket_number (prefix TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (prefix)) STRICT

CREATE TABLE "view" (id TEXT NOT NULL, name TEXT NOT NULL, "query" TEXT NOT NULL, "group" TEXT NOT NULL, icon
    TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (id)) STRICT

CREATE TABLE article_version (article_key INTEGER NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, at INTEGER NOT NULL, "by" TEXT NOT NULL, PRIMARY KEY (article_key, version), FOREIGN
    KEY(article_key) REFERENCES article ("key")) STRICT

CREATE TABLE attachment (id TEXT NOT NULL, ticket_key INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT
    NULL, size_bytes INTEGER NOT NULL, at INTEGER NOT NULL, "by" TEXT NOT NULL, PRIMARY KEY (id), FOREIGN
    KEY(ticket_key) REFERENCES ticket ("key")) STRICT

CREATE INDEX attachment_by_ticket ON attachment (ticket_key, at)

CREATE TABLE timeline (seq INTEGER NOT NULL, id TEXT NOT NULL, ticket_key INTEGER NOT NULL, at INTEGER NOT
    NULL, kind TEXT NOT NULL, "by" TEXT, text TEXT, field TEXT, old TEXT, new TEXT, change_id TEXT NOT NULL,
    origin TEXT NOT NULL, PRIMARY KEY (seq), FOREIGN KEY(ticket_key) REFERENCES ticket ("key")) STRICT

CREATE UNIQUE INDEX timeline_by_origin ON timeline (ticket_key, origin) WHERE origin <> ''

CREATE INDEX timeline_by_ticket ON timeline (ticket_key, at)

CREATE VIRTUAL TABLE article_text USING fts5(title, headings, body, path, parts, tokenize='porter unicode61',
    prefix='2 3')

CREATE TRIGGER audit_kept_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is
    append-only'); END

CREATE TRIGGER audit_kept_whole BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is
    append-only'); END"""


def upgrade() -> None:
    for statement in _SCHEMA.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
    op.get_bind().exec_driver_sql("INSERT INTO meta (name, value) VALUES ('min_writer_version', '1')")


def downgrade() -> None:
    for name in ("article_text", *reversed(_TABLES)):
        op.get_bind().exec_driver_sql(f'DROP TABLE "{name}"')
