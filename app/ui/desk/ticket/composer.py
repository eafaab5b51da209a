"""The composer: who will see the text is said by ground, bar, icon, words and button. Saves nothing itself.

A public text is asked for once: the first Ctrl+Enter shows the strip, the second one sends. Pasting and typing never
change who will see it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.base.clock import Moment, to_datetime
from app.base.text import one_line, tr
from app.domain.ticket import INTERNAL, PUBLIC
from app.ui.kit.document import PlainEditor
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.key_cap import KeyCap

KEEP_AFTER_MS = 800
"""Typing is kept at most this long after the first letter that is not on disk yet."""
LINES_LEAST, LINES_MOST = 3, 12
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Note:
    """What is written: the text and who will see it (``internal`` or ``public``)."""

    text: str
    mode: str


class _Editor(PlainEditor):
    """Grows with its text from 3 to 12 lines; Ctrl+Enter and Esc belong to the composer."""

    sent = Signal()
    escaped = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def _fit(self, _size: object = None) -> None:
        lines = round(self.document().size().height())  # this layout counts lines, not pixels
        shown = min(LINES_MOST, max(LINES_LEAST, lines))
        self.setFixedHeight(shown * self.fontMetrics().lineSpacing() + 4)


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


class Composer(QFrame):
    """``sent(Note)``: save it, then call ``confirm`` or ``refuse``. ``changed(Note)``: keep it as a draft."""

    sent = Signal(object)
    changed = Signal(object)
    attach_asked = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = INTERNAL
        self._requester = ""
        self._kept = Note("", INTERNAL)
        self._is_sending = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep_now)
        self._build()
        self._show_mode()

    @property
    def note(self) -> Note:
        """What stands in the composer now."""
        return Note(self.editor.toPlainText(), self.mode)

    @property
    def has_text(self) -> bool:
        return bool(self.editor.toPlainText().strip())

    @property
    def is_asking(self) -> bool:
        """Whether the strip is open and the next Ctrl+Enter sends publicly."""
        return not self.strip.isHidden()

    def set_requester(self, name: str | None) -> None:
        """Who sees a public text."""
        self._requester = one_line(name or "")
        self._show_mode()

    def set_mode(self, mode: str) -> None:
        """``internal`` or ``public``."""
        if mode != self.mode and not self._is_sending:
            self.mode = mode
            self._show_mode()
            self._note_change()

    def toggle_mode(self) -> None:
        self.set_mode(INTERNAL if self.mode == PUBLIC else PUBLIC)

    def write(self, mode: str) -> None:
        """Put the focus into the text, for these readers."""
        self.set_mode(mode)
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore(self, note: Note, kept_at: Moment) -> None:
        """A draft that was kept before; whatever is being typed already wins."""
        if self.has_text or not note.text:
            return
        self._kept = note
        self.mode = note.mode
        self.editor.setPlainText(note.text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self._timer.stop()
        self._show_mode()
        self.show_kept(kept_at)

    def keep_now(self) -> None:
        """Hand over what is not kept yet, without waiting."""
        self._timer.stop()
        note = self.note
        if note != self._kept and not self._is_sending and (note.text.strip() or self._kept.text.strip()):
            self._kept = note
            self.changed.emit(note)

    def show_kept(self, at: Moment) -> None:
        """The draft is on disk since this moment."""
        self.kept.set_role("fg.muted")
        local = to_datetime(at).astimezone()
        self.kept.setText(tr("Draft kept {time}", time=f"{local:%H:%M:%S}") if self.has_text else "")

    def show_not_kept(self, why: str) -> None:
        """The draft could not be written; it stands only here."""
        self._kept = Note("", self.mode)
        self.kept.set_role("state.warning.text")
        self.kept.setText(tr("Draft not kept"))
        if not self.why.text():
            self._tell(why)

    def confirm(self) -> None:
        """It is saved: the text goes."""
        self._end_sending()
        self._kept = Note("", self.mode)
        self.editor.clear()
        self._timer.stop()
        self.kept.clear()
        self._tell("")

    def refuse(self, why: str) -> None:
        """It is not saved: the text stays, with the reason."""
        self._end_sending()
        self._tell(why)
        self.keep_now()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        kind = "public" if self.mode == PUBLIC else "internal"
        line = theme.color(f"note.{kind}_line")
        painter.fillRect(self.rect(), theme.color(f"note.{kind}_bg"))
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        bar = theme.length("stroke.conversation_bar")
        if self.mode == PUBLIC:
            painter.fillRect(0, 0, bar, self.height(), line)
        else:
            painter.fillRect(0, 0, bar, self.height(), theme.color(f"note.{kind}_bg"))
            pen = QPen(line, bar)
            pen.setDashPattern([1.6, 1.2])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(1, 0, 1, self.height())
        painter.end()

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(self._head())
        self.editor = _Editor(self)
        self.editor.textChanged.connect(self._typed)
        self.editor.sent.connect(self.submit)
        self.editor.escaped.connect(self._escape)
        self.editor.left.connect(self.keep_now)
        column.addWidget(self.editor)
        self.why = Label("", role="state.critical.text", wrap=True, parent=self)
        self.why.hide()
        column.addWidget(self.why)
        self.strip = self._make_strip()
        column.addWidget(self.strip)
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
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
        return row

    def _make_strip(self) -> QFrame:
        strip = QFrame(self)
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._question = Label("", style="body_strong", role="note.public_text", elide="right", parent=strip)
        back = Button(tr("Not yet"), small=True, key="Esc", parent=strip)
        back.clicked.connect(self._stop_asking)
        row.addWidget(self._question, 1)
        row.addWidget(back)
        strip.hide()
        return strip

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        attach = Button(tr("Attach"), kind="bare", icon="attach", small=True, parent=self)
        attach.clicked.connect(self.attach_asked)
        self.send = Button("", kind="primary", icon="lock", key="Ctrl+Enter", parent=self)
        self.send.clicked.connect(self.submit)
        row.addWidget(attach)
        row.addStretch(1)
        row.addWidget(self.send)
        return row

    # -- doing --------------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Save; a public text asks first."""
        if self._is_sending:
            return
        if not self.has_text:
            self._tell(tr("Write something first."))
            self.editor.setFocus()
            return
        if self.mode == PUBLIC and not self.is_asking:
            self._question.setText(tr("Send publicly to 1 person? Ctrl+Enter again."))
            self.strip.show()
            self._show_button()
            return
        self._timer.stop()
        self._is_sending = True
        self.editor.setReadOnly(True)
        self.send.setEnabled(False)
        self._stop_asking()
        self._tell("")
        self.sent.emit(self.note)

    def _end_sending(self) -> None:
        self._is_sending = False
        self.editor.setReadOnly(False)
        self.send.setEnabled(True)

    def _typed(self) -> None:
        self._stop_asking()
        self._note_change()
        if self.has_text:
            self._tell("")

    def _note_change(self) -> None:
        if not self._timer.isActive() and self.note != self._kept:
            self._timer.start()

    def _choose_internal(self, _checked: bool = False) -> None:
        self.set_mode(INTERNAL)
        self._show_mode()

    def _choose_public(self, _checked: bool = False) -> None:
        self.set_mode(PUBLIC)
        self._show_mode()

    def _escape(self) -> None:
        if self.is_asking:
            self._stop_asking()
        else:
            self.escaped.emit()

    def _stop_asking(self, _checked: bool = False) -> None:
        self.strip.hide()
        self._show_button()

    def _tell(self, why: str) -> None:
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def _show_mode(self) -> None:
        is_public = self.mode == PUBLIC
        who = self._requester or tr("the requester")
        self._mark.is_public = is_public
        self._title.setText(tr("Public reply") if is_public else tr("Internal note"))
        self._title.set_role("note.public_text" if is_public else "note.internal_text")
        self._seen_by.setText(tr("Visible to {name}", name=who) if is_public else tr("colleagues only"))
        self._internal.setChecked(not is_public)
        self._public.setChecked(is_public)
        told = tr("Reply, visible to {name}", name=who) if is_public else tr("Internal note, colleagues only")
        self.editor.setAccessibleName(told)
        self.editor.setPlaceholderText(
            tr("Write to {name}", name=who) if is_public else tr("Write what you know; only colleagues see it")
        )
        self._stop_asking()
        self._mark.update()
        self.update()

    def _show_button(self) -> None:
        if self.mode != PUBLIC:
            self.send.set_icon("lock")
            self.send.set_words(tr("Add note"), key="Ctrl+Enter")
            return
        who = self._requester or tr("the requester")
        self.send.set_icon("send" if self.is_asking else "globe")
        self.send.set_words(tr("Send to {name}", name=who), key="Ctrl+Enter")
