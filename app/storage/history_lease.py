"""Leases: at most one process at a time holds a name, and a process that died lets go by itself."""

from __future__ import annotations

from sqlalchemy import Connection

from app.base.clock import MINUTE, Moment

LEASE = "SELECT holder, until_at FROM lease WHERE name = ?"
_LONGEST = 5 * MINUTE
"""No lease is asked for longer."""


def take_lease(connection: Connection, name: str, holder: str, now_at: Moment, ttl_s: float) -> bool:
    """Take or renew; False while another's is running. Inside a transaction that began IMMEDIATE.

    One that reaches further than anybody could have asked for was taken before the clock was set back: it is void.
    """
    ttl = round(ttl_s * 1000)
    row = connection.exec_driver_sql(LEASE, (name,)).fetchone()
    if is_taken(row if row is None else (row[0], row[1]), holder, now_at, ttl_s):
        return False
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO lease (name, holder, until_at) VALUES (?, ?, ?)", (name, holder, now_at + ttl)
    )
    return True


def is_taken(row: tuple[str, Moment] | None, holder: str, now_at: Moment, ttl_s: float) -> bool:
    """Whether another's lease is running. ``row``: (holder, until) as stored, None when there is none."""
    if row is None or row[0] == holder:
        return False
    return now_at < row[1] <= now_at + max(2 * round(ttl_s * 1000), _LONGEST)


def drop_lease(connection: Connection, name: str, holder: str) -> None:
    """Let go, when it is this holder's."""
    connection.exec_driver_sql("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))
