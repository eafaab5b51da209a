"""An estate of 10,000 services that a desk watches, asked only when a benchmark says so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from app.base.clock import SystemClock
from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.domain.source import Source
from app.storage.store import open_store
from app.ui.desk.board.page import BoardPage
from tests.plugins.peers import NagiosPeer

HOSTS: Final = 2_500
SERVICES: Final = 4
NAME: Final = "estate"
DEADLINE_S: Final = 60.0
TAIL_S: Final = 0.5
"""After the picture: it is painted, the answer is saved, and the picture is made once more."""
_NEVER_S: Final = 3_600.0
_LOOK_MS: Final = 20
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def profile_of(folder: Path, *, kind: str, url: str, user: str, password: str) -> Profile:
    """A profile that watches this server."""
    secret = folder / "secret"
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o600)
    source = Source(
        id="018f0000-0000-7000-8000-000000000001", name=NAME, kind=kind, url=url, user=user,
        interval_s=_NEVER_S, deadline_s=DEADLINE_S, secret_file=str(secret),
    )  # fmt: skip
    profile = Profile(folder / "profile")
    profile.make()
    with closing(open_store(profile, SystemClock())) as store, store.write() as unit:
        unit.put_source(source)
    return profile


def profile_of_nagios(peer: NagiosPeer, folder: Path) -> Profile:
    """A profile that watches this Nagios."""
    return profile_of(folder, kind="nagios", url=peer.url, user=peer.user, password=peer.password)


class Changes:
    """New results for 100 services at a time; with the same number the same services go up or down again."""

    PER_REFRESH: Final = 100

    def __init__(self, peer: NagiosPeer) -> None:
        self._peer = peer

    def make(self, number: int) -> None:
        """Handed to the server at once; it tells of them within some seconds."""
        code, now_s = number % 2 * 2, int(time.time())
        lines = [
            f"[{now_s}] PROCESS_SERVICE_CHECK_RESULT;host-{5 * host:04};http;{code};round {number}\n"
            for host in range(1, self.PER_REFRESH + 1)
        ]
        with self._peer.command_file.open("w", encoding="ascii") as pipe:
            pipe.write("".join(lines))


class Watched:
    """A desk with its board in front. Every wait runs Qt's own loop, as the program does."""

    def __init__(self, desk: Desk) -> None:
        assert desk.window is not None
        assert desk.context.opened is not None
        page = desk.window.show_page("board")
        assert isinstance(page, BoardPage)
        self.page = page
        self._feed = desk.window.feed
        self._poller = desk.context.opened.poller
        run_until(lambda: self._pictured_since(0), "the first answer is not on the board")
        run_for(3.0)

    @property
    def rows(self) -> int:
        """How many hosts and services the board knows."""
        return len(self._poller.board.sources[NAME].rows)

    def refresh(self) -> float:
        """Ask the source, wait until its answer is drawn and saved; seconds without the tail."""
        began_s, before = time.perf_counter(), self._received_at()
        run_until(lambda: self._poller.poll_now(NAME), "the source cannot be asked")
        run_until(lambda: self._pictured_since(before), "the answer is not on the board")
        took_s = time.perf_counter() - began_s
        run_for(TAIL_S)
        return took_s

    def _received_at(self) -> int:
        part = self._poller.board.sources.get(NAME)
        return (part.mark.received_at or 0) if part is not None and part.mark is not None else 0

    def _pictured_since(self, before_at: int) -> bool:
        part, picture = self._poller.board.sources.get(NAME), self._feed.picture
        mark = part.mark if part is not None else None
        assert mark is None or not mark.error, mark.error
        received_at = self._received_at()
        return received_at > before_at and picture is not None and picture.made_at >= received_at


def run_for(length_s: float) -> None:
    """Run the event loop."""
    loop = QEventLoop()
    QTimer.singleShot(int(length_s * 1000), loop, loop.quit)
    loop.exec()


def run_until(is_so: Callable[[], bool], what: str) -> None:
    """Run the event loop until something holds. Fails after the deadline."""
    until_s = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < until_s, f"after {DEADLINE_S:g} s: {what}"
        run_for(_LOOK_MS / 1000)


def cpu_s(pid: int | str = "self") -> float:
    """Processor time of all threads of a process so far, in steps of 10 ms."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def pss_mb(pid: int | str = "self") -> float:
    """Memory of a process with its part of what it shares, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
