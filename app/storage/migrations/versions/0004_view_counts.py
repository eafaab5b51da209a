"""The counts of all views that everybody has come from indexes: also of what was resolved lately, and of what came in
by one channel.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = "WHERE status IN ('new', 'open', 'pending')"
_FACETS = "team, assignee, priority, due_at, major, service, environment, category"
_FOLDED = "team_folded, assignee_folded, service_folded, status"


def upgrade() -> None:
    _run("DROP INDEX open_facets")
    _run(f"CREATE INDEX open_facets ON ticket ({_FACETS}, channel, {_FOLDED}) {_OPEN}")
    _run("CREATE INDEX ticket_by_resolved ON ticket (resolved_at DESC, id, status, due_at)")


def downgrade() -> None:
    _run("DROP INDEX ticket_by_resolved")
    _run("DROP INDEX open_facets")
    _run(f"CREATE INDEX open_facets ON ticket ({_FACETS}, {_FOLDED}) {_OPEN}")


def _run(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql)
