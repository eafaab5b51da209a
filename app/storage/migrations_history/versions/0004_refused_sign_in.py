"""A source's mark says which sign-in was refused, and when; of what was refused before nothing is known."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEPT = (
    "source, observed_at, received_at, asked_at, hosts, services, problems, duration_s, received_bytes, skew_s,"
    " interval_s, deadline_s, error"
)


def upgrade() -> None:
    _made_anew(", refused TEXT NOT NULL, refused_at INTEGER", ", refused", ", ''")


def downgrade() -> None:
    _made_anew("", "", "")


def _made_anew(columns: str, names: str, values: str) -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE source_mark RENAME TO source_mark_before")
    connection.exec_driver_sql(
        "CREATE TABLE source_mark ( source TEXT NOT NULL, observed_at INTEGER, received_at INTEGER, asked_at INTEGER,"
        " hosts INTEGER NOT NULL, services INTEGER NOT NULL, problems INTEGER NOT NULL, duration_s REAL NOT NULL,"
        " received_bytes INTEGER NOT NULL, skew_s REAL NOT NULL, interval_s REAL NOT NULL, deadline_s REAL NOT NULL,"
        f" error TEXT NOT NULL{columns}, PRIMARY KEY (source) ) STRICT"
    )
    connection.exec_driver_sql(
        f"INSERT INTO source_mark ({_KEPT}{names}) SELECT {_KEPT}{values} FROM source_mark_before"  # noqa: S608
    )
    connection.exec_driver_sql("DROP TABLE source_mark_before")
