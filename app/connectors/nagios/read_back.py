"""What the server tells of some rows now, and whether a command has taken effect on one of them.

The CGI says "submitted" whatever becomes of a command, so an effect counts when the status lists show it: they
follow ``status_update_interval``, 10 s by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.base.clock import SECOND, to_iso
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import Kind
from app.connectors.http import HttpClient
from app.connectors.nagios import parse
from app.connectors.nagios.answer_list import Breathe, read_head
from app.connectors.nagios.plain_text import clean
from app.domain import command as verbs
from app.domain.command import Command
from app.domain.health import HOST, Downtime, HealthRow, Remark

FEW: Final = 3
"""Up to so many rows are asked for one by one; every asking costs the server a reading of its whole status file."""

_BY_STATUS: Final = frozenset({verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.RECHECK})


@dataclass(frozen=True, slots=True)
class Seen:
    """``status`` by row id; rows that the server does not tell of are missing."""

    status: Mapping[str, parse.Status] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    downtimes: Sequence[Downtime] = ()


class ReadBack:
    """Net lane."""

    def __init__(self, name: str, client: HttpClient, breathe: Breathe) -> None:
        self._name, self._client, self._breathe = name, client, breathe

    def look(self, verb: str, rows: Sequence[HealthRow], cancel: CancelToken) -> Seen:
        """What is needed to tell whether a command has taken effect on these rows. Raises RemoteTrouble."""
        if verb in _BY_STATUS:
            return Seen(status=self._one_by_one(rows, cancel) if len(rows) <= FEW else self._among(rows, cancel))
        if verb == verbs.COMMENT:
            return Seen(remarks=parse.remarks(self._list("commentlist", cancel), self._name, self._breathe))
        return Seen(downtimes=parse.downtimes(self._list("downtimelist", cancel), self._name, self._breathe))

    def _one_by_one(self, rows: Sequence[HealthRow], cancel: CancelToken) -> dict[str, parse.Status]:
        found = {}
        for row in rows:
            query = "host" if row.kind == HOST else "service"
            params = {"query": query, "hostname": row.host}
            if row.kind != HOST:
                params["servicedescription"] = row.name
            body = self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel).body
            try:
                read_head(body, query, self._name)
                found[row.id] = parse.one_status(body, query, self._name)
            except (BadAnswer, Refused):  # it is not there, or not for this user: the command will say so
                continue
        return found

    def _among(self, rows: Sequence[HealthRow], cancel: CancelToken) -> dict[str, parse.Status]:
        wanted = {(row.host, "" if row.kind == HOST else row.name): row.id for row in rows}
        found: dict[str, parse.Status] = {}
        if any(row.kind == HOST for row in rows):
            for host, status in parse.hosts(self._list("hostlist", cancel), self._name, self._breathe):
                if (host, "") in wanted:
                    found[wanted[host, ""]] = status
        for host, service, status in parse.services(self._list("servicelist", cancel), self._name, self._breathe):
            if (host, service) in wanted:
                found[wanted[host, service]] = status
        return found

    def _list(self, query: str, cancel: CancelToken) -> bytes:
        params = {"query": query, "details": "true"}
        body = self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel, kind=Kind.BULK).body
        read_head(body, query, self._name)
        return body


def shows(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Whether the effect of a command on a row can be seen."""
    return _SHOWS[command.verb](command, row, before, now)


def _acknowledged(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return row.id in now.status and now.status[row.id].problem_has_been_acknowledged


def _unacknowledged(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return row.id in now.status and not now.status[row.id].problem_has_been_acknowledged


def _checked(_command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Checked since, or set down to be checked."""
    old, new = before.status.get(row.id), now.status.get(row.id)
    if old is None or new is None:
        return False
    return (old.last_check, old.next_check) != (new.last_check, new.next_check)


def _fresh_texts(row: HealthRow, before: Seen, now: Seen) -> list[str]:
    known = {remark.remote_id for remark in before.remarks}
    return [clean(remark.text) for remark in now.remarks if remark.row_id == row.id and remark.remote_id not in known]


def _commented(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    texts = _fresh_texts(row, before, now)
    return clean(command.comment) in texts or (is_blanked(command) and "" in texts)


def is_blanked(command: Command) -> bool:
    """CGIs that run without a UTF-8 locale tell a text with other letters as an empty one (seen: 4.4.6 on Debian)."""
    return not command.comment.isascii()


def _new_downtimes(row: HealthRow, before: Seen, now: Seen) -> list[Downtime]:
    known = {downtime.remote_id for downtime in before.downtimes}
    return [each for each in now.downtimes if each.row_id == row.id and each.remote_id not in known]


def _in_downtime(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """At the very times that were asked for: an hour off is no success."""
    return any(_is_as_asked(command, each) for each in _new_downtimes(row, before, now))


def _is_as_asked(command: Command, found: Downtime) -> bool:
    asked = ((command.start_at or 0) // SECOND, (command.end_at or 0) // SECOND)
    return (found.start_at // SECOND, found.end_at // SECOND) == asked


def strayed(command: Command, row: HealthRow, before: Seen, now: Seen) -> str:
    """A sentence when a new downtime with this text is seen at other times; empty otherwise."""
    if command.verb != verbs.DOWNTIME:
        return ""
    texts = {clean(command.comment), *([""] if is_blanked(command) else [])}
    for each in _new_downtimes(row, before, now):
        if clean(each.text) in texts and not _is_as_asked(command, each):
            times = {"start": to_iso(each.start_at), "end": to_iso(each.end_at), "name": row.source}
            return tr("{name} set it from {start} to {end} instead. End it there, and set it anew.", **times)
    return ""


def _out_of_downtime(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return not any(each.row_id == row.id for each in now.downtimes)


_SHOWS: Final[Mapping[str, Callable[[Command, HealthRow, Seen, Seen], bool]]] = {
    verbs.ACKNOWLEDGE: _acknowledged,
    verbs.UNACKNOWLEDGE: _unacknowledged,
    verbs.DOWNTIME: _in_downtime,
    verbs.END_DOWNTIME: _out_of_downtime,
    verbs.COMMENT: _commented,
    verbs.RECHECK: _checked,
}
