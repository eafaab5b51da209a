"""Who has a profile open: a shared lock for everybody, the whole lock for those who exchange or migrate ``work.db``.

Advisory (flock), freed by the system when a process dies. SQLite's own locks guard rows; this one guards the file as
such, since a program that has it open would go on writing into the one set aside.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.base.errors import Locked
from app.base.text import tr


class ProfileLock:
    """A held lock; ``close`` frees it, and again does nothing."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def share(root: Path) -> ProfileLock:
    """Say that the profile is open here. Raises Locked while somebody has it alone, OSError."""
    return _take(root, alone=False)


def hold_alone(root: Path) -> ProfileLock:
    """Have the profile alone. Raises Locked while any other Watchdesk has it open, OSError."""
    return _take(root, alone=True)


def _take(root: Path, *, alone: bool) -> ProfileLock:
    if sys.platform == "win32":
        return ProfileLock(None)  # Windows does not let an open file be renamed in the first place.
    import fcntl

    descriptor = os.open(root / "work.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Locked(
            tr("{root} is in use by another Watchdesk.", root=root),
            hint=tr("Close its window, or wait for the running command to end, then try again."),
            concerns=str(root),
        ) from None
    return ProfileLock(descriptor)
