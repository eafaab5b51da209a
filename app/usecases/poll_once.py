"""One round over all sources, for the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from app.base.clock import Clock
from app.base.events import CancelToken
from app.domain.alert_rule import SOURCE_KIND
from app.domain.source import Source
from app.ports import HealthSource, History
from app.usecases.board import clock_note
from app.usecases.health import Rows
from app.usecases.poll_ask import Asked, Connecting, ask, without_secret
from app.usecases.sign_in import Stamping

LEASE: Final = "poller"
LEASE_S: Final = 10.0
ONCE_LEASE_S: Final = 60.0
CONFIRM_S: Final = 1.0
SIDE_BY_SIDE: Final = 8


@dataclass(frozen=True, slots=True)
class PollResult:
    """One source's line of ``watchdesk poll --once``. ``error``: a sentence, empty when it went well. ``clock``: that
    the source's clock is off, as a sentence; empty when it is not, or did not tell."""

    name: str
    ok: bool
    hosts: int
    services: int
    problems: int
    duration_s: float
    bytes: int
    error: str = ""
    clock: str = ""


def poll_once(
    sources: Sequence[Source],
    connect: Connecting,
    history: History,
    clock: Clock,
    cancel: CancelToken,
    *,
    holder: str,
    wait: Callable[[float], bool] | None = None,
    stamping: Stamping = without_secret,
) -> list[PollResult]:
    """Ask each enabled source once, a doubtful answer once more, and keep what they say.

    While another process polls this profile, it is the one that keeps the answers; this one only reports. ``wait``:
    how to wait some seconds, True when cancelled. ``stamping``: see ``ask``. Raises Cancelled, EnvironmentTrouble.
    """
    asked = [source for source in sources if source.enabled]
    if not asked:
        return []
    keeps = history.take_lease(LEASE, holder, clock.now(), ONCE_LEASE_S)

    def poll(source: Source) -> PollResult:
        return _poll(source, connect, history, clock, cancel, keeps, wait or cancel.wait, stamping)

    try:
        # Side by side, so that a dead source costs its deadline once and not everybody's patience.
        with ThreadPoolExecutor(min(len(asked), SIDE_BY_SIDE), thread_name_prefix="poll") as pool:
            # Rules judge what the others have told: they come after them.
            heard = list(pool.map(poll, [source for source in asked if source.kind != SOURCE_KIND]))
            heard += pool.map(poll, [source for source in asked if source.kind == SOURCE_KIND])
        order = {source.name: at for at, source in enumerate(asked)}
        return sorted(heard, key=lambda result: order[result.name])
    finally:
        history.drop_lease(LEASE, holder)


def _poll(
    source: Source,
    connect: Connecting,
    history: History,
    clock: Clock,
    cancel: CancelToken,
    keeps: bool,
    wait: Callable[[float], bool],
    stamping: Stamping,
) -> PollResult:
    opened: list[HealthSource] = []

    def connector() -> HealthSource:
        if not opened:
            opened.append(connect(source))
        return opened[0]

    previous: Rows = {row.id: row for row in history.rows(source.name)}
    mark = history.marks().get(source.name)
    try:
        asked = ask(source, connector, previous, mark, clock, cancel, stamping=stamping)
        if asked.doubt:
            wait(CONFIRM_S)
            cancel.check()
            asked = ask(
                source, connector, previous, mark, clock, cancel, is_confirming=True, stamping=stamping
            )  # fmt: skip
    finally:
        for one in opened:
            one.close()
    if keeps or asked.mark.refused:  # nobody is to try a refused sign-in again, whoever keeps the answers
        _keep(history, asked)
    return _result(asked)


def _keep(history: History, asked: Asked) -> None:
    if asked.ingest is not None:
        history.ingest(asked.ingest)
    else:
        history.mark_failed(asked.mark)


def _result(asked: Asked) -> PollResult:
    mark = asked.mark
    return PollResult(
        name=mark.source, ok=asked.ingest is not None, hosts=mark.hosts, services=mark.services,
        problems=mark.problems, duration_s=asked.duration_s, bytes=mark.received_bytes, error=mark.error,
        clock=clock_note(mark) if asked.ingest is not None else "",
    )  # fmt: skip
