"""Tickets get a place, taken from their team; the way back drops it again. Always the one after the newest."""

import sqlalchemy as sa
from alembic import op

from app.storage.migration import revision as revision_of
from app.storage.work_tables import SCHEMA_VERSION

revision = revision_of(SCHEMA_VERSION + 1)
down_revision = revision_of(SCHEMA_VERSION)
branch_labels = None
depends_on = None


# Not by making the table anew (batch): that would lose the indexes over expressions, which cannot be read back.
def upgrade() -> None:
    op.add_column("ticket", sa.Column("place", sa.Text, nullable=True))
    op.execute("UPDATE ticket SET place = 'at ' || team")


def downgrade() -> None:
    op.drop_column("ticket", "place")
