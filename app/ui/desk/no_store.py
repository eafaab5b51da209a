"""What stands in every page's place when the store cannot be opened: why, what is safe, and a way to try again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.errors import WatchdeskError
from app.base.text import tr
from app.ui.desk.context import sentence
from app.ui.parts.button import Button
from app.ui.parts.pane_state import PaneState


class NoStorePane(QWidget):
    """Covers the pages until the store is open. GUI lane."""

    again = Signal()
    """The person has mended it, or hopes so."""

    def __init__(self, error: Exception, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = PaneState(self)
        self.state.acted.connect(self.again)
        # Whoever works without a pointer stands on the one thing that can be done here.
        button = self.state.findChild(Button)
        if button is not None:
            self.setFocusProxy(button)
        if isinstance(error, WatchdeskError):
            self.state.failed(str(error), error.detail, error.hint, tr("Try again"))
        else:
            self.state.failed(tr("The store cannot be opened."), sentence(error), "", tr("Try again"))
