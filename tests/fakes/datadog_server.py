"""A small Datadog on one loopback port: monitors, hosts and downtimes of an organisation in memory.

    with DatadogServer() as server:
        ... server.url ...; server.monitors[0]["overall_state"] = "OK"

As the real one: pages of monitors by ``id_offset``, of hosts by ``start`` and ``count``; a wrong key is 403; a
downtime shows on the monitors it matches; ``limited`` answers 429 with ``X-RateLimit-Reset``. ``odd``: a path to the
body sent.
"""

from __future__ import annotations

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

KEYS: Final = ("api-pw", "app-pw")
NOW: Final = 1_760_000_000


def monitor(id_: int, name: str, state: str, groups: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """A monitor as v1 tells it. ``groups``: status by group."""
    told = {
        group: {"name": group, "status": status, "last_triggered_ts": NOW, "last_resolved_ts": NOW - 60,
                "last_nodata_ts": NOW - 30}
        for group, status in (groups or {}).items()
    }  # fmt: skip
    return {
        "id": id_, "name": name, "type": "metric alert", "query": f"avg(last_5m):avg:{name} > 1",
        "message": "Look.\n", "tags": ["service:shop", "team:web"], "priority": None, "overall_state": state,
        "multi": bool(groups),
        "overall_state_modified": "2025-10-09T08:53:20+00:00", "options": {"silenced": {}},
        "state": {"groups": told},
        "matching_downtimes": [], **more,
    }  # fmt: skip


def host(name: str, up: bool = True, **more: Any) -> dict[str, Any]:
    """A host as v1 tells it."""
    return {"name": name, "up": up, "last_reported_time": NOW, "is_muted": False, "mute_timeout": None,
            "tags_by_source": {"Datadog": [f"host:{name}", "env:staging"]}, **more}  # fmt: skip


class DatadogServer:
    """See the module. ``asked``: (method, path with query, body)."""

    def __init__(self) -> None:
        self.monitors = [
            monitor(11, "cpu", "Alert", {"host:web-1": "Alert", "host:web-2": "OK", "host:web-3": "No Data"}),
            monitor(12, "errors", "Warn"),
            monitor(13, "disk", "OK", {"host:web-1,device:/": "OK", "host:web-1,device:/var": "Warn"}),
        ]
        self.hosts = [host("web-1"), host("web-2", up=False), host("web-3", is_muted=True)]
        self.downtimes: dict[str, dict[str, Any]] = {}
        self.odd: dict[str, bytes] = {}
        self.most_per_page = 1_000
        self.limited = self.forgets = False
        self.counts_hosts = True
        self.asked: list[tuple[str, str, Any]] = []
        self.password = "\n".join(KEYS)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> DatadogServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """(status, body as JSON or bytes)."""
        if path in self.odd:
            return 200, self.odd[path]
        if path == "/api/v1/monitor":
            after = int(query.get("id_offset", "0"))
            size = min(int(query.get("page_size", "100")), self.most_per_page)
            found = sorted((each for each in self.monitors if each["id"] > after), key=lambda each: each["id"])
            return 200, found[:size]
        if path == "/api/v1/hosts":
            start, size = int(query.get("start", "0")), min(int(query.get("count", "100")), self.most_per_page)
            page = self.hosts[start : start + size]
            totals = {"total_returned": len(page), "total_matching": len(self.hosts)} if self.counts_hosts else {}
            return 200, {"host_list": page, **totals}
        if path == "/api/v2/downtime" and method == "POST":
            return self._add(body["data"]["attributes"])
        if path.startswith("/api/v2/downtime/"):
            return self._downtime(method, path.rpartition("/")[2])
        if path.endswith("/downtime_matches"):
            wanted = int(path.split("/")[4])
            return 200, {"data": [each for each in self.downtimes.values() if _monitor_of(each) == wanted]}
        return 404, {"errors": ["Not found"]}

    def _add(self, attributes: dict[str, Any]) -> tuple[int, Any]:
        id_ = str(uuid.uuid4())
        made = {"id": id_, "type": "downtime", "attributes": {**attributes, "status": "active"}}
        if not self.forgets:
            self.downtimes[id_] = made
        return 200, {"data": made}

    def _downtime(self, method: str, id_: str) -> tuple[int, Any]:
        if id_ not in self.downtimes:
            return 404, {"errors": ["Downtime not found"]}
        if method == "DELETE":
            del self.downtimes[id_]
            return 204, b""
        return 200, {"data": self.downtimes[id_]}


def _monitor_of(downtime: dict[str, Any]) -> int:
    return int(downtime["attributes"]["monitor_identifier"]["monitor_id"])


def _handler(server: DatadogServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            server.asked.append((self.command, self.path, body))
            keys = (self.headers.get("DD-API-KEY"), self.headers.get("DD-APPLICATION-KEY"))
            query = {key: found[0] for key, found in parse_qs(parts.query).items()}
            if keys != KEYS:
                self._send(403, {"errors": ["Forbidden"]})
            elif server.limited:
                self._send(429, {"errors": ["Rate limit"]}, {"X-RateLimit-Reset": "17"})
            else:
                self._send(*server.answer(self.command, parts.path, query, body))

        do_POST = do_DELETE = do_GET

        def _send(self, status: int, body: Any, more: dict[str, str] | None = None) -> None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            for name, value in (more or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    return Handler
