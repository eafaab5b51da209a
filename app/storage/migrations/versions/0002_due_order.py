"""The open queue's order by due time puts what waits after what runs: two indexes are spelled anew."""

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
_BEFORE = {"open_by_due": "due_at, id, status", "open_by_priority": "priority, due_at, id, status"}
_AFTER = {
    "open_by_due": f"{_DUE}, id, due_at, team, assignee, status",
    "open_by_priority": f"priority, {_DUE}, id, status",
}


def upgrade() -> None:
    _spell(_AFTER)


def downgrade() -> None:
    _spell(_BEFORE)


def _spell(indexes: dict[str, str]) -> None:
    for name, columns in indexes.items():
        op.get_bind().exec_driver_sql(f"DROP INDEX {name}")
        op.get_bind().exec_driver_sql(f"CREATE INDEX {name} ON ticket ({columns}) {_OPEN}")
