"""A Nagios on loopback without Nagios: its JSON CGIs and cmd.cgi over a small estate in memory.

It answers as 4.4.6 on Debian was seen to answer: layout, bitmasks, milliseconds, HTML with status 200 whatever
happens, the form token with its cookie, an error told by two ``result`` members. Time stands at the clock's moment.
The estate is that of the real peer after ``seed 5``: 5 hosts of 4 services, in states of every kind.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.base.clock import Clock
from tests.fakes.http_server import Answer, Asked, ScriptedServer

CGI = "/nagios4/cgi-bin"
USER, PASSWORD = "nagiosadmin", "secret-1"
GUEST, GUEST_PASSWORD = "guest", "secret-2"
SERVICES = ("http", "disk", "load", "queue")
_STATES = {0: 16, 1: 4, 2: 8, 3: 1, 4: 16, 5: 16}
_TOKEN = "5f2acf739d10b521"


@dataclass
class FakeNagios:
    """The estate. ``program_start_s`` and ``data_age_s`` may be turned; ``is_deaf``: commands are taken and lost."""

    clock: Clock
    program_start_s: int = 0
    data_age_s: int = 1
    skew_s: int = 0
    is_deaf: bool = False
    has_token: bool = True
    date_format: str = "%Y-%m-%d %H:%M:%S"
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    downtimes: dict[str, dict[str, Any]] = field(default_factory=dict)
    posted: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.program_start_s = self.program_start_s or self.now_s() - 3_600
        for number in range(1, 6):
            name = f"host-{number:04}"
            self.hosts[name] = _host(name, {4: 8, 5: 4}.get(number, 2), self.program_start_s)
            self.services[name] = {
                service: _service(name, service, (number - 1) * 4 + place, self.program_start_s)
                for place, service in enumerate(SERVICES)
            }
        self._comment("host-0002", "http", 4, "seed", "known fault")
        self._downtime("host-0002", "disk", self.now_s() - 600, self.now_s() + 6_600, "seed", "planned work")

    def now_s(self) -> int:
        return self.clock.now() // 1000 + self.skew_s

    # --- statusjson.cgi, objectjson.cgi -----------------------------------------------------------------------

    def read(self, cgi: str, query: dict[str, str], user: str) -> str:
        """The answer to a read."""
        what = query.get("query", "")
        seen = {"host-0001"} if user == GUEST else set(self.hosts)
        lists = {
            "hostlist": {name: host for name, host in self.hosts.items() if name in seen},
            "servicelist": {name: found for name, found in self.services.items() if name in seen},
            "commentlist": {id_: one for id_, one in self.comments.items() if one["host_name"] in seen},
            "downtimelist": {id_: one for id_, one in self.downtimes.items() if one["host_name"] in seen},
            "hostgrouplist": {
                "odd": {"group_name": "odd", "members": [name for name in sorted(seen) if int(name[-1]) % 2]}
            },
        }
        if what in lists:
            return self._told(cgi, what, {"selectors": {}, what: lists[what]})
        host, service = query.get("hostname", ""), query.get("servicedescription", "")
        found = self.hosts.get(host) if what == "host" else self.services.get(host, {}).get(service)
        if found is None:
            return _twice(
                self._result(cgi, what, 6, "Option Value Invalid", f"The host '{host}' could not be found.")
            )
        return self._told(cgi, what, {what: found})

    def _told(self, cgi: str, query: str, data: dict[str, Any]) -> str:
        return laid_out({"format_version": 0, "result": self._result(cgi, query), "data": data})

    def _result(self, cgi: str, query: str, code: int = 0, kind: str = "Success", text: str = "") -> dict[str, Any]:
        return {
            "query_time": self.now_s() * 1000, "cgi": cgi, "user": USER, "query": query, "query_status": "released",
            "program_start": self.program_start_s * 1000,
            "last_data_update": (self.now_s() - self.data_age_s) * 1000,
            "type_code": code, "type_text": kind, "message": text,
        }  # fmt: skip

    # --- cmd.cgi ----------------------------------------------------------------------------------------------

    def form(self, query: dict[str, str], user: str) -> str:
        """The page with the form of a command."""
        if user == GUEST:
            return _page("errorMessage", "It appears as though you do not have permission to submit the command")
        now = datetime.fromtimestamp(self.now_s(), UTC).strftime(self.date_format)
        token = f"<INPUT TYPE='hidden' NAME='nagFormId' VALUE='{_TOKEN}'\n>" if self.has_token else ""
        return f"<form>{token}<INPUT TYPE='TEXT' NAME='start_time' VALUE='{now}'></form>"

    def command(self, form: dict[str, str], cookie: str, user: str) -> str:
        """Take a command; the page that says so, or why not."""
        self.posted.append(form)
        if self.has_token and (form.get("nagFormId") != _TOKEN or f"NagFormId={_TOKEN}" not in cookie):
            return "<p>Error: Invalid or missing CSRF cookie!</p>"
        if user == GUEST:
            return _page("errorMessage", "It appears as though you do not have permission to submit the command")
        problem = self._problem(form)
        if problem:
            return _page("errorMessage", problem)
        if not self.is_deaf:
            _CARRY_OUT[form["cmd_typ"]](self, form)
        return _page("infoMessage", "Your command request was successfully submitted to Nagios for processing.")

    def _problem(self, form: dict[str, str]) -> str:
        kind = form["cmd_typ"]
        if kind in ("78", "79"):
            is_known = form.get("down_id") in self.downtimes
        else:
            host, service = form.get("host", ""), form.get("service", "")
            is_known = service in self.services.get(host, {}) if "service" in form else host in self.hosts
        if not is_known:
            return "Sorry, but you are not authorized to commit the specified command."
        if kind in ("1", "3", "33", "34", "55", "56") and not form.get("com_data"):
            return "Comment was not entered"
        if kind in ("55", "56") and self._at(form["start_time"]) >= self._at(form["end_time"]):
            return "Start or end time not valid"
        return ""

    def _at(self, text: str) -> int:
        try:
            return int(datetime.strptime(text, self.date_format).replace(tzinfo=UTC).timestamp())
        except ValueError:
            return 0

    def _row(self, form: dict[str, str]) -> dict[str, Any]:
        return self.services[form["host"]][form["service"]] if "service" in form else self.hosts[form["host"]]

    def _acknowledge(self, form: dict[str, str]) -> None:
        row = self._row(form)
        if row["status"] not in (1, 2):  # acknowledging what is well has no effect
            row["problem_has_been_acknowledged"] = True
            self._comment(form["host"], form.get("service", ""), 4, form["com_author"], form["com_data"])

    def _take_back(self, form: dict[str, str]) -> None:
        self._row(form)["problem_has_been_acknowledged"] = False

    def _say(self, form: dict[str, str]) -> None:
        self._comment(form["host"], form.get("service", ""), 1, form["com_author"], form["com_data"])

    def _plan(self, form: dict[str, str]) -> None:
        start_s, end_s = self._at(form["start_time"]), self._at(form["end_time"])
        named = (form["host"], form.get("service", ""))
        self._downtime(*named, start_s, end_s, form["com_author"], form["com_data"])
        self._row(form)["scheduled_downtime_depth"] += start_s <= self.now_s()

    def _end(self, form: dict[str, str]) -> None:
        ended = self.downtimes.pop(form["down_id"])
        host, service = ended["host_name"], ended.get("service_description")
        row = self.services[host][service] if service else self.hosts[host]
        row["scheduled_downtime_depth"] = max(0, row["scheduled_downtime_depth"] - 1)

    def _check(self, form: dict[str, str]) -> None:
        self._row(form)["next_check"] = self.now_s() * 1000 + 1

    def _comment(self, host: str, service: str, kind: int, author: str, text: str) -> None:
        id_ = len(self.comments) + 1
        self.comments[str(id_)] = {
            "comment_id": id_, "entry_type": kind, "entry_time": self.now_s() * 1000, "host_name": host,
            **({"service_description": service} if service else {}), "author": author, "comment_data": text,
        }  # fmt: skip

    def _downtime(self, host: str, service: str, start_s: int, end_s: int, author: str, text: str) -> None:
        id_ = len(self.downtimes) + 700
        while str(id_) in self.downtimes:
            id_ += 1
        one = {
            "downtime_id": id_, "host_name": host, **({"service_description": service} if service else {}),
            "start_time": start_s * 1000, "end_time": end_s * 1000, "fixed": True,
            "is_in_effect": start_s <= self.now_s(), "author": author, "comment": text,
        }  # fmt: skip
        self.downtimes = {str(id_): one, **self.downtimes}


_CARRY_OUT = {
    "33": FakeNagios._acknowledge, "34": FakeNagios._acknowledge, "51": FakeNagios._take_back,
    "52": FakeNagios._take_back, "55": FakeNagios._plan, "56": FakeNagios._plan, "78": FakeNagios._end,
    "79": FakeNagios._end, "1": FakeNagios._say, "3": FakeNagios._say, "96": FakeNagios._check,
    "7": FakeNagios._check,
}  # fmt: skip


class NagiosServer:
    """``FakeNagios`` behind HTTP with basic sign-in. ``url`` ends with a slash; ``asked`` is the server's record."""

    def __init__(self, clock: Clock) -> None:
        self.nagios = FakeNagios(clock)
        pages = {f"{CGI}/{cgi}.cgi": self._read for cgi in ("statusjson", "objectjson")}
        self.server = ScriptedServer({**pages, f"{CGI}/cmd.cgi": self._command})

    @property
    def url(self) -> str:
        return f"{self.server.url}{CGI}/"

    def __enter__(self) -> NagiosServer:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    def _read(self, asked: Asked) -> Answer:
        user = _user(asked)
        if not user:
            return _unauthorised()
        body = self.nagios.read(asked.path.rpartition("/")[2], _words(urlsplit(asked.target).query), user)
        return Answer(headers=self._headers("application/json"), body=body.encode())

    def _command(self, asked: Asked) -> Answer:
        user = _user(asked)
        if not user:
            return _unauthorised()
        headers = self._headers("text/html")
        if asked.method == "POST":
            page = self.nagios.command(_words(asked.body.decode()), asked.headers.get("cookie", ""), user)
        else:
            page = self.nagios.form(_words(urlsplit(asked.target).query), user)
            if self.nagios.has_token:
                headers["Set-Cookie"] = f"NagFormId={_TOKEN}; SameSite=Strict; HttpOnly"
        return Answer(headers=headers, body=f"<html>{page}</html>".encode())

    def _headers(self, kind: str) -> dict[str, str]:
        date = format_datetime(datetime.fromtimestamp(self.nagios.now_s(), UTC), usegmt=True)
        return {"Content-Type": kind, "Date": date}


def laid_out(value: Any) -> str:
    """JSON in the layout of the CGIs: an empty object takes two lines there."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return re.sub(r"^( *)(.*)\{\}(,?)$", r"\1\2{\n\1}\3", text, flags=re.MULTILINE) + "\n"


def _twice(result: dict[str, Any]) -> str:
    """An error with two ``result`` members and the option help behind them."""
    one = f'"result": {json.dumps(result)}'
    return f'{{"format_version": 0, {one}, {one}, "data": {{"options": {{"query": {{"label": "Query"}}}}}}}}'


def _page(kind: str, text: str) -> str:
    return f"<P><DIV CLASS='{kind}'>{text}</DIV></P>"


def _words(text: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(text, keep_blank_values=True).items()}


def _user(asked: Asked) -> str:
    known = {(USER, PASSWORD), (GUEST, GUEST_PASSWORD)}
    _, _, coded = asked.headers.get("authorization", "").partition(" ")
    user, _, password = base64.b64decode(coded).decode().partition(":")
    return user if (user, password) in known else ""


def _unauthorised() -> Answer:
    return Answer(401, {"WWW-Authenticate": 'Basic realm="Nagios"', "Content-Type": "text/html"}, b"<html>401</html>")


def _host(name: str, status: int, at_s: int) -> dict[str, Any]:
    return {
        "name": name, "plugin_output": "ping ok" if status == 2 else "ping lost", **_common(status, at_s),
    }  # fmt: skip


def _service(host: str, name: str, number: int, at_s: int) -> dict[str, Any]:
    status = _STATES.get(number, 2)
    row = {
        "host_name": host, "description": name, "plugin_output": "Service is not scheduled to be checked..." if status == 1 else "answered in 12 ms",
        **_common(status, at_s),
    }  # fmt: skip
    if status == 4:
        row |= {"state_type": 0, "max_attempts": 3}
    return row | {
        "problem_has_been_acknowledged": number == 4,
        "scheduled_downtime_depth": int(number == 5),
        "is_flapping": number == 6,
    }


def _common(status: int, at_s: int) -> dict[str, Any]:
    is_checked = status != 1
    return {
        "long_plugin_output": "line 1\\nline 2" if status == 16 else "",
        "perf_data": "time=0.012s;0.1;0.5;0" if is_checked else "", "max_attempts": 1, "current_attempt": 1,
        "status": status, "last_update": at_s * 1000, "has_been_checked": is_checked, "should_be_scheduled": False,
        "last_check": at_s * 1000 if is_checked else 0, "checks_enabled": False,
        "last_state_change": at_s * 1000 if is_checked else 0, "state_type": 1, "next_check": 0,
        "problem_has_been_acknowledged": False, "is_flapping": False, "latency": 0.1, "execution_time": 0.0,
        "scheduled_downtime_depth": 0,
    }  # fmt: skip
