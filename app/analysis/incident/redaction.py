"""What is masked on its way into an incident file, by profile, and how the file says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from app.analysis.incident.form import Applied, Row


class Redactor:
    """Lets everything through."""

    def fresh(self) -> Redactor:
        """The same, with nothing counted yet."""
        return Redactor()

    def row(self, row: Row) -> Row:
        """A row as it goes out."""
        return row

    def text(self, text: str) -> str:
        """Free text as it goes out."""
        return text

    def name(self, name: str) -> str:
        """A person's name as it goes out."""
        return name

    def file_name(self, name: str) -> str:
        """The name of an attachment as it goes out."""
        return name

    def file(self, name: str, size_bytes: int, source: BinaryIO) -> Iterable[bytes] | str | None:
        """The bytes that go out instead; None: those of the source. A text: why nothing does."""
        return None

    def applied(self) -> Applied:
        """What the file says of it."""
        return Applied()
