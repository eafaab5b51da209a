"""The way to a window: makes imports quick before the rooms that use Qt are imported."""

from __future__ import annotations

from app.base.paths import Profile
from app.ui.kit.quick_import import forgo_features


def run_desk(profile: Profile, *, demo: bool = False) -> int:
    """Open the desk and stay until it is closed; the exit code. Raises ImportError where a library is missing."""
    forgo_features()
    from app.bootstrap.desk import run

    return run(profile, demo=demo)
