"""The files of a profile: one folder, one place that knows their names. Files are 0600, the folder 0700."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile folder. Nothing is created until ``make()``."""

    root: Path

    @property
    def config(self) -> Path:
        """This workstation's settings: appearance, keys, paths."""
        return self.root / "config.toml"

    @property
    def work_db(self) -> Path:
        """Tickets, articles, edit history, audit, drafts, team configuration. Nothing in it may be lost."""
        return self.root / "work.db"

    @property
    def history_db(self) -> Path:
        """States and samples; may lose its last seconds."""
        return self.root / "history.db"

    @property
    def cache_db(self) -> Path:
        """May be deleted at any time."""
        return self.root / "cache.db"

    @property
    def attachments(self) -> Path:
        """Files by SHA-256."""
        return self.root / "attachments"

    @property
    def looked_at(self) -> Path:
        """Copies of attachments that were opened; may be deleted at any time."""
        return self.root / "looked-at"

    @property
    def backups(self) -> Path:
        """Verified copies of ``work.db``."""
        return self.root / "backups"

    @property
    def last_view(self) -> Path:
        """What the desk showed last; painted at start before any store is opened."""
        return self.root / "last-view.json"

    @property
    def log(self) -> Path:
        return self.root / "watchdesk.log"

    @property
    def crash_log(self) -> Path:
        return self.root / "crash.log"

    def make(self) -> None:
        """Create the folder, for its owner alone. Raises OSError."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file as a whole, owner-only, on disk when this returns (file and folder are synced)."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
