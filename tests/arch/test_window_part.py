"""The tests of real windows get what they need: an X server, and a window manager that gives them the focus."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def test_other_tests_run_offscreen(qtbot: QtBot) -> None:
    assert QGuiApplication.platformName() == "offscreen"


@pytest.mark.xvfb
def test_a_window_is_shown_and_active_at_the_desk_size(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    assert QGuiApplication.platformName() == "xcb"
    screen = window.screen().size()
    assert (screen.width(), screen.height()) == (1920, 1080)
