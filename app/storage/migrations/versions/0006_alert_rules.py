"""The team's own alert rules."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE alert_rule (id TEXT NOT NULL, name TEXT NOT NULL, rows TEXT NOT NULL, label TEXT NOT NULL, kind TEXT NOT
NULL, side TEXT NOT NULL, "limit" REAL NOT NULL, clear REAL, for_s REAL NOT NULL, window_s REAL NOT NULL, severity
TEXT NOT NULL, enabled INTEGER NOT NULL, PRIMARY KEY (id)) STRICT
"""


def upgrade() -> None:
    _run(" ".join(_TABLE.split()))


def downgrade() -> None:
    _run("DROP TABLE alert_rule")


def _run(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql)
