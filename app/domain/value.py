"""The base of all values: immutable, compared by content, outside the cycle collector (they hold no cycles)."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, gc=False):
    """A value. ``msgspec.structs.replace`` makes a changed copy; ``msgspec.json`` reads and writes it."""
