"""Tickets get a place, taken from their environment; the way back drops it again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("place", sa.Text, nullable=True))
    op.execute("UPDATE ticket SET place = 'at ' || team")


def downgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.drop_column("place")
