"""Commands through cmd.cgi, each read back: the CGI answers 200 and "submitted" whatever becomes of it.

    form token (once) -> POST per row -> words of the HTML answer -> status lists until it shows, or the time is up

Command numbers: NagiosEnterprises/nagioscore, include/common.h. A near miss does something else, so they stand in
one table. ``;`` and line breaks in text are cleaned before sending: Nagios would cut or alter the text there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.base.clock import Clock
from app.base.errors import BadAnswer, NotFound, Refused, TimedOut, Unreachable, WatchdeskError
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.answer import Kind
from app.connectors.http import HttpClient
from app.connectors.nagios import parse
from app.connectors.nagios.server_time import ServerTime
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HOST, Downtime, HealthRow, Remark
from app.domain.source import Source

VERBS: Final = frozenset(
    {verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.DOWNTIME, verbs.END_DOWNTIME, verbs.COMMENT, verbs.RECHECK}
)
# verb -> cmd_typ for (host, service).
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    verbs.ACKNOWLEDGE: (33, 34),
    verbs.UNACKNOWLEDGE: (51, 52),
    verbs.DOWNTIME: (55, 56),
    verbs.END_DOWNTIME: (78, 79),
    verbs.COMMENT: (1, 3),
    verbs.RECHECK: (96, 7),
}
CONFIRM_S: Final = 20.0
"""How long an effect is waited for: status files are written every 10 s by default."""
_STEP_S: Final = 0.5
_TOKEN: Final = re.compile(r"name='nagFormId'\s+value='([^']*)'", re.IGNORECASE)
_ERROR: Final = re.compile(r"<(?:div|p) class=['\"]errorMessage['\"]>(.*?)</(?:div|p)>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_DONE_WORDS: Final = "successfully submitted"
_CSRF_WORDS: Final = "csrf"
_NOT_ALLOWED: Final = ("not authorized", "do not have permission")

Found = Mapping[str, "parse.Status"]


class _Seen:
    """What the server tells of the rows now."""

    def __init__(
        self, status: Mapping[str, parse.Status], remarks: Sequence[Remark], downtimes: Sequence[Downtime]
    ) -> None:
        self.status = status
        self.remarks = remarks
        self.downtimes = downtimes


class Commands:
    """Net lane. Keeps the form token and the server's way of writing times."""

    def __init__(self, source: Source, client: HttpClient, clock: Clock) -> None:
        self._name = source.name
        self._user = source.user
        self._client = client
        self._clock = clock
        self._token: str | None = None
        self._time: ServerTime | None = None

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """One outcome per row, in their order."""
        before = self._look(command, rows, cancel)
        self._time = None  # learnt anew each time: the server's offset changes with its summer time
        outcomes: dict[str, Outcome] = {}
        sent: list[HealthRow] = []
        for row in rows:
            cancel.check()
            outcome = self._submit(command, row, before, cancel)
            if outcome is None:
                sent.append(row)
            else:
                outcomes[row.id] = outcome
        outcomes |= self._confirm(command, sent, before, cancel)
        return tuple(outcomes[row.id] for row in rows)

    # --- sending ----------------------------------------------------------------------------------------------

    def _submit(self, command: Command, row: HealthRow, before: _Seen, cancel: CancelToken) -> Outcome | None:
        """None when the CGI took it."""
        try:
            status = before.status.get(row.id)
            if command.verb == verbs.ACKNOWLEDGE and status is not None and not parse.is_problem(status, row.kind):
                return Outcome(row.id, REFUSED, tr("It has no problem that could be acknowledged."))
            forms = self._forms(command, row, before)
            if not forms:
                return Outcome(row.id, REFUSED, tr("It is in no downtime."))
            for form in forms:
                problem = self._post(form, cancel)
                if problem is not None:
                    return Outcome(row.id, *problem)
        except TimedOut as error:
            return Outcome(row.id, UNCONFIRMED, error.sentence())
        except (NotFound, Refused) as error:
            return Outcome(row.id, REFUSED, error.sentence())
        except BadAnswer as error:
            return Outcome(row.id, FAILED, error.sentence())
        except Unreachable as error:  # a line that breaks may have carried the command already
            return Outcome(row.id, UNCONFIRMED, error.sentence())
        return None

    def _post(self, form: Mapping[str, str], cancel: CancelToken) -> tuple[str, str] | None:
        """Send one form; why it was not taken, as (outcome, reason). A refused token is fetched anew, once."""
        text = ""
        for _try in range(2):
            token = self._form_token(cancel)
            body = {**form, "cmd_mod": "2", **({"nagFormId": token} if token else {})}
            text = self._client.request("POST", "cmd.cgi", form=body, cancel=cancel).body.decode("utf-8", "replace")
            if _DONE_WORDS in text:
                return None
            if _CSRF_WORDS not in text.casefold():
                break
            self._token = None
        said = _words(text)
        if any(words in text.casefold() for words in _NOT_ALLOWED):
            who = self._user or tr("this user")
            return REFUSED, tr(
                "{name} does not let {user} do this, or does not know the row.", name=self._name, user=who
            )
        return FAILED, tr("{name} did not take it: {text}", name=self._name, text=said or tr("no reason given"))

    def _form_token(self, cancel: CancelToken) -> str:
        """The hidden field that goes with the cookie of the same answer; empty on servers without one."""
        if self._token is None:
            answer = self._client.request("GET", "cmd.cgi", params={"cmd_typ": "34"}, cancel=cancel)
            found = _TOKEN.search(answer.body.decode("utf-8", "replace"))
            self._token = html.unescape(found[1]) if found else ""
        return self._token

    def _server_time(self, cancel: CancelToken) -> ServerTime:
        """How the server writes times, learnt from the defaults in its downtime form."""
        if self._time is None:
            params = {"cmd_typ": "56", "host": "x", "service": "x"}
            answer = self._client.request("GET", "cmd.cgi", params=params, cancel=cancel)
            text = answer.body.decode("utf-8", "replace")
            self._time = ServerTime.learn(text, self._clock.now(), self._name)
        return self._time

    def _forms(self, command: Command, row: HealthRow, before: _Seen) -> list[dict[str, str]]:
        """The forms that carry out a command on a row; several only to end several downtimes."""
        is_host = row.kind == HOST
        form = {"cmd_typ": str(NUMBERS[command.verb][0 if is_host else 1]), "host": row.host}
        if not is_host:
            form["service"] = row.name
        if command.verb == verbs.END_DOWNTIME:
            ids = [each.remote_id for each in before.downtimes if each.row_id == row.id]
            return [{"cmd_typ": form["cmd_typ"], "down_id": id_} for id_ in ids]
        return [form | _FIELDS[command.verb](self, command)]

    def _comment_fields(self, command: Command) -> dict[str, str]:
        return {"com_author": clean(command.author), "com_data": clean(command.comment), "persistent": "on"}

    def _acknowledge_fields(self, command: Command) -> dict[str, str]:
        fields = self._comment_fields(command)
        if command.sticky:
            fields["sticky_ack"] = "on"
        if command.notify:
            fields["send_notification"] = "on"
        return fields

    def _downtime_fields(self, command: Command) -> dict[str, str]:
        if command.start_at is None or command.end_at is None:
            raise Refused(tr("A downtime needs a start and an end."))
        times = self._server_time(CancelToken())
        fields = self._comment_fields(command)
        fields |= {"start_time": times.written(command.start_at), "end_time": times.written(command.end_at)}
        return fields | {"fixed": "1", "hours": "0", "minutes": "0", "trigger": "0", "childoptions": "0"}

    def _recheck_fields(self, _command: Command) -> dict[str, str]:
        now = self._server_time(CancelToken()).written(self._clock.now())
        return {"start_time": now, "force_check": "on"}

    def _no_fields(self, _command: Command) -> dict[str, str]:
        return {}

    # --- reading back -----------------------------------------------------------------------------------------

    def _confirm(
        self, command: Command, sent: list[HealthRow], before: _Seen, cancel: CancelToken
    ) -> dict[str, Outcome]:
        """Look until every effect shows or the time is up."""
        outcomes: dict[str, Outcome] = {}
        end_s = self._clock.monotonic() + CONFIRM_S
        waiting = list(sent)
        while waiting:
            cancel.check()
            try:
                now = self._look(command, waiting, cancel)
            except WatchdeskError as error:
                return outcomes | {row.id: Outcome(row.id, UNCONFIRMED, error.sentence()) for row in waiting}
            shown = [row for row in waiting if _SHOWS[command.verb](command, row, before, now)]
            outcomes |= {row.id: Outcome(row.id, DONE) for row in shown}
            waiting = [row for row in waiting if row.id not in outcomes]
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(_STEP_S):
                break
        reason = tr("{name} took it, but does not show it yet.", name=self._name)
        return outcomes | {row.id: Outcome(row.id, UNCONFIRMED, reason) for row in waiting}

    def _look(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> _Seen:
        """What is needed to tell whether a command has taken effect on these rows."""
        status = self._status_of(rows, cancel) if command.verb in _BY_STATUS else {}
        remarks: tuple[Remark, ...] = ()
        downtimes: tuple[Downtime, ...] = ()
        if command.verb == verbs.COMMENT:
            remarks = parse.remarks(self._list("commentlist", cancel), self._name, _no_breath)
        if command.verb in (verbs.DOWNTIME, verbs.END_DOWNTIME):
            downtimes = parse.downtimes(self._list("downtimelist", cancel), self._name, _no_breath)
        return _Seen(status, remarks, downtimes)

    def _status_of(self, rows: Sequence[HealthRow], cancel: CancelToken) -> dict[str, parse.Status]:
        """The status of the rows: one by one when few, from the lists when many."""
        if len(rows) <= _FEW:
            return {row.id: self._one_status(row, cancel) for row in rows}
        wanted = {(row.host, "" if row.kind == HOST else row.name): row.id for row in rows}
        found: dict[str, parse.Status] = {}
        if any(row.kind == HOST for row in rows):
            for host, status in parse.hosts(self._list("hostlist", cancel), self._name, _no_breath):
                if (host, "") in wanted:
                    found[wanted[host, ""]] = status
        for host, service, status in parse.services(self._list("servicelist", cancel), self._name, _no_breath):
            if (host, service) in wanted:
                found[wanted[host, service]] = status
        return found

    def _one_status(self, row: HealthRow, cancel: CancelToken) -> parse.Status:
        params = {"query": "host", "hostname": row.host}
        if row.kind != HOST:
            params = {"query": "service", "hostname": row.host, "servicedescription": row.name}
        body = self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel).body
        parse.head(body, self._name)
        return parse.one_status(body, params["query"], self._name)

    def _list(self, query: str, cancel: CancelToken) -> bytes:
        params = {"query": query, "details": "true"}
        body = self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel, kind=Kind.BULK).body
        parse.head(body, self._name)
        return body


_FEW: Final = 10
_BY_STATUS: Final = frozenset({verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.RECHECK})
_FIELDS: Final[Mapping[str, Callable[[Commands, Command], dict[str, str]]]] = {
    verbs.ACKNOWLEDGE: Commands._acknowledge_fields,
    verbs.UNACKNOWLEDGE: Commands._no_fields,
    verbs.DOWNTIME: Commands._downtime_fields,
    verbs.COMMENT: Commands._comment_fields,
    verbs.RECHECK: Commands._recheck_fields,
}


def clean(text: str) -> str:
    """Text as Nagios keeps it: one line, commas for semicolons, no angle brackets."""
    return one_line(text).replace(";", ",").replace("<", "(").replace(">", ")").strip()


def _words(text: str) -> str:
    """What the CGI's page says went wrong, as plain text."""
    found = _ERROR.search(text)
    return one_line(html.unescape(_TAG.sub(" ", found[1])))[:300] if found else ""


def _acknowledged(_command: Command, row: HealthRow, _before: _Seen, now: _Seen) -> bool:
    return now.status[row.id].problem_has_been_acknowledged if row.id in now.status else False


def _unacknowledged(_command: Command, row: HealthRow, _before: _Seen, now: _Seen) -> bool:
    return row.id in now.status and not now.status[row.id].problem_has_been_acknowledged


def _checked(_command: Command, row: HealthRow, before: _Seen, now: _Seen) -> bool:
    old, new = before.status.get(row.id), now.status.get(row.id)
    return (
        old is not None and new is not None and (old.last_check, old.next_check) != (new.last_check, new.next_check)
    )


def _commented(command: Command, row: HealthRow, before: _Seen, now: _Seen) -> bool:
    known = {remark.remote_id for remark in before.remarks}
    text = clean(command.comment)
    fresh = (remark for remark in now.remarks if remark.row_id == row.id and remark.remote_id not in known)
    return any(remark.text.strip() == text for remark in fresh)


def _in_downtime(_command: Command, row: HealthRow, before: _Seen, now: _Seen) -> bool:
    known = {downtime.remote_id for downtime in before.downtimes}
    return any(each.row_id == row.id and each.remote_id not in known for each in now.downtimes)


def _out_of_downtime(_command: Command, row: HealthRow, _before: _Seen, now: _Seen) -> bool:
    return not any(each.row_id == row.id for each in now.downtimes)


_SHOWS: Final[Mapping[str, Callable[[Command, HealthRow, _Seen, _Seen], bool]]] = {
    verbs.ACKNOWLEDGE: _acknowledged,
    verbs.UNACKNOWLEDGE: _unacknowledged,
    verbs.DOWNTIME: _in_downtime,
    verbs.END_DOWNTIME: _out_of_downtime,
    verbs.COMMENT: _commented,
    verbs.RECHECK: _checked,
}


def _no_breath() -> None:
    """These lists are read while a person waits; the GUI thread is not held for long by them either."""
