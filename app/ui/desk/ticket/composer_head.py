"""The head of the composer: who will see the text, whether it is kept, and the two modes. Changes nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.base.text import tr
from app.domain.ticket import INTERNAL, PUBLIC
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.parts.button import Button
from app.ui.parts.key_cap import KeyCap


class _Mark(QWidget):
    """Padlock or globe."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_public = False
        self.setFixedSize(QSize(16, 20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        role = "note.public_text" if self.is_public else "note.internal_text"
        paint_icon(painter, self.rect().translated(-1, 0), "globe" if self.is_public else "lock", role, 14)
        painter.end()


class ComposerHead(QWidget):
    """``mode_chosen(mode)`` from one of the two buttons."""

    mode_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._mark = _Mark(self)
        self._title = Label("", style="body_strong", parent=self)
        self._seen_by = Label("", role="fg.secondary", elide="right", parent=self)
        self.kept = Label("", role="fg.muted", parent=self)
        self._internal = Button(tr("Internal"), kind="toggle", small=True, parent=self)
        self._public = Button(tr("Public"), kind="toggle", small=True, parent=self)
        self._internal.clicked.connect(self._choose_internal)
        self._public.clicked.connect(self._choose_public)
        row.addWidget(self._mark)
        row.addWidget(self._title)
        row.addWidget(self._seen_by, 1)
        row.addWidget(self.kept)
        row.addSpacing(6)
        pair = QHBoxLayout()
        pair.setSpacing(0)
        pair.addWidget(self._internal)
        pair.addWidget(self._public)
        row.addLayout(pair)
        row.addWidget(KeyCap("i", self))

    def show_mode(self, mode: str, who: str) -> None:
        """For whom the text is; ``who`` reads a public one."""
        is_public = mode == PUBLIC
        self._mark.is_public = is_public
        self._mark.update()
        self._title.setText(tr("Public reply") if is_public else tr("Internal note"))
        self._title.set_role("note.public_text" if is_public else "note.internal_text")
        self._seen_by.setText(tr("Visible to {name}", name=who) if is_public else tr("colleagues only"))
        self._internal.setChecked(not is_public)
        self._public.setChecked(is_public)

    def _choose_internal(self, _checked: bool = False) -> None:
        self.mode_chosen.emit(INTERNAL)

    def _choose_public(self, _checked: bool = False) -> None:
        self.mode_chosen.emit(PUBLIC)
