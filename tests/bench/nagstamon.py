"""Nagstamon as it is installed, asked for a refresh when a benchmark says so, on the Nagios that the desk watches."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Final

from tests.bench.installed import environment
from tests.bench.watched import DEADLINE_S
from tests.plugins.peers import NagiosPeer

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
type=Nagios
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
"""
# Its own start, with the password handed in, and a line for each finished refresh.
_START: Final = """
import json, os, sys, threading
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
def listen():
    for _ in sys.stdin:
        servers["one"].thread_counter = conf.update_interval_seconds
    os._exit(0)
threading.Thread(target=listen, daemon=True).start()
QUI.check_servers()
QUI.statuswindow.show()
QUI.statuswindow.adjustSize()
QUI.APP.exec()
"""


class Nagstamon:
    """The running program. ``close`` ends it."""

    def __init__(self, peer: NagiosPeer, folder: Path, display: str) -> None:
        """``display``: an X server; it does not start without one."""
        (folder / "servers").mkdir(parents=True)
        (folder / "nagstamon.conf").write_text(_SETTINGS, encoding="utf-8")
        server = _SERVER.format(url=peer.url.rstrip("/"), user=peer.user)
        (folder / "servers" / "server_one.conf").write_text(server, encoding="utf-8")
        read, write = os.pipe()
        command = ["/usr/bin/python3", "-c", _START, str(folder), peer.password, str(write)]
        with (folder / "errors").open("wb") as errors:
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
        assert self._program.stdin is not None
        self._program.stdin.write(b"now\n")
        self._program.stdin.flush()
        self._wait()

    def close(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.kill()
        self._program.wait(DEADLINE_S)
        self._told.close()

    def _wait(self) -> None:
        line = self._told.readline()
        assert line, "Nagstamon ended by itself"
        told = json.loads(line)
        assert not told["error"], told
        assert told["code"] < 400, told
        self.problems = told["problems"]
