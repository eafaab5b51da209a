"""Asking one source once: fetch, doubt, compare. Writes nothing; the poller and the command line share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from app.base.clock import Clock, Moment
from app.base.errors import Cancelled, WatchdeskError
from app.base.events import CancelToken
from app.domain.freshness import default_interval_s
from app.domain.history import Ingest, SourceMark
from app.domain.source import Source
from app.ports import HealthSource
from app.usecases.health import Breathe, Rows, diff, doubt, no_breath
from app.usecases.sign_in import SignInPaused, Stamping, is_refusal, paused_text, stamp_of

Connecting: TypeAlias = Callable[[Source], HealthSource]
"""Builds the connector of a source with its secret. Called on the source's net lane. Raises WatchdeskError."""


def without_secret(source: Source) -> str:
    """The stamp where no source has a secret."""
    return stamp_of(source, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: an ``ingest``, or an ``error``, or a ``doubt`` (a sentence) about a complete answer.

    ``mark``: the ingest's, or what ``History.mark_failed`` takes.
    """

    mark: SourceMark
    duration_s: float
    ingest: Ingest | None = None
    error: WatchdeskError | None = None
    doubt: str = ""


def with_remark(asked: Asked, text: str) -> Asked:
    """With one more sentence to what went wrong; as it is when nothing did."""
    if not text or not asked.mark.error:
        return asked
    return replace(asked, mark=msgspec.structs.replace(asked.mark, error=f"{asked.mark.error} {text}"))


def interval_s(source: Source, mark: SourceMark | None) -> float:
    """How often this source is asked."""
    return source.interval_s or default_interval_s(mark.services if mark else 0)


def ask(
    source: Source,
    connector: Callable[[], HealthSource],
    previous: Rows,
    mark: SourceMark | None,
    clock: Clock,
    cancel: CancelToken,
    *,
    is_confirming: bool = False,
    breathe: Breathe = no_breath,
    stamping: Stamping = without_secret,
) -> Asked:
    """Ask once. ``previous`` and ``mark``: what the history holds. ``is_confirming``: the answer before was doubtful,
    so this one counts whatever it says. ``stamping``: what to know a refused sign-in by. Net lane. Raises Cancelled.
    """
    asked_at, began_s = clock.now(), clock.monotonic()
    is_connected = False
    try:
        connected = connector()
        is_connected = True
        snapshot = connected.fetch(cancel)
    except Cancelled:
        raise
    except WatchdeskError as error:
        failed = _failed(source, mark, asked_at, error.sentence())
        if not is_connected:
            failed = _unasked(failed, mark, error)
        elif is_refusal(error):
            failed = _refused(failed, source, asked_at, error, stamping)
        return Asked(failed, clock.monotonic() - began_s, error=error)
    reason = "" if is_confirming else doubt(previous, snapshot)
    if reason:
        return Asked(_failed(source, mark, asked_at, reason), clock.monotonic() - began_s, doubt=reason)
    ingest = diff(
        previous, snapshot, asked_at, before_at=mark.received_at if mark else None,
        interval_s=source.interval_s or default_interval_s(len(snapshot.rows)), deadline_s=source.deadline_s,
        breathe=breathe,
    )  # fmt: skip
    return Asked(ingest.mark, clock.monotonic() - began_s, ingest)


def _failed(source: Source, mark: SourceMark | None, asked_at: int, error: str) -> SourceMark:
    return SourceMark(
        source=source.name, asked_at=asked_at, interval_s=interval_s(source, mark), deadline_s=source.deadline_s,
        error=error,
    )  # fmt: skip


def _unasked(failed: SourceMark, mark: SourceMark | None, error: WatchdeskError) -> SourceMark:
    """Nothing was sent, so nothing new is known of a refused sign-in; and no time of asking either, while paused."""
    if isinstance(error, SignInPaused):
        asked_at = mark.asked_at if mark else None
        return msgspec.structs.replace(failed, asked_at=asked_at, refused=error.refused, refused_at=error.refused_at)
    if mark is None:
        return failed
    return msgspec.structs.replace(failed, refused=mark.refused, refused_at=mark.refused_at)


def _refused(
    failed: SourceMark, source: Source, asked_at: Moment, error: WatchdeskError, stamping: Stamping
) -> SourceMark:
    text = paused_text(source, error.detail)
    return msgspec.structs.replace(failed, error=text, refused=stamping(source), refused_at=asked_at)
