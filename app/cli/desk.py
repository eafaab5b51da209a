"""``watchdesk`` and ``watchdesk demo``: the window. Nothing of Qt is imported before it is wanted."""

from __future__ import annotations

import importlib
from typing import Final

from app.base.errors import EnvironmentTrouble
from app.base.text import tr
from app.cli.command import Command
from app.cli.context import Context


def desk(context: Context) -> int:
    """Open the analyst's window on the profile; a second start raises the window that is open."""
    return _open(context, demo=False)


def demo(context: Context) -> int:
    """Open the window on a simulated estate: hosts, services, tickets and articles of a throw-away profile."""
    return _open(context, demo=True)


def _open(context: Context, *, demo: bool) -> int:
    try:
        window = importlib.import_module("app.bootstrap.window")
        return int(window.run_desk(context.means.profile, demo=demo))
    except ImportError as error:
        raise EnvironmentTrouble(
            tr("The window cannot be opened."),
            detail=tr("A library is missing: {error}.", error=error),
            hint=tr("Run packaging/run once more; it installs what is missing."),
        ) from error


COMMANDS: Final = (
    Command("desk", "Open the analyst's window", desk, json=False),
    Command("demo", "Open the window on a simulated estate", demo, json=False),
)
