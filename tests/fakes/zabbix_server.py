"""A small Zabbix on one loopback port: api_jsonrpc.php over an estate in memory.

    with ZabbixServer() as server:
        ... server.url ...; server.put("web-1", "http", severity=4)

As the real 6.0.14: errors come with status 200, many calls in one request, numbers are texts, a session goes in the
body (``version`` "6.4.0" and newer: in a header), ``problem.get`` tells of open problems only, times of maintenances
are rounded down to the minute, ``guest`` sees one host less and may neither set maintenances nor ask for checks.
``odd``: a method to the result told instead, or to an error as ``{"code": …}`` when it is ``Failing``.
"""

from __future__ import annotations

import copy
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final

USERS: Final = {"admin": "admin-pw", "guest": "guest-pw"}
TOKEN: Final = "f00d" * 16
_HIDDEN: Final = "db-1"
_ESTATE: Final = (
    ("old-1", "http", 0, 800, 4), ("web-1", "http", 0, 900, 4), ("web-1", "disk", 0, 180, 2),
    ("web-1", "load", 2, 12, 0), ("web-2", "http", 2, 12, 0), ("web-2", "disk", 2, None, 0),
    ("web-2", "backlog", 2, 950, 5), ("db-1", "disk", 0, 12, 0),
)  # fmt: skip
"""(Host, service, type of its item, value, severity of its problem)."""


class Failing(Exception):
    """An error of the API."""

    def __init__(self, code: int, message: str, data: str) -> None:
        super().__init__(data)
        self.told = {"code": code, "message": message, "data": data}


def wrong(data: str, code: int = -32602) -> Failing:
    return Failing(code, "Invalid params." if code == -32602 else "Application error.", data)


class ZabbixServer:
    """See the module. ``asked``: (user, method, params) of every call; ``clock_off_s`` turns its clock."""

    def __init__(self, version: str = "6.0.14") -> None:
        self.version = version
        self.asked: list[tuple[str, str, Any]] = []
        self.proofs: list[tuple[str, str]] = []
        self.odd: dict[str, Any] = {}
        self.sessions: dict[str, str] = {TOKEN: "admin"}
        self.clock_off_s, self.node_silent_s = 0.0, 1
        self.lose_answers = False
        self.hosts: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, dict[str, Any]] = {}
        self.problems: dict[str, dict[str, Any]] = {}
        self.maintenances: dict[str, dict[str, Any]] = {}
        self.proxies: list[Any] = []
        self._ids = itertools.count(100)
        for host, service, kind, value, severity in _ESTATE:
            self.add(host, service, kind, value)
            if severity:
                self.put(host, service, severity=severity)
        self.host("web-1")["interfaces"] = [{"type": "1", "available": "1", "error": ""}]
        self.host("old-1")["interfaces"] = [{"type": "1", "available": "2", "error": "no route"}]

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}/zabbix"

    def __enter__(self) -> ZabbixServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def now_s(self) -> int:
        return int(time.time() + self.clock_off_s)

    # --- the estate -----------------------------------------------------------------------------------------------

    def host(self, name: str) -> dict[str, Any]:
        return next(each for each in self.hosts.values() if each["host"] == name)

    def item(self, host: str, service: str) -> dict[str, Any]:
        host_id = self.host(host)["hostid"]
        return next(
            each for each in self.items.values() if (each["hostid"], each["key_"]) == (host_id, f"resp[{service}]")
        )

    def trigger(self, host: str, service: str) -> dict[str, Any]:
        return self.triggers[self.item(host, service)["triggers"][0]["triggerid"]]

    def put(self, host: str, service: str, *, severity: int) -> None:
        """A problem of this severity, or none (0)."""
        trigger, now_s = self.trigger(host, service), self.now_s()
        self.problems = {id_: each for id_, each in self.problems.items() if each["objectid"] != trigger["triggerid"]}
        trigger |= {"value": str(int(severity > 0)), "lastchange": str(now_s - 600)}
        if severity:
            id_ = self._id()
            self.problems[id_] = {
                "eventid": id_, "objectid": trigger["triggerid"], "clock": str(now_s - 600), "ns": "5000000",
                "name": f"{service} is slow", "severity": str(severity), "acknowledged": "0", "suppressed": "0",
                "acknowledges": [], "suppression_data": [], "tags": [{"tag": "service", "value": service}],
                "cause_eventid": "0",
            }  # fmt: skip

    def add(self, host: str, service: str, kind: int, value: int | None) -> None:
        """An item of this type with its trigger, and its host when there is none yet."""
        if not any(each["host"] == host for each in self.hosts.values()):
            id_ = self._id()
            self.hosts[id_] = {
                "hostid": id_, "host": host, "name": f"Machine {host}", "maintenance_status": "0",
                "maintenanceid": "0", "interfaces": [], "tags": [{"tag": "site", "value": "a"}], "proxy_hostid": "0",
                "groups": [{"groupid": "20", "name": "Peers"}],
            }  # fmt: skip
        item_id, trigger_id = self._id(), self._id()
        self.items[item_id] = {
            "itemid": item_id, "hostid": self.host(host)["hostid"], "name": f"{service} response",
            "key_": f"resp[{service}]", "status": "0", "type": str(kind), "value_type": "0", "units": "ms",
            "delay": "0" if kind == 2 else "1m", "master_itemid": "0", "lastvalue": str(value or 0),
            "lastclock": str(self.now_s() - 5 if value is not None else 0), "state": "0", "error": "",
            "tags": [{"tag": "service", "value": service}], "triggers": [{"triggerid": trigger_id}],
            "preprocessing": [],
        }  # fmt: skip
        self.triggers[trigger_id] = {
            "triggerid": trigger_id, "description": f"{service} is slow on {{HOST.NAME}}", "priority": "4",
            "value": "0", "state": "0", "error": "", "lastchange": "0", "manual_close": "1", "comments": "",
            "url": "http://127.0.0.1/runbook", "dependencies": [], "tags": [],
        }  # fmt: skip

    def _id(self) -> str:
        return str(next(self._ids))

    # --- the methods ----------------------------------------------------------------------------------------------

    def answer(self, call: dict[str, Any], header: str) -> dict[str, Any]:
        """One call's reply."""
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": call.get("id")}
        try:
            return told | {"result": self._result(call, header)}
        except Failing as error:
            return told | {"error": error.told}

    def _result(self, call: dict[str, Any], header: str) -> Any:
        method, params = call["method"], call["params"]
        proof = header.removeprefix("Bearer ") if self.in_header else call.get("auth", "")
        self.proofs.append((method, proof))
        if method in ("apiinfo.version", "user.login"):
            if proof:
                raise wrong(f'The "{method}" method must be called without the "auth" parameter.')
            self.asked.append(("", method, params))
            return self.version if method == "apiinfo.version" else self._login(params)
        user = self.sessions.get(proof, "")
        self.asked.append((user, method, params))
        if not user:
            raise wrong("Not authorized." if len(proof) == len(TOKEN) else "Session terminated, re-login, please.")
        if method in self.odd:
            if isinstance(self.odd[method], Failing):
                raise self.odd[method]
            return self.odd[method]
        return copy.deepcopy(self._METHODS[method](self, params, user))

    @property
    def in_header(self) -> bool:
        return tuple(map(int, self.version.split(".")[:2])) >= (6, 4)

    def _login(self, params: Any) -> str:
        if USERS.get(params["username"]) != params["password"]:
            raise wrong("Incorrect user name or password or account is temporarily blocked.", -32500)
        session = f"session{self._id()}"
        self.sessions[session] = params["username"]
        return session

    def _visible(self, user: str) -> set[str]:
        return {id_ for id_, each in self.hosts.items() if user != "guest" or each["host"] != _HIDDEN}

    def _of_hosts(self, params: Any, user: str) -> list[dict[str, Any]]:
        hosts = set(params.get("hostids", self.hosts)) & {each["hostid"] for each in self._host_get(params, user)}
        return [each for each in self.items.values() if each["hostid"] in hosts]

    def _host_get(self, params: Any, user: str) -> Any:
        chosen = params.get("groupids")
        found = [self.hosts[id_] for id_ in sorted(self._visible(user))]
        return [each for each in found if chosen is None or any(one["groupid"] in chosen for one in each["groups"])]

    def _item_get(self, params: Any, user: str) -> Any:
        found = self._of_hosts(params, user)
        return [each for each in found if _fits(each, params, "itemids", "itemid")]

    def _trigger_get(self, params: Any, user: str) -> Any:
        ids = [one["triggerid"] for each in self._of_hosts(params, user) for one in each["triggers"]]
        return [self.triggers[id_] for id_ in ids if _fits(self.triggers[id_], params, "triggerids", "triggerid")]

    def _problem_get(self, params: Any, user: str) -> Any:
        seen = {one["triggerid"] for each in self._of_hosts(params, user) for one in each["triggers"]}
        found = [each for each in self.problems.values() if each["objectid"] in seen]
        return [each for each in found if _fits(each, params, "eventids", "eventid")]

    def _acknowledge(self, params: Any, user: str) -> Any:
        if any(id_ not in {each["eventid"] for each in self._problem_get({}, user)} for id_ in params["eventids"]):
            raise wrong("No permissions to referred object or it does not exist!", -32500)
        for id_ in params["eventids"]:
            problem, action = self.problems[id_], params["action"]
            problem["acknowledges"].append(
                {"acknowledgeid": self._id(), "clock": str(self.now_s()), "action": str(action), "userid": "1",
                 "message": params.get("message", ""), "old_severity": "0", "new_severity": "0"}
            )  # fmt: skip
            problem["acknowledged"] = "1" if action & 2 else "0" if action & 16 else problem["acknowledged"]
            if action & 1:
                self.triggers[problem["objectid"]] |= {"value": "0", "lastchange": str(self.now_s())}
                del self.problems[id_]
        return {"eventids": params["eventids"]}

    def _maintenance_get(self, params: Any, user: str) -> Any:
        names = params.get("filter", {}).get("name")
        return [
            each for each in self.maintenances.values()
            if _fits(each, params, "maintenanceids", "maintenanceid") and (names is None or each["name"] in names)
        ]  # fmt: skip

    def _maintenance_create(self, params: Any, user: str) -> Any:
        _only_admin(user, "maintenance.create")
        id_ = self._id()
        times = {key: str(params[key] // 60 * 60) for key in ("active_since", "active_till")}
        periods = [{key: str(value) for key, value in each.items()} for each in params["timeperiods"]]
        self.maintenances[id_] = params | times | {
            "maintenanceid": id_, "maintenance_type": "0", "tags_evaltype": "0", "groups": [], "timeperiods": periods,
        }  # fmt: skip
        return {"maintenanceids": [id_]}

    def _maintenance_delete(self, params: Any, user: str) -> Any:
        _only_admin(user, "maintenance.delete")
        for id_ in params:
            if self.maintenances.pop(id_, None) is None:
                raise wrong("No permissions to referred object or it does not exist!", -32500)
        return {"maintenanceids": params}

    def _task_create(self, params: Any, user: str) -> Any:
        _only_admin(user, "task.create")
        for task in params:
            self.items[task["request"]["itemid"]]["lastclock"] = str(self.now_s() + 1)
        return {"taskids": [self._id() for _ in params]}

    def _node_get(self, params: Any, user: str) -> Any:
        if user != "admin":
            raise wrong("You do not have permission to perform this operation.", -32500)
        return [{"name": "", "status": "3", "lastaccess": str(self.now_s() - self.node_silent_s)}]

    _METHODS: Final[Mapping[str, Callable[[ZabbixServer, Any, str], Any]]] = {
        "host.get": _host_get, "item.get": _item_get, "trigger.get": _trigger_get, "problem.get": _problem_get,
        "event.acknowledge": _acknowledge, "maintenance.get": _maintenance_get, "task.create": _task_create,
        "maintenance.create": _maintenance_create, "maintenance.delete": _maintenance_delete, "hanode.get": _node_get,
        "proxy.get": lambda self, _params, _user: self.proxies,
        "user.get": lambda _self, _params, _user: [{"userid": "1", "username": "admin"}],
        "hostgroup.get": lambda self, _params, _user: [
            one for each in self.hosts.values() for one in each["groups"]
        ],
        "user.logout": lambda _self, _params, _user: True,
    }  # fmt: skip


def _fits(record: dict[str, Any], params: Any, key: str, field: str) -> bool:
    """By ids, and by the one filter that is used of triggers and items: their state, or their status."""
    if key in params and record[field] not in params[key]:
        return False
    wanted = {name: value for name, value in params.get("filter", {}).items() if name in ("state",)}
    return all(record.get(name) == str(value) for name, value in wanted.items())


def _only_admin(user: str, method: str) -> None:
    if user != "admin":
        raise wrong(f'No permissions to call "{method}".')


def _handler(server: ZabbixServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            if self.path != "/zabbix/api_jsonrpc.php":
                return self._send(404, b"")
            header = self.headers.get("Authorization", "")
            acting = any(not each["method"].endswith((".get", ".version", ".login")) for each in body)
            told = [server.answer(each, header) for each in body]
            return self._send(504 if server.lose_answers and acting else 200, json.dumps(told).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response_only(status)
            now = datetime.now(UTC) + timedelta(seconds=server.clock_off_s)
            self.send_header("Date", format_datetime(now, usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            """Quiet."""

    return Handler
