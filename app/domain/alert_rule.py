"""Own alert rules: what stored samples and states must not do, and for how long, before it is a problem.

    threshold     a sample is beyond ``limit``
    rate          a series changes by more than ``limit`` a second, taken over ``window_s``
    absence       no sample for ``window_s``
    availability  the share of good time in the last ``window_s`` is below ``limit`` per cent

``for_s``: how long it must hold. ``clear``: a problem ends only on its other side (hysteresis).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.base.errors import Refused
from app.base.text import tr
from app.domain.health import CRITICAL, WARNING
from app.domain.value import Value

THRESHOLD: Final = "threshold"
RATE: Final = "rate"
ABSENCE: Final = "absence"
AVAILABILITY: Final = "availability"
KINDS: Final = (THRESHOLD, RATE, ABSENCE, AVAILABILITY)
SEVERITIES: Final = (WARNING, CRITICAL)

ABOVE: Final = "above"
BELOW: Final = "below"
SIDES: Final = (ABOVE, BELOW)

SOURCE: Final = "watchdesk"
"""The name of the source whose problems are those of the rules."""
SOURCE_KIND: Final = "rules"


class AlertRule(Value, frozen=True, gc=False, kw_only=True):
    """``rows``: a query over health rows; ``label``: the series of theirs, a pattern in which ``*`` is any text.
    ``label`` is not used by ``availability``, ``side`` and ``limit`` are not used by ``absence``."""

    id: str
    name: str
    rows: str
    label: str = "*"
    kind: str = THRESHOLD
    side: str = ABOVE
    limit: float = 0.0
    clear: float | None = None
    for_s: float = 0.0
    window_s: float = 0.0
    severity: str = WARNING
    enabled: bool = True


def is_beyond(value: float, limit: float, side: str) -> bool:
    """Whether a value is on the wrong side of a limit; the limit itself is right."""
    return value > limit if side == ABOVE else value < limit


def check_rule(rule: AlertRule) -> None:
    """Raises Refused, with the field, for a rule that could never mean what it says."""
    for field, is_wrong, sentence in _CHECKS:
        if is_wrong(rule):
            raise Refused(tr(sentence), field=field)
    _WINDOWS.get(rule.kind, _no_check)(rule)


def _no_check(_rule: AlertRule) -> None:
    return


def _needs_window(rule: AlertRule) -> None:
    if rule.window_s < 1:
        raise Refused(tr("This kind of rule needs a window of time to look at."), field="window")


def _clear_on_wrong_side(rule: AlertRule) -> bool:
    return rule.clear is not None and is_beyond(rule.clear, rule.limit, _side_of(rule))


def _side_of(rule: AlertRule) -> str:
    return BELOW if rule.kind == AVAILABILITY else rule.side


_CHECKS: Final[tuple[tuple[str, Callable[[AlertRule], bool], str], ...]] = (
    ("name", lambda rule: not rule.name.strip(), "A rule needs a name."),
    ("kind", lambda rule: rule.kind not in KINDS, "There is no such kind of rule."),
    ("side", lambda rule: rule.side not in SIDES, "A rule looks above or below its limit."),
    ("severity", lambda rule: rule.severity not in SEVERITIES, "A rule raises a warning or what is critical."),
    ("for", lambda rule: rule.for_s < 0, "A rule cannot hold for less than no time."),
    (
        "clear",
        _clear_on_wrong_side,
        "A problem that ends beyond its own limit would end and begin with each sample: give the other side.",
    ),
)
_WINDOWS: Final[Mapping[str, Callable[[AlertRule], None]]] = {
    RATE: _needs_window, ABSENCE: _needs_window, AVAILABILITY: _needs_window,
}  # fmt: skip
