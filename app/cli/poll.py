"""``watchdesk poll``: the collector without a window."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Sequence
from typing import Any, Final

from app.base.errors import UsageTrouble, WatchdeskError
from app.base.text import count, tr
from app.cli.command import DONE, FAILED, PARTLY, Command
from app.cli.context import Context, table
from app.domain.source import Source

_LOOK_S: Final = 0.5


def poll(context: Context) -> int:
    """Ask the sources and keep what they say, each in its own interval, until Ctrl+C.

    --once asks each source once and ends: exit code 0 when all answered, 3 when some did, 1 when none did.
    One process polls a profile; while another does, this one follows (with --once: asks and reports, keeps nothing).
    A source that refused its sign-in is paused, which counts as not answering: it is not asked with the same address,
    user and secret again, however often this runs, until “source resume NAME”.

    Keys (--once), one object per source: name ok hosts services problems duration_s bytes error clock (null, or that
    its clock is off from this computer's, as a sentence).
    """
    sources = _sources(context)
    if context.args.once:
        return _once(context, sources)
    if context.json:
        raise UsageTrouble(tr("--json needs --once."), hint=tr("Polling without an end has no answer."))
    return _until_stopped(context, sources)


def _sources(context: Context) -> list[Source]:
    from app.usecases.source import find_source

    if context.args.source:
        return [find_source(context.means.store, name) for name in context.args.source]
    found = [source for source in context.means.store.team.sources() if source.enabled]
    if not found:
        context.say(tr("There is no source to ask. Connect one with “watchdesk source add”."))
    return found


def holder() -> str:
    """This process, as the lease of the poller names it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _once(context: Context, sources: Sequence[Source]) -> int:
    from app.usecases.poll_once import poll_once

    means = context.means
    results = poll_once(
        sources, means.connect, means.history, means.clock, context.cancel, holder=holder(),
        stamping=means.sign_ins.stamp,
    )  # fmt: skip
    documents: list[dict[str, Any]] = [
        {
            "name": each.name, "ok": each.ok, "hosts": each.hosts, "services": each.services,
            "problems": each.problems, "duration_s": round(each.duration_s, 3), "bytes": each.bytes,
            "error": each.error or None, "clock": each.clock or None,
        }
        for each in results
    ]  # fmt: skip
    if context.json:
        context.answer_list(documents)
    else:
        cells = [
            [*list(each.values())[:1], "ok" if each["ok"] else "FAILED", *list(each.values())[2:-1]]
            for each in documents
        ]
        context.answer(
            None, lambda: table(("SOURCE", "", "HOSTS", "SERVICES", "PROBLEMS", "S", "BYTES", "ERROR"), cells)
        )
    for each in results:
        if not each.ok:
            context.say(f"{each.name}: {each.error}")
        elif each.clock:
            context.say(each.clock)
    failed = sum(not each.ok for each in results)
    if not failed:
        return DONE
    return FAILED if failed == len(results) else PARTLY


def _until_stopped(context: Context, sources: Sequence[Source]) -> int:
    from app.base.lanes import Lanes
    from app.usecases.poll import Poller
    from app.usecases.poll_timer import ThreadTimer

    means = context.means
    lanes, timer = Lanes(), ThreadTimer(means.clock)

    def tell_trouble(source: str, error: WatchdeskError) -> None:
        context.say(f"{source}: {error.sentence()}" if source else error.sentence())

    poller = Poller(
        means.history, lanes, means.clock, timer, means.connect, holder=holder(), on_touched=lambda _touched: None,
        on_trouble=tell_trouble, stamping=means.sign_ins.stamp,
    )  # fmt: skip
    context.say(tr("Polling {sources}; Ctrl+C ends it.", sources=count(len(sources), "source", "sources")))
    poller.start(sources)
    told: dict[str, str] = {}
    try:
        while not context.cancel.wait(_LOOK_S):
            _tell_errors(context, poller, told)
    finally:
        poller.stop()
        lanes.close()
        poller.close()
    return DONE


def _tell_errors(context: Context, poller: Any, told: dict[str, str]) -> None:
    """A source's error once, when it begins, and once when it has ended."""
    for name, part in poller.board.sources.items():
        error = part.mark.error if part.mark else ""
        if error != told.get(name, ""):
            told[name] = error
            context.say(f"{name}: {error or tr('it answers again.')}")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="ask each source once, then end")
    parser.add_argument("--source", metavar="NAME", action="append", help="only this source (may be said again)")


COMMANDS: Final = (Command("poll", "Ask the sources and keep what they say", poll, _arguments),)
