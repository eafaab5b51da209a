"""A Datadog organisation as ``HealthSource``: all monitors with their groups, and all hosts, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from app.base.clock import Clock, Moment, from_datetime
from app.base.errors import BadAnswer
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import HttpAnswer, Kind
from app.connectors.datadog import parse
from app.connectors.datadog.downtime import CAPABILITIES, Downtimes
from app.connectors.datadog.rows import Place, Subject, all_rows, pages_of
from app.connectors.http import HttpClient
from app.domain.command import Command, Outcome
from app.domain.health import HealthRow, Snapshot
from app.domain.source import Source

PAGE: Final = 1_000
"""The most that one answer holds, of monitors and of hosts."""
MOST_PAGES: Final = 200
_DATE_GRAIN_MS: Final = 1_500


class DatadogSource:
    """Net lane."""

    def __init__(self, source: Source, client: HttpClient, clock: Clock) -> None:
        self.name = source.name
        self.verbs: frozenset[str] = CAPABILITIES
        self._client, self._clock = client, clock
        self._place = Place(source.name, source.environment, pages_of(str(client.base)))
        self._known: dict[str, HealthRow] = {}
        self._subjects: dict[str, Subject] = {}
        self._downtimes = Downtimes(source.name, client, clock)

    def close(self) -> None:
        self._client.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture, or none. Raises RemoteTrouble, Cancelled."""
        began_s, rejects, answers = self._clock.monotonic(), list[parse.Reject](), list[HttpAnswer]()
        monitors = self._monitors(answers, rejects, cancel)
        hosts = self._hosts(answers, rejects, cancel)
        received_at = self._clock.now()
        told_at = min(_told_at(answer, received_at) for answer in answers)
        rows, self._subjects, downtimes = all_rows(self._place, monitors, hosts, rejects)
        cancel.check()
        same = {id_: known if (known := self._known.get(id_)) == row and known is not None else row
                for id_, row in rows.items()}  # fmt: skip
        self._known = same
        return Snapshot(
            source=self.name, rows=tuple(same.values()), downtimes=tuple(downtimes), observed_at=told_at,
            received_at=received_at, skew_s=(told_at - received_at) / 1000,
            duration_s=self._clock.monotonic() - began_s,
            received_bytes=sum(answer.received_bytes for answer in answers),
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Set or end downtimes, each read back; the rest is refused with the reason. Raises Cancelled, RemoteTrouble
        while nothing was sent."""
        if not self._subjects and command.verb in self.verbs:
            self.fetch(cancel)  # what the rows are about was told to another process
        return self._downtimes.push(command, rows, self._subjects, cancel)

    def _monitors(
        self, answers: list[HttpAnswer], rejects: list[parse.Reject], cancel: CancelToken
    ) -> list[parse.Monitor]:
        """By rising id, as the API's own description of ``id_offset`` says: the end is a page that brings nothing
        new."""
        found: list[parse.Monitor] = []
        seen: set[int] = set()
        for _ in range(MOST_PAGES):
            answer = self._ask(
                "api/v1/monitor", cancel, group_states="all", with_downtimes="true", page_size=str(PAGE),
                id_offset=str(max(seen, default=0)),
            )  # fmt: skip
            page, ids = parse.monitors(answer.body, self.name, rejects)
            answers.append(answer)
            fresh = set(ids) - seen
            found += [monitor for monitor in page if monitor.id in fresh]
            seen |= fresh
            if not fresh:  # a short page proves nothing: a server may give fewer than asked for
                return found
        raise self._endless()

    def _hosts(self, answers: list[HttpAnswer], rejects: list[parse.Reject], cancel: CancelToken) -> list[parse.Host]:
        found: dict[str, parse.Host] = {}
        start = 0
        for _ in range(MOST_PAGES):
            answer = self._ask(
                "api/v1/hosts", cancel, start=str(start), count=str(PAGE), sort_field="name",
                include_muted_hosts_data="true",
            )  # fmt: skip
            page, came, total = parse.hosts(answer.body, self.name, rejects)
            answers.append(answer)
            fresh = {host.name for host in page} - found.keys()
            found |= {host.name: host for host in page}
            start += came
            if came == 0 and total is not None and start < total:
                raise BadAnswer(
                    tr("{name} gave {n} of its {total} hosts.", name=self.name, n=start, total=total),
                    hint=tr("It is asked again."), concerns=self.name,
                )  # fmt: skip
            # A page shorter than asked need not be the last: a server may cap its pages.
            if came == 0 or (total is not None and start >= total) or (total is None and not fresh):
                return list(found.values())
        raise self._endless()

    def _ask(self, path: str, cancel: CancelToken, **params: str) -> HttpAnswer:
        return self._client.request("GET", path, params=params, cancel=cancel, kind=Kind.BULK)

    def _endless(self) -> BadAnswer:
        return BadAnswer(tr("{name} gives pages without an end.", name=self.name), concerns=self.name)


def _told_at(answer: HttpAnswer, received_at: Moment) -> Moment:
    """By the Date header; a server that tells none has our time."""
    try:
        told_at = from_datetime(parsedate_to_datetime(answer.headers.get("date", "")))
    except (TypeError, ValueError, IndexError, OverflowError):
        return received_at
    return received_at if abs(told_at - received_at) < _DATE_GRAIN_MS else told_at
