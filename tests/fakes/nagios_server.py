"""A small Nagios Core 4.4.6 on loopback: statusjson.cgi, objectjson.cgi and cmd.cgi over an estate in memory.

    with NagiosServer(sign_in="digest", date_format="us", zone=timezone(timedelta(hours=2))) as server:
        ... server.url ...; server.services["web-1", "http"]["status"] = 16

As the real one: errors come with status 200, commands are "submitted" whatever becomes of them and show only in the
next status file (``stale_reads`` reads later), a POST without cookie and hidden field does nothing, an
acknowledgement of what is OK vanishes. ``frozen``: the daemon is dead while the CGIs still answer.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import re
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

USERS: Final = {"admin": "admin-pw", "guest": "guest-pw"}
FORMATS: Final = {
    "iso8601": "%Y-%m-%d %H:%M:%S", "strict-iso8601": "%Y-%m-%dT%H:%M:%S",
    "us": "%m-%d-%Y %H:%M:%S", "euro": "%d-%m-%Y %H:%M:%S",
}  # fmt: skip
_NO_RIGHT: Final = "<DIV CLASS='errorMessage'>It appears as though you do not have permission to submit this</DIV>"
_NO_ENTRY: Final = (
    "<DIV CLASS='errorMessage'>Sorry, but you are not authorized to commit the specified command.</DIV>"
)
_BAD_TIME: Final = "<DIV CLASS='errorMessage'>Start or end time not valid</DIV>"
_NO_COMMENT: Final = "<DIV CLASS='errorMessage'>Comment was not entered</DIV>"
_SUBMITTED: Final = "<DIV CLASS='infoMessage'>Your command request was successfully submitted.</DIV>"
_NO_TOKEN: Final = "<p>Error: Invalid or missing CSRF cookie!</p>"
Form = dict[str, str]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may close its kept connection at any time; what else fails is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class NagiosServer:
    """See the module. ``asked``: (method, target, authorization) of every request."""

    def __init__(
        self, *, sign_in: str = "basic", date_format: str = "iso8601", zone: tzinfo = UTC, stale_reads: int = 1
    ) -> None:
        self.sign_in, self.zone, self.format = sign_in, zone, FORMATS[date_format]
        self.stale_reads, self.frozen, self.token = stale_reads, False, "5eed"
        self.tells_zone = True
        self.program_start = _now() - 3_600_000
        self.updated_at = _now()
        self.asked: list[tuple[str, str, str]] = []
        self.hosts: dict[str, dict[str, Any]] = {name: _status(2) for name in ("web-1", "web-2", "db-1")}
        self.services = {(host, name): _status(2) for host in self.hosts for name in ("http", "disk", "load")}
        for key, status in ((("web-1", "disk"), 16), (("web-2", "load"), 4), (("db-1", "disk"), 8)):
            self.services[key].update(status=status, plugin_output="trouble | size=5GB;4;6")
        self.services["db-1", "http"].update(status=1, has_been_checked=False, last_check=0)
        self.comments: dict[str, dict[str, Any]] = {}
        self.downtimes: dict[str, dict[str, Any]] = {}
        self._ids = itertools.count(1)
        self._pending: list[tuple[int, Callable[[], None]]] = []
        self._lock = threading.Lock()
        self._httpd = _Server(("127.0.0.1", 0), _handler(self))
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), name="fake-nagios")

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self._httpd.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}/nagios4/cgi-bin/"

    def __enter__(self) -> NagiosServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join(5)

    # --- answers ----------------------------------------------------------------------------------------------

    def answer(self, path: str, form: Form, user: str, cookie: str, is_post: bool) -> tuple[str, str] | None:
        """(content type, text) of a CGI; None where there is none."""
        cgi = path.rpartition("/")[2]
        with self._lock:
            if cgi in ("statusjson.cgi", "objectjson.cgi"):
                return "application/json", json.dumps(self._json(form, user), indent=2)
            if cgi == "cmd.cgi":
                return "text/html", self._command(form, user, cookie) if is_post else self._form(user)
        return None

    def _json(self, form: Form, user: str) -> dict[str, Any]:
        self._update()
        head: dict[str, Any] = {"program_start": self.program_start, "last_data_update": self.updated_at}
        if "dateformat" in form:
            head = {name: self._told(at // 1000, form["dateformat"]) for name, at in head.items()}
        head["type_code"] = 0
        sees = (lambda host: host == "web-1") if user == "guest" else (lambda host: True)
        lists: dict[str, Any] = {
            "hostlist": {name: status for name, status in self.hosts.items() if sees(name)},
            "servicelist": {
                host: {name: status for (of, name), status in self.services.items() if of == host}
                for host in self.hosts if sees(host)
            },
            "commentlist": self.comments,
            "downtimelist": self.downtimes,
            "hostgrouplist": {"web": {"members": ["web-1", "web-2"]}, "all": {"members": list(self.hosts)}},
            "commentcount": len(self.comments),
            "host": self.hosts.get(form.get("hostname", "")),
            "service": self.services.get((form.get("hostname", ""), form.get("servicedescription", ""))),
        }  # fmt: skip
        query = form.get("query", "")
        if "endtime" in form and int(form["endtime"]) <= int(form["starttime"]):
            return {"result": {"type_code": 6, "message": "The start time must be before the end time."}, "data": {}}
        if lists.get(query) is None:
            return {"result": {"type_code": 6, "type_text": "Option Value Invalid", "message": f"{query!r}"}}
        selectors = {
            name: self._told(int(form[name]), form["dateformat"])
            for name in ("starttime", "endtime") if name in form and self.tells_zone
        }  # fmt: skip
        return {"format_version": 0, "result": head, "data": {"selectors": selectors, query: lists[query]}}

    def _told(self, at_s: int, form: str) -> str:
        return datetime.fromtimestamp(at_s, self.zone).strftime(form)

    def _update(self) -> None:
        """Another status file, unless the daemon is dead: what was submitted shows one read later."""
        if self.frozen:
            return
        self.updated_at = _now()
        due = [act for left, act in self._pending if left <= 0]
        self._pending = [(left - 1, act) for left, act in self._pending if left > 0]
        for act in due:
            act()

    def _form(self, user: str) -> str:
        now = html.escape(datetime.now(UTC).astimezone(self.zone).strftime(self.format))
        token = f"<INPUT TYPE='hidden' NAME='nagFormId' VALUE='{self.token}'\n"
        times = f"<INPUT TYPE='TEXT' NAME='start_time' VALUE='{now}'>"
        return _NO_RIGHT if user == "guest" else f"<form method='post'>{token}{times}</form>"

    def _command(self, form: Form, user: str, cookie: str) -> str:
        if user == "guest":
            return _NO_RIGHT
        if not form.get("nagFormId") == self.token == _cookie(cookie):
            return _NO_TOKEN
        number, host, service = int(form["cmd_typ"]), form.get("host", ""), form.get("service", "")
        status = self.services.get((host, service)) if service else self.hosts.get(host)
        if number not in (78, 79) and (status is None or (number in _OF_SERVICES) != bool(service)):
            return _NO_ENTRY
        if number in _WITH_COMMENT and not form.get("com_data"):
            return _NO_COMMENT
        if number in (55, 56) and not self._read(form["start_time"]) < self._read(form["end_time"]):
            return _BAD_TIME
        self._pending.append((self.stale_reads, lambda: self._act(number, form, host, service, status or {})))
        return _SUBMITTED

    def _read(self, text: str) -> int:
        try:
            return round(datetime.strptime(text, self.format).replace(tzinfo=self.zone).timestamp() * 1000)
        except ValueError:
            return 0

    def _act(self, number: int, form: Form, host: str, service: str, status: dict[str, Any]) -> None:
        if number in (33, 34) and status["status"] != 2:
            status.update(problem_has_been_acknowledged=True)
            self._remark(4, form, host, service)
        elif number in (51, 52):
            status.update(problem_has_been_acknowledged=False)
        elif number in (1, 3):
            self._remark(1, form, host, service)
        elif number in (7, 96):
            status.update(last_check=_now(), has_been_checked=True)
        elif number in (55, 56):
            self._downtime(form, host, service, status)
        elif number in (78, 79) and (gone := self.downtimes.pop(form["down_id"], None)):
            of = gone["host_name"], gone.get("service_description", "")
            (self.services[of] if of[1] else self.hosts[of[0]])["scheduled_downtime_depth"] -= 1

    def _remark(self, kind: int, form: Form, host: str, service: str) -> None:
        id_ = next(self._ids)
        self.comments[str(id_)] = {
            "comment_id": id_, "entry_type": kind, "entry_time": _now() // 1000 * 1000, "host_name": host,
            "author": form["com_author"], "comment_data": re.sub("[<>]", "", form["com_data"].replace(";", " ")),
        } | ({"service_description": service} if service else {})  # fmt: skip

    def _downtime(self, form: Form, host: str, service: str, status: dict[str, Any]) -> None:
        id_, start_at = next(self._ids), self._read(form["start_time"])
        status["scheduled_downtime_depth"] += 1
        self.downtimes[str(id_)] = {
            "downtime_id": id_, "host_name": host, "author": form["com_author"], "comment": form["com_data"],
            "start_time": start_at, "end_time": self._read(form["end_time"]), "fixed": form.get("fixed") == "1",
            "is_in_effect": start_at <= _now(),
        } | ({"service_description": service} if service else {})  # fmt: skip

    # --- sign-in ----------------------------------------------------------------------------------------------

    def user_of(self, method: str, authorization: str) -> str:
        """Who signed in; empty: nobody."""
        kind, _, proof = authorization.partition(" ")
        if kind.casefold() != self.sign_in:
            return ""
        if self.sign_in == "basic":
            user, _, password = b64decode(proof).decode().partition(":")
            return user if USERS.get(user) == password else ""
        parts = dict(re.findall(r'(\w+)="?([^",]*)"?', proof))
        user = parts["username"]
        ha1 = _md5(f"{user}:Nagios:{USERS.get(user, '')}")
        ha2 = _md5(f"{method}:{parts['uri']}")
        wanted = _md5(":".join((ha1, "n0nce", parts["nc"], parts["cnonce"], parts["qop"], ha2)))
        return user if user in USERS and parts["response"] == wanted else ""

    def challenge(self) -> str:
        return (
            'Basic realm="Nagios"' if self.sign_in == "basic" else 'Digest realm="Nagios", nonce="n0nce", qop="auth"'
        )


_OF_SERVICES: Final = frozenset({34, 52, 56, 3, 7})
_WITH_COMMENT: Final = frozenset({33, 34, 55, 56, 1, 3})


def _handler(server: NagiosServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _serve(self, query: str) -> None:
            signed = self.headers.get("Authorization", "")
            server.asked.append((self.command, self.path, signed))
            user = server.user_of(self.command, signed)
            if not user:
                return self._send(401, "text/html", "<h1>Unauthorized</h1>")
            found = server.answer(
                urlsplit(self.path).path, dict(parse_qsl(query)), user, self.headers.get("Cookie", ""),
                self.command == "POST",
            )  # fmt: skip
            return self._send(200, *found) if found else self._send(404, "text/html", "<h1>Not Found</h1>")

        def _send(self, status: int, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", server.challenge())
            elif kind == "text/html":
                self.send_header("Set-Cookie", f"NagFormId={server.token}; SameSite=Strict; HttpOnly")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            """Quiet."""

    return Handler


def _status(status: int) -> dict[str, Any]:
    return {
        "status": status, "has_been_checked": True, "state_type": 1, "current_attempt": 1, "max_attempts": 3,
        "last_check": _now() - 60_000, "last_state_change": _now() - 600_000,
        "problem_has_been_acknowledged": False,
        "scheduled_downtime_depth": 0, "is_flapping": False, "plugin_output": "fine",
        "perf_data": "time=0.012s;0.1;0.5",
    }  # fmt: skip


def _cookie(header: str) -> str:
    return dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part).get("NagFormId", "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _now() -> int:
    return time.time_ns() // 1_000_000
