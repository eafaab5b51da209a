"""What is kept of the past of health: changes of state, samples, and how each source's last asking went."""

from __future__ import annotations

from app.base.clock import Moment
from app.domain.health import Downtime, HealthRow, Remark
from app.domain.value import Value


class StateChange(Value, frozen=True, gc=False, kw_only=True):
    """A row's state from ``at`` on, until its next change."""

    row_id: str
    at: Moment
    state: str
    hard: bool
    handled: bool = False
    output: str = ""


class SeriesPoint(Value, frozen=True, gc=False):
    """One stored sample of a row's performance data."""

    row_id: str
    label: str
    unit: str
    at: Moment
    value: float


class Series(Value, frozen=True, gc=False, kw_only=True):
    """A stretch of one series, oldest first. ``warn``/``crit``: the limits last told, None when there are none."""

    row_id: str
    label: str
    unit: str
    at: tuple[Moment, ...]
    values: tuple[float, ...]
    warn: float | None = None
    crit: float | None = None


class SourceMark(Value, frozen=True, gc=False, kw_only=True):
    """How a source's last askings went. ``observed_at``/``received_at``: of the last complete answer.

    ``refused``: the stamp of a sign-in that was refused at ``refused_at`` and is not tried again (it tells nothing of
    the secret: ``app.usecases.sign_in``); empty when none is."""

    source: str
    observed_at: Moment | None = None
    received_at: Moment | None = None
    asked_at: Moment | None = None
    hosts: int = 0
    services: int = 0
    problems: int = 0
    duration_s: float = 0.0
    received_bytes: int = 0
    skew_s: float = 0.0
    interval_s: float = 15.0
    deadline_s: float = 15.0
    error: str = ""
    refused: str = ""
    refused_at: Moment | None = None


class Past(Value, frozen=True, gc=False, kw_only=True):
    """What a file tells of a source's rows, from ``from_at`` to ``until_at``. ``rows``: as they were at its end.

    ``changes``: in order of time. Nobody asks this source again: its rows are stale from the start.
    """

    source: str
    rows: tuple[HealthRow, ...]
    changes: tuple[StateChange, ...]
    from_at: Moment
    until_at: Moment


class Stretch(Value, frozen=True, gc=False):
    """A row in one state, and its source answering. It ends before ``until_at``."""

    row_id: str
    state: str
    from_at: Moment
    until_at: Moment


class Ingest(Value, frozen=True, gc=False, kw_only=True):
    """Everything one complete answer changes, written in one transaction of ``history.db``.

    ``rows``: new and changed ones only. ``removed``: ids that the source no longer has.
    ``remarks`` and ``downtimes`` replace all that the source had.
    """

    mark: SourceMark
    rows: tuple[HealthRow, ...] = ()
    removed: tuple[str, ...] = ()
    changes: tuple[StateChange, ...] = ()
    points: tuple[SeriesPoint, ...] = ()
    limits: tuple[tuple[str, str, float | None, float | None], ...] = ()
    remarks: tuple[Remark, ...] = ()
    downtimes: tuple[Downtime, ...] = ()
