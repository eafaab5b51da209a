"""Silences of Alertmanager as acknowledgements and downtimes. Pure.

A silence whose comment begins with ``ACK:`` stands for an acknowledgement; every other one for a downtime. Which
alerts an active silence covers is Alertmanager's own word; only for those it does not hold yet, and for silences to
come, plain matchers are compared here. Patterns are left to Alertmanager: they are not run here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.connectors.prometheus.parse import Silence, at
from app.connectors.prometheus.rows import Told
from app.domain.health import Downtime, Remark, health_id

PREFIX: Final = "ACK:"


def is_ack(silence: Silence) -> bool:
    return silence.comment.startswith(PREFIX)


def is_running(silence: Silence) -> bool:
    return silence.status.state == "active"


class Index:
    """Silences that have not ended, by one matcher of theirs, so that 10,000 alerts are not held against each."""

    def __init__(self, silences: Iterable[Silence]) -> None:
        self.by_id = {each.id: each for each in silences if each.status.state != "expired"}
        self._by_pair: dict[str, dict[str, list[Silence]]] = {}
        for each in self.by_id.values():
            plain = [(one.name, one.value) for one in each.matchers if one.is_equal and not one.is_regex]
            if len(plain) == len(each.matchers) and plain:
                name, value = max(plain, key=lambda pair: len(pair[1]))
                self._by_pair.setdefault(name, {}).setdefault(value, []).append(each)

    def likely(self, groups: Mapping[tuple[str, str], Sequence[Told]]) -> list[tuple[str, str]]:
        """The rows that may be under a silence, in order; no other is. One pass for each label that silences name."""
        if not self.by_id:
            return []
        found = {key for key, alerts in groups.items() for alert in alerts if alert.silences}
        for name, by_value in self._by_pair.items():
            found.update(
                key for key, alerts in groups.items() for alert in alerts if alert.labels.get(name, "") in by_value
            )
        return [key for key in groups if key in found] if found else []

    def of(self, alert: Told) -> list[Silence]:
        """The silences on an alert: running ones and those to come."""
        found = {id_: self.by_id[id_] for id_ in alert.silences if id_ in self.by_id}
        for name, by_value in self._by_pair.items():
            for each in by_value.get(alert.labels.get(name, ""), ()):
                is_told = alert.known and is_running(each)
                if not is_told and all(alert.labels.get(one.name, "") == one.value for one in each.matchers):
                    found[each.id] = each
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Covered:
    """A row under silences. ``wholly``: all that fires there is under a running one."""

    silences: tuple[Silence, ...]
    wholly: bool


def on_rows(source: str, groups: Mapping[tuple[str, str], Sequence[Told]], index: Index) -> dict[str, Covered]:
    """The silences of each row that has any, by its id."""
    found: dict[str, Covered] = {}
    for host, name in index.likely(groups):
        each = [index.of(alert) for alert in groups[host, name]]
        if any(each):
            silences = {one.id: one for some in each for one in some}
            wholly = all(any(is_running(one) for one in some) for some in each)
            found[health_id(source, host, name)] = Covered(tuple(silences.values()), wholly)
    return found


def quiet(by_row: Mapping[str, Covered]) -> dict[str, tuple[bool, bool]]:
    """(acknowledged, in downtime) by row; one alert of a row that is still loud keeps the row unhandled."""
    return {
        row_id: (
            row.wholly and any(is_ack(each) and is_running(each) for each in row.silences),
            row.wholly and any(not is_ack(each) and is_running(each) for each in row.silences),
        )
        for row_id, row in by_row.items()
    }


def remarks(by_row: Mapping[str, Covered]) -> tuple[Remark, ...]:
    """Acknowledgements, by start. Ids hold the row's: one silence may cover many."""
    found = [
        Remark(
            row_id=row_id, remote_id=f"{each.id}/{row_id}", kind="acknowledgement", author=each.created_by,
            at=at(each.starts_at) or 0, text=each.comment.removeprefix(PREFIX).strip(), end_at=at(each.ends_at),
        )
        for row_id, row in by_row.items() for each in row.silences if is_ack(each)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda remark: (remark.at, remark.remote_id)))


def downtimes(by_row: Mapping[str, Covered], shown: Mapping[str, tuple[bool, bool]]) -> tuple[Downtime, ...]:
    """Planned silences, by start."""
    found = [
        Downtime(
            row_id=row_id, remote_id=f"{each.id}/{row_id}", author=each.created_by, text=each.comment,
            start_at=at(each.starts_at) or 0, end_at=at(each.ends_at) or 0,
            in_effect=is_running(each) and shown.get(row_id, (False, False))[1],
        )
        for row_id, row in by_row.items() for each in row.silences if not is_ack(each)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda downtime: (downtime.start_at, downtime.remote_id)))
