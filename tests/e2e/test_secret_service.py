"""The keyring of a Linux desktop, really: the command line and a Secret Service on a message bus of the test's own.

Without its daemons a test here is skipped, and counted as one that was not run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.fakes.nagios_server import NagiosServer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DEADLINE_S = 30.0
SECRET = "admin-pw"
DAEMONS = ("dbus-daemon", "gnome-keyring-daemon")
# No service is started by being called: what runs here was started by the test.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>"""

ASKING = """
from app.base.errors import SecretsTrouble
from app.workstation.keyring import KeyringSecrets
try:
    KeyringSecrets(patience_s=1.5).find("s1")
except SecretsTrouble as trouble:
    print(trouble.sentence())
"""


class Desktop:
    """A message bus, and on it a keyring once it is started."""

    def __init__(self, profile: Path, bus: Path) -> None:
        self.profile, self.address = profile, f"unix:path={bus}"
        self.env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address, "PYTHONPATH": str(ROOT)}
        self.env.pop("PYTHON_KEYRING_BACKEND")
        self.running: list[subprocess.Popen[bytes]] = []
        config = bus.with_suffix(".conf")
        config.write_text(BUS.format(path=bus))
        self.start("dbus-daemon", f"--config-file={config}", "--nofork")
        wait_until(bus.exists)

    def start(self, *words: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        started = subprocess.Popen(words, env=self.env, stdin=stdin, stdout=quiet, stderr=quiet)
        self.running.append(started)
        return started

    def start_keyring(self) -> None:
        """Its collection is made and unlocked, as a log-in does it."""
        words = ("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        daemon = self.start(*words, stdin=subprocess.PIPE)
        assert daemon.stdin is not None
        daemon.stdin.write(b"log-in password")
        daemon.stdin.close()  # it reads the password until its end
        asking = message_bus.NameHasOwner("org.freedesktop.secrets")
        with closing(open_dbus_connection(self.address)) as bus:
            wait_until(lambda: bool(bus.send_and_get_reply(asking, timeout=DEADLINE_S).body[0]))

    def kept(self) -> dict[str, bytes]:
        """What the keyring holds for Watchdesk, by source id."""
        with closing(open_dbus_connection(self.address)) as connection:
            found = secretstorage.get_default_collection(connection).search_items({"service": "watchdesk"})
            return {item.get_attributes()["username"]: item.get_secret() for item in found}

    def lock(self) -> None:
        with closing(open_dbus_connection(self.address)) as connection:
            collection = secretstorage.get_default_collection(connection)
            collection.lock()
            assert collection.is_locked()

    def watchdesk(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", "--data-dir", str(self.profile), *words]
        return subprocess.run(
            command, env=self.env, input=stdin, capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )

    def add(self, url: str, *words: str) -> subprocess.CompletedProcess[str]:
        where = ("source", "add", "nagios", "core", "--url", url, "--user", "admin")
        return self.watchdesk(*where, *(words or ("--secret-stdin",)), "--json", stdin=SECRET)

    def close(self) -> None:
        for process in reversed(self.running):
            process.terminate()
            process.wait(DEADLINE_S)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < end, "it did not come in time"


@pytest.fixture
def desktop(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A bus without a keyring."""
    missing = [name for name in DAEMONS if shutil.which(name) is None]
    if missing:
        request.node.add_marker("real_server")  # so that it is counted as not run
        pytest.skip(f"{', '.join(missing)} is not installed")
    made = Desktop(tmp_path / "profile", home.parent / "run" / "bus")
    yield made
    made.close()


@pytest.fixture
def unlocked(desktop: Desktop) -> Desktop:
    """One with a keyring that is open."""
    desktop.start_keyring()
    return desktop


@pytest.fixture
def nagios() -> Iterator[NagiosServer]:
    with NagiosServer() as server:
        yield server


def test_the_secret_lives_in_the_keyring_from_add_to_remove(unlocked: Desktop, nagios: NagiosServer) -> None:
    added = unlocked.add(nagios.url)
    assert added.returncode == 0, added.stderr
    assert unlocked.kept() == {json.loads(added.stdout)["id"]: SECRET.encode()}
    polled = unlocked.watchdesk("poll", "--once", "--json")
    assert polled.returncode == 0, polled.stderr
    assert [each["ok"] for each in json.loads(polled.stdout)] == [True]
    files = [path for path in unlocked.profile.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
    removed = unlocked.watchdesk("source", "remove", "core")
    assert removed.returncode == 0, removed.stderr
    assert unlocked.kept() == {}


def test_a_locked_keyring_is_told_and_waited_for_by_no_one(unlocked: Desktop, nagios: NagiosServer) -> None:
    assert unlocked.add(nagios.url).returncode == 0
    unlocked.lock()
    polled = unlocked.watchdesk("poll", "--once", "--json")
    assert polled.returncode == 1
    (told,) = json.loads(polled.stdout)
    assert told["error"].startswith("The keyring of this system is locked. Unlock it and ask again")
    assert not nagios.asked
    again = unlocked.watchdesk(
        "source", "add", "nagios", "two", "--url", nagios.url, "--user", "admin", "--secret-stdin", stdin=SECRET
    )
    assert again.returncode == 1
    assert "is locked" in again.stderr
    assert [each["name"] for each in json.loads(unlocked.watchdesk("source", "list", "--json").stdout)] == ["core"]
    removed = unlocked.watchdesk("source", "remove", "core")
    assert removed.returncode == 1
    assert "core is disconnected, but its secret could not be taken out of the keyring." in removed.stderr
    assert json.loads(unlocked.watchdesk("source", "list", "--json").stdout) == []


def test_a_question_that_no_one_answers_does_not_hold_the_program(unlocked: Desktop) -> None:
    """The asking ends in time, and so does the process, though the library still waits in its thread."""
    unlocked.lock()
    with closing(open_dbus_connection(unlocked.address)) as prompter:
        prompter.send_and_get_reply(message_bus.RequestName("org.gnome.keyring.SystemPrompter"), timeout=DEADLINE_S)
        command = [sys.executable, "-c", ASKING]
        done = subprocess.run(command, env=unlocked.env, capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout.startswith("The keyring of this system does not answer."), done.stderr
    assert done.returncode == 0


def test_without_a_keyring_the_owners_file_is_used(desktop: Desktop, nagios: NagiosServer, tmp_path: Path) -> None:
    refused = desktop.add(nagios.url)
    assert refused.returncode == 1
    assert "There is no keyring here that keeps secrets safe." in refused.stderr
    assert "--secret-file" in refused.stderr
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    added = desktop.add(nagios.url, "--secret-file", str(secret))
    assert added.returncode == 0, added.stderr
    polled = desktop.watchdesk("poll", "--once", "--json")
    assert [each["ok"] for each in json.loads(polled.stdout)] == [True], polled.stderr
    assert desktop.watchdesk("source", "remove", "core").returncode == 0
    assert secret.exists()
