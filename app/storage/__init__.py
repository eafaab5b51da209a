"""The files of a profile: tables, units of work, read models, full text, backups. The only importer of SQLAlchemy."""
