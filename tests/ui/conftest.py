"""Each test of the window begins in the dark theme, whatever the one before it has put on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.kit.theme import current, install


@pytest.fixture(autouse=True)
def dark() -> Iterator[None]:
    yield
    application = QApplication.instance()
    if isinstance(application, QApplication) and not current().is_dark:
        install(application, "dark")
