"""From bodies to one picture: Prometheus' rules and targets, Alertmanager's alerts, joined by their labels.

Net lane; keeps what was read last (``parse.Reader``). No requests here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from app.base.clock import MINUTE, Moment
from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.payload import decode_as, iter_raw
from app.connectors.prometheus import labels as means
from app.connectors.prometheus import parse
from app.connectors.prometheus.memory import RuleMark
from app.connectors.prometheus.parse import Alert, Reject, Sent, Silence, at, data_of, listed, maker, reader
from app.connectors.prometheus.rows import NO_RULES, Checked, Told
from app.domain import health

_PART: Final = re.compile(r"(\d+)(ms|s|m|h|d|w|y)")
_UNIT_MS: Final = {
    "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000,
}  # fmt: skip
_RULE_STATES: Final = {"ok": health.OK, "unknown": health.PENDING}
_TARGET_STATES: Final = {"up": health.OK, "unknown": health.PENDING}


@dataclass(slots=True)
class Picture:
    """``worked_at``: when Prometheus last evaluated or scraped anything, by its own clock. ``rules``: by name; rules
    of one name are as the one that fails, and None means that nobody told them."""

    alerts: list[Told] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rules: dict[str, RuleMark] | None = None
    worked_at: Moment = 0
    idle: bool = True


class Readers:
    """One of each kind."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._alerts = reader(tr("alert"), Alert)
        self._sent = maker(tr("alert of Alertmanager"), Sent, told_of)
        self._silences = reader(tr("silence"), Silence)
        self._groups = reader(tr("rule group"), parse.Group)
        self._rules = reader(tr("rule"), parse.Rule)
        self._targets = reader(tr("target"), parse.Target)

    def rules(self, body: bytes, picture: Picture, now_at: Moment) -> None:
        """Adds the alerting rules and their alerts. Raises BadAnswer."""
        count, picture.rules = 0, {}
        for group in self._groups.read(
            iter_raw(data_of(body, self._name), ("groups",), concerns=self._name), picture.rejects
        ):
            try:
                rules = list(listed(group.rules, (), self._name))
            except BadAnswer as error:
                picture.rejects.append((tr("rule group {name}", name=group.name), error.detail or error.title))
                continue
            for rule in self._rules.read(rules, picture.rejects):
                if rule.type == "alerting":
                    count += 1
                    self._rule(group, rule, picture, now_at)
        if not count and not picture.rejects:
            words = tr("It has no alert rules: that nothing fires here says nothing.")
            picture.checks.append(Checked(self._name, NO_RULES, health.UNKNOWN, words))
        for each in (self._groups, self._rules, self._alerts):
            each.turn()

    def _rule(self, group: parse.Group, rule: parse.Rule, picture: Picture, now_at: Moment) -> None:
        checked_at = at(rule.last_evaluation) or at(group.last_evaluation)
        due_at = _due(checked_at, group.interval * 1000, rule.evaluation_time * 1000)
        late = due_at is not None and due_at < now_at
        _note(picture, checked_at, late=late)
        marks = (due_at, checked_at) if late else (None, None)
        state = _RULE_STATES.get(rule.health, health.UNKNOWN)
        known = picture.rules.get(rule.name) if picture.rules is not None else None
        if picture.rules is not None and (known is None or known.state != health.UNKNOWN):
            picture.rules[rule.name] = RuleMark(state, *marks)
        try:
            alerts = list(self._alerts.read(listed(rule.alerts, (), self._name), picture.rejects))
        except BadAnswer as error:
            alerts = []
            picture.rejects.append((tr("alerts of rule {name}", name=rule.name), error.detail or error.title))
        firing = sum(each.state == "firing" for each in alerts)
        said = tr("{firing} firing, {pending} pending.", firing=firing, pending=len(alerts) - firing)
        picture.checks.append(
            Checked(
                self._name, f"rule {rule.name} ({group.name})", state, rule.last_error or said,
                (f"group={group.name}",), *marks,
            )
        )  # fmt: skip
        picture.alerts += [
            Told(
                each.labels, each.annotations, at(each.active_at), each.state == "firing", each.value, rule.query,
                due_at=marks[0], checked_at=marks[1],
            )
            for each in alerts
        ]  # fmt: skip

    def targets(self, body: bytes, picture: Picture, now_at: Moment) -> None:
        """Adds the scrapes. Raises BadAnswer."""
        raws = iter_raw(data_of(body, self._name), ("activeTargets",), concerns=self._name)
        for target in self._targets.read(raws, picture.rejects):
            checked_at = at(target.last_scrape)
            due_at = _due(checked_at, _duration_ms(target.scrape_interval), 0)
            late = due_at is not None and due_at < now_at
            _note(picture, checked_at, late=late)
            name = f"scrape {target.labels.get('job', '')} {target.labels.get('instance', '')}".strip()
            picture.checks.append(
                Checked(
                    means.host_of(target.labels, self._name), name,
                    _TARGET_STATES.get(target.health, health.UNKNOWN),
                    target.last_error or _HEALTH_WORDS[target.health], means.tags_of(target.labels),
                    due_at if late else None, checked_at if late else None,
                )
            )  # fmt: skip
        self._targets.turn()

    def sent(self, body: bytes, rejects: list[Reject]) -> list[Told]:
        """Alertmanager's alerts; one told again in the same words is the same object. Raises BadAnswer."""
        found = list(self._sent.read(listed(body, (), self._name), rejects))
        self._sent.turn()
        return found

    def silences(self, body: bytes, rejects: list[Reject]) -> list[Silence]:
        """All silences, ended ones too. Raises BadAnswer."""
        found = list(self._silences.read(listed(body, (), self._name), rejects))
        self._silences.turn()
        return found


_HEALTH_WORDS: Final = {"up": "It is read.", "down": "It is not read.", "unknown": "It was not read yet."}


def _due(checked_at: Moment | None, interval_ms: float, took_ms: float) -> Moment | None:
    """When the next result is due at the latest: one interval on, with one more (a minute at least) of grace."""
    return None if checked_at is None else round(checked_at + interval_ms + took_ms + max(MINUTE, interval_ms))


def _note(picture: Picture, checked_at: Moment | None, *, late: bool) -> None:
    picture.worked_at = max(picture.worked_at, checked_at or 0)
    if checked_at is not None and not late:
        picture.idle = False


def _duration_ms(text: str) -> float:
    return float(sum(int(count[:9]) * _UNIT_MS[unit] for count, unit in _PART.findall(text[:40])) or MINUTE)


External = frozenset[tuple[str, str]]
"""Labels (name, value) that Prometheus adds to its alerts on the way to Alertmanager."""


def joined(
    alerts: Sequence[Told], sent: Iterable[Told], external: External = frozenset()
) -> tuple[list[Told], External]:
    """Prometheus' alerts with what Alertmanager says about each, and those only Alertmanager has; and the external
    labels. Those are labels that an alert has at Alertmanager alone; ``external``, from the picture before, tells
    them when none is at both. So an alert that Alertmanager still holds while Prometheus does not keeps its row."""
    if not alerts:
        return [_bare(each, external) for each in sent], external
    names = {name for each in alerts for name in each.labels}
    places = {frozenset(each.labels.items()): place for place, each in enumerate(alerts)}
    found, added, only = list(alerts), list[External](), list[Told]()
    for told in sent:
        pairs = frozenset(told.labels.items())
        place = places.get(frozenset(pair for pair in pairs if pair[0] in names))
        if place is None:
            only.append(told)
            continue
        known = found[place]
        own = known.own or known.labels
        added.append(frozenset(pairs - own.items()))
        found[place] = replace(
            known, labels=told.labels, own=own, known=True,
            inhibited=told.inhibited and (known.inhibited or not known.known),
            silences=tuple({*known.silences, *told.silences}),
        )  # fmt: skip
    external = frozenset.intersection(*added) if added else external
    return [*found, *(_bare(each, external) for each in only)], external


def _bare(told: Told, external: External) -> Told:
    """Another sender's alert has other external labels, or none: it is as it is."""
    if not external or not external <= told.labels.items():
        return told
    return replace(told, own=dict(told.labels.items() - external))


def told_of(sent: Sent) -> Told:
    """One of Alertmanager's."""
    status = sent.status
    return Told(
        sent.labels, sent.annotations, at(sent.starts_at), known=True, inhibited=bool(status.inhibited_by),
        silences=status.silenced_by,
    )  # fmt: skip


def watchdogs(alerts: Iterable[Told]) -> frozenset[str]:
    """The names of the alerts seen that fire always."""
    return frozenset(each.labels["alertname"] for each in alerts if each.firing and each.is_watchdog)


def missing_watchdogs(source: str, expected: Iterable[str], alerts: Iterable[Told]) -> list[Checked]:
    """A row for each always-firing alert that was seen and is gone: other alerts may not arrive either."""
    words = tr("This alert fires always, and has stopped: other alerts may not arrive either.")
    return [Checked(source, name, health.CRITICAL, words) for name in sorted(set(expected) - watchdogs(alerts))]


def uptime_at(body: bytes, name: str) -> Moment | None:
    """Since when an Alertmanager runs."""
    return at(decode_as(body, _STATUS, concerns=name).uptime)


class _Status(msgspec.Struct, frozen=True):
    uptime: parse.When


_STATUS: Final = msgspec.json.Decoder(_Status)
