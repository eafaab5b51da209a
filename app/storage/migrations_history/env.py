"""Runs migrations on the connection that ``app.storage.history_schema.make_ready`` hands over."""

from __future__ import annotations

from alembic import context

from app.storage.history_tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)  # fmt: skip
context.run_migrations()
