"""Half-made files that a killed backup, restore, creation or copy left behind: removed at the next start.

Only names that this program gives are touched, and only while nobody else has the profile open: a file of these names
is either being made by somebody who holds the profile's lock, or by nobody any more. What was set aside stays.
"""

from __future__ import annotations

import logging
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from app.base.errors import Locked
from app.base.paths import Profile
from app.storage import profile_lock

_log = logging.getLogger(__name__)

_COMPANION: Final = r"(-wal|-shm|-journal)?"
_BESIDE_STORE: Final = re.compile(r"work\.db\.(restored|new-\d+)" + _COMPANION)
_IN_BACKUPS: Final = re.compile(r"work-\d{13}-[\w-]+\.db\.new" + _COMPANION)
_IN_ATTACHMENTS: Final = re.compile(r"\.new-[a-z0-9_]+")


def leftovers(profile: Profile) -> list[Path]:
    """Files of the names that unfinished work has. Never raises for a folder that cannot be read."""
    places = (
        (profile.root, _BESIDE_STORE),
        (profile.backups, _IN_BACKUPS),
        (profile.attachments, _IN_ATTACHMENTS),
    )
    return [path for folder, name in places for path in _files(folder) if name.fullmatch(path.name)]


def remove_leftovers(profile: Profile) -> list[Path]:
    """Remove them unless somebody has the profile open; gives those removed. Before this process takes its lock."""
    # Without the lock (Windows) nobody can tell a file that is being made from one that was given up.
    if sys.platform == "win32" or not leftovers(profile):
        return []
    removed = []
    try:
        with closing(profile_lock.hold_alone(profile.root)):
            for path in leftovers(profile):
                path.unlink(missing_ok=True)
                removed.append(path)
    except Locked:
        return []
    except OSError as error:  # room is wasted, nothing more: no reason not to start
        _log.warning("a half-made file could not be removed: %s", error)
    return removed


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    except OSError:
        return []
