"""The letters that edit a ticket's fields after ``e``: one table for the screen that shows them, and for the help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELD_LETTERS: Final[Mapping[str, str]] = {
    "title": "l", "team": "t", "assignee": "a", "kind": "k", "service": "s", "category": "c", "environment": "e",
    "tags": "g", "impact": "i", "urgency": "u", "major": "m", "requester": "r", "channel": "h",
}  # fmt: skip


def field_letters_help() -> str:
    """``Then a letter edits a field: L title, T team, …``"""
    offered = ", ".join(f"{letter.upper()} {name}" for name, letter in FIELD_LETTERS.items())
    return f"Then a letter edits a field: {offered}; Tab walks them."
