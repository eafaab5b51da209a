"""Alembic's folder: one file under ``versions`` for each schema version of ``history.db``."""
