"""Where profiles lie on this computer: the folder that its system gives to programs for their data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from app.base.errors import UsageTrouble
from app.base.paths import Profile
from app.base.text import tr

DEFAULT_PROFILE: Final = "default"
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,59}")


def profile_named(name: str = DEFAULT_PROFILE) -> Profile:
    """The profile of that name; nothing is created. Raises UsageTrouble for a name that is no folder's."""
    from platformdirs import user_data_path  # only who does not say --data-dir needs it

    if not _NAME.fullmatch(name):
        raise UsageTrouble(
            tr("“{name}” cannot name a profile.", name=name),
            hint=tr("Use letters, digits, dots and dashes."),
            concerns=name,
        )
    return Profile(user_data_path("watchdesk", appauthor=False) / name)


def profile_in(folder: Path) -> Profile:
    """The profile that lies in this folder; nothing is created."""
    return Profile(folder.expanduser().absolute())
