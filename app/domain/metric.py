"""Samples that a source keeps itself, and what is asked of them. What is stored here is in ``history``."""

from __future__ import annotations

from app.base.clock import Moment
from app.domain.value import Value


class MetricQuery(Value, frozen=True, kw_only=True):
    """``series``: in the source's own language. From ``since_at`` until ``until_at``, both inside, a value each
    ``step_s``; None: as fits the window."""

    series: str
    since_at: Moment
    until_at: Moment
    step_s: float | None = None


class MetricSeries(Value, frozen=True, kw_only=True):
    """One series, oldest first. ``at`` and ``values`` are of one length; a time without a number is left out."""

    name: str
    labels: tuple[tuple[str, str], ...]
    at: tuple[Moment, ...]
    values: tuple[float, ...]


class MetricAnswer(Value, frozen=True, kw_only=True):
    """``step_s``: the one that was asked with. ``rejects``: (what, why) of what could not be read and is left out."""

    series: tuple[MetricSeries, ...]
    step_s: float
    rejects: tuple[tuple[str, str], ...] = ()
