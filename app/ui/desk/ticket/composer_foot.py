"""The foot of the composer: why it was not saved, the question before a public send, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.base.text import tr
from app.domain.ticket import PUBLIC
from app.ui.kit.text import Label
from app.ui.parts.button import Button


class ComposerFoot(QWidget):
    """``sent``, ``attach_asked`` and ``stopped`` (not yet) from its buttons."""

    sent = Signal()
    attach_asked = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        self.why = Label("", role="state.critical.text", wrap=True, parent=self)
        self.why.hide()
        rows.addWidget(self.why)
        self.strip = self._make_strip()
        rows.addWidget(self.strip)
        rows.addLayout(self._make_buttons())

    def tell(self, why: str) -> None:
        """The reason, or nothing."""
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def ask(self, is_asking: bool) -> None:
        """The question stands there, or goes."""
        self.strip.setVisible(is_asking)

    def show_mode(self, mode: str, who: str) -> None:
        """What the button will do now."""
        if mode != PUBLIC:
            self.send.set_icon("lock")
            self.send.set_words(tr("Add note"), key="Ctrl+Enter")
            return
        self.send.set_icon("globe" if self.strip.isHidden() else "send")
        self.send.set_words(tr("Send to {name}", name=who), key="Ctrl+Enter")

    def _make_strip(self) -> QFrame:
        strip = QFrame(self)
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        question = tr("Send publicly to 1 person? Ctrl+Enter again.")
        row.addWidget(Label(question, style="body_strong", role="note.public_text", elide="right", parent=strip), 1)
        back = Button(tr("Not yet"), small=True, key="Esc", parent=strip)
        back.clicked.connect(self._stop)
        row.addWidget(back)
        strip.hide()
        return strip

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        attach = Button(tr("Attach"), kind="bare", icon="attach", small=True, parent=self)
        attach.clicked.connect(self.attach_asked)
        self.send = Button("", kind="primary", icon="lock", key="Ctrl+Enter", parent=self)
        self.send.clicked.connect(self._send)
        row.addWidget(attach)
        row.addStretch(1)
        row.addWidget(self.send)
        return row

    def _send(self, _checked: bool = False) -> None:
        self.sent.emit()

    def _stop(self, _checked: bool = False) -> None:
        self.stopped.emit()
