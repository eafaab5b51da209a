"""``watchdesk wall``: the wall display, and its pages as images."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from pathlib import Path
from typing import Final

from app.base.errors import EnvironmentTrouble
from app.base.text import tr
from app.cli.command import DONE, Command
from app.cli.context import Context

_SIZE: Final = re.compile(r"(\d{3,5})x(\d{3,5})")


def wall(context: Context) -> int:
    """Show the wall display on a screen: read-only, without input, until the process is ended.

    It reads the profile that the desk or “watchdesk poll” keeps; without one of them it says so. Its pages are
    problems, services and tickets, or those of --pages FILE (TOML): [[page]] with name, title, kind (problems,
    services or tickets), query (as in the window), seconds, from_h and until_h (hours of the day). A page on which
    something critical appears comes at once and is held. A second process watches the first: when the wall hangs or
    ends, it covers the screen with NOT LIVE and starts it again.

    --shot FILE writes one page (--page; the first) as an image instead, in --size, and needs no screen.
    Keys, with --shot: file page.
    """
    args = context.args
    try:
        if args.shot is not None:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            shooting = importlib.import_module("app.bootstrap.wall")
            shooting.shoot_wall(
                context.means.profile, page=args.page, pages_file=args.pages, size=args.size, path=args.shot
            )
            document = {"file": str(args.shot), "page": args.page or None}
            context.answer(document, lambda: [tr("{path} is written.", path=args.shot)])
            return DONE
        showing = importlib.import_module("app.bootstrap.wall")
        if args.guarded:
            return int(showing.run_wall(context.means.profile, screen=args.screen, pages_file=args.pages, beat=_beat))
        command = [sys.executable, "-P", "-m", "app", *sys.argv[1:], "--guarded"]
        return int(showing.guard_wall(command, screen=args.screen, pages_file=args.pages))
    except ImportError as error:
        raise EnvironmentTrouble(
            tr("The wall cannot be shown."),
            detail=tr("A library is missing: {error}.", error=error),
            hint=tr("Run packaging/run once more; it installs what is missing."),
        ) from error


def _beat() -> None:
    """Tells the watchdog that the picture moves; when nobody listens any more, this process has no one to serve."""
    try:
        os.write(1, b".")
    except BrokenPipeError:
        os._exit(0)


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is not a size; write it as 1920x1080")
    return int(found[1]), int(found[2])


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--screen", metavar="N", type=int, default=1, help="which screen, counted from 1 (default 1)")
    parser.add_argument("--pages", metavar="FILE", type=Path, help="the pages to show (default: the usual ones)")
    parser.add_argument("--shot", metavar="FILE", type=Path, help="write a page as an image and end")
    parser.add_argument("--page", metavar="P", default="", help="which page, by its name (with --shot)")
    parser.add_argument("--guarded", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1920, 1080), help="in pixels (with --shot)")


COMMANDS: Final = (Command("wall", "Show the wall display", wall, _arguments),)
