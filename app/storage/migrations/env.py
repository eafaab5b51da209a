"""Runs migrations on the connection that ``app.storage.migration.migrate`` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from app.storage.work_tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)  # fmt: skip
context.run_migrations()
