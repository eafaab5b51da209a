"""A ticket says since when it waits and how long it waited before, so that its due time can move on by that.

What waits now is known of the tickets that were moved here, by the last change of their status; of those that waited
already when they were imported it is not known.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SINCE = (
    "SELECT CASE WHEN new = 'pending' AND origin = '' THEN at END FROM timeline"
    " WHERE ticket_key = ticket.key AND field = 'status' ORDER BY at DESC, seq DESC LIMIT 1"
)


def upgrade() -> None:
    _run("ALTER TABLE ticket ADD COLUMN pending_since_at INTEGER")
    _run("ALTER TABLE ticket ADD COLUMN waited_ms INTEGER DEFAULT 0 NOT NULL")
    _run(f"UPDATE ticket SET pending_since_at = ({_SINCE}) WHERE status = 'pending'")  # noqa: S608


def downgrade() -> None:
    _run("ALTER TABLE ticket DROP COLUMN waited_ms")
    _run("ALTER TABLE ticket DROP COLUMN pending_since_at")


def _run(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql)
