"""What one check measures and says at a moment."""

from __future__ import annotations

from typing import Final

from app.analysis.simulation.chance import RHYTHMS, hour_of, share, wave
from app.analysis.simulation.check_kind import GONE, UNKNOWN_SAYS, CheckKind, Metric
from app.base.clock import DAY, Moment
from app.domain import health
from app.domain.value import Value

_JUST_BELOW: Final = 0.93
_SAYS: Final = {health.OK: "ok", health.UP: "ok", health.WARNING: "warning"}
_LOST: Final = "pl=100%;20;60;0"
"""What is left of a ping to a host that is down."""


class Reading(Value, frozen=True, gc=False):
    """A check's words and performance data."""

    output: str
    perf: str = ""
    long_output: str = ""


def read(kind: CheckKind, seed: int, at: Moment, state: str) -> Reading:
    """The reading that goes with a state."""
    if state == health.UNKNOWN:
        return Reading(UNKNOWN_SAYS)
    if state == health.UNREACHABLE:
        return Reading(GONE)
    if state == health.DOWN:
        return Reading(kind.critical, _LOST)
    values = [_value(metric, place, seed, at, state) for place, metric in enumerate(kind.metrics)]
    texts = [f"{value:.{metric.digits}f}" for value, metric in zip(values, kind.metrics, strict=True)]
    is_bad = state not in health.GOOD_STATES
    said = getattr(kind, _SAYS.get(state, "critical"))
    perf = " ".join(_perf(metric, text) for metric, text in zip(kind.metrics, texts, strict=True))
    return Reading(said.format(*texts, limit=_limit(kind, state)), perf, kind.detail if is_bad else "")


def _value(metric: Metric, place: int, seed: int, at: Moment, state: str) -> float:
    own = seed + place
    calm = metric.base + metric.unrest * wave(own, at)
    if metric.fills_days:
        length = round(metric.fills_days * DAY)
        calm += metric.swing * ((at + own % length) % length) / length
    else:
        calm += metric.swing * RHYTHMS[metric.rhythm](hour_of(at))
    if metric.warn is not None:
        calm = min(calm, _JUST_BELOW * metric.warn)
    if state in health.GOOD_STATES or (place and not metric.follows):
        return max(0.0, calm)
    return max(0.0, _in_trouble(metric, calm, own, at, state))


def _in_trouble(metric: Metric, calm: float, own: int, at: Moment, state: str) -> float:
    """Between the limits for a warning, past the upper one else; what has no limits is multiplied."""
    way = 0.25 + 0.5 * share(own, at // DAY) + 0.08 * wave(own, at)
    if metric.warn is None or metric.crit is None:
        return calm * metric.fault
    if state == health.WARNING:
        return metric.warn + (metric.crit - metric.warn) * way
    top = 100 if metric.unit == "%" and metric.crit > 50 else metric.top
    room = metric.crit if top is None else top - metric.crit
    return metric.crit + room * way


def _limit(kind: CheckKind, state: str) -> str:
    for metric in kind.metrics:
        if metric.warn is not None and metric.crit is not None:
            return f"{metric.warn if state == health.WARNING else metric.crit:g}"
    return ""


def _perf(metric: Metric, text: str) -> str:
    limits = "" if metric.warn is None or metric.crit is None else f";{metric.warn:g};{metric.crit:g};0"
    return f"{metric.label}={text}{metric.unit}{limits}"
