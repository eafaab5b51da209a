"""Text that somebody is typing, kept while it is typed."""

from __future__ import annotations

from app.base.clock import Moment
from app.domain.value import Value


class Draft(Value, frozen=True, gc=False, kw_only=True):
    """``key``: what it belongs to, as ``ticket:ID:note`` or ``article:ID``. ``mode``: internal or public."""

    key: str
    text: str
    at: Moment
    mode: str = "internal"
