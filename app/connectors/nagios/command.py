"""Commands through cmd.cgi, each read back: the CGI answers 200 and "submitted" whatever becomes of it.

    form token (once) -> POST per row, paced -> words of the HTML answer -> status lists until it shows, or time is up

    done         seen in the status lists
    unconfirmed  taken, or perhaps taken (no answer came), and not seen within ``CONFIRM_S``
    refused      by a rule or for lack of a right; nothing has changed
    failed       not taken

Command numbers: NagiosEnterprises/nagioscore, include/common.h. A near miss does something else, so they stand in
one table.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.base.clock import Clock
from app.base.errors import BadAnswer, Refused, RemoteTrouble, TimedOut, Unreachable
from app.base.events import CancelToken
from app.base.pacing import TokenBucket
from app.base.text import tr
from app.connectors.http import HttpClient
from app.connectors.nagios import parse
from app.connectors.nagios.answer_list import Breathe
from app.connectors.nagios.plain_text import clean, is_altered, words_of
from app.connectors.nagios.read_back import ReadBack, Seen, is_blanked, shows, strayed
from app.connectors.nagios.typed_times import TypedTimes
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HOST, HealthRow
from app.domain.source import Source

# verb -> cmd_typ for (host, service).
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    verbs.ACKNOWLEDGE: (33, 34),
    verbs.UNACKNOWLEDGE: (51, 52),
    verbs.DOWNTIME: (55, 56),
    verbs.END_DOWNTIME: (78, 79),
    verbs.COMMENT: (1, 3),
    verbs.RECHECK: (96, 7),
}
VERBS: Final = frozenset(NUMBERS)
CONFIRM_S: Final = 20.0
"""How long an effect is waited for: status files are written every 10 s by default."""

RATE_PER_S: Final = 20.0
BURST: Final = 40.0
"""A thousand rows at once must not keep the server from its checks."""

_FIRST_STEP_S: Final = 0.5
_LONGEST_STEP_S: Final = 3.0
_TOKEN: Final = re.compile(r"name='nagFormId'\s+value='([^']*)'", re.IGNORECASE)
_TAKEN: Final = "successfully submitted"
_NO_TOKEN: Final = "csrf"  # noqa: S105 - words of an answer
_NOT_ALLOWED: Final = ("not authorized", "do not have permission")


class Commands:
    """Net lane. Keeps the form token; it holds for as long as the session's cookie."""

    def __init__(self, source: Source, client: HttpClient, clock: Clock, breathe: Breathe) -> None:
        self._name, self._user = source.name, source.user
        self._client, self._clock = client, clock
        self._read_back = ReadBack(source.name, client, breathe)
        self._bucket = TokenBucket.full(RATE_PER_S, BURST, clock.monotonic())
        self._token: str | None = None
        self._fields: dict[str, str] | Refused | BadAnswer | None = None

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, and RemoteTrouble while nothing was sent."""
        self._fields = None
        before = self._read_back.look(command.verb, rows, cancel)
        outcomes: dict[str, Outcome] = {}
        sent: dict[str, str] = {}
        for place, row in enumerate(rows):
            try:
                outcome = self._submit(command, row, before, cancel)
            except TimedOut as error:  # it may have arrived: look, and never send it twice
                sent[row.id] = error.sentence()
                continue
            except Unreachable as error:  # a line that breaks may have carried it; the rest was not sent for certain
                sent[row.id] = error.sentence()
                outcomes |= _failed(rows[place + 1 :], error)
                break
            except RemoteTrouble as error:
                if not sent and not outcomes:
                    raise
                outcomes |= _failed(rows[place:], error)
                break
            if outcome is None:
                sent[row.id] = ""
            else:
                outcomes[row.id] = outcome
        outcomes |= self._confirmed(command, [row for row in rows if row.id in sent], sent, before, cancel)
        return tuple(outcomes[row.id] for row in rows)

    # --- sending ----------------------------------------------------------------------------------------------

    def _submit(self, command: Command, row: HealthRow, before: Seen, cancel: CancelToken) -> Outcome | None:
        """None when the CGI took it. Raises RemoteTrouble but for what concerns this row alone."""
        try:
            reason = _refusal(command, row, before)
            forms = [] if reason else self._forms(command, row, before, cancel)
            for form in forms:
                problem = self._post(form, cancel)
                if problem is not None:
                    return Outcome(row.id, *problem)
        except Refused as error:
            return Outcome(row.id, REFUSED, error.sentence())
        except BadAnswer as error:
            return Outcome(row.id, FAILED, error.sentence())
        return Outcome(row.id, REFUSED, reason) if reason else None

    def _post(self, form: Mapping[str, str], cancel: CancelToken) -> tuple[str, str] | None:
        """Send one form; why it was not taken, as (outcome, reason). A refused token is fetched anew, once."""
        page = ""
        for _try in range(2):
            token = self._form_token(cancel)
            body = {**form, "cmd_mod": "2", **({"nagFormId": token} if token else {})}
            self._wait_for_turn(cancel)
            page = self._client.request("POST", "cmd.cgi", form=body, cancel=cancel).body.decode("utf-8", "replace")
            if _TAKEN in page:
                return None
            if _NO_TOKEN not in page.casefold():
                break
            self._token = None
        if _is_forbidden(page):
            return REFUSED, self._forbidden()
        said = words_of(page) or tr("no reason given")
        return FAILED, tr("{name} did not take it: {text}", name=self._name, text=said)

    def _forbidden(self) -> str:
        who = self._user or tr("this user")
        return tr("{name} does not let {user} do this, or does not know the row.", name=self._name, user=who)

    def _wait_for_turn(self, cancel: CancelToken) -> None:
        self._bucket, wait_s = self._bucket.take(self._clock.monotonic())
        if wait_s:
            cancel.wait(wait_s)
        cancel.check()

    def _form_token(self, cancel: CancelToken) -> str:
        """The hidden field that goes with the cookie of the same answer; empty on servers without one."""
        if self._token is None:
            answer = self._client.request("GET", "cmd.cgi", params={"cmd_typ": "34"}, cancel=cancel)
            found = _TOKEN.search(answer.body.decode("utf-8", "replace"))
            self._token = html.unescape(found[1]) if found else ""
        return self._token

    def _forms(self, command: Command, row: HealthRow, before: Seen, cancel: CancelToken) -> list[dict[str, str]]:
        """The forms that carry out a command on a row; several only to end several downtimes."""
        is_host = row.kind == HOST
        number = str(NUMBERS[command.verb][0 if is_host else 1])
        if command.verb == verbs.END_DOWNTIME:
            ids = [each.remote_id for each in before.downtimes if each.row_id == row.id]
            return [{"cmd_typ": number, "down_id": id_} for id_ in ids]
        named = {"cmd_typ": number, "host": row.host} | ({} if is_host else {"service": row.name})
        return [named | self._shared_fields(command, cancel)]

    def _shared_fields(self, command: Command, cancel: CancelToken) -> dict[str, str]:
        """What is the same for every row, worked out once; so is the reason why it cannot be."""
        if self._fields is None:
            try:
                self._fields = _FIELDS[command.verb](self, command, cancel)
            except (Refused, BadAnswer) as error:
                self._fields = error
        if isinstance(self._fields, dict):
            return self._fields
        raise self._fields

    def _comment_fields(self, command: Command, _cancel: CancelToken) -> dict[str, str]:
        return {"com_author": clean(command.author), "com_data": clean(command.comment), "persistent": "on"}

    def _acknowledge_fields(self, command: Command, cancel: CancelToken) -> dict[str, str]:
        if command.end_at is not None:
            raise Refused(tr("{name} knows no acknowledgement that ends by itself.", name=self._name))
        flags = {"sticky_ack": command.sticky, "send_notification": command.notify}
        return self._comment_fields(command, cancel) | {name: "on" for name, is_on in flags.items() if is_on}

    def _downtime_fields(self, command: Command, cancel: CancelToken) -> dict[str, str]:
        if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
            raise Refused(tr("A downtime needs a start and an end after it."))
        times = self._times()
        return self._comment_fields(command, cancel) | {
            "start_time": times.of(command.start_at, cancel),
            "end_time": times.of(command.end_at, cancel),
            "fixed": "1",
            "hours": "0",
            "minutes": "0",
            "trigger": "0",
            "childoptions": "0",
        }

    def _recheck_fields(self, _command: Command, cancel: CancelToken) -> dict[str, str]:
        return {"start_time": self._times().of_now(cancel), "force_check": "on"}

    def _times(self) -> TypedTimes:
        return TypedTimes(self._name, self._client, self._clock, self._refuse_forbidden)

    def _refuse_forbidden(self, page: str) -> None:
        if _is_forbidden(page):
            raise Refused(self._forbidden())

    def _no_fields(self, _command: Command, _cancel: CancelToken) -> dict[str, str]:
        return {}

    # --- reading back -----------------------------------------------------------------------------------------

    def _confirmed(
        self,
        command: Command,
        waiting: list[HealthRow],
        sent: Mapping[str, str],
        before: Seen,
        cancel: CancelToken,
    ) -> dict[str, Outcome]:
        """Look until every effect shows or the time is up."""
        outcomes: dict[str, Outcome] = {}
        end_s, step_s, reason, now = self._clock.monotonic() + CONFIRM_S, _FIRST_STEP_S, "", before
        while waiting:
            cancel.check()
            try:
                now = self._read_back.look(command.verb, waiting, cancel)
            except RemoteTrouble as error:
                reason = error.sentence()
                break
            outcomes |= {row.id: _done(command, row) for row in waiting if shows(command, row, before, now)}
            waiting = [row for row in waiting if row.id not in outcomes]
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(step_s):
                break
            step_s = min(_LONGEST_STEP_S, step_s * 1.5)
        reason = reason or tr("{name} took it, but does not show it yet.", name=self._name)
        for row in waiting:
            why = strayed(command, row, before, now) or sent[row.id] or reason
            outcomes[row.id] = Outcome(row.id, UNCONFIRMED, why)
        return outcomes


_FIELDS: Final[Mapping[str, Callable[[Commands, Command, CancelToken], dict[str, str]]]] = {
    verbs.ACKNOWLEDGE: Commands._acknowledge_fields,
    verbs.UNACKNOWLEDGE: Commands._no_fields,
    verbs.DOWNTIME: Commands._downtime_fields,
    verbs.COMMENT: Commands._comment_fields,
    verbs.RECHECK: Commands._recheck_fields,
}


def _failed(rows: Sequence[HealthRow], error: RemoteTrouble) -> dict[str, Outcome]:
    return {row.id: Outcome(row.id, FAILED, error.sentence()) for row in rows}


def _is_forbidden(page: str) -> bool:
    """The same words stand for a lack of rights and for a row that does not exist."""
    return any(words in page.casefold() for words in _NOT_ALLOWED)


def _refusal(command: Command, row: HealthRow, before: Seen) -> str:
    """What Nagios would take without a word, and without an effect."""
    status = before.status.get(row.id)
    if command.verb == verbs.ACKNOWLEDGE and status is not None and not parse.is_problem(status, row.kind):
        return tr("It has no problem that could be acknowledged.")
    if command.verb == verbs.UNACKNOWLEDGE and status is not None and not status.problem_has_been_acknowledged:
        return tr("It is not acknowledged.")
    if command.verb == verbs.END_DOWNTIME and not any(each.row_id == row.id for each in before.downtimes):
        return tr("It is in no downtime.")
    return ""


def _done(command: Command, row: HealthRow) -> Outcome:
    """Done, with a word about what became of the text."""
    if is_altered(command.comment):
        return Outcome(row.id, DONE, tr("Nagios keeps one line without “;”, “<” and “>”: the text was changed so."))
    if command.verb == verbs.COMMENT and is_blanked(command):
        return Outcome(row.id, DONE, tr("Letters beyond plain English may not show: its web server decides that."))
    return Outcome(row.id, DONE)
