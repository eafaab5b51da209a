"""A Nagios as ``HealthSource``: a complete, consistent picture per asking; the rest is in ``command``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from app.base.clock import Clock, from_datetime
from app.base.errors import BadAnswer
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import HttpAnswer, Kind
from app.connectors.http import HttpClient
from app.connectors.nagios import parse
from app.connectors.nagios.answer_list import Head, read_head
from app.connectors.nagios.command import VERBS, Commands
from app.connectors.nagios.parse import Status
from app.domain.command import Command, Outcome
from app.domain.health import HealthRow, Snapshot
from app.domain.source import Source

LISTS: Final = ("hostlist", "servicelist", "commentlist", "downtimelist")
_BREATH_S: Final = 50e-6
_DATE_GRAIN_MS: Final = 1_500
"""The Date header counts whole seconds: less than this is no skew, and no change of it."""


def breathe() -> None:
    """Lets the other threads have the interpreter: long enough that a waiting one wakes first."""
    time.sleep(_BREATH_S)


class NagiosSource:
    """Net lane. ``fetch`` asks four lists, and the host groups when the server has started anew."""

    def __init__(self, source: Source, client: HttpClient, clock: Clock) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._source = source
        self._client = client
        self._clock = clock
        self._program_start = -1
        self._skew = 0
        self._groups: Mapping[str, tuple[str, ...]] = {}
        # What was told last and the row made of it: a row whose status is the same is the same object again.
        self._known: dict[tuple[str, str], tuple[Status, bool, int, HealthRow]] = {}
        self._commands = Commands(source, client, clock, breathe)

    def close(self) -> None:
        self._client.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Cancelled."""
        began_s = self._clock.monotonic()
        answers = [self._list(query, cancel) for query in LISTS]
        heads = [read_head(answer.body, query, self.name) for query, answer in zip(LISTS, answers, strict=True)]
        received_at = self._clock.now()
        self._refuse_mixture(heads)
        self._learn_groups(heads[0], cancel)
        skew_ms = self._skew_ms(answers[-1], received_at)
        host_list, service_list, comment_list, downtime_list = (answer.body for answer in answers)
        rows = self._rows(host_list, service_list, skew_ms)
        cancel.check()
        return Snapshot(
            source=self.name,
            rows=rows,
            remarks=parse.remarks(comment_list, self.name, breathe),
            downtimes=parse.downtimes(downtime_list, self.name, breathe),
            observed_at=min(head.last_data_update for head in heads),
            received_at=received_at,
            skew_s=skew_ms / 1000,
            duration_s=self._clock.monotonic() - began_s,
            received_bytes=sum(answer.received_bytes for answer in answers),
        )

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Submit, then read back until it is seen."""
        return self._commands.push(command, rows, cancel)

    def _list(self, query: str, cancel: CancelToken) -> HttpAnswer:
        params = {"query": query, "details": "true"}
        return self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel, kind=Kind.BULK)

    def _refuse_mixture(self, heads: Sequence[Head]) -> None:
        """Lists from before and after a restart do not make one picture."""
        if len({head.program_start for head in heads}) > 1:
            raise BadAnswer(
                tr("{name} was restarted while it answered.", name=self.name),
                hint=tr("It is asked again."),
                concerns=self.name,
            )
        if any(head.last_data_update <= 0 for head in heads):
            raise BadAnswer(tr("{name} does not say how old its data are.", name=self.name), concerns=self.name)

    def _learn_groups(self, head: Head, cancel: CancelToken) -> None:
        """Configuration changes only with a restart."""
        if head.program_start == self._program_start:
            return
        params = {"query": "hostgrouplist", "details": "true"}
        answer = self._client.request("GET", "objectjson.cgi", params=params, cancel=cancel, kind=Kind.BULK)
        read_head(answer.body, "hostgrouplist", self.name)
        self._groups = parse.host_groups(answer.body, self.name, breathe)
        self._program_start = head.program_start
        self._known = {}

    def _skew_ms(self, answer: HttpAnswer, received_at: int) -> int:
        """Server clock minus ours, by the Date header."""
        try:
            told_at = from_datetime(parsedate_to_datetime(answer.headers.get("date", "")))
        except (TypeError, ValueError):
            return 0
        skew_ms = told_at - received_at
        if abs(skew_ms) < _DATE_GRAIN_MS:
            self._skew = 0
        elif abs(skew_ms - self._skew) >= _DATE_GRAIN_MS:
            self._skew = skew_ms
        return self._skew

    def _rows(self, host_list: bytes, service_list: bytes, skew_ms: int) -> tuple[HealthRow, ...]:
        before, self._known = self._known, {}
        host_rows = {
            host: self._row(before, status, host, "", skew_ms, host_is_gone=False)
            for host, status in parse.hosts(host_list, self.name, breathe)
        }
        gone = parse.states_of_hosts(host_rows)
        service_rows = [
            self._row(before, status, host, service, skew_ms, host_is_gone=host in gone)
            for host, service, status in parse.services(service_list, self.name, breathe)
        ]
        return (*host_rows.values(), *service_rows)

    def _row(
        self,
        before: Mapping[tuple[str, str], tuple[Status, bool, int, HealthRow]],
        status: Status,
        host: str,
        service: str,
        skew_ms: int,
        *,
        host_is_gone: bool,
    ) -> HealthRow:
        key = (host, service)
        known = before.get(key)
        if known is not None and known[0] == status and known[1] == host_is_gone and known[2] == skew_ms:
            self._known[key] = known
            return known[3]
        row = parse.row_of(
            status, self.name, host, service, groups=self._groups.get(host, ()),
            environment=self._source.environment, base=str(self._client.base), skew_ms=skew_ms,
            host_is_gone=host_is_gone,
        )  # fmt: skip
        self._known[key] = (status, host_is_gone, skew_ms, row)
        return row
