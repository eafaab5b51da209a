"""Fixtures of the desk's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.desk.desk_fixture import Desk, open_desk
from tests.ui.desk.frame_fixture import Frame, open_frame


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A desk on a store of its own."""
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def frame(qtbot: QtBot, tmp_path: Path) -> Iterator[Frame]:
    """The whole window, its board filled by a scripted monitoring system."""
    with open_frame(qtbot, tmp_path) as made:
        yield made
