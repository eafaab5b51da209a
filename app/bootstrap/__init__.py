"""Composition, one file per process. The only rooms that construct adapters; each is imported when it starts."""
