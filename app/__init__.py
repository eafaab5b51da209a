"""Watchdesk: a native operations console. Rooms and who may import whom: see resources/docs/decisions."""

__version__ = "0.1.0"
