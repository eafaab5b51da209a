"""A card over the page for a question or a preview: its place, Esc, and giving the focus back. Never modal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button

_WIDTH = 560
_TOP = 96


class Panel(QFrame):
    """A card over the page: 96 px below the top, raised, closed by Esc; gives the focus back where it was."""

    closed = Signal()

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window)
        self.setObjectName("panel")
        self.setProperty("kind", "overlay")
        self.setProperty("holds_keys", True)  # what is typed here never reaches the page's single keys
        self.setAutoFillBackground(True)
        self.setAccessibleName(title)
        self._before = window.focusWidget()
        self.body = QVBoxLayout(self)
        pad = current().space(6)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(current().space(5))
        self.body.addWidget(Label(title, style="heading", parent=self))
        self.setFixedWidth(min(_WIDTH, window.width() - 2 * pad))
        window.installEventFilter(self)

    def popup(self) -> None:
        """Show it in its place."""
        self._place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Close and give the focus back."""
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, _TOP)

    def is_submitted(self, event: QKeyEvent) -> bool:
        """Whether this key means the panel's answer wherever the focus is."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def add_buttons(self, word: str, go: Callable[[], None], *, is_on: bool = True) -> Button:
        """The safe button, which is given back, and the one that does it; each with its key."""
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(tr("Cancel"), key="Esc", parent=self)
        cancel.setObjectName("cancel")
        cancel.clicked.connect(self.dismiss)
        do = Button(word, kind="primary", key="Ctrl+Enter", parent=self)
        do.setEnabled(is_on)
        do.clicked.connect(go)
        row.addWidget(cancel)
        row.addWidget(do)
        self.body.addLayout(row)
        return cancel
