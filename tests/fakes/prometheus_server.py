"""A small Prometheus 2.42 and Alertmanager 0.25 on one loopback port: api/v1 and api/v2 over an estate in memory.

    with PrometheusServer() as server:
        ... server.url ...; server.alerts[0]["labels"]["severity"] = "warning"

As the real ones: silences show on the alerts at once, a start in the past becomes now, a deleted silence stays
listed as expired, an end in the past is 400 with a bare JSON string, pending alerts are unknown to Alertmanager,
whose alerts carry the external labels. ``guest`` may only read. ``odd``: a path to the body sent instead.
"""

from __future__ import annotations

import copy
import json
import threading
import uuid
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs

USERS: Final = {"admin": "admin-pw", "guest": "guest-pw"}
EXTERNAL: Final = {"cluster": "fake"}
_ESTATE: Final = (
    ("ServiceCritical", "web-1", "disk", "critical", "firing"),
    ("ServiceCritical", "web-2", "http", "critical", "firing"),
    ("ServiceUnknown", "web-2", "load", "odd", "firing"),
    ("ServiceWarning", "web-1", "load", "warning", "pending"),
    ("ServiceCritical", "db-1", "disk", "critical", "firing"),
    ("HostDown", "db-1", "", "critical", "firing"),
)


class PrometheusServer:
    """See the module. ``asked``: (method, path, body) of every request; ``clock_off_s`` turns its clock."""

    def __init__(self) -> None:
        began = _iso(datetime.now(UTC) - timedelta(minutes=10))
        self.alerts = [_alert(*each, began) for each in _ESTATE]
        self.extra: list[Any] = []
        self.silences: list[dict[str, Any]] = []
        self.targets: list[Any] = [_target("web-1:9100", "up", ""), _target("web-3:9100", "down", "refused")]
        self.odd: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, bytes]] = []
        self.clock_off_s, self.evaluated_s_ago, self.up_s = 0.0, 1.0, 3600.0
        self.lose_answers, self.external = False, dict(EXTERNAL)
        self.rule_names, self.rule_health = {"Quiet", *(each[0] for each in _ESTATE)}, "ok"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> PrometheusServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.clock_off_s)

    def answer(self, method: str, path: str, body: bytes, query: str = "") -> tuple[int, bytes]:
        """(status, body)."""
        if path in self.odd:
            return 200, self.odd[path]
        if path == "/api/v1/query_range":
            return self._range({key: found[0] for key, found in parse_qs(query or body.decode()).items()})
        if method == "DELETE" and path.startswith("/api/v2/silence/"):
            return self._expire(path.rpartition("/")[2])
        if method == "POST" and path == "/api/v2/silences":
            return self._add(json.loads(body))
        found = {
            "/api/v1/rules": self._rules, "/api/v1/targets": self._targets, "/api/v2/alerts": self._sent,
            "/api/v2/silences": self._listed, "/api/v2/status": self._status,
        }.get(path)  # fmt: skip
        return (404, b"404 page not found") if found is None else (200, json.dumps(found()).encode())

    def _rules(self) -> Any:
        evaluated = _iso(self.now() - timedelta(seconds=self.evaluated_s_ago))
        rules = [
            {
                "name": name, "query": "service_state > 0", "health": self.rule_health, "type": "alerting",
                "state": "firing", "lastEvaluation": evaluated, "evaluationTime": 0.001, "duration": 0, "labels": {},
                "alerts": [each for each in self.alerts if each["labels"]["alertname"] == name],
            }
            for name in sorted({each["labels"]["alertname"] for each in self.alerts} | self.rule_names)
        ]  # fmt: skip
        group = {"name": "g", "file": "f", "interval": 15, "lastEvaluation": evaluated, "rules": rules}
        return {"status": "success", "data": {"groups": [group]}}

    def _targets(self) -> Any:
        return {"status": "success", "data": {"activeTargets": self.targets, "droppedTargets": []}}

    def _range(self, asked: dict[str, str]) -> tuple[int, bytes]:
        """Knows one series by name, ``up`` of each target: 1 while it is up, 0 while it is not."""
        start, end, step = (float(asked[key]) for key in ("start", "end", "step"))
        count = int((end - start) / step) + 1
        if asked["query"].endswith("{"):
            return _wrong("parse error: unexpected end of input inside braces")
        if count > 11_000:
            return _wrong("exceeded maximum resolution of 11,000 points per timeseries.")
        found = [
            {
                "metric": {"__name__": "up"} | each["labels"],
                "values": [[start + step * n, str(int(each["health"] == "up"))] for n in range(count)],
            }
            for each in self.targets if asked["query"].split("+")[0].strip() == "up"
        ]  # fmt: skip
        return 200, json.dumps({"status": "success", "data": {"resultType": "matrix", "result": found}}).encode()

    def _sent(self) -> list[Any]:
        down = {each["labels"]["instance"] for each in self.alerts if each["labels"]["alertname"] == "HostDown"}
        firing = [each for each in self.alerts if each["state"] == "firing"]
        return [self._as_sent(each, down) for each in firing] + copy.deepcopy(self.extra)

    def _as_sent(self, alert: dict[str, Any], down: set[str]) -> dict[str, Any]:
        labels = alert["labels"] | self.external
        silenced = [
            each["id"] for each in self._listed()
            if each["status"]["state"] == "active"
            and all((labels.get(one["name"], "") == one["value"]) == one["isEqual"] for one in each["matchers"])
        ]  # fmt: skip
        inhibited = ["x"] if labels["instance"] in down and labels["alertname"] != "HostDown" else []
        state = "suppressed" if silenced or inhibited else "active"
        return {
            "labels": labels, "annotations": alert["annotations"], "startsAt": alert["activeAt"],
            "endsAt": _iso(self.now() + timedelta(minutes=4)), "updatedAt": _iso(self.now()),
            "fingerprint": f"{abs(hash(tuple(labels.items()))):016x}", "receivers": [{"name": "nobody"}],
            "status": {"state": state, "silencedBy": silenced, "inhibitedBy": inhibited},
        }  # fmt: skip

    def _listed(self) -> list[dict[str, Any]]:
        now = self.now()
        for each in self.silences:
            if each["status"]["state"] != "expired":
                ended, begun = (datetime.fromisoformat(each[key]) for key in ("endsAt", "startsAt"))
                each["status"]["state"] = "expired" if ended <= now else "active" if begun <= now else "pending"
        return self.silences

    def _add(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        if datetime.fromisoformat(asked["endsAt"]) <= self.now():
            return 400, b'"bad request: end time in the past"'
        if not asked["matchers"] or not asked["comment"]:
            return 422, b'{"code":602,"message":"comment in body is required"}'
        start = max(datetime.fromisoformat(asked["startsAt"]), self.now())
        id_ = str(uuid.uuid4())
        self.silences.append(asked | {"id": id_, "status": {"state": "active"}, "startsAt": _iso(start)})
        return (504, b"") if self.lose_answers else (200, json.dumps({"silenceID": id_}).encode())

    def _expire(self, id_: str) -> tuple[int, bytes]:
        found = [each for each in self.silences if each["id"] == id_]
        for each in found:
            each["status"]["state"] = "expired"
        return (200, b"") if found else (404, b"")

    def _status(self) -> Any:
        return {"uptime": _iso(self.now() - timedelta(seconds=self.up_s)), "versionInfo": {"version": "0.25.0"}}


def user_of(authorization: str) -> str:
    """Who signed in; empty: nobody."""
    kind, _, proof = authorization.partition(" ")
    user, _, password = b64decode(proof).decode().partition(":") if kind == "Basic" else ("", "", "")
    return user if user and USERS.get(user) == password else ""


def _handler(server: PrometheusServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            path, _, query = self.path.partition("?")
            server.asked.append((self.command, path, body))
            user = user_of(self.headers.get("Authorization", ""))
            if not user:
                return self._send(401, b"Unauthorized")
            if user == "guest" and self.command != "GET":
                return self._send(403, b"Forbidden")
            return self._send(*server.answer(self.command, path, body, query))

        do_GET = do_POST = do_DELETE = _serve

        def _send(self, status: int, body: bytes) -> None:
            self.send_response_only(status)
            self.send_header("Date", format_datetime(server.now(), usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            """Quiet."""

    return Handler


def _alert(name: str, host: str, service: str, severity: str, state: str, began: str) -> dict[str, Any]:
    labels = {"alertname": name, "instance": host, "job": "services", "severity": severity}
    return {
        "labels": labels | ({"service": service} if service else {}),
        "annotations": {"summary": f"{service or host} is {severity}", "runbook_url": "http://127.0.0.1/runbook"},
        "state": state, "activeAt": began, "value": "2e+00",
    }  # fmt: skip


def _wrong(said: str) -> tuple[int, bytes]:
    return 400, json.dumps({"status": "error", "errorType": "bad_data", "error": said}).encode()


def _target(instance: str, health: str, error: str) -> dict[str, Any]:
    return {
        "labels": {"instance": instance, "job": "node"}, "health": health, "lastError": error,
        "lastScrape": _iso(datetime.now(UTC)), "scrapeInterval": "15s",
    }  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
