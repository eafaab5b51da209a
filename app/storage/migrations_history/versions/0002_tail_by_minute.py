"""Samples of recent hours lie minute by minute: an answer's are neighbours, so that few pages are written."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _led_by("minute", 60_000)


def downgrade() -> None:
    _led_by("hour", 3_600_000)


def _led_by(column: str, length_ms: int) -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE sample_tail RENAME TO sample_tail_before")
    connection.exec_driver_sql(
        f"CREATE TABLE sample_tail ( {column} INTEGER NOT NULL, series INTEGER NOT NULL, at INTEGER NOT NULL,"
        f" value REAL NOT NULL, PRIMARY KEY ({column}, series, at) ) WITHOUT ROWID, STRICT"
    )
    connection.exec_driver_sql(
        f"INSERT INTO sample_tail SELECT at - at % {length_ms}, series, at, value FROM sample_tail_before"  # noqa: S608
    )
    connection.exec_driver_sql("DROP TABLE sample_tail_before")
