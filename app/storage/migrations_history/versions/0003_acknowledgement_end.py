"""Acknowledgements say when they end by themselves; of those told before it is known at the next answer."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAMES = "source, remote_id, row_id, kind, author, at, text"


def upgrade() -> None:
    _made_anew("end_at INTEGER, ")


def downgrade() -> None:
    _made_anew("")


def _made_anew(column: str) -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("DROP INDEX remark_row")
    connection.exec_driver_sql("ALTER TABLE remark RENAME TO remark_before")
    connection.exec_driver_sql(
        "CREATE TABLE remark ( source TEXT NOT NULL, remote_id TEXT NOT NULL, row_id TEXT NOT NULL, kind TEXT NOT"
        f" NULL, author TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, {column}PRIMARY KEY (source,"
        " remote_id, row_id) ) WITHOUT ROWID, STRICT"
    )
    connection.exec_driver_sql(f"INSERT INTO remark ({_NAMES}) SELECT {_NAMES} FROM remark_before")  # noqa: S608
    connection.exec_driver_sql("DROP TABLE remark_before")
    connection.exec_driver_sql("CREATE INDEX remark_row ON remark (row_id)")
