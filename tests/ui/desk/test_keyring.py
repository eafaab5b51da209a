"""A keyring that waits for its password holds up its own source, never the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.bootstrap.headless import Headless
from app.domain.source import Source
from app.usecases.source import add_source

BEATS = 20


class AskingKeyring(KeyringBackend):
    """Shows its question for as long as the test lets it; then it was dismissed."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.is_asking, self.is_dismissed = threading.Event(), threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.is_asking.set()
        self.is_dismissed.wait(30)
        raise KeyringLocked("dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("dismissed")


@pytest.fixture
def asking() -> Iterator[AskingKeyring]:
    before, backend = keyring.get_keyring(), AskingKeyring()
    keyring.set_keyring(backend)
    yield backend
    backend.is_dismissed.set()
    keyring.set_keyring(before)


def with_source(profile: Profile) -> None:
    """A profile with one source whose secret is in the keyring."""
    means = Headless(profile)
    source = Source(id="", name="core", kind="nagios", url="http://127.0.0.1:9/nagios/", user="ops")
    add_source(means.work, means.secrets, source, None)
    means.close()


def test_the_window_lives_while_the_keyring_asks(qtbot: QtBot, tmp_path: Path, asking: AskingKeyring) -> None:
    profile = Profile(tmp_path / "profile")
    with_source(profile)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    desk = Desk(application, profile)
    window = desk.show()
    qtbot.addWidget(window)
    try:
        qtbot.waitUntil(asking.is_asking.is_set, timeout=20_000)
        beats: list[int] = []
        timer = QTimer(window)
        timer.timeout.connect(lambda: beats.append(len(beats)))
        timer.start(0)
        qtbot.waitUntil(lambda: len(beats) >= BEATS, timeout=2_000)
        timer.stop()
        assert not asking.is_dismissed.is_set()
        assert "is locked" not in window.strip.accessibleName()
        asking.is_dismissed.set()
        qtbot.waitUntil(lambda: "The keyring of this system is locked." in window.strip.accessibleName())
    finally:
        asking.is_dismissed.set()
        window.close()
        desk.close()
