"""Alembic's folder: one file under ``versions`` for each schema version of ``work.db``."""
