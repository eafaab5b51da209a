"""Tickets get a place, taken from their environment; the way back drops it again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# Not by making the table anew (batch): that would lose the indexes over expressions, which cannot be read back.
def upgrade() -> None:
    op.add_column("ticket", sa.Column("place", sa.Text, nullable=True))
    op.execute("UPDATE ticket SET place = 'at ' || team")


def downgrade() -> None:
    op.drop_column("ticket", "place")
