"""Which alerts were there and are not any more: their rows stay for a while and say why. Pure; no requests, no clock.

    its rule is evaluated and names it no more   OK, for ``KEPT_MS`` (the end was seen)
    its rule fails, or a record was unreadable   unknown, until that can be told
    nobody tells its rule (Alertmanager alone)   unknown, for ``DOUBTED_MS``, then no row at all

An alert that fires always is not kept: its end is no good news (``picture.missing_watchdogs``). Decision 014.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.base.clock import DAY, MINUTE, Moment
from app.base.text import tr
from app.connectors.prometheus.rows import Calm, Key, Told
from app.domain import health

KEPT_MS: Final = DAY
DOUBTED_MS: Final = 5 * MINUTE
"""A sender that lives repeats its alerts each minute; after this it will not take back that one has ended."""

KEPT_AT_MOST: Final = 50_000
_UNREAD: Final = "It is not among the alerts, of which some could not be read."
_NOT_EVALUATED: Final = "Its alert is gone, but its rule is not evaluated: nothing is known."
_DOUBTED: Final = "Its alert ended or is no longer reported; without its rule nobody can tell which."


@dataclass(frozen=True, slots=True)
class RuleMark:
    """How an alerting rule stands. ``due_at``: set only when it was to be evaluated and was not."""

    state: str
    due_at: Moment | None = None
    checked_at: Moment | None = None


Rules = Mapping[str, RuleMark] | None
"""By name; None when nobody tells them."""


class Memory:
    """Net lane, one per connector."""

    def __init__(self) -> None:
        self._here: dict[Key, tuple[Told, str]] = {}
        """What leads each row, and the query of its rule: also when, meanwhile, only Alertmanager still holds it."""
        self._ended: dict[Key, Calm] = {}

    def calm(
        self, groups: Mapping[Key, Sequence[Told]], rules: Rules, now_at: Moment, *, sure: bool
    ) -> dict[Key, Calm]:
        """The rows that had an alert and have none now. ``sure``: all records could be read; if not, what is missing
        may be among those that could not."""
        before = self._here
        missing = {key: before[key] for key in before.keys() - groups.keys()}
        here = {
            key: _led_by(found[0], before.get(key)) for key, found in groups.items() if not found[0].is_watchdog
        }  # fmt: skip
        for key in self._ended.keys() & groups.keys():
            del self._ended[key]
        ended = {key: Calm(told.own or told.labels, now_at, query) for key, (told, query) in missing.items()}
        if not sure:
            self._here = missing | here
            unread = {key: _unknown(replace(each, since_at=None), tr(_UNREAD)) for key, each in ended.items()}
            return self._standing(rules, now_at) | unread
        self._here = here
        self._ended |= ended
        return self._standing(rules, now_at)

    def _standing(self, rules: Rules, now_at: Moment) -> dict[Key, Calm]:
        self._ended = _kept(self._ended, rules, now_at)
        return {key: _marked(each, _mark(each, rules)) for key, each in self._ended.items()}


def _led_by(told: Told, before: tuple[Told, str] | None) -> tuple[Told, str]:
    if before is not None and before[0] is told:
        return before
    return told, told.query or (before[1] if before is not None else "")


def _mark(calm: Calm, rules: Rules) -> RuleMark | None:
    """The rule's; None when it is nobody's that is asked here."""
    return rules.get(calm.labels.get("alertname", "")) if rules is not None and calm.query else None


def _marked(calm: Calm, mark: RuleMark | None) -> Calm:
    if mark is None:
        return _unknown(calm, tr(_DOUBTED))
    if mark.state == health.UNKNOWN:
        return _unknown(calm, tr(_NOT_EVALUATED))
    return replace(calm, due_at=mark.due_at, checked_at=mark.checked_at)


def _unknown(calm: Calm, text: str) -> Calm:
    return replace(calm, state=health.UNKNOWN, text=text)


def _kept(ended: Mapping[Key, Calm], rules: Rules, now_at: Moment) -> dict[Key, Calm]:
    found = {
        key: each for key, each in ended.items()
        if now_at - (each.since_at or 0) < (DOUBTED_MS if _mark(each, rules) is None else KEPT_MS)
    }  # fmt: skip
    if len(found) > KEPT_AT_MOST:
        newest = sorted(found, key=lambda key: found[key].since_at or 0, reverse=True)[:KEPT_AT_MOST]
        found = {key: found[key] for key in newest}
    return found
