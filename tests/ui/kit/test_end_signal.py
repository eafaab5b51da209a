"""Ending signals reach the GUI thread of an idle loop, and go back to who had them."""

from __future__ import annotations

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from app.ui.kit.end_signal import ENDING, EndSignal


@pytest.mark.parametrize("kind", ENDING)
def test_an_idle_loop_hears_the_signal(qtbot: QtBot, kind: signal.Signals) -> None:
    heard: list[bool] = []
    ending = EndSignal(lambda: heard.append(True))
    try:
        os.kill(os.getpid(), kind)
        qtbot.waitUntil(lambda: bool(heard))
    finally:
        ending.restore()
    assert heard == [True]


def test_the_handlers_of_before_come_back(qtbot: QtBot) -> None:
    before = {kind: signal.getsignal(kind) for kind in ENDING}
    ending = EndSignal(lambda: None)
    assert all(signal.getsignal(kind) is not handler for kind, handler in before.items())
    ending.restore()
    assert {kind: signal.getsignal(kind) for kind in ENDING} == before
