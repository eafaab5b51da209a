"""A small monitoring core with a livestatus on one loopback port: an estate in memory, questions and orders.

    with LivestatusServer() as server:
        ... server.url ...; server.services["web-1", "disk"]["state"] = 0

As the real ones: an answer has a head of 16 bytes; a question for a column that is not there is refused as a whole;
orders are never answered, and one that makes no sense is passed over; the line stays open when asked to.
``as_icinga``: no table ``columns``, truth as true and false, null for nothing. ``odd``: a table to the bytes that are
sent as its answer's body; ``raw``: to those that are sent instead of the answer. ``deaf``: orders are read and not
carried out.
"""

from __future__ import annotations

import contextlib
import json
import socketserver
import ssl
import threading
import time
from types import TracebackType
from typing import Any, Final

_UP_S: Final = 3600
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
_TRUTHS: Final = frozenset({"acknowledged", "is_flapping", "fixed"})
_ENTRY: Final = {
    "id": 0,
    "host_name": "",
    "service_description": "",
    "author": "",
    "comment": "",
    "entry_time": 0,
    "type": 1,
}
_EMPTY: Final[dict[str, dict[str, Any]]] = {
    "comments": _ENTRY | {"entry_type": 1},
    "downtimes": _ENTRY | {"start_time": 0, "end_time": 0, "fixed": 1, "duration": 0, "triggered_by": 0},
}
OLD: Final = frozenset({"num_hosts", "num_services", "interval_length", "long_plugin_output", "notes_url_expanded",
                        "action_url_expanded", "latency", "check_interval"})  # fmt: skip
"""Columns that not every core has."""

Record = dict[str, Any]


class LivestatusServer:
    """See the module. ``asked``: every question; ``orders``: every order, as it came. ``missing``: columns that this
    version does not have. ``keeps``: whether a line stays open."""

    def __init__(
        self, *, as_icinga: bool = False, missing: frozenset[str] = frozenset(), keeps: bool = True,
        tls: ssl.SSLContext | None = None, unix: str = "",
    ) -> None:  # fmt: skip
        self.as_icinga, self.missing, self.keeps = as_icinga, missing, keeps
        self.clock_off_s = 0
        self.deaf, self.lose_lines = False, False
        self.began = int(time.time()) - _UP_S
        self.hosts = {(name, ""): self._host(name) for name in sorted({each[0] for each in _ESTATE})}
        self.services = {(each[0], each[1]): self._service(*each) for each in _ESTATE}
        self.comments: dict[int, Record] = {}
        self.downtimes: dict[int, Record] = {}
        self.odd: dict[str, bytes] = {}
        self.raw: dict[str, bytes] = {}
        self.counts: tuple[int, int] | None = None
        self.asked: list[str] = []
        self.orders: list[str] = []
        self.lines = 0
        first = {"hosts": self.hosts, "services": self.services}
        self._shapes = {"status": {}, **_EMPTY, **{name: next(iter(rows.values())) for name, rows in first.items()}}
        self._ids = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._unix, self._tls = unix, tls
        self._server = _server(self, unix, tls)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        if self._unix:
            return f"unix://{self._unix}"
        return f"{'tls' if self._tls else 'tcp'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LivestatusServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def now(self) -> int:
        return int(time.time()) + self.clock_off_s

    def stop_listening(self) -> None:
        """Nobody new gets in. From a line's own thread."""
        self._server.shutdown()
        self._server.socket.close()

    def restart(self) -> None:
        """Another core at the same place."""
        self.began += 60

    # --- questions --------------------------------------------------------------------------------------------

    def answer(self, lines: list[str]) -> bytes:
        """The whole answer, head and all."""
        with self._lock:
            table = lines[0].removeprefix("GET ")
            self.asked.append("\n".join(lines))
            if table in self.raw:
                return self.raw[table]
            status, body = self._answer(table, lines[1:])
            return f"{status} {len(body):>11}\n".encode() + body

    def _answer(self, table: str, headers: list[str]) -> tuple[int, bytes]:
        found = self._table(table)
        if found is None:
            return 404, f"Table '{table}' does not exist.".encode()
        columns = next((each.split()[1:] for each in headers if each.startswith("Columns:")), [])
        known = found[0].keys() if found else _EMPTY.get(table, {}).keys()
        unknown = [each for each in columns if each not in known or each in self.missing]
        if found and unknown:
            return 450, f"Table '{table}' has no column '{unknown[0]}'\nand more".encode()
        if table in self.odd:
            return 200, self.odd[table]
        kept = [each for each in found if _passes(each, headers)]
        return 200, json.dumps([[self._shown(column, each[column]) for column in columns] for each in kept]).encode()

    def _shown(self, column: str, value: Any) -> Any:
        if not self.as_icinga:
            return value
        return bool(value) if column in _TRUTHS else None if value == "" and column != "plugin_output" else value

    def _table(self, table: str) -> list[Record] | None:
        if table == "columns" and not self.as_icinga:
            shapes = {name: self._table(name) or [self._shapes[name]] for name in _TABLES}
            return [
                {"table": name, "name": column, "type": "string"}
                for name, rows in shapes.items()
                for column in rows[0]
                if column not in self.missing
            ]
        if table == "status":
            hosts, services = self.counts or (len(self.hosts), len(self.services))
            told = {"num_hosts": hosts, "num_services": services, "interval_length": 60, "program_version": "4.4.6"}
            return [{"program_start": self.began, **told}]
        return [*getattr(self, table).values()] if table in _TABLES else None

    # --- orders -----------------------------------------------------------------------------------------------

    def order(self, line: str) -> None:
        """``COMMAND [time] NAME;field;…``: the last field of a text is all that is left."""
        with self._lock:
            self.orders.append(line)
            name, _, rest = line.partition("] ")[2].partition(";")
            if self.deaf:
                return
            if name.startswith("DEL_"):
                self._end_downtime(int(rest))
                return
            host, _, rest = rest.partition(";")
            service = ""
            if "SVC" in name:
                service, _, rest = rest.partition(";")
            thing = (self.services if service else self.hosts).get((host, service))
            act = _ACTS.get(name.replace("_SVC", "").replace("_HOST", ""))
            if thing is not None and act is not None:
                act(self, (host, service), thing, rest)

    def _acknowledge(self, key: tuple[str, str], thing: Record, rest: str) -> None:
        if not thing["state"]:
            return
        _sticky, _notify, _persistent, author, text = rest.split(";", 4)
        thing["acknowledged"] = 1
        self._remark(key, author, text, 4)

    def _unacknowledge(self, key: tuple[str, str], thing: Record, _rest: str) -> None:
        thing["acknowledged"] = 0
        self.comments = {
            id_: each
            for id_, each in self.comments.items()
            if (each["host_name"], each["service_description"], each["entry_type"]) != (*key, 4)
        }

    def _schedule(self, key: tuple[str, str], thing: Record, rest: str) -> None:
        start, end, fixed, _trigger, duration, author, text = rest.split(";", 6)
        id_ = next(self._ids)
        self.downtimes[id_] = self._entry(id_, key, author, text) | {
            "start_time": int(start), "end_time": int(end), "fixed": int(fixed), "duration": int(duration),
            "triggered_by": 0,
        }  # fmt: skip
        thing["scheduled_downtime_depth"] += int(start) <= self.now() <= int(end)

    def _end_downtime(self, id_: int) -> None:
        gone = self.downtimes.pop(id_, None)
        if gone is not None:
            key = (gone["host_name"], gone["service_description"])
            thing = (self.services if key[1] else self.hosts).get(key)
            if thing is not None:
                thing["scheduled_downtime_depth"] = max(0, thing["scheduled_downtime_depth"] - 1)

    def _comment(self, key: tuple[str, str], _thing: Record, rest: str) -> None:
        _persistent, author, text = rest.split(";", 2)
        self._remark(key, author, text, 1)

    def _recheck(self, _key: tuple[str, str], thing: Record, rest: str) -> None:
        thing["next_check"] = int(rest)

    def _remark(self, key: tuple[str, str], author: str, text: str, kind: int) -> None:
        id_ = next(self._ids)
        self.comments[id_] = self._entry(id_, key, author, text) | {"entry_type": kind}

    def _entry(self, id_: int, key: tuple[str, str], author: str, text: str) -> Record:
        return {
            "id": id_, "host_name": key[0], "service_description": key[1], "author": author, "comment": text,
            "entry_time": self.now(), "type": 1,
        }  # fmt: skip

    # --- estate -----------------------------------------------------------------------------------------------

    def _host(self, name: str) -> Record:
        state = int(name == _DOWN)
        return {"name": name} | self._checkable(state, True, ("DOWN" if state else "UP") + " - ping") | {
            "groups": ["databases" if name.startswith("db") else "web"]
        }  # fmt: skip

    def _service(self, host: str, name: str, state: int, checked: bool) -> Record:
        made = self._checkable(state, checked, f"{name} answered")
        return {"host_name": host, "description": name} | made | {"notes_url_expanded": f"https://wiki/{name}"}

    def _checkable(self, state: int, checked: bool, output: str) -> Record:
        at = int(time.time()) - 60
        return {
            "state": state, "has_been_checked": int(checked), "state_type": 1, "acknowledged": 0,
            "scheduled_downtime_depth": 0, "is_flapping": 0, "last_check": at if checked else 0,
            "last_state_change": at if checked else 0, "current_attempt": 1, "max_check_attempts": 3,
            "plugin_output": output if checked else "", "long_plugin_output": "and said more\\nin lines",
            "perf_data": "time=0.012s;0.1;0.5;0", "next_check": at + 300, "check_interval": 5.0, "latency": 0.5,
            "execution_time": 0.25, "active_checks_enabled": 1, "groups": [], "action_url_expanded": "",
            "notes_url_expanded": "", "notes_url": "",
        }  # fmt: skip


_TABLES: Final = ("hosts", "services", "comments", "downtimes", "status")
_ACTS: Final = {
    "ACKNOWLEDGE_PROBLEM": LivestatusServer._acknowledge,
    "REMOVE_ACKNOWLEDGEMENT": LivestatusServer._unacknowledge,
    "SCHEDULE_DOWNTIME": LivestatusServer._schedule,
    "ADD_COMMENT": LivestatusServer._comment,
    "SCHEDULE_FORCED_CHECK": LivestatusServer._recheck,
}


def _passes(record: Record, headers: list[str]) -> bool:
    """``Filter: column op value`` with ``And: n`` and ``Or: n`` over the last ones; those left are joined by and."""
    stack: list[bool] = []
    for header in headers:
        word, _, rest = header.partition(": ")
        if word == "Filter":
            column, op, value = rest.split(" ", 2)
            stack.append(record[column] >= int(value) if op == ">=" else str(record[column]) == value)
        elif word in ("And", "Or"):
            last, stack = stack[-int(rest) :], stack[: -int(rest)]
            stack.append(all(last) if word == "And" else any(last))
    return all(stack)


def _server(core: LivestatusServer, unix: str, tls: ssl.SSLContext | None) -> Any:
    class Line(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            core.lines += 1
            with contextlib.suppress(OSError):
                while lines := self._lines():
                    if lines[0].startswith("COMMAND "):
                        core.order(lines[0])
                        if core.lose_lines:
                            return
                        continue
                    self.wfile.write(core.answer(lines))
                    self.wfile.flush()
                    if not core.keeps or "KeepAlive: on" not in lines:
                        return

        def _lines(self) -> list[str]:
            """Until a blank line or the end."""
            lines: list[str] = []
            while (raw := self.rfile.readline()) and raw != b"\n":
                lines.append(raw.decode().removesuffix("\n"))
            return lines

    class Unix(socketserver.ThreadingUnixStreamServer):
        """With threads that end."""

    class Tcp(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

        def get_request(self) -> tuple[Any, Any]:
            line, who = super().get_request()
            if tls is None:
                return line, who
            line.settimeout(5)
            return tls.wrap_socket(line, server_side=True), who

    return Unix(unix, Line) if unix else Tcp(("127.0.0.1", 0), Line)
