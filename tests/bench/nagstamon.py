"""Nagstamon as it is installed, asked for a refresh when a benchmark says so, on the server that the desk watches."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.installed import environment
from tests.bench.watched import DEADLINE_S

PROGRAM: Final = Path("/usr/bin/nagstamon")
_SETTINGS: Final = """[Nagstamon]
update_interval_seconds=3600
windowed=True
statusbar_floating=False
notification=False
notification_sound=False
use_system_keyring=False
check_for_new_version=False
"""
_SERVER: Final = """[Server_one]
enabled=True
name=one
type={kind}
monitor_url={url}
monitor_cgi_url={url}
username={user}
password=
save_password=True
use_autologin=False
authentication=basic
use_proxy=False
proxy_username=
proxy_password=
timeout=60
map_to_hostname=instance
map_to_servicename=alertname
map_to_status_information=summary
map_to_critical=critical
map_to_warning=warning
map_to_unknown=unknown
map_to_ok=ok
alertmanager_filter=
"""
# Its own start, with the password handed in, a line for each finished refresh, and a beat of its GUI thread whose
# largest gap is told when asked for.
_START: Final = """
import json, os, sys, threading, time
folder, password, told = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.argv = ["nagstamon", folder]
from Nagstamon.Config import conf
conf.servers["one"].password = password
from Nagstamon.Servers import Generic, servers
ask = Generic.GenericServer.GetStatus
def asked(server, *words, **named):
    result = ask(server, *words, **named)
    problems = sum(len(rows) for kind in server.nagitems_filtered.values() for rows in kind.values())
    answer = {"problems": problems, "error": server.status_description, "code": server.status_code}
    os.write(told, (json.dumps(answer) + "\\n").encode())
    return result
Generic.GenericServer.GetStatus = asked
from Nagstamon import QUI
from Nagstamon.QUI.qt import QTimer, Qt
beat = {"last": time.perf_counter(), "gap": 0.0}
def beats():
    now = time.perf_counter()
    beat["gap"], beat["last"] = max(beat["gap"], now - beat["last"]), now
timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(beats)
timer.start(10)
def listen():
    for line in sys.stdin:
        if line.strip() == "gap":
            os.write(told, (json.dumps({"gap_s": beat["gap"]}) + "\\n").encode())
        else:
            beat["gap"] = 0.0
            servers["one"].thread_counter = conf.update_interval_seconds
    os._exit(0)
threading.Thread(target=listen, daemon=True).start()
QUI.check_servers()
QUI.statuswindow.show()
QUI.statuswindow.adjustSize()
QUI.APP.exec()
"""


@dataclass(frozen=True, slots=True)
class Server:
    """What it watches: ``kind`` in its own words."""

    kind: str
    url: str
    user: str
    password: str


class Nagstamon:
    """The running program. ``close`` ends it."""

    def __init__(self, watched: Server, folder: Path, display: str) -> None:
        """``display``: an X server; it does not start without one."""
        (folder / "servers").mkdir(parents=True)
        (folder / "nagstamon.conf").write_text(_SETTINGS, encoding="utf-8")
        server = _SERVER.format(kind=watched.kind, url=watched.url.rstrip("/"), user=watched.user)
        (folder / "servers" / "server_one.conf").write_text(server, encoding="utf-8")
        read, write = os.pipe()
        command = ["/usr/bin/python3", "-c", _START, str(folder), watched.password, str(write)]
        self._errors = folder / "errors"
        with self._errors.open("wb") as errors:
            self._program = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=(write,),
                env=environment(DISPLAY=display, QT_QPA_PLATFORM="xcb", HOME=str(folder)),
            )  # fmt: skip
        os.close(write)
        self._told = os.fdopen(read, encoding="utf-8")
        self.problems = 0
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._program.pid

    def refresh(self) -> None:
        """Ask for one and wait until its back end is done; the window is filled after that."""
        self._say("now")
        self._wait()

    def largest_gap_s(self) -> float:
        """How long its GUI thread was kept from its events since the last refresh was asked for, at the longest."""
        self._say("gap")
        return float(json.loads(self._told.readline())["gap_s"])

    def _say(self, word: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{word}\n".encode())
        self._program.stdin.flush()

    def close(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.kill()
        self._program.wait(DEADLINE_S)
        self._told.close()

    def _wait(self) -> None:
        line = self._told.readline()
        assert line, f"Nagstamon ended by itself: {self._errors.read_text(errors='replace')[-2_000:]}"
        told = json.loads(line)
        assert not told["error"], told
        assert told["code"] < 400, told
        self.problems = told["problems"]
