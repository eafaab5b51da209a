"""A Prometheus names its Alertmanager in a column of its own; it stood behind the address, as a fragment."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MARK = "#alertmanager="
_HIDDEN = f"kind = 'prometheus' AND instr(url, '{_MARK}') > 0"


def upgrade() -> None:
    _run("ALTER TABLE source ADD COLUMN alertmanager_url TEXT DEFAULT '' NOT NULL")
    # One statement: both sides read the address as it was.
    _run(
        f"UPDATE source SET url = substr(url, 1, instr(url, '{_MARK}') - 1),"  # noqa: S608
        f" alertmanager_url = substr(url, instr(url, '{_MARK}') + {len(_MARK)}) WHERE {_HIDDEN}"
    )


def downgrade() -> None:
    _run(f"UPDATE source SET url = url || '{_MARK}' || alertmanager_url WHERE alertmanager_url <> ''")  # noqa: S608
    _run("ALTER TABLE source DROP COLUMN alertmanager_url")


def _run(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql)
