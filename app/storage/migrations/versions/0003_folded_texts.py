"""Teams, people, services and numbers are kept without case too, so that an index finds them; and a list by due time
that is not of open tickets alone comes in order from an index.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FOLDED = ("number", "team", "assignee", "requester", "service")
_OPEN = "WHERE status IN ('new', 'open', 'pending')"
_DUE = (
    "due_at + CASE WHEN (status = 'pending') THEN 1000000000000000 WHEN (status = 'resolved') THEN 2000000000000000"
    " WHEN (status = 'closed') THEN 3000000000000000 ELSE 0 END"
)
_FACETS = "team, assignee, priority, due_at, major, service, environment, category"
_BEFORE = (
    f"open_by_due ON ticket ({_DUE}, id, due_at, team, assignee, status) {_OPEN}",
    f"open_facets ON ticket ({_FACETS}, status) {_OPEN}",
)
_AFTER = (
    f"open_by_due ON ticket ({_DUE}, id, due_at, team, assignee, team_folded, assignee_folded, status) {_OPEN}",
    f"open_facets ON ticket ({_FACETS}, team_folded, assignee_folded, service_folded, status) {_OPEN}",
)
_NEW = (
    f"open_by_team ON ticket (team_folded, {_DUE}, id, due_at, assignee_folded, priority, status) {_OPEN}",
    f"open_by_assignee ON ticket (assignee_folded, {_DUE}, id, due_at, team_folded, priority, status) {_OPEN}",
    f"ticket_by_due ON ticket ({_DUE}, id, due_at, status, team_folded, assignee_folded, priority)",
    "ticket_by_number_folded ON ticket (number_folded)",
    *(
        f"ticket_by_{name} ON ticket ({name}_folded, updated_at DESC, id, due_at, status)"
        for name in ("team", "assignee", "requester", "service")
    ),
)


def upgrade() -> None:
    for name in _FOLDED:
        _run(f"ALTER TABLE ticket ADD COLUMN {name}_folded TEXT")
    # wd_fold is the program's own: SQLite knows case in ASCII alone.
    _run(f"UPDATE ticket SET {', '.join(f'{name}_folded = wd_fold(nullif({name}, {_EMPTY}))' for name in _FOLDED)}")  # noqa: S608
    _drop(_BEFORE)
    _create((*_AFTER, *_NEW))


def downgrade() -> None:
    _drop((*_AFTER, *_NEW))
    for name in _FOLDED:
        _run(f"ALTER TABLE ticket DROP COLUMN {name}_folded")
    _create(_BEFORE)


_EMPTY = "''"


def _drop(indexes: tuple[str, ...]) -> None:
    for index in indexes:
        _run(f"DROP INDEX {index.split()[0]}")


def _create(indexes: tuple[str, ...]) -> None:
    for index in indexes:
        _run(f"CREATE INDEX {index}")


def _run(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql)
