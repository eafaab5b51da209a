"""The one error of the query language: a sentence, and the characters it is about."""

from __future__ import annotations

from app.base.errors import UsageTrouble


class QueryError(UsageTrouble):
    """A query cannot be read. ``start`` and ``end``: the characters at fault (end exclusive, may be empty)."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.message = message
        self.start = start
        self.end = end
