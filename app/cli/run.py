"""Runs one command: parses, opens its means, turns every failure into one line and an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from app.base.errors import WatchdeskError
from app.base.events import CancelToken
from app.base.text import one_line
from app.cli.command import DEFAULT_GROUP, DONE, FAILED, USAGE, Command, build_parser

_log = logging.getLogger(__name__)


def run(words: Sequence[str]) -> int:
    """Run the command that these words name; gives its exit code and raises nothing."""
    _speak_utf8()
    if any("\udc80" <= char <= "\udcff" for word in words for char in word):
        return _fail("A word of the command line is not UTF-8 text.", USAGE)
    try:
        args = _parse(list(words))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    if args.version:
        from app import __version__

        sys.stdout.write(f"watchdesk {__version__}\n")
        return DONE
    return _run(args)


def _parse(words: list[str]) -> argparse.Namespace:
    parser = build_parser(words)
    args = parser.parse_args(words)
    if args.group is None and not args.version:
        args = build_parser([DEFAULT_GROUP]).parse_args([*words, DEFAULT_GROUP])
    return args


def _run(args: argparse.Namespace) -> int:
    from app.bootstrap.headless import open_headless
    from app.cli.context import Context

    # Without a handler, Python prints what libraries warn of to stderr, where only our sentences belong.
    silent = logging.NullHandler()
    logging.getLogger().addHandler(silent)
    command: Command = args.command
    means = None
    try:
        means = open_headless(profile=getattr(args, "profile", ""), data_dir=getattr(args, "data_dir", None))
        cancel = CancelToken()
        with _ctrl_c_cancels(cancel):
            code = command.run(Context(args, means, cancel, sys.stdout, sys.stderr))
        sys.stdout.flush()
    except WatchdeskError as error:
        return _fail(error.sentence(), error.exit_code)
    except KeyboardInterrupt:
        return _fail("Stopped.", FAILED)
    except BrokenPipeError:
        # Whoever read our answer has gone; Python must not complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as bug:  # its kind and places belong into the log, a sentence to the person
        return _report_bug(means, bug)
    finally:
        if means is not None:
            means.close()
        logging.getLogger().removeHandler(silent)
    return code


def _report_bug(means: object, bug: Exception) -> int:
    from app.base.lanes import note_bug
    from app.bootstrap.headless import Headless

    where = ""
    if isinstance(means, Headless):
        means.log_to_file()
        where = f" The details are in {means.profile.log}." if means.profile.log.exists() else ""
    note_bug(_log, "a command failed by a bug", bug)
    return _fail(f"Something went wrong that should not. What was saved is safe.{where}", FAILED)


def _fail(sentence: str, code: int) -> int:
    sys.stderr.write(f"watchdesk: {one_line(sentence)}\n")
    return code


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def _ctrl_c_cancels(cancel: CancelToken) -> Iterator[None]:
    """The first Ctrl+C asks the command to stop between two steps; the second stops it where it is. So does the
    signal by which a system ends its services."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if cancel.is_cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    if threading.current_thread() is not threading.main_thread():
        yield  # whoever runs us there has its own way to stop
        return
    before = {kind: signal.signal(kind, stop) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
