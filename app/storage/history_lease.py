"""Leases: at most one process at a time holds a name, and a process that died lets go by itself."""

from __future__ import annotations

from sqlalchemy import Connection

from app.base.clock import MINUTE, Moment

_LONGEST = 5 * MINUTE
"""No lease is asked for longer."""


def take_lease(connection: Connection, name: str, holder: str, now_at: Moment, ttl_s: float) -> bool:
    """Take or renew; False while another's is running. Inside a transaction that began IMMEDIATE.

    One that reaches further than anybody could have asked for was taken before the clock was set back: it is void.
    """
    ttl = round(ttl_s * 1000)
    row = connection.exec_driver_sql("SELECT holder, until_at FROM lease WHERE name = ?", (name,)).fetchone()
    if row is not None and row[0] != holder and now_at < row[1] <= now_at + max(2 * ttl, _LONGEST):
        return False
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO lease (name, holder, until_at) VALUES (?, ?, ?)", (name, holder, now_at + ttl)
    )
    return True


def drop_lease(connection: Connection, name: str, holder: str) -> None:
    """Let go, when it is this holder's."""
    connection.exec_driver_sql("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))
