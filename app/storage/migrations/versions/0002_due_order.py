"""The open queue's order by due time puts what waits after what runs; a team's or person's tickets are found without
reading the rows of others. Three indexes are spelled anew.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = "WHERE status IN ('new', 'open', 'pending')"
_DUE = (
    "due_at + CASE WHEN (status = 'pending') THEN 1000000000000000 WHEN (status = 'resolved') THEN 2000000000000000"
    " WHEN (status = 'closed') THEN 3000000000000000 ELSE 0 END"
)
_BEFORE = (
    f"open_by_due ON ticket (due_at, id, status) {_OPEN}",
    f"open_by_priority ON ticket (priority, due_at, id, status) {_OPEN}",
    "ticket_by_updated ON ticket (updated_at DESC, id)",
)
_AFTER = (
    f"open_by_due ON ticket ({_DUE}, id, due_at, team, assignee, status) {_OPEN}",
    f"open_by_priority ON ticket (priority, {_DUE}, id, status) {_OPEN}",
    "ticket_by_updated ON ticket (updated_at DESC, id, team, assignee)",
)


def upgrade() -> None:
    _spell(_AFTER)


def downgrade() -> None:
    _spell(_BEFORE)


def _spell(indexes: tuple[str, ...]) -> None:
    for index in indexes:
        op.get_bind().exec_driver_sql(f"DROP INDEX {index.split()[0]}")
        op.get_bind().exec_driver_sql(f"CREATE INDEX {index}")
