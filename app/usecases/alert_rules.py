"""Own alert rules: kept, changed, tried on what is stored, and judged against what is stored.

Trying and judging read the history: read or net lane. Keeping writes: write lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import msgspec

from app.analysis.alert_rule import Firing, Sample, availability_firings, firings
from app.base.clock import DAY, HOUR, MINUTE, SECOND, Moment
from app.base.errors import NotFound, Refused
from app.base.events import SOURCES, Touched
from app.base.text import tr
from app.domain.alert_rule import AVAILABILITY, SOURCE, SOURCE_KIND, AlertRule, check_rule
from app.domain.health import HealthRow
from app.domain.history import Stretch
from app.domain.source import Source
from app.ports import History, Store
from app.query import Env
from app.usecases.row_query import checked_row_test
from app.usecases.work import Work

_STEPS = 2_000
"""Moments at which availability is looked at over a long time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have raised on one series: when it fired. ``label``: empty where the rule is about states."""

    row: HealthRow
    label: str
    firings: tuple[Firing, ...]


def find_rule(store: Store, name: str) -> AlertRule:
    """The rule of that name, upper and lower case alike. Raises NotFound."""
    for rule in store.team.alert_rules():
        if rule.name.casefold() == name.casefold():
            return rule
    raise NotFound(
        tr("There is no alert rule named “{name}”.", name=name),
        hint=tr("“watchdesk rule list” names them."), concerns=name,
    )  # fmt: skip


def add_rule(work: Work, rule: AlertRule) -> tuple[AlertRule, Touched]:
    """Keep a new rule; with the first one its source appears on the board. Raises Refused."""
    rule = msgspec.structs.replace(rule, id=work.ids.new(), name=" ".join(rule.name.split()))
    check_rule(rule)
    checked_row_test(rule.rows, Env(now_at=work.clock.now(), me=work.me), "rows")
    if any(other.name.casefold() == rule.name.casefold() for other in work.store.team.alert_rules()):
        raise Refused(tr("There is already an alert rule named “{name}”.", name=rule.name), field="name")
    source = _missing_source(work)
    with work.store.write() as unit:
        unit.put_alert_rule(rule)
        if source is not None:
            unit.put_source(source)
        unit.audit("rule.add", by=work.me, concerns=rule.name, detail=msgspec.structs.asdict(rule))
    return rule, Touched.of(SOURCES, [rule.id], work.origin)


def drop_rule(work: Work, name: str) -> Touched:
    """Forget a rule; what it raised leaves the board with the next judging. Raises NotFound."""
    rule = find_rule(work.store, name)
    with work.store.write() as unit:
        unit.drop_alert_rule(rule.id)
        unit.audit("rule.drop", by=work.me, concerns=rule.name, detail=msgspec.structs.asdict(rule))
    return Touched.of(SOURCES, [rule.id], work.origin)


def _missing_source(work: Work) -> Source | None:
    named = next((each for each in work.store.team.sources() if each.name == SOURCE), None)
    if named is None:
        return Source(id=work.ids.new(), name=SOURCE, kind=SOURCE_KIND)
    if named.kind != SOURCE_KIND:
        raise Refused(
            tr("Rules raise their problems under the name “{name}”, which a source of yours has.", name=SOURCE),
            hint=tr("Connect that source under another name."), field="name",
        )  # fmt: skip
    return None


def watched(rule: AlertRule, rows: Iterable[HealthRow], env: Env) -> Iterator[HealthRow]:
    """The rows that a rule watches; never what rules raised themselves."""
    is_meant = checked_row_test(rule.rows, env, "rows")
    return (row for row in rows if row.source != SOURCE and is_meant(row))


def is_label(rule: AlertRule, label: str) -> bool:
    """Whether a series has the label that the rule looks at."""
    return fnmatchcase(label.casefold(), rule.label.casefold().replace("[", "[[]"))


def try_rule(history: History, rule: AlertRule, env: Env, since_at: Moment, until_at: Moment) -> Iterator[Trial]:
    """What the rule would have raised in this time, series by series; those on which it would have been quiet
    too. Reads a little more of the past, so that what held already is known. Raises Refused."""
    check_rule(rule)
    rows = list(watched(rule, history.rows(), env))
    if rule.kind == AVAILABILITY:
        yield from _tried_states(history, rule, rows, since_at, until_at)
        return
    for row in rows:
        for label, samples in samples_of(history, rule, row, since_at, until_at).items():
            found = firings(rule, samples, until_at)
            yield Trial(row, label, tuple(each for each in found if (each.until_at or until_at) > since_at))


def samples_of(
    history: History, rule: AlertRule, row: HealthRow, since_at: Moment, until_at: Moment
) -> Mapping[str, Sequence[Sample]]:
    """The samples of each series of a row that a rule looks at, by label."""
    return {
        each.label: list(zip(each.at, each.values, strict=True))
        for each in history.series(row.id, since_at - lead_ms(rule), until_at)
        if is_label(rule, each.label)
    }


def lead_ms(rule: AlertRule) -> int:
    """How much of the past a rule needs to know to judge a moment. One with a value to clear may have fired for
    long."""
    need = round((rule.for_s + rule.window_s) * SECOND)
    return 2 * need + (DAY if rule.clear is not None else HOUR)


def _tried_states(
    history: History, rule: AlertRule, rows: Sequence[HealthRow], since_at: Moment, until_at: Moment
) -> Iterator[Trial]:
    step = max(MINUTE, (until_at - since_at) // _STEPS)
    told = stretches_of(history, rule, since_at, until_at)
    for row in rows:
        found = availability_firings(rule, told.get(row.id, []), since_at, until_at, step)
        yield Trial(row, "", tuple(found))


def stretches_of(
    history: History, rule: AlertRule, since_at: Moment, until_at: Moment
) -> Mapping[str, list[Stretch]]:
    """What is known of each row's states in the time and the window before it, by row id."""
    told: dict[str, list[Stretch]] = {}
    for stretch in history.stretches(since_at - round(rule.window_s * SECOND), until_at):
        told.setdefault(stretch.row_id, []).append(stretch)
    return told
