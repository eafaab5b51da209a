"""The desk as the program composes it, started anew on a source that refuses its password: one try in all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.base.ids import Ids
from app.base.lanes import Lanes
from app.base.paths import Profile
from app.bootstrap.desk_profile import DeskProfile
from app.domain.source import Source
from app.storage.store import open_store
from app.ui.desk.context import Opened
from app.usecases.source import add_source
from app.usecases.work import Work
from app.workstation.keyring import KeyringSecrets
from tests.fakes.nagios_server import NagiosServer

CLOCK = SystemClock()


@contextmanager
def started(profile: Profile) -> Iterator[Opened]:
    lanes = Lanes()
    desk = DeskProfile(profile, CLOCK, lanes, tell=lambda _touched: None, trouble=_raise, demo=False)
    try:
        yield desk.open("J. Reyes")
    finally:
        desk.stop()
        lanes.close()
        desk.close()


def _raise(error: Exception) -> None:
    raise error


def is_parked(opened: Opened) -> bool:
    return opened.poller._state.feeds["main"].schedule.parked and not opened.poller._state.feeds["main"].is_busy


def connect(profile: Profile, url: str, secret: Path) -> None:
    store = open_store(profile, CLOCK)
    source = Source(id="", name="main", kind="nagios", url=url, user="admin", secret_file=str(secret), interval_s=1.0)
    add_source(Work(store, CLOCK, Ids(CLOCK), "J. Reyes", "test"), KeyringSecrets(), source, None)
    store.close()


def test_new_starts_do_not_send_a_refused_password_again(qtbot: QtBot, tmp_path: Path) -> None:
    profile, secret = Profile(tmp_path / "profile"), tmp_path / "secret"
    secret.write_text("not-the-password")
    secret.chmod(0o600)
    with NagiosServer() as server:
        connect(profile, server.url, secret)

        def tries() -> int:
            return sum(bool(authorization) for _method, _target, authorization in server.asked)

        for _ in range(2):
            with started(profile) as opened:
                qtbot.waitUntil(lambda: is_parked(opened))
                opened.poller.poll_now("main")
                qtbot.waitUntil(lambda: is_parked(opened))
                mark = opened.poller.board.sources["main"].mark
                assert mark is not None
                assert mark.error.startswith("Paused: main refused the password of admin.")
                assert tries() == 1
        with started(profile) as opened:
            qtbot.waitUntil(lambda: is_parked(opened))
            assert opened.means.resume("main")
            qtbot.waitUntil(lambda: tries() == 2 and is_parked(opened))
            secret.write_text("admin-pw")
            opened.poller.poll_now("main")
            qtbot.waitUntil(lambda: tries() > 2 and not opened.poller.board.sources["main"].mark.error)  # type: ignore[union-attr]
