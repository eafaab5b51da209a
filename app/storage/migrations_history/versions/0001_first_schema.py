"""The first schema: rows of health, changes of state, samples, what sources said of them, coverage, leases."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# In full, and never to be changed: what a table became later is told by the migrations after this one.
_TABLES = (
    "coverage",
    "downtime",
    "health_row",
    "lease",
    "remark",
    "sample_chunk",
    "sample_tail",
    "series",
    "source_mark",
    "state_change",
    "subject",
)
_SCHEMA = """\
CREATE TABLE subject ( "key" INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY ("key"),
    UNIQUE (id) ) STRICT

CREATE TABLE health_row ( id TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, host TEXT NOT NULL, name
    TEXT NOT NULL, state TEXT NOT NULL, hard INTEGER NOT NULL, attempt INTEGER NOT NULL, max_attempts INTEGER
    NOT NULL, since_at INTEGER, last_check_at INTEGER, expected_by_at INTEGER, acknowledged INTEGER NOT NULL,
    in_downtime INTEGER NOT NULL, flapping INTEGER NOT NULL, suppressed INTEGER NOT NULL, output TEXT NOT
    NULL, long_output TEXT NOT NULL, perf TEXT NOT NULL, groups TEXT NOT NULL, environment TEXT NOT NULL, url
    TEXT NOT NULL, PRIMARY KEY (id) ) STRICT

CREATE INDEX health_row_source ON health_row (source)

CREATE TABLE state_change ( subject INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, hard INTEGER
    NOT NULL, handled INTEGER NOT NULL, output TEXT NOT NULL, PRIMARY KEY (subject, at) ) WITHOUT ROWID,
    STRICT

CREATE TABLE series ( "key" INTEGER NOT NULL, subject INTEGER NOT NULL, label TEXT NOT NULL, unit TEXT NOT
    NULL, warn REAL, crit REAL, PRIMARY KEY ("key") ) STRICT

CREATE UNIQUE INDEX series_label ON series (subject, label)

CREATE TABLE sample_tail ( hour INTEGER NOT NULL, series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT
    NULL, PRIMARY KEY (hour, series, at) ) WITHOUT ROWID, STRICT

CREATE TABLE sample_chunk ( series INTEGER NOT NULL, hour INTEGER NOT NULL, count INTEGER NOT NULL, low REAL
    NOT NULL, high REAL NOT NULL, total REAL NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (series, hour) )
    WITHOUT ROWID, STRICT

CREATE TABLE remark ( source TEXT NOT NULL, remote_id TEXT NOT NULL, row_id TEXT NOT NULL, kind TEXT NOT NULL,
    author TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (source, remote_id, row_id) )
    WITHOUT ROWID, STRICT

CREATE INDEX remark_row ON remark (row_id)

CREATE TABLE downtime ( source TEXT NOT NULL, remote_id TEXT NOT NULL, row_id TEXT NOT NULL, author TEXT NOT
    NULL, text TEXT NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, fixed INTEGER NOT NULL,
    in_effect INTEGER NOT NULL, PRIMARY KEY (source, remote_id, row_id) ) WITHOUT ROWID, STRICT

CREATE INDEX downtime_row ON downtime (row_id)

CREATE TABLE source_mark ( source TEXT NOT NULL, observed_at INTEGER, received_at INTEGER, asked_at INTEGER,
    hosts INTEGER NOT NULL, services INTEGER NOT NULL, problems INTEGER NOT NULL, duration_s REAL NOT NULL,
    received_bytes INTEGER NOT NULL, skew_s REAL NOT NULL, interval_s REAL NOT NULL, deadline_s REAL NOT NULL,
    error TEXT NOT NULL, PRIMARY KEY (source) ) STRICT

CREATE TABLE coverage ( source TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, PRIMARY KEY
    (source, from_at) ) WITHOUT ROWID, STRICT

CREATE TABLE lease ( name TEXT NOT NULL, holder TEXT NOT NULL, until_at INTEGER NOT NULL, PRIMARY KEY (name) )
    WITHOUT ROWID, STRICT"""


def upgrade() -> None:
    for statement in _SCHEMA.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.get_bind().exec_driver_sql(f'DROP TABLE "{name}"')
