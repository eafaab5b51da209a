"""A small Icinga 2.13 on one loopback port: status, objects and actions over an estate in memory.

    with Icinga2Server() as server:
        ... server.url ...; server.services["web-1!disk"]["state"] = 0

As the real one: POST insists on ``Accept: application/json``; a filter that matches nothing is 404, as is an action
of somebody without the right; objects come in no order; 409 for what is acknowledged already or well. ``odd``: a path
to the body sent instead. ``guest`` may only read.
"""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final

USERS: Final = {"admin": "admin-pw", "guest": "guest-pw"}
_UP_S: Final = 3600.0
# host, service, state, checked
_ESTATE: Final = (
    ("web-1", "disk", 2, True),
    ("web-1", "load", 0, True),
    ("web-1", "queue", 0, False),
    ("web-2", "http", 2, True),
    ("web-2", "load", 1, True),
    ("web-2", "mail", 3, True),
    ("db-1", "disk", 2, True),
    ("db-1", "sql", 0, True),
)
_DOWN: Final = "db-1"
# What Icinga's own checks say is no text.
_BUILT_IN: Final = {"label": "it's", "value": 3.5, "unit": "bytes", "crit": 9.0, "type": "PerfdataValue"}
Answer = tuple[int, dict[str, Any]]


class Icinga2Server:
    """See the module. ``asked``: (method, path, body) of every request; ``clock_off_s`` turns its clock;
    ``lose_answers``: actions are carried out and never answered; ``deaf``: they are answered and not carried out."""

    def __init__(self) -> None:
        self.clock_off_s = 0.0
        self.began = time.time() - _UP_S
        self.lose_answers, self.deaf = False, False
        self.hosts = {name: self._host(name) for name in sorted({each[0] for each in _ESTATE})}
        self.services = {f"{each[0]}!{each[1]}": self._service(*each) for each in _ESTATE}
        self.comments: dict[str, dict[str, Any]] = {}
        self.downtimes: dict[str, dict[str, Any]] = {}
        self.odd: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self._random = random.Random(7)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/"

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self._server.server_address[1])

    def __enter__(self) -> Icinga2Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def now(self) -> float:
        return time.time() + self.clock_off_s

    def restart(self) -> None:
        """Another daemon at the same place."""
        self.began += 60.0

    # --- answers ----------------------------------------------------------------------------------------------

    def answer(self, path: str, body: dict[str, Any], user: str) -> Answer:
        """(status, document) of a path below ``/v1/``."""
        with self._lock:
            what, _, name = path.partition("/")
            if what == "status":
                return 200, {"results": [{"name": name, "perfdata": [], "status": self._status(name)}]}
            if what == "objects":
                return self._objects(name, body)
            if what == "actions":
                return self._act(name, body) if user == "admin" else _nothing_found()
            return _nothing_found()

    def _status(self, name: str) -> dict[str, Any]:
        if name == "CIB":
            return {"uptime": self.now() - self.began}
        return {"icingaapplication": {"app": {"program_start": self.began, "version": "r2.13.6-1"}}}

    def _objects(self, kind: str, body: dict[str, Any]) -> Answer:
        every: dict[str, dict[str, Any]] = getattr(self, kind)
        for name, thing in every.items():
            if 0 < thing.get("acknowledgement_expiry", 0) < self.now():
                self._remove_acknowledgement(name, thing, {})
        given = body.get("filter_vars", {}).get("given")
        wanted = {name: attrs for name, attrs in every.items() if given is None or name in given}
        if given is not None and not wanted:
            return _nothing_found()
        attrs = body.get("attrs")
        results = [
            {
                "attrs": {key: value for key, value in each.items() if attrs is None or key in attrs},
                "joins": {}, "meta": {}, "name": name, "type": kind.removesuffix("s").capitalize(),
            }
            for name, each in wanted.items()
        ]  # fmt: skip
        self._random.shuffle(results)
        return 200, {"results": results}

    # --- actions ----------------------------------------------------------------------------------------------

    def _act(self, action: str, body: dict[str, Any]) -> Answer:
        given = body["filter_vars"]["given"]
        name = f"{given['host']}!{given['service']}" if body["type"] == "Service" else given["host"]
        thing = (self.services if body["type"] == "Service" else self.hosts).get(name)
        if thing is None:
            return _nothing_found()
        if self.deaf:
            return _done("done")
        return {
            "acknowledge-problem": self._acknowledge, "remove-acknowledgement": self._remove_acknowledgement,
            "schedule-downtime": self._schedule, "remove-downtime": self._remove_downtime,
            "add-comment": self._add_comment, "reschedule-check": self._reschedule,
        }[action](name, thing, body)  # fmt: skip

    def _acknowledge(self, name: str, thing: dict[str, Any], body: dict[str, Any]) -> Answer:
        if not thing["state"]:
            return 409, {"results": [{"code": 409.0, "status": f"{name} is OK."}]}
        if thing["acknowledgement"]:
            return 409, {"results": [{"code": 409.0, "status": f"{name} is already acknowledged."}]}
        thing["acknowledgement"] = 2 if body.get("sticky") else 1
        thing["acknowledgement_expiry"] = body.get("expiry", 0)
        self._remark(name, body, 4)
        return _done("Successfully acknowledged problem")

    def _remove_acknowledgement(self, name: str, thing: dict[str, Any], _body: dict[str, Any]) -> Answer:
        thing["acknowledgement"] = 0
        self.comments = {
            id_: each
            for id_, each in self.comments.items()
            if not (id_.startswith(f"{name}!") and each["entry_type"] == 4)
        }
        return _done("Successfully removed acknowledgement")

    def _schedule(self, name: str, thing: dict[str, Any], body: dict[str, Any]) -> Answer:
        host, _, service = name.partition("!")
        id_ = f"{name}!{uuid.uuid4()}"
        begun = body["start_time"] <= self.now()
        self.downtimes[id_] = {
            "host_name": host, "service_name": service, "author": body["author"], "comment": body["comment"],
            "start_time": body["start_time"], "end_time": body["end_time"], "fixed": body["fixed"], "duration": 0,
            "trigger_time": self.now() if begun else 0,
        }  # fmt: skip
        thing["downtime_depth"] += begun
        return _done("Successfully scheduled downtime", id_)

    def _remove_downtime(self, name: str, thing: dict[str, Any], _body: dict[str, Any]) -> Answer:
        self.downtimes = {id_: each for id_, each in self.downtimes.items() if not id_.startswith(f"{name}!")}
        thing["downtime_depth"] = 0
        return _done("Successfully removed all downtimes")

    def _add_comment(self, name: str, _thing: dict[str, Any], body: dict[str, Any]) -> Answer:
        return _done("Successfully added comment", self._remark(name, body, 1))

    def _reschedule(self, _name: str, thing: dict[str, Any], body: dict[str, Any]) -> Answer:
        thing["next_check"] = body["next_check"]
        return _done("Successfully rescheduled check")

    def _remark(self, name: str, body: dict[str, Any], kind: int) -> str:
        host, _, service = name.partition("!")
        id_ = f"{name}!{uuid.uuid4()}"
        self.comments[id_] = {
            "host_name": host, "service_name": service, "author": body["author"], "text": body["comment"],
            "entry_time": self.now(), "entry_type": kind, "expire_time": body.get("expiry", 0),
        }  # fmt: skip
        return id_

    # --- estate -----------------------------------------------------------------------------------------------

    def _host(self, name: str) -> dict[str, Any]:
        state = int(name == _DOWN)
        return self._checkable(name, state, True, ("DOWN" if state else "UP") + " - ping") | {
            "groups": ["databases" if name.startswith("db") else "web"]
        }

    def _service(self, host: str, name: str, state: int, checked: bool) -> dict[str, Any]:
        made = self._checkable(name, state, checked, f"{name} answered\nand said more")
        return made | {"host_name": host, "last_reachable": host != _DOWN, "notes_url": f"https://wiki/{name}"}

    def _checkable(self, name: str, state: int, checked: bool, output: str) -> dict[str, Any]:
        at = self.began + 1000.25
        result = {
            "output": output, "state": state, "exit_status": state, "type": "CheckResult",
            "performance_data": ["time=0.012s;0.1;0.5;0", _BUILT_IN],
        }  # fmt: skip
        return {
            "name": name, "state": state, "state_type": 1, "acknowledgement": 0, "acknowledgement_expiry": 0,
            "downtime_depth": 0, "flapping": False, "last_reachable": True, "check_attempt": 1,
            "max_check_attempts": 3.0, "last_check": at if checked else -1, "last_state_change": at if checked else 0,
            "last_check_result": result if checked else None, "next_check": at + 300, "next_update": at + 100_000,
            "enable_active_checks": True, "groups": [], "notes_url": "", "action_url": "",
        }  # fmt: skip


def _done(status: str, name: str = "") -> Answer:
    return 200, {"results": [{"code": 200.0, "status": status, **({"name": name} if name else {})}]}


def _nothing_found() -> Answer:
    return 404, {"error": 404.0, "status": "No objects found."}


def _handler(server: Icinga2Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def log_message(self, *_words: object) -> None:
            """Silent."""

        def _serve(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.removeprefix("/v1/")
            body = json.loads(raw) if raw else {}
            server.asked.append((method, path, body))
            user, _, password = self._signed_in().partition(":")
            if USERS.get(user) != password:
                self._send(401, b"<h1>Unauthorized. Please check your user credentials.</h1>", "text/html")
            elif method == "POST" and self.headers.get("Accept") != "application/json":
                self._send(400, b"<h1>Accept header is missing or not set to 'application/json'.</h1>", "text/html")
            elif path in server.odd:
                self._send(200, server.odd[path], "application/json")
            else:
                status, document = server.answer(path, body, user)
                if server.lose_answers and path.startswith("actions/"):
                    self.close_connection = True
                    return
                self._send(status, json.dumps(document).encode(), "application/json")

        def _signed_in(self) -> str:
            kind, _, word = self.headers.get("Authorization", "").partition(" ")
            return b64decode(word).decode() if kind == "Basic" else ""

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
