"""The crash log of a profile: what failed and where in our code, never what anybody wrote.

A bug's message may quote a ticket or a secret, so only the kinds of errors and the places in our own code are kept.
Faults of the interpreter itself (a segmentation fault) are written by ``faulthandler``. Must import nothing heavy.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from app.base.clock import to_iso
from app.base.text import tr

LARGEST_BYTES: Final = 1_000_000
"""A log larger than this is begun anew at the next start."""
MOST_REPORTS: Final = 20
"""Of one run: a bug in a painter would else fill the disk."""

_OURS: Final = str(Path(__file__).parents[1]) + os.sep


def report_of(error: BaseException, lane: str, at: int) -> str:
    """The lines about one failure: when, on which thread, its kind and causes, our places innermost last."""
    lines = [f"--- {to_iso(at)} on {lane}, Python {sys.version.split()[0]}"]
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(type(link).__qualname__)
        lines.extend(_places(link.__traceback__))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(lines) + "\n"


@contextmanager
def watched(
    path: Path, *, tell: Callable[[str], None] | None = None, make_safe: Callable[[], None] | None = None
) -> Iterator[None]:
    """Meanwhile a bug that nobody caught is written to ``path``, after ``make_safe``, then told in one sentence.

    ``tell`` and ``make_safe`` run on the thread that failed; without ``tell`` the sentence goes to stderr. A folder
    that cannot be written costs the log, not the sentence. On leaving, the hooks before are back.
    """
    descriptor = _open(path)
    before = sys.excepthook, threading.excepthook
    was_enabled = faulthandler.is_enabled()
    left = MOST_REPORTS

    def note(error: BaseException, lane: str) -> None:
        nonlocal left
        if left <= 0:
            return
        left -= 1
        with suppress(Exception):  # a second failure must not hide the first
            if make_safe is not None:
                make_safe()
        if descriptor is not None:
            with suppress(OSError):
                os.write(descriptor, report_of(error, lane, time.time_ns() // 1_000_000).encode())
        with suppress(Exception):
            (tell or _to_stderr)(sentence(path, is_kept=descriptor is not None))

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before[0](kind, error, trace)
            return
        note(error.with_traceback(trace), threading.current_thread().name)

    def uncaught_on_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            note(failed.exc_value, failed.thread.name if failed.thread else "a thread")

    sys.excepthook, threading.excepthook = uncaught, uncaught_on_thread
    if descriptor is not None and not was_enabled:
        faulthandler.enable(descriptor)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
        if descriptor is not None:
            if not was_enabled:
                faulthandler.disable()
            os.close(descriptor)


def sentence(path: Path, *, is_kept: bool = True) -> str:
    """What a person is told."""
    if is_kept:
        return tr("Watchdesk met a bug. What was saved is safe; where it happened is written in {path}.", path=path)
    return tr("Watchdesk met a bug. What was saved is safe.")


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(_OURS):
            places.append(f"  app/{code.co_filename[len(_OURS) :]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _open(path: Path) -> int | None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if os.fstat(descriptor).st_size > LARGEST_BYTES:
            os.ftruncate(descriptor, 0)
    except OSError:
        return None
    return descriptor


def _to_stderr(text: str) -> None:
    sys.stderr.write(text + "\n")
