"""The shortest way to the window: a start that asks only for the desk of a profile reads no grammar of commands.

Everything else, and every failure, takes the ordinary way through ``app.cli.run``, which tells it in its own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.base.errors import WatchdeskError


def start(words: Sequence[str]) -> int:
    """Run what the words ask for; the exit code."""
    folder = plain_desk(words)
    if folder is not None:
        try:
            from app.bootstrap.window import run_desk
            from app.workstation.folders import profile_in

            return run_desk(profile_in(Path(folder)))
        except (ImportError, WatchdeskError):
            pass  # told below, in the words of a command that failed
    from app.cli.run import run

    return run(words)


def plain_desk(words: Sequence[str]) -> str | None:
    """The folder when the words are ``[desk] --data-dir FOLDER`` in either order and nothing else; else None."""
    rest = [word for word in words if word != "desk"]
    is_plain = len(words) - len(rest) <= 1 and len(rest) == 2 and rest[0] == "--data-dir"
    return rest[1] if is_plain and rest[1] and not rest[1].startswith("-") else None
